"""The world of one seed: the real queue, policy, executor and audit, a model of Xero, and everything that can go wrong.

Nothing here waits and nothing reads a real clock or a real source of chance, so that the same seed gives the same
trace. A process may end before and after each commit and each call; other people and another worker act in between.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from approvals import stop
from approvals.executor import Timings
from approvals.queue import Decision
from books.clock import Clock
from books.firm import ApprovalRule, Client, save_firm
from books.refusal import Refusal
from tests.approvals import practice
from tests.simulation import events
from tests.simulation.database import IN_MEMORY, fresh_store
from tests.simulation.oracle import Oracle
from tests.simulation.process import Died, Press, Process
from tests.simulation.records import Card
from tests.simulation.xero_model import Books, Journal, XeroModel

START = dt.datetime(2026, 11, 5, 9, 0, tzinfo=dt.UTC)
ORGANISATIONS = ("wattle-books", "banksia-books")
RULE = ApprovalRule(limit=Decimal(1000), four_eyes_above=Decimal(3000), expires_hours=12)
FIRM = replace(
    practice.FIRM,
    clients=tuple(Client(id=each[:-6], name=each, organisation=each) for each in ORGANISATIONS),
    approvals={"post_journal": RULE, "reverse_journal": RULE},
)
TIMINGS = Timings(pause=dt.timedelta(0), person_interval=dt.timedelta(0))
REDELIVERIES = 3
"""How often a platform delivers a click again when it is not acknowledged."""


@dataclass(frozen=True)
class WorldClock(Clock):
    """The world's own time."""

    world: Any = None

    def now(self) -> dt.datetime:
        """The virtual moment."""
        moment: dt.datetime = self.world.now
        return moment


class World:
    """One seed, played step by step."""

    def __init__(
        self, seed: int, timings: Timings = TIMINGS, database: str = IN_MEMORY, without: tuple[str, ...] = ()
    ) -> None:
        self.random, self.now, self.timings = random.Random(seed), START, timings
        self.faults, self.depth, self.trace = True, 0, hashlib.sha256()
        self.clock = WorldClock(world=self)
        self.store = fresh_store(database)
        for each in without:
            with self.store.engine.begin() as connection:
                connection.exec_driver_sql(each)
        self.firm = FIRM
        self._save_firm()
        self.xero = XeroModel({each: Books(each) for each in ORGANISATIONS}, self.random, lambda: self.now)
        for books in self.xero.books.values():
            body = {"Narration": "Premium", "Date": "2026-10-01", "JournalLines": []}
            books.journals["premium"] = Journal(body, made=START, changed=START)
        self.oracle = Oracle(self)
        self.ids: list[str] = []
        self.inbox: list[Press] = []
        self.works = 0

    def new_id(self) -> str:
        """The next proposal's id."""
        return f"{self.random.getrandbits(128):032x}"

    def note(self, what: str) -> None:
        """One line of the trace."""
        self.trace.update(f"{self.now.isoformat()} {what}\n".encode())

    def close(self) -> str:
        """Returns the trace's hash, the end of the audit included."""
        [(head,)] = self.oracle.records.rows("SELECT hash FROM audit_head")
        self.note(head)
        self.oracle.records.close()
        return self.trace.hexdigest()

    # What happens

    def step(self) -> None:
        """One random event, then the invariants."""
        self.event(events.EVENTS)
        self.oracle.after_each_step()

    def event(self, among: tuple[tuple[Callable[[World], None], int], ...]) -> None:
        """One random event; a refusal is an answer like any other."""
        chosen = self.random.choices([each for each, _ in among], [weight for _, weight in among])[0]
        try:
            chosen(self)
            self.note(chosen.__name__)
        except Refusal as refusal:
            self.note(f"{chosen.__name__} refused: {refusal.code}")
        except Died as died:
            self.note(f"{chosen.__name__} died {died}")

    def forward(self, seconds: float) -> None:
        """Time passes, and late requests arrive."""
        self.now += dt.timedelta(seconds=seconds)
        self.xero.arrive()

    def some(self) -> Card:
        """A proposal, more often a recent one."""
        if not self.ids:
            raise Refusal("Nothing yet.", next_step="Go on.", code="nothing")
        chosen = self.random.choice(self.ids[-6:] if self.random.random() < 0.8 else self.ids)
        return self.oracle.records.card(chosen)

    def kept(self, proposal_id: str) -> None:
        """The world remembers the proposal."""
        if proposal_id not in self.ids:
            self.ids.append(proposal_id)

    def process(self, *, edits: str = "") -> Process:
        """A process that submits, edits that proposal, or sweeps."""
        return Process(self, edits=edits)

    @staticmethod
    def press(proposal: str, verdict: str, digest: str, who: str, reason: str) -> Press:
        """A button that somebody pressed."""
        return Press(proposal, verdict, digest, who, reason)

    def deliver(self, press: Press) -> Decision | None:
        """The platform delivers a click; when the process dies before it answers, the click comes again."""
        press.deliveries += 1
        process = Process(self, press)
        try:
            return process.queue().decide(
                press.proposal, verdict=press.verdict, digest=press.digest, member_id=press.who, reason=press.reason
            )
        except Refusal as refusal:
            self.oracle.refused(process, refusal)
            raise
        except Died as died:
            self.note(f"a click died {died}")
            if press.deliveries <= REDELIVERIES:
                self.inbox.append(press)
            return None

    def pass_of_a_worker(self, proposal_id: str | None = None) -> None:
        """A process carries on with what is due, until it is done or ends at some step."""
        Process(self).works(proposal_id)

    def settle(self) -> None:
        """The phase with no faults, in which everything must finish."""
        self.faults = self.xero.faults = False
        for organisation in sorted(self.oracle.stopped):
            client = self.firm.client_of(organisation)
            stop.lift(self.store, self.clock, member_id="priya", why="All clear", client=client)
        self.oracle.stopped.clear()
        for _ in range(12):
            self.forward(600)
            before = self.oracle.told()
            self.pass_of_a_worker()
            self.oracle.after_each_step()
            if self.oracle.is_quiet() and before == self.oracle.told():
                break
        self.oracle.at_the_end()

    @contextmanager
    def suppressed(self) -> Iterator[None]:
        """A refusal is no failure here."""
        try:
            yield
        except Refusal as refusal:
            self.note(f"refused: {refusal.code}")

    def _save_firm(self) -> None:
        with self.store.transaction() as session:
            save_firm(session, self.firm)

    def firm_becomes(self, **changes: Any) -> None:
        """The firm's file changes."""
        self.firm = replace(self.firm, **changes)
        self._save_firm()
