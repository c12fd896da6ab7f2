"""The aged reports of one contact: each document that is not settled at a day, in the base currency."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from sandbox.xero.refusals import BadRequestError
from sandbox.xero.reports.rows import cell, header, report, section
from sandbox.xero.simulator import Session
from sandbox.xero.wire import Json, long_date, money, number, parse_date

NAMES = {
    "agedreceivablesbycontact": ("ACCREC", "Aged Receivables By Contact", "Number"),
    "agedpayablesbycontact": ("ACCPAY", "Aged Payables By Contact", "Reference"),
}
_HEADS = ("Total", "Paid", "Credited", "Due")
_CREDITS = ("CreditNotes", "Overpayments", "Prepayments")
_Amounts = tuple[Decimal, Decimal, Decimal, Decimal]


def aged_by_contact(
    session: Session, name: str, asked: Mapping[str, str], day: date, first: date | None, last: date | None
) -> Json:
    """The report `name` at a day, of documents dated from `first` to `last`; raises BadRequestError."""
    kind, title, second = NAMES[name]
    contact = session.get("contacts", asked.get("contactid", ""))
    if contact is None:
        raise BadRequestError("The contactId must be the id of a contact")
    invoices = [
        row
        for row in session.store.all(session.identity, "invoices")
        if row["Type"] == kind and (row.get("Contact") or {}).get("ContactID") == contact["ContactID"]
        if row["Status"] in ("AUTHORISED", "PAID") and parse_date(row["Date"]) <= min(day, last or day)
    ]
    shown = [(row, _amounts(row, day)) for row in sorted(invoices, key=lambda one: parse_date(one["Date"]))]
    due = [(row, amounts) for row, amounts in shown if amounts[3]]
    before = [amounts for row, amounts in due if first and parse_date(row["Date"]) < first]
    listed = [(row, amounts) for row, amounts in due if not first or parse_date(row["Date"]) >= first]
    start = first or min((parse_date(row["Date"]) for row, _ in listed), default=day)
    opening = sum((amounts[3] for amounts in before), Decimal(0))
    opened = [cell(f"{start}T00:00:00"), cell("Opening Balance"), *[cell("")] * 5, cell(f"{opening:.2f}")]
    totals = [sum((amounts[place] for _, amounts in listed), Decimal(0)) for place in range(4)]
    rows = [
        header("Date", second, "Due Date", "", *_HEADS),
        section("", [{"RowType": "Row", "Cells": opened}]),
        section("", [*(_row(row, amounts, day) for row, amounts in listed), _summary("Total", totals)]),
        section("", [_summary("Closing Balance", [*totals[:3], totals[3] + opening])]),
    ]
    made: Json = report(title, name, session.organisation, "", session.today, rows)
    titles = ["Invoices", str(contact["Name"]), f"From {long_date(start)} to {long_date(last or day)}",
              f"Showing payments to {long_date(day)}"]  # fmt: skip
    return made | {"ReportID": title.replace(" ", ""), "ReportType": title.replace(" ", ""), "ReportTitles": titles}


def _amounts(invoice: Json, day: date) -> _Amounts:
    """Total, paid, credited and due of a document at a day, in the base currency."""
    rate = number(invoice.get("CurrencyRate") or 1)
    paid = sum((money(one["Amount"]) for one in invoice.get("Payments") or [] if parse_date(one["Date"]) <= day),
               Decimal(0))  # fmt: skip
    credits = [one for kind in _CREDITS for one in invoice.get(kind) or [] if parse_date(one["Date"]) <= day]
    credited = sum((money(one.get("AppliedAmount") or 0) for one in credits), Decimal(0))
    total = money(invoice["Total"])
    due = total - paid - credited
    return money(total / rate), money(paid / rate), money(credited / rate), money(due / rate)


def _row(invoice: Json, amounts: _Amounts, day: date) -> Json:
    identity = str(invoice["InvoiceID"])
    due = parse_date(invoice["DueDate"]) if invoice.get("DueDate") else None
    late = (day - due).days if due else 0
    words = (f"{parse_date(invoice['Date'])}T00:00:00", str(invoice.get("InvoiceNumber") or ""),
             f"{due}T00:00:00" if due else "", f"{late} days overdue" if late > 0 else "")  # fmt: skip
    figures = (f"{one:.2f}" for one in amounts)
    return {"RowType": "Row", "Cells": [cell(one, identity, attribute="invoiceID") for one in (*words, *figures)]}


def _summary(label: str, amounts: list[Decimal]) -> Json:
    figures = (cell(f"{one:.2f}") for one in amounts)
    return {"RowType": "SummaryRow", "Cells": [cell(label), *[cell("")] * 3, *figures]}
