"""Sums of postings: balances at a date, movements between dates, and earnings by financial year."""

import calendar
from dataclasses import dataclass
from datetime import date, timedelta

from sandbox.xero.store import Store
from sandbox.xero.wire import Json

Sums = dict[str, int]  # AccountID -> cents, debit positive
PROFIT_CLASSES = ("REVENUE", "EXPENSE")


@dataclass(frozen=True)
class Ledger:
    """One organisation's postings with its chart: everything a report is made from."""

    store: Store
    organisation: Json
    accounts: list[Json]

    @classmethod
    def of(cls, store: Store, organisation: Json) -> "Ledger":
        """The ledger as the store holds it now."""
        return cls(store, organisation, store.all(str(organisation["OrganisationID"]), "accounts"))

    def movement(self, first: date | None, last: date, *, options: tuple[str, ...] = ()) -> Sums:
        """Cents moved on each account from `first` (or ever) to `last`, optionally only with tracking options."""
        sql = "SELECT account, sum(cents) FROM postings WHERE organisation = ? AND date <= ?"
        values: list[str] = [str(self.organisation["OrganisationID"]), last.isoformat()]
        if first is not None:
            sql, values = sql + " AND date >= ?", [*values, first.isoformat()]
        for option in options:
            sql, values = sql + " AND instr(tracking, ?) > 0", [*values, f"|{option}|"]
        return dict(self.store.db.execute(sql + " GROUP BY account", values).fetchall())

    def of_class(self, *classes: str) -> list[Json]:
        """The accounts of these classes by code, as reports list them."""
        rows = [row for row in self.accounts if row["Class"] in classes]
        return sorted(rows, key=lambda row: (str(row.get("Code") or "~"), row["Name"]))

    def profit(self, first: date | None, last: date) -> int:
        """Cents earned (income less expenses, profit positive) between two dates."""
        return self.profit_in(self.movement(first, last))

    def profit_in(self, sums: Sums) -> int:
        """Cents earned within these sums of postings."""
        ids = {row["AccountID"] for row in self.accounts if row["Class"] in PROFIT_CLASSES}
        return -sum(cents for account, cents in sums.items() if account in ids)

    def year_start(self, day: date) -> date:
        """The first day of the financial year that holds this day."""
        end = self._year_end(day.year)
        return (end if day > end else self._year_end(day.year - 1)) + timedelta(days=1)

    def _year_end(self, year: int) -> date:
        month = int(self.organisation.get("FinancialYearEndMonth") or 12)
        wanted = int(self.organisation.get("FinancialYearEndDay") or 31)
        return date(year, month, min(wanted, calendar.monthrange(year, month)[1]))


def amount_text(cents: int) -> str:
    """`-1850.00`, the text of an amount cell."""
    return f"{'-' if cents < 0 else ''}{abs(cents) // 100}.{abs(cents) % 100:02d}"


def month_end(day: date) -> date:
    """The last day of the month."""
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def months_before(day: date, months: int) -> date:
    """The same day so many months earlier; a month's last day stays a last day."""
    index = day.year * 12 + day.month - 1 - months
    last = calendar.monthrange(index // 12, index % 12 + 1)[1]
    same = last if day == month_end(day) else min(day.day, last)
    return date(index // 12, index % 12 + 1, same)
