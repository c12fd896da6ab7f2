"""The documents that a proposal was built on, as Xero had them then, so that a change since is found and shown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import unquote

import msgspec
from sqlalchemy import JSON, ForeignKey, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from approvals.proposal import Evidence
from books.records import BankTransaction, Invoice, Line, ManualJournal
from books.refusal import Refusal
from books.store import Base
from xero_tools import bank, invoices, journals
from xero_tools.gateway import Gateway

INVOICE, BANK_TRANSACTION, JOURNAL = "Invoices", "BankTransactions", "ManualJournals"
_PAGES = {
    "?InvoiceID=": INVOICE,
    "?bankTransactionID=": BANK_TRANSACTION,
    "/Journal/View.aspx?invoiceID=": JOURNAL,
}
"""Which sort of document a link in the evidence opens: an id alone does not tell."""


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
    proposal: Mapped[str] = mapped_column(ForeignKey("proposals.id"), primary_key=True)
    source: Mapped[str] = mapped_column(String(64), primary_key=True)
    content: Mapped[dict[str, Any]] = mapped_column(JSON)


def read_sources(organisation: str, gateway: Gateway, evidence: Sequence[Evidence]) -> tuple[Source, ...]:
    """The evidence's documents as Xero has them now; raises Refusal when one changed since the draft was prepared.

    Evidence that names no document of these sorts (a calculation, a balance) is not bound to one.
    """
    found: dict[str, Source] = {}
    for each in evidence:
        entity = next((entity for page, entity in _PAGES.items() if page in unquote(each.link)), "")
        if not entity or not each.source or each.source in found:
            continue
        try:
            source = _read(organisation, gateway, entity, each.source, each.label)
        except Refusal as refusal:
            if refusal.code != "not_found":
                raise
            continue  # a payment opens on the same page as a bank transaction
        if each.version and source.version != each.version:
            raise Refusal(
                f"{each.label} was changed in Xero while this was prepared.",
                next_step="Prepare it again.",
                code="source_changed",
            )
        found[each.source] = source
    return tuple(found.values())


def keep(session: Session, proposal_id: str, sources: Sequence[Source]) -> None:
    """Binds a new proposal to its sources."""
    for source in sources:
        session.add(SourceRow(proposal=proposal_id, source=source.id, content=msgspec.to_builtins(source)))
    session.flush()


def kept(session: Session, proposal_id: str) -> tuple[Source, ...]:
    """The sources that a proposal is bound to, as they were."""
    rows = session.scalars(select(SourceRow).where(SourceRow.proposal == proposal_id).order_by(SourceRow.source))
    return tuple(msgspec.convert(row.content, Source) for row in rows)


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
    changed = [f"{name} {before} -> {after}" for name, before, after in pairs if before != after]
    if not changed and was.version != now.version:
        # Xero has no other word for it, and what we do not read may have changed.
        return [f"saved again in Xero ({was.version} -> {now.version}), with the same figures"]
    return changed


def _read(organisation: str, gateway: Gateway, entity: str, source_id: str, label: str) -> Source:
    document: Invoice | BankTransaction | ManualJournal
    match entity:
        case "Invoices":
            document = invoices.get(organisation, gateway, source_id)
            fields = _of_invoice(document)
        case "BankTransactions":
            document = bank.transaction(organisation, gateway, source_id)
            fields = _of_bank_transaction(document)
        case _:
            document = journals.get(organisation, gateway, source_id)
            fields = _of_journal(document)
    version = document.updated_at.isoformat() if document.updated_at else ""
    return Source(id=source_id, entity=entity, label=label, version=version, fields=fields)


def _of_invoice(document: Invoice) -> dict[str, str]:
    return {
        "status": document.status,
        "contact": document.contact.name,
        "date": document.date.isoformat(),
        "reference": document.reference,
        "total": str(document.total),
        "tax": str(document.tax),
        "due": str(document.due),
        **_lines(document.lines),
    }


def _of_bank_transaction(document: BankTransaction) -> dict[str, str]:
    return {
        "status": document.status,
        "contact": document.contact.name if document.contact else "",
        "date": document.date.isoformat(),
        "reference": document.reference,
        "total": str(document.total),
        **_lines(document.lines),
    }


def _of_journal(document: ManualJournal) -> dict[str, str]:
    lines = {f"line {n}": f"{each.account_code} {each.amount}" for n, each in enumerate(document.lines, start=1)}
    return {"status": document.status, "date": document.date.isoformat(), "narration": document.narration, **lines}


def _lines(lines: Sequence[Line]) -> dict[str, str]:
    return {
        f"line {n}": f"{each.account_code} {each.amount} ({each.description})" for n, each in enumerate(lines, start=1)
    }
