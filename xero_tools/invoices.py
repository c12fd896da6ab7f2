"""Reads of sales invoices and bills (Xero calls both invoices; bills have the type ACCPAY)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal

import msgspec

from books.documents import InvoicePayment
from books.money import Money
from books.records import Invoice
from xero_tools import currencies, translate
from xero_tools.gateway import Gateway
from xero_tools.mirror_kinds import unreadable
from xero_tools.one import only, segment
from xero_tools.paging import Listing, date_clauses, every_row, within
from xero_tools.wire_base import Amount, Text, Wire

OUTSTANDING = ("AUTHORISED",)
IDS_AT_ONCE = 40
"""How many ids one question names: forty of them are as long as an address should become."""
_SUMMARY: dict[str, str | int | bool] = {"summaryOnly": True}


class _Payment(Wire):
    PaymentID: Text = None
    Date: Text = None
    Amount: Amount = None


class _PaidInvoice(Wire):
    CurrencyCode: Text = None
    Payments: tuple[_Payment, ...] | None = None


class _Paid(Wire):
    Invoices: tuple[_PaidInvoice, ...] = ()


def with_status(
    organisation: str,
    gateway: Gateway,
    *,
    statuses: Iterable[str],
    until: dt.date | None = None,
    since: dt.date | None = None,
    kind: str | None = None,
    modified_since: dt.datetime | None = None,
    interactive: bool = True,
) -> tuple[Invoice, ...]:
    """Invoices (`kind` ACCREC) and bills (ACCPAY) with lines, in one of `statuses`, dated from `since` to `until`."""
    wanted = tuple(statuses)
    listing = _listing(wanted, since, until, kind, {}, modified_since, interactive)
    return _read(organisation, gateway, listing, wanted, since, until, kind)


def summaries(
    organisation: str,
    gateway: Gateway,
    *,
    statuses: Iterable[str] = (),
    until: dt.date | None = None,
    since: dt.date | None = None,
    kind: str | None = None,
    modified_since: dt.datetime | None = None,
    interactive: bool = True,
) -> tuple[Invoice, ...]:
    """The same without lines (about half the bytes); every status unless `statuses` are given."""
    wanted = tuple(statuses)
    listing = _listing(wanted, since, until, kind, _SUMMARY, modified_since, interactive)
    return _read(organisation, gateway, listing, wanted, since, until, kind)


def outstanding(
    organisation: str,
    gateway: Gateway,
    *,
    kind: str | None = None,
    until: dt.date | None = None,
    interactive: bool = True,
) -> tuple[Invoice, ...]:
    """Approved invoices and bills that are not fully paid today, without lines, dated up to `until`."""
    found = summaries(organisation, gateway, statuses=OUTSTANDING, until=until, kind=kind, interactive=interactive)
    return tuple(each for each in found if each.due.amount > 0)


def several(
    organisation: str, gateway: Gateway, ids: Iterable[str], *, interactive: bool = True
) -> tuple[Invoice, ...]:
    """The invoices and bills with these ids, of whatever status, with their lines; unknown ids are left out."""
    wanted, found = list(dict.fromkeys(filter(None, ids))), list[Invoice]()
    for start in range(0, len(wanted), IDS_AT_ONCE):
        query: dict[str, str | int | bool] = {"IDs": ",".join(wanted[start : start + IDS_AT_ONCE])}
        listing = Listing(path="Invoices", query=query, interactive=interactive)
        found += _read(organisation, gateway, listing, (), None, None, None)
    return tuple(found)


def get(organisation: str, gateway: Gateway, invoice_id: str, *, interactive: bool = True) -> Invoice:
    """One invoice or bill with its lines; raises Refusal when there is none."""
    content = gateway.read(organisation, f"Invoices/{segment(invoice_id)}", interactive=interactive)
    row = only(translate.envelope(content).Invoices)
    return translate.invoice(row, row.CurrencyCode or currencies.base(organisation, gateway))


def payments_of(organisation: str, gateway: Gateway, invoice_id: str) -> tuple[InvoicePayment, ...]:
    """The payments that stand on one invoice or bill, those of a batch among them, deleted ones not."""
    content = gateway.read(organisation, f"Invoices/{segment(invoice_id)}")
    try:
        row = only(msgspec.json.decode(content, type=_Paid).Invoices)
    except msgspec.DecodeError as error:
        raise unreadable(str(error)) from error
    currency = row.CurrencyCode or currencies.base(organisation, gateway)
    return tuple(
        InvoicePayment(
            id=each.PaymentID or "",
            date=translate.required_day(each.Date, f"the payment {each.PaymentID}"),
            amount=Money(each.Amount or Decimal(0), currency),
        )
        for each in row.Payments or ()
    )


def _listing(
    statuses: tuple[str, ...],
    since: dt.date | None,
    until: dt.date | None,
    kind: str | None,
    query: dict[str, str | int | bool],
    modified_since: dt.datetime | None,
    interactive: bool,
) -> Listing:
    where = date_clauses(since, until)
    if kind:
        where = (f'Type=="{kind}"', *where)
    wanted: dict[str, str | int | bool] = {"Statuses": ",".join(statuses)} if statuses else {}
    return Listing(
        path="Invoices",
        query={**query, **wanted},
        where=where,
        modified_since=modified_since,
        interactive=interactive,
    )


def _read(
    organisation: str,
    gateway: Gateway,
    listing: Listing,
    statuses: tuple[str, ...],
    since: dt.date | None,
    until: dt.date | None,
    kind: str | None,
) -> tuple[Invoice, ...]:
    rows = every_row(
        organisation, gateway, listing, rows=lambda page: page.Invoices, identity=lambda row: row.InvoiceID or ""
    )
    lacks_currency = any(not row.CurrencyCode for row in rows)
    own = currencies.base(organisation, gateway, interactive=listing.interactive) if lacks_currency else ""
    found = (translate.invoice(row, own) for row in rows)
    return tuple(
        each
        for each in found
        if within(each.date, since, until)
        and (not statuses or each.status in statuses)
        and (kind is None or each.kind == kind)
    )
