"""Draws a card as an Adaptive Card 1.5 for Teams: literal text runs (never markdown), Execute buttons, below 28 KB."""

from __future__ import annotations

import json
from typing import Any, assert_never

from bot.card import Button, Buttons, Card, Chart, Facts, Field, Finding, Heading, Link, Note, Part, Table, Text
from bot.fitting import fitted
from bot.plain import TONE_MARKS, width
from bot.shown import XERO_PAGES, clean, clip, one_line, our_link

Json = dict[str, Any]

CARD_TYPE = "application/vnd.microsoft.card.adaptive"
BYTES = 27_000  # Teams takes 28 KB by its strictest door
ACTIONS_SHOWN = 6
REASON = 1_000
_COLOURS = {"good": "good", "warning": "warning", "bad": "attention", "neutral": "default"}
_STYLES = {"primary": "positive", "danger": "destructive", "default": "default"}
_BAR_CELLS = 16


def render(card: Card, links: tuple[str, ...] = XERO_PAGES) -> Json:
    """The Adaptive Card; raises Refusal when a card that asks for a decision does not fit whole."""
    return fitted(card, lambda each: _card(each, links), _too_big)


def attachment(card: Json) -> Json:
    """The card as the attachment of a message."""
    return {"contentType": CARD_TYPE, "content": card}


def _card(card: Card, links: tuple[str, ...]) -> Json:
    body = [element for part in card.parts for element in _part(part, links)]
    actions = [_action(button, i) for i, button in enumerate(_buttons(card))]
    buttons = _buttons(card)
    for i, action in enumerate(actions):
        if buttons[i].is_further or i >= ACTIONS_SHOWN:
            action["mode"] = "secondary"
    drawn: Json = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.5",
        "fallbackText": clip(one_line(card.summary), 500),
        "msteams": {"width": "Full"},
        "body": body,
    }
    return drawn | {"actions": actions} if actions else drawn


def _too_big(card: Json) -> str:
    size = len(json.dumps(card, ensure_ascii=False).encode())
    return f"{size} bytes, Teams takes {BYTES}" if size > BYTES else ""


def _buttons(card: Card) -> list[Button]:
    return [button for part in card.parts if isinstance(part, Buttons) for button in part.buttons]


def _part(part: Part, links: tuple[str, ...]) -> list[Json]:
    match part:
        case Heading(text=text, tone=tone):
            words = f"{TONE_MARKS[tone]}{one_line(text)}"
            return [_rich(_run(words, size="large", weight="bolder", color=_COLOURS[tone]))]
        case Text(text=text, subtle=subtle, strong=strong):
            return _paragraphs(text, subtle=subtle, strong=strong)
        case Facts():
            return _facts(part)
        case Table():
            return _table(part)
        case Finding():
            return [_finding(part, links)]
        case Chart():
            return _chart(part)
        case Link(text=text, url=url):
            return [_rich(_link(text, url, links))]
        case Buttons():
            return []
        case Note(text=text):
            return [_rich(_run(one_line(text), size="small", isSubtle=True)) | {"separator": True}]
        case _:
            assert_never(part)


def _paragraphs(text: str, *, subtle: bool, strong: bool) -> list[Json]:
    look: Json = {"isSubtle": True} if subtle else {}
    look |= {"weight": "bolder"} if strong else {}
    return [_rich(_run(line, **look)) for line in clean(text).split("\n") if line.strip()]


def _facts(facts: Facts) -> list[Json]:
    """A fact set that shows its values literally; the platform's own FactSet reads them as markdown."""
    return [
        _beside((1, _rich(_run(one_line(label), weight="bolder"))), (2, _rich(_run(one_line(value)))))
        for label, value in facts.facts
    ]


def _table(table: Table) -> list[Json]:
    if not table.columns:
        return []
    heads = [_rich(_run(one_line(head), weight="bolder"), right=i in table.right) for i, head in _cells(table.columns)]
    rows = [
        _row([_rich(one_line(cell) or "–", right=i in table.right) for i, cell in _cells(row)]) for row in table.rows
    ]
    widths = [{"width": _weight(table, i)} for i in range(len(table.columns))]
    return [{"type": "Table", "columns": widths, "rows": [_row(heads), *rows], "firstRowAsHeader": True}]


def _weight(table: Table, column: int) -> int:
    """A column's share of the width: as wide as its widest cell, so that figures are not broken; words may wrap."""
    cells = [row[column] for row in (table.columns, *table.rows) if column < len(row)]
    widest = max(width(one_line(cell)) for cell in cells)
    return max(widest + 3, 7) if column in table.right else min(max(widest + 3, 8), 26)


def _cells(row: tuple[str, ...]) -> list[tuple[int, str]]:
    return list(enumerate(row))


def _row(cells: list[Json]) -> Json:
    return {"type": "TableRow", "cells": [{"type": "TableCell", "items": [cell]} for cell in cells]}


def _finding(finding: Finding, links: tuple[str, ...]) -> Json:
    title = _rich(_run(f"{TONE_MARKS[finding.tone]}{one_line(finding.title)}", weight="bolder"))
    items: list[Json] = [title]
    if finding.figure:
        figure = _rich(_run(one_line(finding.figure), weight="bolder"), right=True)
        columns = [
            {"type": "Column", "width": "stretch", "items": [title]},
            {"type": "Column", "width": "auto", "items": [figure]},
        ]
        items = [{"type": "ColumnSet", "columns": columns}]
    items += [_close(each) for each in _paragraphs(finding.detail, subtle=False, strong=False)]
    foot = [_run(f"Next: {one_line(finding.who)}", isSubtle=True)] if finding.who else []
    if finding.link:
        foot += [_run(" · ", isSubtle=True)] if foot else []
        foot.append(_link(finding.link_text, finding.link, links))
    items += [_close({"type": "RichTextBlock", "inlines": foot})] if foot else []
    return {"type": "Container", "items": items, "separator": True}


def _close(element: Json) -> Json:
    return element | {"spacing": "small"}


def _chart(chart: Chart) -> list[Json]:
    """Bars in rows: label, a bar to scale (hollow when negative), the words."""
    longest = max((abs(amount) for amount in chart.amounts), default=0.0)
    rows = []
    for label, amount, words in zip(chart.labels, chart.amounts, chart.words, strict=True):
        cells = max(round(abs(amount) / longest * _BAR_CELLS), 1) if amount and longest else 0
        bar = _run(("░" if amount < 0 else "█") * cells or "–", fontType="monospace")
        said = _rich(_run(one_line(words)), right=True)
        rows.append(_beside((3, _rich(_run(one_line(label)))), (3, _rich(bar)), (2, said)))
    return [_rich(_run(one_line(chart.title), weight="bolder")), *rows] if rows else []


def _beside(*columns: tuple[int, Json]) -> Json:
    """Elements side by side, with their shares of the width."""
    drawn = [{"type": "Column", "width": share, "items": [element]} for share, element in columns]
    return {"type": "ColumnSet", "spacing": "small", "columns": drawn}


def _link(text: str, url: str, links: tuple[str, ...]) -> Json:
    words, target = one_line(text) or "Open", our_link(url, links)
    if not target:
        return _run(words)
    return _run(words, color="accent", underline=True, selectAction={"type": "Action.OpenUrl", "url": target})


def _action(button: Button, number: int) -> Json:
    """An Execute; what must be asked or confirmed first opens below the card, because channels have no dialogs."""
    label = clip(one_line(button.label), 75)
    execute: Json = {
        "type": "Action.Execute",
        "title": label,
        "verb": button.act,
        "data": {"subject": button.subject, "digest": button.digest},
        "style": _STYLES[button.style],
        "associatedInputs": "none",
    }
    if not (button.asks or button.confirm or button.fields):
        return execute
    field = f"words_{number}"
    body = [_rich(_run(one_line(button.confirm)))] if button.confirm else []
    if button.asks:
        body.append(_question(button, field))
        execute["data"]["field"] = field
    if button.fields:
        body += [_line(each, f"{field}_{n}") for n, each in enumerate(button.fields)]
        execute["data"]["fields"] = {each.name: f"{field}_{n}" for n, each in enumerate(button.fields)}
    execute |= {"title": f"{label.rstrip('…')}", "associatedInputs": "auto"}
    inner = {"type": "AdaptiveCard", "version": "1.5", "body": body, "actions": [execute]}
    return {"type": "Action.ShowCard", "title": label, "card": inner, "style": _STYLES[button.style]}


def _question(button: Button, field: str) -> Json:
    return {
        "type": "Input.Text",
        "id": field,
        "label": clip(one_line(button.asks), 200),
        "isRequired": True,
        "errorMessage": "Please write a few words.",
        "isMultiline": True,
        "maxLength": REASON,
    }


def _line(field: Field, name: str) -> Json:
    line: Json = {"type": "Input.Text", "id": name, "label": clip(one_line(field.label), 200), "maxLength": REASON}
    return line | {"value": clip(one_line(field.value), REASON)} if field.value else line


def _rich(run: Json | str, *, right: bool = False) -> Json:
    """One literal line; plain words may stand without a run around them, which spares a third of a long table."""
    block: Json = {"type": "RichTextBlock", "inlines": [run]}
    return block | {"horizontalAlignment": "right"} if right else block


def _run(text: str, **look: Any) -> Json:
    return {"type": "TextRun", "text": text or "–", **look}
