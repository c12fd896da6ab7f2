"""Four eyes, sums of 24 hours, caps and delegation, through the real queue and executor.

Rules here: an approver up to 10,000.00, above it a partner; above 20,000.00 two people, the partner last; at most
30,000.00 a day on account 433. Alice prepares; Marcus is an approver; Priya and Quentin are partners.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from approvals import audit
from approvals.kinds import describe
from approvals.proposal import APPROVED, FAILED, POSTED, PROPOSED, REJECTED, Proposal
from books.firm import ApprovalRule, Delegation, Firm
from books.refusal import Refusal
from bot.cards.proposal import proposal_card
from bot.courier import state_of
from bot.plain import plain
from tests.approvals.practice import FIRM, Practice, journal

RULE = ApprovalRule(role="approver", limit=Decimal(10000), four_eyes_above=Decimal(20000), caps={"433": Decimal(30000)})
TODAY = dt.datetime.now(dt.UTC).date()


def firm_with(rule: ApprovalRule = RULE, **changes: Any) -> Firm:
    return replace(FIRM, approvals={"post_journal": rule}, **changes)


@pytest.fixture
def careful(practice: Practice) -> Practice:
    """The practice with the rules above."""
    practice.firm_becomes(firm_with())
    return practice


def refused(practice: Practice, proposal: Proposal, who: str) -> str:
    with pytest.raises(Refusal) as no:
        practice.decide(proposal, who)
    return no.value.code


def work(practice: Practice, amount: str, key: str, *, preparer: str | None = "alice") -> Proposal:
    return practice.submit(journal(amount, key=key), preparer=preparer)


# Four eyes


def test_a_large_journal_takes_two_people_and_says_who_approved_so_far(either_practice: Practice) -> None:
    """Marcus first, Priya last; nothing is posted in between."""
    practice = either_practice
    practice.firm_becomes(firm_with())
    proposal = work(practice, "25000.00", "large")
    first = practice.decide(proposal, "marcus")
    assert (first.changed, first.proposal.status) == (True, PROPOSED)
    assert first.words == "Marcus Webb approved this; it also takes a partner's approval before anything is posted."
    assert [each.member for each in practice.queue.get(proposal.id).approvals] == ["marcus"]
    assert practice.executor().carry_out(proposal.id).status == PROPOSED
    assert state_of(first.proposal) != state_of(proposal), "every posted copy is redrawn"
    card = plain(proposal_card(first.proposal, describe(proposal), client="Wattle", names={"marcus": "Marcus Webb"}))
    assert "Approved by Marcus Webb; it takes another person too." in card
    last = practice.decide(proposal, "priya")
    assert (last.changed, last.proposal.status) == (True, APPROVED)
    assert practice.executor().carry_out(proposal.id).status == POSTED
    assert [each.member for each in practice.queue.get(proposal.id).approvals] == ["marcus", "priya"]
    told = [(each.who, each.what) for each in audit.story(practice.store, proposal.id)]
    assert told[1:3] == [("marcus", "approved_in_part"), ("priya", "approved")]


def test_the_same_person_never_counts_twice(careful: Practice) -> None:
    """A second click by the first partner changes nothing; the second must be another."""
    proposal = work(careful, "25000.00", "large")
    assert careful.decide(proposal, "priya").changed
    again = careful.decide(proposal, "priya")
    assert (again.changed, again.proposal.status) == (False, PROPOSED)
    assert "approved this already" in again.words
    assert careful.decide(proposal, "quentin").proposal.status == APPROVED


def test_the_higher_role_decides_last(careful: Practice) -> None:
    """After Priya, Marcus cannot be the last."""
    proposal = work(careful, "25000.00", "large")
    careful.decide(proposal, "priya")
    assert refused(careful, proposal, "marcus") == "above_limit"


def test_one_rejection_ends_it(careful: Practice) -> None:
    """Whoever approved before."""
    proposal = work(careful, "25000.00", "large")
    careful.decide(proposal, "priya")
    assert careful.decide(proposal, "marcus", "reject", reason="Twice the premium").proposal.status == REJECTED


def test_an_approval_under_another_rule_does_not_count(careful: Practice) -> None:
    """The firm halves its limit between the two clicks: the first person is asked again."""
    proposal = work(careful, "25000.00", "large")
    careful.decide(proposal, "marcus")
    careful.firm_becomes(firm_with(ApprovalRule(limit=Decimal(5000), four_eyes_above=Decimal(20000))))
    assert careful.decide(proposal, "priya").proposal.status == PROPOSED
    assert careful.decide(proposal, "quentin").proposal.status == APPROVED


def test_an_approval_by_somebody_who_may_not_any_more_does_not_count(careful: Practice) -> None:
    """Marcus approved as the first and became a viewer: Priya's is the first now, and Quentin's the last."""
    proposal = work(careful, "25000.00", "large")
    careful.decide(proposal, "marcus")
    members = tuple(replace_role(member, "marcus", "viewer") for member in FIRM.members)
    careful.firm_becomes(firm_with(members=members))
    assert careful.decide(proposal, "priya").proposal.status == PROPOSED
    assert careful.decide(proposal, "quentin").proposal.status == APPROVED
    assert careful.executor().carry_out(proposal.id).status == POSTED


def test_a_rule_that_changes_after_the_approval_voids_it_with_the_difference(careful: Practice) -> None:
    """Approved under 10,000, found at 400 when it is to be posted."""
    proposal = careful.decide(work(careful, "500.00", "small"), "marcus").proposal
    careful.firm_becomes(firm_with(ApprovalRule(limit=Decimal(400))))
    failed = careful.executor().carry_out(proposal.id)
    assert (failed.status, careful.xero.writes()) == (FAILED, [])
    assert "limit: 10000 → 400" in failed.problem


def test_one_of_two_leaves_the_firm_before_the_posting(careful: Practice) -> None:
    """The first of the two is a viewer by then."""
    proposal = work(careful, "25000.00", "large")
    careful.decide(proposal, "marcus")
    careful.decide(proposal, "priya")
    demoted = tuple(replace_role(member, "marcus", "viewer") for member in FIRM.members)
    careful.firm_becomes(firm_with(members=demoted))
    assert careful.executor().carry_out(proposal.id).status == FAILED
    assert careful.xero.writes() == []


def replace_role(member: Any, who: str, role: str) -> Any:
    import msgspec

    return msgspec.structs.replace(member, role=role) if member.id == who else member


# Sums of 24 hours


def test_splitting_a_large_amount_does_not_help(careful: Practice) -> None:
    """Three times 4,000.00 on the same accounts: the third needs a partner, and the day after it does not."""
    parts = [work(careful, "4000.00", f"part {number}") for number in range(3)]
    assert careful.decide(parts[0], "marcus").changed
    assert careful.decide(parts[1], "marcus").changed
    with pytest.raises(Refusal) as no:
        careful.decide(parts[2], "marcus")
    assert no.value.words.startswith("With what was approved in the last 24 hours this comes to A$12,000.00.")
    careful.clock.forward(hours=25)
    assert careful.decide(parts[2], "marcus").changed


def test_the_sum_asks_for_four_eyes_too(careful: Practice) -> None:
    """12,000.00 after 12,000.00."""
    assert careful.decide(work(careful, "12000.00", "one"), "priya").proposal.status == APPROVED
    assert careful.decide(work(careful, "12000.00", "two"), "priya").proposal.status == PROPOSED


def test_what_was_rejected_or_failed_does_not_count(careful: Practice) -> None:
    """Only what was or may yet be posted."""
    careful.decide(work(careful, "9000.00", "one"), "marcus", "reject", reason="No")
    assert careful.decide(work(careful, "9000.00", "two"), "marcus").changed


def test_approved_later_does_not_void_what_was_approved_before(careful: Practice) -> None:
    """Both wait; the earlier is judged by what stood before it, and both are posted."""
    one = careful.decide(work(careful, "9000.00", "one"), "marcus").proposal
    two = careful.decide(work(careful, "9000.00", "two"), "priya").proposal
    assert careful.executor().carry_out(two.id).status == POSTED
    assert careful.executor().carry_out(one.id).status == POSTED


def test_a_cap_on_an_account_holds_for_everybody(careful: Practice) -> None:
    """30,000.00 a day on 433: the partner who approved 19,000.00 cannot approve 12,000.00 more."""
    assert careful.decide(work(careful, "19000.00", "one"), "priya").proposal.status == APPROVED
    more = work(careful, "12000.00", "two")
    assert refused(careful, more, "quentin") == "over_cap"
    why = {each.member_id: each.why for each in careful.queue.who_may_decide(more.id)}
    assert why["quentin"] == (
        "The firm allows A$30,000.00 in 24 hours on account 433; with this it would be A$31,000.00."
    )


# Delegation


def away(first: int = 0, last: int = 6, *, giver: str = "priya", to: str = "marcus") -> Delegation:
    day = dt.timedelta(days=1)
    return Delegation(giver=giver, to=to, first=TODAY + first * day, last=TODAY + last * day)


def test_a_delegate_decides_in_the_partners_place_and_the_audit_says_so(practice: Practice) -> None:
    """Priya is away for a week: Marcus approves 15,000.00 with her right."""
    practice.firm_becomes(firm_with(delegations=(away(-1),)))
    proposal = work(practice, "15000.00", "large")
    dry = {each.member_id: each for each in practice.queue.who_may_decide(proposal.id)}
    assert dry["marcus"].on_behalf_of == "priya"
    decision = practice.decide(proposal, "marcus")
    assert decision.words.startswith("Marcus Webb (for Priya Sharma) approved this on ")
    approved = decision.proposal
    assert approved.approvals[0].on_behalf_of == "priya"
    assert practice.executor().carry_out(proposal.id).status == POSTED
    [told] = [each for each in audit.story(practice.store, proposal.id) if each.what == "approved"]
    assert (told.who, told.after["on_behalf_of"]) == ("marcus", "priya")


@pytest.mark.parametrize("days", [(-9, -2), (2, 9)], ids=["over", "not begun"])
def test_outside_its_days_nothing_is_delegated(practice: Practice, days: tuple[int, int]) -> None:
    """Both ends count in the firm's time zone."""
    practice.firm_becomes(firm_with(delegations=(away(*days),)))
    assert refused(practice, work(practice, "15000.00", "large"), "marcus") == "above_limit"


def test_what_was_delegated_is_not_delegated_further(practice: Practice) -> None:
    """Priya to Marcus, Marcus to Nadia: Nadia has Marcus's own right only."""
    nadia = FIRM.members[1].__class__(id="nadia", name="Nadia Poole", role="approver")
    chain = (away(-1), away(-1, giver="marcus", to="nadia"))
    practice.firm_becomes(firm_with(delegations=chain, members=(*FIRM.members, nadia)))
    assert refused(practice, work(practice, "15000.00", "large"), "nadia") == "above_limit"


def test_a_delegate_does_not_approve_what_the_giver_prepared(practice: Practice) -> None:
    """Nor do the two count as two."""
    practice.firm_becomes(firm_with(delegations=(away(-1),)))
    assert refused(practice, work(practice, "15000.00", "large", preparer="priya"), "marcus") == "above_limit"
    proposal = work(practice, "25000.00", "larger")
    assert practice.decide(proposal, "priya").changed
    assert refused(practice, proposal, "marcus") == "above_limit"


def test_a_delegation_reaches_only_what_both_may_see(practice: Practice) -> None:
    """Eve sees somebody else's books only."""
    practice.firm_becomes(firm_with(delegations=(away(-1, giver="eve"),)))
    assert refused(practice, work(practice, "15000.00", "large"), "marcus") == "above_limit"


def test_a_delegation_that_is_taken_back_voids_the_approval(practice: Practice) -> None:
    """Between the click and the posting."""
    practice.firm_becomes(firm_with(delegations=(away(-1),)))
    proposal = practice.decide(work(practice, "15000.00", "large"), "marcus").proposal
    practice.firm_becomes(firm_with())
    assert practice.executor().carry_out(proposal.id).status == FAILED
    assert practice.xero.writes() == []
