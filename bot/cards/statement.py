"""The card of a bank's file: what it was recognised as, whose account it is, its days, lines, balances and tie-out."""

from __future__ import annotations

from agents.reconciliation.statements.continuity import tie_out
from agents.reconciliation.statements.outcome import Reading
from books.money import Money
from books.period import spoken
from books.records import Statement
from bot.card import Card, Facts, Heading, Note, Part, Text

MOST = 5


def statement_card(client: str, name: str, reading: Reading) -> Card:
    """What stands in the file `name` of a client; nothing is matched or posted by it."""
    lines = sum(len(each.lines) for each in reading.statements)
    words = f"{client}: {name} holds {lines} bank {'line' if lines == 1 else 'lines'}"
    failed = any(tie_out(each).holds is False for each in reading.statements) or bool(reading.breaks)
    parts: list[Part] = [Heading(words, "warning" if failed else "good")]
    for statement in reading.statements[:MOST]:
        parts += [Facts(_facts(statement, reading.format)), Text(tie_out(statement).words)]
    if len(reading.statements) > MOST:
        parts.append(Text(f"… and {len(reading.statements) - MOST} more statements in the same file."))
    parts += [
        Text(f"{each.position}: the balance does not follow from the one before it.") for each in reading.breaks[:3]
    ]
    if reading.skipped:
        count = len(reading.skipped)
        rows = ", ".join(each.position for each in reading.skipped[:MOST])
        parts.append(Note(f"{count} {'row is' if count == 1 else 'rows are'} no bank line and left out: {rows}."))
    parts += [Note(remark) for remark in reading.remarks[:3]]
    return Card(words, tuple(parts))


def _facts(statement: Statement, format_name: str) -> tuple[tuple[str, str], ...]:
    days = spoken(statement.start)
    if statement.end != statement.start:
        days += f" to {spoken(statement.end)}"
    return (
        ("Read as", format_name),
        ("Account", statement.account or "not named in the file"),
        ("Days", days),
        ("Lines", str(len(statement.lines))),
        ("Opening balance", _stated(statement.opening)),
        ("Closing balance", _stated(statement.closing)),
    )


def _stated(balance: Money | None) -> str:
    return str(balance) if balance is not None else "not stated"
