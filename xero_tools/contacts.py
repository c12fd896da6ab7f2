"""Reads of customers and suppliers."""

from __future__ import annotations

import datetime as dt

from books.records import Contact
from xero_tools import translate
from xero_tools.gateway import Gateway
from xero_tools.one import only, segment
from xero_tools.paging import Listing, every_row


def every(
    organisation: str,
    gateway: Gateway,
    *,
    modified_since: dt.datetime | None = None,
    include_archived: bool = False,
    interactive: bool = True,
) -> tuple[Contact, ...]:
    """Every contact, or those changed since."""
    listing = Listing(
        path="Contacts",
        query={"summaryOnly": True, **({"includeArchived": True} if include_archived else {})},
        modified_since=modified_since,
        interactive=interactive,
    )
    rows = every_row(
        organisation, gateway, listing, rows=lambda page: page.Contacts, identity=lambda row: row.ContactID or ""
    )
    return tuple(translate.contact(row) for row in rows)


def get(organisation: str, gateway: Gateway, contact_id: str, *, interactive: bool = True) -> Contact:
    """One contact; raises Refusal when there is none."""
    content = gateway.read(organisation, f"Contacts/{segment(contact_id)}", interactive=interactive)
    return translate.contact(only(translate.envelope(content).Contacts))
