"""A draft is approved exactly as it stood when it was shown, once, and can be voided again."""

from __future__ import annotations

import urllib.request

import pytest

from approvals.proposal import FAILED, POSTED, WITHDRAWN
from books.refusal import Refusal
from tests.approvals.kinds.samples_documents import approving, plain_line
from tests.approvals.kinds.till import Till, dies_after_the_write, done, undone
from tests.approvals.practice import ORGANISATION, Practice
from xero_tools import history


@pytest.mark.parametrize(("kind", "status"), [("ACCREC", "DRAFT"), ("ACCPAY", "SUBMITTED")])
def test_an_invoice_or_bill_is_approved_and_voided_again(
    practice: Practice, till: Till, kind: str, status: str
) -> None:
    """500.00 counts in the books after Priya's click, and after the undo nothing is left of it."""
    before = till.balance("200")
    draft = till.invoice("500.00", kind=kind, Status=status)
    proposal = done(practice, approving(draft))
    assert (proposal.status, proposal.receipt["status"]) == (POSTED, "AUTHORISED"), proposal.problem
    assert proposal.receipt["words"] == "Posted to Xero, read back and found as approved."
    assert abs(till.balance("200") - before) == 500
    notes = history.notes(ORGANISATION, practice.gateway, "Invoices", draft["InvoiceID"])
    assert [each for each in notes if each.details.startswith(proposal.mark)]
    assert undone(practice, proposal).status == POSTED
    assert till.one("Invoices", draft["InvoiceID"])["Status"] == "VOIDED"
    assert till.balance("200") == before


def test_a_credit_note_is_approved(practice: Practice, till: Till) -> None:
    note = till.credit_note("120.00", Status="DRAFT")
    proposal = done(practice, approving(note))
    assert (proposal.status, proposal.receipt["verified"]) == (POSTED, True), proposal.problem
    assert undone(practice, proposal).status == POSTED
    assert till.one("CreditNotes", note["CreditNoteID"])["Status"] == "VOIDED"


def test_a_quote_is_marked_as_sent_and_deleted_again(practice: Practice, till: Till) -> None:
    quote = till.quote("500.00")
    proposal = done(practice, approving(quote))
    assert (proposal.status, proposal.receipt["status"]) == (POSTED, "SENT"), proposal.problem
    with urllib.request.urlopen(proposal.receipt["link"], timeout=10) as page:
        assert f"Quote {quote['QuoteNumber']}" in page.read().decode()
    assert undone(practice, proposal).status == POSTED
    assert till.one("Quotes", quote["QuoteID"])["Status"] == "DELETED"


def test_a_draft_that_is_not_what_was_shown_is_refused(practice: Practice, till: Till) -> None:
    """The card would show other lines than Xero has."""
    draft = till.invoice("500.00", Status="DRAFT")
    with pytest.raises(Refusal) as refused:
        practice.submit(approving(draft, lines=(plain_line("500.00", "Tulips"),)))
    assert refused.value.code == "source_changed"
    with pytest.raises(Refusal) as refused:
        practice.submit(approving(till.invoice("500.00")))
    assert refused.value.code == "not_a_draft"


def test_lines_that_do_not_come_to_the_total_are_refused(practice: Practice, till: Till) -> None:
    draft = till.invoice("500.00", Status="DRAFT")
    with pytest.raises(Refusal) as refused:
        practice.submit(approving(draft, lines=(plain_line("499.00"),)))
    assert refused.value.code == "wrong_amount"


def test_an_edit_in_xero_before_the_click_voids_it(practice: Practice, till: Till) -> None:
    """The approval was for 500.00; somebody makes it 900.00."""
    draft = till.invoice("500.00", Status="DRAFT")
    proposal = practice.submit(approving(draft))
    line = {"Description": "Roses", "UnitAmount": "900.00", "AccountCode": "200"}
    till.wire.post(f"Invoices/{draft['InvoiceID']}", {"LineItems": [line]})
    decision = practice.decide(proposal)
    assert decision.proposal.status == WITHDRAWN
    assert "total A$500.00 → A$900.00" in decision.words


def test_an_edit_in_xero_after_the_click_stops_it(practice: Practice, till: Till) -> None:
    draft = till.invoice("500.00", Status="DRAFT")
    proposal = practice.approved(approving(draft))
    till.wire.post(f"Invoices/{draft['InvoiceID']}", {"Status": "DELETED"})
    proposal = practice.executor().carry_out(proposal.id)
    assert proposal.status == FAILED
    assert "status DRAFT → DELETED" in proposal.problem
    assert till.one("Invoices", draft["InvoiceID"])["Status"] == "DELETED"


def test_a_crash_between_send_and_answer_approves_once(practice: Practice, till: Till) -> None:
    """History has one approval, and it was found by the document's status."""
    draft = till.invoice("500.00", Status="DRAFT")
    proposal = practice.approved(approving(draft))
    dies_after_the_write(practice, proposal)
    proposal = practice.queue.get(proposal.id)
    assert (proposal.status, proposal.receipt["found_by"]) == (POSTED, "its status"), proposal.problem
    notes = history.notes(ORGANISATION, practice.gateway, "Invoices", draft["InvoiceID"])
    assert [each.change for each in notes].count("Approved") == 1


def test_a_locked_month_refuses_the_click(practice: Practice, till: Till) -> None:
    """A draft may lie in a locked month, an approved document may not."""
    proposal = practice.submit(approving(till.invoice("500.00", Status="DRAFT")))
    practice.xero.lock_up_to("2026-10-31")
    with pytest.raises(Refusal) as refused:
        practice.decide(proposal)
    assert refused.value.code == "locked"
