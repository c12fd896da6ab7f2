"""A document leaves the books again: voided, deleted or removed once, and never where a person must act first."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from approvals.kinds import kind_of
from approvals.kinds.kind import PenKind
from approvals.kinds.void_or_correct import voiding
from approvals.proposal import FAILED, POSTED, WITHDRAWN, Draft
from books.refusal import Refusal
from tests.approvals.kinds.samples_cash import ending
from tests.approvals.kinds.till import DAY, Till, aud, dies_after_the_write, done
from tests.approvals.practice import ORGANISATION, Practice
from tests.approvals.test_policy import proposed
from xero_tools import history


def of_payment(payment: Any, **changes: Any) -> Draft:
    """Delete this payment."""
    said = {"amount": Decimal(str(payment["Amount"])), "currency": "AUD", "currency_rate": Decimal(1)}
    return ending("Payments", payment["PaymentID"], **{**said, **changes})


def of_invoice(invoice: Any) -> Draft:
    """Void this invoice."""
    return ending(
        "Invoices", invoice["InvoiceID"], action="void", words=f"invoice {invoice['InvoiceNumber']}",
        amount=Decimal(str(invoice["Total"])), currency="AUD", currency_rate=Decimal(1),
    )  # fmt: skip


def test_a_payment_is_deleted_and_its_invoice_is_due_again(practice: Practice, till: Till) -> None:
    """Acme's 500.00 was entered as paid by mistake; the note in the payment's history says who took it back."""
    invoice = till.invoice("500.00")
    payment = till.pay(invoice, "500.00")
    proposal = done(practice, of_payment(payment))
    assert (proposal.status, proposal.receipt["status"]) == (POSTED, "DELETED"), proposal.problem
    assert proposal.receipt["verified"]
    assert till.one("Invoices", invoice["InvoiceID"])["AmountDue"] == 500.0
    notes = history.notes(ORGANISATION, practice.gateway, "Payments", payment["PaymentID"])
    assert [each.details for each in notes if each.details.startswith(proposal.mark)]


def test_an_invoice_is_voided(practice: Practice, till: Till) -> None:
    invoice = till.invoice("70.00")
    assert done(practice, of_invoice(invoice)).status == POSTED
    assert till.one("Invoices", invoice["InvoiceID"])["Status"] == "VOIDED"


def test_an_allocation_is_removed(practice: Practice, till: Till) -> None:
    """60.00 of a credit note goes back to the note, and the invoice is due in full."""
    contact = till.contact()
    invoice, note = till.invoice("500.00", contact=contact), till.credit_note("120.00", contact=contact)
    row = {"Amount": "60.00", "Date": DAY.isoformat(), "Invoice": {"InvoiceID": invoice["InvoiceID"]}}
    allocation = till.wire.put(f"CreditNotes/{note['CreditNoteID']}/Allocations", row).json["Allocations"][0]
    draft = ending(
        "Allocations", allocation["AllocationID"], action="remove", words="60.00 of the credit note",
        amount=Decimal("60.00"), currency="AUD", currency_rate=Decimal(1),
        parent_entity="CreditNotes", parent_id=note["CreditNoteID"],
    )  # fmt: skip
    proposal = done(practice, draft)
    assert (proposal.status, proposal.receipt["entity"]) == (POSTED, "CreditNotes"), proposal.problem
    assert till.one("Invoices", invoice["InvoiceID"])["AmountDue"] == 500.0
    with pytest.raises(Refusal, match="does not have"):
        practice.submit(ending(
            "Allocations", allocation["AllocationID"], action="remove", amount=Decimal("59.00"), currency="AUD",
            currency_rate=Decimal(1), parent_entity="CreditNotes", parent_id=note["CreditNoteID"],
        ))  # fmt: skip


def test_what_is_reconciled_a_person_unreconciles_first(practice: Practice, till: Till) -> None:
    payment = till.pay(till.invoice("431.07"), "431.07")
    till.reconciled("Payments", payment["PaymentID"], "431.07")
    with pytest.raises(Refusal) as refused:
        practice.submit(of_payment(payment))
    assert refused.value.code == "reconciled"
    assert "Unreconcile" in refused.value.next_step


def test_an_invoice_with_a_payment_is_not_voided(practice: Practice, till: Till) -> None:
    invoice = till.invoice("500.00")
    till.pay(invoice, "1.00")
    with pytest.raises(Refusal) as refused:
        practice.submit(of_invoice(invoice))
    assert refused.value.code == "has_payments"


@pytest.mark.parametrize(
    "changes", [{"amount": Decimal("499.00")}, {"date": dt.date(2026, 10, 21)}, {"status": "DRAFT"}], ids=str
)
def test_it_must_be_the_document_that_xero_has(practice: Practice, till: Till, changes: dict[str, Any]) -> None:
    payment = till.pay(till.invoice("500.00"), "500.00")
    with pytest.raises(Refusal) as refused:
        practice.submit(of_payment(payment, **changes))
    assert refused.value.code in ("source_changed", "no_such_ending")


def test_a_person_who_was_faster_voids_the_approval(practice: Practice, till: Till) -> None:
    """Somebody deletes the payment by hand before the click: the card says so, and nothing is sent."""
    payment = till.pay(till.invoice("500.00"), "500.00")
    proposal = practice.submit(of_payment(payment))
    till.wire.post(f"Payments/{payment['PaymentID']}", {"Status": "DELETED"})
    decision = practice.decide(proposal)
    assert decision.proposal.status == WITHDRAWN
    assert "status AUTHORISED → DELETED" in decision.words


def test_a_person_who_was_faster_after_the_click_did_it(practice: Practice, till: Till) -> None:
    """Found by the document's state; no second request leaves."""
    payment = till.pay(till.invoice("500.00"), "500.00")
    proposal = practice.approved(of_payment(payment))
    till.wire.post(f"Payments/{payment['PaymentID']}", {"Status": "DELETED"})
    proposal = practice.executor().carry_out(proposal.id)
    assert proposal.status == POSTED
    assert proposal.receipt["words"] == "It stands in Xero as approved (found by the document's own state)."
    log = practice.xero.control("GET", "log?method=POST")
    assert len([row for row in log if row["path"].endswith(payment["PaymentID"])]) == 1


def test_a_lost_answer_is_found_by_the_state(practice: Practice, till: Till) -> None:
    """The process dies after Xero has done it."""
    payment = till.pay(till.invoice("500.00"), "500.00")
    proposal = practice.approved(of_payment(payment))
    practice.xero.fault("drop_after", method="POST", endpoint="Payments")
    dies_after_the_write(practice, proposal)
    assert practice.queue.get(proposal.id).status == POSTED
    log = practice.xero.control("GET", "log?method=POST")
    assert len([row for row in log if row["path"].endswith(payment["PaymentID"])]) == 1


def test_a_locked_month_keeps_its_documents(practice: Practice, till: Till) -> None:
    payment = till.pay(till.invoice("500.00"), "500.00")
    proposal = practice.submit(of_payment(payment))
    approved = practice.decide(proposal).proposal
    practice.xero.lock_up_to("2026-10-31")
    assert practice.executor().carry_out(approved.id).status == FAILED
    with pytest.raises(Refusal, match="cannot be taken back"):
        voiding(proposed(of_payment(payment)), entity="Payments", document_id="x", words="the payment", date=DAY,
                amount=aud("1.00"), lock_date=dt.date(2026, 10, 31))  # fmt: skip


def test_it_is_not_taken_back_itself(practice: Practice, till: Till) -> None:
    proposal = done(practice, of_payment(till.pay(till.invoice("500.00"), "500.00")))
    with pytest.raises(Refusal, match="cannot be undone") as refused:
        practice.queue.undo(proposal.id, member=practice.member("alice"))
    assert "entered again" in refused.value.next_step


@pytest.mark.parametrize(
    ("entity", "action", "body"),
    [
        ("Payments", "delete", b'{"Status":"DELETED"}'),
        ("BankTransfers", "delete", b'{"BankTransfers":[{"BankTransferID":"x","Status":"DELETED"}]}'),
        ("Invoices", "void", b'{"Invoices":[{"InvoiceID":"x","Status":"VOIDED"}]}'),
        ("Quotes", "delete", b'{"Quotes":[{"QuoteID":"x","Status":"DELETED","Contact":{"ContactID":"contact-1"},'
                             b'"Date":"2026-10-20"}]}'),
    ],
)  # fmt: skip
def test_the_frozen_bytes(entity: str, action: str, body: bytes) -> None:
    kind = kind_of("void_or_correct")
    assert isinstance(kind, PenKind)
    assert kind.request(proposed(ending(entity, "x", action=action))) == body
