"""A small Xero inside the process, with a virtual clock and every way of losing, delaying and repeating a request.

It knows what the executor relies on: idempotency keys kept six minutes from their first call (errors cached too),
lock dates, lists that lag behind, and requests that arrive minutes after they were sent.
"""

from __future__ import annotations

import datetime as dt
import json
import random
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

import msgspec

from books.refusal import Refusal
from xero_tools.gateway import Gateway, NotSent, OutcomeUnknown, WriteAnswer, XeroRejected
from xero_tools.links import Links

KEY_LIFE = dt.timedelta(minutes=6)
LATEST = 190
"""Seconds after which the slowest request arrives. A key lives 360: the executor sends for the last time up to 165
after the first (window, deadline, and what a call may wait at the door), so one that is slower than 195 is outside
of what it promises."""
LONGEST_LAG = 300
"""Seconds by which a list may lag behind a write."""

FAULTS = (
    ("", 52),
    ("lost", 9),
    ("answer_lost", 12),
    ("late", 10),
    ("doubled", 3),
    ("429", 6),
    ("500", 3),
    ("500_done", 3),
    ("500_late", 2),
)
NOTE_FAULTS = (("", 80), ("lost", 8), ("answer_lost", 8), ("429", 4))
ACCOUNTS = ("433", "434", "620", "630")
CHART = msgspec.json.encode(
    {"Accounts": [{"Code": each, "Name": each, "Type": "EXPENSE", "Status": "ACTIVE"} for each in ACCOUNTS]}
)
LINKS = Links("http://127.0.0.1/go")
BRACKETS = re.compile(r"\[(TO-[0-9a-f]+)\]")


@dataclass
class Journal:
    """A manual journal as the model keeps it."""

    body: dict[str, Any]
    made: dt.datetime
    changed: dt.datetime
    status: str = "POSTED"
    notes: list[str] = field(default_factory=list)

    @property
    def marks(self) -> list[str]:
        """What stands in brackets in the narration."""
        return BRACKETS.findall(self.body["Narration"])


class Sender(Protocol):
    """The process that calls: told of each step, of each request that leaves, and of what it was shown."""

    def step(self, name: str) -> None:
        """Before or after a call."""

    def sent(self, organisation: str, path: str, body: bytes, key: str) -> None:
        """A request leaves."""

    def shown(self, organisation: str, what: str, version: object) -> None:
        """The lock date, or a document's version, as it was read."""


@dataclass
class Books:
    """One organisation: its journals by id, its lock date, and the answers that its keys remember."""

    id: str
    journals: dict[str, Journal] = field(default_factory=dict)
    lock_date: dt.date | None = None
    answers: dict[str, tuple[dt.datetime, int, bytes]] = field(default_factory=dict)
    stale: tuple[dt.datetime, dt.datetime] | None = None
    """Until the second moment, lists show the books of the first."""


@dataclass
class XeroModel:
    """The service: what has arrived, and what is still under way."""

    books: dict[str, Books]
    random: random.Random
    now: Callable[[], dt.datetime]
    faults: bool = True
    under_way: list[tuple[dt.datetime, str, str, bytes]] = field(default_factory=list)
    made: int = 0
    ordained: list[str] = field(default_factory=list)
    """What happens to the next writes of a document, where a story says so, and how many seconds late is."""
    lateness: int = 0

    def arrive(self) -> None:
        """Lets in what has arrived by now, in the order of its arrival."""
        if not self.under_way:
            return
        due = sorted(each for each in self.under_way if each[0] <= self.now())
        self.under_way = [each for each in self.under_way if each[0] > self.now()]
        for at, organisation, key, body in due:
            self.apply(organisation, key, body, at)

    def apply(self, organisation: str, key: str, body: bytes, at: dt.datetime) -> tuple[int, bytes]:
        """What Xero does with a request that arrived."""
        books = self.books[organisation]
        if key in books.answers and at < books.answers[key][0] + KEY_LIFE:
            return books.answers[key][1:]
        journal = json.loads(body)["ManualJournals"][0]
        if books.lock_date and dt.date.fromisoformat(journal["Date"]) <= books.lock_date:
            status, content = 400, b"locked"
        else:
            self.made += 1
            journal_id = f"journal-{self.made}"
            books.journals[journal_id] = Journal(journal, made=at, changed=at)
            status, content = 200, self.shown(journal_id, books)
        books.answers[key] = (at, status, content)
        return status, content

    def grow_stale(self, books: Books) -> None:
        """At times the lists stand still for a while just as something is written."""
        if self.faults and self.random.random() < 0.2:
            passing = dt.timedelta(seconds=self.random.randint(30, LONGEST_LAG))
            before = self.now() - dt.timedelta(microseconds=1)
            books.stale = (before, self.now() + passing)

    def send_late(self, organisation: str, key: str, body: bytes) -> None:
        """A request that is under way for a while."""
        arrives = self.now() + dt.timedelta(seconds=self.lateness or self.random.randint(1, LATEST))
        self.under_way.append((arrives, organisation, key, body))

    def shown(self, journal_id: str, books: Books) -> bytes:
        """One journal as Xero answers it."""
        return msgspec.json.encode({"ManualJournals": [self.row(journal_id, books)]})

    @staticmethod
    def row(journal_id: str, books: Books) -> dict[str, Any]:
        """A journal's row."""
        kept = books.journals[journal_id]
        changed = kept.changed.replace(microsecond=0, tzinfo=None).isoformat()
        return {**kept.body, "ManualJournalID": journal_id, "Status": kept.status, "UpdatedDateUTC": changed}

    def fault(self, among: tuple[tuple[str, int], ...] = FAULTS) -> str:
        """What happens to the next write."""
        if self.ordained and among is FAULTS:
            return self.ordained.pop(0)
        if not self.faults:
            return ""
        names, weights = zip(*among, strict=True)
        return str(self.random.choices(names, weights)[0])


class ModelGateway(Gateway):
    """The gateway of one process, which may end before and after each call."""

    def __init__(self, model: XeroModel, process: Sender) -> None:
        self.links = LINKS
        self.constants = {}
        self.last_look = lambda organisation: None
        self._model, self._process = model, process

    def read(self, organisation: str, path: str, params: Any = None, **more: Any) -> bytes:
        """A read, which fails at times and lists what was there up to minutes ago."""
        name, *rest = path.split("/")
        self._process.step(f"before reading {name}")
        model, books = self._model, self._model.books[organisation]
        model.arrive()
        if model.faults and model.random.random() < 0.04:
            raise Refusal("Xero is away.", next_step="Wait.", code="xero_unreachable")
        if name == "Organisation":
            self._process.shown(organisation, "lock date", books.lock_date)
            return self._organisation(books)
        if name == "Accounts":
            return CHART
        if not rest:
            return self._list(books, int((params or {}).get("page", 1)))
        if rest[0] not in books.journals:
            raise Refusal("Xero does not know this record.", next_step="Look.", code="not_found")
        journal = books.journals[rest[0]]
        if rest[1:] == ["History"]:
            return msgspec.json.encode({"HistoryRecords": [{"Details": each} for each in journal.notes]})
        self._process.shown(organisation, rest[0], journal.changed)
        return model.shown(rest[0], books)

    def write(self, organisation: str, method: str, path: str, body: bytes, **more: Any) -> WriteAnswer:
        """A write, with the faults of the model."""
        what = path.split("/")[-1]
        self._process.step(f"before writing {what}")
        try:
            self.last_look(organisation)
        except Refusal as refusal:
            raise NotSent(refusal, retry_after_seconds=60) from refusal
        key = str(more["idempotency_key"])
        self._process.sent(organisation, path, body, key)
        self._model.arrive()
        if what == "History":
            self._noted(organisation, path.split("/")[1], body)
            return WriteAnswer(200, b"{}")
        status, content = self._tried(organisation, key, body)
        self._process.step(f"after writing {what}")
        if status == 400:
            raise XeroRejected((content.decode(),))
        return WriteAnswer(status, content)

    def _noted(self, organisation: str, journal: str, body: bytes) -> None:
        fault = self._model.fault(NOTE_FAULTS)
        if fault == "429":
            raise _too_many()
        if fault != "lost":
            note = json.loads(body)["HistoryRecords"][0]["Details"]
            self._model.books[organisation].journals[journal].notes.append(note)
        self._process.step("after writing History")
        if fault:
            raise OutcomeUnknown(fault)

    def _tried(self, organisation: str, key: str, body: bytes) -> tuple[int, bytes]:
        model, now = self._model, self._model.now()
        answers = model.books[organisation].answers
        model.grow_stale(model.books[organisation])
        match model.fault():
            case "lost":
                raise OutcomeUnknown("lost on the way")
            case "late" | "500_late" as fault:
                model.send_late(organisation, key, body)
                raise OutcomeUnknown(fault, status=500 if fault == "500_late" else 0)
            case "doubled":
                model.send_late(organisation, key, body)
            case "429":
                raise _too_many()
            case "500":
                if key not in answers or now >= answers[key][0] + KEY_LIFE:
                    answers[key] = (now, 500, b"")
                raise OutcomeUnknown("500", status=500)
            case "answer_lost" | "500_done" as fault:
                model.apply(organisation, key, body, now)
                raise OutcomeUnknown(fault, status=500 if fault == "500_done" else 0)
        status, content = model.apply(organisation, key, body, now)
        if status == 500:
            raise OutcomeUnknown("500, cached", status=500)
        return status, content

    @staticmethod
    def _organisation(books: Books) -> bytes:
        row = {"OrganisationID": books.id, "Name": books.id, "BaseCurrency": "AUD", "ShortCode": "!x"}
        if books.lock_date:
            row["PeriodLockDate"] = books.lock_date.isoformat()
        return msgspec.json.encode({"Organisations": [row]})

    def _list(self, books: Books, page: int) -> bytes:
        model = self._model
        lag = model.random.randint(1, LONGEST_LAG) if model.faults and model.random.random() < 0.15 else 0
        seen = model.now() - dt.timedelta(seconds=lag)
        if books.stale and model.now() < books.stale[1]:
            seen = min(seen, books.stale[0])
        rows = [model.row(each, books) for each, kept in books.journals.items() if kept.made <= seen]
        return msgspec.json.encode({"ManualJournals": rows if page == 1 else []})


def _too_many() -> NotSent:
    return NotSent(Refusal("Too many calls.", next_step="Wait.", code="429"), retry_after_seconds=5)
