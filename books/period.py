"""A period is one calendar month of a client's books, such as October 2026."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta

from books.refusal import Refusal

_MONTHS = {name.lower(): number for number, name in enumerate(calendar.month_name) if name}
_MONTHS |= {name.lower(): number for number, name in enumerate(calendar.month_abbr) if name} | {"sept": 9}
_NAMED = re.compile(
    r"\b(" + "|".join(sorted(_MONTHS, key=len, reverse=True)) + r")\b\.?,?\s*((?:19|20)\d\d|'\d\d)?", re.IGNORECASE
)
_BEFORE_A_MONTH = re.compile(r"\b(for|in|of|close|closing|lock|locking|during|until|by|since|end)\s+$", re.IGNORECASE)
_CODED = re.compile(r"\b((?:19|20)\d\d)-(0[1-9]|1[0-2])\b")
_SLASHED = re.compile(r"\b(0?[1-9]|1[0-2])/((?:19|20)\d\d)\b")


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """One calendar month; ordered by time."""

    year: int
    month: int

    @classmethod
    def of(cls, code: str) -> Period:
        """The period of a code such as `2026-10`; anything else is refused."""
        found = _CODED.fullmatch(code.strip())
        if not found:
            raise Refusal(f"“{code}” is not a period.", next_step="Write the month as YYYY-MM, for example 2026-10.")
        return cls(int(found[1]), int(found[2]))

    @classmethod
    def containing(cls, day: date) -> Period:
        """The month that `day` lies in."""
        return cls(day.year, day.month)

    @classmethod
    def in_words(cls, text: str, *, today: date) -> Period | None:
        """The period that a person's words name, or None: `October`, `Oct 2026`, `2026-10`, `10/2026`, `last month`.

        A month without a year is the latest one that has begun by `today`.
        """
        if coded := _CODED.search(text):
            return cls(int(coded[1]), int(coded[2]))
        if slashed := _SLASHED.search(text):
            return cls(int(slashed[2]), int(slashed[1]))
        lowered = text.lower()
        if "last month" in lowered or "previous month" in lowered:
            return cls.containing(today).previous()
        if "this month" in lowered:
            return cls.containing(today)
        for named in _NAMED.finditer(text):
            if named[1] == "may" and not named[2] and not _is_the_month(text, named):
                continue
            return cls._named(_MONTHS[named[1].lower()], named[2], today)
        return None

    @classmethod
    def _named(cls, month: int, year: str | None, today: date) -> Period:
        if year:
            return cls(int(year) if len(year) == 4 else 2000 + int(year[1:]), month)
        return cls(today.year if month <= today.month else today.year - 1, month)

    @property
    def code(self) -> str:
        """`2026-10`."""
        return f"{self.year:04d}-{self.month:02d}"

    @property
    def start(self) -> date:
        """The first day of the month."""
        return date(self.year, self.month, 1)

    @property
    def end(self) -> date:
        """The cut-off: the last day of the month."""
        return date(self.year, self.month, calendar.monthrange(self.year, self.month)[1])

    @property
    def days(self) -> int:
        """The number of days in the month."""
        return self.end.day

    def previous(self) -> Period:
        """The month before."""
        return Period.containing(self.start - timedelta(days=1))

    def next(self) -> Period:
        """The month after."""
        return Period.containing(self.end + timedelta(days=1))

    def __contains__(self, day: date) -> bool:
        return self.start <= day <= self.end

    def __str__(self) -> str:
        return f"{calendar.month_name[self.month]} {self.year}"


def _is_the_month(text: str, named: re.Match[str]) -> bool:
    """Whether a small "may" is the month and no verb: `close may`, `variance bondi may?`, but not `may I`."""
    return bool(_BEFORE_A_MONTH.search(text[: named.start()])) or not re.search(r"\w", text[named.end() :])


def spoken(day: date) -> str:
    """A date as an accountant writes it: `31 Oct 2026`."""
    return f"{day.day} {calendar.month_abbr[day.month]} {day.year}"
