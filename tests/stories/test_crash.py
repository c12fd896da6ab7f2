"""kill -9 of the bot between the recorded approval and Xero's answer: after the restart the journal exists once.

The sandbox runs on its own, so that only the bot dies. Xero is made slow, or made to lose its answer, so that the
kill falls where it hurts: before the work is done, after it, and while the bot waits.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.support.sandbox_server import RunningSandbox, start_sandbox
from tests.support.tieout import Tieout, call, eventually, free_ports, json_of, words_of

BONDI = "0b0d1c0f-0000-4000-8000-00000000a001"
WRITES = "/ManualJournals"


@pytest.fixture
def sandbox(tmp_path: Path) -> Iterator[tuple[RunningSandbox, int]]:
    """A sandbox of its own process, which outlives the bot, and the port the bot will have."""
    port = free_ports()
    running = start_sandbox(
        tmp_path / "sandbox", books=None, today="2026-11-05", bot_url=f"http://127.0.0.1:{port + 1}"
    )
    yield running, port
    running.stop()


@pytest.mark.parametrize(
    ("fault", "wait"),
    [
        ({"kind": "latency", "seconds": 3, "times": 1}, 0.0),
        ({"kind": "latency", "seconds": 1, "times": 1}, 0.9),
        ({"kind": "drop_before", "times": 1}, 0.0),
        ({"kind": "drop_after", "times": 1}, 0.0),
    ],
    ids=["while Xero is slow", "as Xero answers", "the request was lost", "the answer was lost"],
)
def test_the_journal_exists_exactly_once(
    tmp_path: Path, sandbox: tuple[RunningSandbox, int], fault: dict[str, Any], wait: float
) -> None:
    running, port = sandbox
    env = {"TIEOUT_SANDBOX_URL": running.url}
    tieout = Tieout(tmp_path, port, env=env).start()
    proposal = eventually("a proposal", lambda: _journal_proposal(tieout))
    card = eventually("its card", lambda: _card(tieout, proposal["id"]))
    call(f"{running.url}/control/faults", fault | {"organisation": BONDI, "endpoint": WRITES, "method": "PUT"})
    tieout.slack_click("priya", card, "Approve")
    eventually("the decision is recorded", lambda: _status(tieout, proposal["id"]) != "proposed")
    time.sleep(wait)
    tieout.kill()

    again = Tieout(tmp_path, port, env=env).start()
    try:
        eventually("posted", lambda: _status(again, proposal["id"]) == "posted", within=60)
        assert len(again.journals(BONDI, proposal["mark"])) == 1
        eventually("the card is right", lambda: "Approved by Priya Sharma" in words_of(_card(again, proposal["id"])))
        assert json_of(tmp_path, "audit", "verify", env=env)["holds"]
    finally:
        again.stop()


def _journal_proposal(tieout: Tieout) -> dict[str, Any] | None:
    found = json_of(tieout.home, "queue", "list", "--client", "bondi-coffee", env=tieout.env)["proposals"]
    return next((each for each in found if each["kind"] == "post_journal"), None)


def _status(tieout: Tieout, proposal_id: str) -> str:
    """The proposal's status, straight from the database: the kill must not wait for a process to start."""
    with closing(sqlite3.connect(tieout.home / "tieout.db", timeout=10)) as database:
        row = database.execute("SELECT status FROM proposals WHERE id = ?", (proposal_id,)).fetchone()
    return str(row[0])


def _card(tieout: Tieout, proposal_id: str) -> dict[str, Any] | None:
    cards = [each for each in tieout.slack_messages("C0BONDI") if proposal_id in words_of(each)]
    return cards[0] if cards else None
