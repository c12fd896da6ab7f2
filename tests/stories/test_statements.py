"""A bank statement is dropped in Slack, in Teams and in a watched folder, and each time its card is the answer."""

from __future__ import annotations

import base64
import contextlib
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.tieout import ROOT, Tieout, call, eventually, free_ports, words_of

HOLDS = "A$83,841.38 plus −A$11,406.91 of lines is A$72,434.47, as the bank says."
"""The month of Bondi's first account: 59 lines, in whatever format the bank writes it."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("statements")


@pytest.fixture(scope="module")
def tieout(tmp_path_factory: pytest.TempPathFactory, folder: Path) -> Iterator[Tieout]:
    """The demo firm, with a folder watched for bank exports."""
    env = {"TIEOUT_STATEMENTS": str(folder)}
    running = Tieout(tmp_path_factory.mktemp("home"), free_ports(), env=env).start()
    yield running
    running.stop()


@pytest.fixture(scope="module")
def statement(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Bondi's October as its bank exports it."""
    home, exported = tmp_path_factory.mktemp("bank"), {}
    for kind in ("csv", "camt"):
        words = ("--client", "bondi", "--format", kind, "--out", str(home / kind))
        subprocess.run([sys.executable, "-m", "sandbox.statements", *words], cwd=ROOT, check=True, capture_output=True)
        exported[kind] = (home / kind).read_bytes()
    return exported


def drop(tieout: Tieout, platform: str, member: str, place: str, name: str, content: bytes, text: str = "") -> None:
    where = {"channel": place} if platform == "slack" else {"conversation": place}
    given = {"as": member, "name": name, "content": base64.b64encode(content).decode(), "text": text}
    call(f"{tieout.url}/page/api/{platform}/file", where | given)


def telling(messages: list[dict[str, Any]], *wanted: str) -> dict[str, Any] | None:
    return next((each for each in messages if all(word in words_of(each) for word in wanted)), None)


def dm(tieout: Tieout, platform: str, member: str) -> list[dict[str, Any]]:
    place = "channel=dm" if platform == "slack" else "conversation=dm"
    return list(call(f"{tieout.url}/page/api/{platform}/messages?as={member}&{place}")["messages"])


def told(give: Callable[[], None], look: Callable[[], dict[str, Any] | None]) -> dict[str, Any]:
    """Gives a file until it is told of: the sixty calls a minute may be used up, and then people give it again."""
    for _ in range(3):
        give()
        with contextlib.suppress(AssertionError):
            return eventually("the card", look, within=35)
    raise AssertionError("never told of")


def test_a_csv_dropped_in_the_clients_slack_channel(tieout: Tieout, statement: dict[str, bytes]) -> None:
    card = told(
        lambda: drop(tieout, "slack", "alice", "C0BONDI", "october.csv", statement["csv"]),
        lambda: telling(tieout.slack_messages("C0BONDI"), "october.csv, read as CSV: 67 lines", HOLDS),
    )
    assert card["bot_id"]


def test_a_camt_file_in_a_direct_message_needs_the_clients_name(tieout: Tieout, statement: dict[str, bytes]) -> None:
    drop(tieout, "slack", "alice", "dm", "oct.xml", statement["camt"])
    eventually("the question", lambda: telling(dm(tieout, "slack", "alice"), "Say which client it is for"))
    told(
        lambda: drop(tieout, "slack", "alice", "dm", "oct.xml", statement["camt"], "Bondi"),
        lambda: telling(dm(tieout, "slack", "alice"), "oct.xml, read as", "67 lines", HOLDS),
    )


def test_a_csv_sent_in_the_teams_chat(tieout: Tieout, statement: dict[str, bytes]) -> None:
    told(
        lambda: drop(tieout, "teams", "priya", "dm", "october.csv", statement["csv"], "this is for Bondi"),
        lambda: telling(dm(tieout, "teams", "priya"), "october.csv, read as CSV: 67 lines", HOLDS),
    )


def test_a_viewer_and_a_file_that_is_no_statement(tieout: Tieout, statement: dict[str, bytes]) -> None:
    people = json.loads(json.dumps(call(f"{tieout.url}/page/api/who")["members"]))
    viewer = next(each["id"] for each in people if each["role"] == "viewer")
    drop(tieout, "slack", viewer, "dm", "october.csv", statement["csv"], "Bondi")
    eventually("the no", lambda: telling(dm(tieout, "slack", viewer), "does not hand over bank statements"))
    drop(tieout, "slack", "alice", "C0BONDI", "october.pdf", b"%PDF-1.7")
    eventually("the no", lambda: telling(tieout.slack_ephemerals("alice"), "The file is a PDF"))


def test_a_file_in_the_watched_folder(tieout: Tieout, statement: dict[str, bytes], folder: Path) -> None:
    client = next(each for each in call(f"{tieout.url}/page/api/state?as=alice")["clients"] if "Bondi" in each["name"])
    (folder / client["id"]).mkdir()
    (folder / client["id"] / "night.csv").write_bytes(statement["csv"])
    look = lambda: telling(tieout.slack_messages("C0BONDI"), "night.csv, read as CSV: 67 lines", HOLDS)  # noqa: E731
    eventually("the card", look, within=130)  # the client's sixty calls a minute may be used up just now
    why = folder / client["id"] / "done" / "night.csv.txt"
    eventually("the file laid aside", lambda: why.exists() and why.with_suffix("").exists())
    assert "every cent of the bank is explained" in why.read_text()
