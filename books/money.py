"""Money is a Decimal amount with its currency; it is never a float and never mixes currencies."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal

import msgspec

CENTS = Decimal("0.01")
_MINOR_UNITS = {"JPY": 0, "KRW": 0, "VND": 0, "CLP": 0, "ISK": 0, "BHD": 3, "KWD": 3, "OMR": 3, "TND": 3}
_SIGNS = {"AUD": "A$", "NZD": "NZ$", "GBP": "£", "EUR": "€", "USD": "US$"}

_is_finite = Decimal.is_finite  # bound once: a page of invoices makes fifteen thousand amounts
_good_codes: set[str] = set()  # the currencies that were found to be written as ISO 4217 writes them


def minor_units(currency: str) -> int:
    """Digits after the decimal point that `currency` is kept in (ISO 4217; two unless listed)."""
    return _MINOR_UNITS.get(currency, 2)


class Money(msgspec.Struct, frozen=True, gc=False):
    """An amount in one currency; adding two currencies is a programming error and raises ValueError."""

    amount: Decimal
    currency: str

    def __post_init__(self) -> None:
        if self.amount.__class__ is not Decimal or self.currency not in _good_codes or not _is_finite(self.amount):
            self._look_closer()

    def _look_closer(self) -> None:
        if not isinstance(self.amount, Decimal) or not self.amount.is_finite():
            raise ValueError(f"Money needs a finite Decimal, not {self.amount!r}.")
        if len(self.currency) != 3 or not self.currency.isupper():
            raise ValueError(f"Money needs an ISO 4217 currency code, not {self.currency!r}.")
        _good_codes.add(self.currency)

    @classmethod
    def of(cls, amount: Decimal | str | int, currency: str) -> Money:
        """Money from a Decimal, a decimal string or a whole number (never a float)."""
        if isinstance(amount, float):
            raise ValueError("Money is never made from a float.")
        return cls(Decimal(amount), currency)

    @classmethod
    def zero(cls, currency: str) -> Money:
        """Nothing, in `currency`."""
        return cls(Decimal(0), currency)

    @classmethod
    def total(cls, amounts: Iterable[Money], currency: str) -> Money:
        """The sum of `amounts`, which must all be in `currency`."""
        result = cls.zero(currency)
        for amount in amounts:
            result = result + amount
        return result

    def _same(self, other: Money) -> Decimal:
        if other.currency != self.currency:
            raise ValueError(f"{self.currency} and {other.currency} cannot be added or compared.")
        return other.amount

    def __add__(self, other: Money) -> Money:
        return Money(self.amount + self._same(other), self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.amount - self._same(other), self.currency)

    def __neg__(self) -> Money:
        return Money(-self.amount, self.currency)

    def __abs__(self) -> Money:
        return Money(abs(self.amount), self.currency)

    def __bool__(self) -> bool:
        return bool(self.amount)

    def __lt__(self, other: Money) -> bool:
        return self.amount < self._same(other)

    def __le__(self, other: Money) -> bool:
        return self.amount <= self._same(other)

    def __gt__(self, other: Money) -> bool:
        return self.amount > self._same(other)

    def __ge__(self, other: Money) -> bool:
        return self.amount >= self._same(other)

    def times(self, factor: Decimal | int) -> Money:
        """This amount times a plain number, unrounded."""
        return Money(self.amount * factor, self.currency)

    def rounded(self) -> Money:
        """Rounded half up to the currency's minor units, as invoices and journals are."""
        unit = Decimal(1).scaleb(-minor_units(self.currency))
        rounded = self.amount.quantize(unit, rounding=ROUND_HALF_UP)
        return Money(rounded or abs(rounded), self.currency)  # nothing has no sign: -0.00 would be other content

    def split(self, parts: int) -> list[Money]:
        """`parts` equal amounts that add up exactly; the last one carries the rounding difference."""
        share = Money(self.amount / parts, self.currency).rounded()
        return [share] * (parts - 1) + [self - share.times(parts - 1)]

    def plain(self) -> str:
        """The amount as a decimal string for JSON and canonical content: `-1234.50`."""
        return str(self.rounded().amount)

    def whole(self) -> str:
        """The amount in whole units, for tables that are read at a glance: `A$1,235`."""
        return str(Money(self.amount.quantize(Decimal(1), rounding=ROUND_HALF_UP), self.currency)).removesuffix(".00")

    def __str__(self) -> str:
        rounded = self.rounded().amount
        sign = "−" if rounded < 0 else ""  # a minus sign proper: a hyphen may end a line and leave the figure positive
        return f"{sign}{_SIGNS.get(self.currency, self.currency + ' ')}{abs(rounded):,}"
