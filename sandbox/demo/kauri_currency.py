"""Kauri's foreign currency: payments at the rate of the day, and US dollars sold for New Zealand dollars."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal

from sandbox.demo.book import Book
from sandbox.demo.dates import day_in, months, next_thursday
from sandbox.demo.draw import Draw, cents
from sandbox.demo.papers import Line
from sandbox.demo.rates import day_rate, in_base
from sandbox.demo.rhythm import BUSINESS_DATE, CLOSING_END, CLOSING_MONTH, FIRST_MONTH, paid_on

KEPT = Decimal(14_000)  # US dollars left in the account for freight bills


def foreign_payments(book: Book, draw: Draw, habits: Mapping[str, int]) -> None:
    """US dollars go through the dollar account; euros arrive converted in the cheque account."""
    for invoice in book.invoices:
        if invoice.currency == "NZD" or invoice.status != "AUTHORISED" or invoice.held or invoice.payments:
            continue
        if invoice.type == "ACCREC":
            on = paid_on(draw, invoice, habits[invoice.contact])
        else:
            on = max(next_thursday(invoice.due - timedelta(days=6)), date(2024, 11, 28))
        if on > BUSINESS_DATE:
            continue
        rate, reconciled = day_rate(invoice.currency, on), on <= CLOSING_END
        if invoice.currency == "USD":
            book.pay(invoice, on, "091", rate=rate, reference=invoice.number or invoice.contact, reconciled=reconciled)
        else:
            banked = in_base(invoice.total, rate)
            book.pay(
                invoice, on, "090", rate=rate, bank_amount=banked, reference=invoice.contact, reconciled=reconciled
            )


def convert_dollars(book: Book) -> None:
    """Sell surplus US dollars twice a month, out of one account and into the other through a clearing account."""
    for on in (day_in(month, day) for month in months(FIRST_MONTH, CLOSING_MONTH) for day in (11, 25)):
        surplus = (_dollars(book, on) - KEPT) // 100 * 100
        if surplus <= 0:
            continue
        rate = day_rate("USD", on)
        expected = in_base(surplus, rate)
        margin = cents(expected * Decimal("0.0018"))
        sold = Line(f"Sold USD {surplus:,} at {rate}", "856", surplus, "NONE")
        book.spend(f"exchange/{on}/out", on, "091", "Bank", [sold], reference="Currency sold", rate=rate)
        bought = [
            Line(f"Sold USD {surplus:,} at {rate}", "856", expected, "NONE"),
            Line("Exchange margin", "404", -margin, "NONE"),
        ]
        book.receive(f"exchange/{on}/in", on, "090", "Bank", bought, reference="Currency sold")


def _dollars(book: Book, on: date) -> Decimal:
    """The US dollar balance at the end of a day."""
    balance = Decimal(0)
    for payment in book.payments:
        if payment.bank == "091" and payment.on <= on:
            balance += payment.bank_amount if payment.invoice.type == "ACCREC" else -payment.bank_amount
    for entry in book.bank_entries:
        if entry.bank == "091" and entry.on <= on:
            balance += entry.total if entry.type == "RECEIVE" else -entry.total
    return balance
