"""Reads what people wrote in Teams, and says cards in words where a card would be too much."""

from __future__ import annotations

import html
import re
from typing import Any

from bot.card import Buttons, Card, Chart, Facts, Finding, Heading, Link, Note, Table, Text
from bot.shown import clean, clip, one_line

Json = dict[str, Any]
LONGEST = 1_000


def words_of(activity: Json) -> str:
    """The plain words of a message, the mention of the bot taken off; other mentions keep their names."""
    text = str(activity.get("text") or "")
    bot = (activity.get("recipient") or {}).get("id")
    for entity in activity.get("entities") or []:
        if isinstance(entity, dict) and entity.get("type") == "mention" and entity.get("text"):
            is_bot = (entity.get("mentioned") or {}).get("id") == bot
            text = text.replace(str(entity["text"]), " " if is_bot else _name(str(entity["text"])))
    return " ".join(clean(html.unescape(text)).split())


def _name(mention: str) -> str:
    return re.sub(r"</?at[^>]*>", "", mention)


def is_words(card: Card) -> bool:
    """Whether a card is nothing but a few words, so that it is said in a line and does not replace another card."""
    return not any(isinstance(part, Facts | Table | Finding | Chart | Buttons) for part in card.parts)


def in_words(card: Card) -> str:
    """The card's words in a line."""
    said = [one_line(part.text) for part in card.parts if isinstance(part, Heading | Text | Link | Note)]
    if len(said) > 1 and isinstance(card.parts[0], Heading) and said[0][-1:].isalnum():
        said[0] += "."
    return clip(" ".join(word for word in said if word), LONGEST) or one_line(card.summary)
