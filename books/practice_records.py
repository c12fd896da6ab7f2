"""Records of Xero's APIs beside Accounting: pay runs, projects with their time, and files."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from books.money import Money
from books.records import Record


class PayRun(Record, frozen=True, kw_only=True):
    """One run of the payroll.

    `net` is what employees get (Australia's NetPay, elsewhere totalPay); `cost` is Australia's Wages, elsewhere
    totalCost. `status` is DRAFT or POSTED.
    """

    id: str
    calendar_id: str
    start: dt.date
    end: dt.date
    paid_on: dt.date
    status: str
    cost: Money
    net: Money


class Project(Record, frozen=True, kw_only=True):
    """A job that time is logged on."""

    id: str
    name: str
    contact_id: str
    status: str


class TimeEntry(Record, frozen=True, kw_only=True):
    """Minutes logged on a project; `status` is ACTIVE, LOCKED or INVOICED."""

    id: str
    project_id: str
    date: dt.date
    minutes: int
    description: str
    status: str


class StoredFile(Record, frozen=True, kw_only=True):
    """A file in the organisation's file library."""

    id: str
    name: str
    mime: str
    size_bytes: int


class FedLine(Record, frozen=True, kw_only=True):
    """A line of a bank's statement as Xero holds it; `amount` as Xero writes it, `kind` is its word (Debit, Credit)."""

    id: str
    posted_on: dt.date
    amount: Decimal
    kind: str = ""
    transacted_on: dt.date | None = None
    payee: str = ""
    reference: str = ""
    notes: str = ""
    cheque: str = ""
    is_reconciled: bool = False
    is_duplicate: bool = False
    is_deleted: bool = False


class FedStatement(Record, frozen=True, kw_only=True):
    """A statement that Xero holds of a bank account, in the account's currency (empty where Xero does not say).

    `opening` and `closing` are the bank's, None where it supplied none; `sum_opening` and `sum_closing` are what Xero
    adds up itself from the account's conversion balance and its lines. `source` says how it came into Xero.
    """

    id: str
    start: dt.date
    end: dt.date
    currency: str
    lines: tuple[FedLine, ...]
    opening: Decimal | None = None
    closing: Decimal | None = None
    sum_opening: Decimal | None = None
    sum_closing: Decimal | None = None
    source: str = ""
