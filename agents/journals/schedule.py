"""The schedule of a prepayment: which part of it is the cost of which month."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from agents.journals.terms import Term, months_of
from books.money import Money
from books.period import Period

MONTHLY, DAILY = "by month", "by day"
CONVENTIONS = (MONTHLY, DAILY)


@dataclass(frozen=True, slots=True)
class Share:
    """A month's share of the whole."""

    period: Period
    amount: Money


@dataclass(frozen=True, slots=True)
class Schedule:
    """The shares of an amount over its term, in order of time; they add up to `total` to the cent."""

    total: Money
    term: Term
    convention: str
    shares: tuple[Share, ...]

    def share(self, period: Period) -> Money:
        """The cost of that month; nothing outside the term."""
        found = (each.amount for each in self.shares if each.period == period)
        return next(found, Money.zero(self.total.currency))

    def expired(self, period: Period) -> Money:
        """What is cost by the end of that month."""
        return Money.total((each.amount for each in self.shares if each.period <= period), self.total.currency)

    def unexpired(self, period: Period) -> Money:
        """What is still paid in advance at the end of that month."""
        return self.total - self.expired(period)

    @property
    def ends(self) -> Period:
        """The last month."""
        return self.shares[-1].period


def straight_line(total: Money, term: Term, *, convention: str = MONTHLY, not_before: Period | None = None) -> Schedule:
    """Spreads `total` (without recoverable tax) evenly over the term, in whole cents; the last month is the rest.

    By month every whole calendar month bears the same share and a part month its days' part of one; by day every day
    bears the same. Both are usual practice: cost is recognised as the service is received (IAS 1.27, AASB 101.27, the
    accrual basis), and a service that stands ready all year is received evenly. Months before `not_before`, the month
    in which the document was entered, cannot be charged any more: their shares fall into that month.
    """
    months = months_of(term)
    weights = [_weight(period, term, convention) for period in months]
    whole = sum(weights, Decimal(0))
    amounts = _in_cents(total, [total.amount * weight / whole for weight in weights])
    shares: dict[Period, Money] = {}
    for period, amount in zip(months, amounts, strict=True):
        charged = max(period, not_before) if not_before else period
        shares[charged] = shares.get(charged, Money.zero(total.currency)) + amount
    ordered = tuple(Share(period, shares[period]) for period in sorted(shares))
    return Schedule(total, term, convention, ordered)


def _in_cents(total: Money, exact: list[Decimal]) -> list[Money]:
    """Each share rounded and the last one the rest; where that would be less than nothing, the sums are rounded."""
    rounded = [Money(each, total.currency).rounded() for each in exact[:-1]]
    last = total - Money.total(rounded, total.currency)
    if last.amount >= 0:
        return [*rounded, last]
    sums = [Money(sum(exact[: place + 1], Decimal(0)), total.currency).rounded() for place in range(len(exact) - 1)]
    starts = [Money.zero(total.currency), *sums]
    return [end - start for start, end in zip(starts, [*sums, total], strict=True)]


def _weight(period: Period, term: Term, convention: str) -> Decimal:
    days = (min(period.end, term.ends) - max(period.start, term.starts)).days + 1
    return Decimal(days) if convention == DAILY else Decimal(days) / period.days
