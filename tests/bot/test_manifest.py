"""manifest.yml says exactly what the Slack app listens to, and asks for no more than its calls need."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft7Validator

from books.store import Store
from bot.slack import listeners
from bot.slack.surface import SlackSurface
from tests.bot.oracles import SPECS, WITHOUT_SPECS
from tests.bot.rig import Desk

ROOT = Path(__file__).resolve().parents[2]
SLACK = ROOT / "bot" / "slack"
MANIFEST: dict[str, Any] = yaml.safe_load((ROOT / "manifest.yml").read_text())
# Each Web API method the app may call, with the bot scope it needs ("" where any token does).
METHODS = {
    "auth.test": "",
    "chat.postMessage": "chat:write",
    "chat.postEphemeral": "chat:write",
    "chat.update": "chat:write",
    "chat.delete": "chat:write",
    "files.info": "files:read",
    "users.info": "users:read",
    "views.open": "",
    "views.publish": "",
}
EVENT_SCOPES = {
    "app_mention": "app_mentions:read",
    "message.im": "im:history",
    "message.channels": "channels:history",
    "message.groups": "groups:history",
    "file_shared": "files:read",
    "app_home_opened": "",
}
OTHER_SCOPES = {
    "commands": "the slash command",
    "assistant:write": "the agent view",
    "im:write": "opening a direct message where a channel cannot be written in",
}


def called_methods() -> set[str]:
    """The Web API methods that the code of bot/slack calls."""
    source = "\n".join(path.read_text() for path in SLACK.glob("*.py"))
    found = re.findall(r"_(?:client|writer)\.([a-z]+_[a-zA-Z]+)\(", source)
    return {name.replace("_", ".", 1) for name in found}


@pytest.mark.skipif(not SPECS.exists(), reason=WITHOUT_SPECS)
def test_it_is_valid_by_slacks_schema() -> None:
    schema = json.loads((SPECS / "slack" / "manifest.schema.2.0.0.json").read_text())
    assert [error.message for error in Draft7Validator(schema).iter_errors(MANIFEST)] == []


def test_its_scopes_are_what_the_calls_and_events_need() -> None:
    assert called_methods() == set(METHODS)
    needed = set(METHODS.values()) | set(EVENT_SCOPES.values()) | set(OTHER_SCOPES)
    assert set(MANIFEST["oauth_config"]["scopes"]["bot"]) == needed - {""}


@pytest.mark.skipif(not SPECS.exists(), reason=WITHOUT_SPECS)
@pytest.mark.parametrize("method", sorted(METHODS))
def test_the_scopes_are_those_that_slack_documents(method: str) -> None:
    page = (SPECS / "slack" / "method-docs" / f"{method}.json").read_text()
    assert METHODS[method] in page


def test_its_events_and_commands_are_those_listened_to(tmp_path: Path) -> None:
    source = (SLACK / "listeners.py").read_text()
    listened = set(re.findall(r'app\.event\("([a-z_]+)"\)', source))
    subscribed = set(MANIFEST["settings"]["event_subscriptions"]["bot_events"])
    assert {event.partition(".")[0] for event in subscribed} == listened
    assert subscribed == set(EVENT_SCOPES)
    assert [each["command"] for each in MANIFEST["features"]["slash_commands"]] == [listeners.COMMAND]
    store = Store(f"sqlite:///{tmp_path / 'tieout.db'}")
    surface = SlackSurface(bot_token="x", app_token="y", store=store, desk=Desk())
    assert surface.routes() == {}, "with an app token it is Socket Mode, as the manifest says"
    assert MANIFEST["settings"]["socket_mode_enabled"]
    assert MANIFEST["settings"]["interactivity"]["is_enabled"]
    assert MANIFEST["features"]["app_home"]["home_tab_enabled"]
