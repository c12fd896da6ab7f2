"""One process of ours in the world: it may end, sleep or be drained at any step, and others act in between."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from approvals.executor import Executor
from approvals.queue import Queue
from books.store import Store
from tests.simulation import events
from tests.simulation.xero_model import ModelGateway

if TYPE_CHECKING:
    from tests.simulation.world import World

MAY_END, MAY_BE_DISTURBED = 0.015, 0.12


class Died(BaseException):
    """A process ended here; no handler of the code under test may catch it."""


@dataclass
class Press:
    """A button that was pressed: what it carries, and how often the platform delivered it."""

    proposal: str
    verdict: str
    digest: str
    who: str
    reason: str = "Because"
    deliveries: int = 0


class ProcessStore(Store):
    """The one database as one process sees it, with a step around each transaction."""

    def __init__(self, store: Store, process: Process) -> None:
        self.engine, self.is_sqlite, self._process = store.engine, store.is_sqlite, process
        self._turns, self.__dict__["_reading_engine"] = store._turns, store._reading_engine

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """A transaction in whose place a process may end."""
        self._process.step("before a transaction")
        with super().transaction() as session:
            yield session
            self._process.step("before a commit")
        self._process.committed()
        self._process.step("after a commit")


class Process:
    """A click, a submission or a worker's pass, with what it saw of Xero."""

    def __init__(self, world: World, press: Press | None = None, edits: str = "") -> None:
        self.world, self.press, self.edits = world, press, edits
        self.is_over = False
        self.commits = 0
        self.drained_at: int | None = None
        self.refusals_told = 0
        self.saw: dict[tuple[str, str], object] = {}
        self.on_step: Callable[[str], None] = lambda name: None  # what a story lets happen at a step
        self.gateway = ModelGateway(world.xero, self)
        self.store = ProcessStore(world.store, self)
        self.executor: Executor | None = None

    def queue(self) -> Queue:
        """The queue as this process has it."""
        return Queue(self.store, self.world.clock, self.gateway, new_id=self.world.new_id)

    def works(self, proposal_id: str | None) -> None:
        """A worker carries on with one proposal, or with what is due."""
        seconds = lambda: self.world.now.timestamp()  # noqa: E731
        timings = self.world.timings
        self.executor = Executor(self.store, self.world.clock, self.gateway, timings=timings, monotonic=seconds)
        if proposal_id:
            self.executor.carry_out(proposal_id)
        else:
            self.executor.run_pending()

    def drain(self) -> None:
        """It is asked to end: nothing more begins."""
        if self.executor is not None and self.drained_at is None:
            self.executor.stop(timeout_seconds=0)
            self.drained_at = self.commits

    # What the code under test tells without knowing

    def step(self, name: str) -> None:
        """A step further, or the end; at times something happens meanwhile."""
        world = self.world
        self.on_step(name)
        if self.is_over or (world.faults and world.random.random() < MAY_END):
            self.is_over = True
            raise Died(name)
        if not world.faults or world.depth > 1 or name == "before a commit" or world.random.random() > MAY_BE_DISTURBED:
            return
        world.depth += 1
        try:
            # Between the last check and the send only a stop and the clock get in: the rest is checked with it.
            if name.startswith("before a t"):
                world.event((*events.EVENTS, (self.drains, 3)))
            elif name.startswith("before writing"):
                world.event(events.AT_ANY_MOMENT)
            else:
                world.event((*events.AT_ANY_MOMENT, (events.sleeps, 3), (self.drains, 1)))
        finally:
            world.depth -= 1

    def drains(self, world: World) -> None:
        """Somebody restarts this very process in good order."""
        self.drain()

    def committed(self) -> None:
        """A transaction of this process stands in the database."""
        self.commits += 1
        self.world.oracle.committed(self)

    def sent(self, organisation: str, path: str, body: bytes, key: str) -> None:
        """A request of this process leaves."""
        self.world.oracle.sent(self, organisation, path, body, key)

    def shown(self, organisation: str, what: str, version: object) -> None:
        """Xero showed this process a lock date or a document."""
        if isinstance(version, dt.datetime):
            version = version.replace(microsecond=0).isoformat()
        self.saw[organisation, what] = version
