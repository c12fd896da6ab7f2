"""What Xero's reports have in common: rows in sections, cells of text, and marks of what a row is about."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal, InvalidOperation

from books.refusal import Refusal
from xero_tools import translate, wire
from xero_tools.gateway import Gateway
from xero_tools.one import only

_ACCOUNT_MARKS = ("account", "accountID")


def read_report(
    organisation: str, gateway: Gateway, name: str, query: dict[str, str | int | bool], interactive: bool
) -> wire.WireReport:
    """One report by Xero's name for it, such as `TrialBalance`; raises Refusal."""
    content = gateway.read(organisation, f"Reports/{name}", query, interactive=interactive)
    return only(translate.envelope(content).Reports)


def rows(report: wire.WireReport, kind: str = "Row") -> Iterator[tuple[str, wire.WireRow]]:
    """The rows of one kind (Row or SummaryRow) with the title of their section."""
    for part in report.Rows or ():
        for row in part.Rows or ():
            if row.RowType == kind:
                yield part.Title or "", row


def account_rows(report: wire.WireReport) -> Iterator[tuple[str, wire.WireRow]]:
    """The rows of accounts with the title of their section; totals and computed rows, which have none, are left out."""
    return ((section, row) for section, row in rows(report) if account_id(row))


def titles(report: wire.WireReport) -> tuple[str, ...]:
    """The words at the head of the columns, the first column's included."""
    header = next((row for row in report.Rows or () if row.RowType == "Header"), None)
    return tuple(cell.Value or "" for cell in (header.Cells if header else None) or ())


def mark(row: wire.WireRow, names: tuple[str, ...]) -> str:
    """The id that one of the row's cells carries under one of these names; empty without one."""
    for cell in row.Cells or ():
        for each in cell.Attributes or ():
            if each.Id in names and each.Value:
                return each.Value
    return ""


def account_id(row: wire.WireRow) -> str:
    """The id of the account a row is about; empty when it is about none."""
    return mark(row, _ACCOUNT_MARKS)


def text(row: wire.WireRow, position: int) -> str:
    """The words of one cell; empty where there is none."""
    cells = row.Cells or []
    return (cells[position].Value or "") if position < len(cells) else ""


def amount(cell: wire.WireCell) -> Decimal:
    """The figure of a cell, negative in brackets, nothing when it is empty; raises Refusal for other words."""
    words = (cell.Value or "").replace(",", "").strip()
    if not words:
        return Decimal(0)
    negative = words.startswith("(") and words.endswith(")")
    try:
        figure = Decimal(words.strip("()"))
    except InvalidOperation as error:
        raise unreadable(f"an amount of “{words}”") from error
    return -figure if negative else figure


def unreadable(what: str) -> Refusal:
    """The refusal of a report with an unknown shape."""
    return Refusal(
        "A report of Xero's has a shape that is not known.",
        next_step="Read it in Xero, and report this to whoever looks after Tieout.",
        code="xero_unreadable",
        detail=what,
    )
