"""What every part of the pen shares: one write, its receipt, and the look for a mark."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from typing import TypeVar

import msgspec

from xero_tools import translate
from xero_tools.gateway import Gateway
from xero_tools.outcomes import OutcomeUnknown

LOOK_BACK = dt.timedelta(hours=25)
"""Xero dates a change by its own clock. Ours may be wrong by an hour, or by a whole time zone, and be put right between
the write and the look: what is not found then would be written a second time."""
numbers = msgspec.json.Encoder(decimal_format="number")
Found = TypeVar("Found")
ID_FIELDS = {
    "BankTransactions": "BankTransactionID",
    "BankTransfers": "BankTransferID",
    "BatchPayments": "BatchPaymentID",
    "ContactGroups": "ContactGroupID",
    "Contacts": "ContactID",
    "CreditNotes": "CreditNoteID",
    "Invoices": "InvoiceID",
    "ManualJournals": "ManualJournalID",
    "Payments": "PaymentID",
    "Quotes": "QuoteID",
    "RepeatingInvoices": "RepeatingInvoiceID",
    "TrackingCategories": "TrackingCategoryID",
}


class Receipt(msgspec.Struct, frozen=True, kw_only=True):
    """What Xero confirmed: the kind of record (Xero's plural), its id and status, and when it says it changed."""

    entity: str
    id: str
    status: str
    at: dt.datetime | None = None


class Nib:
    """Holds the gateway; the parts of the pen write through `put`."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway

    @property
    def gateway(self) -> Gateway:
        """What it writes through, to read again what was written."""
        return self._gateway

    def put(self, organisation: str, method: str, path: str, body: bytes, *, entity: str, key: str) -> Receipt:
        """One write of one record and its receipt; an answer that names no record leaves the outcome open."""
        answer = self._gateway.write(organisation, method, path, body, idempotency_key=key)
        return receipt(answer.content, entity)


def receipt(content: bytes, entity: str) -> Receipt:
    """The receipt in an accepted answer; raises OutcomeUnknown when it names no record."""
    rows = getattr(translate.envelope(content), entity) if content else None
    identity = getattr(rows[0], ID_FIELDS[entity]) if rows else None
    if not rows or not identity:
        raise OutcomeUnknown(f"Xero accepted the write to {entity} and named no record.", status=200)
    status = getattr(rows[0], "Status", None) or getattr(rows[0], "ContactStatus", None) or ""
    return Receipt(
        entity=entity, id=identity, status=status, at=translate.moment(getattr(rows[0], "UpdatedDateUTC", None))
    )


def marked(rows: Iterable[Found], mark: str, texts: Callable[[Found], Iterable[str]]) -> list[Found]:
    """The rows of which a text carries the mark; raises ValueError for an empty mark, which everything carries."""
    if not mark.strip():
        raise ValueError("A mark is needed to find a record by.")
    return [row for row in rows if any(mark in text for text in texts(row))]


def first(rows: Iterable[Found], *, live: Callable[[Found], bool]) -> Found | None:
    """The first that counts, or else the first at all: a mark is found whatever became of its record."""
    return min(rows, key=lambda row: not live(row), default=None)
