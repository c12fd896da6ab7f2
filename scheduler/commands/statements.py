"""`app.py statement read`: what a bank's file was recognised as, its columns, its lines and its tie-out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from agents.reconciliation.statements.apart import read_apart
from agents.reconciliation.statements.bounds import MAX_BYTES, MAX_COLUMNS, too_much
from agents.reconciliation.statements.continuity import tie_out
from agents.reconciliation.statements.outcome import ROLES, ColumnMap, Expected, Reading
from books.money import Money
from books.period import spoken
from books.records import Statement
from books.refusal import Refusal
from scheduler.commands.xero import Told


def read(
    file: Path, *, currency: str, day_first: bool | None, decimal_mark: str, column: Sequence[str] | None = None
) -> Told:
    """Reads one file, with what the person answered; raises Refusal."""
    roles = roles_said(column)
    expected = Expected(currency=currency.upper(), day_first=day_first, decimal_mark=decimal_mark, roles=roles)
    reading = read_apart(content_of(file), expected)
    return Told(_words(reading), _content(reading))


def content_of(file: Path) -> bytes:
    """The bytes of a file, no more than a statement may have; raises Refusal."""
    if file == Path():
        raise Refusal("No file was named.", next_step="Name the bank's file.", code="no_file")
    try:
        with file.open("rb") as opened:
            content = opened.read(MAX_BYTES + 1)  # no more than it takes to know that it is too much
    except OSError as error:
        raise Refusal(
            f"{file} cannot be read.",
            next_step="Look whether the file is there and may be opened.",
            code="no_file",
            detail=error.strerror or "",
        ) from error
    if len(content) > MAX_BYTES:
        raise too_much(f"{file.name} is larger than {MAX_BYTES // 1_000_000} MB, more than a statement may have.")
    return content


def roles_said(said: Sequence[str] | None) -> tuple[tuple[int, str], ...]:
    """Columns by number and what they are, from words such as `3=amount`; raises Refusal."""
    return tuple(_role(each) for each in said or ())


def _role(said: str) -> tuple[int, str]:
    number, _, role = said.partition("=")
    if not number.isdecimal() or not 1 <= int(number) <= MAX_COLUMNS or role not in (*ROLES, "nothing"):
        raise Refusal(
            f"“{said}” does not say what a column is.",
            next_step=f"Write it as 3=amount; a column is {', '.join(ROLES)} or nothing.",
            code="column_unclear",
        )
    return int(number), "" if role == "nothing" else role


def _words(reading: Reading) -> str:
    said = [f"{reading.format}{f' in {reading.encoding.upper()}' if reading.encoding else ''}."]
    if reading.columns:
        said.append(f"Columns: {columns_words(reading.columns)}.")
    for statement in reading.statements:
        days = f"{spoken(statement.start)} to {spoken(statement.end)}"
        said.append(f"{statement.account or 'Account not named'}, {days}: {len(statement.lines)} lines.")
        said.append(f"  {tie_out(statement).words}")
    said += [f"Left out: {each.position}, {each.why}." for each in reading.skipped[:20]]
    said += [f"{each.position}: the balance does not follow from the one before it." for each in reading.breaks[:20]]
    return "\n".join([*said, *reading.remarks])


def _content(reading: Reading) -> dict[str, Any]:
    return {
        "format": reading.format,
        "encoding": reading.encoding,
        "columns": columns_content(reading.columns),
        "statements": [_statement(each) for each in reading.statements],
        "skipped": [{"position": each.position, "why": each.why, "text": each.text} for each in reading.skipped],
        "breaks": [{"position": each.position, "date": each.date.isoformat()} for each in reading.breaks],
        "remarks": list(reading.remarks),
    }


def columns_words(columns: ColumnMap) -> str:
    """How a table is read, in words."""
    names = (*columns.header, *("",) * (len(columns.roles) - len(columns.header)))
    named = enumerate(zip(names, columns.roles, strict=False), 1)
    return ", ".join(f"{name or f'column {place}'} = {role}" for place, (name, role) in named if role)


def columns_content(columns: ColumnMap | None) -> dict[str, Any] | None:
    """How a table is read, for JSON."""
    if columns is None:
        return None
    return {name: getattr(columns, name) for name in columns.__struct_fields__} | {
        "header": list(columns.header),
        "roles": list(columns.roles),
    }


def _money(amount: Money | None) -> dict[str, str] | None:
    return {"amount": amount.plain(), "currency": amount.currency} if amount is not None else None


def _statement(statement: Statement) -> dict[str, Any]:
    tied = tie_out(statement)
    return {
        "account": statement.account,
        "currency": statement.currency,
        "number": statement.number,
        "start": statement.start.isoformat(),
        "end": statement.end.isoformat(),
        "opening": _money(statement.opening),
        "closing": _money(statement.closing),
        "tie_out": {"lines": _money(tied.lines), "difference": _money(tied.difference), "holds": tied.holds},
        "lines": [
            {
                "id": line.id,
                "date": line.date.isoformat(),
                "value_date": line.value_date.isoformat() if line.value_date else None,
                "amount": _money(line.amount),
                "payer": line.payer,
                "reference": line.reference,
                "description": line.description,
                "bank_id": line.bank_id,
                "position": line.position,
            }
            for line in statement.lines
        ],
    }
