"""The last step of every reader: lines get their identity, and a statement its days."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence

import msgspec

from agents.reconciliation.statements.bounds import check_lines
from books.money import Money
from books.records import Statement, StatementLine


def text_of(line: StatementLine) -> str:
    """What a line says, without regard to spaces, case or which field the file put it in."""
    words = f"{line.payer} {line.reference} {line.description}".casefold()
    return " ".join(sorted(set(words.split())))


def content_of(line: StatementLine) -> tuple[str, str, str]:
    """(day, amount, words): what two lines share that a person would call the same."""
    return (line.date.isoformat(), f"{line.amount.plain()} {line.amount.currency}", text_of(line))


def identified(statement: Statement, account: str = "") -> Statement:
    """The statement with an id on each line, the same in every file the line stands in.

    It is made of the account and the bank's own id; where the bank gives none, or gives one to several lines of this
    statement, of the line's content and its place among equal lines of that day: twins stay two lines, and the same
    line in two files that both hold the whole day is one.
    """
    check_lines(len(statement.lines))
    whose = account or statement.account
    given = Counter(line.bank_id for line in statement.lines)
    twins = Counter[tuple[str, str, str]]()
    lines = []
    for line in statement.lines:
        if line.bank_id and given[line.bank_id] == 1:
            parts: tuple[str, ...] = ("bank", whose, line.bank_id)
        else:
            content = content_of(line)
            twins[content] += 1
            parts = ("content", whose, *content, str(twins[content]))
        digest = hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:32]
        lines.append(msgspec.structs.replace(line, id=digest))
    return msgspec.structs.replace(statement, lines=tuple(lines))


def statement_of(
    lines: Sequence[StatementLine], account: str, currency: str, *, opening: Money | None = None,
    closing: Money | None = None, number: str = "", days: Iterable[dt.date] = (),
) -> Statement:  # fmt: skip
    """A statement over the days of its lines and of `days` (of balances, or a stated period), one at least."""
    known = [*(line.date for line in lines), *days]
    return Statement(
        account=account,
        currency=currency,
        start=min(known),
        end=max(known),
        opening=opening,
        closing=closing,
        lines=tuple(lines),
        number=number,
    )
