"""Reads of credit notes: a customer's (ACCRECCREDIT) and a supplier's (ACCPAYCREDIT)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

import msgspec

from books.records import Invoice
from xero_tools import currencies, translate, wire
from xero_tools.gateway import Gateway
from xero_tools.paging import Listing, date_clauses, every_row, within


def with_status(
    organisation: str,
    gateway: Gateway,
    *,
    statuses: Iterable[str],
    until: dt.date | None = None,
    since: dt.date | None = None,
    kind: str | None = None,
    interactive: bool = True,
) -> tuple[Invoice, ...]:
    """Credit notes with lines, in one of `statuses`, dated from `since` to `until`; their amounts are positive."""
    wanted = tuple(statuses)
    where = (*((f'Type=="{kind}"',) if kind else ()), *date_clauses(since, until))
    listing = Listing(path="CreditNotes", where=where, interactive=interactive)
    rows = every_row(
        organisation, gateway, listing, rows=lambda page: page.CreditNotes, identity=lambda row: row.CreditNoteID or ""
    )
    lacks_currency = any(not row.CurrencyCode for row in rows)
    own = currencies.base(organisation, gateway, interactive=interactive) if lacks_currency else ""
    found = (translate.invoice(_as_document(row), own) for row in rows)
    return tuple(
        each
        for each in found
        if each.status in wanted and within(each.date, since, until) and (kind is None or each.kind == kind)
    )


def _as_document(row: wire.WireDocument) -> wire.WireDocument:
    """A credit note has an invoice's fields, its id and number under other names."""
    return msgspec.structs.replace(row, InvoiceID=row.CreditNoteID, InvoiceNumber=row.CreditNoteNumber)
