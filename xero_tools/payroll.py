"""Reads of posted and drafted pay runs: Australia has one API, New Zealand and the United Kingdom another."""

from __future__ import annotations

from decimal import Decimal

from books.money import Money
from books.practice_records import PayRun
from xero_tools import other_apis
from xero_tools.gateway import Gateway
from xero_tools.translate import required_day

PAGE = 100
COUNTRIES = ("AU", "NZ", "GB")


def pay_runs(
    organisation: str, gateway: Gateway, *, country: str, currency: str, interactive: bool = True
) -> tuple[PayRun, ...]:
    """Every pay run of an organisation in `country` (AU, NZ, GB; other countries have none), paid in `currency`."""
    found: list[PayRun] = []
    page = 1
    while country in COUNTRIES:
        rows = _page(organisation, gateway, country, currency, page, interactive)
        found += rows
        if len(rows) < PAGE:
            break
        page += 1
    return tuple(found)


def _page(
    organisation: str, gateway: Gateway, country: str, currency: str, page: int, interactive: bool
) -> list[PayRun]:
    if country == "AU":
        answer = other_apis.read(organisation, gateway, other_apis.AU_PAYROLL, "PayRuns", other_apis.AuPayRuns,
                                 page=page, interactive=interactive)  # fmt: skip
        return [_australian(row, currency) for row in answer.PayRuns]
    newer = other_apis.read(organisation, gateway, other_apis.PAYROLL, "PayRuns", other_apis.NewerPayRuns,
                            page=page, interactive=interactive)  # fmt: skip
    return [_newer(row, currency) for row in newer.payRuns]


def _australian(row: other_apis.AuPayRun, currency: str) -> PayRun:
    what = f"the pay run {row.PayRunID}"
    return PayRun(
        id=row.PayRunID or "",
        calendar_id=row.PayrollCalendarID or "",
        start=required_day(row.PayRunPeriodStartDate, what),
        end=required_day(row.PayRunPeriodEndDate, what),
        paid_on=required_day(row.PaymentDate, what),
        status=(row.PayRunStatus or "").upper(),
        cost=Money(row.Wages or Decimal(0), currency),
        net=Money(row.NetPay or Decimal(0), currency),
    )


def _newer(row: other_apis.NewerPayRun, currency: str) -> PayRun:
    what = f"the pay run {row.payRunID}"
    return PayRun(
        id=row.payRunID or "",
        calendar_id=row.payrollCalendarID or "",
        start=required_day(row.periodStartDate, what),
        end=required_day(row.periodEndDate, what),
        paid_on=required_day(row.paymentDate, what),
        status=(row.payRunStatus or "").upper(),
        cost=Money(row.totalCost or Decimal(0), currency),
        net=Money(row.totalPay or Decimal(0), currency),
    )
