"""Takes a bank's file in: finds the account it is of, keeps its new lines, and says what a person should know of it."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

import msgspec

from agents.reconciliation.account_view import AccountTieOut
from agents.reconciliation.kept import Kept
from agents.reconciliation.shelf import Taken
from agents.reconciliation.statements.apart import read_apart
from agents.reconciliation.statements.continuity import TieOut, tie_out
from agents.reconciliation.statements.fed import read_fed
from agents.reconciliation.statements.outcome import Expected, Reading
from agents.reconciliation.statements.reading import in_currency
from books.firm import Client
from books.records import LedgerAccount, Statement
from books.refusal import Refusal
from xero_tools import bank, bank_statements, currencies
from xero_tools.gateway import Gateway

Named = TypeVar("Named", LedgerAccount, AccountTieOut)
SHORTEST_NUMBER = 4
"""How many last digits at least tell one account from another."""


@dataclass(frozen=True)
class TakenFile:
    """One file: how it was read, and for each of its statements the account, what is new, and whether it adds up.

    `unconfirmed` are the accounts of a table whose columns nobody has confirmed yet.
    """

    name: str
    reading: Reading
    parts: tuple[tuple[LedgerAccount, Taken, TieOut], ...]
    unconfirmed: tuple[LedgerAccount, ...] = ()

    @property
    def new(self) -> int:
        """How many lines were not known before."""
        return sum(len(taken.comparison.new) - len(taken.comparison.doubtful) for _, taken, _ in self.parts)


def take_file(
    client: Client,
    gateway: Gateway,
    kept: Kept,
    content: bytes,
    *,
    name: str,
    account_words: str,
    member: str,
    now: dt.datetime,
    day_first: bool | None = None,
    decimal_mark: str = "",
    month: tuple[dt.date, dt.date] | None = None,
    roles: tuple[tuple[int, str], ...] = (),
) -> TakenFile:
    """Keeps every statement of a file, each for its bank account in Xero, or raises Refusal and keeps nothing.

    `account_words` may name the account (its code, number or name) where the file does not; `month` is its first and
    last day where a person said which month a table is of, `roles` what they said of a table's columns.
    """
    said = _before_xero(content, Expected(day_first=day_first, decimal_mark=decimal_mark, roles=roles))
    accounts = bank.accounts(client.organisation, gateway)
    if not accounts:
        raise _which(accounts, f"{client.name} has no bank account in Xero.")
    base = currencies.base(client.organisation, gateway)
    named = account_in(accounts, account_words)
    expected = Expected(
        currency=(named.currency or base) if named else "",
        columns=kept.shelf.columns(client.organisation, named.id) if named and not roles else None,
        day_first=day_first,
        decimal_mark=decimal_mark,
        roles=roles,
    )
    reading = _of_month(_read(content, said, expected, accounts, base), month)
    found = [(each, named or _account_of(client, kept, accounts, each, base)) for each in reading.statements]
    parts = []
    for statement, account in found:
        taken = kept.shelf.take(
            client.organisation, account.id, statement, member=member, now=now, columns=reading.columns
        )
        parts.append((account, taken, tie_out(statement)))
    asked = dict.fromkeys(account.id for _, account in found) if reading.columns is not None else {}
    unsure = {each for each in asked if not kept.memories.are_columns_confirmed(client.id, each)}
    return TakenFile(name, reading, tuple(parts), tuple(each for each in accounts if each.id in unsure))


def take_fed(
    client: Client, gateway: Gateway, kept: Kept, *, member: str, now: dt.datetime, start: dt.date, end: dt.date
) -> TakenFile:
    """Keeps what Xero holds of the client's bank for these days, or raises Refusal and keeps nothing.

    Only for a client whose `bank_statements` say so: Xero's Finance API is closed to most, and files serve everybody.
    """
    if client.bank_statements != "finance_api":
        raise Refusal(
            f"The bank statements of {client.name} come as files.",
            next_step="Drop the bank's file; or, where Xero has let your app in, set bank_statements: finance_api.",
            code="not_switched_on",
        )
    base = currencies.base(client.organisation, gateway)
    read = [
        (
            each,
            read_fed(bank_statements.between(client.organisation, gateway, each.id, start=start, end=end), each, base),
        )
        for each in bank.accounts(client.organisation, gateway)
    ]
    parts = []
    for account, reading in read:
        for statement in reading.statements:
            taken = kept.shelf.take(client.organisation, account.id, statement, member=member, now=now)
            parts.append((account, taken, tie_out(statement)))
    if not parts:
        raise Refusal(
            f"Xero holds no bank statement of {client.name} for these days.",
            next_step="Drop the bank's own file.",
            code="no_bank_statement",
        )
    whole = Reading(
        format="Finance API",
        encoding="",
        statements=tuple(each for _, reading in read for each in reading.statements),
        skipped=tuple(each for _, reading in read for each in reading.skipped),
        remarks=tuple(dict.fromkeys(each for _, reading in read for each in reading.remarks)),
    )
    return TakenFile("Xero's bank statements", whole, tuple(parts))


def _before_xero(content: bytes, expected: Expected) -> Reading | Refusal:
    """What the file says by itself, or what it asks; raises Refusal for what is no statement before Xero is asked."""
    try:
        return read_apart(content, expected)
    except Refusal as refusal:
        if not refusal.code.startswith("ask_"):
            raise
        return refusal


def account_in(accounts: Sequence[Named], words: str) -> Named | None:
    """The one bank account that words mention by its code or name, or None: they may say other things."""
    said = words.casefold()
    fits = [
        each
        for each in accounts
        if (each.name and each.name.casefold() in said)
        or (each.code and re.search(rf"\b{re.escape(each.code)}\b", words))
    ]
    return fits[0] if len(fits) == 1 else None


def _read(
    content: bytes, said: Reading | Refusal, expected: Expected, accounts: Sequence[LedgerAccount], base: str
) -> Reading:
    """The file as the account's: read once more only where what is known of the account may change how.

    A table that names no currency is in that of the only account there is, or else the base currency.
    """
    if isinstance(said, Reading) and expected.columns in (None, said.columns):
        return in_currency(said, expected.currency)
    if isinstance(said, Refusal) and said.code == "ask_currency" and not expected.currency:
        if {each.currency or base for each in accounts} != {base}:
            raise said
        expected = msgspec.structs.replace(expected, currency=base)
    return read_apart(content, expected)


def _of_month(reading: Reading, month: tuple[dt.date, dt.date] | None) -> Reading:
    """A table says no days but its lines': it covers the month that a person named, if all of them lie in it."""
    if month is None or reading.columns is None:
        return reading
    first, last = month
    spread = [
        msgspec.structs.replace(each, start=min(first, each.start), end=max(last, each.end))
        if first <= each.start and each.end <= last
        else each
        for each in reading.statements
    ]
    return msgspec.structs.replace(reading, statements=tuple(spread))


def _account_of(
    client: Client, kept: Kept, accounts: Sequence[LedgerAccount], statement: Statement, base: str
) -> LedgerAccount:
    own = _digits(statement.account)
    if own:
        by_number = [each for each in accounts if _same_number(own, _digits(each.number))]
        if len(by_number) == 1:
            return by_number[0]
        known = kept.shelf.account_known_as(client.organisation, statement.account)
        if remembered := [each for each in accounts if each.id == known]:
            return remembered[0]
        if any(each.number for each in accounts):
            raise _which(accounts, f"No bank account in Xero has the number of this file ({_masked(own)}).")
    fits = [each for each in accounts if (each.currency or base) == statement.currency]
    if len(fits) == 1:
        return fits[0]
    raise _which(accounts, "The file does not say which bank account it is of.")


def _which(accounts: Sequence[LedgerAccount], words: str) -> Refusal:
    known = ", ".join(f"{each.code} {each.name}" for each in accounts) or "none: add one in Xero first"
    return Refusal(words, next_step=f"Name the account with the file: {known}.", code="which_account")


def _same_number(one: str, other: str) -> bool:
    """Whether two numbers are of one account: the same digits, or one is the end of the other (a branch left out)."""
    shorter, longer = sorted((one, other), key=len)
    return len(shorter) >= SHORTEST_NUMBER and longer.endswith(shorter)


def _digits(text: str) -> str:
    return "".join(each for each in text if each.isalnum()).upper()


def _masked(number: str) -> str:
    return f"…{number[-4:]}"
