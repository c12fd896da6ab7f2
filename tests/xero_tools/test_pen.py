"""The pen against the sandbox: what it writes is found again by its mark, or proved by the state of its parent."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from books.documents import Credit
from tests.sandbox.xero.paper_lantern import ORGANISATION
from tests.support.sandbox_server import RunningSandbox
from tests.xero_tools.desk import ADAS_INVOICE, COLES_BILL, DAY, LONG_AGO, MARK, Desk, aud, line
from xero_tools import (
    bank,
    batch_payments,
    contact_groups,
    credits,
    currencies,
    customer_copies,
    history,
    invoices,
    quotes,
    tracking,
    transfers,
)
from xero_tools.outcomes import XeroRejected
from xero_tools.writes import Receipt
from xero_tools.writes.bodies import (
    allocation_body,
    bank_transfer_body,
    batch_payment_body,
    document_body,
    payment_body,
)


@pytest.fixture
def desk(lantern: RunningSandbox) -> Desk:
    """A desk over the books of Paper Lantern Ltd."""
    return Desk(lantern)


def advance(desk: Desk, kind: str, amount: str, code: str) -> str:
    """Money received from Ada in advance; returns the bank transaction's id."""
    body = document_body("BankTransactions", kind=kind, contact_id=desk.contact["Ada"], date=DAY, reference=MARK,
                         lines=[line(code, amount)], bank_account_id=desk.cheque, line_amount_types="NoTax",
                         )  # fmt: skip
    return desk.pen.create_bank_transaction(ORGANISATION, body, key="a" * 40).id


def test_a_payment_pays_and_its_deletion_opens_again(desk: Desk) -> None:
    body = payment_body(amount=aud("1100.00"), date=DAY, bank_account_id=desk.cheque, reference=MARK,
                        invoice_id=ADAS_INVOICE)  # fmt: skip
    assert desk.find("Payments") is None
    made = desk.pen.create_payment(ORGANISATION, body, key="p1")
    assert invoices.get(ORGANISATION, desk.gateway, ADAS_INVOICE).status == "PAID"
    assert desk.find("Payments") == made
    deleted = desk.pen.delete_payment(ORGANISATION, made.id, key="p2")
    assert deleted.status == "DELETED"
    assert invoices.get(ORGANISATION, desk.gateway, ADAS_INVOICE).due == aud("1100.00")
    found = desk.find("Payments")
    assert found
    assert found.status == "DELETED"  # whatever became of it, it is found


def test_a_batch_pays_bills_and_is_deleted_whole(desk: Desk) -> None:
    body = batch_payment_body(bank_account_id=desk.cheque, date=DAY, payments={COLES_BILL: aud("550.00")},
                              reference=MARK, details=MARK)  # fmt: skip
    made = desk.pen.create_batch_payment(ORGANISATION, body, key="b1")
    batch = batch_payments.get(ORGANISATION, desk.gateway, made.id)
    assert (batch.kind, batch.total, len(batch.payment_ids)) == ("PAYBATCH", aud("550.00"), 1)
    assert invoices.get(ORGANISATION, desk.gateway, COLES_BILL).status == "PAID"
    with pytest.raises(XeroRejected, match="part of a batch"):
        desk.pen.delete_payment(ORGANISATION, batch.payment_ids[0], key="b2")
    desk.pen.delete_batch_payment(ORGANISATION, made.id, key="b3")
    assert invoices.get(ORGANISATION, desk.gateway, COLES_BILL).status == "AUTHORISED"
    assert (desk.find("BatchPayments") or made).status == "DELETED"
    assert batch_payments.every(ORGANISATION, desk.gateway)[0].status == "DELETED"


def test_a_transfer_moves_money_and_back(desk: Desk) -> None:
    savings = desk.savings()
    body = bank_transfer_body(from_account_id=desk.cheque, to_account_id=savings, amount=aud("40.00"), date=DAY,
                              reference=MARK)  # fmt: skip
    made = desk.pen.create_bank_transfer(ORGANISATION, body, key="t1")
    assert desk.balance("091") == Decimal("40.00")
    assert (desk.find("BankTransfers") or made).id == made.id
    assert transfers.get(ORGANISATION, desk.gateway, made.id).amount == aud("40.00")
    sides = {each.kind for each in bank.transactions(ORGANISATION, desk.gateway, since=DAY)}
    assert sides == {"SPEND-TRANSFER", "RECEIVE-TRANSFER"}
    desk.pen.delete_bank_transfer(ORGANISATION, made.id, key="t2")
    assert transfers.every(ORGANISATION, desk.gateway) == ()
    assert transfers.every(ORGANISATION, desk.gateway, include_deleted=True)[0].status == "DELETED"
    assert desk.balance("091") == 0


def test_a_credit_note_is_allocated_and_taken_back(desk: Desk) -> None:
    body = document_body("CreditNotes", kind="ACCRECCREDIT", contact_id=desk.contact["Ada"], date=DAY,
                         lines=[line("200", "100.00")], status="AUTHORISED", reference=MARK)  # fmt: skip
    made = desk.pen.create_credit_note(ORGANISATION, body, key="c1")
    assert (desk.find("CreditNotes") or made).id == made.id
    part = allocation_body(invoice_id=ADAS_INVOICE, amount=aud("60.00"), date=DAY)
    allocation = desk.pen.allocate(ORGANISATION, "CreditNotes", made.id, part, key="c2")
    credit, listed = desk.pen.allocations_to(ORGANISATION, "CreditNotes", made.id, ADAS_INVOICE)
    assert (credit.total, credit.remaining, listed) == (aud("110.00"), aud("50.00"), (allocation,))
    assert invoices.get(ORGANISATION, desk.gateway, ADAS_INVOICE).due == aud("1040.00")
    too_much = allocation_body(invoice_id=ADAS_INVOICE, amount=aud("50.01"), date=DAY)
    with pytest.raises(XeroRejected, match="remaining credit"):
        desk.pen.allocate(ORGANISATION, "CreditNotes", made.id, too_much, key="c3")
    with pytest.raises(XeroRejected, match="payment or credit note allocated"):
        desk.pen.set_status(ORGANISATION, "CreditNotes", made.id, "VOIDED", key="c4")
    desk.pen.remove_allocation(ORGANISATION, "CreditNotes", made.id, allocation.id, key="c5")
    assert invoices.get(ORGANISATION, desk.gateway, ADAS_INVOICE).due == aud("1100.00")
    assert desk.pen.set_status(ORGANISATION, "CreditNotes", made.id, "VOIDED", key="c6").status == "VOIDED"
    assert [each.status for each in credits.credit_notes(ORGANISATION, desk.gateway)] == ["VOIDED"]


@pytest.mark.parametrize(
    ("kind", "code", "entity", "read"),
    [("RECEIVE-OVERPAYMENT", "200", "Overpayments", credits.overpayments),
     ("RECEIVE-PREPAYMENT", "620", "Prepayments", credits.prepayments)],
)  # fmt: skip
def test_money_in_advance_is_allocated(
    desk: Desk, kind: str, code: str, entity: str, read: Callable[..., tuple[Credit, ...]]
) -> None:
    before = desk.balance("610")
    received = advance(desk, kind, "300.00", code)
    (credit,) = read(ORGANISATION, desk.gateway)
    assert (credit.kind, credit.remaining, credit.status) == (kind, aud("300.00"), "AUTHORISED")
    assert (desk.find("BankTransactions") or Receipt(entity="", id="", status="")).id == received
    part = allocation_body(invoice_id=ADAS_INVOICE, amount=aud("300.00"), date=DAY)
    desk.pen.allocate(ORGANISATION, entity, credit.id, part, key="o1")
    assert credits.get(ORGANISATION, desk.gateway, entity, credit.id).status == "PAID"
    assert invoices.get(ORGANISATION, desk.gateway, ADAS_INVOICE).due == aud("800.00")
    assert desk.balance("610") == before - 300  # receivables fall by what the customer has paid, and only once
    assert desk.balance("620") == 0
    assert desk.balance("200") == Decimal("-2200.00")  # an overpayment is no income, whatever its line says
    with pytest.raises(XeroRejected, match="allocated"):
        desk.pen.delete_bank_transaction(ORGANISATION, received, key="o2")


@pytest.mark.parametrize(
    ("kind", "code", "noun", "read"),
    [("RECEIVE-OVERPAYMENT", "200", "overpayment_id", credits.overpayments),
     ("RECEIVE-PREPAYMENT", "620", "prepayment_id", credits.prepayments)],
)  # fmt: skip
def test_money_in_advance_is_paid_back(
    desk: Desk, kind: str, code: str, noun: str, read: Callable[..., tuple[Credit, ...]]
) -> None:
    """Ada paid 300.00 in advance and gets all of it back; taking the refund back leaves the credit as it was."""
    before = {each: desk.balance(each) for each in ("090", "610", "620")}
    advance(desk, kind, "300.00", code)
    (credit,) = read(ORGANISATION, desk.gateway)
    named: dict[str, Any] = {noun: credit.id}
    body = payment_body(amount=aud("300.00"), date=DAY, bank_account_id=desk.cheque, reference=MARK, **named)
    refund = desk.pen.create_payment(ORGANISATION, body, key="r1").id
    (credit,) = read(ORGANISATION, desk.gateway)
    assert (credit.remaining, credit.status) == (aud("0.00"), "PAID")
    assert {each: desk.balance(each) for each in before} == before
    assert bank.payment(ORGANISATION, desk.gateway, refund).invoice_id == credit.id
    with pytest.raises(XeroRejected, match="exceeds"):
        desk.pen.create_payment(ORGANISATION, body, key="r2")
    desk.pen.delete_payment(ORGANISATION, refund, key="r3")
    (credit,) = read(ORGANISATION, desk.gateway)
    assert (credit.remaining, credit.status) == (aud("300.00"), "AUTHORISED")
    assert desk.balance("090") == before["090"] + 300


def test_a_bank_transaction_is_deleted_with_its_advance(desk: Desk) -> None:
    received = advance(desk, "RECEIVE-OVERPAYMENT", "25.00", "200")
    assert desk.pen.delete_bank_transaction(ORGANISATION, received, key="d1").status == "DELETED"
    assert [each.status for each in credits.overpayments(ORGANISATION, desk.gateway)] == ["VOIDED"]


def test_an_invoice_is_drafted_approved_promised_mailed_and_voided(desk: Desk) -> None:
    body = document_body("Invoices", kind="ACCREC", contact_id=desk.contact["Ada"], date=DAY, due_date=DAY,
                         lines=[line("200", "10.00")], reference=MARK)  # fmt: skip
    made = desk.pen.create_invoice(ORGANISATION, body, key="i1")
    assert (made.status, (desk.find("Invoices") or made).id) == ("DRAFT", made.id)
    assert desk.pen.set_status(ORGANISATION, "Invoices", made.id, "AUTHORISED", key="i2").status == "AUTHORISED"
    desk.pen.expect_payment(ORGANISATION, made.id, dt.date(2026, 11, 20), key="i3")
    with pytest.raises(XeroRejected, match="no email address"):
        desk.pen.email_invoice(ORGANISATION, made.id, key="i4")
    desk.pen.update_contact(ORGANISATION, desk.contact["Ada"], email="ada@example.com", key="i5")
    assert desk.pen.times_emailed(ORGANISATION, made.id) == 0
    desk.pen.email_invoice(ORGANISATION, made.id, key="i6")
    assert desk.pen.times_emailed(ORGANISATION, made.id) == 1
    assert customer_copies.online_url(ORGANISATION, desk.gateway, made.id).startswith("https://in.xero.com/")
    assert b"%%EOF" in customer_copies.pdf(ORGANISATION, desk.gateway, made.id)
    assert desk.pen.set_status(ORGANISATION, "Invoices", made.id, "VOIDED", key="i7").status == "VOIDED"


def test_a_bill_is_marked_by_its_url(desk: Desk) -> None:
    body = document_body("Invoices", kind="ACCPAY", contact_id=desk.contact["Ada"], date=DAY, due_date=DAY,
                         lines=[line("310", "10.00")], url=f"https://tieout.example/p/{MARK}")  # fmt: skip
    made = desk.pen.create_invoice(ORGANISATION, body, key="u1")
    assert (desk.find("Invoices") or Receipt(entity="", id="", status="")).id == made.id


def test_a_quote_goes_its_way(desk: Desk) -> None:
    ada = desk.contact["Ada"]
    body = document_body("Quotes", contact_id=ada, date=DAY, expiry_date=dt.date(2026, 11, 30),
                         lines=[line("200", "90.00")], reference=MARK, title="Lanterns")  # fmt: skip
    made = desk.pen.create_quote(ORGANISATION, body, key="q1")
    assert (desk.find("Quotes") or made).id == made.id
    with pytest.raises(XeroRejected, match="not of valid status"):
        desk.pen.set_quote_status(ORGANISATION, made.id, "INVOICED", contact_id=ada, date=DAY, key="q2")
    for status in ("SENT", "ACCEPTED", "INVOICED"):
        desk.pen.set_quote_status(ORGANISATION, made.id, status, contact_id=ada, date=DAY, key=status)
    quote = quotes.get(ORGANISATION, desk.gateway, made.id)
    assert (quote.status, quote.total, quote.number) == ("INVOICED", aud("99.00"), "QU-0001")
    assert quotes.every(ORGANISATION, desk.gateway, status="INVOICED", since=DAY, until=DAY) == (quote,)
    assert quotes.every(ORGANISATION, desk.gateway, since=dt.date(2026, 10, 31)) == ()


def test_a_contact_is_created_grouped_and_archived(desk: Desk) -> None:
    made = desk.pen.create_contact(ORGANISATION, "Edda", number=MARK, email="edda@example.com", key="k1")
    assert (desk.find("Contacts") or made).id == made.id
    group = desk.pen.create_contact_group(ORGANISATION, "Collection: first", key="k2")
    desk.pen.add_to_group(ORGANISATION, group.id, (made.id,), key="k3")
    assert desk.pen.in_group(ORGANISATION, group.id, made.id)
    assert [each.name for each in contact_groups.every(ORGANISATION, desk.gateway)] == ["Collection: first"]
    desk.pen.remove_from_group(ORGANISATION, group.id, made.id, key="k4")
    assert not desk.pen.in_group(ORGANISATION, group.id, made.id)
    assert desk.pen.update_contact(ORGANISATION, made.id, archived=True, key="k5").status == "ARCHIVED"
    assert (desk.find("Contacts") or made).status == "ARCHIVED"


def test_tracking_and_currencies_grow(desk: Desk) -> None:
    category = desk.pen.create_tracking_category(ORGANISATION, "Project", key="g1")
    desk.pen.create_tracking_option(ORGANISATION, category.id, "Harbour", key="g2")
    names = {each.name: [name for _, name in each.options] for each in tracking.categories(ORGANISATION, desk.gateway)}
    assert names["Project"] == ["Harbour"]
    with pytest.raises(XeroRejected, match="at most 2"):
        desk.pen.create_tracking_category(ORGANISATION, "Third", key="g3")
    desk.pen.add_currency(ORGANISATION, "NZD", key="g4")
    assert set(currencies.codes(ORGANISATION, desk.gateway)) == {"AUD", "NZD"}


def test_a_file_is_attached_once(desk: Desk) -> None:
    for _ in range(2):
        file = desk.pen.attach(ORGANISATION, "Invoices", ADAS_INVOICE, filename="Proof é.txt", mime="text/plain",
                               content=b"agreed")  # fmt: skip
        assert (file.filename, file.length_bytes) == ("Proof é.txt", 6)
    notes = history.notes(ORGANISATION, desk.gateway, "Invoices", ADAS_INVOICE)
    assert sum("Attached" in each.change for each in notes) == 1


def test_a_mark_must_say_something(desk: Desk) -> None:
    with pytest.raises(ValueError, match="mark"):
        desk.pen.find_by_mark(ORGANISATION, "Payments", " ", since=LONG_AGO)
