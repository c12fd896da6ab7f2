"""`python -m tests.killed.nursery STORE SANDBOX WALL`: forks a process for each line it reads, and says how it ended.

A line is an errand: a click and what follows it, or a sweep. The process has the real queue, executor, gateway and
courier; around its transactions and calls stand named points, and at the one that the errand names it kills itself with
SIGKILL. Forking spares each process the seconds that its imports take; nothing is open in the process that is forked.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import signal
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from approvals.executor import Executor
from approvals.proposal import Proposal
from approvals.queue import Queue
from books.store import Store
from bot.card import Card, Heading
from bot.courier import Courier, Shown
from bot.surface import MessageRef, Place
from tests.approvals.practice import QUICK, MovableClock
from xero_tools.gateway import Gateway, WriteAnswer, XeroSettings
from xero_tools.pace import Pace
from xero_tools.tokens import Tokens

PACKAGES = ("approvals", "bot", "xero_tools")


@dataclass(frozen=True)
class Errand:
    """What a process is to do; `ends_at` names the point at which it is killed ("" lets it live)."""

    task: str
    proposal: str = ""
    digest: str = ""
    ends_at: str = ""


class Points:
    """Every point that a process passes, in order; the second of a name is called `name (2)`."""

    def __init__(self, ends_at: str) -> None:
        self.passed: list[str] = []
        self._ends_at, self._counts = ends_at, Counter[str]()

    def pass_by(self, name: str) -> None:
        """One point further, or the end: no handler, no rollback, no goodbye."""
        self._counts[name] += 1
        full = name if self._counts[name] == 1 else f"{name} ({self._counts[name]})"
        self.passed.append(full)
        if full == self._ends_at:
            os.kill(os.getpid(), signal.SIGKILL)


class PointedStore(Store):
    """The store with a point before each transaction, before its commit and after it, named for who began it."""

    def __init__(self, url: str, points: Points) -> None:
        super().__init__(url)
        self._points = points

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """A transaction between its points."""
        who = _asking()
        self._points.pass_by(f"{who}: before it begins")
        with super().transaction() as session:
            yield session
            self._points.pass_by(f"{who}: before the commit")
        self._points.pass_by(f"{who}: after the commit")


class PointedGateway(Gateway):
    """The gateway with a point on either side of each call."""

    points: Points

    def read(self, organisation: str, path: str, *rest: Any, **more: Any) -> bytes:
        """A read between its points."""
        name = _named(path)
        self.points.pass_by(f"reading {name}: before")
        answer = super().read(organisation, path, *rest, **more)
        self.points.pass_by(f"reading {name}: after")
        return answer

    def write(self, organisation: str, method: str, path: str, body: bytes, **more: Any) -> WriteAnswer:
        """A write between its points."""
        name = _named(path)
        self.points.pass_by(f"writing {name}: before")
        answer = super().write(organisation, method, path, body, **more)
        self.points.pass_by(f"writing {name}: after")
        return answer


class Wall:
    """A chat platform on disk: one file a card, with what it says."""

    platform = "slack"

    def __init__(self, folder: Path, points: Points) -> None:
        self._folder, self._points = folder, points

    def post(self, place: Place, card: Card) -> MessageRef:
        """Pins a new card."""
        message = f"m{len(list(self._folder.iterdir()))}"
        (self._folder / message).write_text(card.summary)
        return MessageRef(self.platform, place.channel, message)

    def update(self, ref: MessageRef, card: Card) -> MessageRef | None:
        """Redraws a card between its points."""
        self._points.pass_by("the card: before")
        (self._folder / ref.message).write_text(card.summary)
        self._points.pass_by("the card: after")
        return None

    def reply(self, ref: MessageRef, card: Card) -> None:
        """Writes below a card."""
        with (self._folder / ref.message).open("a") as file:
            file.write(card.summary)


class Bot:
    """The parts of the bot that an errand needs, as a process that has just started has them."""

    def __init__(self, store: str, sandbox: str, wall: Path, points: Points) -> None:
        self.clock, self.store = MovableClock(), PointedStore(store, points)
        settings = XeroSettings.sandbox(sandbox)
        gateway = PointedGateway(settings, tokens=Tokens(settings), pace=Pace(), sleep=lambda seconds: None)
        gateway.points = points
        self.queue = Queue(self.store, self.clock, gateway)
        self.executor = Executor(self.store, self.clock, gateway, timings=QUICK)
        surfaces = {"slack": Wall(wall, points)}
        self.courier = Courier(self.store, self.clock, surfaces=surfaces, read=self.queue.get, draw=drawn)

    def click(self, errand: Errand) -> None:
        """What the desk does with a click."""
        self.queue.decide(errand.proposal, verdict="approve", digest=errand.digest, member_id="priya")
        self.executor.carry_out(errand.proposal)
        self.courier.refresh(errand.proposal)

    def sweep(self, errand: Errand) -> None:
        """The sweeps of the next hour."""
        for _ in range(8):
            self.clock.moved.append(dt.timedelta(minutes=8))
            self.executor.run_pending()
            for stale in self.courier.stale():
                self.courier.refresh(stale)


def drawn(shown: Shown) -> Card:
    """A card that says how the proposal stands."""
    assert isinstance(shown, Proposal)
    return Card(shown.status, (Heading(shown.status),))


def _named(path: str) -> str:
    first, *rest = path.split("/")
    return f"{first}/…" + ("/History" if rest[1:] == ["History"] else "") if rest else first


def _asking() -> str:
    """The function of ours that began the transaction."""
    frame = sys._getframe(1)
    while frame.f_back is not None:
        if frame.f_globals.get("__name__", "").partition(".")[0] in PACKAGES:
            return frame.f_code.co_name.strip("_")
        frame = frame.f_back
    return "somebody"


def _lives(errand: Errand, store: str, sandbox: str, wall: Path, told: int) -> None:
    """The whole life of a forked process."""
    points = Points(errand.ends_at)
    bot = Bot(store, sandbox, wall, points)
    (bot.click if errand.task == "click" else bot.sweep)(errand)
    os.write(told, json.dumps(points.passed).encode())


def main(store: str, sandbox: str, wall: str) -> None:
    """Reads errands until there are no more."""
    for line in sys.stdin:
        errand = Errand(**json.loads(line))
        told, tells = os.pipe()
        child = os.fork()
        if child == 0:
            code = 1
            try:
                _lives(errand, store, sandbox, Path(wall), tells)
                code = 0
            finally:
                os._exit(code)
        os.close(tells)
        with os.fdopen(told, "rb") as heard:
            passed = json.loads(heard.read() or b"[]")
        _, status = os.waitpid(child, 0)
        ended = {"code": os.waitstatus_to_exitcode(status), "passed": passed}
        print(json.dumps(ended), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
