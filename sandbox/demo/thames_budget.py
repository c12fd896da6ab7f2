"""Thames Studio's overall budget: two financial years, April 2025 to March 2027, by month and account."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from sandbox.demo.dates import months
from sandbox.demo.identity import identifier

FIRST, LAST = date(2025, 4, 1), date(2027, 3, 1)
# Account, monthly budget in the year to March 2026 and in the year to March 2027.
LINES = (
    ("200", "38000", "40000"), ("205", "34500", "35000"), ("260", "1200", "1250"), ("270", "70", "70"),
    ("321", "13500", "14000"), ("400", "900", "950"), ("404", "60", "80"), ("408", "430", "440"), ("412", "780", "780"),
    ("416", "970", "970"), ("433", "310", "325"), ("445", "680", "700"), ("463", "1250", "1760"), ("465", "970", "970"),
    ("469", "5180", "5180"), ("477", "37700", "37700"), ("479", "4450", "4450"), ("482", "1130", "1130"),
    ("485", "750", "750"), ("489", "315", "315"), ("493", "490", "490"),
)  # fmt: skip
# Projects are quieter in August and December.
QUIET = {8: Decimal("0.88"), 12: Decimal("0.88")}


def overall_budget(client: str) -> dict[str, object]:
    """The one budget of type OVERALL, as GET Budgets/{id} returns it."""
    return {
        "BudgetID": identifier(client, "Budget", "overall"),
        "Status": "APPROVED",
        "Type": "OVERALL",
        "Description": "Overall Budget",
        "UpdatedDateUTC": "/Date(1774173600000+0000)/",
        "Tracking": [],
        "BudgetLines": [_line(client, code, before, after) for code, before, after in LINES],
    }


def _line(client: str, code: str, before: str, after: str) -> dict[str, object]:
    balances = [
        {"Period": f"{month:%Y-%m}", "Amount": str(_amount(code, month, before, after)), "Notes": ""}
        for month in months(FIRST, LAST)
    ]
    return {"AccountID": identifier(client, "Account", code), "AccountCode": code, "BudgetBalances": balances}


def _amount(code: str, month: date, before: str, after: str) -> Decimal:
    amount = Decimal(before if month < date(2026, 4, 1) else after)
    return (amount * QUIET.get(month.month, Decimal(1))).quantize(Decimal(1)) if code == "200" else amount
