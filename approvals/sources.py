"""The documents that a proposal was built on, as Xero had them then, so that a change since is found and shown."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any, cast
from urllib.parse import unquote

import msgspec
from sqlalchemy import JSON, ForeignKey, String, Table, bindparam, insert, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from approvals.proposal import Evidence
from approvals.register import ProposalRow
from books.prepared import Prepared, placeholders
from books.records import Line
from books.refusal import Refusal
from books.store import Base
from xero_tools import bank, batch_payments, contacts, credits, invoices, journals, quotes, transfers
from xero_tools.gateway import Gateway

INVOICE, CREDIT_NOTE, QUOTE, JOURNAL = "Invoices", "CreditNotes", "Quotes", "ManualJournals"
BANK_TRANSACTION, BANK_TRANSFER, PAYMENT, BATCH_PAYMENT = (
    "BankTransactions",
    "BankTransfers",
    "Payments",
    "BatchPayments",
)
OVERPAYMENT, PREPAYMENT, CONTACT = "Overpayments", "Prepayments", "Contacts"
ADDRESSEE = "Addressees"
"""A contact as the one to whom Xero mails: what matters of it is other than of a payee."""
Reading = tuple[dt.datetime | None, dict[str, str]]
"""When Xero says that a document was saved last, and its fields that matter."""

_PAGES = {
    "?InvoiceID=": INVOICE,
    "?bankTransactionID=": BANK_TRANSACTION,
    "?creditNoteID=": CREDIT_NOTE,
    "/Journal/View.aspx?invoiceID=": JOURNAL,
}
"""Which sort of document a link in the evidence opens: an id alone does not tell, a `Payments/<id>` does."""


class Source(msgspec.Struct, frozen=True, kw_only=True):
    """One document: when Xero says it was saved last, and the fields that matter, in words."""

    id: str
    entity: str
    label: str
    version: str
    fields: dict[str, str]


class SourceRow(Base):
    """A document that a proposal is bound to, as it was when the proposal was submitted."""

    __tablename__ = "proposal_sources"
    proposal: Mapped[str] = mapped_column(ForeignKey(ProposalRow.id), primary_key=True)
    source: Mapped[str] = mapped_column(String(64), primary_key=True)
    content: Mapped[dict[str, Any]] = mapped_column(JSON)


_TABLE = cast(Table, SourceRow.__table__)
_KEPT = Prepared(select(_TABLE.c.content).where(_TABLE.c.proposal == bindparam("proposal")).order_by(_TABLE.c.source))
_NEW = Prepared(insert(_TABLE).values(placeholders(_TABLE.columns.keys())))


def read_sources(organisation: str, gateway: Gateway, evidence: Sequence[Evidence]) -> tuple[Source, ...]:
    """The evidence's documents as Xero has them now; raises Refusal when one changed since the draft was prepared.

    Evidence that names no document of these sorts (a calculation, a balance) is not bound to one.
    """
    found: dict[str, Source] = {}
    for each in evidence:
        entity, source_id, is_named = _named(each)
        if not entity or not source_id or source_id in found:
            continue
        try:
            source = _read(organisation, gateway, entity, source_id, each.label)
        except Refusal as refusal:
            if refusal.code != "not_found" or is_named:
                raise
            continue  # a payment opens on the same page as a bank transaction
        if each.version and source.version != each.version:
            raise Refusal(
                f"{each.label} was changed in Xero while this was prepared.",
                next_step="Prepare it again.",
                code="source_changed",
            )
        found[source_id] = source
    return tuple(found.values())


def invoices_named(evidence: Sequence[Evidence]) -> tuple[str, ...]:
    """The ids of the invoices and bills that evidence names: what many drafts rest on can be read by one call."""
    named = (_named(each) for each in evidence)
    return tuple(source_id for entity, source_id, _ in named if entity == INVOICE and source_id)


def _named(evidence: Evidence) -> tuple[str, str, bool]:
    """The sort and the id of the document that evidence names, and whether it says the sort itself."""
    entity, slash, source_id = evidence.source.partition("/")
    if slash and entity in _READERS:
        return entity, source_id, True
    page = next((entity for page, entity in _PAGES.items() if page in unquote(evidence.link)), "")
    return page, evidence.source, False


def keep(session: Session, proposal_id: str, sources: Sequence[Source]) -> None:
    """Binds a new proposal to its sources."""
    for source in sources:
        _NEW.run(session, proposal=proposal_id, source=source.id, content=msgspec.to_builtins(source))


def kept(session: Session, proposal_id: str) -> tuple[Source, ...]:
    """The sources that a proposal is bound to, as they were."""
    return tuple(msgspec.convert(row.content, Source) for row in _KEPT.all(session, proposal=proposal_id))


def changes_in(organisation: str, gateway: Gateway, sources: Sequence[Source]) -> tuple[str, ...]:
    """What changed in these documents, in the words `INV-77: total 4,800.00 -> 5,200.00`; nothing when nothing did.

    Raises Refusal when Xero cannot be read; a document that is gone is a change.
    """
    changes: list[str] = []
    for was in sources:
        try:
            now = _read(organisation, gateway, was.entity, was.id, was.label)
        except Refusal as refusal:
            if refusal.code != "not_found":
                raise
            changes.append(f"{was.label}: Xero does not have it any more")
            continue
        changes += [f"{was.label}: {change}" for change in _differences(was, now)]
    return tuple(changes)


def _differences(was: Source, now: Source) -> list[str]:
    names = [*was.fields, *(name for name in now.fields if name not in was.fields)]
    pairs = [(name, was.fields.get(name, "nothing"), now.fields.get(name, "nothing")) for name in names]
    changed = [f"{name} {before} → {after}" for name, before, after in pairs if before != after]
    if not changed and was.version != now.version:
        # Xero has no other word for it, and what we do not read may have changed.
        return [f"saved again in Xero ({was.version} → {now.version}), with the same figures"]
    return changed


def _read(organisation: str, gateway: Gateway, entity: str, source_id: str, label: str) -> Source:
    version, fields = _READERS[entity](organisation, gateway, source_id)
    return Source(
        id=source_id, entity=entity, label=label, version=version.isoformat() if version else "", fields=fields
    )


def _invoice(organisation: str, gateway: Gateway, source_id: str) -> Reading:
    document = invoices.get(organisation, gateway, source_id)
    return document.updated_at, {
        "type": document.kind,
        "status": document.status,
        "contact": document.contact.name,
        "contact's id": document.contact.id,
        "date": document.date.isoformat(),
        "reference": document.reference,
        "total": str(document.total),
        "tax": str(document.tax),
        "due": str(document.due),
        **_lines(document.lines),
    }


def _payee(organisation: str, gateway: Gateway, source_id: str) -> Reading:
    """What matters of a contact is where the money goes: a new telephone number voids nothing."""
    payee = contacts.payee(organisation, gateway, source_id)
    return None, {"name": payee.name, "bank details": payee.bank_words}


def _addressee(organisation: str, gateway: Gateway, source_id: str) -> Reading:
    return None, {"addresses": ", ".join(contacts.mailed_to(organisation, gateway, source_id))}


def _credit(organisation: str, gateway: Gateway, entity: str, source_id: str) -> Reading:
    document = credits.get(organisation, gateway, entity, source_id)
    set_against = {
        f"allocation {each.id}": f"{each.amount} to {each.invoice_number or each.invoice_id}"
        for each in document.allocations
    }
    return document.updated_at, {
        "type": document.kind,
        "status": document.status,
        "contact": document.contact.name,
        "contact's id": document.contact.id,
        "date": document.date.isoformat(),
        "reference": document.reference,
        "total": str(document.total),
        "remaining": str(document.remaining),
        **set_against,
        **_lines(document.lines),
    }


def _bank_transaction(organisation: str, gateway: Gateway, source_id: str) -> Reading:
    document = bank.transaction(organisation, gateway, source_id)
    return document.updated_at, {
        "status": document.status,
        "contact": document.contact.name if document.contact else "",
        "date": document.date.isoformat(),
        "reference": document.reference,
        "total": str(document.total),
        "reconciled": _yes(document.is_reconciled),
        **_lines(document.lines),
    }


def _payment(organisation: str, gateway: Gateway, source_id: str) -> Reading:
    document = bank.payment(organisation, gateway, source_id)
    return document.updated_at, {
        "status": document.status,
        "contact": document.contact.name if document.contact else "",
        "date": document.date.isoformat(),
        "reference": document.reference,
        "total": str(document.amount),
        "reconciled": _yes(document.is_reconciled),
        "pays": document.invoice_number or document.invoice_id,
    }


def _batch_payment(organisation: str, gateway: Gateway, source_id: str) -> Reading:
    document = batch_payments.get(organisation, gateway, source_id)
    return document.updated_at, {
        "status": document.status,
        "date": document.date.isoformat(),
        "reference": document.words,
        "total": str(document.total),
        "reconciled": _yes(document.is_reconciled),
    }


def _bank_transfer(organisation: str, gateway: Gateway, source_id: str) -> Reading:
    document = transfers.get(organisation, gateway, source_id)
    return None, {
        "status": document.status,
        "date": document.date.isoformat(),
        "reference": document.reference,
        "total": str(document.amount),
        "reconciled": _yes(document.from_is_reconciled or document.to_is_reconciled),
    }


def _quote(organisation: str, gateway: Gateway, source_id: str) -> Reading:
    document = quotes.get(organisation, gateway, source_id)
    return document.updated_at, {
        "status": document.status,
        "contact": document.contact.name,
        "date": document.date.isoformat(),
        "reference": document.reference,
        "total": str(document.total),
        **_lines(document.lines),
    }


def _journal(organisation: str, gateway: Gateway, source_id: str) -> Reading:
    document = journals.get(organisation, gateway, source_id)
    lines = {f"line {n}": f"{each.account_code} {each.amount}" for n, each in enumerate(document.lines, start=1)}
    fields = {"status": document.status, "date": document.date.isoformat(), "narration": document.narration, **lines}
    return document.updated_at, fields


_READERS: dict[str, Callable[[str, Gateway, str], Reading]] = {
    INVOICE: _invoice,
    CREDIT_NOTE: lambda organisation, gateway, each: _credit(organisation, gateway, CREDIT_NOTE, each),
    OVERPAYMENT: lambda organisation, gateway, each: _credit(organisation, gateway, OVERPAYMENT, each),
    PREPAYMENT: lambda organisation, gateway, each: _credit(organisation, gateway, PREPAYMENT, each),
    BANK_TRANSACTION: _bank_transaction,
    PAYMENT: _payment,
    BATCH_PAYMENT: _batch_payment,
    BANK_TRANSFER: _bank_transfer,
    QUOTE: _quote,
    JOURNAL: _journal,
    CONTACT: _payee,
    ADDRESSEE: _addressee,
}


def _yes(is_so: bool) -> str:
    return "yes" if is_so else "no"


def _lines(lines: Sequence[Line]) -> dict[str, str]:
    return {
        f"line {n}": f"{each.account_code} {each.amount} ({each.description})" for n, each in enumerate(lines, start=1)
    }
