"""Reads of quotes; Xero sends no webhook for them, so that acceptance is found by reading again."""

from __future__ import annotations

import datetime as dt

from books.documents import Quote
from xero_tools import currencies, translate
from xero_tools import translate_documents as documents
from xero_tools.gateway import Gateway, Params
from xero_tools.one import only, segment

_PAGE = 100  # Xero's only page size for quotes


def every(
    organisation: str,
    gateway: Gateway,
    *,
    status: str | None = None,
    since: dt.date | None = None,
    until: dt.date | None = None,
    modified_since: dt.datetime | None = None,
    interactive: bool = True,
) -> tuple[Quote, ...]:
    """Quotes dated from `since` to `until` (both included), or those changed since, of every status or of one."""
    asked = {"status": status or "", "DateFrom": since.isoformat() if since else "",
             "DateTo": until.isoformat() if until else ""}  # fmt: skip
    query = {name: text for name, text in asked.items() if text}
    found: dict[str, Quote] = {}
    page = 1
    while True:
        whole: Params = query | {"page": str(page)}
        content = gateway.read(organisation, "Quotes", whole, modified_since=modified_since, interactive=interactive)
        rows = translate.envelope(content).Quotes or []
        own = currencies.base(organisation, gateway) if any(not row.CurrencyCode for row in rows) else ""
        found |= {row.QuoteID or "": documents.quote(row, own) for row in rows}
        if len(rows) < _PAGE:
            return tuple(found.values())
        page += 1


def get(organisation: str, gateway: Gateway, quote_id: str, *, interactive: bool = True) -> Quote:
    """One quote with its lines; raises Refusal when there is none."""
    content = gateway.read(organisation, f"Quotes/{segment(quote_id)}", interactive=interactive)
    row = only(translate.envelope(content).Quotes)
    return documents.quote(row, row.CurrencyCode or currencies.base(organisation, gateway))
