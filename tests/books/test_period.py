"""A period is a calendar month, however a person names it."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from books.period import Period, spoken
from books.refusal import Refusal

TODAY = dt.date(2026, 11, 5)
OCTOBER = Period(2026, 10)
days = st.dates(min_value=dt.date(1900, 2, 1), max_value=dt.date(2099, 11, 30))


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("is Bondi ready to close October?", "2026-10"),
        ("Oct 2026", "2026-10"),
        ("oct. 2025 please", "2025-10"),
        ("October, 2024", "2024-10"),
        ("close 2026-10", "2026-10"),
        ("10/2026", "2026-10"),
        ("9/2026 and nothing else", "2026-09"),
        ("Sept '25", "2025-09"),
        ("last month", "2026-10"),
        ("the Previous Month's journals", "2026-10"),
        ("this month", "2026-11"),
        ("December", "2025-12"),
        ("November", "2026-11"),
        ("Is May ready?", "2026-05"),
        ("may 2026", "2026-05"),
        ("is bondi ready to close may", "2026-05"),
        ("variance bondi may?", "2026-05"),
        ("prepare the journals for may please", "2026-05"),
        ("what may block October", "2026-10"),
    ],
)
def test_the_month_a_person_means(words: str, code: str) -> None:
    period = Period.in_words(words, today=TODAY)
    assert period is not None
    assert period.code == code


@pytest.mark.parametrize(
    "words", ["", "is Bondi ready to close?", "may I ask", "what may block it?", "2026", "2026-13", "13/2026"]
)
def test_words_that_name_no_month(words: str) -> None:
    assert Period.in_words(words, today=TODAY) is None


@pytest.mark.parametrize(
    "code", ["", "2026", "2026-13", "2026-00", "2026-1", "26-10", "October", "2026-10-01", "1826-10"]
)
def test_anything_but_a_code_is_refused_with_the_way_to_write_it(code: str) -> None:
    with pytest.raises(Refusal, match="is not a period") as refused:
        Period.of(code)
    assert "2026-10" in refused.value.next_step


def test_january_follows_december() -> None:
    assert Period(2026, 12).next() == Period(2027, 1)
    assert Period(2027, 1).previous() == Period(2026, 12)
    assert Period(2026, 12) < Period(2027, 1)


def test_the_cut_off_is_the_last_day() -> None:
    assert OCTOBER.end == dt.date(2026, 10, 31)
    assert Period(2024, 2).end == dt.date(2024, 2, 29)
    assert dt.date(2026, 10, 31) in OCTOBER
    assert dt.date(2026, 11, 1) not in OCTOBER
    assert str(OCTOBER) == "October 2026"
    assert spoken(OCTOBER.end) == "31 Oct 2026"


@given(days)
def test_every_day_lies_in_exactly_one_period(day: dt.date) -> None:
    period = Period.containing(day)
    assert day in period
    assert day not in period.previous()
    assert day not in period.next()
    assert period.days == (period.end - period.start).days + 1
    assert period.next().start - period.end == dt.timedelta(days=1)


@given(days)
def test_a_period_survives_its_code_its_name_and_its_neighbours(day: dt.date) -> None:
    period = Period.containing(day)
    assert Period.of(period.code) == period
    assert Period.in_words(str(period), today=TODAY) == period
    assert period.next().previous() == period


@given(days, st.integers(min_value=1, max_value=12))
def test_a_month_without_a_year_has_begun_and_is_no_older_than_a_year(today: dt.date, month: int) -> None:
    name = Period(2000, month).start.strftime("%B")
    found = Period.in_words(name, today=today)
    assert found is not None
    assert found.month == month
    assert found <= Period.containing(today)
    assert (today - found.start).days < 366
