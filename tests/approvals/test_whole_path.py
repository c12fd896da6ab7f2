"""A journal from draft to Xero, and a lock from approval to proof."""

from __future__ import annotations

from approvals import audit
from approvals.proposal import APPROVED, AWAITING_PERSON, POSTED, PROPOSED
from tests.approvals.practice import ORGANISATION, Practice, lock
from xero_tools import history


def test_an_approved_journal_is_posted_once_noted_and_proved(either_practice: Practice) -> None:
    """Alice's agent prepares 400.00, Priya approves, the executor posts; Xero has it once, with a note."""
    practice = either_practice
    proposal = practice.submit()
    assert proposal.status == PROPOSED
    decision = practice.decide(proposal)
    assert (decision.changed, decision.proposal.status) == (True, APPROVED)
    assert decision.words.startswith("Priya Sharma approved this on ")

    posted = practice.executor().carry_out(proposal.id)

    assert posted.status == POSTED, posted.problem
    assert posted.receipt["words"] == "Posted to Xero, read back and found as approved."
    assert "/Journal/View.aspx" in posted.receipt["link"]
    [journal] = practice.journals_with(proposal)
    assert journal.id == posted.receipt["id"]
    assert [(line.account_code, line.amount.plain()) for line in journal.lines] == [
        ("433", "400.00"),
        ("620", "-400.00"),
    ]
    notes = [each.details for each in history.notes(ORGANISATION, practice.gateway, "ManualJournals", journal.id)]
    [note] = [each for each in notes if each.startswith(proposal.mark)]
    assert "prepared by Tieout (prepayments) for Alice Nguyen, approved by Priya Sharma" in note[:250]
    told = [(each.who, each.what) for each in audit.story(practice.store, proposal.id)]
    assert told == [
        ("alice", "proposed"),
        ("priya", "approved"),
        ("executor", "sending"),
        ("executor", "posted"),
        ("executor", "noted"),
    ]
    assert audit.verify(practice.store) == audit.AuditReport(rows=5, holds=True)


def test_carrying_out_twice_does_nothing_more(practice: Practice) -> None:
    """The second call finds it posted."""
    proposal = practice.approved()
    first = practice.executor().carry_out(proposal.id)
    assert practice.executor().carry_out(proposal.id) == first
    assert practice.executor().run_pending() == ()
    assert len(practice.xero.writes()) == 1


def test_a_lock_is_given_to_a_person_and_verified(either_practice: Practice) -> None:
    """Approved, handed over with the link; not done, looked at again; done in Xero, verified."""
    practice = either_practice
    proposal = practice.decide(practice.submit(lock())).proposal
    executor = practice.executor()
    waiting = executor.carry_out(proposal.id)
    assert waiting.status == AWAITING_PERSON
    assert "31 Oct 2026" in waiting.receipt["instruction"]
    assert "FinancialSettings" in waiting.receipt["link"]
    assert executor.check_awaiting(proposal.id) == waiting
    assert executor.run_pending() == ()

    practice.xero.lock_up_to("2026-10-31")

    assert executor.run_pending() == (proposal.id,)
    done = practice.queue.get(proposal.id)
    assert done.status == POSTED
    assert done.receipt["words"] == "Done in Xero and verified there: locked up to 31 Oct 2026."
    assert practice.xero.writes() == []
