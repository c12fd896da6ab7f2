"""The doctor names each part's state, and a next step wherever something is missing or broken."""

from __future__ import annotations

import socket
from dataclasses import replace
from pathlib import Path

import pytest

from scheduler.doctor import Row, examine
from scheduler.settings import SlackSettings, TeamsSettings, settings_from
from tests.support.tieout import ROOT, free_ports

NAMES = ["python", "firm", "database", "redis", "xero", "slack", "teams", "model", "ports"]


def rows(home: Path, **environment: str) -> dict[str, Row]:
    """What the doctor says of an installation with this environment."""
    settings = settings_from({"TIEOUT_HOME": str(home), **environment}, ROOT, port=free_ports())
    return {row.name: row for row in examine(settings, "")}


def test_with_nothing_configured_everything_is_ready_or_the_sandbox(tmp_path: Path) -> None:
    found = rows(tmp_path)
    assert list(found) == NAMES
    assert {row.state for row in found.values()} == {"ready", "sandbox", "missing"}
    assert all(row.next_step for row in found.values() if row.state != "ready")


@pytest.mark.parametrize(
    ("name", "environment"),
    [
        ("firm", {"TIEOUT_FIRM": "/nowhere/firm.yml"}),
        ("database", {"TIEOUT_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/nothing"}),
        ("database", {"TIEOUT_DATABASE_URL": "carrier-pigeon://roof"}),
        ("redis", {"REDIS_URL": "redis://127.0.0.1:1"}),
        ("slack", {"SLACK_BOT_TOKEN": "xoxb-1"}),
        (
            "slack",
            {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1", "SLACK_API_URL": "http://127.0.0.1:1/api/"},
        ),
        ("teams", {"TEAMS_APP_ID": "an-app-without-its-password"}),
    ],
)
def test_a_broken_part_says_what_to_do(tmp_path: Path, name: str, environment: dict[str, str]) -> None:
    row = rows(tmp_path, **environment)[name]
    assert row.state == "broken"
    assert row.next_step


def test_a_port_that_another_program_has_is_named(tmp_path: Path) -> None:
    port = free_ports()
    with socket.socket() as other:
        other.bind(("127.0.0.1", port))
        other.listen()
        settings = settings_from({"TIEOUT_HOME": str(tmp_path)}, ROOT, port=port)
        found = {row.name: row for row in examine(settings, "")}
    assert (found["ports"].state, str(port) in found["ports"].words) == ("broken", True)


def test_the_local_chat_is_never_opened_beside_real_books(tmp_path: Path) -> None:
    settings = settings_from({"TIEOUT_HOME": str(tmp_path), "XERO_CLIENT_ID": "real"}, ROOT)
    assert not settings.chat_is_sandbox
    sandbox = settings_from({"TIEOUT_HOME": str(tmp_path)}, ROOT)
    assert sandbox.chat_is_sandbox
    assert not replace(sandbox, slack=SlackSettings("xoxb-1")).chat_is_sandbox
    assert not replace(sandbox, teams=TeamsSettings("app")).chat_is_sandbox
