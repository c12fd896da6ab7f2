"""A sealed copy of what agents read again and again, kept up with what changed since; a cache, never a ledger."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Iterable

import msgspec

from books.cipher import Cipher
from books.clock import Clock
from books.refusal import Refusal
from books.store import Store
from xero_tools import mirror_questions, mirror_reading, translate
from xero_tools.gateway import Gateway, Params
from xero_tools.mirror_kinds import BY_PATH, KINDS, NOT_AT_ALL, MirrorKind, face, record_id
from xero_tools.mirror_shelves import ShelfRow, Shelves

OVERLAP = dt.timedelta(minutes=5)
"""How far each reading reaches behind the last: Xero's clocks differ, and a slow save shows itself late."""
_ALMOST = dt.timedelta(minutes=1)  # a webhook's moment and UpdatedDateUTC of the same change are not quite the same


class Refreshed(msgspec.Struct, frozen=True):
    """What a refresh cost and found: calls to Xero, and (kind, id) of each record that is new, other, or gone."""

    calls: int = 0
    changed: tuple[tuple[str, str], ...] = ()

    def __add__(self, other: Refreshed) -> Refreshed:
        return Refreshed(self.calls + other.calls, self.changed + other.changed)


class Mirror:
    """Copies of many organisations; threads share one, and several processes may share the store."""

    def __init__(self, store: Store, gateway: Gateway, cipher: Cipher, clock: Clock) -> None:
        self._shelves = Shelves(store, cipher)
        self._gateway = gateway
        self._clock = clock
        self._guard = threading.Lock()
        self._locks: dict[tuple[str, str], threading.Lock] = {}

    def refresh(
        self, organisation: str, *, kinds: Iterable[str], full: bool = False, interactive: bool = False
    ) -> Refreshed:
        """Reads what changed since the last time, or everything (`full`), which also finds what has gone.

        Some edits leave UpdatedDateUTC as it was (a due date of a part-paid invoice, a contact's balances): only a
        full reading sees them, so there is one each night. Raises Refusal; what was read until then is kept.
        """
        done = Refreshed()
        for kind in (KINDS[name] for name in kinds):
            with self._lock(organisation, kind):
                done += self._read(organisation, kind, full=full, interactive=interactive)
        return done

    def read_again(self, organisation: str, kind_name: str, record: str, *, happened_at: dt.datetime | None) -> int:
        """Reads one record that Xero told us of, unless our copy already is of that moment; the calls it took."""
        kind = KINDS[kind_name]
        ours = self._shelves.changed_at(organisation, kind, record)
        if ours is not None and happened_at is not None and ours >= happened_at - _ALMOST:
            return 0
        with self._lock(organisation, kind):
            began = self._clock.now()
            found = mirror_reading.one(organisation, self._gateway, kind, record)
            if found is None:
                self._shelves.remove(organisation, kind, record)
            else:
                self._shelves.put(organisation, kind, {record: bytes(found)}, seen_at=began)
        return 1

    def gateway(self, *, not_older: dt.timedelta = NOT_AT_ALL) -> MirroredGateway:
        """A gateway for one piece of reading: lists come from the mirror, brought up to date once, at their first use.

        `not_older` lets copies answer that were brought up to date that long ago. Approvals and “Check again” read
        through the plain gateway.
        """
        return MirroredGateway(self._gateway, self, opened_at=self._clock.now() - not_older)

    def records(
        self, organisation: str, kind_name: str, *, fresh_at: dt.datetime, interactive: bool = False
    ) -> list[bytes]:
        """Every record of a kind as Xero wrote it, from copies brought up to date at `fresh_at` or later."""
        kind = KINDS[kind_name]
        with self._lock(organisation, kind):
            shelf = self._trusted(organisation, kind)
            if shelf is None or shelf.fresh_at < fresh_at - kind.holds:
                self._read(organisation, kind, full=False, interactive=interactive)
            try:
                return self._shelves.every(organisation, kind)
            except Refusal:  # sealed under a key that is gone: a cache is simply filled again
                self._shelves.forget(organisation, kind)
                self._read(organisation, kind, full=True, interactive=interactive)
                return self._shelves.every(organisation, kind)

    def is_kept(self, organisation: str, kind_name: str) -> bool:
        """Whether there is a copy of this kind that may still be used."""
        return self._trusted(organisation, KINDS[kind_name]) is not None

    def fresh_at(self, organisation: str, kind_name: str) -> dt.datetime | None:
        """When a kind was last brought up to date; None when there is no copy."""
        shelf = self._trusted(organisation, KINDS[kind_name])
        return shelf.fresh_at if shelf else None

    def pages(self, organisation: str) -> dict[str, int]:
        """How many calls the last full reading of each kind took; a kind never read is not among them."""
        return self._shelves.pages(organisation)

    def forget_old(self, *, but: Iterable[str]) -> None:
        """Throws away what has outlived its time, and everything of organisations that are not among `but`."""
        ours = set(but)
        for organisation in self._shelves.organisations():
            if organisation not in ours:
                self._shelves.forget(organisation)
                continue
            for kind in KINDS.values():
                if self._shelves.shelf(organisation, kind) and self._trusted(organisation, kind) is None:
                    self._shelves.forget(organisation, kind)

    def _trusted(self, organisation: str, kind: MirrorKind) -> ShelfRow | None:
        shelf = self._shelves.shelf(organisation, kind)
        return shelf if shelf and shelf.whole_at > self._clock.now() - kind.keeps else None

    def _read(self, organisation: str, kind: MirrorKind, *, full: bool, interactive: bool) -> Refreshed:
        began, shelf = self._clock.now(), self._trusted(organisation, kind)
        since = None if full or shelf is None else shelf.cursor
        reading = _Reading(organisation, kind, self._shelves, began)
        for _ in range(2):  # a list that moved while it was read is read a second time
            pages = mirror_reading.pages(organisation, self._gateway, kind, since=since, interactive=interactive)
            reading.keep(pages, whole=since is None)
            if reading.is_complete:
                break
        whole = since is None
        gone: list[str] = []
        if whole and reading.is_complete:
            gone = self._shelves.remove_unseen(organisation, kind, before=began)
        self._shelves.note(
            ShelfRow(
                organisation=organisation,
                kind=kind.name,
                cursor=_later(reading.cursor, None if whole or shelf is None else shelf.cursor),
                fresh_at=began,
                whole_at=began if whole or shelf is None else shelf.whole_at,
                pages=reading.calls if whole or shelf is None else shelf.pages,
            )
        )
        return Refreshed(reading.calls, tuple((kind.name, record) for record in (*reading.changed, *gone)))

    def _lock(self, organisation: str, kind: MirrorKind) -> threading.Lock:
        with self._guard:
            return self._locks.setdefault((organisation, kind.name), threading.Lock())


class _Reading:
    """One reading of a list on its way to the shelf, page by page."""

    def __init__(self, organisation: str, kind: MirrorKind, shelves: Shelves, began: dt.datetime) -> None:
        self._organisation, self._kind, self._shelves, self._began = organisation, kind, shelves, began
        self._newest: dt.datetime | None = None
        self.calls = 0
        self.changed: dict[str, None] = {}
        self.is_complete = False

    @property
    def cursor(self) -> dt.datetime | None:
        """From when on the next reading asks: by Xero's clock, and never later than ours says it is."""
        return min(self._newest, self._began) - OVERLAP if self._newest else None

    def keep(self, pages: Iterable[mirror_reading.Page], *, whole: bool) -> None:
        """Keeps every page; not complete when fewer records came than the list has: one slipped over a page's edge."""
        found: set[str] = set()
        length = -1
        for page in pages:
            self.calls += 1
            length = page.list_length
            records = {record: bytes(raw) for raw in page.records if (record := self._seen(raw))}
            place = len(found) if whole else None
            changed = self._shelves.put(self._organisation, self._kind, records, seen_at=self._began, place=place)
            self.changed |= dict.fromkeys(changed)
            found |= records.keys()
        self.is_complete = length < 0 or len(found) >= length

    def _seen(self, raw: msgspec.Raw) -> str:
        seen = face(raw)
        self._newest = _later(self._newest, translate.moment(seen.UpdatedDateUTC))
        return record_id(self._kind, seen)


def _later(one: dt.datetime | None, other: dt.datetime | None) -> dt.datetime | None:
    known = [each for each in (one, other) if each is not None]
    return max(known, default=None)


class MirroredGateway(Gateway):
    """The same door with the same tokens, pace and meter, but lists that the mirror keeps are answered from it."""

    def __init__(self, gateway: Gateway, mirror: Mirror, *, opened_at: dt.datetime) -> None:
        vars(self).update(vars(gateway))  # everything is shared: two doors would pass Xero's limits together
        self._mirror = mirror
        self._opened_at = opened_at
        self._records: dict[tuple[str, str], list[bytes]] = {}

    def read(
        self,
        organisation: str,
        path: str,
        params: Params | None = None,
        *,
        modified_since: dt.datetime | None = None,
        interactive: bool = True,
        accept: str = "application/json",
    ) -> bytes:
        """A list from the mirror when it understands the question; everything else from Xero."""
        kind = BY_PATH.get(path.strip("/").lower())
        tests = mirror_questions.understood(kind, params) if kind else None
        if kind is None or tests is None or accept != "application/json":
            return super().read(
                organisation, path, params, modified_since=modified_since, interactive=interactive, accept=accept
            )
        place = (organisation, kind.name)
        if place not in self._records:
            self._records[place] = self._mirror.records(*place, fresh_at=self._opened_at, interactive=interactive)
        return mirror_questions.answer(kind, self._records[place], tests, since=modified_since)
