"""The budget summary: the overall budget by account in columns of one, three or twelve months."""

from datetime import date
from decimal import Decimal

from sandbox.xero.reports.balances import Ledger, months_before
from sandbox.xero.reports.rows import header, report, row, section, summary
from sandbox.xero.wire import Json, money

_COST = ("DIRECTCOSTS",)
_Line = tuple[Json, list[int]]


def budget_summary(ledger: Ledger, day: date, today: date, *, periods: int, months: int) -> Json:
    """The report from the month of a day, in so many columns; each is named by its last month."""
    first = day.replace(day=1)
    spans = [[months_before(first, -(place * months + step)) for step in range(months)] for place in range(periods)]
    budgets = ledger.store.all(str(ledger.organisation["OrganisationID"]), "budgets")
    overall: Json = next((one for one in budgets if one["Type"] == "OVERALL"), {})
    lines = [_line(ledger, one, spans) for one in overall.get("BudgetLines") or []]
    income = [one for one in lines if one[0]["Class"] == "REVENUE"]
    cost = [one for one in lines if one[0]["Class"] == "EXPENSE" and one[0]["Type"] in _COST]
    spent = [one for one in lines if one[0]["Class"] == "EXPENSE" and one[0]["Type"] not in _COST]
    gross = [a - b for a, b in zip(_totals(income, periods), _totals(cost, periods), strict=True)]
    profit = [a - b for a, b in zip(gross, _totals(spent, periods), strict=True)]
    rows = [header("Account", *(f"{span[-1]:%b-%y}" for span in spans))]
    for title, group in (("Income", income), ("Less Cost of Sales", cost)):
        if group:
            total = summary(f"Total {title.removeprefix('Less ')}", _totals(group, periods))
            rows.append(section(title, [*_shown(group), total]))
    rows.append(section("", [summary("Gross Profit", gross)]))
    rows.append(section("Less Operating Expenses" if spent else "",
                        [*_shown(spent), summary("Total Expenses", _totals(spent, periods))]))  # fmt: skip
    rows.append(section("", [summary("Net Profit", profit)]))
    title = f"{spans[0][0]:%B %Y} to {spans[-1][-1]:%B %Y}"
    return report("Budget Summary", "BudgetSummary", ledger.organisation, title, today, rows)


def _line(ledger: Ledger, line: Json, spans: list[list[date]]) -> _Line:
    account = next(one for one in ledger.accounts if one["AccountID"] == line["AccountID"])
    by_month = {one["Period"]: money(one.get("Amount") or 0) for one in line.get("BudgetBalances") or []}
    sums = [sum((by_month.get(f"{month:%Y-%m}", Decimal(0)) for month in span), Decimal(0)) for span in spans]
    return account, [int(one * 100) for one in sums]


def _shown(lines: list[_Line]) -> list[Json]:
    return [row(account["Name"], amounts, account["AccountID"]) for account, amounts in lines]


def _totals(lines: list[_Line], periods: int) -> list[int]:
    return [sum(amounts[place] for _, amounts in lines) for place in range(periods)]
