"""Invented but plausible day rates of the New Zealand dollar.

Xero's `CurrencyRate` is the number of units of the document's currency that one unit of the organisation's base
currency buys, so that base amount = document amount / CurrencyRate (0.5900 on a USD invoice of a New Zealand
organisation: USD 590.00 is NZD 1,000.00).
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from zlib import crc32

from sandbox.demo.dates import month_end
from sandbox.demo.draw import cents

START = date(2024, 10, 1)
# In hundred-thousandths, on the first of each month from October 2024.
ANCHORS = {
    "USD": (62910, 59750, 59080, 56010, 56540, 56120, 56870, 59240, 59810, 60560, 58990, 58830, 58140,
            57260, 57420, 57710, 59630, 59940, 59020, 58410, 58870, 59560, 59310, 58720, 58240, 58610, 58800),
    "EUR": (56480, 54870, 55830, 54110, 54420, 53950, 52560, 52170, 52650, 51620, 51480, 50340, 49560,
            49590, 49350, 49120, 50210, 50680, 50340, 49820, 50140, 50770, 50450, 50120, 49730, 49960, 50050),
}  # fmt: skip


def day_rate(currency: str, on: date) -> Decimal:
    """Units of `currency` that one NZD buys on a day, six decimals."""
    place = (on.year - START.year) * 12 + on.month - START.month
    low, high = ANCHORS[currency][place : place + 2]
    drift = Decimal(low) + Decimal(high - low) * (on.day - 1) / month_end(on).day
    ripple = Decimal(crc32(f"{currency}{on}".encode()) % 3000 - 1500) / 10
    return ((drift + ripple) / 100_000).quantize(Decimal("0.000001"))


def in_base(amount: Decimal, rate: Decimal) -> Decimal:
    """A foreign amount in base currency, to the cent."""
    return cents(amount / rate)
