"""Reads of the files attached to a document."""

from __future__ import annotations

from books.records import Attachment
from xero_tools import translate
from xero_tools.gateway import Gateway
from xero_tools.one import segment


def listing(
    organisation: str, gateway: Gateway, entity: str, entity_id: str, *, interactive: bool = True
) -> tuple[Attachment, ...]:
    """The files attached to a document; `entity` is Xero's plural, such as `Invoices`."""
    path = f"{segment(entity)}/{segment(entity_id)}/Attachments"
    rows = translate.envelope(gateway.read(organisation, path, interactive=interactive)).Attachments
    return tuple(translate.attachment(row) for row in rows or ())


def content(
    organisation: str,
    gateway: Gateway,
    entity: str,
    entity_id: str,
    attachment: Attachment,
    *,
    interactive: bool = True,
) -> bytes:
    """The bytes of an attached file."""
    path = f"{segment(entity)}/{segment(entity_id)}/Attachments/{segment(attachment.id)}"
    return gateway.read(organisation, path, interactive=interactive, accept=attachment.mime or "*/*")
