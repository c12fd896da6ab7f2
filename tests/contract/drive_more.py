"""Uses the reads and writes that stand beside the ledger's everyday ones, in an organisation of each country."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

from tests.sandbox.xero import paper_lantern
from tests.sandbox.xero.paper_lantern import ORGANISATION as ORG
from tests.sandbox.xero.paper_lantern import document_id
from tests.xero_tools.desk import ADAS_INVOICE, COLES_BILL, DAY, LONG_AGO, MARK, Desk, aud, line
from tests.xero_tools.test_other_apis import MORE
from xero_tools import (
    aged_reports,
    bank,
    bank_statements,
    contacts,
    credits,
    document_lines,
    files,
    history,
    payroll,
    products,
    projects,
    purchase_orders,
    reminders,
    summaries,
)
from xero_tools.writes import bodies
from xero_tools.writes.endings import ending_body

READERS = (aged_reports, bank_statements, files, payroll, products, projects, purchase_orders, reminders, summaries)
NEW_ZEALAND, BRITAIN = document_id(901), document_id(902)
COUNTRY_CODES = {ORG: "au", NEW_ZEALAND: "nz", BRITAIN: "uk"}
LANTERN: dict[str, Any] = {
    "ItemID": document_id(95), "Code": "LANTERN", "Name": "Lantern", "Description": "A paper lantern", "IsSold": True,
    "IsPurchased": True, "IsTrackedAsInventory": True, "InventoryAssetAccountCode": "630", "QuantityOnHand": "12.0000",
    "TotalCostPool": "120.00", "SalesDetails": {"UnitPrice": "25.0000", "AccountCode": "200", "TaxType": "OUTPUT"},
    "PurchaseDetails": {"UnitPrice": "10.0000", "COGSAccountCode": "310", "TaxType": "INPUT"},
}  # fmt: skip
ORDER: dict[str, Any] = {
    "PurchaseOrderID": document_id(96), "PurchaseOrderNumber": "PO-0001", "Status": "AUTHORISED", "Reference": "Paper",
    "Date": "/Date(1792800000000+0000)/", "DateString": "2026-10-24T00:00:00", "CurrencyCode": "AUD",
    "DeliveryDate": "/Date(1793491200000+0000)/", "DeliveryDateString": "2026-11-01T00:00:00", "CurrencyRate": 1,
    "LineAmountTypes": "Exclusive", "SubTotal": "100.00", "TotalTax": "10.00", "Total": "110.00",
    "Contact": {"ContactID": document_id(97), "Name": "Cole Paper"},
    "LineItems": [{"ItemCode": "LANTERN", "Description": "Paper", "Quantity": "10.0000", "UnitAmount": "10.0000",
                   "LineAmount": "100.00", "TaxAmount": "10.00", "TaxType": "INPUT", "AccountCode": "310"}],
}  # fmt: skip


def write_books(home: Path, more: dict[str, Any]) -> list[Path]:
    """The small books with everything that stands beside them, and two more organisations with a payroll each."""
    beside = MORE | {"Items": [LANTERN], "PurchaseOrders": [ORDER], "InvoiceReminders": [{"Enabled": True}]}
    whole = paper_lantern.books()
    found = {"lantern": whole | beside | more}
    for identity, country in ((NEW_ZEALAND, "NZ"), (BRITAIN, "GB")):
        named = {"OrganisationID": identity, "CountryCode": country, "Name": f"Paper Lantern {country}"}
        found[country] = {"Organisation": whole["Organisation"] | named, "Accounts": whole["Accounts"]}
        found[country]["PayRuns"] = MORE["PayRuns"]
    for name, books in found.items():
        (home / f"{name}.json").write_text(json.dumps(books))
    return [home / f"{name}.json" for name in found]


def write_more(desk: Desk) -> dict[str, str]:
    """Refunds, templates, files, and a contact's bank account; returns the ids of what was made."""
    made = _refunds(desk) | _templates(desk)
    pen, contact = desk.pen, desk.contact["Ada"]
    pen.update_contact(ORG, contact, bank_account="062-000 12345678", key="more-1")
    file = pen.upload_file(ORG, filename=f"{MARK}.pdf", mime="application/pdf", content=b"%PDF\r\n--\x00\xff").id
    pen.associate_file(ORG, file, ADAS_INVOICE, group="Invoice")
    pen.part_file(ORG, file, ADAS_INVOICE, key="more-2")
    pen.associate_file(ORG, file, COLES_BILL, group="Invoice")
    _end(desk, made["note"])
    return made | {"file": file}


def _end(desk: Desk, note: str) -> None:
    """A draft leaves the books again; an allocation is looked for before it is taken back."""
    body = bodies.document_body("Invoices", kind="ACCREC", contact_id=desk.contact["Ada"], date=DAY,
                                lines=[line("200", "10.00")], reference=MARK)  # fmt: skip
    draft = desk.pen.create_invoice(ORG, body, key="end-1").id
    now = document_lines.get(ORG, desk.gateway, "Invoices", draft)
    body = bodies.recoding_body("Invoices", draft, now.lines, line_amounts=now.line_amounts, status=now.status)
    desk.pen.recode(ORG, "Invoices", draft, body, key="recode-1")
    assert document_lines.get(ORG, desk.gateway, "Invoices", draft).lines == now.lines
    desk.pen.end(ORG, "Invoices", draft, ending_body("Invoices", draft, "DELETED"), key="end-2")
    assert desk.pen.end_of(ORG, "Invoices", draft)
    assert not desk.pen.allocation_stands(ORG, "CreditNotes", note, document_id(999))


def _refunds(desk: Desk) -> dict[str, str]:
    """Of each credit that drive.write_everything left, a part is paid back; one refund is deleted again."""
    (over,), (pre,) = credits.overpayments(ORG, desk.gateway), credits.prepayments(ORG, desk.gateway)
    note = next(each for each in credits.credit_notes(ORG, desk.gateway) if each.remaining.amount > 1)
    named: dict[str, Any] = {"overpayment_id": over.id, "prepayment_id": pre.id, "credit_note_id": note.id}
    for place, (noun, identity) in enumerate(named.items()):
        body = bodies.payment_body(amount=aud("1.00"), date=DAY, bank_account_id=desk.cheque, reference=MARK,
                                   **{noun: identity})  # fmt: skip
        refund = desk.pen.create_payment(ORG, body, key=f"refund-{place}").id
    desk.pen.delete_payment(ORG, refund, key="refund-deleted")
    return {"over": over.id, "pre": pre.id, "note": note.id, "refund": refund}


def _templates(desk: Desk) -> dict[str, str]:
    body = bodies.repeating_body(kind="ACCREC", contact_id=desk.contact["Ada"], lines=[line("200", "9.00")],
                                 first=dt.date(2026, 12, 1), last=dt.date(2027, 12, 1), reference=MARK)  # fmt: skip
    template = desk.pen.create_repeating(ORG, body, key="template-1").id
    desk.pen.find_repeating_by_mark(ORG, MARK)
    desk.pen.delete_repeating(ORG, template, key="template-2")
    return {"template": template}


def read_more(desk: Desk, made: dict[str, str]) -> None:
    """Every function of READERS, a contact's details, and the history of every kind that the pen writes to."""
    gateway, ada = desk.gateway, desk.contact["Ada"]
    aged_reports.receivables(ORG, gateway, ada, as_at=DAY)
    aged_reports.payables(ORG, gateway, next(each for name, each in desk.contact.items() if name != "Ada"), as_at=DAY)
    assert "062-000" in contacts.payee(ORG, gateway, ada).bank_details
    contacts.mailed_to(ORG, gateway, ada)
    start, end = dt.date(2026, 10, 1), dt.date(2026, 11, 4)
    (*_, statement) = bank_statements.between(ORG, gateway, desk.cheque, start=start, end=end)
    assert statement.closing == statement.sum_closing
    files.listing(ORG, gateway)
    files.get(ORG, gateway, made["file"])
    files.of_document(ORG, gateway, COLES_BILL)
    files.documents_of(ORG, gateway, made["file"])
    files.content(ORG, gateway, files.get(ORG, gateway, made["file"]))
    for organisation, country in ((ORG, "AU"), (NEW_ZEALAND, "NZ"), (BRITAIN, "GB")):
        payroll.pay_runs(organisation, gateway, country=country, currency="AUD")
    products.every(ORG, gateway, modified_since=LONG_AGO)
    products.get(ORG, gateway, document_id(95))
    project, *_ = projects.every(ORG, gateway)
    projects.time(ORG, gateway, project.id)
    purchase_orders.every(ORG, gateway, status="AUTHORISED", since=dt.date(2026, 10, 1), until=DAY)
    purchase_orders.get(ORG, gateway, document_id(96))
    reminders.are_on(ORG, gateway)
    summaries.budget(ORG, gateway, start=dt.date(2026, 7, 1), periods=4, months=3)
    summaries.executive(ORG, gateway, month=DAY)
    summaries.published(ORG, gateway)
    _histories(desk, made)


def _histories(desk: Desk, made: dict[str, str]) -> None:
    """A note is written to, and read from, every kind that keeps a history and that the pen writes to."""
    noted = {
        "BatchPayments": made["batch"], "BankTransfers": made["transfer"], "Contacts": made["contact"],
        "CreditNotes": made["credit"], "Overpayments": made["over"], "Prepayments": made["pre"],
        "Quotes": made["quote"], "RepeatingInvoices": made["template"], "Payments": document_id(21),
        "BankTransactions": document_id(31), "ManualJournals": document_id(42), "Invoices": ADAS_INVOICE,
    }  # fmt: skip
    for entity, identity in noted.items():
        desk.pen.note(ORG, entity, identity, f"Seen under {MARK}")
        assert any(MARK in each.details for each in history.notes(ORG, desk.gateway, entity, identity)), entity
    for entity in ("Items", "PurchaseOrders"):
        history.notes(ORG, desk.gateway, entity, document_id(95 if entity == "Items" else 96))
    (paid, *_) = bank.payments(ORG, desk.gateway, modified_since=LONG_AGO)
    assert bank.payment(ORG, desk.gateway, paid.id) == paid
