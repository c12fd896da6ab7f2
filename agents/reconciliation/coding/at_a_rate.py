"""A line in the base currency that pays a foreign document: whether it is short at all depends on the rate.

Xero gives no day's rates. A payment carries its CurrencyRate, and Xero books the gain or loss between it and the
document's own; so a document may be paid in full with whatever came, as far as a rate can be the reason.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from books.money import Money
from books.records import Invoice, StatementLine

RATE_DRIFT = Decimal("0.05")
"""How far a payment's rate may lie from the document's own where the day's is not known; beyond it a person looks."""
_PLACES = Decimal("0.000000000001")


def implied_rate(line: StatementLine, paid: Money) -> Decimal:
    """Xero's CurrencyRate of a payment of so much with this line: units of the document's currency for one of the
    base, to twelve places."""
    return (paid.amount / abs(line.amount.amount)).quantize(_PLACES)


def fits_a_rate(line: StatementLine, document: Invoice, paid: Money) -> bool:
    """Whether paying so much of the document with this line takes a rate near the document's own."""
    return abs(implied_rate(line, paid) / document.currency_rate - 1) <= RATE_DRIFT


@dataclass(frozen=True, slots=True)
class PartAtRate:
    """What a line pays of a foreign document, when no rate makes it the whole: in words, and what stays open."""

    line: StatementLine
    document: Invoice
    paid: Money
    is_of_day: bool
    """Whether the day's rate said so, and not the document's own."""

    @property
    def rest(self) -> Money:
        """What stays open, in the document's currency."""
        return self.document.due - self.paid

    @property
    def because(self) -> str:
        """Why the line is taken for a part."""
        whose = "day's" if self.is_of_day else "document's own"
        return f"At the {whose} rate {abs(self.line.amount)} is {self.paid} of the {self.document.due} due."

    @property
    def settles(self) -> str:
        """What would settle it."""
        number = self.document.number
        return (
            f"Pay {self.paid} of {number}; {self.rest} stays open: ask what was kept back. If the day's rate alone "
            f"explains it, pay {number} in full in Xero, which books the loss."
        )


def part_at_rate(line: StatementLine, document: Invoice, allocated: Money, *, is_of_day: bool) -> PartAtRate | None:
    """What the line pays where it is less than the whole document; None where a rate explains the difference.

    `allocated` is what matching took the line for, in the document's currency; `is_of_day` says that it knew the day's
    rate. Without that the document's own rate counts.
    """
    if is_of_day:
        return PartAtRate(line, document, allocated, True) if allocated < document.due else None
    if fits_a_rate(line, document, document.due):
        return None
    at_own = Money(abs(line.amount.amount) * document.currency_rate, document.due.currency).rounded()
    return PartAtRate(line, document, at_own, False) if at_own < document.due else None
