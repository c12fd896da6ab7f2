"""What a member wants to see of the queue, in their own words: each filter is read, and no word is passed over."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from books.firm import Client
from books.period import Period
from books.refusal import Refusal
from bot.filters import Wanted, wanted_in

BONDI = Client(id="bondi-coffee", name="Bondi Coffee Roasters Pty Ltd", organisation="o1", aliases=("Bondi",))
KAURI = Client(id="kauri-export", name="Kauri Export Limited", organisation="o2")
TODAY = dt.date(2026, 11, 5)


def wanted(words: str) -> Wanted:
    return wanted_in(words, clients=(BONDI, KAURI), today=TODAY)


def test_all_of_it_at_once() -> None:
    found = wanted("bondi october journals over 1000 older than 2 days")
    assert found == Wanted((BONDI,), Period(2026, 10), "post_journal", Decimal(1000), dt.timedelta(days=2))


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("", Wanted((BONDI, KAURI))),
        ("queue", Wanted((BONDI, KAURI))),
        ("for Kauri", Wanted((KAURI,))),
        ("2026-09", Wanted((BONDI, KAURI), Period(2026, 9))),
        ("reversing journals", Wanted((BONDI, KAURI), kind="reverse_journal")),
        ("apply_payment", Wanted((BONDI, KAURI), kind="apply_payment")),
        ("payments above A$1,250.50", Wanted((BONDI, KAURI), kind="apply_payment", over=Decimal("1250.50"))),
        ("over 3 days", Wanted((BONDI, KAURI), older_than=dt.timedelta(days=3))),
        ("kauri waiting for 12 hours", Wanted((KAURI,), older_than=dt.timedelta(hours=12))),
        ("journals in september for bondi", Wanted((BONDI,), Period(2026, 9), "post_journal")),
    ],
)
def test_each_filter(words: str, expected: Wanted) -> None:
    assert wanted(words) == expected


@pytest.mark.parametrize(
    ("words", "code"),
    [("sorted by client", "unknown_filter"), ("Wollongong", "unknown_client"), ("bondi octember", "unclear_month")],
)
def test_a_word_that_filters_nothing_is_said_and_not_passed_over(words: str, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        wanted(words)
    assert refused.value.code == code
