"""A schedule spreads an amount over its term to the cent."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from agents.journals.schedule import CONVENTIONS, DAILY, straight_line
from agents.journals.terms import Term, months_of
from books.money import Money
from books.period import Period

DAYS = st.dates(date(2015, 1, 1), date(2035, 12, 31))
TERMS = st.builds(lambda day, length: Term(day, day + timedelta(days=length)), DAYS, st.integers(1, 1500))
AMOUNTS = st.builds(
    lambda cents, currency: Money(Decimal(cents).scaleb(-2), currency), st.integers(1, 10**9), st.sampled_from(["AUD"])
)


@given(total=AMOUNTS, term=TERMS, convention=st.sampled_from(CONVENTIONS))
def test_the_shares_add_up_to_the_cent_and_what_is_left_only_falls(total: Money, term: Term, convention: str) -> None:
    schedule = straight_line(total, term, convention=convention)
    assert Money.total((each.amount for each in schedule.shares), total.currency) == total
    left = [schedule.unexpired(each.period) for each in schedule.shares]
    assert left == sorted(left, key=lambda each: each.amount, reverse=True)
    assert not left[-1]


@given(total=AMOUNTS, term=TERMS, entered=DAYS)
def test_nothing_is_charged_before_the_document_was_entered(total: Money, term: Term, entered: date) -> None:
    schedule = straight_line(total, term, not_before=Period.containing(entered))
    assert all(each.period >= Period.containing(entered) for each in schedule.shares)
    assert Money.total((each.amount for each in schedule.shares), total.currency) == total


@given(total=AMOUNTS, term=TERMS)
def test_whole_months_bear_the_same_to_the_cent(total: Money, term: Term) -> None:
    schedule = straight_line(total, term)
    whole = {schedule.share(each).amount for each in months_of(term)[1:-1]} or {Decimal(0)}
    assert max(whole) - min(whole) <= Decimal("0.01")


def test_a_year_of_1000_is_eleven_times_83_33_and_a_last_83_37() -> None:
    year = Term(date(2026, 7, 1), date(2027, 6, 30))
    shares = [str(each.amount) for each in straight_line(Money.of("1000.00", "AUD"), year).shares]
    assert shares == ["A$83.33"] * 11 + ["A$83.37"]


def test_a_year_from_the_15th_takes_two_part_months() -> None:
    term = Term(date(2026, 7, 15), date(2027, 7, 14))
    shares = straight_line(Money.of("3100.00", "AUD"), term).shares
    assert [str(shares[0].amount), str(shares[1].amount), str(shares[12].amount)] == [
        "A$141.67",
        "A$258.33",
        "A$116.70",
    ]


def test_by_day_february_bears_less() -> None:
    year = Term(date(2026, 1, 1), date(2026, 12, 31))
    schedule = straight_line(Money.of("365.00", "AUD"), year, convention=DAILY)
    assert str(schedule.share(Period(2026, 2))) == "A$28.00"
    assert str(schedule.share(Period(2026, 12))) == "A$31.00"


def test_yen_have_no_cents() -> None:
    year = Term(date(2026, 1, 1), date(2026, 12, 31))
    shares = straight_line(Money.of("100000", "JPY"), year).shares
    assert [each.amount.amount for each in shares] == [Decimal(8333)] * 11 + [Decimal(8337)]
