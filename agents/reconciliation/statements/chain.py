"""Running balances prove the amounts: which way the rows run, which sign money out has, and where a link breaks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise

from agents.reconciliation.statements.words import ask


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of a table as it was read: amount signed as written, balance where the row has one."""

    row: int
    where: str
    date: dt.date
    value_date: dt.date | None
    amount: Decimal
    balance: Decimal | None
    payer: str
    reference: str
    description: str
    bank_id: str
    is_signed: bool
    """Whether the row itself says which way the money went."""


@dataclass(frozen=True, slots=True)
class Ordered:
    """Rows oldest first, with what the balances prove; `breaks` are rows whose balance does not follow."""

    entries: tuple[Entry, ...]
    breaks: tuple[Entry, ...]
    opening: Decimal | None
    closing: Decimal | None
    is_flipped: bool = False
    was_sorted: bool = False


def ordered(entries: Sequence[Entry], *, opening: Decimal | None, flipped: bool) -> Ordered:
    """Puts rows in the bank's order, oldest first, and gives each amount the sign that the balances prove.

    A column without any sign takes its signs from the balances row by row; one whose balances fall by what it calls
    positive is flipped. `opening` is the balance before the first row where the file states it, `flipped` what a
    person confirmed. Raises Refusal (ask_sign) where a sign is needed and nothing gives it.
    """
    entries = [replace(each, amount=-each.amount) for each in entries] if flipped else list(entries)
    runs, was_sorted = _runs(entries)
    is_bare = any(each.balance is not None for each in entries) and not any(each.is_signed for each in entries)
    if is_bare and all(_breaks(run, opening) for run in runs):
        return _signed_by_balances(runs, opening, was_sorted)
    best = min(runs, key=lambda run: len(_breaks(run, opening)))
    if not flipped and _breaks(best, opening):
        for run in runs:
            turned = [replace(each, amount=-each.amount) for each in run]
            if _links(turned, opening) >= 2 and not _breaks(turned, opening):
                return _with_ends(turned, opening, is_flipped=True, was_sorted=was_sorted)
    return _with_ends(best, opening, is_flipped=flipped, was_sorted=was_sorted)


def _runs(entries: list[Entry]) -> tuple[list[list[Entry]], bool]:
    """The orders the rows may have: as they stand or newest first; sorted by day when the dates run neither way."""
    pairs = list(pairwise(entries))
    up = all(one.date <= two.date for one, two in pairs)
    down = all(one.date >= two.date for one, two in pairs)
    if up or down:
        return [*([entries] if up else []), *([entries[::-1]] if down else [])], False
    for run in (entries, entries[::-1]):
        if _links(run, None) and not _breaks(run, None):
            return [run], False
    return [sorted(entries, key=lambda each: each.date)], True


def _links(run: Sequence[Entry], opening: Decimal | None) -> int:
    """How many balances can be held against one before them."""
    known = sum(each.balance is not None for each in run)
    return known if opening is not None else max(known - 1, 0)


def _breaks(run: Sequence[Entry], opening: Decimal | None) -> list[Entry]:
    broken, running = [], opening
    for each in run:
        if running is not None:
            running += each.amount
        if each.balance is not None:
            if running is not None and running != each.balance:
                broken.append(each)
            running = each.balance
    return broken


def _signed_by_balances(runs: list[list[Entry]], opening: Decimal | None, was_sorted: bool) -> Ordered:
    """Each row's sign from the balance before and after it; the first row's needs a balance before it."""
    unknown: Entry | None = None
    for run in runs:
        done, running, unknown = list[Entry](), opening, None
        for each in run:
            moved = each.balance - running if each.balance is not None and running is not None else None
            running = each.balance
            if moved is None or abs(moved) != abs(each.amount):
                unknown = unknown or each
                continue
            done.append(replace(each, amount=moved, is_signed=True))
        if unknown is None:
            return _with_ends(done, opening, is_flipped=False, was_sorted=was_sorted)
    assert unknown is not None
    raise ask(
        f"{unknown.where}: {unknown.amount} has no sign, and no balance before it shows whether it came or went.",
        "Export the statement with signed amounts, with debit and credit columns, or with its opening balance.",
        "ask_sign",
    )


def _with_ends(run: Sequence[Entry], opening: Decimal | None, *, is_flipped: bool, was_sorted: bool) -> Ordered:
    before, first, last, after = Decimal(0), None, None, Decimal(0)
    for each in run:
        if first is None:
            before += each.amount
            first = each.balance
        after += each.amount
        if each.balance is not None:
            last, after = each.balance, Decimal(0)
    return Ordered(
        tuple(run),
        tuple(_breaks(run, opening)),
        opening if opening is not None else (None if first is None else first - before),
        None if last is None else last + after,
        is_flipped,
        was_sorted,
    )
