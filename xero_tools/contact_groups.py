"""Reads of contact groups, the one tag that Xero shows on a contact."""

from __future__ import annotations

from books.documents import ContactGroup
from xero_tools import translate
from xero_tools import translate_documents as documents
from xero_tools.gateway import Gateway
from xero_tools.one import only, segment


def every(organisation: str, gateway: Gateway, *, interactive: bool = True) -> tuple[ContactGroup, ...]:
    """The active contact groups; their members come with `get` only."""
    rows = translate.envelope(gateway.read(organisation, "ContactGroups", interactive=interactive)).ContactGroups
    return tuple(each for each in map(documents.group, rows or ()) if each.status == "ACTIVE")


def get(organisation: str, gateway: Gateway, group_id: str, *, interactive: bool = True) -> ContactGroup:
    """One contact group with its members; raises Refusal when there is none."""
    content = gateway.read(organisation, f"ContactGroups/{segment(group_id)}", interactive=interactive)
    return documents.group(only(translate.envelope(content).ContactGroups))
