"""Noor begins at the firm: she is in its Slack, and firm.yml does not say which user she is.

The sandbox's workspace knows Noor's user; the bot's firm.yml has Noor as an approver without one. Dana administers.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.stories.test_command_line import holds
from tests.support.sandbox_server import start_sandbox
from tests.support.tieout import ROOT, Tieout, call, command_line, eventually, free_ports, json_of, words_of

NOOR = """  - id: noor
    name: Noor Aziz
    role: approver
    email: noor@harbourfinch.example
"""
HER_USER = "    slack: {team: T0TIEOUT, user: U0NOOR}\n"


@pytest.fixture(scope="module")
def tieout(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tieout]:
    home, port = tmp_path_factory.mktemp("home"), free_ports()
    workspace, firm = _firm(home / "workspace.yml", NOOR + HER_USER), _firm(home / "firm.yml", NOOR)
    sandbox = start_sandbox(
        home / "sandbox", books=None, today="2026-11-05", bot_url=f"http://127.0.0.1:{port + 1}", firm=workspace
    )
    call(f"{sandbox.url}/control/pace", {"unlimited": True})
    running = Tieout(home, port, env={"TIEOUT_SANDBOX_URL": sandbox.url, "TIEOUT_FIRM": str(firm)}).start()
    yield running
    running.stop()
    sandbox.stop()


def _firm(file: Path, more: str) -> Path:
    demo = (ROOT / "sandbox" / "demo" / "firm.yml").read_text()
    file.write_text(demo.replace("\nclients:\n", f"{more}\nclients:\n", 1))
    return file


def told(tieout: Tieout, member: str) -> list[dict[str, Any]]:
    """What the bot wrote to a member's direct messages."""
    found = call(f"{tieout.url}/page/api/slack/messages?channel=dm&as={member}")["messages"]
    return [{"channel": "dm"} | each for each in found if "bot_id" in each]


def asks(tieout: Tieout, words: str = "Is Bondi ready to close October?") -> str:
    """Noor writes; what the bot then answers."""
    before = len(told(tieout, "noor"))
    tieout.slack_says("noor", "dm", words)
    return eventually("an answer to Noor", lambda: words_of(told(tieout, "noor")[before:]).strip("[]"))


def test_1_a_stranger_is_told_so_and_the_administrator_is_asked(tieout: Tieout) -> None:
    assert "I asked an administrator" in asks(tieout)
    card = eventually("Dana's card", lambda: next(iter(told(tieout, "dana")), None))
    assert "U0NOOR" in words_of(card)
    listed = json_of(tieout.home, "people", "list", env=tieout.env)
    holds(listed, "people list")
    [waiting] = listed["newcomers"]
    assert waiting["user"] == "slack:T0TIEOUT:U0NOOR"


def test_2_somebody_else_may_not_say_who_she_is(tieout: Tieout) -> None:
    words = ("people", "bind", "slack:T0TIEOUT:U0NOOR", "noor", "--as", "priya", "--json")
    done = command_line(tieout.home, *words, env=tieout.env)
    assert (done.returncode, json.loads(done.stdout)["refused"]["code"]) == (2, "not_administrator")


def test_3_by_her_word_noor_is_noor(tieout: Tieout) -> None:
    [card] = told(tieout, "dana")
    tieout.slack_click("dana", card, "This is Noor Aziz")
    eventually("bound", lambda: _row(tieout)["bound"] == ["slack:T0TIEOUT:U0NOOR"])
    assert "October 2026" in asks(tieout)


def test_4_unbound_she_is_a_stranger_at_once(tieout: Tieout) -> None:
    json_of(tieout.home, "people", "unbind", "noor", "--as", "dana", env=tieout.env)
    assert _row(tieout)["bound"] == []
    assert "I do not know you" in asks(tieout)
    story = [each["what"] for each in json_of(tieout.home, "audit", "show", "noor", env=tieout.env)["story"]]
    assert story == ["bound", "unbound"]


def _row(tieout: Tieout) -> dict[str, Any]:
    members = json_of(tieout.home, "people", "list", env=tieout.env)["members"]
    return dict(next(each for each in members if each["id"] == "noor"))
