"""A refusal speaks and says what to do next; the clock's business date can stand still."""

from __future__ import annotations

import datetime as dt

import pytest

from books.clock import Clock
from books.refusal import Refusal


def test_a_refusal_says_no_and_what_to_do_next() -> None:
    refusal = Refusal("October is locked in Xero.", next_step="Ask a partner to move the lock date.", code="locked")
    assert str(refusal) == "October is locked in Xero. Ask a partner to move the lock date."
    assert (refusal.words, refusal.code, refusal.detail) == ("October is locked in Xero.", "locked", "")


def test_another_systems_own_words_stand_in_brackets() -> None:
    refusal = Refusal("Xero did not answer.", next_step="Try again.", detail="503 Service Unavailable")
    assert str(refusal) == "Xero did not answer. (503 Service Unavailable) Try again."


def test_a_refusal_without_a_next_step_cannot_be_made() -> None:
    with pytest.raises(TypeError, match="next_step"):
        Refusal("No.")  # type: ignore[call-arg]


def test_a_fixed_business_date_is_the_same_everywhere() -> None:
    clock = Clock(dt.date(2026, 11, 5))
    assert clock.today("Pacific/Auckland") == clock.today("America/Los_Angeles") == dt.date(2026, 11, 5)


def test_stamps_are_real_and_in_utc_even_when_the_business_date_stands_still() -> None:
    before = dt.datetime.now(dt.UTC)
    now = Clock(dt.date(2001, 1, 1)).now()
    assert now.tzinfo is dt.UTC
    assert before <= now <= dt.datetime.now(dt.UTC)


def test_the_business_date_is_the_clients_own_calendar() -> None:
    """Kiritimati is 25 hours ahead of Niue, so that their dates always differ."""
    clock = Clock()
    assert clock.today("Pacific/Kiritimati") > clock.today("Pacific/Niue")
