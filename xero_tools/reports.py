"""Reads of Xero's own reports: trial balance, profit and loss, balance sheet and bank summary."""

from __future__ import annotations

import datetime as dt
import re

from books.money import Money
from books.records import BankBalance, ReportLine, TrialBalanceRow
from xero_tools import currencies, wire
from xero_tools.gateway import Gateway
from xero_tools.report_rows import account_id, account_rows, amount, read_report, text, titles, unreadable

_NAME_AND_CODE = re.compile(r"^(?P<name>.*) \((?P<code>[^()]*)\)$", re.DOTALL)


def trial_balance(
    organisation: str, gateway: Gateway, *, as_at: dt.date, interactive: bool = True
) -> tuple[TrialBalanceRow, ...]:
    """Every account's balance at `as_at` (accrual basis), debit positive; profit and loss accounts year to date."""
    report = read_report(organisation, gateway, "TrialBalance", {"date": as_at.isoformat()}, interactive)
    own = currencies.base(organisation, gateway, interactive=interactive)
    debit, credit = _balance_columns(report)
    return tuple(_balance(section, row, debit, credit, own) for section, row in account_rows(report))


def profit_and_loss(
    organisation: str,
    gateway: Gateway,
    *,
    start: dt.date,
    end: dt.date,
    periods: int = 0,
    timeframe: str = "MONTH",
    tracking: tuple[tuple[str, str], ...] = (),
    interactive: bool = True,
) -> tuple[ReportLine, ...]:
    """The profit and loss of `start` to `end` by account, with `periods` earlier months, quarters or years to compare.

    `tracking` narrows it to at most two (category id, option id) pairs. Standard
    layout, accrual basis; amounts are signed as the report shows them, newest column first.
    """
    query: dict[str, str | int | bool] = {"fromDate": start.isoformat(), "toDate": end.isoformat()}
    for (category, option), place in zip(tracking, ("", "2"), strict=False):
        query |= {f"trackingCategoryID{place}": category, f"trackingOptionID{place}": option}
    report = read_report(organisation, gateway, "ProfitAndLoss", query | _compared(periods, timeframe), interactive)
    return _lines(report, currencies.base(organisation, gateway, interactive=interactive))


def balance_sheet(
    organisation: str,
    gateway: Gateway,
    *,
    as_at: dt.date,
    periods: int = 0,
    timeframe: str = "MONTH",
    interactive: bool = True,
) -> tuple[ReportLine, ...]:
    """The balance sheet at `as_at` by account, with `periods` earlier dates to compare; Xero adds one of its own."""
    query: dict[str, str | int | bool] = {"date": as_at.isoformat()}
    report = read_report(organisation, gateway, "BalanceSheet", query | _compared(periods, timeframe), interactive)
    return _lines(report, currencies.base(organisation, gateway, interactive=interactive))


def bank_summary(
    organisation: str, gateway: Gateway, *, start: dt.date, end: dt.date, interactive: bool = True
) -> tuple[BankBalance, ...]:
    """Each bank account's book balance at the start and the end, and what went in and out, in the base currency."""
    query: dict[str, str | int | bool] = {"fromDate": start.isoformat(), "toDate": end.isoformat()}
    report = read_report(organisation, gateway, "BankSummary", query, interactive)
    own = currencies.base(organisation, gateway, interactive=interactive)
    found = []
    for _, row in account_rows(report):
        amounts = [Money(amount(cell), own) for cell in (row.Cells or [])[1:5]]
        if len(amounts) < 4:
            raise unreadable("BankSummary")
        found.append(
            BankBalance(
                account_id=account_id(row),
                account_name=text(row, 0),
                opening=amounts[0],
                received=amounts[1],
                spent=amounts[2],
                closing=amounts[3],
            )
        )
    return tuple(found)


def _compared(periods: int, timeframe: str) -> dict[str, str | int | bool]:
    layout: dict[str, str | int | bool] = {"standardLayout": True}
    if periods:
        layout |= {"periods": periods, "timeframe": timeframe}
    return layout


def _lines(report: wire.WireReport, currency: str) -> tuple[ReportLine, ...]:
    return tuple(
        ReportLine(
            section=section,
            account_id=account_id(row),
            account_name=text(row, 0),
            amounts=tuple(Money(amount(cell), currency) for cell in (row.Cells or [])[1:]),
        )
        for section, row in account_rows(report)
    )


def _balance_columns(report: wire.WireReport) -> tuple[int, int]:
    """Where the year-to-date columns stand; older organisations' reports have only Debit and Credit."""
    heads = [each.lower() for each in titles(report)]
    for debit, credit in (("ytd debit", "ytd credit"), ("debit", "credit")):
        if debit in heads and credit in heads:
            return heads.index(debit), heads.index(credit)
    raise unreadable("TrialBalance")


def _balance(section: str, row: wire.WireRow, debit: int, credit: int, currency: str) -> TrialBalanceRow:
    cells = row.Cells or []
    if len(cells) <= max(debit, credit):
        raise unreadable("TrialBalance")
    full = text(row, 0)
    named = _NAME_AND_CODE.match(full)
    return TrialBalanceRow(
        account_id=account_id(row),
        account_code=named["code"] if named else "",
        account_name=named["name"] if named else full,
        section=section,
        balance=Money(amount(cells[debit]) - amount(cells[credit]), currency),
    )
