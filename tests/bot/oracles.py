"""What the platforms refuse: their own schemas where they are at hand, the sandbox's checks and ours everywhere."""

from __future__ import annotations

import functools
import itertools
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from jsonschema import Draft7Validator

from sandbox.slack.blocks import checked_blocks
from sandbox.teams.cards import complaints

SPECS = Path(__file__).resolve().parents[3] / "shared" / "specs"
WITHOUT_SPECS = "the platforms' schemas (../shared/specs) are not here"


def slack_complaints(message: dict[str, Any]) -> list[str]:
    """What is wrong with a Slack message; the sandbox raises for what Slack refuses."""
    ids = itertools.count()
    checked_blocks(message["blocks"], new_block_id=lambda: f"b{next(ids)}")
    found = [f"{len(message['text'])} characters of text"] if len(message["text"]) > 4_000 else []
    json.dumps(message, ensure_ascii=False).encode()
    buttons = [each["action_id"] for each in walk(message) if each.get("type") == "button"]
    found += ["an action id stands twice"] if len(set(buttons)) != len(buttons) else []
    if SPECS.exists():
        found += _schema_complaints(
            "slack/block-kit.from-slack-types-3.2.0.schema.json", "KnownBlock", message["blocks"]
        )
    return found


def teams_complaints(card: dict[str, Any]) -> list[str]:
    """What is wrong with an Adaptive Card."""
    found = complaints(card)
    if len(json.dumps(card, ensure_ascii=False).encode()) > 28 * 1024:
        found.append("more than 28 KB")
    if SPECS.exists():
        bare = {name: value for name, value in card.items() if name != "msteams"}
        validator = _validator("adaptivecards/adaptive-card.1.5.0.json", "")
        found += [error.message[:300] for error in validator.iter_errors(bare)]
    return found


def walk(value: Any) -> Iterator[dict[str, Any]]:
    """Every object inside a message."""
    if isinstance(value, dict):
        yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from walk(inner)


def _schema_complaints(name: str, definition: str, values: list[Any]) -> list[str]:
    validator = _validator(name, definition)
    return [error.message[:300] for value in values for error in validator.iter_errors(value)]


@functools.cache
def _validator(name: str, definition: str) -> Draft7Validator:
    schema = json.loads((SPECS / name).read_text())
    return Draft7Validator({**schema, "$ref": f"#/definitions/{definition}"} if definition else schema)
