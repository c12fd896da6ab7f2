"""Which month a question is about; a month that cannot be read is asked about and never taken for another."""

from __future__ import annotations

import calendar
import re
from datetime import date
from difflib import SequenceMatcher

from books.period import Period
from books.refusal import Refusal

LIKE_ENOUGH = 0.8
_YEAR_FIRST = re.compile(r"(?<![\d/.-])((?:19|20)\d\d)[-/.](\d{1,2})\b(?![/.-]?\d)")
_YEAR_LAST = re.compile(r"(?<!\d)(\d{1,2})[-/.]((?:19|20)\d\d)\b(?![/.-]\d)")
_NEXT = re.compile(r"\bnext month\b", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]{5,}")
_NAMES = tuple(name.lower() for name in calendar.month_name if name)
_NO_SLIPS = frozenset({"remember", "number", "member", "members", "numbers", "martha", "marching", "amber"})


def month_asked(words: str, *, today: date) -> Period | None:
    """The month that the words name, or None when they name none; raises Refusal (`unclear_month`).

    Beside what `Period.in_words` reads it knows 2026/9, 9-2026, 09.2026 and next month.
    """
    for found, year, month in _in_figures(words):
        if not 1 <= month <= 12:
            raise _unclear(found)
        return Period(year, month)
    if _NEXT.search(words):
        return Period.containing(today).next()
    named = Period.in_words(words, today=today)
    if named is None and (slip := _slip(words)):
        raise _unclear(slip)
    return named


def _in_figures(words: str) -> list[tuple[str, int, int]]:
    found = [(each[0], int(each[1]), int(each[2])) for each in _YEAR_FIRST.finditer(words)]
    return found + [(each[0], int(each[2]), int(each[1])) for each in _YEAR_LAST.finditer(words)]


def _slip(words: str) -> str:
    """A word that is nearly a month's name: “Octember”."""
    for word in _WORD.findall(words):
        plain = word.lower()
        if plain in _NAMES or plain in _NO_SLIPS:
            continue
        if any(SequenceMatcher(None, plain, name).ratio() >= LIKE_ENOUGH for name in _NAMES):
            return str(word)
    return ""


def _unclear(found: str) -> Refusal:
    return Refusal(
        f"I cannot tell which month “{found}” is.",
        next_step="Write the month and year, for example October 2026 or 2026-10.",
        code="unclear_month",
    )
