"""Reads of manual journals."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from books.records import ManualJournal
from xero_tools import currencies, translate
from xero_tools.gateway import Gateway
from xero_tools.one import only, segment
from xero_tools.paging import Listing, date_clauses, every_row, within


def manual(
    organisation: str,
    gateway: Gateway,
    *,
    since: dt.date | None = None,
    until: dt.date | None = None,
    statuses: Iterable[str] | None = None,
    modified_since: dt.datetime | None = None,
    interactive: bool = True,
) -> tuple[ManualJournal, ...]:
    """Manual journals with their lines, dated from `since` to `until`, of every status unless `statuses` are given."""
    wanted = tuple(statuses) if statuses is not None else None
    where = date_clauses(since, until)
    if wanted is not None and len(wanted) == 1:
        where = (f'Status=="{wanted[0]}"', *where)
    listing = Listing(path="ManualJournals", where=where, modified_since=modified_since, interactive=interactive)
    rows = every_row(
        organisation,
        gateway,
        listing,
        rows=lambda page: page.ManualJournals,
        identity=lambda row: row.ManualJournalID or "",
    )
    own = currencies.base(organisation, gateway, interactive=interactive) if rows else ""
    found = (translate.manual_journal(row, own) for row in rows)
    return tuple(
        each for each in found if within(each.date, since, until) and (wanted is None or each.status in wanted)
    )


def get(organisation: str, gateway: Gateway, journal_id: str, *, interactive: bool = True) -> ManualJournal:
    """One manual journal with its lines; raises Refusal when there is none."""
    content = gateway.read(organisation, f"ManualJournals/{segment(journal_id)}", interactive=interactive)
    row = only(translate.envelope(content).ManualJournals)
    return translate.manual_journal(row, currencies.base(organisation, gateway, interactive=interactive))
