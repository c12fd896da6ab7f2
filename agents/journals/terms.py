"""Finds the term that a document's words state: “1 Jul 2026 – 30 Jun 2027”, “12 months from July 2026”."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from books.period import Period, spoken

LONGEST_MONTHS = 120
_MONTH_FIRST_COUNTRIES = ("US",)
_EITHER_ORDER_COUNTRIES = ("", "CA", "PH")
_MONTHS = {name.lower(): number for number, name in enumerate(calendar.month_name) if name}
_MONTHS |= {name.lower(): number for number, name in enumerate(calendar.month_abbr) if name} | {"sept": 9}
_NAME = r"(?P<name>" + "|".join(sorted(_MONTHS, key=len, reverse=True)) + r")\b\.?"
_YEAR = r"(?P<year>(?:19|20)\d\d|'\d\d)\b"
_SLASHED = r"\b(?P<first>\d{1,2})(?P<mark>[/.-])(?P<second>\d{1,2})(?P=mark)(?P<year>(?:19|20)\d\d|\d\d)\b"
_SHAPES = tuple(
    re.compile(shape, re.IGNORECASE)
    for shape in (
        r"\b(?P<year>(?:19|20)\d\d)-(?P<month>0[1-9]|1[0-2])(?:-(?P<day>[0-3]\d))?\b(?![-\d]|[/.]\d{1,2}[/.])",
        _SLASHED,
        r"\b(?P<month>0?[1-9]|1[0-2])/(?P<year>(?:19|20)\d\d)\b",
        rf"\b(?P<day>[0-3]?\d)(?:st|nd|rd|th)?(?:\s+of)?[ -]{_NAME}(?:,?[ -]?{_YEAR})?",
        rf"\b{_NAME}\s+(?P<day>[0-3]?\d)(?:st|nd|rd|th)?\b(?!\d)(?:,?\s*{_YEAR})?",
        rf"\b{_NAME}(?:,?[ -]?{_YEAR})?",
    )
)
_BETWEEN = re.compile(r"\s*(?:-|–|—|/|\bto\b|\buntil\b|\btill?\b|\bthrough\b|\bthru\b|\band\b)\s*", re.IGNORECASE)
_COUNTS = {"one": 1, "two": 2, "three": 3, "four": 4, "six": 6, "nine": 9, "twelve": 12, "eighteen": 18}
_COUNT = r"(?P<count>\d{1,3}|" + "|".join(_COUNTS) + r")[ -](?P<unit>months?|years?)"
_FROM = re.compile(
    rf"\b{_COUNT}(?:'s?)?\s+(?:\w+\s+){{0,2}}?(?:from|starting|commencing|beginning)(?:\s+on)?\s*$", re.I
)
_FOR = re.compile(rf"^\s*,?\s*(?:for|\()?\s*{_COUNT}\b", re.IGNORECASE)
_STARTING = re.compile(r"\b(?:from|starting|commencing|beginning)(?:\s+on)?\s*$", re.IGNORECASE)
_YEAR_TO = re.compile(r"\b(?:years?\s+(?:ended|ending|to)|12\s+months\s+(?:ended|ending|to))\s*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Term:
    """The days that were paid for, both included."""

    starts: date
    ends: date

    def __str__(self) -> str:
        return f"{spoken(self.starts)} – {spoken(self.ends)}"


@dataclass(frozen=True, slots=True)
class _Mention:
    """A date or month as written; without `year` it takes the year of its neighbour."""

    begin: int
    end: int
    month: int
    day: int | None
    year: int | None

    def first_day(self, year: int | None = None) -> date | None:
        return _day(self.year or year, self.month, self.day or 1)

    def last_day(self) -> date | None:
        if self.day is None and self.year:
            return date(self.year, self.month, calendar.monthrange(self.year, self.month)[1])
        return _day(self.year, self.month, self.day or 1)


def terms_in(text: str, *, country: str) -> tuple[Term, ...]:
    """The different terms that `text` states, in its order; none when it states none, several when it is ambiguous.

    `country` (ISO 3166, from the organisation) decides whether 01/07/2026 is July or January: month first in the US,
    day first elsewhere; where both are usual, or the country is not known, both readings are given.
    """
    found: list[Term] = []
    for month_first in _orders(text, country):
        for term in _read(text, month_first=month_first):
            if term not in found:
                found.append(term)
    return tuple(found)


def _orders(text: str, country: str) -> tuple[bool, ...]:
    dates = [(int(each["first"]), int(each["second"])) for each in re.finditer(_SLASHED, text)]
    if any(second > 12 for _, second in dates):  # a number above 12 is a day, and people write one order at a time
        return (True,)
    if any(first > 12 for first, _ in dates):
        return (False,)
    if country.upper() in _EITHER_ORDER_COUNTRIES:
        return (False, True)
    return (country.upper() in _MONTH_FIRST_COUNTRIES,)


def _read(text: str, *, month_first: bool) -> Iterator[Term]:
    mentions = list(_mentions(text, month_first=month_first))
    position = 0
    while position < len(mentions):
        here = mentions[position]
        after = mentions[position + 1] if position + 1 < len(mentions) else None
        if after and _BETWEEN.fullmatch(text, here.end, after.begin):
            if term := _span(here, after):
                yield term
            position += 2
            continue
        if term := _stated_length(text, here):
            yield term
        position += 1


def _mentions(text: str, *, month_first: bool) -> Iterator[_Mention]:
    taken: list[tuple[int, int]] = []
    found: list[_Mention] = []
    for shape in _SHAPES:
        for match in shape.finditer(text):
            if any(match.start() < end and begin < match.end() for begin, end in taken):
                continue
            taken.append(match.span())  # a day that does not exist is not read as its month either
            if mention := _mention(match, month_first=month_first):
                found.append(mention)
    return iter(sorted(found, key=lambda each: each.begin))


def _mention(match: re.Match[str], *, month_first: bool) -> _Mention | None:
    parts = match.groupdict()
    year = _year(parts.get("year"))
    if parts.get("name"):
        month, day = _MONTHS[parts["name"].lower()], parts.get("day")
        if parts["name"] == "may" and not day and not year:
            return None  # a verb
        return _valid(match, month, int(day) if day else None, year)
    if parts.get("first"):
        first, second = int(parts["first"]), int(parts["second"])
        day_of_month, month = (second, first) if month_first else (first, second)
        return _valid(match, month, day_of_month, year)
    return _valid(match, int(parts["month"]), int(parts["day"]) if parts.get("day") else None, year)


def _valid(match: re.Match[str], month: int, day: int | None, year: int | None) -> _Mention | None:
    if not 1 <= month <= 12 or (day is not None and _day(year or 2024, month, day) is None):
        return None
    return _Mention(match.start(), match.end(), month, day, year)


def _year(text: str | None) -> int | None:
    if not text:
        return None
    digits = text.lstrip("'")
    return int(digits) if len(digits) == 4 else 2000 + int(digits)


def _day(year: int | None, month: int, day: int) -> date | None:
    try:
        return date(year, month, day) if year else None
    except ValueError:
        return None


def _span(first: _Mention, last: _Mention) -> Term | None:
    ends = last.last_day()
    if ends is None:
        return None
    starts = first.first_day(ends.year)
    if starts and starts > ends and first.year is None:
        starts = first.first_day(ends.year - 1)
    return _term(starts, ends)


def _stated_length(text: str, mention: _Mention) -> Term | None:
    before, after = text[: mention.begin], text[mention.end :]
    if _YEAR_TO.search(before):
        ends = mention.last_day()
        return _term(_months_later(ends + timedelta(days=1), -12), ends) if ends else None
    length = _FROM.search(before) or (_FOR.search(after) if _STARTING.search(before) or mention.day else None)
    starts = mention.first_day()
    if not length or starts is None:
        return None
    count = _COUNTS.get(length["count"].lower()) or int(length["count"])
    months = count * (12 if length["unit"].lower().startswith("year") else 1)
    return _term(starts, _months_later(starts, months) - timedelta(days=1)) if months <= LONGEST_MONTHS else None


def _months_later(day: date, months: int) -> date:
    index = day.year * 12 + day.month - 1 + months
    year, month = index // 12, index % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def _term(starts: date | None, ends: date | None) -> Term | None:
    if starts is None or ends is None or ends <= starts:
        return None
    months = (ends.year - starts.year) * 12 + ends.month - starts.month
    return Term(starts, ends) if months <= LONGEST_MONTHS else None


def months_of(term: Term) -> tuple[Period, ...]:
    """The calendar months that the term touches."""
    months = [Period.containing(term.starts)]
    while months[-1].end < term.ends:
        months.append(months[-1].next())
    return tuple(months)
