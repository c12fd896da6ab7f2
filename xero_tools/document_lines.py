"""The lines of one invoice, bill or bank transaction with all that says them again, for whoever changes one of them."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import msgspec

from books.documents import StandingDocument, StandingLine
from books.money import Money
from xero_tools import currencies, translate
from xero_tools.gateway import Gateway
from xero_tools.mirror_kinds import unreadable
from xero_tools.one import only, segment
from xero_tools.wire_base import Amount, Text, Wire

EVERY_DECIMAL = {"unitdp": 4}
"""Xero rounds a unit price to two decimals unless it is asked for four, and said again rounded it is another price."""
_IDS = {"Invoices": "InvoiceID", "BankTransactions": "BankTransactionID"}


class _Choice(Wire):
    Name: Text = None
    Option: Text = None


class _Line(Wire):
    LineItemID: Text = None
    Description: Text = None
    Quantity: Amount = None
    UnitAmount: Amount = None
    ItemCode: Text = None
    AccountCode: Text = None
    TaxType: Text = None
    TaxAmount: Amount = None
    LineAmount: Amount = None
    DiscountRate: Amount = None
    DiscountAmount: Amount = None
    Tracking: list[_Choice] | None = None


class _Contact(Wire):
    ContactID: Text = None
    Name: Text = None


class _Document(Wire):
    InvoiceID: Text = None
    BankTransactionID: Text = None
    Type: Text = None
    Status: Text = None
    InvoiceNumber: Text = None
    Reference: Text = None
    Contact: _Contact | None = None
    Date: Text = None
    DateString: Text = None
    CurrencyCode: Text = None
    CurrencyRate: Amount = None
    LineAmountTypes: Text = None
    Total: Amount = None
    AmountPaid: Amount = None
    AmountCredited: Amount = None
    IsReconciled: bool | None = None
    UpdatedDateUTC: Text = None
    LineItems: list[_Line] | None = None


class _Envelope(Wire):
    Invoices: list[_Document] | None = None
    BankTransactions: list[_Document] | None = None


def get(organisation: str, gateway: Gateway, entity: str, document_id: str) -> StandingDocument:
    """One document of Invoices or BankTransactions with its lines as they stand; raises Refusal.

    A shape of its own, so that the lists that are read by the thousand do not carry what only this needs.
    """
    if entity not in _IDS:
        raise ValueError(f"{entity!r} is none of {', '.join(_IDS)}.")
    base = currencies.base(organisation, gateway)
    content = gateway.read(organisation, f"{entity}/{segment(document_id)}", EVERY_DECIMAL)
    try:
        row: _Document = only(getattr(msgspec.json.decode(content, type=_Envelope), entity))
    except msgspec.DecodeError as error:
        raise unreadable(str(error)) from error
    return _document(row, entity, base)


def _document(row: _Document, entity: str, base: str) -> StandingDocument:
    identity = getattr(row, _IDS[entity]) or ""
    contact = row.Contact or _Contact()
    currency = row.CurrencyCode or base
    zero = Decimal(0)
    return StandingDocument(
        entity=entity,
        id=identity,
        kind=row.Type or "",
        status=row.Status or "",
        number=row.InvoiceNumber or "",
        reference=row.Reference or "",
        contact_id=contact.ContactID or "",
        contact=contact.Name or "",
        date=_day(row, identity),
        total=Money(row.Total or zero, currency),
        settled=Money((row.AmountPaid or zero) + (row.AmountCredited or zero), currency),
        line_amounts=row.LineAmountTypes or "Exclusive",
        lines=tuple(_line(each) for each in row.LineItems or ()),
        currency_rate=row.CurrencyRate or Decimal(1),
        is_reconciled=bool(row.IsReconciled),
        updated_at=translate.moment(row.UpdatedDateUTC),
    )


def _day(row: _Document, identity: str) -> dt.date:
    return translate.required_day(row.DateString or row.Date, f"the document {row.InvoiceNumber or identity}")


def _line(row: _Line) -> StandingLine:
    return StandingLine(
        id=row.LineItemID or "",
        description=row.Description or "",
        item_code=row.ItemCode or "",
        quantity=row.Quantity,
        unit_amount=row.UnitAmount,
        discount_rate=row.DiscountRate or None,
        discount_amount=row.DiscountAmount or None,
        amount=row.LineAmount or Decimal(0),
        account_code=row.AccountCode or "",
        tax_type=row.TaxType or "NONE",
        tax=row.TaxAmount or Decimal(0),
        tracking=tuple((each.Name or "", each.Option or "") for each in row.Tracking or ()),
    )
