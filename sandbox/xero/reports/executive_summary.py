"""The executive summary: a month beside the one before, as Xero groups and names its figures."""

import calendar
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sandbox.xero.reports.balances import Ledger, Sums, amount_text, month_end, months_before
from sandbox.xero.reports.rows import cell, header, report, section
from sandbox.xero.wire import Json, parse_date

_CURRENT = ("BANK", "CURRENT", "INVENTORY", "PREPAYMENT")
_INCOME, _COST, _OTHER = ("REVENUE", "SALES"), ("DIRECTCOSTS",), ("OTHERINCOME",)
_Value = tuple[Decimal | None, str]  # a figure and how it is written: cents, percent, count or plain


@dataclass(frozen=True)
class _Month:
    """What a month is computed from, in cents."""

    ledger: Ledger
    day: date
    moved: Sums
    stands: Sums

    def total(self, sums: Sums, types: tuple[str, ...], klass: str = "") -> int:
        return sum(
            sums.get(one["AccountID"], 0)
            for one in self.ledger.accounts
            if one["Type"] in types or (klass and one["Class"] == klass)
        )

    def role(self, system: str) -> int:
        return sum(self.stands.get(one["AccountID"], 0) for one in self.ledger.accounts
                   if one.get("SystemAccount") == system)  # fmt: skip


def executive_summary(ledger: Ledger, day: date, today: date) -> Json:
    """The report of the month of a day."""
    ends = (month_end(day), months_before(month_end(day), 1))
    months = [_Month(ledger, end, ledger.movement(end.replace(day=1), end), ledger.movement(None, end)) for end in ends]
    now, then = (_figures(month) for month in months)
    rows = [header("", f"{ends[0]:%b %Y}", f"{ends[1]:%b %Y}", "Variance")]
    for title, lines in now.items():
        earlier = then[title]
        rows.append(section(title, [_row(name, value, earlier[name]) for name, value in lines.items()]))
    title = f"For the month of {day:%B %Y}"
    return report("Executive Summary", "ExecutiveSummary", ledger.organisation, title, today, rows)


def _figures(month: _Month) -> dict[str, dict[str, _Value]]:
    received, spent = _cash(month)
    bank = month.total(month.stands, ("BANK",))
    income, other = -month.total(month.moved, _INCOME), -month.total(month.moved, _OTHER)
    direct = month.total(month.moved, _COST)
    expenses = month.total(month.moved, (), "EXPENSE") - direct
    profit = income - direct + other - expenses
    debtors, creditors = month.role("DEBTORS"), -month.role("CREDITORS")
    net = month.total(month.stands, (), "ASSET") + month.total(month.stands, (), "LIABILITY")
    assets = month.total(month.stands, _CURRENT)
    term = -month.total(month.stands, ("TERMLIAB",))
    current = -month.total(month.stands, (), "LIABILITY") - term
    fixed = month.total(month.stands, (), "ASSET") - assets
    count, value = _issued(month)
    days = calendar.monthrange(month.day.year, month.day.month)[1]
    return {
        "Cash": {"Cash received": _cents(received), "Cash spent": _cents(spent),
                 "Cash surplus (deficit)": _cents(received - spent), "Closing bank balance": _cents(bank)},
        "Profitability": {"Income": _cents(income), "Direct costs": _cents(direct),
                          "Gross profit (loss)": _cents(income - direct), "Other Income": _cents(other),
                          "Expenses": _cents(expenses), "Profit (loss)": _cents(profit)},
        "Balance Sheet": {"Debtors": _cents(debtors), "Creditors": _cents(creditors), "Net assets": _cents(net)},
        "Income": {"Number of invoices issued": (Decimal(count), "count"),
                   "Average value of invoices": _cents(round(value / count) if count else 0)},
        "Performance": {"Gross profit margin": (_share(100 * (income - direct), income), "percent"),
                        "Net profit margin": (_share(100 * profit, income), "percent"),
                        "Return on investment (p.a.)": (_share(1200 * profit, net), "percent")},
        "Position": {"Average debtors days": (_share(debtors * days, income), "plain"),
                     "Average creditors days": (_share(creditors * days, direct + expenses), "plain"),
                     "Short term cash forecast": _cents(debtors - creditors),
                     "Current assets to liabilities": (_share(assets, current), "plain"),
                     "Term assets to liabilities": (_share(fixed, term), "plain")},
    }  # fmt: skip


def _cash(month: _Month) -> tuple[int, int]:
    """Cents that came into and went out of the bank accounts."""
    banks = [one["AccountID"] for one in month.ledger.accounts if one["Type"] == "BANK"]
    received = spent = 0
    for account in banks:
        found = month.ledger.store.db.execute(
            "SELECT coalesce(sum(max(cents, 0)), 0), coalesce(-sum(min(cents, 0)), 0) FROM postings "
            "WHERE organisation = ? AND account = ? AND date BETWEEN ? AND ?",
            (month.ledger.organisation["OrganisationID"], account, month.day.replace(day=1).isoformat(),
             month.day.isoformat()),
        ).fetchone()  # fmt: skip
        received, spent = received + int(found[0]), spent + int(found[1])
    return received, spent


def _issued(month: _Month) -> tuple[int, int]:
    """How many sales invoices were issued in the month, and their value in cents of the base currency."""
    rows = [
        row
        for row in month.ledger.store.all(str(month.ledger.organisation["OrganisationID"]), "invoices")
        if row["Type"] == "ACCREC" and row["Status"] in ("AUTHORISED", "PAID")
        if month.day.replace(day=1) <= parse_date(row["Date"]) <= month.day
    ]
    return len(rows), sum(round(row["Total"] / row["CurrencyRate"] * 100) for row in rows)


def _cents(cents: int) -> _Value:
    return Decimal(cents), "cents"


def _share(part: int, whole: int) -> Decimal | None:
    return Decimal(part) / Decimal(whole) if whole else None


def _row(name: str, now: _Value, then: _Value) -> Json:
    variance = Decimal(0)
    if now[0] is not None and then[0]:
        variance = (now[0] - then[0]) / abs(then[0]) * 100
    return {"RowType": "Row", "Cells": [cell(name), cell(_text(now)), cell(_text(then)), cell(f"{variance:.1f}%")]}


def _text(value: _Value) -> str:
    figure, written = value
    if figure is None:
        return ""
    if written == "cents":
        return amount_text(int(figure))
    return {"percent": f"{figure:.1f}%", "count": f"{figure:f}"}.get(written, f"{figure:f}")
