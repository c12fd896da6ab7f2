"""Believable irregularity without chance: a seeded stream of figures that is the same in every run."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from random import Random
from typing import TypeVar

T = TypeVar("T")
CENT = Decimal("0.01")


def cents(amount: Decimal | str | int) -> Decimal:
    """An amount to two decimals, halves away from zero, as invoices round."""
    return Decimal(amount).quantize(CENT, rounding=ROUND_HALF_UP)


class Draw:
    """One seeded stream; only `Random.random` is used, the part whose sequence Python promises to keep."""

    def __init__(self, seed: str) -> None:
        """Start the stream that belongs to `seed`."""
        self._random = Random(seed)

    def whole(self, low: int, high: int) -> int:
        """A whole number from `low` to `high`, both included."""
        return low + int(self._random.random() * (high - low + 1))

    def one_of(self, choices: Sequence[T]) -> T:
        """One of the choices."""
        return choices[self.whole(0, len(choices) - 1)]

    def money(self, low: str, high: str) -> Decimal:
        """An amount between two others, to the cent, so that figures look human and not round."""
        return Decimal(self.whole(int(Decimal(low) * 100), int(Decimal(high) * 100))) / 100

    def wobble(self, amount: Decimal, percent: int) -> Decimal:
        """`amount` give or take up to `percent` per cent, to the cent."""
        share = Decimal(self.whole(-percent * 100, percent * 100)) / 10_000
        return cents(amount * (1 + share))

    def chance(self, percent: int) -> bool:
        """True about `percent` times in a hundred."""
        return self.whole(1, 100) <= percent
