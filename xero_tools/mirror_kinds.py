"""What the mirror keeps: one row a kind of record, with how it is read from Xero and how long it may be kept."""

from __future__ import annotations

import datetime as dt

import msgspec

from books.refusal import Refusal
from xero_tools.paging import PAGE_SIZE

_DAY = dt.timedelta(days=1)
NOT_AT_ALL = dt.timedelta(0)


class MirrorKind(msgspec.Struct, frozen=True, kw_only=True):
    """One list of Xero's.

    `page_size` None: Xero gives the list in one piece. `holds`: how old a copy may be and still answer; documents are
    asked for what changed each time. `keeps`: the time to live: after it a copy is read anew or thrown away.
    `category`: the webhook that tells of it; without one it is polled.
    """

    name: str
    path: str
    plural: str
    id_field: str
    page_size: int | None = PAGE_SIZE
    query: dict[str, str | int | bool] = {}
    holds: dt.timedelta = NOT_AT_ALL
    keeps: dt.timedelta = 7 * _DAY
    category: str = ""


def _kind(plural: str, one: str, **more: object) -> MirrorKind:
    given = {"name": plural.lower(), "path": plural, "plural": plural, "id_field": f"{one}ID"} | more
    return msgspec.convert(given, MirrorKind)


MIRRORED = (
    _kind("Invoices", "Invoice", category="INVOICE"),
    _kind("CreditNotes", "CreditNote", category="CREDITNOTE"),
    _kind("Payments", "Payment"),
    _kind("Prepayments", "Prepayment", category="PREPAYMENT"),
    _kind("Overpayments", "Overpayment", category="OVERPAYMENT"),
    _kind("BankTransactions", "BankTransaction"),
    _kind("BankTransfers", "BankTransfer", page_size=None),
    _kind("ManualJournals", "ManualJournal"),
    _kind("Quotes", "Quote", page_size=100),  # the only list whose page cannot be made larger
    _kind("Contacts", "Contact", query={"summaryOnly": True, "includeArchived": True}, category="CONTACT"),
    _kind("Accounts", "Account", page_size=None, holds=_DAY),
    _kind("Organisations", "Organisation", path="Organisation", page_size=None, holds=_DAY, keeps=2 * _DAY),
)
KINDS = {kind.name: kind for kind in MIRRORED}
BY_PATH = {kind.path.lower(): kind for kind in MIRRORED} | {"organisations": KINDS["organisations"]}
BY_CATEGORY = {kind.category: kind for kind in MIRRORED if kind.category}


class Face(msgspec.Struct, gc=False):
    """Of a record only what the mirror itself must know: who it is, when it changed, and what lists are narrowed by."""

    InvoiceID: str | None = None
    CreditNoteID: str | None = None
    PaymentID: str | None = None
    PrepaymentID: str | None = None
    OverpaymentID: str | None = None
    BankTransactionID: str | None = None
    BankTransferID: str | None = None
    ManualJournalID: str | None = None
    QuoteID: str | None = None
    ContactID: str | None = None
    AccountID: str | None = None
    OrganisationID: str | None = None
    UpdatedDateUTC: str | None = None
    Type: str | None = None
    Status: str | None = None
    ContactStatus: str | None = None
    Date: str | None = None
    DateString: str | None = None
    IsReconciled: bool | None = None


_face = msgspec.json.Decoder(Face)


def face(raw: bytes | msgspec.Raw) -> Face:
    """The face of a record; raises Refusal when it is none of Xero's."""
    try:
        return _face.decode(raw)
    except msgspec.DecodeError as error:
        raise unreadable(str(error)) from error


def record_id(kind: MirrorKind, seen: Face) -> str:
    """Which record it is."""
    return str(getattr(seen, kind.id_field) or "").lower()


def unreadable(detail: str) -> Refusal:
    """The refusal for an answer that is not Xero's shape."""
    return Refusal(
        "Xero's answer cannot be read.",
        next_step="Try again; if it stays so, report it to whoever looks after Tieout.",
        code="xero_unreadable",
        detail=detail,
    )
