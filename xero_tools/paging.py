"""Whole lists from Xero: every page, each record once, and a second look when the list moved while it was read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import TypeVar

import msgspec

from books.refusal import Refusal
from xero_tools import translate, wire
from xero_tools.gateway import Gateway

PAGE_SIZE = 1000  # Xero's largest

Row = TypeVar("Row")


class Listing(msgspec.Struct, frozen=True, kw_only=True):
    """What to read: the endpoint, its query and the clauses of its `where`.

    `where` holds clauses that Xero has made fast; `narrowing` those it has not: they save bytes, and are dropped when
    Xero refuses them for a large organisation. The caller checks every record again anyway.
    """

    path: str
    query: dict[str, str | int | bool] = {}
    where: tuple[str, ...] = ()
    narrowing: tuple[str, ...] = ()
    modified_since: dt.datetime | None = None
    interactive: bool = True


def every_row(
    organisation: str,
    gateway: Gateway,
    listing: Listing,
    *,
    rows: Callable[[wire.Envelope], Sequence[Row] | None],
    identity: Callable[[Row], str],
) -> list[Row]:
    """Every row of the list, each once; raises Refusal."""
    try:
        return _steady(organisation, gateway, listing, rows, identity)
    except Refusal as refusal:
        if refusal.code != "xero_bad_request" or not listing.narrowing:
            raise
    wider = msgspec.structs.replace(listing, narrowing=())
    return _steady(organisation, gateway, wider, rows, identity)


def _steady(
    organisation: str,
    gateway: Gateway,
    listing: Listing,
    rows: Callable[[wire.Envelope], Sequence[Row] | None],
    identity: Callable[[Row], str],
) -> list[Row]:
    found, complete = _read_pages(organisation, gateway, listing, rows, identity)
    if not complete:  # somebody saved a document between two pages, and one row slipped over the edge
        gateway.read_anew(organisation, listing.path)
        found, _ = _read_pages(organisation, gateway, listing, rows, identity)
    return list(found.values())


def _read_pages(
    organisation: str,
    gateway: Gateway,
    listing: Listing,
    rows: Callable[[wire.Envelope], Sequence[Row] | None],
    identity: Callable[[Row], str],
) -> tuple[dict[str, Row], bool]:
    found: dict[str, Row] = {}
    page = 1
    while True:
        answer = _page(organisation, gateway, listing, page)
        batch = rows(answer) or ()
        for row in batch:
            found[identity(row)] = row
        place = answer.pagination
        is_last = page >= place.pageCount if place else len(batch) < PAGE_SIZE
        if is_last or not batch:
            return found, place is None or place.itemCount < 0 or len(found) == place.itemCount
        page += 1


def _page(organisation: str, gateway: Gateway, listing: Listing, page: int) -> wire.Envelope:
    query = dict(listing.query)
    if clauses := (*listing.where, *listing.narrowing):
        query["where"] = "&&".join(clauses)
    query |= {"page": page, "pageSize": PAGE_SIZE}
    content = gateway.read(
        organisation, listing.path, query, modified_since=listing.modified_since, interactive=listing.interactive
    )
    return translate.envelope(content)


def date_clauses(since: dt.date | None, until: dt.date | None, field: str = "Date") -> tuple[str, ...]:
    """The `where` clauses for a date range, both ends included."""
    clauses = []
    if since:
        clauses.append(f"{field}>=DateTime({since.year},{since.month:02d},{since.day:02d})")
    if until:
        clauses.append(f"{field}<=DateTime({until.year},{until.month:02d},{until.day:02d})")
    return tuple(clauses)


def within(day: dt.date, since: dt.date | None, until: dt.date | None) -> bool:
    """Whether a day lies in the range, both ends included."""
    return (since is None or day >= since) and (until is None or day <= until)
