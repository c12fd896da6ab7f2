"""The profit and loss report: income, cost of sales, expenses and profit, for one or several periods side by side."""

from collections.abc import Callable
from datetime import date

from sandbox.xero.reports.balances import Ledger, Sums, months_before
from sandbox.xero.reports.rows import header, report, row, section, summary
from sandbox.xero.wire import Json, long_date, short_date

Span = tuple[date, date]
Line = tuple[Json, list[int]]
MONTHS = {"MONTH": 1, "QUARTER": 3, "YEAR": 12}
_INCOME, _COST = ("REVENUE", "SALES"), ("DIRECTCOSTS",)


def profit_and_loss(
    ledger: Ledger, first: date, last: date, today: date, *, earlier: int, months: int, options: tuple[str, ...]
) -> Json:
    """The report for first..last and so many `earlier` periods of so many months, newest first."""
    spans = spans_back(first, last, earlier, months)
    columns = [ledger.movement(start, end, options=options) for start, end in spans]
    accounts = ledger.of_class("REVENUE", "EXPENSE")
    income = _group(accounts, columns, lambda kind: kind in _INCOME)
    other = _group(accounts, columns, lambda kind: kind == "OTHERINCOME")
    cost = _group(accounts, columns, lambda kind: kind in _COST, sign=1)
    spent = _group(accounts, columns, lambda kind: kind not in (*_INCOME, *_COST, "OTHERINCOME"), sign=1)
    rows = [header("", *(short_date(end) for _, end in spans))]
    rows.append(_section("Income", "Total Income", income))
    gross = [a - b for a, b in zip(_totals(income, columns), _totals(cost, columns), strict=True)]
    if cost:
        rows.append(_section("Less Cost of Sales", "Total Cost of Sales", cost))
        rows.append(section("", [row("Gross Profit", gross)]))
    if other:
        rows.append(_section("Plus Other Income", "Total Other Income", other))
    rows.append(_section("Less Operating Expenses", "Total Operating Expenses", spent))
    extra, less = _totals(other, columns), _totals(spent, columns)
    rows.append(section("", [row("Net Profit", [a + b - c for a, b, c in zip(gross, extra, less, strict=True)])]))
    title = f"{long_date(first)} to {long_date(last)}"
    return report("Profit and Loss", "ProfitAndLoss", ledger.organisation, title, today, rows)


def spans_back(first: date, last: date, earlier: int, months: int) -> list[Span]:
    """The period and the ones before it, each as many months earlier; a whole month stays a whole month."""
    spans = [(first, last)]
    for step in range(1, earlier + 1):
        start, end = months_before(first, step * months), months_before(last, step * months)
        spans.append((start.replace(day=1) if first.day == 1 else start, end))
    return spans


def _group(accounts: list[Json], columns: list[Sums], wanted: Callable[[str], bool], sign: int = -1) -> list[Line]:
    """The accounts of a group that moved in any column, with their amounts (income is a credit: sign -1)."""
    lines: list[Line] = []
    for account in accounts:
        amounts = [sign * column.get(account["AccountID"], 0) for column in columns]
        if wanted(account["Type"]) and any(amounts):
            lines.append((account, amounts))
    return lines


def _totals(lines: list[Line], columns: list[Sums]) -> list[int]:
    return [sum(amounts[place] for _, amounts in lines) for place in range(len(columns))]


def _section(title: str, total: str, lines: list[Line]) -> Json:
    rows = [row(account["Name"], amounts, account["AccountID"]) for account, amounts in lines]
    width = len(lines[0][1]) if lines else 0
    if lines:
        rows.append(summary(total, [sum(amounts[place] for _, amounts in lines) for place in range(width)]))
    return section(title, rows)
