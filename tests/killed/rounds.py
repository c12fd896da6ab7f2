"""Rounds of `kill -9`: a process ends at a named point, others follow, and the journal must stand in Xero once."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from approvals import audit
from books.firm import Client
from bot.courier import Courier
from tests.approvals.practice import ORGANISATION, Practice, Xero, journal, write_books
from tests.killed.nursery import Errand, Points, Wall, drawn
from tests.support.databases import open_store
from tests.support.sandbox_server import ROOT, start_sandbox
from xero_tools import history

FAULTS = ("", "drop_after", "drop_before", "too_many")
"""What happens to the first write besides: nothing, its answer is lost, it is lost itself, Xero is busy."""
CLIENT = Client(id="wattle", name="Wattle Nursery", organisation=ORGANISATION, channels={"slack": "C0WATTLE"})


@dataclass(frozen=True)
class Round:
    """What came of one kill; `wrong` says what was lost or doubled."""

    point: str
    fault: str
    wrong: str


class Rounds:
    """One practice, one sandbox and one nursery for many rounds."""

    def __init__(self, practice: Practice, nursery: subprocess.Popen[str], wall: Path) -> None:
        self._practice, self._nursery, self._wall = practice, nursery, wall
        surfaces = {"slack": Wall(wall, Points(""))}
        self._courier = Courier(practice.store, practice.clock, surfaces=surfaces, read=practice.queue.get, draw=drawn)
        self._played = 0

    def points(self) -> list[str]:
        """Every point between the click and the card, as a process that lives passes them."""
        proposal = self._submitted()
        ended = self._send(Errand("click", proposal.id, proposal.digest))
        return list(ended["passed"])

    def play(self, point: str, fault: str) -> Round:
        """One kill, and what stands when those who came after are done."""
        proposal = self._submitted()
        xero = self._practice.xero
        if fault:
            xero.fault(fault, times=1)
        ended = self._send(Errand("click", proposal.id, proposal.digest, point))
        xero.mended()
        if ended["code"] not in (-signal.SIGKILL, 0):
            return Round(point, fault, f"the process ended with {ended['code']}")
        if self._practice.queue.get(proposal.id).status == "proposed":
            self._send(Errand("click", proposal.id, proposal.digest))  # the platform delivers the click again
        self._send(Errand("sweep"))
        return Round(point, fault, self._wrong(proposal.id))

    def _submitted(self) -> Any:
        self._played += 1
        proposal = self._practice.submit(journal(key=f"round {self._played}"))
        self._courier.post_proposal(proposal, CLIENT)
        return proposal

    def _send(self, errand: Errand) -> dict[str, Any]:
        assert self._nursery.stdin is not None
        assert self._nursery.stdout is not None
        self._nursery.stdin.write(json.dumps(asdict(errand)) + "\n")
        self._nursery.stdin.flush()
        ended: dict[str, Any] = json.loads(self._nursery.stdout.readline())
        return ended

    def _wrong(self, proposal_id: str) -> str:
        practice = self._practice
        proposal = practice.queue.get(proposal_id)
        found = practice.journals_with(proposal)
        if proposal.status != "posted" or len(found) != 1:
            return f"{proposal.status}, {len(found)} journals ({proposal.problem})"
        written = history.notes(ORGANISATION, practice.gateway, "ManualJournals", found[0].id)
        notes = [each for each in written if each.details.startswith(proposal.mark)]
        cards = [each.read_text() for each in sorted(self._wall.iterdir())]
        told = [each.what for each in audit.story(practice.store, proposal_id)]
        if len(notes) != 1 or told.count("posted") != 1 or "approved" not in told:
            return f"{len(notes)} notes, told {told}"
        if cards[-1] != "posted":
            return f"the card says {cards[-1]}"
        return "" if audit.verify(practice.store).holds else "the chain is broken"


@contextmanager
def opened(home: Path) -> Iterator[Rounds]:
    """A sandbox, a store on disk and a nursery, for as many rounds as are wanted."""
    wall = home / "wall"
    wall.mkdir()
    sandbox = start_sandbox(home / "sandbox", books=[write_books(home)], today="2026-11-05")
    with open_store("sqlite", home) as store:
        words = [sys.executable, "-m", "tests.killed.nursery", str(store.engine.url), sandbox.url, str(wall)]
        nursery = subprocess.Popen(words, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        try:
            xero = Xero(sandbox)
            xero.control("POST", "pace", {"unlimited": True})
            yield Rounds(Practice.open(store, xero), nursery, wall)
        finally:
            assert nursery.stdin is not None
            nursery.stdin.close()
            nursery.wait(10)
            sandbox.stop()


def plan(points: Sequence[str], rounds: int) -> list[tuple[str, str]]:
    """Every point in turn, each time round with the next fault."""
    return [(points[n % len(points)], FAULTS[(n // len(points)) % len(FAULTS)]) for n in range(rounds)]
