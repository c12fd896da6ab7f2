"""Money adds up, splits without losing a cent, refuses floats and never mixes currencies."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from books.money import Money, minor_units

currencies = st.sampled_from(("AUD", "NZD", "GBP", "EUR", "USD", "JPY", "KWD"))
figures = st.decimals(min_value=Decimal("-9999999999"), max_value=Decimal("9999999999"), places=3)


def test_a_figure_is_written_as_an_accountant_writes_it() -> None:
    assert str(Money.of("1234567.5", "AUD")) == "A$1,234,567.50"
    assert str(Money.of("-0.5", "GBP")) == "−£0.50"
    assert str(Money.of("1234.6", "JPY")) == "JPY 1,235"
    assert str(Money.of("0.001", "KWD")) == "KWD 0.001"


def test_what_rounds_to_nothing_has_no_sign() -> None:
    assert str(Money.of("-0.001", "AUD")) == "A$0.00"
    assert Money.of("-0.001", "AUD").plain() == "0.00"


def test_half_a_cent_rounds_away_from_nothing() -> None:
    assert Money.of("0.125", "AUD").rounded() == Money.of("0.13", "AUD")
    assert Money.of("-0.125", "AUD").rounded() == Money.of("-0.13", "AUD")


@pytest.mark.parametrize("figure", [120.5, 0.0, float("nan")])
def test_money_is_never_made_from_a_float(figure: float) -> None:
    with pytest.raises(ValueError, match="float"):
        Money.of(figure, "AUD")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="Decimal"):
        Money(figure, "AUD")  # type: ignore[arg-type]


@pytest.mark.parametrize("figure", ["NaN", "Infinity", "-Infinity"])
def test_money_is_finite(figure: str) -> None:
    with pytest.raises(ValueError, match="finite"):
        Money.of(figure, "AUD")


@pytest.mark.parametrize("currency", ["", "AU", "aud", "DOLLARS", "A$"])
def test_a_currency_is_a_code(currency: str) -> None:
    with pytest.raises(ValueError, match="ISO 4217"):
        Money.of(1, currency)


def test_two_currencies_are_neither_added_nor_compared() -> None:
    dollars, euros = Money.of(1, "AUD"), Money.of(1, "EUR")
    for mix in (dollars.__add__, dollars.__sub__, dollars.__lt__, dollars.__le__, dollars.__gt__, dollars.__ge__):
        with pytest.raises(ValueError, match="AUD and EUR"):
            mix(euros)
    with pytest.raises(ValueError, match="AUD and EUR"):
        Money.total([dollars, euros], "AUD")
    assert dollars != euros


def test_equal_amounts_are_equal_however_they_are_written() -> None:
    assert Money.of("10", "AUD") == Money.of("10.00", "AUD")
    assert hash(Money.of("10", "AUD")) == hash(Money.of("10.00", "AUD"))


def test_a_yearly_premium_is_spread_over_its_months() -> None:
    """A$1,000.00 over twelve months: eleven of 83.33 and a last one of 83.37."""
    shares = Money.of("1000.00", "AUD").split(12)
    assert shares == [Money.of("83.33", "AUD")] * 11 + [Money.of("83.37", "AUD")]


@given(figures, currencies, st.integers(min_value=1, max_value=120))
def test_a_split_adds_up_and_is_even(figure: Decimal, currency: str, parts: int) -> None:
    whole = Money(figure, currency).rounded()
    shares = whole.split(parts)
    unit = Decimal(1).scaleb(-minor_units(currency))
    assert len(shares) == parts
    assert Money.total(shares, currency) == whole
    assert all(share == share.rounded() for share in shares)
    assert all(abs(share.amount - whole.amount / parts) <= unit / 2 for share in shares[:-1])


@given(st.lists(figures, max_size=20), currencies)
def test_the_order_of_adding_does_not_matter(amounts: list[Decimal], currency: str) -> None:
    money = [Money(amount, currency) for amount in amounts]
    assert (
        Money.total(money, currency)
        == Money.total(reversed(money), currency)
        == Money(sum(amounts, Decimal(0)), currency)
    )


@given(figures, currencies)
def test_the_plain_form_reads_back_as_the_same_amount(figure: Decimal, currency: str) -> None:
    money = Money(figure, currency).rounded()
    assert Money.of(money.plain(), currency) == money
    assert Money.of(money.plain(), currency).plain() == money.plain()
    assert "E" not in money.plain()


@given(figures, figures, currencies)
def test_subtracting_undoes_adding(one: Decimal, other: Decimal, currency: str) -> None:
    first, second = Money(one, currency), Money(other, currency)
    assert first + second - second == first
    assert first - second == -(second - first)
    assert bool(first - second) == (first != second)
    assert (first < second) == (second > first) == (one < other)
    assert (first <= second) == (second >= first) == (one <= other)
    assert abs(first) == abs(-first) >= Money.zero(currency)
