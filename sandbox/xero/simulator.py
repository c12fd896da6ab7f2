"""One sandbox Xero: its store, business date, pace, replays, faults and the log of requests."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from sandbox.xero.authority import Authority
from sandbox.xero.chart import Chart
from sandbox.xero.faults import Faults
from sandbox.xero.pace import Pace
from sandbox.xero.replay import Replays
from sandbox.xero.store import Posting, Store
from sandbox.xero.wire import Json, ms_stamp, now_ms

LOG_LENGTH = 2_000


@dataclass
class Simulator:
    """Everything the endpoints share."""

    store: Store
    today: Callable[[], date]
    pace: Pace = field(default_factory=Pace)
    faults: Faults = field(default_factory=Faults)
    log: deque[dict[str, Any]] = field(default_factory=lambda: deque(maxlen=LOG_LENGTH))
    replays: Replays = field(init=False)
    authority: Authority = field(init=False)
    finance_open: set[str] = field(default_factory=set)
    charts: dict[str, Chart] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.replays = Replays(self.store)
        self.authority = Authority(self.store)

    @classmethod
    def open(cls, path: Path, *, today: Callable[[], date]) -> "Simulator":
        """The simulator over one SQLite file, made when it is missing."""
        return cls(Store(path), today)

    def chart(self, organisation: str) -> Chart:
        """An organisation's chart, kept until something in its settings changes."""
        if organisation not in self.charts:
            self.charts[organisation] = Chart.of(self.store, organisation)
        return self.charts[organisation]

    def session(self, organisation: Json) -> "Session":
        """What one request works with."""
        return Session(self, str(organisation["OrganisationID"]), organisation, self.today())


@dataclass
class Session:
    """One request's view of one organisation: reads, and writes that stamp, number and post."""

    simulator: Simulator
    identity: str
    organisation: Json
    today: date

    @property
    def store(self) -> Store:
        """The store."""
        return self.simulator.store

    @property
    def chart(self) -> Chart:
        """The organisation's chart."""
        return self.simulator.chart(self.identity)

    def get(self, kind: str, identity: str) -> Json | None:
        """One document."""
        return self.store.get(self.identity, kind, identity)

    def save(self, kind: str, identity: str, body: Json, *, number: str | None = None) -> Json:
        """Write a document with a fresh UpdatedDateUTC."""
        updated = now_ms()
        if kind == "banktransfers":  # the one kind that only says when it was made
            body.setdefault("CreatedDateUTC", ms_stamp(updated))
        elif kind not in ("contactgroups", "repeatinginvoices", "trackingcategories"):
            body["UpdatedDateUTC"] = ms_stamp(updated)
        self.store.put(self.identity, kind, identity, body, number=number, updated=updated)
        if kind in ("accounts", "taxrates", "trackingcategories"):
            self.simulator.charts.pop(self.identity, None)
        return body

    def repost(self, source_id: str, postings: list[Posting]) -> None:
        """Replace a document's postings by these, which must balance."""
        if sum(posting.cents for posting in postings) != 0:
            raise AssertionError(f"The postings of {source_id} do not balance")
        self.store.unpost(self.identity, source_id)
        self.store.post(self.identity, postings)

    def note(self, kind: str, identity: str, changes: str, details: str) -> None:
        """Add a line to a document's history; what the API does is always `System Generated`."""
        self.store.db.execute(
            "INSERT INTO history VALUES (?, ?, ?, ?, ?, ?, ?)",
            (self.identity, kind, identity.lower(), now_ms(), changes, "System Generated", details),
        )

    def connecting_user_is_adviser(self) -> bool:
        """Whether the user who connected the app is an adviser, whom the period lock date spares."""
        users = self.store.all(self.identity, "users")
        return bool(users) and users[0].get("OrganisationRole") in ("FINANCIALADVISER", "ADVISER")
