"""Dates of statement files: every habit of writing them, and the order of day and month decided by the whole file."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from agents.reconciliation.statements.words import ask, edged, unreadable

FIRST_YEAR, LAST_YEAR = 1990, 2099
_TIME = r"(?:[T ,]+\d{1,2}[:.]\d{2}(?:[:.]\d{2}(?:[.,]\d{1,9})?)?(?: ?[AaPp][Mm])?(?: ?(?:Z|UTC|GMT|[+-]\d\d:?\d\d))?)?"
_YEAR_FIRST = re.compile(rf"(\d{{4}})([-/. ]?)(\d\d?)\2(\d\d?){_TIME}")
_YEAR_LAST = re.compile(rf"(\d\d?)([-/. ])(\d\d?)\2(\d{{4}}|'?\d\d){_TIME}")
_DAY_NAMED = re.compile(rf"(\d\d?)(?:st|nd|rd|th|\.)?[-/. ]*([^\W\d_]{{3,10}})\.?,?[-/. ]*(\d{{4}}|'?\d\d){_TIME}")
_MONTH_NAMED = re.compile(rf"([^\W\d_]{{3,10}})\.?[-/. ]*(\d\d?)(?:st|nd|rd|th)?[-/., ]+(\d{{4}}|'?\d\d){_TIME}")
_WEEKDAY = re.compile(r"^(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*[., ]+", re.IGNORECASE)
_MONTHS = {
    word: number
    for number, words in enumerate(
        (
            "jan january januar janvier enero ene gennaio gen januari jän jänner",
            "feb february februar février fevrier fév febrero febbraio februari",
            "mar march märz mrz maerz mars marzo maart mrt",
            "apr april avril avr abril abr aprile",
            "may mai mayo maggio mag mei",
            "jun june juni juin junio giugno giu",
            "jul july juli juillet juil julio luglio lug",
            "aug august août aout agosto ago augustus",
            "sep sept september septembre septiembre settembre set",
            "oct october oktober okt octobre octubre ottobre ott",
            "nov november novembre noviembre",
            "dec december dezember dez décembre decembre déc diciembre dic dicembre",
        ),
        1,
    )
    for word in words.split()
}


@dataclass(frozen=True, slots=True)
class Reading:
    """A written date read with the day first and with the month first; None where that is no date."""

    day_first: dt.date | None
    month_first: dt.date | None


def day(year: int, month: int, number: int) -> dt.date | None:
    """A calendar day in a year a statement may have, or None."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return None
    try:
        return dt.date(year, month, number)
    except ValueError:
        return None


def _year(text: str) -> int:
    short = text.lstrip("'")
    return 2000 + int(short) if len(short) == 2 else int(short)


def _both(found: dt.date | None) -> Reading | None:
    return Reading(found, found) if found else None


@lru_cache(maxsize=1_000)  # a month has thirty days and a busy account thousands of lines
def reading(text: str) -> Reading | None:
    """Both readings of a written date, or None when it is none; a time of day after it is left out."""
    body = edged(text)
    if not 6 <= len(body) <= 40 or not any(char.isdigit() for char in body):
        return None
    if found := _YEAR_FIRST.fullmatch(body):
        parts = (found[3], found[4])
        if found[2] or all(len(part) == 2 for part in parts):
            return _both(day(int(found[1]), *map(int, parts)))
    if found := _YEAR_LAST.fullmatch(body):
        one, two, year = int(found[1]), int(found[3]), _year(found[4])
        if found[2] == ".":  # whoever writes dots writes the day first
            return _both(day(year, two, one))
        both = Reading(day(year, two, one), day(year, one, two))
        return both if both.day_first or both.month_first else None
    body = _WEEKDAY.sub("", body).lower()
    if found := _DAY_NAMED.fullmatch(body.upper()) or _DAY_NAMED.fullmatch(body):
        return _both(day(_year(found[3]), _MONTHS.get(found[2].lower(), 0), int(found[1])))
    if found := _MONTH_NAMED.fullmatch(body.upper()) or _MONTH_NAMED.fullmatch(body):
        return _both(day(_year(found[3]), _MONTHS.get(found[1].lower(), 0), int(found[2])))
    return None


def day_comes_first(rows: Sequence[tuple[str, str]], others: Sequence[str], *, known: bool | None = None) -> bool:
    """Whether the day stands before the month in the date cells (place, text), which are in file order.

    `others` are further dates of the file (value dates, the period in its head). A date that only one order can read
    decides; else the order under which the dates run steadily up or down; else a person is asked.
    """
    possible = {True, False} if known is None else {known}
    differ = False
    for where, text in rows:
        read = reading(text)
        can = {order for order in (True, False) if read and (read.day_first if order else read.month_first)}
        if not can & possible:
            raise unreadable(where, "a date" if not can else "a date in the order of the others", text)
        possible &= can
        differ = differ or (read is not None and read.day_first != read.month_first)
    for text in others:
        if (read := reading(text)) and len(possible) == 2:
            possible &= {order for order in (True, False) if (read.day_first if order else read.month_first)}
    if len(possible) == 1:
        return possible.pop()
    if not differ:
        return True
    steady = [order for order in (True, False) if _is_steady([text for _, text in rows], order)]
    if len(steady) == 1:
        return steady[0]
    raise ask(
        f"The dates may be day/month or month/day: {edged(rows[0][1])} can be read both ways, and so can all others.",
        "Say whether the bank writes the day or the month first.",
        "ask_day_order",
    )


def _is_steady(texts: Sequence[str], day_first: bool) -> bool:
    dates = [chosen(text, day_first) for text in texts]
    pairs = [(one, two) for one, two in pairwise(dates) if one and two]
    return all(one <= two for one, two in pairs) or all(one >= two for one, two in pairs)


def chosen(text: str, day_first: bool) -> dt.date | None:
    """The date in the order that was decided."""
    read = reading(text)
    if read is None:
        return None
    return read.day_first if day_first else read.month_first


def compact(text: str | None, where: str, *, what: str = "a date as YYYYMMDD") -> dt.date:
    """The day of `YYYYMMDD…` or `YYMMDD`, as the bank wrote it: no time zone moves it."""
    body = edged(text or "")
    digits = re.match(r"\d+", body)
    number = digits[0] if digits and body.isascii() else ""
    if len(number) == 6:
        number = "20" + number
    found = day(int(number[:4]), int(number[4:6]), int(number[6:8])) if len(number) in (8, 12, 14) else None
    if found is None:
        raise unreadable(where, what, text)
    return found
