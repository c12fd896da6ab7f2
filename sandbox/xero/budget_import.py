"""The budget import page: what a person pastes there replaces the cells it names, because no API can write a budget."""

import csv
import re
from datetime import datetime
from decimal import Decimal
from io import StringIO

from sandbox.xero.markup import Markup, heading, join, text
from sandbox.xero.pages_shared import Asked
from sandbox.xero.simulator import Session
from sandbox.xero.wire import Json, money, steady_id

PATH = "budgets/import.aspx"
_CODE = re.compile(r"\(([^()]+)\)\s*$")


def budget_import_page(session: Session, asked: Asked, *, saved: str = "", problem: str = "") -> Markup:
    """The form: a CSV whose first column is "Name (code)" and whose other columns are months (MMM-YYYY)."""
    notice = Markup("")
    if saved:
        notice = Markup(f'<p class="good" role="status">{text(saved)}</p>')
    if problem:
        notice = Markup(f'<p class="bad" role="alert">{text(problem)}</p>')
    words = 'Account as "Name (code)" in the first column, a month such as Nov-2026 above each other. Blanks are left.'
    form = Markup(
        f'<form method="post"><label for="budget">{text(words)}</label>'
        '<textarea id="budget" name="budget" rows="10"></textarea><br><button type="submit">Import</button></form>'
    )
    return join([heading("Import a budget"), notice, form])


def save_budget(session: Session, asked: Asked, form: dict[str, str]) -> tuple[str, str]:
    """Replace the named cells of the budget; returns (what was done, what is wrong), one of them empty."""
    try:
        cells = _cells(session, form.get("budget", ""))
    except ValueError as error:
        return "", f"Nothing was imported: {error}."
    rows = session.store.all(session.identity, "budgets")
    wanted = asked.get("budgetid", "").lower()
    budget = next((row for row in rows if str(row["BudgetID"]).lower() == wanted or not wanted), None)
    if budget is None:
        identity = steady_id(session.identity, "budget", "imported")
        budget = {"BudgetID": identity, "Type": "OVERALL", "Description": "Overall Budget", "BudgetLines": []}
    for account, period, amount in cells:
        _set(budget, account, period, amount)
    with session.store.transaction():
        session.save("budgets", str(budget["BudgetID"]), budget)
    return f"{len(cells)} figures were imported.", ""


def _cells(session: Session, sheet: str) -> list[tuple[Json, str, Decimal]]:
    rows = [row for row in csv.reader(StringIO(sheet.strip())) if any(cell.strip() for cell in row)]
    if len(rows) < 2:
        raise ValueError("the sheet has no line below its months")
    periods = [_period(cell) for cell in rows[0][1:]]
    found: list[tuple[Json, str, Decimal]] = []
    for row in rows[1:]:
        named = _CODE.search(row[0])
        account = session.chart.find({"Code": named[1].strip()}) if named else None
        if account is None:
            raise ValueError(f"{row[0]!r} names no account of the chart")
        for period, cell in zip(periods, row[1:], strict=False):
            if cell.strip():
                found.append((account, period, money(cell.strip().replace(",", ""))))
    return found


def _period(cell: str) -> str:
    try:
        return datetime.strptime(cell.strip(), "%b-%Y").strftime("%Y-%m")  # noqa: DTZ007 - a month has no zone
    except ValueError:
        raise ValueError(f"{cell!r} is not a month such as Nov-2026") from None


def _set(budget: Json, account: Json, period: str, amount: Decimal) -> None:
    lines = budget["BudgetLines"]
    line = next((one for one in lines if one["AccountID"] == account["AccountID"]), None)
    if line is None:
        line = {"AccountID": account["AccountID"], "AccountCode": account.get("Code") or "", "BudgetBalances": []}
        lines.append(line)
    kept = [one for one in line["BudgetBalances"] if one["Period"] != period]
    line["BudgetBalances"] = sorted([*kept, {"Period": period, "Amount": amount}], key=lambda one: str(one["Period"]))
