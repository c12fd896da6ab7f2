"""Reads of a document's History and Notes."""

from __future__ import annotations

from books.records import HistoryNote
from xero_tools import translate
from xero_tools.gateway import Gateway
from xero_tools.one import segment


def notes(
    organisation: str, gateway: Gateway, entity: str, entity_id: str, *, interactive: bool = True
) -> tuple[HistoryNote, ...]:
    """The history of a document; `entity` is Xero's plural, such as `ManualJournals` or `Invoices`."""
    path = f"{segment(entity)}/{segment(entity_id)}/History"
    rows = translate.envelope(gateway.read(organisation, path, interactive=interactive)).HistoryRecords
    return tuple(translate.history_note(row) for row in rows or ())


SENT = "Invoice sent"
"""What Xero's own line of history is called once it has mailed an invoice."""


def mails(organisation: str, gateway: Gateway, invoice_id: str) -> tuple[HistoryNote, ...]:
    """What the history of an invoice says of each time that Xero mailed it."""
    return tuple(each for each in notes(organisation, gateway, "Invoices", invoice_id) if each.change == SENT)
