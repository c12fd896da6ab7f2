"""A second, small ledger: postings made from the documents alone, to hold the demo books against."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from typing import Any

from sandbox.demo import books

TODAY = date(2026, 11, 5)
MONTH_END = date(2026, 10, 31)
LIVE = ("AUTHORISED", "PAID", "POSTED")
Json = dict[str, Any]


@cache
def demo() -> dict[str, Json]:
    """The three books on the demo's business date, by organisation."""
    made: list[Any] = list(books(TODAY))
    return {book["Organisation"]["OrganisationID"]: book for book in made}


@dataclass(frozen=True)
class Posting:
    """One side of an entry in base currency, debits positive."""

    on: date
    code: str
    amount: Decimal


_DERIVED: dict[str, list[Posting]] = {}


def day(text: str) -> date:
    """A document's date."""
    return date.fromisoformat(text)


def cents(amount: Decimal) -> Decimal:
    """Two decimals, halves away from zero."""
    return amount.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)


def postings(book: Json) -> list[Posting]:
    """Every posting that the live documents of a book make, worked out once for each of the cached books."""
    key = book["Organisation"]["OrganisationID"]
    if demo()[key] is not book:
        return _derive(book)
    if key not in _DERIVED:
        _DERIVED[key] = _derive(book)
    return _DERIVED[key]


def _derive(book: Json) -> list[Posting]:
    return [*_invoices(book), *_payments(book), *_bank(book), *_journals(book)]


def balances(book: Json, on: date) -> dict[str, Decimal]:
    """The trial balance of a day, without closing any year."""
    total = {row["Code"]: Decimal("0.00") for row in book["Accounts"]}
    for posting in postings(book):
        if posting.on <= on:
            total[posting.code] += posting.amount
    return total


def in_month(book: Json, month: str) -> dict[str, Decimal]:
    """What each account moved in a month ("2026-10")."""
    total = {row["Code"]: Decimal("0.00") for row in book["Accounts"]}
    for posting in postings(book):
        if posting.on.isoformat()[:7] == month:
            total[posting.code] += posting.amount
    return total


def system(book: Json, marker: str) -> str:
    """The code of a system account."""
    return next(str(row["Code"]) for row in book["Accounts"] if row.get("SystemAccount") == marker)


def _spread(on: date, control: str, sign: int, lines: list[tuple[str, Decimal]], total: Decimal) -> Iterator[Posting]:
    """A control side and its lines; the last line takes up the rounding of the conversion."""
    yield Posting(on, control, sign * total)
    left = total
    for place, (code, amount) in enumerate(lines):
        share = left if place == len(lines) - 1 else amount
        left -= share
        yield Posting(on, code, -sign * share)


def _invoices(book: Json) -> Iterator[Posting]:
    tax = system(book, "GST")
    for paper in (*book["Invoices"], *book["CreditNotes"]):
        if paper["Status"] not in LIVE:
            continue
        receivable = paper["Type"].startswith("ACCREC")
        sign = (1 if receivable else -1) * (-1 if paper["Type"].endswith("CREDIT") else 1)
        rate = Decimal(paper["CurrencyRate"])
        lines = [(tax, cents(Decimal(paper["TotalTax"]) / rate))]
        lines += [(line["AccountCode"], cents(Decimal(line["LineAmount"]) / rate)) for line in paper["LineItems"]]
        control = system(book, "DEBTORS" if receivable else "CREDITORS")
        yield from _spread(day(paper["Date"]), control, sign, lines, cents(Decimal(paper["Total"]) / rate))


def _payments(book: Json) -> Iterator[Posting]:
    invoices = {row["InvoiceID"]: row for row in book["Invoices"]}
    for payment in book["Payments"]:
        invoice = invoices[payment["Invoice"]["InvoiceID"]]
        sign, amount = (1 if invoice["Type"] == "ACCREC" else -1), Decimal(payment["Amount"])
        banked = cents(amount / Decimal(payment["CurrencyRate"]))
        owed = cents(amount / Decimal(invoice["CurrencyRate"]))
        control = system(book, "DEBTORS" if sign == 1 else "CREDITORS")
        on = day(payment["Date"])
        yield Posting(on, payment["Account"]["Code"], sign * banked)
        yield Posting(on, control, -sign * owed)
        yield Posting(on, system(book, "REALISEDCURRENCYGAIN"), -sign * (banked - owed))


def _bank(book: Json) -> Iterator[Posting]:
    tax = system(book, "GST")
    for entry in book["BankTransactions"]:
        if entry["Status"] not in LIVE:
            continue
        sign, rate = (1 if entry["Type"] == "RECEIVE" else -1), Decimal(entry["CurrencyRate"])
        lines = [(tax, cents(Decimal(entry["TotalTax"]) / rate))]
        for line in entry["LineItems"]:
            lines.append(
                (line["AccountCode"], cents((Decimal(line["LineAmount"]) - Decimal(line["TaxAmount"])) / rate))
            )
        total = cents(Decimal(entry["Total"]) / rate)
        yield from _spread(day(entry["Date"]), entry["BankAccount"]["Code"], sign, lines, total)
    for transfer in book["BankTransfers"]:
        on, amount = day(transfer["Date"]), Decimal(transfer["Amount"])
        yield Posting(on, transfer["FromBankAccount"]["Code"], -amount)
        yield Posting(on, transfer["ToBankAccount"]["Code"], amount)


def _journals(book: Json) -> Iterator[Posting]:
    for journal in book["ManualJournals"]:
        if journal["Status"] in LIVE:
            for line in journal["JournalLines"]:
                yield Posting(day(journal["Date"]), line["AccountCode"], Decimal(line["LineAmount"]))
