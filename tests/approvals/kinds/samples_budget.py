"""A budget to be imported, and the hand that imports it on Xero's page."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from approvals.kinds.publish_budget import PlannedFigure, PlannedLine, PublishBudget
from approvals.proposal import Draft
from tests.approvals.kinds.samples_cash import cash_draft
from tests.support.xero_wire import Wire, send

NOVEMBER = "2026-11"


def planning(*lines: tuple[str, ...], months: tuple[str, ...] = (NOVEMBER,), **changes: Any) -> Draft:
    """Each line an account's code and name, then for each month the figure now and after, unless `changes` say more."""
    planned = tuple(
        PlannedLine(
            account_code=code,
            account_name=name,
            figures=tuple(
                PlannedFigure(month=month, now=Decimal(now), after=Decimal(after))
                for month, now, after in zip(months, figures[::2], figures[1::2], strict=True)
            ),
        )
        for code, name, *figures in lines
    )
    said: dict[str, Any] = {"budget_id": "", "budget": "Overall Budget", "currency": "AUD", "lines": planned}
    payload = PublishBudget(**{**said, **changes})
    total = sum((abs(each.after) for line in planned for each in line.figures), Decimal(0))
    key = f"publish_budget:{months[0]}:{total}"
    return cash_draft("publish_budget", payload, str(total), period=months[0], key=key)


def upload(sandbox: str, sheet: bytes) -> str:
    """A person imports a sheet on the nursery's budget page; what the page then says."""
    kind = {"Content-Type": "application/x-www-form-urlencoded", "Origin": sandbox}
    body = urlencode({"budget": sheet.decode()}).encode()
    return send(f"{sandbox}/go/!wat01/Budgets/Import.aspx", "POST", headers=kind, body=body).text


def standing(wire: Wire, code: str, month: str) -> str:
    """An account's figure of a month in the overall budget as Xero has it, 0.00 where it has none."""
    for listed in wire.get("Budgets").json["Budgets"]:
        for line in wire.get(f"Budgets/{listed['BudgetID']}").json["Budgets"][0]["BudgetLines"]:
            for each in line["BudgetBalances"]:
                if (line["AccountCode"], each["Period"]) == (code, month):
                    return f"{each['Amount']:.2f}"
    return "0.00"


BUDGET_SAMPLES: dict[str, Draft] = {
    "publish_budget": planning(
        ("433", "Insurance", "90.00", "95.00", "90.00", "1200.50"),
        ("200", "Sales", "-4.00", "-5.00", "0.00", "7.00"),
        months=(NOVEMBER, "2026-12"),
        budget_id="budget-1",
    )
}
