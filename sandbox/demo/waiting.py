"""What the bank shows and nobody has entered yet: the statement lines that wait, for each demo client and account."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sandbox.demo.rates import day_rate, in_base


@dataclass(frozen=True, slots=True)
class Waiting:
    """One line of a bank account's statement; `means` says what it is, for docs/demo-books.md and the tests."""

    code: str
    on: date
    amount: Decimal
    payee: str
    reference: str
    description: str
    means: str


def _day(day: int) -> date:
    return date(2026, 10, day)


def _euro(amount: str, on: date) -> Decimal:
    """What the New Zealand bank made of euros that day."""
    return in_base(Decimal(amount), day_rate("EUR", on))


WAITING: dict[str, tuple[Waiting, ...]] = {
    "bondi-coffee": (
        Waiting("090", _day(28), Decimal("1335.22"), "LITTLE QUOKKA KITCHEN", "INV-1917", "", "pays INV-1917"),
        Waiting("090", _day(29), Decimal("1194.14"), "FIGTREE PROVISIONS", "inv 1913", "", "pays INV-1913"),
        Waiting(
            "090", _day(30), Decimal("4224.66"), "HEADLAND HOUSE CAFE", "1904 + 1923", "", "pays INV-1904, INV-1923"
        ),
        Waiting("090", _day(30), Decimal("1825.56"), "TIDEWATER BAKEHOUS", "", "Direct credit", "pays INV-1920"),
        Waiting("090", _day(30), Decimal("1155.10"), "SUNDIAL BRUNCH CO", "INV-1918 half", "", "pays half of INV-1918"),
        Waiting("090", _day(30), Decimal("-1657.52"), "KESTREL FREIGHT LINES", "KFL-5280", "", "pays KFL-5280"),
        Waiting("090", _day(30), Decimal("-28.00"), "", "", "Account keeping fee", "a bank fee"),
        Waiting("090", _day(27), Decimal("742.50"), "", "", "Osko deposit 4471", "nobody knows whose it is"),
    ),
    "kauri-export": (
        Waiting("090", _day(29), Decimal("3227.13"), "HARAKEKE HEALTH STORES", "INV-2716", "", "pays INV-2716"),
        Waiting("090", _day(29), Decimal("2201.10"), "SOUTHERN CROSS GIFTS", "2724", "", "pays INV-2724"),
        Waiting(
            "090", _day(30), _euro("4269.60", _day(30)), "NORDLICHT FEINKOST", "INV-2717", "", "pays INV-2717 (EUR)"
        ),
        Waiting("090", _day(30), Decimal("-1907.23"), "INLAND HAULAGE CO", "IH-5335", "", "pays IH-5335"),
        Waiting(
            "090",
            _day(30),
            Decimal("3091.59"),
            "POHUTUKAWA PHARMACY GROUP",
            "INV-2726",
            "less 2% discount",
            "pays INV-2726 less a discount",
        ),
        Waiting("090", _day(30), Decimal("-15.00"), "", "", "Monthly account fee", "a bank fee"),
        Waiting("090", _day(28), Decimal("460.00"), "M HARTLEY", "", "Bill payment", "nobody knows whose it is"),
        Waiting("091", _day(30), Decimal("7551.40"), "LAKESHORE NATURAL FOODS", "INV-2712", "", "pays INV-2712"),
    ),
    "thames-studio": (
        Waiting("090", _day(29), Decimal("5511.24"), "FERNHILL SCHOOLS PTNSHP", "INV-3602", "", "pays INV-3602"),
        Waiting("090", _day(30), Decimal("3661.26"), "MAPLE & THORN", "INV3605", "", "pays INV-3605"),
        Waiting("090", _day(30), Decimal("-4080.00"), "IMOGEN CARROW", "ICI-208", "", "pays ICI-208"),
        Waiting(
            "090",
            _day(29),
            Decimal("4148.37"),
            "PENNANT SAILING CLUB",
            "INV-3608",
            "less our charges",
            "pays INV-3608 less the payer's bank's charges",
        ),
        Waiting("090", _day(30), Decimal("-9.50"), "", "", "Bank charges", "a bank fee"),
        Waiting("090", _day(28), Decimal("250.00"), "J OKAFOR", "", "Faster payment", "nobody knows whose it is"),
    ),
}
"""By the client's id in the demo firm."""
