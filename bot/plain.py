"""Draws a card as plain text for the terminal, figures aligned; its bars and columns serve Slack too."""

from __future__ import annotations

import unicodedata
from typing import assert_never

from bot.card import Button, Buttons, Card, Chart, Facts, Finding, Heading, Link, Note, Part, Table, Text
from bot.shown import clean, one_line

TONE_MARKS = {"good": "✔ ", "warning": "▲ ", "bad": "✖ ", "neutral": ""}  # told apart by shape, not by colour
_TERMINAL_MARKS = {"good": "[ok] ", "warning": "[!] ", "bad": "[x] ", "neutral": ""}
_BAR_CELLS = 20


def plain(card: Card) -> str:
    """The whole card as text, one blank line between its parts."""
    return "\n\n".join(drawn for part in card.parts if (drawn := _part(part)))


def _part(part: Part) -> str:
    match part:
        case Heading(text=text, tone=tone):
            return f"{_TERMINAL_MARKS[tone]}{one_line(text)}"
        case Text(text=text):
            return clean(text)
        case Facts(facts=facts):
            widest = max((width(one_line(label)) for label, _ in facts), default=0)
            return "\n".join(f"{padded(one_line(label), widest)}  {one_line(value)}" for label, value in facts)
        case Table():
            return columns(part)
        case Finding():
            return _finding(part)
        case Chart():
            return f"{one_line(part.title)}\n{bars(part)}"
        case Link(text=text, url=url):
            return f"{one_line(text)}: {one_line(url)}"
        case Buttons(buttons=buttons):
            return " ".join(_button(button) for button in buttons)
        case Note(text=text):
            return clean(text)
        case _:
            assert_never(part)


def _finding(finding: Finding) -> str:
    figure = f"  {one_line(finding.figure)}" if finding.figure else ""
    lines = [f"{_TERMINAL_MARKS[finding.tone]}{one_line(finding.title)}{figure}"]
    lines += [f"    {line}" for line in clean(finding.detail).splitlines()]
    lines += [f"    Next: {one_line(finding.who)}"] if finding.who else []
    lines += [f"    {one_line(finding.link)}"] if finding.link else []
    return "\n".join(lines)


def _button(button: Button) -> str:
    return f"[{one_line(button.label)}]"


def columns(table: Table) -> str:
    """A table in monospace: every column as wide as its widest cell, figures to the right, a rule below the heads."""
    rows = [[one_line(cell) for cell in row] for row in (table.columns, *table.rows)]
    widths = [max((width(row[i]) for row in rows if i < len(row)), default=0) for i in range(len(table.columns))]
    drawn = [_row(row, widths, table.right) for row in rows]
    rule = "  ".join("─" * each for each in widths)
    return "\n".join([drawn[0], rule, *drawn[1:]])


def _row(row: list[str], widths: list[int], right: tuple[int, ...]) -> str:
    cells = [padded(row[i] if i < len(row) else "", widths[i], to_right=i in right) for i in range(len(widths))]
    return "  ".join(cells).rstrip()


def bars(chart: Chart) -> str:
    """Labelled bars to scale: the longest has 20 cells, negative amounts are drawn hollow, words stand at the end."""
    labels = [one_line(label) for label in chart.labels]
    widest = max(map(width, labels), default=0)
    longest = max((abs(amount) for amount in chart.amounts), default=0.0)
    lines = []
    for label, amount, words in zip(labels, chart.amounts, chart.words, strict=True):
        cells = round(abs(amount) / longest * _BAR_CELLS) if longest else 0
        cells = max(cells, 1) if amount else 0
        bar = ("░" if amount < 0 else "█") * cells
        lines.append(f"{padded(label, widest)}  {padded(bar, _BAR_CELLS)}  {one_line(words)}".rstrip())
    return "\n".join(lines)


def width(text: str) -> int:
    """How many monospace cells a text takes: wide East Asian characters take two, combining marks none."""
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def padded(text: str, cells: int, *, to_right: bool = False) -> str:
    """The text filled up with spaces to so many cells."""
    room = " " * max(cells - width(text), 0)
    return room + text if to_right else text + room
