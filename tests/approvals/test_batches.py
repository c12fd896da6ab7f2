"""One click for many proposals of one sort, with the exceptions pulled out singly; each still on its own content.

An approver may approve journals up to 1,000.00 (in 24 hours and by account), a partner above that.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from approvals import audit
from approvals.batches import Batch, Batches
from approvals.proposal import APPROVED, POSTED, PROPOSED, REJECTED, Proposal
from approvals.register import ProposalRow
from books.firm import ApprovalRule
from books.money import Money
from books.refusal import Refusal
from tests.approvals.practice import FIRM, Practice, journal

RULE = ApprovalRule(role="approver", limit=Decimal(1000))


@pytest.fixture
def office(practice: Practice) -> Practice:
    practice.firm_becomes(replace(FIRM, approvals={"post_journal": RULE, "reverse_journal": RULE}))
    return practice


def batches(practice: Practice) -> Batches:
    return Batches(practice.store, practice.clock, practice.queue, least=2)


def found(practice: Practice, *amounts: str) -> list[Proposal]:
    return [practice.submit(journal(each, key=f"work:{n}"), preparer=None) for n, each in enumerate(amounts)]


def gathered(practice: Practice, proposals: list[Proposal]) -> Batch:
    (batch,), _ = batches(practice).gather(proposals)
    return batch


def statuses(practice: Practice, proposals: list[Proposal]) -> list[str]:
    return [practice.queue.get(each.id).status for each in proposals]


def test_what_is_alike_is_one_batch_and_the_large_one_stands_alone(office: Practice) -> None:
    proposals = found(office, "10.00", "20.00", "30.00", "1500.00")
    (batch,), apart = batches(office).gather(proposals)
    assert [each.id for each in batch.proposals] == [each.id for each in proposals[:3]]
    assert batch.total == Money.of("60.00", "AUD")
    assert [(each.proposal.id, each.why) for each in apart] == [(proposals[3].id, "It takes a partner.")]
    again, _ = batches(office).gather(proposals)
    assert again[0].id == batch.id, "the same batch is the same card"


def test_one_click_approves_each_on_its_own_and_each_is_posted_once(either_practice: Practice) -> None:
    either_practice.firm_becomes(replace(FIRM, approvals={"post_journal": RULE}))
    proposals = found(either_practice, "10.00", "20.00", "30.00")
    batch = gathered(either_practice, proposals)
    after, decided = batches(either_practice).decide(
        batch.id, verdict="approve", digest=batch.digest, member_id="marcus", where="slack:C0"
    )
    assert (len(decided), after.open, after.apart) == (3, (), ())
    either_practice.executor().run_pending()
    assert statuses(either_practice, proposals) == [POSTED] * 3
    assert [len(either_practice.journals_with(each)) for each in proposals] == [1, 1, 1]
    who = [audit.story(either_practice.store, each.id)[1].who for each in proposals]
    assert who == ["marcus"] * 3


def test_sums_of_24_hours_count_within_the_batch_and_pull_out_what_passes_the_limit(office: Practice) -> None:
    """Three of 400.00 come to 1,200.00: Marcus approves two of them, the third takes a partner."""
    proposals = found(office, "400.00", "400.00", "400.00")
    batch = gathered(office, proposals)
    after, decided = batches(office).decide(batch.id, verdict="approve", digest=batch.digest, member_id="marcus")
    assert (len(decided), len(after.open)) == (2, 1)
    (apart,) = after.apart
    assert apart.why.startswith("With what was approved in the last 24 hours this comes to")
    with pytest.raises(Refusal, match="Nothing in this batch waits"):
        batches(office).decide(batch.id, verdict="approve", digest=batch.digest, member_id="priya")
    assert office.decide(apart.proposal, "priya").proposal.status == APPROVED


def test_one_that_somebody_decided_meanwhile_is_said_and_the_rest_goes_on(office: Practice) -> None:
    proposals = found(office, "10.00", "20.00", "30.00")
    batch = gathered(office, proposals)
    office.decide(proposals[1], "priya", "reject", reason="Wrong supplier")
    after, decided = batches(office).decide(batch.id, verdict="approve", digest=batch.digest, member_id="marcus")
    assert statuses(office, proposals) == [APPROVED, REJECTED, APPROVED]
    assert len(decided) == 2
    assert after.apart == ()


def test_when_xero_cannot_be_read_the_whole_batch_waits_and_nothing_is_pulled_out(office: Practice) -> None:
    proposals = found(office, "10.00", "20.00")
    batch = gathered(office, proposals)
    office.xero.fault("down", method="GET", endpoint="Organisation")
    with pytest.raises(Refusal) as refused:
        batches(office).decide(batch.id, verdict="approve", digest=batch.digest, member_id="marcus")
    assert refused.value.code.startswith("xero_")
    after = batches(office).get(batch.id)
    assert (after.apart, len(after.open)) == ((), 2)


@pytest.mark.parametrize(("who", "code"), [("alice", "role"), ("eve", "not_your_client"), ("tom", "role")])
def test_who_may_not_decide_one_may_not_decide_the_batch(office: Practice, who: str, code: str) -> None:
    proposals = found(office, "10.00", "20.00")
    batch = gathered(office, proposals)
    with pytest.raises(Refusal) as no:
        batches(office).decide(batch.id, verdict="approve", digest=batch.digest, member_id=who)
    assert no.value.code == code
    assert statuses(office, proposals) == [PROPOSED] * 2
    assert batches(office).get(batch.id).apart == ()


def test_a_batch_is_bound_to_what_was_shown(office: Practice) -> None:
    """Another digest decides nothing; a record changed underneath is pulled out, not posted."""
    proposals = found(office, "10.00", "20.00")
    batch = gathered(office, proposals)
    with pytest.raises(Refusal) as no:
        batches(office).decide(batch.id, verdict="approve", digest="0" * 64, member_id="marcus")
    assert no.value.code == "stale"
    with office.store.transaction() as session:
        row = session.get_one(ProposalRow, proposals[1].id)
        row.content = row.content.replace("20.00", "900.00")
    after, decided = batches(office).decide(batch.id, verdict="approve", digest=batch.digest, member_id="marcus")
    assert [each.id for each in decided] == [proposals[0].id]
    assert "not what was submitted" in after.apart[0].why


def test_undoing_a_run_proposes_the_reverse_of_each_as_one_batch(office: Practice) -> None:
    proposals = found(office, "10.00", "20.00")
    batch = gathered(office, proposals)
    batches(office).decide(batch.id, verdict="approve", digest=batch.digest, member_id="marcus")
    office.executor().run_pending()
    (undoing,), apart = batches(office).undo(batch.id, member=office.member("alice"))
    assert (undoing.undoes, undoing.kind, apart) == (batch.id, "reverse_journal", ())
    with pytest.raises(Refusal, match="needs an approver"):
        batches(office).decide(undoing.id, verdict="approve", digest=undoing.digest, member_id="alice")
    batches(office).decide(undoing.id, verdict="approve", digest=undoing.digest, member_id="marcus")
    office.executor().run_pending()
    assert statuses(office, list(undoing.proposals)) == [POSTED, POSTED]
