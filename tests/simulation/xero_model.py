"""A small Xero inside the process, with a virtual clock and every way of losing, delaying and repeating a request.

It knows what the executor relies on: idempotency keys kept six minutes from their first call (errors cached too),
lock dates, lists that lag behind, and requests that arrive minutes after they were sent.
"""

from __future__ import annotations

import datetime as dt
import json
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from books.refusal import Refusal
from xero_tools.gateway import Gateway, NotSent, OutcomeUnknown, WriteAnswer, XeroRejected
from xero_tools.links import Links

KEY_LIFE = dt.timedelta(minutes=6)
LATEST = 200
"""Seconds after which the slowest request arrives."""
LONGEST_LAG = 300
"""Seconds by which a list may lag behind a write."""

FAULTS = (("", 55), ("lost", 9), ("answer_lost", 12), ("late", 10), ("429", 6), ("500", 4), ("500_done", 4))


@dataclass
class Journal:
    """A manual journal as the model keeps it."""

    body: dict[str, Any]
    made: dt.datetime
    changed: dt.datetime
    status: str = "POSTED"
    notes: list[str] = field(default_factory=list)


@dataclass
class Books:
    """One organisation: its journals by id, its lock date, and the answers that its keys remember."""

    id: str
    journals: dict[str, Journal] = field(default_factory=dict)
    lock_date: dt.date | None = None
    answers: dict[str, tuple[dt.datetime, int, bytes]] = field(default_factory=dict)

    def marked(self, mark: str) -> list[Journal]:
        """The effects of one proposal, reversals that name it aside."""
        return [each for each in self.journals.values() if f"[{mark}]" in each.body["Narration"]]


@dataclass
class XeroModel:
    """The service: what has arrived, and what is still under way."""

    books: dict[str, Books]
    random: random.Random
    now: Callable[[], dt.datetime]
    faults: bool = True
    under_way: list[tuple[dt.datetime, str, str, bytes]] = field(default_factory=list)
    made: int = 0

    def arrive(self) -> None:
        """Lets in what has arrived by now, in the order of its arrival."""
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

    def shown(self, journal_id: str, books: Books) -> bytes:
        """One journal as Xero answers it."""
        return json.dumps({"ManualJournals": [self.row(journal_id, books)]}).encode()

    @staticmethod
    def row(journal_id: str, books: Books) -> dict[str, Any]:
        """A journal's row."""
        kept = books.journals[journal_id]
        changed = kept.changed.strftime("%Y-%m-%dT%H:%M:%S")
        return {**kept.body, "ManualJournalID": journal_id, "Status": kept.status, "UpdatedDateUTC": changed}

    def fault(self) -> str:
        """What happens to the next write."""
        if not self.faults:
            return ""
        names, weights = zip(*FAULTS, strict=True)
        return str(self.random.choices(names, weights)[0])


class ModelGateway(Gateway):
    """The gateway of one process; `step` is called before and after each call, and may end the process."""

    def __init__(self, model: XeroModel, step: Callable[[str], None], sent: Callable[[str, bytes], None]) -> None:
        self.links = Links("http://127.0.0.1/go")
        self.constants = {}
        self.last_look = lambda organisation: None
        self._model, self._step, self._sent = model, step, sent

    def read(self, organisation: str, path: str, params: Any = None, **more: Any) -> bytes:
        """A read, which fails at times and lists what was there up to minutes ago."""
        self._step(f"before reading {path.split('/')[0]}")
        model, books = self._model, self._model.books[organisation]
        model.arrive()
        if model.faults and model.random.random() < 0.04:
            raise Refusal("Xero is away.", next_step="Wait.", code="xero_unreachable")
        name, *rest = path.split("/")
        if name == "Organisation":
            return self._organisation(books)
        if name == "Accounts":
            return json.dumps({"Accounts": [{"Code": code, "Name": code, "Type": "EXPENSE", "Status": "ACTIVE"}
                                            for code in ("433", "620")]}).encode()  # fmt: skip
        if not rest:
            return self._list(books, int((params or {}).get("page", 1)))
        if rest[0] not in books.journals:
            raise Refusal("Xero does not know this record.", next_step="Look.", code="not_found")
        if rest[1:] == ["History"]:
            return json.dumps(
                {"HistoryRecords": [{"Details": each} for each in books.journals[rest[0]].notes]}
            ).encode()
        return model.shown(rest[0], books)

    def write(self, organisation: str, method: str, path: str, body: bytes, **more: Any) -> WriteAnswer:
        """A write, with the faults of the model."""
        self._step(f"before writing {path.split('/')[-1]}")
        try:
            self.last_look(organisation)
        except Refusal as refusal:
            raise NotSent(refusal, retry_after_seconds=60) from refusal
        self._sent(organisation, body)
        model = self._model
        model.arrive()
        if path.endswith("/History"):
            model.books[organisation].journals[path.split("/")[1]].notes.append(
                json.loads(body)["HistoryRecords"][0]["Details"]
            )
            return WriteAnswer(200, b"{}")
        status, content = self._tried(organisation, str(more["idempotency_key"]), body)
        self._step("after writing ManualJournals")
        if status == 400:
            raise XeroRejected((content.decode(),))
        return WriteAnswer(status, content)

    def _tried(self, organisation: str, key: str, body: bytes) -> tuple[int, bytes]:
        model, now = self._model, self._model.now()
        match model.fault():
            case "lost":
                raise OutcomeUnknown("lost on the way")
            case "late":
                arrives = now + dt.timedelta(seconds=model.random.randint(1, LATEST))
                model.under_way.append((arrives, organisation, key, body))
                raise OutcomeUnknown("no answer")
            case "429":
                raise NotSent(Refusal("Too many calls.", next_step="Wait.", code="429"), retry_after_seconds=5)
            case "500":
                model.books[organisation].answers.setdefault(key, (now, 500, b""))
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
        return json.dumps({"Organisations": [row]}).encode()

    def _list(self, books: Books, page: int) -> bytes:
        model = self._model
        lag = model.random.randint(1, LONGEST_LAG) if model.faults and model.random.random() < 0.15 else 0
        seen = model.now() - dt.timedelta(seconds=lag)
        rows = [model.row(each, books) for each, kept in books.journals.items() if kept.made <= seen]
        return json.dumps({"ManualJournals": rows if page == 1 else []}).encode()
