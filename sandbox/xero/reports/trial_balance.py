"""The trial balance: each account's movement this month and its balance this year, debit beside credit."""

from datetime import date, timedelta

from sandbox.xero.reports.balances import Ledger, Sums, amount_text
from sandbox.xero.reports.rows import cell, header, report, section
from sandbox.xero.wire import Json, long_date

_SECTIONS = (
    ("Revenue", "REVENUE"),
    ("Expenses", "EXPENSE"),
    ("Assets", "ASSET"),
    ("Liabilities", "LIABILITY"),
    ("Equity", "EQUITY"),
)


def trial_balance(ledger: Ledger, day: date, today: date) -> Json:
    """The report as at a day.

    Debit and Credit are the movement of that month up to the day. YTD Debit and YTD Credit are the balance: since
    the start of the financial year for income and expenses, since ever for the others; retained earnings carry the
    profit of earlier financial years, so that both pairs of columns balance.
    """
    month = ledger.movement(day.replace(day=1), day)
    year = year_to_date(ledger, day)
    sections: list[Json] = []
    totals = [0, 0, 0, 0]
    for title, group in _SECTIONS:
        rows: list[Json] = []
        for account in ledger.of_class(group):
            identity = account["AccountID"]
            if identity not in month and identity not in year:  # an account that moved back to 0.00 is listed
                continue
            debit = group in ("ASSET", "EXPENSE")
            sides = (month.get(identity, 0), year.get(identity, 0))
            rows.append(_row(account, sides, usually_debit=debit))
            for place, cents in enumerate(sides):
                totals[2 * place + (0 if cents > 0 else 1)] += abs(cents)
        if rows:
            sections.append(section(title, rows))
    last = [cell("Total"), *(cell(amount_text(one)) for one in totals)]
    sections.append(section("", [{"RowType": "SummaryRow", "Cells": last}]))
    rows = [header("Account", "Debit", "Credit", "YTD Debit", "YTD Credit"), *sections]
    title = f"As at {long_date(day)}"
    return report("Trial Balance", "TrialBalance", ledger.organisation, title, today, rows)


def year_to_date(ledger: Ledger, day: date) -> Sums:
    """Balances at a day with the profit of earlier financial years moved into retained earnings."""
    start = ledger.year_start(day)
    ever, this_year = ledger.movement(None, day), ledger.movement(start, day)
    profit_accounts = {row["AccountID"] for row in ledger.of_class("REVENUE", "EXPENSE")}
    sums = {key: cents for key, cents in ever.items() if key not in profit_accounts}
    sums |= {key: cents for key, cents in this_year.items() if key in profit_accounts}
    earlier = ledger.profit(None, start - timedelta(days=1))
    retained = next(row["AccountID"] for row in ledger.accounts if row.get("SystemAccount") == "RETAINEDEARNINGS")
    if earlier:
        sums[retained] = sums.get(retained, 0) - earlier
    return sums


def _row(account: Json, sides: tuple[int, int], *, usually_debit: bool) -> Json:
    identity = account["AccountID"]
    label = f"{account['Name']} ({account['Code']})" if account.get("Code") else str(account["Name"])
    cells = [cell(label, identity)]
    for cents in sides:
        on_debit = cents > 0 or (cents == 0 and usually_debit)
        text = amount_text(abs(cents))
        cells += [cell(text if on_debit else "", identity), cell("" if on_debit else text, identity)]
    return {"RowType": "Row", "Cells": cells}
