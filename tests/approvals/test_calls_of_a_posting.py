"""What one posting asks of Xero, counted in the sandbox's own log: nothing twice, and nothing that must be fresh less.

Xero lets an organisation be called sixty times a minute; a batch of forty payments spends most of them here.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from approvals.proposal import FAILED, POSTED, UNKNOWN
from tests.approvals.dying import paused
from tests.approvals.kinds.samples_documents import approving
from tests.approvals.kinds.test_apply_payment import of
from tests.approvals.kinds.till import Till, approved
from tests.approvals.practice import ORGANISATION, Practice, journal
from xero_tools import history


@pytest.fixture
def till(practice: Practice) -> Till:
    """Documents that people made by hand."""
    return Till(practice)


def calls(practice: Practice) -> list[str]:
    """Every call since the log was emptied, without ids."""
    rows = practice.xero.control("GET", "log")
    paths = ["/".join(each for each in row["path"].strip("/").split("/") if len(each) < 30) for row in rows]
    return [f"{row['method']} {path}" for row, path in zip(rows, paths, strict=True)]


def test_each_of_three_payments_costs_six_calls_and_is_checked_right_before_it_leaves(
    practice: Practice, till: Till
) -> None:
    """The lock date, our mark and the invoice, the payment, its reading back, the note. The first one asks for the
    currencies of the bank accounts as well, which never change."""
    invoices = [till.invoice(f"{60 + n}.00") for n in range(3)]
    proposals = [approved(practice, of(till, (each, f"{60 + n}.00"))) for n, each in enumerate(invoices)]
    practice.gateway = practice.xero.gateway()
    practice.xero.control("DELETE", "log")
    assert practice.executor().run_pending() == tuple(each.id for each in proposals)
    once = ["GET Organisation", "GET Payments", "GET Invoices", "PUT Payments", "GET Payments", "PUT Payments/History"]
    assert calls(practice) == [*once[:5], "GET Accounts", once[5], *once, *once]
    for each in proposals:
        done = practice.queue.get(each.id)
        notes = history.notes(ORGANISATION, practice.gateway, "Payments", done.receipt["id"])
        assert (done.status, done.receipt["verified"]) == (POSTED, True)
        assert len([note for note in notes if note.details.startswith(each.mark)]) == 1


def test_a_month_that_is_locked_between_two_payments_of_one_pass_stops_the_second(
    practice: Practice, till: Till
) -> None:
    proposals = [approved(practice, of(till, (till.invoice("60.00"), "60.00"))) for _ in range(2)]
    executor, gateway = paused(practice)
    practice.xero.control("DELETE", "log")
    left: list[str] = []

    def locks_after_the_first() -> None:
        left.append("a write")
        if len(left) == 2:  # its note
            practice.xero.lock_up_to("2026-10-31")

    gateway.before_write = locks_after_the_first
    executor.run_pending()
    assert [practice.queue.get(each.id).status for each in proposals] == [POSTED, FAILED]
    assert practice.queue.get(proposals[1].id).problem.startswith("Xero is locked up to 31 Oct 2026")
    assert calls(practice).count("PUT Payments") == 1


def test_a_month_that_is_locked_while_an_answer_is_lost_is_seen_before_the_request_leaves_again(
    practice: Practice,
) -> None:
    """With the production setting the executor tries a second time in the same pass: the lock date is read for it."""
    proposal = practice.approved()
    executor, gateway = paused(replace(practice, timings=replace(practice.timings, sends_at_once=2)))
    practice.xero.fault("drop_before")
    gateway.before_write = lambda: practice.xero.lock_up_to("2026-10-31")
    assert executor.carry_out(proposal.id).status == UNKNOWN
    assert "locked" in practice.queue.get(proposal.id).problem
    assert len(practice.xero.writes()) == 1


def test_a_document_that_is_both_looked_at_and_built_on_is_read_once_before_its_request(
    practice: Practice, till: Till
) -> None:
    """A draft's status says whether it was approved already, and its figures what is approved: one look is both."""
    proposal = approved(practice, approving(till.invoice("500.00", Status="DRAFT")))
    practice.xero.control("DELETE", "log")
    assert practice.executor().carry_out(proposal.id).status == POSTED
    assert calls(practice) == [
        "GET Organisation", "GET Invoices", "POST Invoices", "GET Invoices", "PUT Invoices/History",
    ]  # fmt: skip


def test_a_note_whose_answer_was_lost_is_looked_for_before_it_is_written_again(practice: Practice) -> None:
    proposal = practice.approved(journal())
    practice.xero.fault("drop_after", endpoint="History")
    done = practice.executor().carry_out(proposal.id)
    practice.clock.forward(minutes=16)
    practice.xero.control("DELETE", "log")
    practice.executor().run_pending()
    assert [each for each in calls(practice) if "History" in each] == ["GET ManualJournals/History"]
    notes = history.notes(ORGANISATION, practice.gateway, "ManualJournals", done.receipt["id"])
    assert len([each for each in notes if each.details.startswith(proposal.mark)]) == 1
