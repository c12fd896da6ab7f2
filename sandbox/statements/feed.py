"""What a demo client's bank saw in a month: the entries that were reconciled, and the statement lines still waiting."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class FeedLine:
    """One line of the bank's: signed, money in is positive; `bank_id` has at most sixteen characters."""

    on: date
    amount: Decimal
    payee: str
    reference: str
    description: str
    bank_id: str


@dataclass(frozen=True, slots=True)
class Feed:
    """A bank account's lines from `start` to `end`, both included, between two balances."""

    number: str
    name: str
    currency: str
    start: date
    end: date
    opening: Decimal
    lines: tuple[FeedLine, ...]

    @property
    def closing(self) -> Decimal:
        """The balance after the last line."""
        return self.opening + sum((line.amount for line in self.lines), Decimal(0))


def feed_of(books: Json, account: Json, month: str) -> Feed:
    """The feed of a bank account of one client's books (the shape of Xero's collections) over `YYYY-MM`."""
    start = date.fromisoformat(f"{month}-01")
    return feed_between(books, account, start, (start + timedelta(days=32)).replace(day=1) - timedelta(days=1))


def feed_between(books: Json, account: Json, start: date, end: date) -> Feed:
    """The same over any days, both included."""
    lines = sorted(_lines(books, account), key=lambda line: (line.on, line.bank_id))
    before = sum((line.amount for line in lines if line.on < start), _journalled(books, account, start))
    inside = tuple(line for line in lines if start <= line.on <= end)
    return Feed(
        number=account["BankAccountNumber"],
        name=account["Name"],
        currency=account.get("CurrencyCode") or books["Organisation"]["BaseCurrency"],
        start=start,
        end=end,
        opening=before,
        lines=inside,
    )


def bank_accounts(books: Json) -> Sequence[Json]:
    """The bank accounts of one client's chart, in the order of their codes."""
    return sorted((each for each in books["Accounts"] if each["Type"] == "BANK"), key=lambda each: each["Code"])


def _lines(books: Json, account: Json) -> Iterator[FeedLine]:
    """Every line of the account: statement lines as the books have them, then reconciled entries that none names."""
    named = set()
    for row in books.get("StatementLines", []):
        if _is_in(row.get("BankAccount") or row, account):
            named.update(str(row.get("Entry") or "").split("+"))
            identity = str(row.get("StatementLineID") or f"{row['Date']}{row['Amount']}")
            yield _line(row, Decimal(str(row["Amount"])), str(row.get("Payee") or ""), identity)
    for row in books["BankTransactions"]:
        if row["BankTransactionID"] not in named and _is_cleared(row) and _is_in(row["BankAccount"], account):
            sign = 1 if row["Type"].startswith("RECEIVE") else -1
            yield _line(row, sign * Decimal(row["Total"]), row["Contact"]["Name"], row["BankTransactionID"])
    for row in books["Payments"]:
        if row["PaymentID"] not in named and _is_cleared(row) and _is_in(row["Account"], account):
            sign = 1 if row["PaymentType"] in ("ACCRECPAYMENT", "APCREDITPAYMENT") else -1
            who = (row.get("Invoice") or row.get("CreditNote") or {}).get("Contact", {}).get("Name") or ""
            yield _line(row, sign * Decimal(row["BankAmount"]), who, row["PaymentID"])
    for row in books["BankTransfers"]:
        for side, other, sign in (("From", "To", -1), ("To", "From", 1)):
            if row[f"{side}IsReconciled"] and _is_in(row[f"{side}BankAccount"], account):
                who = row[f"{other}BankAccount"]["Name"]
                yield _line(row, sign * Decimal(row["Amount"]), who, f"{row['BankTransferID']}{side[0]}")


def _line(row: Json, amount: Decimal, payee: str, identity: str) -> FeedLine:
    kind = "Deposit" if amount > 0 else "Payment"
    said = str(row.get("Description") or f"{kind} {payee}").strip()
    return FeedLine(
        date.fromisoformat(row["Date"]), amount, payee, str(row.get("Reference") or ""), said, bank_id(identity)
    )


def bank_id(identity: str) -> str:
    """The bank's own id of what has this id in the books."""
    bare = identity.replace("-", "")
    return f"{bare[:15]}{bare[-1:]}".upper()


def _is_cleared(row: Json) -> bool:
    return bool(row["IsReconciled"]) and row["Status"] == "AUTHORISED"


def _is_in(given: Json, account: Json) -> bool:
    return account["AccountID"] == given.get("AccountID") or (
        not given.get("AccountID") and account["Code"] == given.get("Code")
    )


def _journalled(books: Json, account: Json, start: date) -> Decimal:
    """The balance that the books of a client began with, which is a journal and was on no statement."""
    if account.get("CurrencyCode", "") not in ("", books["Organisation"]["BaseCurrency"]):
        return Decimal(0)
    return sum(
        (
            Decimal(line["LineAmount"])
            for journal in books["ManualJournals"]
            if journal["Status"] == "POSTED" and date.fromisoformat(journal["Date"]) < start
            for line in journal["JournalLines"]
            if line["AccountCode"] == account["Code"]
        ),
        Decimal(0),
    )
