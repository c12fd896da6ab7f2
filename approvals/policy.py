"""Who may decide on a proposal, and when: pure functions, so that every row of them can be tested."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

import msgspec

from approvals.delegation import Authority, authorities
from approvals.hands import as_kept
from approvals.kinds import kind_of
from approvals.proposal import Approval, Decided, Draft, Proposal
from books.firm import AUTOMATION, ApprovalRule, Firm, Member
from books.money import Money
from books.period import Period
from books.refusal import Refusal

APPROVE, REJECT = "approve", "reject"
VERDICTS = (APPROVE, REJECT)
WINDOW = dt.timedelta(hours=24)
"""How far back the sums by payee or account reach, so that splitting a large amount does not help."""

_LADDER = ("approver", "partner")
"""Who may decide at all, lowest first. An administrator keeps the rules and so decides only where a rule says so."""


def _no(words: str, next_step: str, code: str) -> Refusal:
    return Refusal(words, next_step=next_step, code=code)


NOT_AUTOMATIC = _no("Nothing lets this post without a person.", "Ask a person to decide.", "not_automatic")


@dataclass(frozen=True)
class Past:
    """What was approved for the same books in the 24 hours before, summed by payee or account.

    `automation` is why the firm's own rule may not approve this proposal (None: it may), as just looked up.
    """

    sums: Mapping[str, Decimal] = field(default_factory=dict)
    automation: Refusal | None = NOT_AUTOMATIC

    @classmethod
    def of(cls, decided: list[Decided]) -> Past:
        """The sums over what was decided."""
        sums: dict[str, Decimal] = {}
        for each in decided:
            for name, amount in spread_of(each).items():
                sums[name] = sums.get(name, Decimal(0)) + amount
        return cls(sums)


NOTHING = Past()


@dataclass(frozen=True)
class Standing:
    """Whether one member may approve a proposal, and if not, why; `on_behalf_of` names who delegated it to them."""

    member_id: str
    name: str
    role: str
    may: bool
    why: str
    on_behalf_of: str = ""


def authority_for(
    member: Member, proposal: Proposal, firm: Firm, *, verdict: str, now: dt.datetime, past: Past = NOTHING
) -> Authority | Refusal:
    """By which right this member may give this verdict: their own, or one that was delegated; or the refusal.

    `firm` holds the members and rules as the database has them now.
    """
    if verdict not in VERDICTS:
        return _no(f"“{verdict}” is not a decision.", "Approve or reject.", "unknown_verdict")
    known = next((each for each in firm.members if each.id == member.id), None)
    if known is None:
        return _no(f"Nobody called “{member.id}” belongs to the firm.", "Ask a partner.", "unknown_member")
    # The caller's copy may be older than the firm's, so the rights are those of `known`.
    tried = [(each, _refused(each, proposal, firm, verdict, past)) for each in authorities(firm, known, now)]
    for authority, refusal in tried:
        if refusal is None:
            return authority
    own = tried[0][1]
    assert own is not None
    return own


def why_closed(proposal: Proposal, *, verdict: str, lock_date: dt.date | None, now: dt.datetime) -> Refusal | None:
    """Why nobody may give this verdict any more, or None."""
    if now >= proposal.expires_at:
        return _no("The time to decide on this has run out.", "Ask for it to be prepared again.", "expired")
    return None if verdict == REJECT else kind_of(proposal.kind).still_open(proposal, lock_date)


def why_void(proposal: Proposal, firm: Firm, *, now: dt.datetime, past: Past) -> Refusal | None:
    """Why the approvals that a proposal has do not carry it any more, each judged again in its turn; or None."""
    counted, refusal = _judged(proposal, firm, now, past)
    if len(counted.approvals) >= approvals_needed(firm, proposal, past):
        return None
    return refusal or _no("Too few people approved this.", "Prepare it again.", "too_few")


def standing_approvals(proposal: Proposal, firm: Firm, *, now: dt.datetime, past: Past = NOTHING) -> Proposal:
    """The proposal with the approvals that still count: given under the rule of now, by people who may give them."""
    return _judged(proposal, firm, now, past)[0]


def _judged(proposal: Proposal, firm: Firm, now: dt.datetime, past: Past) -> tuple[Proposal, Refusal | None]:
    """The proposal with the approvals that count, and why the first of the others does not."""
    rule, first = as_kept(rule_for(firm, proposal)), None
    counted = msgspec.structs.replace(proposal, approvals=())
    for given in proposal.approvals:
        refusal = _no_longer(given, counted, firm, rule, now, past)
        first = first or refusal
        if refusal is None:
            counted = msgspec.structs.replace(counted, approvals=(*counted.approvals, given))
    return counted, first


def _no_longer(
    given: Approval, so_far: Proposal, firm: Firm, rule: dict[str, object], now: dt.datetime, past: Past
) -> Refusal | None:
    if given.member == AUTOMATION:
        return past.automation
    if given.rule != rule:
        return _rule_changed(so_far, given, rule)
    try:
        member = firm.member(given.member)
    except Refusal as refusal:
        return refusal
    authority = authority_for(member, so_far, firm, verdict=APPROVE, now=now, past=past)
    if isinstance(authority, Refusal):
        return authority
    if authority.on_behalf_of != given.on_behalf_of:
        return _no("Rights were delegated otherwise since.", "Prepare it again.", "delegation_changed")
    return None


def who_may_decide(
    firm: Firm, proposal: Proposal, *, past: Past = NOTHING, now: dt.datetime | None = None
) -> tuple[Standing, ...]:
    """A dry run: every member, whether they may approve this (as the next of several), and if not, why."""
    standings = []
    for member in firm.members:
        moment = now or proposal.created_at
        found = authority_for(member, proposal, firm, verdict=APPROVE, now=moment, past=past)
        if isinstance(found, Refusal):
            standings.append(Standing(member.id, member.name, member.role, False, found.words))
        else:
            standings.append(Standing(member.id, member.name, member.role, True, "", found.on_behalf_of))
    return tuple(standings)


def rule_for(firm: Firm, work: Draft | Proposal) -> ApprovalRule:
    """The client's own rule for this kind of work, else the firm's, else the one the kind brings itself."""
    client = next((each for each in firm.clients if each.id == work.client), None)
    own = client.approvals.get(work.kind) if client else None
    return own or firm.approvals.get(work.kind) or kind_of(work.kind).authority


def role_needed(firm: Firm, proposal: Proposal, past: Past = NOTHING) -> str:
    """The lowest role that may give the last approval of this amount, period, account and tracking."""
    rule = rule_for(firm, proposal)
    if _is_above(rule.limit, proposal, past) or _is_old(rule, proposal):
        return rule.role_above_limit
    restricted = [role for _, role in _restrictions(firm, proposal)]
    return max((rule.role, *restricted), key=_rank)


def approvals_needed(firm: Firm, proposal: Proposal, past: Past = NOTHING) -> int:
    """How many people approve this: two above the rule's `four_eyes_above` and for a caution, otherwise one."""
    if any(each.caution for each in proposal.evidence):
        return 2
    return 2 if _is_above(rule_for(firm, proposal).four_eyes_above, proposal, past) else 1


def _is_old(rule: ApprovalRule, proposal: Proposal) -> bool:
    """Whether its period ended more than the rule's `months_back` before the month it was proposed in."""
    if rule.months_back is None:
        return False
    made, period = Period.containing(proposal.created_at.date()), Period.of(proposal.period)
    return (made.year - period.year) * 12 + made.month - period.month > rule.months_back


def _restrictions(firm: Firm, proposal: Proposal) -> list[tuple[str, str]]:
    """What the client restricts among the accounts and tracking options that this touches, and to which role."""
    client = next((each for each in firm.clients if each.id == proposal.client), None)
    if client is None or not client.restricted:
        return []
    touched = {*spread_of(proposal), *_tracked(proposal.payload)}
    return [(name, role) for name, role in client.restricted.items() if name in touched]


def _tracked(content: object) -> Iterator[str]:
    """Every tracking option of a payload, in the words `Region: North`."""
    if isinstance(content, dict):
        for category, option in content.get("tracking", ()):
            yield f"{category}: {option}"
        for each in content.values():
            yield from _tracked(each)
    elif isinstance(content, (list, tuple)):
        for each in content:
            yield from _tracked(each)


def _rank(role: str) -> int:
    return _LADDER.index(role) if role in _LADDER else len(_LADDER) * (role == "administrator")


def spread_of(work: Proposal | Decided) -> dict[str, Decimal]:
    """How much of it goes to each payee or account."""
    kind = kind_of(work.kind)
    return kind.spread(kind.read(work))


def figure_of(proposal: Proposal, past: Past) -> Decimal:
    """What the bands look at: the amount, or the largest sum of 24 hours that it becomes a part of."""
    sums = (amount + past.sums.get(name, Decimal(0)) for name, amount in spread_of(proposal).items())
    return max((abs(proposal.amount).amount, *sums))


def _refused(authority: Authority, proposal: Proposal, firm: Firm, verdict: str, past: Past) -> Refusal | None:
    if not authority.may_see(proposal.client):
        return _no("This client is not one of yours.", "Ask a partner.", "not_your_client")
    rule = rule_for(firm, proposal)
    if verdict == REJECT:
        role = _lower(rule)
        return None if _has(authority.role, role) else _role_refusal(authority, proposal, firm, role, past)
    # The higher role decides last: whoever comes before needs only the rule's first role.
    is_last = len(proposal.approvals) + 1 >= approvals_needed(firm, proposal, past)
    needed = role_needed(firm, proposal, past) if is_last else rule.role
    if not _has(authority.role, needed):
        return _role_refusal(authority, proposal, firm, needed, past)
    return _same_eyes(authority, proposal, needed) or _over_cap(rule, proposal, past)


def _same_eyes(authority: Authority, proposal: Proposal, needed: str) -> Refusal | None:
    another = f"Ask another {needed if needed in _LADDER else 'member'}."
    if authority.eyes & {proposal.preparer, *proposal.authors}:
        words = "You prepared this (or it was prepared for you), so somebody else decides."
        if authority.member not in (proposal.preparer, *proposal.authors):
            words = "Whoever delegated this to you prepared it, so somebody else decides."
        return _no(words, another, "own_work")
    if any(authority.eyes & given.eyes for given in proposal.approvals):
        return _no("You approved this already; it takes another person too.", another, "already_approved")
    return None


def _over_cap(rule: ApprovalRule, proposal: Proposal, past: Past) -> Refusal | None:
    for name, amount in spread_of(proposal).items():
        cap = rule.caps.get(name.removeprefix("account "))
        total = amount + past.sums.get(name, Decimal(0))
        if cap is not None and total > cap:
            most, made = Money(cap, proposal.amount.currency), Money(total, proposal.amount.currency)
            words = f"The firm allows {most} in 24 hours on {name}; with this it would be {made}."
            return _no(words, "Post the rest in Xero by hand, or change the cap in firm.yml.", "over_cap")
    return None


def _role_refusal(authority: Authority, proposal: Proposal, firm: Firm, needed: str, past: Past) -> Refusal:
    rule, what, currency = rule_for(firm, proposal), kind_of(proposal.kind).noun, proposal.amount.currency
    you_are = f"you are {_a(authority.role)}"
    if not _has(authority.role, rule.role) or needed == rule.role:
        return _no(f"A {what} needs {_a(needed)}; {you_are}.", f"Ask {_a(needed)}.", "role")
    if rule.limit is not None and _is_above(rule.limit, proposal, past):
        words = f"A {what} above {Money(rule.limit, currency)} needs a {needed}; {you_are}."
        if abs(proposal.amount).amount <= rule.limit:
            total = Money(figure_of(proposal, past), currency)
            words = f"With what was approved in the last 24 hours this comes to {total}. {words}"
        return _no(words, f"Ask a {needed}.", "above_limit")
    if _is_old(rule, proposal):
        period = Period.of(proposal.period)
        back = "a month" if rule.months_back == 1 else f"{rule.months_back} months"
        words = f"{period} ended more than {back} before this was prepared: it needs {_a(needed)}"
        return _no(f"{words}; {you_are}.", f"Ask {_a(needed)}.", "old_period")
    name = next((name for name, role in _restrictions(firm, proposal) if role == needed), "it")
    return _no(
        f"What touches {name} needs {_a(needed)} for this client; {you_are}.", f"Ask {_a(needed)}.", "restricted"
    )


def _rule_changed(proposal: Proposal, given: Approval, rule: dict[str, object]) -> Refusal:
    names = [name for name in rule if rule[name] != given.rule.get(name)]
    changes = "; ".join(f"{name}: {given.rule.get(name)} → {rule[name]}" for name in names)
    what = kind_of(proposal.kind).noun
    words = f"The firm's rule for a {what} changed since it was approved ({changes})."
    return _no(words, "Prepare it again and decide under the new rule.", "rule_changed")


def _has(role: str, needed: str) -> bool:
    """Whether `role` reaches `needed`; a rule that names a lower role than approver is read as approver."""
    if needed == "administrator" or role == "administrator":
        return role == needed
    floor = needed if needed in _LADDER else _LADDER[0]
    return role in _LADDER and _LADDER.index(role) >= _LADDER.index(floor)


def _lower(rule: ApprovalRule) -> str:
    """The role that may reject, whatever the amount: the lower of the rule's two."""
    return min((rule.role, rule.role_above_limit), key=lambda role: _LADDER.index(role) if role in _LADDER else 0)


def _is_above(limit: Decimal | None, proposal: Proposal, past: Past) -> bool:
    return limit is not None and figure_of(proposal, past) > limit


def _a(role: str) -> str:
    return f"an {role}" if role[0] in "aeiou" else f"a {role}"
