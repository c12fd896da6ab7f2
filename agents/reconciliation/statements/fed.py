"""Statements that Xero holds of a bank account, read as a file would be: signs proved, pages together, rest named."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal

import msgspec

from agents.reconciliation.statements.amounts import currency_code, money
from agents.reconciliation.statements.bounds import check_lines
from agents.reconciliation.statements.finishing import identified, statement_of
from agents.reconciliation.statements.outcome import Reading, Skipped
from agents.reconciliation.statements.words import clean, joined, quoted
from agents.wording import counted
from books.money import Money
from books.practice_records import FedLine, FedStatement
from books.records import LedgerAccount, Statement, StatementLine
from books.refusal import Refusal

Sign = Callable[[FedLine], Decimal]
_OWN_SUM = "The bank supplied no balances; what Xero adds up itself stands in their place."
_OFF = "The bank's balance is not what Xero adds up: its conversion balance or a line of the bank is wrong in Xero."


def read_fed(fed: Sequence[FedStatement], account: LedgerAccount, base: str) -> Reading:
    """The statements of one bank account, those that go on from each other put together.

    Lines that are deleted in Xero, or that it holds for duplicates, are left out and named. Raises Refusal where
    nothing proves which way the money went.
    """
    check_lines(sum(len(each.lines) for each in fed))
    skipped = [
        Skipped(position=f"Statement line {line.id}", why=why, text=f"{line.posted_on} {quoted(line.payee)}")
        for each in fed
        for line in each.lines
        if (why := _why_not(line))
    ]
    sign = _sign(fed)
    parts = [_statement(each, sign, account, base) for each in sorted(fed, key=lambda one: (one.start, one.end))]
    remarks = []
    for why in dict.fromkeys(each.why for each in skipped):
        count = sum(each.why == why for each in skipped)
        remarks.append(f"{counted(count, 'line')} left out: {why}.")
    if any(each.opening is None and each.closing is None for each in fed):
        remarks.append(_OWN_SUM)
    if any(each.closing is not None and each.sum_closing not in (None, each.closing) for each in fed):
        remarks.append(_OFF)
    return Reading(
        format="Finance API",
        encoding="",
        statements=tuple(identified(each) for each in _together(parts)),
        skipped=tuple(skipped),
        remarks=tuple(remarks),
    )


def _why_not(line: FedLine) -> str:
    return "deleted in Xero" if line.is_deleted else "a duplicate in Xero" if line.is_duplicate else ""


def _written(line: FedLine) -> Decimal:
    return line.amount


def _debit_is_out(line: FedLine) -> Decimal:
    return -line.amount if line.kind.casefold() == "debit" else line.amount


def _debit_is_in(line: FedLine) -> Decimal:
    return -line.amount if line.kind.casefold() == "credit" else line.amount


def _sign(fed: Sequence[FedStatement]) -> Sign:
    """Which way the money went: Xero's description says neither whether amounts are signed nor whose debit is meant."""
    lines = [line for each in fed for line in each.lines if not _why_not(line)]
    if any(line.amount < 0 for line in lines) or not lines:
        return _written
    proved = [each for each in (_debit_is_out, _debit_is_in, _written) if all(_holds(one, each) for one in fed)]
    if not proved:
        raise Refusal(
            "Xero's statements do not show which way the money went: no reading of their amounts meets the balances.",
            next_step="Drop the bank's own file instead; nothing of this was taken.",
            code="ask_sign",
        )
    return proved[0]


def _holds(each: FedStatement, sign: Sign) -> bool:
    total = sum((sign(line) for line in each.lines if not _why_not(line)), Decimal(0))
    ends = ((each.opening, each.closing), (each.sum_opening, each.sum_closing))
    return any(one is not None and other is not None and other - one == total for one, other in ends)


def _statement(each: FedStatement, sign: Sign, account: LedgerAccount, base: str) -> Statement:
    where = f"Statement of {each.start}"
    currency = currency_code(each.currency or account.currency or base, where)
    lines = [
        StatementLine(
            id="",
            date=line.posted_on,
            amount=money(sign(line), currency, f"Statement line {line.id}"),
            value_date=line.transacted_on,
            payer=clean(line.payee),
            reference=joined(clean(line.reference), clean(line.cheque)),
            description=clean(line.notes),
            position=f"Statement line {line.id}",
        )
        for line in each.lines
        if not _why_not(line)
    ]
    is_stated = each.opening is not None or each.closing is not None
    opening, closing = (each.opening, each.closing) if is_stated else (each.sum_opening, each.sum_closing)

    def balance(amount: Decimal | None) -> Money | None:
        return None if amount is None else money(amount, currency, where)

    days = (each.start, each.end)
    return statement_of(lines, account.number, currency, opening=balance(opening), closing=balance(closing), days=days)


def _together(parts: Sequence[Statement]) -> list[Statement]:
    """A feed brings a statement a day: those that begin with the balance the last one ended with are one."""
    found: list[Statement] = []
    for each in parts:
        last = found[-1] if found else None
        if last is not None and last.closing is not None and last.closing == each.opening and last.end <= each.start:
            lines, end = (*last.lines, *each.lines), max(last.end, each.end)
            found[-1] = msgspec.structs.replace(last, end=end, closing=each.closing, lines=lines)
        else:
            found.append(each)
    return found
