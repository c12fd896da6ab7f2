"""Draws a card in Slack's Block Kit: literal text only, links built from code only, within Slack's limits."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, assert_never

from bot.card import Button, Buttons, Card, Chart, Facts, Finding, Heading, Link, Note, Table, Text
from bot.fitting import fitted, is_binding
from bot.plain import TONE_MARKS, bars, columns
from bot.shown import XERO_PAGES, clean, clip, one_line, our_link, pieces

Json = dict[str, Any]

BLOCKS, CHARACTERS = 50, 12_500  # Slack takes about 13,200 characters over all blocks of a message
HEADER, TEXT, SUMMARY = 150, 2_900, 3_000
TABLE_ROWS, TABLE_COLUMNS = 100, 20
FACTS_A_SECTION, BUTTONS_A_ROW = 5, 25
LABEL, VALUE = 75, 2_000
OPTIONS, OPTION_VALUE = 5, 150
MENU = "more"
"""The act in the id of a menu; which one was chosen stands in the option's value."""
_TOO_LONG_TABLE: Json = {"type": "too_long_table"}  # never sent: it makes the card be cut


def render(card: Card, links: tuple[str, ...] = XERO_PAGES) -> Json:
    """`text` and `blocks` of a message; raises Refusal when a card that asks for a decision does not fit whole."""
    decides = is_binding(card)
    return fitted(card, lambda each: _message(each, links, decides=decides), _too_big)


def escaped(text: str) -> str:
    """Text for Slack's mrkdwn: `<!channel>`, `<@U…>` and links lose their meaning (Slack's rule for &, < and >)."""
    return clean(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _message(card: Card, links: tuple[str, ...], *, decides: bool) -> Json:
    """A table with more rows than Slack's own takes is drawn in monospace only where a decision needs it whole."""
    blocks: list[Json] = []
    pen = _Pen(links, longest_table=10**6 if decides else TABLE_ROWS - 1)
    for part in card.parts:
        blocks += pen.draw(part)
    return {"text": escaped(clip(one_line(card.summary), SUMMARY)), "blocks": blocks}


def _too_big(message: Json) -> str:
    blocks = message["blocks"]
    if _TOO_LONG_TABLE in blocks:
        return f"a table has more than {TABLE_ROWS - 1} rows"
    if len(blocks) > BLOCKS:
        return f"{len(blocks)} blocks, Slack takes {BLOCKS}"
    characters = sum(map(len, _texts(blocks)))
    return f"{characters} characters, Slack takes {CHARACTERS}" if characters > CHARACTERS else ""


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for name, inner in value.items():
            if name == "text" and isinstance(inner, str):
                yield inner
            else:
                yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)


class _Pen:
    """Draws the parts of one message in order; it remembers the one native table and how many buttons there are."""

    def __init__(self, links: tuple[str, ...], longest_table: int) -> None:
        self._links = links
        self._longest_table = longest_table
        self._tables = 0
        self._buttons = 0

    def draw(self, part: Heading | Text | Facts | Table | Finding | Chart | Link | Buttons | Note) -> list[Json]:
        match part:
            case Heading():
                return _heading(part)
            case Text(text=text, subtle=True):
                return _small(text)
            case Text(text=text, strong=strong):
                return [_rich([_run(piece, bold=strong)]) for piece in pieces(clean(text), TEXT) if piece]
            case Facts():
                return _facts(part)
            case Table():
                return self._table(part)
            case Finding():
                return self._finding(part)
            case Chart(title=title):
                heading = [_run(one_line(title) or "Chart", bold=True)]
                return [_rich(heading), *_monospace(bars(part))] if part.labels else []
            case Link(text=text, url=url):
                return [_rich([self._link(text, url)])]
            case Buttons(buttons=buttons):
                return self._rows_of_buttons(buttons)
            case Note(text=text):
                return _small(text)
            case _:
                assert_never(part)

    def _table(self, table: Table) -> list[Json]:
        if len(table.rows) > self._longest_table:
            return [_TOO_LONG_TABLE]
        fits = len(table.rows) < TABLE_ROWS and len(table.columns) <= TABLE_COLUMNS
        if self._tables or not fits or not table.columns:
            return _monospace(columns(table)) if table.columns else []
        self._tables = 1
        rows = [_row(row, len(table.columns)) for row in (table.columns, *table.rows)]
        sides = [{"align": "right" if i in table.right else "left"} for i in range(len(table.columns))]
        wrapped = [{**side, "is_wrapped": i not in table.right} for i, side in enumerate(sides)]
        return [{"type": "table", "rows": rows, "column_settings": wrapped}]

    def _finding(self, finding: Finding) -> list[Json]:
        figure = f" · {one_line(finding.figure)}" if finding.figure else ""
        runs = [_run(f"{TONE_MARKS[finding.tone]}{one_line(finding.title)}{figure}", bold=True)]
        runs += [_run(f"\n{piece}") for piece in pieces(clean(finding.detail), TEXT) if piece]
        next_line = f"\nNext: {one_line(finding.who)}" if finding.who else ""
        if finding.link:
            runs += [_run(f"{next_line} · " if next_line else "\n"), self._link(finding.link_text, finding.link)]
        elif next_line:
            runs.append(_run(next_line))
        return [_rich(runs)]

    def _link(self, text: str, url: str) -> Json:
        words, target = one_line(text) or "Open", our_link(url, self._links)
        return {"type": "link", "url": target, "text": words} if target else _run(words)

    def _rows_of_buttons(self, buttons: tuple[Button, ...]) -> list[Json]:
        elements = [self._button(button) for button in buttons if not button.is_further]
        elements += self._menu([button for button in buttons if button.is_further])
        rows = [elements[i : i + BUTTONS_A_ROW] for i in range(0, len(elements), BUTTONS_A_ROW)]
        return [{"type": "actions", "elements": row} for row in rows]

    def _menu(self, buttons: list[Button]) -> list[Json]:
        """What is seldom pressed, behind Slack's “⋯”; one alone, or with a question before it, stays a button."""
        values = [button_value(button, in_menu=True) for button in buttons]
        is_menu = 1 < len(buttons) <= OPTIONS and not any(button.confirm for button in buttons)
        if not is_menu or any(len(value) > OPTION_VALUE for value in values):
            return [self._button(button) for button in buttons]
        self._buttons += 1
        labels = [_plain(clip(one_line(button.label), LABEL)) for button in buttons]
        options = [{"text": label, "value": value} for label, value in zip(labels, values, strict=True)]
        return [{"type": "overflow", "action_id": f"tieout:{MENU}:{self._buttons}", "options": options}]

    def _button(self, button: Button) -> Json:
        self._buttons += 1
        drawn: Json = {
            "type": "button",
            "text": _plain(clip(one_line(button.label), LABEL)),
            "action_id": f"tieout:{button.act}:{self._buttons}",
            "value": button_value(button),
        }
        if button.style != "default":
            drawn["style"] = button.style
        if button.confirm:
            act = one_line(button.label).rstrip("…")
            drawn["confirm"] = {
                "title": _plain(clip(act, 100)),
                "text": _plain(clip(one_line(button.confirm), 300)),
                "confirm": _plain(clip(act, 30)),
                "deny": _plain("Not now"),
            }
        return drawn


def button_value(button: Button, *, in_menu: bool = False) -> str:
    """What a button carries: subject, digest and the question to ask first; in a menu its act too; never a figure."""
    words = {"a": button.act} if in_menu else {}
    words |= {"s": button.subject, "d": button.digest, "q": clip(one_line(button.asks), 300)}
    words["f"] = "1" if button.fields else ""
    value = json.dumps({name: word for name, word in words.items() if word}, separators=(",", ":"))
    if len(value) > VALUE:
        raise ValueError(f"A button's value has {len(value)} characters, Slack takes {VALUE}.")
    return value


def _heading(heading: Heading) -> list[Json]:
    mark = TONE_MARKS[heading.tone]
    words = one_line(heading.text) or "Tieout"
    text = f"{mark}{words}"
    header = {"type": "header", "text": _plain(clip(text, HEADER))}
    whole = [_rich([_run(piece, bold=True)]) for piece in pieces(words, TEXT)] if len(text) > HEADER else []
    return [header, *whole]


def _facts(facts: Facts) -> list[Json]:
    """Label and value side by side: the label bold, the value literal and whole."""
    blocks: list[Json] = []
    for start in range(0, len(facts.facts), FACTS_A_SECTION):
        fields: list[Json] = []
        for label, value in facts.facts[start : start + FACTS_A_SECTION]:
            words = clean(value) or "–"
            if len(words) > 2_000:
                blocks += [
                    _rich([_run(f"{one_line(label)}\n", bold=True), _run(piece)]) for piece in pieces(words, TEXT)
                ]
                continue
            fields += [_mrkdwn(f"*{escaped(_unmarked(label)) or '–'}*"), _plain(words)]
        blocks += [{"type": "section", "fields": fields}] if fields else []
    return blocks


def _unmarked(label: str) -> str:
    return clip("".join(character for character in one_line(label) if character not in "*_~`"), 150)


def _small(text: str) -> list[Json]:
    found = [piece for piece in pieces(clean(text), TEXT) if piece.strip()]
    return [{"type": "context", "elements": [_plain(piece)]} for piece in found]


def _monospace(text: str) -> list[Json]:
    inner = [{"type": "rich_text_preformatted", "elements": [_run(piece)]} for piece in pieces(text, TEXT) if piece]
    return [{"type": "rich_text", "elements": [each]} for each in inner]


def _rich(runs: list[Json]) -> Json:
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": runs}]}


def _run(text: str, *, bold: bool = False) -> Json:
    run: Json = {"type": "text", "text": text or "–"}
    return run | {"style": {"bold": True}} if bold else run


def _row(cells: tuple[str, ...], wide: int) -> list[Json]:
    filled = (*cells, *[""] * (wide - len(cells)))
    return [{"type": "raw_text", "text": one_line(cell) or "–"} for cell in filled]


def _plain(text: str) -> Json:
    return {"type": "plain_text", "text": text or "–", "emoji": False}


def _mrkdwn(text: str) -> Json:
    return {"type": "mrkdwn", "text": text, "verbatim": True}
