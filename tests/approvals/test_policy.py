"""Who may decide: the whole table, one row a test.

Rules: a journal needs an approver, above 10,000.00 a partner; a lock needs a partner. Alice prepared.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from itertools import product

import msgspec
import pytest

from approvals import policy
from approvals.proposal import Draft, Proposal, content_of, digest_of
from books.firm import ROLES, ApprovalRule, Firm, Member
from books.money import Money
from books.refusal import Refusal
from tests.approvals.practice import FIRM, journal, lock

NOW = dt.datetime(2026, 11, 5, 9, 12, tzinfo=dt.UTC)


def proposed(draft: Draft, *, preparer: str = "alice") -> Proposal:
    """A draft as it stands in the queue, good for another hour."""
    return Proposal(
        id="0" * 32,
        key=draft.key,
        digest=digest_of(content_of(draft)),
        mark="TO-0000000000000000",
        preparer=preparer,
        agent="prepayments",
        status="proposed",
        created_at=NOW - dt.timedelta(hours=1),
        expires_at=NOW + dt.timedelta(hours=1),
        **{**content_of(draft), "amount": draft.amount, "evidence": draft.evidence},
    )


def refusal_of(
    member: Member,
    proposal: Proposal,
    firm: Firm = FIRM,
    *,
    verdict: str = "approve",
    locked: dt.date | None = None,
    now: dt.datetime = NOW,
) -> Refusal | None:
    """What a click asks of the policy, in its order: the member's right, then whether the proposal is still open."""
    authority = policy.authority_for(member, proposal, firm, verdict=verdict, now=now)
    if isinstance(authority, Refusal):
        return authority
    return policy.why_closed(proposal, verdict=verdict, lock_date=locked, now=now)


def answer(
    member_id: str,
    proposal: Proposal,
    verdict: str = "approve",
    *,
    locked: dt.date | None = None,
    now: dt.datetime = NOW,
) -> str:
    """`yes`, or the code of the refusal."""
    member = next(
        (each for each in FIRM.members if each.id == member_id), Member(id=member_id, name="?", role="partner")
    )
    refusal = refusal_of(member, proposal, verdict=verdict, locked=locked, now=now)
    if refusal:
        assert refusal.words
        assert refusal.next_step
    return refusal.code if refusal else "yes"


SMALL, LARGE, LOCK = journal("10000.00"), journal("10000.01"), lock()
TABLE = {
    # member: approve small, large, lock; reject small, large, lock
    "alice": ("role", "role", "role", "role", "role", "role"),
    "marcus": ("yes", "above_limit", "role", "yes", "yes", "role"),
    "priya": ("yes", "yes", "yes", "yes", "yes", "yes"),
    "quentin": ("yes", "yes", "yes", "yes", "yes", "yes"),
    "tom": ("role", "role", "role", "role", "role", "role"),
    "ada": ("role", "role", "role", "role", "role", "role"),
    "eve": ("not_your_client",) * 6,
    "stranger": ("unknown_member",) * 6,
}


@pytest.mark.parametrize("member_id", TABLE)
def test_role_band_client_and_membership(member_id: str) -> None:
    """Every member against every kind, band and verdict."""
    asked = [(draft, verdict) for verdict in ("approve", "reject") for draft in (SMALL, LARGE, LOCK)]
    assert tuple(answer(member_id, proposed(draft), verdict) for draft, verdict in asked) == TABLE[member_id]


@pytest.mark.parametrize(("role", "needed"), list(product(ROLES, ROLES)))
def test_every_role_against_every_rule(role: str, needed: str) -> None:
    """A rule below approver is read as approver; partner covers approver; an administrator only stands for itself."""
    member = Member(id="someone", name="Someone", role=role)
    rule = ApprovalRule(role=needed, role_above_limit=needed)
    firm = replace(FIRM, members=(*FIRM.members, member), approvals={"post_journal": rule})
    refusal = refusal_of(member, proposed(SMALL), firm)
    may = {
        "viewer": ("approver", "partner"),
        "preparer": ("approver", "partner"),
        "approver": ("approver", "partner"),
        "partner": ("partner",),
        "administrator": ("administrator",),
    }[needed]
    assert (refusal is None) == (role in may)


@pytest.mark.parametrize("preparer", ["marcus", "priya"])
def test_nobody_approves_what_was_prepared_for_them(preparer: str) -> None:
    """The agent acted for them: they may reject it, and somebody else may approve it."""
    proposal = proposed(SMALL, preparer=preparer)
    assert answer(preparer, proposal) == "own_work"
    assert answer(preparer, proposal, "reject") == "yes"
    assert answer("quentin", proposal) == "yes"


def test_what_the_schedule_prepared_may_be_approved_by_anybody_allowed() -> None:
    """No person prepared it."""
    assert answer("marcus", proposed(SMALL, preparer="")) == "yes"


@pytest.mark.parametrize(
    ("seconds", "expected"), [(-1, "yes"), (0, "expired"), (1, "expired")], ids=["before", "at", "after"]
)
@pytest.mark.parametrize("verdict", ["approve", "reject"])
def test_the_time_to_decide_ends(seconds: int, expected: str, verdict: str) -> None:
    """At the very moment of expiry it is over."""
    proposal = proposed(SMALL)
    assert answer("priya", proposal, verdict, now=proposal.expires_at + dt.timedelta(seconds=seconds)) == expected


@pytest.mark.parametrize(
    ("locked", "expected"),
    [(None, "yes"), ("2026-09-30", "yes"), ("2026-10-30", "yes"), ("2026-10-31", "period_locked"),
     ("2026-11-30", "period_locked")],
)  # fmt: skip
def test_a_journal_is_dated_after_the_lock(locked: str | None, expected: str) -> None:
    """The journal is dated 31 October; a rejection is always possible."""
    day = dt.date.fromisoformat(locked) if locked else None
    assert answer("priya", proposed(SMALL), locked=day) == expected
    assert answer("priya", proposed(SMALL), "reject", locked=day) == "yes"


@pytest.mark.parametrize(
    ("before", "locked", "expected"),
    [
        (None, None, "yes"),
        ("2026-09-30", "2026-09-30", "yes"),
        (None, "2026-09-30", "lock_moved"),
        ("2026-09-30", "2026-08-31", "lock_moved"),
        ("2026-09-30", None, "lock_moved"),
        ("2026-09-30", "2026-10-31", "already_locked"),
        ("2026-09-30", "2027-06-30", "already_locked"),
    ],
)
def test_a_lock_is_bound_to_the_lock_date_it_was_prepared_on(
    before: str | None, locked: str | None, expected: str
) -> None:
    """Somebody moved Xero's lock date meanwhile: the approval is void."""
    day = dt.date.fromisoformat(locked) if locked else None
    assert answer("priya", proposed(lock(before=before)), locked=day) == expected


def test_an_unknown_verdict_is_no_verdict() -> None:
    """Only approve and reject are decisions."""
    assert answer("priya", proposed(SMALL), "yes please") == "unknown_verdict"


def test_a_firm_without_a_rule_uses_the_kinds_own() -> None:
    """Locks need a partner, journals an approver, above 10,000 a partner."""
    bare = replace(FIRM, approvals={})
    needed = [policy.role_needed(bare, proposed(draft)) for draft in (SMALL, LARGE, LOCK)]
    assert needed == ["approver", "partner", "partner"]


def test_a_negative_amount_does_not_slip_under_the_limit() -> None:
    """The band looks at the size."""
    proposal = msgspec.structs.replace(proposed(LARGE), amount=Money(Decimal("-10000.01"), "AUD"))
    assert answer("marcus", proposal) == "above_limit"


def test_an_old_copy_of_a_member_gives_no_rights() -> None:
    """The caller believes that Tom is a partner; the firm says viewer."""
    believed = Member(id="tom", name="Tom Fraser", role="partner")
    refusal = refusal_of(believed, proposed(SMALL))
    assert refusal is not None
    assert refusal.code == "role"


def test_the_dry_run_names_everybody_and_why_not() -> None:
    """Who could approve the large journal."""
    standings = policy.who_may_decide(FIRM, proposed(LARGE))
    assert [each.name for each in standings if each.may] == ["Priya Sharma", "Quentin Lee"]
    why = {each.member_id: each.why for each in standings}
    assert why["marcus"] == "A journal above A$10,000.00 needs a partner; you are an approver."
    assert why["eve"] == "This client is not one of yours."
    assert why["tom"] == "A journal needs a partner; you are a viewer."
