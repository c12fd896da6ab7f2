"""Bondi's wages, superannuation, GST and PAYG: what an Australian employer owes and when it pays."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from sandbox.demo.book import Book
from sandbox.demo.dates import add_months, day_in, month_name
from sandbox.demo.draw import Draw, cents
from sandbox.demo.papers import Line
from sandbox.demo.rhythm import return_period


def payroll(book: Book, draw: Draw, month: date) -> None:
    """The month's wages journal; net pay leaves the same day; super follows within days since July 2026."""
    paid = day_in(month, 28)
    gross = draw.wobble(Decimal("21480.00") if month < date(2025, 7, 1) else Decimal("22230.00"), 2)
    pension = cents(gross * (Decimal("0.115") if month < date(2025, 7, 1) else Decimal("0.12")))
    withheld = cents(gross * Decimal("0.206")).quantize(Decimal(1))
    net = gross - withheld
    name = month_name(month)
    book.journal(f"payroll/{month:%Y-%m}", paid, f"Payroll {name}", (
        ("477", gross, "Gross wages"), ("478", pension, "Superannuation"), ("825", -withheld, "PAYG withheld"),
        ("826", -pension, "Superannuation payable"), ("804", -net, "Net wages"),
    ))  # fmt: skip
    wages = Line(f"Net wages {name}", "804", net, "BASEXCLUDED")
    book.spend(f"wages/{month:%Y-%m}", paid, "090", "Staff payroll", [wages], reference=f"Wages {name}")
    if month >= date(2026, 7, 1):
        later = Line(f"Superannuation {name}", "826", pension, "BASEXCLUDED")
        book.spend(
            f"super/{month:%Y-%m}", paid + timedelta(days=1), "090", "Super clearing house", [later], reference="Super"
        )


def tax_returns(book: Book) -> None:
    """Quarterly BAS: GST, PAYG withheld, a PAYG instalment; and super quarterly until June 2026."""
    for last, paid in ((date(2024, 12, 31), date(2025, 2, 28)), (date(2025, 3, 31), date(2025, 4, 28)),
                       (date(2025, 6, 30), date(2025, 7, 28)), (date(2025, 9, 30), date(2025, 10, 28)),
                       (date(2025, 12, 31), date(2026, 2, 27)), (date(2026, 3, 31), date(2026, 4, 28)),
                       (date(2026, 6, 30), date(2026, 7, 28)), (date(2026, 9, 30), date(2026, 10, 28))):  # fmt: skip
        first = add_months(last, -2).replace(day=1)
        opening = last.year == 2024
        return_period(book, first, last, paid, "090", "Tax Office", Decimal("2146.20") if opening else Decimal(0))
        withheld = _journalled(book, "825", first, last) + (Decimal("4512.00") if opening else Decimal(0))
        lines = [
            Line("PAYG withheld", "825", withheld, "BASEXCLUDED"),
            Line("PAYG instalment", "505", Decimal("1860.00"), "BASEXCLUDED"),
        ]
        book.spend(f"payg/{last:%Y-%m}", paid, "090", "Tax Office", lines, reference=f"PAYG to {last:%d %b %Y}")
        if last <= date(2026, 6, 30):
            owed = _journalled(book, "826", first, last) + (Decimal("2474.80") if opening else Decimal(0))
            line = Line("Superannuation", "826", owed, "BASEXCLUDED")
            on = day_in(add_months(last, 1), 26)
            book.spend(f"super/{last:%Y-%m}/quarter", on, "090", "Super clearing house", [line], reference="Super")


def _journalled(book: Book, code: str, first: date, last: date) -> Decimal:
    """What payroll journals of a period credited to a liability account."""
    rows = (
        line
        for each in book.journals
        if first <= each.on <= last and each.key.startswith("payroll/")
        for line in each.lines
    )
    return -sum((line.amount for line in rows if line.code == code), Decimal(0))
