"""Where a table's header stands and which column is what: by its names, by what was confirmed, or by its content."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from agents.reconciliation.statements import amounts, dates
from agents.reconciliation.statements.headers import SEVERAL, is_header, plain, role_of, roles_of
from agents.reconciliation.statements.outcome import ColumnMap, Expected
from agents.reconciliation.statements.words import ask, clean, edged, joined, unreadable
from books.refusal import Refusal

_HEAD_ROWS = 60
"""How far down a header is looked for."""
_IBAN = re.compile(r"\b[A-Z]{2}\d\d(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,4})?\b")


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table and its number in the file, from one."""

    number: int
    cells: tuple[str, ...]

    @property
    def where(self) -> str:
        """The row as a refusal names it."""
        return f"Row {self.number}"


@dataclass(frozen=True, slots=True)
class Layout:
    """A table's columns: the header as the bank wrote it (none for a bare table), one role a column.

    `first` is the index of the first row below the header, `before` are the rows above it, with what they state.
    """

    header: tuple[str, ...]
    roles: tuple[str, ...]
    first: int
    before: tuple[Row, ...] = ()
    stated_account: str = ""
    stated_currency: str = ""

    def cell(self, row: Row, role: str) -> str:
        """The first filled cell of that role, or nothing."""
        for name, cell in zip(self.roles, row.cells, strict=False):
            if name == role and cell:
                return cell
        return ""

    def texts(self, row: Row, role: str) -> str:
        """All cells of that role, cleaned and joined."""
        return joined(*(clean(cell) for name, cell in zip(self.roles, row.cells, strict=False) if name == role))

    def is_header_again(self, row: Row) -> bool:
        """Whether the row repeats the header."""
        first = next((cell for cell in row.cells if cell), "")
        if not self.header or clean(first).casefold() != next((name for name in self.header if name), "").casefold():
            return False
        return [plain(cell) for cell in row.cells if plain(cell)] == [
            plain(name) for name in self.header if plain(name)
        ]

    def is_only_text(self, row: Row) -> bool:
        """Whether only text columns of the row are filled."""
        filled = {name for name, cell in zip(self.roles, row.cells, strict=False) if edged(cell)}
        return "description" in filled and filled <= {"description", "payer", "reference", ""}

    def check_width(self, row: Row) -> None:
        """Refuses a row with more filled cells than columns: a delimiter stands inside a text."""
        if any(edged(cell) for cell in row.cells[len(self.roles) :]):
            raise unreadable(row.where, f"{len(self.roles)} columns", f"{len(row.cells)} columns")


def layout_of(rows: Sequence[Row], expected: Expected) -> Layout:
    """The layout of a table; raises Refusal where no header is found and the content does not show the columns."""
    if expected.roles:
        return _as_said(rows, expected.roles)
    if expected.columns is not None:
        return _confirmed(rows, expected.columns)
    return _recognised(rows)


def _recognised(rows: Sequence[Row]) -> Layout:
    for index, row in enumerate(rows[:_HEAD_ROWS]):
        if is_header(row.cells):
            header = tuple(clean(cell) for cell in row.cells)
            return _with_head(header, roles_of(header), index + 1, rows[:index])
    first = next((index for index, row in enumerate(rows) if _looks_like_a_line(row)), None)
    if first is None or first > _HEAD_ROWS:
        raise unreadable(
            "The file" if not rows else rows[0].where,
            "a row that names the columns (a date, and an amount or debit and credit)",
            " ".join(rows[0].cells) if rows else None,
        )
    return _with_head((), _by_content(rows[first:]), first, rows[:first])


def _as_said(rows: Sequence[Row], said: Sequence[tuple[int, str]]) -> Layout:
    """The layout with what a person said of some columns; the others stay as they are recognised, if they are.

    A role that only one column can have leaves the column that was recognised as it; an amount takes the place of debit
    and credit, and they of it.
    """
    try:
        found = _recognised(rows)
        header, roles, first = found.header, list(found.roles), found.first
    except Refusal:
        first = next((index for index, row in enumerate(rows) if _looks_like_a_line(row)), -1)
        if first < 0:
            raise
        above = rows[first - 1].cells if first else ()
        header = tuple(clean(cell) for cell in above) if len(above) > 1 else ()
        roles = [""] * max(len(rows[first].cells), len(header))
    for place, role in said:
        roles += [""] * (place - len(roles))
        gone = {role} if role not in SEVERAL else set()
        gone |= {"debit", "credit"} if role == "amount" else {"amount"} if role in ("debit", "credit") else set()
        roles = ["" if each in gone else each for each in roles]
        roles[place - 1] = role
    if "date" not in roles or not {"amount", "debit", "credit"} & set(roles):
        raise ask(
            "It is not said which column has the dates, and which the amounts.",
            "Say both: the date, and an amount or debit and credit.",
            "ask_columns",
        )
    return _with_head(header, tuple(roles), first, rows[: first - 1 if header else first])


def _confirmed(rows: Sequence[Row], columns: ColumnMap) -> Layout:
    """The layout a person confirmed, as long as the bank still writes the same header."""
    if not columns.header:
        first = next((index for index, row in enumerate(rows) if _looks_like_a_line(row)), 0)
        return _with_head((), columns.roles, first, rows[:first])
    wanted = [plain(name) for name in columns.header]
    for index, row in enumerate(rows[:_HEAD_ROWS]):
        if [plain(cell) for cell in row.cells] == wanted:
            return _with_head(columns.header, columns.roles, index + 1, rows[:index])
    raise ask(
        "The columns are not the ones that were confirmed for this account.",
        "Look at the file and confirm its columns again.",
        "ask_columns",
    )


def _with_head(header: tuple[str, ...], roles: tuple[str, ...], first: int, before: Sequence[Row]) -> Layout:
    account, currency = "", ""
    for row in before:
        cells = [clean(cell) for cell in row.cells if clean(cell)]
        text = " ".join(cells)
        named = role_of(cells[0].rstrip(":")) if cells else None
        said = cells[1] if len(cells) > 1 else ""
        if found := _IBAN.search(text):
            account = account or found[0].replace(" ", "")
        elif named and named[0] == "account" and said:
            account = account or said
        elif named and named[0] == "currency" and re.fullmatch(r"[A-Z]{3}", said):
            currency = said
    return Layout(header, roles, first, tuple(before), account, currency)


def _looks_like_a_line(row: Row) -> bool:
    return any(dates.reading(cell) for cell in row.cells) and any(_is_figure(cell) for cell in row.cells)


def _is_figure(cell: str) -> bool:
    return amounts.figure(cell) is not None and bool(re.search(r"[.,+-]\d", cell)) and dates.reading(cell) is None


def _by_content(rows: Sequence[Row]) -> tuple[str, ...]:
    """Roles of a table without header: dates first, figures by how they fill and prove each other, the rest is text."""
    rows = [row for row in rows if _looks_like_a_line(row)]
    width = max(len(row.cells) for row in rows)
    columns = [[row.cells[place] if place < len(row.cells) else "" for row in rows] for place in range(width)]
    filled = [[cell for cell in column if edged(cell)] for column in columns]
    dated = [place for place, cells in enumerate(filled) if cells and all(dates.reading(cell) for cell in cells)]
    money = [place for place, cells in enumerate(filled) if cells and all(_is_figure(cell) for cell in cells)]
    money = [place for place in money if place not in dated]
    roles = ["description" if cells else "" for cells in filled]
    names = _money_roles([columns[place] for place in money])
    if not dated or len(dated) > 2 or names is None:
        raise ask(
            "The table has no row that names its columns, and they cannot be told from the figures.",
            "Export it with a header row, or say which column is what.",
            "ask_columns",
        )
    for place, name in zip(dated, ("date", "value_date"), strict=False):
        roles[place] = name
    for place, name in zip(money, names, strict=True):
        roles[place] = name
    return tuple(roles)


def _money_roles(columns: list[list[str]]) -> tuple[str, ...] | None:
    full = [all(edged(cell) for cell in column) for column in columns]
    if len(columns) == 1:
        return ("amount",)
    if len(columns) == 2 and all(full):
        return ("amount", "balance")
    if len(columns) in (2, 3) and not any(full[:2]):
        one_each = all(bool(edged(one)) != bool(edged(two)) for one, two in zip(columns[0], columns[1], strict=True))
        return ("debit", "credit", "balance")[: len(columns)] if one_each else None
    return None
