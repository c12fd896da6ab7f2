"""Records of Xero's APIs beside Accounting: pay runs, projects with their time, and files."""

from __future__ import annotations

import datetime as dt

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
