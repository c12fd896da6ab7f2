"""Finds a record of any kind by the mark that its write carried: what to look at after an answer was lost."""

from __future__ import annotations

import datetime as dt

import msgspec

from books.refusal import Refusal
from xero_tools import translate
from xero_tools.gateway import Gateway, Params
from xero_tools.one import only, segment
from xero_tools.paging import PAGE_SIZE
from xero_tools.writes.pen import ID_FIELDS, LOOK_BACK, Receipt, first, marked

# Where the mark of each kind may stand.
MARKS = {
    "BankTransactions": ("Reference", "Url"),
    "BankTransfers": ("Reference",),
    "BatchPayments": ("Reference", "Details", "Narrative", "Particulars"),
    "ContactGroups": ("Name",),
    "Contacts": ("ContactNumber",),
    "CreditNotes": ("Reference", "CreditNoteNumber"),
    "Invoices": ("Reference", "Url", "InvoiceNumber"),
    "ManualJournals": ("Narration", "Url"),
    "Payments": ("Reference",),
    "Quotes": ("Reference",),
    "TrackingCategories": ("Name",),
}
_QUERY: dict[str, dict[str, str | int | bool]] = {
    "BankTransfers": {"includeDeleted": True},
    "Contacts": {"includeArchived": True},
    "TrackingCategories": {"includeArchived": True},
}
_ONE_PIECE = ("BankTransfers", "BatchPayments", "ContactGroups", "TrackingCategories")
_NO_SINCE = ("ContactGroups", "TrackingCategories")
_ENDED = ("DELETED", "VOIDED", "ARCHIVED")


class _Face(msgspec.Struct, gc=False):
    """Of a record only what tells it by its mark."""

    BankTransactionID: str | None = None
    BankTransferID: str | None = None
    BatchPaymentID: str | None = None
    ContactGroupID: str | None = None
    ContactID: str | None = None
    CreditNoteID: str | None = None
    InvoiceID: str | None = None
    ManualJournalID: str | None = None
    PaymentID: str | None = None
    QuoteID: str | None = None
    TrackingCategoryID: str | None = None
    Reference: str | None = None
    Url: str | None = None
    Details: str | None = None
    Narrative: str | None = None
    Narration: str | None = None
    Particulars: str | None = None
    Name: str | None = None
    ContactNumber: str | None = None
    CreditNoteNumber: str | None = None
    InvoiceNumber: str | None = None
    Status: str | None = None
    ContactStatus: str | None = None
    UpdatedDateUTC: str | None = None


_page = msgspec.json.Decoder(dict[str, msgspec.Raw])
_faces = msgspec.json.Decoder(list[_Face])


def find(organisation: str, gateway: Gateway, entity: str, mark: str, *, since: dt.datetime) -> Receipt | None:
    """The record of `entity` (Xero's plural) that carries `mark`, of whatever status; a live one first.

    Looks at everything that changed since LOOK_BACK before `since`, the moment of the first attempt; raises
    Refusal when Xero cannot be read, so that "not found" always means that it is not there.
    """
    fields = MARKS[entity]
    rows = _changed(organisation, gateway, entity, None if entity in _NO_SINCE else since - LOOK_BACK)
    found = marked(rows, mark, lambda row: [getattr(row, field) or "" for field in fields])
    row = first(found, live=lambda each: (each.Status or each.ContactStatus) not in _ENDED)
    return _receipt(entity, row) if row else None


def one(organisation: str, gateway: Gateway, entity: str, document_id: str) -> Receipt:
    """One record by its id, with its status as it is now; raises Refusal."""
    rows = _read(gateway.read(organisation, f"{entity}/{segment(document_id)}"), entity)
    return _receipt(entity, only(rows))


def _receipt(entity: str, row: _Face) -> Receipt:
    return Receipt(
        entity=entity,
        id=getattr(row, ID_FIELDS[entity]) or "",
        status=row.Status or row.ContactStatus or "",
        at=translate.moment(row.UpdatedDateUTC),
    )


def _changed(organisation: str, gateway: Gateway, entity: str, since: dt.datetime | None) -> list[_Face]:
    found: list[_Face] = []
    page = 1
    while True:
        query: Params = _QUERY.get(entity, {})
        if entity not in _ONE_PIECE:
            query = {**query, "page": page} | ({} if entity == "Quotes" else {"pageSize": PAGE_SIZE})
        rows = _read(gateway.read(organisation, entity, query, modified_since=since), entity)
        found += rows
        if entity in _ONE_PIECE or len(rows) < (100 if entity == "Quotes" else PAGE_SIZE):
            return found
        page += 1


def _read(content: bytes, entity: str) -> list[_Face]:
    try:
        return _faces.decode(_page.decode(content)[entity])
    except (msgspec.DecodeError, KeyError) as error:
        raise Refusal(
            "Xero's answer cannot be read.",
            next_step="Try again; if it stays so, report it to whoever looks after Tieout.",
            code="xero_unreadable",
            detail=str(error),
        ) from error
