"""Controlled automation: what the firm's own rule may approve, earned from people's decisions and lost at once."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from approvals import breaker, policy
from approvals.kinds import kind_of
from approvals.proposal import APPROVED, FAILED, POSTED, UNDER_WAY, Approval, Proposal
from approvals.register import ProposalRow
from approvals.tiers import LIKELY, NONE, SHORT, tier_of, tiers_seen
from approvals.track_record import RIGHT, ReviewRow, TrackRecord, record_of
from books.firm import AUTOMATION, Automation, Client, Firm
from books.money import Money
from books.refusal import Refusal

OBSERVE, PROPOSE, AUTOMATE = "observe", "propose", "automate"
NEVER_BY_RULE = (LIKELY, SHORT)
"""What people always look at singly: its evidence says that it is not certain."""


@dataclass(frozen=True)
class Standing:
    """How far one kind went for one client: its phase, its record, and why it does not post now.

    What is found for the bank stands tier by tier; `tier` is empty for other work.
    """

    client: str
    kind: str
    phase: str
    record: TrackRecord
    bar: Automation | None
    why_not: str
    fell_at: dt.datetime | None = None
    tier: str = NONE


def why_observing(firm: Firm, client_id: str, kind: str) -> Refusal | None:
    """Why nothing of this kind may be proposed for this client, or None."""
    client = next((each for each in firm.clients if each.id == client_id), None)
    if client is None or client.phase_of(kind) != OBSERVE:
        return None
    return Refusal(
        f"Tieout only observes for {client.name}: a {kind_of(kind).noun} is not proposed.",
        next_step="Post it in Xero by hand, or ask a partner to set the client's phase to propose in firm.yml.",
        code="observing",
    )


def why_not(session: Session, firm: Firm, proposal: Proposal, past: policy.Past, *, now: dt.datetime) -> Refusal | None:
    """Why the firm's rule may not approve this by itself, or None; asked at the decision and again before the send."""
    bar = firm.automation.get(proposal.kind)
    client = next((each for each in firm.clients if each.id == proposal.client), None)
    if bar is None or client is None or client.phase_of(proposal.kind) != AUTOMATE:
        return _no("The firm does not let this kind post without a person for this client.", "phase")
    kind = kind_of(proposal.kind)
    if not kind.may_be_automatic or not kind.may_post_itself(kind.read(proposal)):
        return _no(f"This {kind.noun} is always decided by a person.", "never_automatic")
    if proposal.preparer or proposal.authors or proposal.agent == "undo":
        return _no("A person asked for this or edited it, so a person decides.", "asked_for")
    if any(each.unsure for each in proposal.evidence):
        return _no("It is likely and not certain, so a person looks at it.", "unsure")
    if policy.figure_of(proposal, past) > bar.below:
        most = Money(bar.below, proposal.amount.currency)
        return _no(f"With the 24 hours before, it comes to more than {most}.", "above_the_cap")
    if policy.approvals_needed(firm, proposal, past) > 1 or policy.role_needed(firm, proposal, past) == "partner":
        return _no("It takes a partner or a second person.", "needs_more_eyes")
    return why_not_here(session, client, proposal.kind, tier_of(proposal), bar, besides=proposal.id)


def why_not_here(
    session: Session, client: Client, kind: str, tier: str, bar: Automation, *, besides: str = ""
) -> Refusal | None:
    """Why nothing of this kind and tier posts by itself for this client now: the breaker, its record, or a trial."""
    if down := breaker.why_down(session, client.organisation, kind, bar):
        return _no(f"Automation was taken away: {down}.", "breaker", "Ask a partner to look and to re-arm it.")
    record = record_of(session, client.organisation, kind, tier, last=bar.decisions)
    if record.decided < bar.decisions or record.lower_bound < bar.precision:
        return _no(f"It is not earned yet: {breaker.record_words(record, bar)}.", "not_earned")
    if _trial_open(session, client.organisation, kind, besides):
        return _no("The first posting after the re-arming waits for a review.", "trial", "Review that posting first.")
    return None


def automatic_approval(proposal: Proposal, firm: Firm, now: dt.datetime) -> Approval:
    """The firm's own yes, with the rule that it stands on."""
    bar = firm.automation[proposal.kind]
    rule = {"below": str(bar.below), "precision": str(bar.precision), "decisions": bar.decisions}
    return Approval(member=AUTOMATION, at=now, rule=rule)


def judged(session: Session, firm: Firm, proposal: Proposal, past: policy.Past, *, now: dt.datetime) -> policy.Past:
    """`past` with what automation says of this proposal, where it was approved by the firm's own rule."""
    if not any(each.member == AUTOMATION for each in proposal.approvals):
        return past
    return replace(past, automation=why_not(session, firm, proposal, past, now=now))


def is_sampled(session: Session, proposal: Proposal, firm: Firm) -> bool:
    """Whether a person is asked to review this automatic posting: a share of them by their digest, and every trial."""
    if proposal.decided_by != AUTOMATION:
        return False
    bar = firm.automation.get(proposal.kind)
    row = breaker.row_of(session, proposal.organisation, proposal.kind)
    if bar is None or (row is not None and row.armed_at and _first_since(session, proposal, row.armed_at)):
        return True
    return int(proposal.digest[:8], 16) < bar.sample * 2**32


def standings(session: Session, firm: Firm, clients: tuple[Client, ...]) -> tuple[Standing, ...]:
    """Every client, kind and tier that the firm lets earn automation, with how it stands."""
    return tuple(
        _standing(session, client, kind, tier, bar)
        for client in clients
        for kind, bar in firm.automation.items()
        for tier in tiers_seen(session, client.organisation, kind)
    )


def _standing(session: Session, client: Client, kind: str, tier: str, bar: Automation) -> Standing:
    phase = client.phase_of(kind)
    refusal = _no("Its phase is not automate.", "phase") if phase != AUTOMATE else None
    if tier in NEVER_BY_RULE:
        refusal = refusal or _no("It is never certain, so a person looks at each.", "unsure")
    refusal = refusal or why_not_here(session, client, kind, tier, bar)
    record = record_of(session, client.organisation, kind, tier, last=bar.decisions)
    row = breaker.row_of(session, client.organisation, kind)
    fell_at = row.fell_at if row is not None and row.is_down else None
    return Standing(client.id, kind, phase, record, bar, refusal.words if refusal else "", fell_at, tier)


def _trial_open(session: Session, organisation: str, kind: str, besides: str) -> bool:
    """Whether a posting since the last re-arming still waits to be called right; `besides` is one not to count."""
    row = breaker.row_of(session, organisation, kind)
    if row is None or row.armed_at is None:
        return False
    called_right = select(ReviewRow.proposal).where(ReviewRow.verdict == RIGHT)
    query = select(ProposalRow.id).where(
        ProposalRow.organisation == organisation,
        ProposalRow.kind == kind,
        ProposalRow.decided_by == AUTOMATION,
        ProposalRow.decided_at >= row.armed_at,
        ProposalRow.status.in_((*UNDER_WAY, POSTED, FAILED, APPROVED)),
    )
    first = session.scalars(query.order_by(ProposalRow.decided_at, ProposalRow.id).limit(1)).one_or_none()
    if first is None or first == besides:
        return False
    return session.scalars(called_right.where(ReviewRow.proposal == first)).one_or_none() is None


def _first_since(session: Session, proposal: Proposal, since: dt.datetime) -> bool:
    if proposal.decided_at is None or proposal.decided_at < since:
        return False
    query = select(ProposalRow.id).where(
        ProposalRow.organisation == proposal.organisation,
        ProposalRow.kind == proposal.kind,
        ProposalRow.decided_by == AUTOMATION,
        ProposalRow.decided_at >= since,
    )
    first = session.scalars(query.order_by(ProposalRow.decided_at, ProposalRow.id).limit(1)).one_or_none()
    return first == proposal.id


def _no(words: str, code: str, next_step: str = "A person decides.") -> Refusal:
    return Refusal(words, next_step=next_step, code=code)
