"""Dates as a bookkeeper thinks of them: months, month ends, working days and payment runs."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

MONTH_NAMES = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def months(first: date, last: date) -> list[date]:
    """The first day of each month from `first` to `last`, both included."""
    count = (last.year - first.year) * 12 + last.month - first.month + 1
    return [add_months(first.replace(day=1), step) for step in range(count)]


def add_months(on: date, step: int) -> date:
    """The same day `step` months later, or the last day of that month when it is shorter."""
    index = on.year * 12 + on.month - 1 + step
    year, month = divmod(index, 12)
    return date(year, month + 1, min(on.day, monthrange(year, month + 1)[1]))


def month_end(on: date) -> date:
    """The last day of the month that `on` falls in."""
    return on.replace(day=monthrange(on.year, on.month)[1])


def month_name(on: date) -> str:
    """A month in words, as narrations say it: "October 2026"."""
    return f"{MONTH_NAMES[on.month - 1]} {on.year}"


def spoken(on: date) -> str:
    """A date as bills print it: "1 Jul 2026"."""
    return f"{on.day} {MONTH_NAMES[on.month - 1][:3]} {on.year}"


def working_day(on: date) -> date:
    """`on` itself, or the Friday before when it is a weekend, so that a month keeps its documents."""
    if on.weekday() < 5:
        return on
    earlier = on - timedelta(days=on.weekday() - 4)
    return earlier if earlier.month == on.month else on + timedelta(days=7 - on.weekday())


def day_in(month: date, day: int) -> date:
    """The working day nearest to day `day` of `month`; a day past the end means the last one."""
    return working_day(month.replace(day=min(day, month_end(month).day)))


def next_thursday(on: date) -> date:
    """The first Thursday on or after `on`: the day on which these firms pay their bills."""
    return on + timedelta(days=(3 - on.weekday()) % 7)
