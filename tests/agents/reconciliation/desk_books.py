"""Small books for matching's tests: a line or an item in one short row."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from agents.reconciliation.matching.match import match
from agents.reconciliation.matching.memory import Memory
from agents.reconciliation.matching.records import MatchReport, OpenItem
from books.money import Money
from books.records import StatementLine

TODAY = dt.date(2026, 11, 5)


def day(text: str) -> dt.date:
    """`10-14` is 14 October 2026."""
    return dt.date.fromisoformat(f"2026-{text}")


def line(
    line_id: str, on: str, amount: str, payer: str = "", reference: str = "", description: str = ""
) -> StatementLine:
    """A bank line in Australian dollars."""
    return StatementLine(
        id=line_id,
        date=day(on),
        amount=Money.of(amount, "AUD"),
        payer=payer,
        reference=reference,
        description=description,
    )


def item(
    number: str, on: str, due: str, name: str, *, kind: str = "ACCREC", order: str = "", currency: str = "AUD"
) -> OpenItem:
    """An open item; its id is its number, its contact's id the name."""
    return OpenItem(
        id=number,
        kind=kind,
        contact_id=name,
        contact_name=name,
        number=number,
        reference=order,
        date=day(on),
        due=Money.of(due, currency),
    )


def crowd(count: int = 40) -> list[OpenItem]:
    """Other customers' documents, so that an amount or a number has something to be mistaken for."""
    return [
        item(
            f"INV-{7000 + place}",
            "09-20",
            f"{310 + 17 * place}.{place % 90 + 10}",
            f"Bystander {chr(65 + place % 26)}{place} Pty Ltd",
        )
        for place in range(count)
    ]


def matched(
    lines: Sequence[StatementLine],
    items: Sequence[OpenItem],
    *,
    ledger: Sequence[OpenItem] = (),
    memory: Memory | None = None,
    savings: Sequence[StatementLine] = (),
) -> MatchReport:
    """The report on these lines of the cheque account (and of the savings account), among the crowd."""
    accounts = {"cheque": lines, "savings": savings}
    return match("bondi", accounts, [*items, *crowd()], ledger, memory, today=TODAY)


def paid(report: MatchReport, line_id: str) -> dict[str, str]:
    """What the line settles: the item's number and the amount."""
    return {each.item_id: each.amount.plain() for each in report.of_line(line_id).allocations}
