"""Xero's own aged reports, one contact at a time: what a customer owes us, and what we owe a supplier."""

from __future__ import annotations

import datetime as dt

from books.money import Money
from books.report_records import AgedDocument
from xero_tools import currencies, wire
from xero_tools.gateway import Gateway
from xero_tools.report_rows import amount, mark, read_report, rows, text, titles, unreadable
from xero_tools.translate import optional_day, required_day

_INVOICE = ("invoiceID",)
_AMOUNTS = ("Total", "Paid", "Credited", "Due")


def receivables(
    organisation: str, gateway: Gateway, contact_id: str, *, as_at: dt.date, interactive: bool = True
) -> tuple[AgedDocument, ...]:
    """What a customer owes at `as_at`, document by document, in the base currency."""
    return _documents(organisation, gateway, "AgedReceivablesByContact", contact_id, as_at, interactive)


def payables(
    organisation: str, gateway: Gateway, contact_id: str, *, as_at: dt.date, interactive: bool = True
) -> tuple[AgedDocument, ...]:
    """What is owed to a supplier at `as_at`, document by document, in the base currency."""
    return _documents(organisation, gateway, "AgedPayablesByContact", contact_id, as_at, interactive)


def _documents(
    organisation: str, gateway: Gateway, name: str, contact_id: str, as_at: dt.date, interactive: bool
) -> tuple[AgedDocument, ...]:
    query: dict[str, str | int | bool] = {"contactId": contact_id, "date": as_at.isoformat()}
    report = read_report(organisation, gateway, name, query, interactive)
    heads = titles(report)
    if not set(_AMOUNTS) <= set(heads):
        raise unreadable(name)
    own = currencies.base(organisation, gateway, interactive=interactive)
    return tuple(_document(row, heads, own) for _, row in rows(report) if mark(row, _INVOICE))


def _document(row: wire.WireRow, heads: tuple[str, ...], currency: str) -> AgedDocument:
    cells = row.Cells or []
    total, paid, credited, due = (Money(amount(cells[heads.index(head)]), currency) for head in _AMOUNTS)
    return AgedDocument(
        invoice_id=mark(row, _INVOICE),
        number=text(row, 1),
        date=required_day(text(row, 0), f"the aged document {text(row, 1)}"),
        due_date=optional_day(text(row, 2)),
        total=total,
        paid=paid,
        credited=credited,
        due=due,
    )
