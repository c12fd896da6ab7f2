"""Who may decide on a proposal, and when: one pure function, so that every row of it can be tested."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from approvals.kinds import kind_of
from approvals.proposal import Proposal
from books.firm import ApprovalRule, Firm, Member
from books.money import Money
from books.refusal import Refusal

APPROVE, REJECT = "approve", "reject"
VERDICTS = (APPROVE, REJECT)
_LADDER = ("approver", "partner")
"""Who may decide at all, lowest first. An administrator keeps the rules and so decides only where a rule says so."""


@dataclass(frozen=True)
class Standing:
    """Whether one member may approve a proposal, and if not, why."""

    member_id: str
    name: str
    role: str
    may: bool
    why: str


def may_decide(
    member: Member,
    proposal: Proposal,
    firm: Firm,
    *,
    verdict: str,
    organisation_lock_date: dt.date | None,
    now: dt.datetime,
) -> Refusal | None:
    """None when this member may give this verdict now; otherwise the refusal.

    `firm` holds the members and rules as the database has them now; `organisation_lock_date` is the later of Xero's two
    lock dates as just read (it is not looked at for a rejection: a rejection changes no books).
    """
    if verdict not in VERDICTS:
        return Refusal(f"“{verdict}” is not a decision.", next_step="Approve or reject.", code="unknown_verdict")
    if refusal := _by_authority(member, proposal, firm, verdict):
        return refusal
    if now >= proposal.expires_at:
        return Refusal(
            "The time to decide on this has run out.", next_step="Ask for it to be prepared again.", code="expired"
        )
    if verdict == REJECT:
        return None
    return kind_of(proposal.kind).still_open(proposal, organisation_lock_date)


def who_may_decide(firm: Firm, proposal: Proposal) -> tuple[Standing, ...]:
    """A dry run: every member, whether they may approve this, and if not, why."""
    standings = []
    for member in firm.members:
        refusal = _by_authority(member, proposal, firm, APPROVE)
        why = refusal.words if refusal else ""
        standings.append(Standing(member.id, member.name, member.role, refusal is None, why))
    return tuple(standings)


def rule_for(firm: Firm, kind: str) -> ApprovalRule:
    """The firm's rule for a kind, or the kind's own where the firm has none."""
    return firm.approvals.get(kind) or kind_of(kind).authority


def role_needed(firm: Firm, proposal: Proposal) -> str:
    """The lowest role that may approve this amount."""
    rule = rule_for(firm, proposal.kind)
    return rule.role_above_limit if _is_above(rule, proposal) else rule.role


def _by_authority(member: Member, proposal: Proposal, firm: Firm, verdict: str) -> Refusal | None:
    known = next((each for each in firm.members if each.id == member.id), None)
    if known is None:
        return _no(f"Nobody called “{member.id}” belongs to the firm.", "Ask a partner.", "unknown_member")
    member = known  # the caller's copy may be older than the firm's
    if not member.may_see(proposal.client):
        return _no("This client is not one of yours.", "Ask a partner.", "not_your_client")
    rule = rule_for(firm, proposal.kind)
    needed = role_needed(firm, proposal) if verdict == APPROVE else _lower(rule)
    if not _has(member.role, needed):
        return _role_refusal(member, proposal, rule, needed)
    if verdict == APPROVE and member.id == proposal.preparer:
        return _no(
            "You prepared this (or it was prepared for you), so somebody else decides.",
            f"Ask another {needed if needed in _LADDER else 'member'}.",
            "own_work",
        )
    return None


def _role_refusal(member: Member, proposal: Proposal, rule: ApprovalRule, needed: str) -> Refusal:
    what = kind_of(proposal.kind).noun
    if rule.limit is not None and _is_above(rule, proposal) and _has(member.role, rule.role):
        limit = Money(rule.limit, proposal.amount.currency)
        words = f"A {what} above {limit} needs a {needed}; you are {_a(member.role)}."
        return _no(words, f"Ask a {needed}.", "above_limit")
    return _no(f"A {what} needs {_a(needed)}; you are {_a(member.role)}.", f"Ask {_a(needed)}.", "role")


def _has(role: str, needed: str) -> bool:
    """Whether `role` reaches `needed`; a rule that names a lower role than approver is read as approver."""
    if needed == "administrator" or role == "administrator":
        return role == needed
    floor = needed if needed in _LADDER else _LADDER[0]
    return role in _LADDER and _LADDER.index(role) >= _LADDER.index(floor)


def _lower(rule: ApprovalRule) -> str:
    """The role that may reject, whatever the amount: the lower of the rule's two."""
    return min((rule.role, rule.role_above_limit), key=lambda role: _LADDER.index(role) if role in _LADDER else 0)


def _is_above(rule: ApprovalRule, proposal: Proposal) -> bool:
    return rule.limit is not None and abs(proposal.amount).amount > rule.limit


def _no(words: str, next_step: str, code: str) -> Refusal:
    return Refusal(words, next_step=next_step, code=code)


def _a(role: str) -> str:
    return f"an {role}" if role[0] in "aeiou" else f"a {role}"
