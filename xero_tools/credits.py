"""Reads of what a contact has in hand: credit notes, overpayments and prepayments, with their allocations."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence

from books.documents import Credit
from xero_tools import currencies, translate, wire
from xero_tools import translate_documents as documents
from xero_tools.gateway import Gateway
from xero_tools.one import only, segment
from xero_tools.paging import Listing, every_row

COLLECTIONS: dict[str, Callable[[wire.Envelope], Sequence[wire.WireCredit] | None]] = {
    "CreditNotes": lambda page: page.CreditNotes,
    "Overpayments": lambda page: page.Overpayments,
    "Prepayments": lambda page: page.Prepayments,
}


def credit_notes(
    organisation: str, gateway: Gateway, *, modified_since: dt.datetime | None = None, interactive: bool = True
) -> tuple[Credit, ...]:
    """Every credit note of whatever status, or those changed since."""
    return _every(organisation, gateway, "CreditNotes", modified_since, interactive)


def overpayments(
    organisation: str, gateway: Gateway, *, modified_since: dt.datetime | None = None, interactive: bool = True
) -> tuple[Credit, ...]:
    """Every overpayment of whatever status, or those changed since."""
    return _every(organisation, gateway, "Overpayments", modified_since, interactive)


def prepayments(
    organisation: str, gateway: Gateway, *, modified_since: dt.datetime | None = None, interactive: bool = True
) -> tuple[Credit, ...]:
    """Every prepayment of whatever status, or those changed since."""
    return _every(organisation, gateway, "Prepayments", modified_since, interactive)


def get(organisation: str, gateway: Gateway, entity: str, credit_id: str, *, interactive: bool = True) -> Credit:
    """One credit with its lines; `entity` is CreditNotes, Overpayments or Prepayments. Raises Refusal."""
    content = gateway.read(organisation, f"{segment(entity)}/{segment(credit_id)}", interactive=interactive)
    row = only(COLLECTIONS[entity](translate.envelope(content)))
    return documents.credit(row, row.CurrencyCode or currencies.base(organisation, gateway))


def _every(
    organisation: str, gateway: Gateway, entity: str, modified_since: dt.datetime | None, interactive: bool
) -> tuple[Credit, ...]:
    listing = Listing(path=entity, modified_since=modified_since, interactive=interactive)
    rows = every_row(organisation, gateway, listing, rows=COLLECTIONS[entity], identity=_identity)
    lacks_currency = any(not row.CurrencyCode for row in rows)
    own = currencies.base(organisation, gateway, interactive=interactive) if lacks_currency else ""
    return tuple(documents.credit(row, own) for row in rows)


def _identity(row: wire.WireCredit) -> str:
    return row.CreditNoteID or row.OverpaymentID or row.PrepaymentID or ""
