"""Reads a list of Xero's page by page as it came over the wire, for the mirror to keep."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator

import msgspec

from books.refusal import Refusal
from xero_tools.gateway import Gateway
from xero_tools.mirror_kinds import MirrorKind, unreadable
from xero_tools.wire import Pagination

BUSY_TRIES = 4  # each waits out most of a minute within the gateway, so that a long list outlasts Xero's minute


class Page(msgspec.Struct, frozen=True):
    """One page: its records as Xero wrote them, and how many the whole list has (-1: Xero did not say)."""

    records: list[msgspec.Raw]
    list_length: int = -1


def pages(
    organisation: str, gateway: Gateway, kind: MirrorKind, *, since: dt.datetime | None, interactive: bool
) -> Iterator[Page]:
    """Every page of a list, or of what changed since; one call each. Raises Refusal."""
    number = 1
    while True:
        page, is_last = _read(organisation, gateway, kind, number, since, interactive)
        yield page
        if is_last:
            return
        number += 1


def one(organisation: str, gateway: Gateway, kind: MirrorKind, record: str) -> msgspec.Raw | None:
    """One record as it is now; None when Xero does not know it (any more)."""
    try:
        content = gateway.read(organisation, f"{kind.path}/{record}", interactive=False)
    except Refusal as refusal:
        if refusal.code == "not_found":
            return None
        raise
    found, _ = _records(content, kind)
    return found[0] if found else None


def _read(
    organisation: str, gateway: Gateway, kind: MirrorKind, number: int, since: dt.datetime | None, interactive: bool
) -> tuple[Page, bool]:
    query = dict(kind.query)
    if kind.page_size is not None:
        query["page"] = number
        query |= {"pageSize": kind.page_size} if kind.page_size > 100 else {}  # 100 is what Xero gives unasked
    content = _patiently(
        lambda: gateway.read(organisation, kind.path, query, modified_since=since, interactive=interactive),
        tries=1 if interactive else BUSY_TRIES,
    )
    records, place = _records(content, kind)
    if kind.page_size is None or not records:
        return Page(records), True
    if place is not None and place.pageCount:
        return Page(records, place.itemCount), number >= place.pageCount
    return Page(records), len(records) < kind.page_size


def _patiently(read: Callable[[], bytes], *, tries: int) -> bytes:
    """A sweep whose minute is used up goes on where it was instead of beginning again."""
    for left in range(tries, 0, -1):
        try:
            return read()
        except Refusal as refusal:
            if refusal.code != "xero_busy" or left == 1:
                raise
    raise AssertionError("The last try returns or raises.")


def _records(content: bytes, kind: MirrorKind) -> tuple[list[msgspec.Raw], Pagination | None]:
    try:
        frame = msgspec.json.decode(content, type=dict[str, msgspec.Raw])
        records = msgspec.json.decode(frame.get(kind.plural, b"[]"), type=list[msgspec.Raw] | None) or []
        place = msgspec.json.decode(frame["pagination"], type=Pagination) if "pagination" in frame else None
    except msgspec.DecodeError as error:
        raise unreadable(str(error)) from error
    return records, place
