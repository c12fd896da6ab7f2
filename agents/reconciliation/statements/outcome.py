"""What a reader hands over: the statements of a file, how it was recognised, and what was left out of it."""

from __future__ import annotations

import datetime as dt

from books.records import Record, Statement

ROLES = (
    "date",
    "value_date",
    "amount",
    "debit",
    "credit",
    "indicator",
    "balance",
    "payer",
    "reference",
    "description",
    "currency",
    "account",
    "bank_id",
    "status",
)
"""What a column of a table can be; an empty role is a column that is not read."""


class ColumnMap(Record, frozen=True, kw_only=True):
    """How one bank's table is read, for a person to confirm once and for the account to remember.

    `header` is the bank's row of names as it stands (empty where the table has none), `roles` has one role a column.
    `day_first` is None where no date could be read both ways. `is_flipped` says that the bank writes money out as
    positive, which its own balances proved.
    """

    delimiter: str
    encoding: str
    header: tuple[str, ...]
    roles: tuple[str, ...]
    day_first: bool | None = None
    decimal_mark: str = "."
    is_flipped: bool = False


class Expected(Record, frozen=True, kw_only=True):
    """What is known of the account before its file is read: most tables name neither account nor currency.

    `account` stands for the lines' identity and must then be the same for every file of the account; `day_first`,
    `decimal_mark` and `columns` answer what a reader asked, or what a person confirmed for an earlier file. `roles` are
    columns (their number in the file, from one) of which a person said what they are, over what is recognised.
    """

    account: str = ""
    currency: str = ""
    columns: ColumnMap | None = None
    day_first: bool | None = None
    decimal_mark: str = ""
    roles: tuple[tuple[int, str], ...] = ()


class Skipped(Record, frozen=True, kw_only=True):
    """A row that is no statement line, and why: a repeated header, a page's footer, a pending payment."""

    position: str
    why: str
    text: str = ""


class BrokenLink(Record, frozen=True, kw_only=True):
    """A place where the balance of a row is not the balance before it plus its amount."""

    position: str
    date: dt.date


class Reading(Record, frozen=True, kw_only=True):
    """One file read whole: `columns` for tables, `remarks` in words for what a person should know.

    `breaks` are the places where the running balances of a table do not follow from the amounts.
    """

    format: str
    encoding: str
    statements: tuple[Statement, ...]
    columns: ColumnMap | None = None
    skipped: tuple[Skipped, ...] = ()
    breaks: tuple[BrokenLink, ...] = ()
    remarks: tuple[str, ...] = ()
