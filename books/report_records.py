"""Records of Xero's reports beside the ledger's own: aged documents of one contact, and summaries."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from books.money import Money
from books.records import Record


class AgedDocument(Record, frozen=True, kw_only=True):
    """An unpaid document of one contact at the report's date; `due` is what is left of `total`."""

    invoice_id: str
    number: str
    date: dt.date
    due_date: dt.date | None
    total: Money
    paid: Money
    credited: Money
    due: Money


class Figure(Record, frozen=True, kw_only=True):
    """One figure of a summary: an amount, a ratio or a number of days, or a percentage; None where Xero has none."""

    value: Decimal | None
    is_percent: bool = False


class SummaryLine(Record, frozen=True, kw_only=True):
    """A line of a summary; `columns` are the words above its figures, such as `Nov 2019` and `Variance`."""

    section: str
    name: str
    account_id: str
    columns: tuple[str, ...]
    figures: tuple[Figure, ...]


class PublishedReport(Record, frozen=True, kw_only=True):
    """A report that somebody published in Xero, such as an activity statement; `date` is in Xero's words."""

    id: str
    name: str
    type: str
    date: str
