"""The balance sheet: assets, liabilities, net assets and equity at one or several dates."""

from collections.abc import Iterable
from datetime import date, timedelta

from sandbox.xero.reports.balances import Ledger, Sums, months_before
from sandbox.xero.reports.rows import header, report, row, section, summary
from sandbox.xero.wire import Json, long_date, short_date

_NOBODY = "00000000-0000-0000-0000-000000000000"
_ASSETS = (
    ("Bank", ("BANK",)),
    ("Current Assets", ("CURRENT", "INVENTORY", "PREPAYMENT")),
    ("Fixed Assets", ("FIXED",)),
    ("Non-current Assets", ("NONCURRENT",)),
)
_LONG_TERM = ("TERMLIAB",)


def balance_sheet(ledger: Ledger, day: date, today: date, *, earlier: int, months: int) -> Json:
    """The report at a day and at so many `earlier` dates, each so many months before; newest first."""
    dates = [months_before(day, step * months) for step in range(earlier + 1)]
    columns = [ledger.movement(None, one) for one in dates]
    rows = [header("", *(short_date(one) for one in dates)), section("Assets", [])]
    assets = [0] * len(dates)
    for title, kinds in _ASSETS:
        assets = _add(assets, _section(rows, title, _of_type(ledger, kinds), columns, sign=1))
    rows.append(section("", [summary("Total Assets", assets)]))
    rows.append(section("Liabilities", []))
    owed = [account for account in ledger.of_class("LIABILITY") if account["Type"] not in _LONG_TERM]
    debts = _section(rows, "Current Liabilities", owed, columns, sign=-1)
    long_term = _of_type(ledger, _LONG_TERM)
    debts = _add(debts, _section(rows, "Non-current Liabilities", long_term, columns, sign=-1))
    rows.append(section("", [summary("Total Liabilities", debts)]))
    rows.append(section("", [row("Net Assets", [a - b for a, b in zip(assets, debts, strict=True)])]))
    rows.append(_equity(ledger, dates, columns))
    title = f"As at {long_date(day)}"
    return report("Balance Sheet", "BalanceSheet", ledger.organisation, title, today, rows)


def _of_type(ledger: Ledger, kinds: Iterable[str]) -> list[Json]:
    return [account for account in ledger.of_class("ASSET", "LIABILITY") if account["Type"] in kinds]


def _section(rows: list[Json], title: str, accounts: list[Json], columns: list[Sums], *, sign: int) -> list[int]:
    """Append a section of the accounts that have a balance in any column; returns its totals."""
    lines: list[Json] = []
    totals = [0] * len(columns)
    for account in accounts:
        amounts = [sign * column.get(account["AccountID"], 0) for column in columns]
        if any(amounts):
            lines.append(row(account["Name"], amounts, account["AccountID"]))
            totals = _add(totals, amounts)
    if lines:
        rows.append(section(title, [*lines, summary(f"Total {title}", totals)]))
    return totals


def _equity(ledger: Ledger, dates: list[date], columns: list[Sums]) -> Json:
    """Equity accounts, with the year's profit as Current Year Earnings and earlier years' in Retained Earnings."""
    starts = [ledger.year_start(day) for day in dates]
    earlier = {start: ledger.profit(None, start - timedelta(days=1)) for start in set(starts)}
    before = [earlier[start] for start in starts]
    current = [ledger.profit_in(column) - earned for column, earned in zip(columns, before, strict=True)]
    lines: list[tuple[str, str, list[int]]] = [("Current Year Earnings", _NOBODY, current)]
    for account in ledger.of_class("EQUITY"):
        amounts = [-column.get(account["AccountID"], 0) for column in columns]
        if account.get("SystemAccount") == "RETAINEDEARNINGS":
            amounts = _add(amounts, before)
        lines.append((account["Name"], account["AccountID"], amounts))
    shown = sorted((line for line in lines if any(line[2])), key=lambda line: line[0])
    rows = [row(name, amounts, identity) for name, identity, amounts in shown]
    for one, (name, _, _) in zip(rows, shown, strict=True):
        if name == "Current Year Earnings":
            _date_cells(one, starts, dates)
    totals = [sum(amounts[place] for _, _, amounts in shown) for place in range(len(dates))]
    return section("Equity", [*rows, summary("Total Equity", totals)])


def _date_cells(line: Json, starts: list[date], dates: list[date]) -> None:
    """Xero tells the span of each earnings cell in two more attributes, in month/day/year."""
    for one, start, day in zip(line["Cells"][1:], starts, dates, strict=True):
        one["Attributes"] += [
            {"Value": f"{start.month}/{start.day}/{start.year}", "Id": "fromDate"},
            {"Value": f"{day.month}/{day.day}/{day.year}", "Id": "toDate"},
        ]


def _add(left: list[int], right: list[int]) -> list[int]:
    return [a + b for a, b in zip(left, right, strict=True)]
