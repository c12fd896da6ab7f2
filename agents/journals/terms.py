"""Finds the term that a document's words state: “1 Jul 2026 – 30 Jun 2027”, “12 months from July 2026”."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise

from books.period import Period, spoken

LONGEST_MONTHS = 120
_MONTH_FIRST_COUNTRIES = ("US",)
_EITHER_ORDER_COUNTRIES = ("", "CA", "PH")
_MONTHS = {name.lower(): number for number, name in enumerate(calendar.month_name) if name}
_MONTHS |= {name.lower(): number for number, name in enumerate(calendar.month_abbr) if name} | {"sept": 9}
_LETTERS = tuple(_MONTHS)
_NAME = r"(?P<name>" + "|".join(sorted(_MONTHS, key=len, reverse=True)) + r")\b\.?"
_YEAR = r"(?P<year>(?:19|20)\d\d|'\d\d)\b"
_YEAR_AFTER_DAY = r"(?P<year>(?:19|20)\d\d\b|'\d\d\b|[2-4]\d\b(?!\s?(?:st|nd|rd|th|[:.,%]?\d)))"
_SLASHED = r"\b(?P<first>\d{1,2})(?P<mark>[/.-])(?P<second>\d{1,2})(?P=mark)(?P<year>(?:19|20)\d\d|\d\d)\b"
_SHAPES = tuple(
    re.compile(shape, re.IGNORECASE)
    for shape in (
        r"\b(?P<year>(?:19|20)\d\d)(?P<mark>[/.])(?P<month>0?[1-9]|1[0-2])(?P=mark)(?P<day>[0-3]?\d)\b",
        r"\b(?P<year>(?:19|20)\d\d)-(?P<month>0[1-9]|1[0-2])(?:-(?P<day>[0-3]\d))?\b(?![-\d]|[/.]\d{1,2}[/.])",
        _SLASHED,
        r"\b(?P<month>0?[1-9]|1[0-2])/(?P<year>(?:19|20)\d\d)\b",
        r"\b(?P<part>[QH][1-4])(?:[ /-]?(?:of )?(?P<year>(?:19|20)\d\d|'\d\d)\b)?",
        rf"\b(?P<day>[0-3]?\d)(?:st|nd|rd|th)?(?:\s+of)?[ -]{_NAME}(?:,?[ -]?{_YEAR_AFTER_DAY})?",
        rf"\b{_NAME}\s+(?P<day>[0-3]?\d)(?:st|nd|rd|th)?\b(?!\d)(?:,?\s*{_YEAR})?",
        rf"\b{_NAME}(?:,?[ -]?{_YEAR})?",
        r"\b(?:calendar|cal\.?|full|for the) year (?P<year>(?:19|20)\d\d)\b(?!\s?[-/–]\s?\d)",
    )
)
_WEEKDAY = r"(?:(?:mon|tue|tues|wed|weds|thu|thur|thurs|fri|sat|sun)(?:day|sday|nesday|rsday|urday)?,?\s+)?"
_BETWEEN = re.compile(
    r"\s*[,;.)]?\s*(?:-|–|—|/|→|->|(?:\bup |\bthrough )?\bto\b|\buntil\b|\btill?\b|\bthrough\b|\bthru\b|\band\b|"
    r"\b(?:end(?:s|ing)?|expir(?:es|ing|y)|finish(?:es|ing)?)\b(?:\s+(?:date|on))?)\s*:?\s*(?:and including\s+)?"
    + _WEEKDAY,
    re.IGNORECASE,
)
_LISTED = re.compile(r"\s*(?:,|&|\+|,?\s*\band\b)\s*", re.IGNORECASE)
_FROM_DAY = re.compile(r"(?<![\d./-])(?P<day>[0-3]?\d)(?:st|nd|rd|th)?\s*(?:-|–|—|\bto\b)\s*$", re.IGNORECASE)
_COUNTS = {"a": 1, "one": 1, "two": 2, "three": 3, "four": 4, "six": 6, "nine": 9, "twelve": 12, "eighteen": 18}
_COUNT = (
    r"\b(?P<count>\d{1,3}|" + "|".join(_COUNTS) + r")[ -]?(?P<unit>months?|mths?|mos?\b\.?|years?|yrs?|weeks?|wks?)\b"
)
_STARTS = (
    r"(?:from|start(?:s|ing)?|commenc(?:es|ing)|beginn?(?:s|ing)|effective|incepting)(?:\s+(?:on|date|from))*\s*:?"
)
_FROM = re.compile(rf"{_COUNT}(?:['’]s?)?\s+(?:\w+\s+){{0,2}}?{_STARTS}\s*{_WEEKDAY}$", re.I)
_FOR = re.compile(rf"^\s*,?\s*(?:for\s|\(|\+)?\s*{_COUNT}", re.IGNORECASE)
_STARTING = re.compile(rf"\b{_STARTS}\s*{_WEEKDAY}$", re.IGNORECASE)
_ENDING = r"(?:ended|ending|ends|to|until|up to|expiring|finishing)(?:\s+on)?\s*$"
_PARTS = {"annual": 12, "annually": 12, "yearly": 12, "year": 12, "half-year": 6, "half year": 6, "half-yearly": 6,
          "half yearly": 6, "six-monthly": 6, "quarter": 3, "quarterly": 3}  # fmt: skip
_PART = r"\b(?P<part>half[- ]year(?:ly)?|six-monthly|annual(?:ly)?|yearly|year|quarter(?:ly)?)\b"
_COUNT_TO = re.compile(rf"{_COUNT}(?:['’]s?)?\s+(?:\w+\s+){{0,2}}?{_ENDING}", re.I)
_PART_TO = re.compile(rf"{_PART}s?\s+{_ENDING}", re.IGNORECASE)
_ANY_COUNT, _ANY_PART = re.compile(_COUNT, re.IGNORECASE), re.compile(_PART, re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Term:
    """The days that were paid for, both included."""

    starts: date
    ends: date

    def __str__(self) -> str:
        return f"{spoken(self.starts)} – {spoken(self.ends)}"


@dataclass(frozen=True, slots=True)
class _Mention:
    """A date, month, quarter or year as written; without `year` it takes the year of its neighbour."""

    begin: int
    end: int
    month: int
    day: int | None
    year: int | None
    months: int = 1

    def first_day(self, year: int | None = None) -> date | None:
        return _day(self.year or year, self.month, self.day or 1)

    def last_day(self) -> date | None:
        if self.day is None and self.year:
            month = self.month + self.months - 1
            return date(self.year, month, calendar.monthrange(self.year, month)[1])
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


def month_in(text: str) -> Term | None:
    """The one calendar month that `text` names in letters, no other date beside it: “Rent October 2026”."""
    mentions = list(_mentions(text, month_first=False))
    if len(mentions) != 1 or mentions[0].day is not None or not text[mentions[0].begin :].lower().startswith(_LETTERS):
        return None
    starts, ends = mentions[0].first_day(), mentions[0].last_day()
    return Term(starts, ends) if starts and ends else None


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
        if run := _listed_months(text, mentions[position:]):
            if term := _in_a_row(run):
                yield term
            position += len(run)
        elif after and _BETWEEN.fullmatch(text, here.end, after.begin):
            if term := _span(here, after) or (None if month_first else _span(*_as_years(text, here, after))):
                yield term
            position += 2
        else:
            if term := _stated_length(text, here):
                yield term
            position += 1


def _listed_months(text: str, mentions: list[_Mention]) -> list[_Mention]:
    """The months or quarters at the head of `mentions` that stand in one list: “October, November and December 2026”.

    Two of them with “and” between are a list too; one alone is none.
    """
    run = mentions[:1]
    for each in mentions[1:]:
        if run[-1].day or each.day or not _LISTED.fullmatch(text, run[-1].end, each.begin):
            break
        run.append(each)
    return run if len(run) > 1 else []


def _as_years(text: str, first: _Mention, last: _Mention) -> tuple[_Mention, _Mention]:
    """“Jul 26 – Jun 27” where days stand before months: no year is written, so the numbers that grow are years."""
    by_name = text[first.begin].isalpha() and text[last.begin].isalpha() and not first.year and not last.year
    if not by_name or not 20 <= (first.day or 0) < (last.day or 0):
        return first, last
    return _as_month(first), _as_month(last)


def _as_month(mention: _Mention) -> _Mention:
    return replace(mention, day=None, year=2000 + (mention.day or 0))


def _in_a_row(run: list[_Mention]) -> Term | None:
    """The term of listed months that follow each other; months with a gap between are not one term."""
    for before, here in pairwise(run):
        if (before.month + before.months - 1) % 12 + 1 != here.month:
            return None
    return _span(run[0], run[-1])


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
    if parts.get("part"):
        return _part_of_year(match, parts["part"].upper(), year)
    if parts.get("name"):
        month, day = _MONTHS[parts["name"].lower()], parts.get("day")
        if parts["name"] == "may" and not day and not year:
            return None  # a verb
        return _valid(match, month, int(day) if day else None, year)
    if parts.get("first"):
        first, second = int(parts["first"]), int(parts["second"])
        day_of_month, month = (second, first) if month_first else (first, second)
        return _valid(match, month, day_of_month, year)
    if not parts.get("month"):
        return _Mention(match.start(), match.end(), 1, None, year, 12)
    return _valid(match, int(parts["month"]), int(parts["day"]) if parts.get("day") else None, year)


def _part_of_year(match: re.Match[str], part: str, year: int | None) -> _Mention | None:
    """A calendar quarter or half: Q4 2026, H2 2026."""
    months, place = (3 if part[0] == "Q" else 6), int(part[1])
    if place * months > 12:
        return None
    return _Mention(match.start(), match.end(), (place - 1) * months + 1, None, year, months)


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
    ends = mention.last_day()
    if (length := _COUNT_TO.search(before) or _PART_TO.search(before)) and _length(length)[0] <= LONGEST_MONTHS:
        return _term(_earlier(ends + timedelta(days=1), length), ends) if ends else None
    if mention.months > 1:
        return _term(mention.first_day(), ends)
    if mention.day and mention.year and (first := _FROM_DAY.search(before)):
        return _term(_day(mention.year, mention.month, int(first["day"])), ends)
    starts = mention.first_day()
    if starts is None:
        return None
    starting = _STARTING.search(before)
    found = _FROM.search(before) or (_FOR.search(after) if starting or mention.day else None)
    if found is None and starting:
        found = _only_length(text)
    if found is None or _length(found)[0] > LONGEST_MONTHS:
        return None
    return _term(starts, _later(starts, found) - timedelta(days=1))


def _only_length(text: str) -> re.Match[str] | None:
    """The one length that the words state anywhere: “annual plan, starts 1 Jul 2026”; none when they state two."""
    for shape in (_ANY_COUNT, _ANY_PART):
        found = list(shape.finditer(text))
        if found:
            return found[0] if len({_length(each) for each in found}) == 1 else None
    return None


def _length(match: re.Match[str]) -> tuple[int, int]:
    """A stated length as (months, days)."""
    parts = match.groupdict()
    if parts.get("part"):
        return (_PARTS[parts["part"].lower()], 0)
    count, unit = _COUNTS.get(parts["count"].lower()) or int(parts["count"]), parts["unit"].lower()
    if unit.startswith("w"):
        return (0, count * 7)
    return (count * 12 if unit.startswith("y") else count, 0)


def _later(day: date, length: re.Match[str]) -> date:
    months, days = _length(length)
    return _months_later(day, months) + timedelta(days=days)


def _earlier(day: date, length: re.Match[str]) -> date:
    months, days = _length(length)
    return _months_later(day, -months) - timedelta(days=days)


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
