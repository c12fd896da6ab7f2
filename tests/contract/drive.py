"""Uses every read and every write of xero_tools once, against a sandbox."""

from __future__ import annotations

import datetime as dt

from books.records import JournalLine
from tests.sandbox.xero.paper_lantern import ORGANISATION as ORG
from tests.sandbox.xero.paper_lantern import account_id, document_id
from tests.xero_tools.desk import ADAS_INVOICE, COLES_BILL, DAY, LONG_AGO, MARK, Desk, aud, line
from xero_tools import (
    accounts,
    attachments,
    bank,
    batch_payments,
    budgets,
    contact_groups,
    contacts,
    credit_notes,
    credits,
    currencies,
    customer_copies,
    document_lines,
    history,
    invoices,
    journals,
    organisations,
    people,
    quotes,
    repeating,
    reports,
    tax_rates,
    tracking,
    transfers,
)
from xero_tools.writes import bodies
from xero_tools.writes.marks import MARKS

READERS = (accounts, attachments, bank, batch_payments, budgets, contact_groups, contacts, credit_notes, credits,
           currencies, customer_copies, document_lines, history, invoices, journals, organisations, people, quotes,
           repeating, reports, tax_rates, tracking, transfers)  # fmt: skip
START = dt.date(2026, 7, 1)


def write_everything(desk: Desk) -> dict[str, str]:
    """Every method of the pen; returns the ids of what was made, by name."""
    made = _people(desk) | _money(desk)
    made |= _documents(desk)
    _journal(desk)
    _evidence(desk)
    for entity in MARKS:
        desk.pen.find_by_mark(ORG, entity, MARK, since=LONG_AGO)
    return made


def _people(desk: Desk) -> dict[str, str]:
    pen = desk.pen
    contact = pen.create_contact(ORG, "Edda", number=MARK, email="edda@example.com", key="people-1").id
    pen.update_contact(ORG, contact, email="e@example.com", archived=False, key="people-2")
    group = pen.create_contact_group(ORG, MARK, key="people-3").id
    pen.add_to_group(ORG, group, (contact, desk.contact["Ada"]), key="people-4")
    pen.remove_from_group(ORG, group, contact, key="people-5")
    pen.in_group(ORG, group, contact)
    category = pen.create_tracking_category(ORG, "Project", key="people-6").id
    pen.create_tracking_option(ORG, category, "Harbour", key="people-7")
    pen.add_currency(ORG, "NZD", key="people-8")
    return {"contact": contact, "group": group}


def _money(desk: Desk) -> dict[str, str]:
    pen, cheque = desk.pen, desk.cheque
    body = bodies.payment_body(amount=aud("10.00"), date=DAY, bank_account_id=cheque, reference=MARK,
                               invoice_id=ADAS_INVOICE)  # fmt: skip
    pen.delete_payment(ORG, pen.create_payment(ORG, body, key="money-1").id, key="money-2")
    body = bodies.batch_payment_body(bank_account_id=cheque, date=DAY, payments={COLES_BILL: aud("50.00")},
                                     reference=MARK, details=MARK)  # fmt: skip
    batch = pen.create_batch_payment(ORG, body, key="money-3").id
    pen.delete_batch_payment(ORG, batch, key="money-4")
    body = bodies.bank_transfer_body(from_account_id=cheque, to_account_id=desk.savings(), amount=aud("5.00"),
                                     date=DAY, reference=MARK)  # fmt: skip
    transfer = pen.create_bank_transfer(ORG, body, key="money-5").id
    pen.delete_bank_transfer(ORG, transfer, key="money-6")
    for place, kind in enumerate(("RECEIVE-OVERPAYMENT", "RECEIVE-PREPAYMENT", "RECEIVE")):
        body = bodies.document_body("BankTransactions", kind=kind, contact_id=desk.contact["Ada"], date=DAY,
                                    lines=[line("200", "20.00")], bank_account_id=cheque, reference=MARK)  # fmt: skip
        received = pen.create_bank_transaction(ORG, body, key=f"money-7{place}").id
    pen.delete_bank_transaction(ORG, received, key="money-8")
    (over,), (pre,) = credits.overpayments(ORG, desk.gateway), credits.prepayments(ORG, desk.gateway)
    _allocate(desk, "Overpayments", over.id)
    _allocate(desk, "Prepayments", pre.id)
    return {"batch": batch, "transfer": transfer, "received": received, "over": over.id, "pre": pre.id}


def _allocate(desk: Desk, entity: str, credit: str) -> None:
    part = bodies.allocation_body(invoice_id=ADAS_INVOICE, amount=aud("4.00"), date=DAY)
    allocation = desk.pen.allocate(ORG, entity, credit, part, key=f"allocate-{credit}")
    desk.pen.allocations_to(ORG, entity, credit, ADAS_INVOICE)
    desk.pen.remove_allocation(ORG, entity, credit, allocation.id, key=f"remove-{credit}")


def _documents(desk: Desk) -> dict[str, str]:
    pen, ada = desk.pen, desk.contact["Ada"]
    body = bodies.document_body("Invoices", kind="ACCREC", contact_id=ada, date=DAY, due_date=DAY, reference=MARK,
                                lines=[line("200", "10.00")], url=f"https://tieout.example/p/{MARK}")  # fmt: skip
    invoice = pen.create_invoice(ORG, body, key="documents-1").id
    pen.set_status(ORG, "Invoices", invoice, "AUTHORISED", key="documents-2")
    pen.expect_payment(ORG, invoice, DAY, key="documents-3")
    pen.update_contact(ORG, ada, email="ada@example.com", key="documents-4")
    pen.email_invoice(ORG, invoice, key="documents-5")
    pen.times_emailed(ORG, invoice)
    body = bodies.document_body("CreditNotes", kind="ACCRECCREDIT", contact_id=ada, date=DAY, status="AUTHORISED",
                                lines=[line("200", "10.00")], reference=MARK)  # fmt: skip
    credit = pen.create_credit_note(ORG, body, key="documents-6").id
    _allocate(desk, "CreditNotes", credit)
    body = bodies.document_body("Quotes", contact_id=ada, date=DAY, expiry_date=DAY, lines=[line("200", "9.00")],
                                reference=MARK, title="Lanterns")  # fmt: skip
    quote = pen.create_quote(ORG, body, key="documents-7").id
    pen.set_quote_status(ORG, quote, "SENT", contact_id=ada, date=DAY, key="documents-8")
    return {"invoice": invoice, "credit": credit, "quote": quote}


def _journal(desk: Desk) -> None:
    lines = [JournalLine(account_code=code, description="", amount=aud(amount))
             for code, amount in (("400", "1.00"), ("620", "-1.00"))]  # fmt: skip
    body = bodies.manual_journal_body(narration=MARK, date=DAY, lines=lines)
    posted = desk.pen.post_manual_journal(ORG, body, key="journal-1").id
    desk.pen.find_journal_by_mark(ORG, MARK, since=LONG_AGO)
    desk.pen.void_manual_journal(ORG, posted, key="journal-2")


def _evidence(desk: Desk) -> None:
    desk.pen.attach(ORG, "Invoices", ADAS_INVOICE, filename="proof.txt", mime="text/plain", content=b"agreed")
    desk.pen.find_attachment(ORG, "Invoices", ADAS_INVOICE, "proof.txt")
    for entity, identity in (("Invoices", ADAS_INVOICE), ("BankTransactions", document_id(31)),
                             ("Payments", document_id(21)), ("ManualJournals", document_id(42))):  # fmt: skip
        desk.pen.note(ORG, entity, identity, MARK)


def read_everything(desk: Desk, made: dict[str, str]) -> None:
    """Every function of the readers, on what the books hold and what was made."""
    _read_documents(desk, made)
    gateway = desk.gateway
    accounts.chart(ORG, gateway)
    (file, *_) = attachments.listing(ORG, gateway, "Invoices", COLES_BILL)
    attachments.content(ORG, gateway, "Invoices", COLES_BILL, file)
    budgets.every(ORG, gateway, start=START, end=DAY)
    assert budgets.one(ORG, gateway, "", start=START, end=DAY)
    currencies.codes(ORG, gateway)
    currencies.remember_base(ORG, gateway, "AUD")
    history.notes(ORG, gateway, "Invoices", ADAS_INVOICE)
    organisations.get(ORG, gateway)
    people.users(ORG, gateway)
    people.allowed_actions(ORG, gateway)
    reports.trial_balance(ORG, gateway, as_at=DAY)
    reports.profit_and_loss(ORG, gateway, start=START, end=DAY, periods=2)
    region = next(each for each in tracking.categories(ORG, gateway) if each.name == "Region")
    north = ((region.id, region.options[0][0]),)
    (rent,) = (row for row in reports.profit_and_loss(ORG, gateway, start=START, end=DAY, tracking=north)
               if row.account_id == account_id("400"))  # fmt: skip
    assert rent.amounts[0] == aud("100.00")
    reports.balance_sheet(ORG, gateway, as_at=DAY, periods=1)
    reports.bank_summary(ORG, gateway, start=START, end=DAY)
    tax_rates.every(ORG, gateway)
    tracking.categories(ORG, gateway)


def _read_documents(desk: Desk, made: dict[str, str]) -> None:
    gateway = desk.gateway
    bank.accounts(ORG, gateway)
    bank.transactions(ORG, gateway, since=START, until=DAY, reconciled=False)
    bank.transaction(ORG, gateway, made["received"])
    bank.payments(ORG, gateway, modified_since=LONG_AGO)
    batch_payments.every(ORG, gateway)
    batch_payments.get(ORG, gateway, made["batch"])
    contact_groups.every(ORG, gateway)
    contact_groups.get(ORG, gateway, made["group"])
    contacts.every(ORG, gateway, include_archived=True)
    contacts.get(ORG, gateway, made["contact"])
    credit_notes.with_status(ORG, gateway, statuses=("AUTHORISED",), since=START, kind="ACCRECCREDIT")
    credits.credit_notes(ORG, gateway, modified_since=LONG_AGO)
    credits.get(ORG, gateway, "CreditNotes", made["credit"])
    customer_copies.online_url(ORG, gateway, made["invoice"])
    customer_copies.pdf(ORG, gateway, made["invoice"])
    invoices.with_status(ORG, gateway, statuses=("AUTHORISED", "PAID"), since=START)
    invoices.summaries(ORG, gateway)
    invoices.outstanding(ORG, gateway, kind="ACCREC")
    invoices.get(ORG, gateway, made["invoice"])
    invoices.payments_of(ORG, gateway, made["invoice"])
    assert len(invoices.several(ORG, gateway, [made["invoice"]])) == 1
    journals.manual(ORG, gateway, since=START, statuses=("POSTED",))
    journals.get(ORG, gateway, document_id(42))
    quotes.every(ORG, gateway, since=START, until=DAY, status="SENT", modified_since=LONG_AGO)
    quotes.get(ORG, gateway, made["quote"])
    repeating.every(ORG, gateway)
    repeating.get(ORG, gateway, document_id(61))
    transfers.every(ORG, gateway, include_deleted=True)
    transfers.get(ORG, gateway, made["transfer"])
