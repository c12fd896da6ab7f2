"""Adaptive Cards are refused where Teams would show them broken, and buttons are found on them."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.teams.cards import complaints, find_action

TEXT = {"type": "TextBlock", "text": "Hello", "wrap": True}
EXECUTE = {"type": "Action.Execute", "title": "Approve", "verb": "approve", "data": {"number": 7}}


def card(*body: Any, **more: Any) -> dict[str, Any]:
    """A card of version 1.5."""
    return {"type": "AdaptiveCard", "version": "1.5", "body": list(body), **more}


def table(*rows: Any) -> dict[str, Any]:
    """A table of texts."""
    cells = [{"type": "TableRow", "cells": [{"type": "TableCell", "items": [TEXT]} for _ in row]} for row in rows]
    return {"type": "Table", "columns": [{"width": 1}], "rows": cells, "firstRowAsHeader": True}


def asking(*inputs: Any) -> dict[str, Any]:
    """A button that opens a card with inputs."""
    return {"type": "Action.ShowCard", "title": "Reject…", "card": card(*inputs, actions=[EXECUTE])}


REASON = {"type": "Input.Text", "id": "reason", "label": "Why?", "isRequired": True, "errorMessage": "Say why."}

TAKEN = [
    card(TEXT, table("ab"), actions=[EXECUTE, asking(REASON)], msteams={"width": "Full"}),
    card({"type": "FactSet", "facts": [{"title": "Client", "value": "Bondi"}]}),
    card({"type": "ColumnSet", "columns": [{"type": "Column", "width": "stretch", "items": [TEXT]}]}),
    card({"type": "Container", "style": "emphasis", "items": [{"type": "ActionSet", "actions": [EXECUTE]}]}),
    card({"type": "RichTextBlock", "inlines": ["plain", {"type": "TextRun", "text": "bold", "weight": "bolder"}]}),
    card({"type": "Input.ChoiceSet", "id": "month", "choices": [{"title": "October", "value": "10"}]}),
    card({**TEXT, "size": "ExtraLarge", "color": "Attention"}),
]

REFUSED = [
    ({"type": "HeroCard"}, "not an AdaptiveCard"),
    (card(TEXT, version="1.6"), "version must be one of"),
    (card({"type": "Textblock", "text": "x"}), "unsupported type: Textblock (/body/0/type)"),
    (card({"type": "TextBlock"}), "missing required field: text (/body/0)"),
    (card({**TEXT, "colour": "good"}), "no more items or properties allowed: colour"),
    (card({**TEXT, "size": "huge"}), "must be one of"),
    (card({"type": "FactSet", "facts": [{"title": "a"}]}), "missing required field: value (/body/0/facts/0)"),
    (card({"type": "Input.Text"}), "missing required field: id"),
    (card(REASON, REASON), "two inputs have the id reason"),
    (card(TEXT, actions=[{"type": "Action.Execute", "title": "Approve"}]), "missing required field: verb"),
    (card(TEXT, actions=[{"type": "Action.OpenUrl", "title": "Open"}]), "missing required field: url"),
    (card(actions=[asking({"type": "Input.Colour", "id": "c"})]), "(/actions/0/card/body/0/type)"),
    (card({"type": "Container", "items": [TEXT], "selectAction": asking(REASON)}), "unsupported type: Action.ShowCard"),
]


@pytest.mark.parametrize("good", TAKEN, ids=lambda one: one["body"][0]["type"])
def test_what_teams_shows(good: dict[str, Any]) -> None:
    assert complaints(good) == []


@pytest.mark.parametrize(("bad", "complaint"), REFUSED, ids=lambda one: one if isinstance(one, str) else "")
def test_what_teams_would_not_show(bad: dict[str, Any], complaint: str) -> None:
    assert complaint in "; ".join(complaints(bad))


def test_of_two_buttons_with_one_verb_the_values_or_the_title_decide() -> None:
    buttons = [{**EXECUTE, "title": str(n), "data": {"number": n}} for n in (1, 2)]
    shown = card(TEXT, actions=buttons)
    found = find_action(shown, "Action.Execute", verb="approve", title=None, values={"number": 2})
    assert found is not None
    assert found["title"] == "2"
    by_title = find_action(shown, "Action.Execute", verb="approve", title="1", values={})
    assert by_title is not None
    assert by_title["data"] == {"number": 1}
    assert find_action(shown, "Action.Execute", verb="reject", title=None, values={}) is None
