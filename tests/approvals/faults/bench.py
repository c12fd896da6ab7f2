"""The bench of the fault table: a practice, a Xero and one clock for both, so that quiet periods cost no real time."""

from __future__ import annotations

import datetime as dt
import json
import time
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from unittest.mock import patch

from sqlalchemy.orm import Session

from approvals import register
from approvals.claims import NOTE_DUE, ExecutionRow
from approvals.executor import Executor, Timings
from approvals.proposal import APPROVED, PROPOSED, Draft, Proposal
from approvals.queue import Queue
from books.firm import ApprovalRule, save_firm
from books.store import Store
from tests.approvals.dying import Died
from tests.approvals.faults.dials import AFTER_RECORDING, AFTER_SEND, BEFORE_SEND, LIVES, Dial
from tests.approvals.kinds.till import Till
from tests.approvals.practice import BOOKS, FIRM, MovableClock, Practice, Xero
from tests.support.sandbox_server import start_sandbox
from tests.support.xero_wire import Wire
from xero_tools import transport
from xero_tools.gateway import Gateway, Patience, WriteAnswer
from xero_tools.pace import Pace
from xero_tools.settings import XeroSettings
from xero_tools.tokens import Tokens

TIMINGS = Timings(pause=dt.timedelta(milliseconds=1))
"""As in production, but for the two seconds between two sends."""


@dataclass
class Bench:
    """One practice over one sandbox for a whole table; `number` makes each cell's piece of work another one."""

    practice: Practice
    number: int = 0
    skew_seconds: float = 0.0
    _till: Till | None = None

    @property
    def xero(self) -> Xero:
        """The simulator."""
        return self.practice.xero

    @property
    def till(self) -> Till:
        """A person's own way into the books, before any fault; good for one cell."""
        if self._till is None:
            self._till = Till(self.practice)
        return self._till

    @property
    def wire(self) -> Wire:
        """The same, request by request."""
        return self.till.wire

    def new_cell(self, dial: Dial) -> None:
        """No fault, an empty log, and Xero's clock as far from ours as the dial says."""
        self.number, self.skew_seconds, self._till = self.number + 1, dial.skew_seconds, None
        self.mend()
        self.xero.control("DELETE", "log")

    def new_cell_wire(self) -> None:
        """A token that is good now, after much time has passed."""
        self._till = None

    def mend(self) -> None:
        """People have mended everything; Xero's clock stays as it is."""
        self.xero.mended()
        passed = sum(each.total_seconds() for each in self.practice.clock.moved)
        self.xero.control("POST", "faults", {"kind": "clock_skew", "seconds": passed + self.skew_seconds})

    def forward(self, seconds: float) -> None:
        """Time passes for both sides, once nothing is under way any more."""
        self.settle()
        self.practice.clock.forward(seconds=seconds)
        self.xero.control("POST", "faults", {"kind": "clock_skew", "seconds": seconds})

    def settle(self) -> None:
        """Waits until Xero has done what it was asked, so that no request is slower than any real one could be."""
        busy = self.xero.sandbox.simulator.pace.in_flight
        while any(busy.values()):
            time.sleep(0.005)

    def writes(self) -> list[dict[str, Any]]:
        """The writes that reached Xero in this cell, notes among them."""
        return [row for row in self.xero.control("GET", "log") if row["method"] != "GET"]

    def proposal(self, proposal: Proposal) -> Proposal:
        """As it stands now."""
        return self.practice.queue.get(proposal.id)

    def owed(self, proposal: Proposal) -> bool:
        """Whether its note in Xero is still to be written."""
        with self.practice.store.reading() as session:
            row = session.get(ExecutionRow, proposal.id)
            return row is not None and row.note == NOTE_DUE

    def approved(self, draft: Draft) -> Proposal:
        """Submitted, and approved by as many as it takes."""
        proposal = self.practice.submit(draft)
        for who in ("priya", "quentin"):
            if proposal.status == PROPOSED:
                proposal = self.practice.decide(proposal, who).proposal
        return proposal

    def life(self, proposal: Proposal, crash: str, dial: Dial) -> bool:
        """A process carries the proposal out until it ends or dies; says whether it died."""
        mortal = _Mortal(crash, proposal.id)
        store = _MortalStore(self.practice.store, mortal)
        executor = Executor(store, self.practice.clock, _MortalGateway(self.practice.gateway, mortal), timings=TIMINGS)
        with _patience(dial):
            try:
                executor.carry_out(proposal.id)
            except Died:
                return True
            finally:
                self.settle()
        return False

    def sweep(self, dial: Dial) -> None:
        """A new process looks at everything that is due."""
        with _patience(dial):
            Executor(self.practice.store, self.practice.clock, self.practice.gateway, timings=TIMINGS).run_pending()
        self.settle()


@contextmanager
def open_bench(folder: Path, kinds: Sequence[str]) -> Iterator[Bench]:
    """A sandbox with the nursery's books, and a practice that lets any of these kinds through."""
    file = folder / "wattle.json"
    file.write_text(json.dumps(BOOKS))
    sandbox = start_sandbox(folder / "home", books=[file], today="2026-11-05")
    xero, clock = Xero(sandbox), MovableClock()
    store = Store(f"sqlite:///{folder / 'tieout.sqlite3'}")
    try:
        xero.control("POST", "pace", {"unlimited": True})
        store.create_tables()
        anything = ApprovalRule(role="approver", limit=None, four_eyes_above=None, expires_hours=240)
        firm = replace(FIRM, approvals=dict.fromkeys(kinds, anything))
        with store.transaction() as session:
            save_firm(session, firm)
        settings = XeroSettings.sandbox(sandbox.url)
        gateway = Gateway(
            settings,
            tokens=Tokens(settings, clock=lambda: clock.now().timestamp()),
            pace=Pace(clock=lambda: clock.now().timestamp()),
            patience=Patience(attempts=2, seconds=1.0, first_pause=0.01),
            sleep=lambda seconds: None,
        )
        yield Bench(Practice(store, xero, clock, gateway, Queue(store, clock, gateway), TIMINGS))
    finally:
        store.close()
        sandbox.stop()


def _patience(dial: Dial) -> AbstractContextManager[object]:
    if not dial.patience_seconds:
        return nullcontext()
    return patch.object(transport, "READ_SECONDS", dial.patience_seconds)


@dataclass
class _Mortal:
    """A process that dies at one moment of one proposal; from then on nothing it tries has any effect."""

    crash: str
    proposal: str
    is_dead: bool = field(default=False)

    def dies(self, moment: str) -> None:
        """The end, if this is the moment or it has passed."""
        if self.is_dead or self.crash == moment:
            self.is_dead = True
            raise Died(moment)


class _MortalStore(Store):
    def __init__(self, store: Store, mortal: _Mortal) -> None:
        self.__dict__.update(store.__dict__)
        self._mortal = mortal

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        if self._mortal.is_dead:
            raise Died(LIVES)
        with super().transaction() as session:
            yield session
        if self._mortal.crash == AFTER_RECORDING:
            with super().reading() as session:
                is_recorded = register.get(session, self._mortal.proposal).status != APPROVED
            if is_recorded:
                self._mortal.dies(AFTER_RECORDING)


class _MortalGateway(Gateway):
    def __init__(self, gateway: Gateway, mortal: _Mortal) -> None:
        self.__dict__.update(gateway.__dict__)
        self._mortal = mortal

    def write(self, organisation: str, method: str, path: str, body: bytes, **more: Any) -> WriteAnswer:
        self._mortal.dies(BEFORE_SEND)
        try:
            return super().write(organisation, method, path, body, **more)
        finally:
            self._mortal.dies(AFTER_SEND)
