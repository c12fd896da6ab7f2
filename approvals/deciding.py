"""A click: one member's verdict on exactly what they were shown, recorded in one transaction or refused in words."""

from __future__ import annotations

import datetime as dt
import hmac
import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from approvals import hands, policy, register
from approvals.hands import as_kept
from approvals.proposal import APPROVED, REJECTED, WITHDRAWN, Approval, Proposal, content_of, digest_of
from books.firm import Firm, Member, load_firm
from books.period import spoken
from books.refusal import Refusal

_STATUS_OF = {policy.APPROVE: APPROVED, policy.REJECT: REJECTED}
QUEUE = "queue"
"""Who the audit names where no person acted."""


@dataclass(frozen=True)
class Decision:
    """What a click did: `changed` is False when it came too late, and `words` say so."""

    changed: bool
    words: str
    proposal: Proposal


@dataclass(frozen=True)
class Click:
    """What a member pressed, on which content, and where; `typed` is the amount, where the rule wants it typed."""

    proposal_id: str
    verdict: str
    digest: str
    member_id: str
    reason: str
    where: str
    typed: str = ""


@dataclass(frozen=True)
class Look:
    """Xero as just read: its lock date (None: nothing is locked), and what changed in the sources of the proposal."""

    lock_date: dt.date | None
    changes: tuple[str, ...] = ()


def past_of(session: Session, proposal: Proposal, *, until: dt.datetime) -> policy.Past:
    """What was approved for the same books in the 24 hours before `until`."""
    return policy.Past.of(register.decided_within(session, proposal, until=until, window=policy.WINDOW))


def decide(session: Session, click: Click, look: Look | None, now: dt.datetime) -> Decision | Refusal:
    """Records the verdict; `look` is None where Xero was not asked. A refusal is kept in the audit."""
    proposal = register.get(session, click.proposal_id, lock=True)
    firm = load_firm(session)
    member = firm.member(click.member_id)
    if not proposal.is_open:
        return Decision(False, too_late(firm, proposal, member), proposal)
    past = past_of(session, proposal, until=now)
    counted = policy.standing_approvals(proposal, firm, now=now, past=past)
    if click.verdict == policy.APPROVE and any(each.member == member.id for each in counted.approvals):
        return Decision(False, "You approved this already; it waits for another person. Nothing was done.", proposal)
    authority = policy.authority_for(member, counted, firm, verdict=click.verdict, now=now, past=past)
    refusal = _why_not(authority, counted, click, look, now) or _not_typed(firm, counted, click)
    if refusal:
        register.refused(session, proposal, refusal, verdict=click.verdict, who=member.id, where=click.where, now=now)
        return refusal
    assert not isinstance(authority, Refusal)
    if click.verdict == policy.APPROVE and look and look.changes:
        return _void(session, proposal, look, now)
    rule = as_kept(policy.rule_for(firm, proposal))
    given = Approval(member=member.id, at=now, on_behalf_of=authority.on_behalf_of, rule=rule)
    missing = policy.approvals_needed(firm, proposal, past) - len(counted.approvals) - 1
    if click.verdict == policy.APPROVE and missing > 0:
        proposal = register.approve_once(session, proposal, given, where=click.where, reason=click.reason)
        needed = policy.role_needed(firm, proposal, past)
        words = f"{member.name} approved this; it also takes a {needed}'s approval before anything is posted."
        return Decision(True, words, proposal)
    if click.verdict == policy.APPROVE:
        hands.approved(session, proposal.id, given)
    return _record(session, firm, proposal, click, given)


def _why_not(
    authority: object, proposal: Proposal, click: Click, look: Look | None, now: dt.datetime
) -> Refusal | None:
    if isinstance(authority, Refusal):
        return authority
    day = look.lock_date if look else None
    refusal = policy.why_closed(proposal, verdict=click.verdict, lock_date=day, now=now)
    refusal = refusal or _not_what_was_shown(proposal, click.digest)
    if refusal is None and click.verdict == policy.APPROVE and look is None:
        return Refusal("Your role changed at this moment.", next_step="Press again.", code="try_again")
    return refusal


def wants_typing(firm: Firm, proposal: Proposal) -> bool:
    """Whether whoever approves this types its amount, so that no large figure passes by a slip of the thumb."""
    limit = policy.rule_for(firm, proposal).typed_above
    return limit is not None and abs(proposal.amount).amount > limit


def _not_typed(firm: Firm, proposal: Proposal, click: Click) -> Refusal | None:
    if click.verdict != policy.APPROVE or not wants_typing(firm, proposal):
        return None
    figure = re.sub(r"[^0-9.]", "", click.typed)
    if figure and _decimal(figure) == abs(proposal.amount).amount:
        return None
    said = f"You typed {click.typed.strip()[:40]}" if click.typed.strip() else "No amount was typed"
    return Refusal(
        f"{said}; this is for {abs(proposal.amount)}, and an amount this large is typed by whoever approves it.",
        next_step=f"Type {abs(proposal.amount).amount:,} to approve.",
        code="type_the_figure",
    )


def _decimal(figure: str) -> Decimal | None:
    try:
        return Decimal(figure)
    except InvalidOperation:
        return None


def _void(session: Session, proposal: Proposal, look: Look, now: dt.datetime) -> Decision:
    """What it was built on changed: it leaves the queue with the difference, and can be prepared again."""
    reason = f"what it was built on changed since it was prepared: {'; '.join(look.changes)}"
    moved = register.move(session, proposal, WITHDRAWN, who=QUEUE, now=now, reason=reason)
    assert moved is not None  # the row is locked
    return Decision(False, f"Nothing was done: {reason}.", moved)


def _record(session: Session, firm: Firm, proposal: Proposal, click: Click, given: Approval) -> Decision:
    status = _STATUS_OF[click.verdict]
    moved = register.move(
        session,
        proposal,
        status,
        who=given.member,
        now=given.at,
        where=click.where,
        reason=click.reason,
        told={"on_behalf_of": given.on_behalf_of} if given.on_behalf_of else None,
        decided_by=given.member,
        decided_at=given.at,
        decided_where=click.where,
    )
    if moved is None:
        current = register.get(session, proposal.id)
        return Decision(False, too_late(firm, current, firm.member(given.member)), current)
    return Decision(True, f"{_did(firm, moved)}.", moved)


def _not_what_was_shown(proposal: Proposal, digest: str) -> Refusal | None:
    if not hmac.compare_digest(digest_of(content_of(proposal)), proposal.digest):
        return Refusal(
            "What stands in the queue is not what was submitted; nothing was done.",
            next_step="Tell an administrator: the record was changed outside Tieout. Prepare it again.",
            code="tampered",
        )
    if hmac.compare_digest(digest.encode(), proposal.digest.encode()):
        return None
    return Refusal(
        "The card you pressed shows other content than what stands in the queue; nothing was done.",
        next_step="Ask for your queue and decide on the current card.",
        code="stale",
    )


def too_late(firm: Firm, proposal: Proposal, member: Member) -> str:
    """Who was faster, or why it is over, for whoever pressed too late."""
    if proposal.decided_at is None:
        why = f" ({proposal.reason.rstrip('.')})" if proposal.reason else ""
        return f"This was {said(proposal.status)}{why}; nothing was done."
    return f"{_did(firm, proposal, you=member.id)}; nothing was done."


def said(status: str) -> str:
    """A status as a person says it."""
    return status.replace("_", " ")


def _did(firm: Firm, proposal: Proposal, *, you: str = "") -> str:
    """`Priya Sharma approved this on 5 Nov 2026 at 09:12`, in the firm's time."""
    names = firm.names
    who = "You" if proposal.decided_by == you else names.get(proposal.decided_by, proposal.decided_by)
    for given in proposal.approvals:
        if given.on_behalf_of and given.member == proposal.decided_by:
            who += f" (for {names.get(given.on_behalf_of, given.on_behalf_of)})"
    verb = "rejected" if proposal.status == REJECTED else "approved"
    assert proposal.decided_at is not None
    at = proposal.decided_at.astimezone(ZoneInfo(firm.timezone))
    return f"{who} {verb} this on {spoken(at.date())} at {at:%H:%M}"
