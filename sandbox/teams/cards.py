"""Refuses a card Teams would not show as meant, and finds the buttons on one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sandbox.chat_store import Json
from sandbox.teams.card_shapes import CARD

CARD_TYPE = "application/vnd.microsoft.card.adaptive"
VERSIONS = ("1.0", "1.1", "1.2", "1.3", "1.4", "1.5")


def complaints(card: Any) -> list[str]:
    """Everything wrong with a card, in words with a JSON pointer; empty when it is good."""
    if not isinstance(card, dict) or card.get("type") != "AdaptiveCard":
        return ["the attachment is not an AdaptiveCard (/type)"]
    if card.get("version") not in VERSIONS:
        return [f"version must be one of {', '.join(VERSIONS)} (/version)"]
    found = [f"{said} ({at})" for said, at in CARD(card, "")]
    ids = [one["id"] for one in walk(card) if str(one.get("type", "")).startswith("Input.")] if not found else []
    return found + [f"two inputs have the id {name}" for name in sorted({i for i in ids if ids.count(i) > 1})]


def walk(value: Any) -> Iterator[Json]:
    """Every object inside a card, the card first."""
    if isinstance(value, dict):
        yield value
        for inner in value.values():
            yield from walk(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from walk(inner)


def cards_of(activity: Json) -> list[Json]:
    """The adaptive cards attached to an activity."""
    return [a["content"] for a in activity.get("attachments") or [] if a.get("contentType") == CARD_TYPE]


def find_action(card: Json, kind: str, *, verb: str | None, title: str | None, values: Json) -> Json | None:
    """The button meant: by verb and title; of several, the one whose own values agree with those given."""
    buttons = [one for one in walk(card) if one.get("type") == kind]
    if verb is not None:
        buttons = [one for one in buttons if one.get("verb") == verb]
    if title is not None:
        buttons = [one for one in buttons if one.get("title") == title]
    agreeing = [one for one in buttons if all(values.get(k, v) == v for k, v in _own(one).items())]
    return next(iter(agreeing or buttons), None)


def _own(button: Json) -> Json:
    own = button.get("data")
    return own if isinstance(own, dict) else {}
