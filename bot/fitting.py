"""Makes a card small enough for a platform by one stated rule; a card that asks for a decision is never cut."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import TypeVar

from books.refusal import Refusal
from bot.card import Buttons, Card, Facts, Heading, Note, Part, Table, Text
from bot.shown import clip, one_line

Drawn = TypeVar("Drawn")
LONGEST_NOTE = 600


def fitted(card: Card, draw: Callable[[Card], Drawn], too_big: Callable[[Drawn], str]) -> Drawn:
    """The card drawn whole or, if `too_big` says why not, with as many of its lines as fit.

    The rule: heading, buttons and notes stay; of everything between them the first lines stay (a table row, a fact, a
    finding or a paragraph is one line, never cut in two) and “… and 12 more (see Xero)” says how many do not. Raises
    Refusal for a card whose buttons are bound to its content, because nobody may decide on what they cannot read.
    """
    whole = draw(card)
    why = too_big(whole)
    if not why:
        return whole
    if is_binding(card):
        raise Refusal(
            f"This proposal is too long to be shown whole here ({why}).",
            next_step=f"Read it and decide with `python app.py queue show {_subject(card)}`.",
            code="card_too_long",
        )
    short = dataclasses.replace(card, parts=tuple(_short(part) for part in card.parts))
    fewest, most = 0, lines(short)
    while fewest < most:
        middle = (fewest + most + 1) // 2
        if too_big(draw(first_lines(short, middle))):
            most = middle - 1
        else:
            fewest = middle
    return draw(first_lines(short, fewest))


def is_binding(card: Card) -> bool:
    """Whether a press on this card decides about exactly what it shows."""
    return any(button.digest for part in card.parts if isinstance(part, Buttons) for button in part.buttons)


def _subject(card: Card) -> str:
    buttons = [button for part in card.parts if isinstance(part, Buttons) for button in part.buttons]
    return next(button.subject for button in buttons if button.digest)


def lines(card: Card) -> int:
    """How many lines of the card may be left out."""
    return sum(_lines_of(part) for part in card.parts)


def _lines_of(part: Part) -> int:
    match part:
        case Heading() | Buttons() | Note():
            return 0
        case Table(rows=rows):
            return len(rows)
        case Facts(facts=facts):
            return len(facts)
        case _:
            return 1


def first_lines(card: Card, count: int) -> Card:
    """The card with only the first `count` of its lines, and a line that says how many are missing."""
    missing = lines(card) - count
    if missing <= 0:
        return card
    kept: list[Part] = []
    for part in card.parts:
        take = min(_lines_of(part), count)
        count -= take
        if _lines_of(part) == 0:
            kept.append(part)
        elif take:
            kept.append(_shortened(part, take))
    at = next((i for i in range(len(kept)) if isinstance(kept[i], Buttons | Note)), len(kept))
    kept.insert(at, Text(f"… and {missing} more (see Xero)", subtle=True))
    return dataclasses.replace(card, parts=tuple(kept))


def _shortened(part: Part, take: int) -> Part:
    match part:
        case Table():
            return dataclasses.replace(part, rows=part.rows[:take])
        case Facts():
            return Facts(part.facts[:take])
        case _:
            return part


def _short(part: Part) -> Part:
    match part:
        case Heading(text=text):
            return dataclasses.replace(part, text=clip(one_line(text), LONGEST_NOTE))
        case Note(text=text):
            return Note(clip(one_line(text), LONGEST_NOTE))
        case _:
            return part
