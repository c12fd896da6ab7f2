"""Reads of budgets; Xero's API cannot write them."""

from __future__ import annotations

import datetime as dt

from books.records import Budget
from xero_tools import translate, wire
from xero_tools.gateway import Gateway
from xero_tools.one import only, segment


def every(
    organisation: str, gateway: Gateway, *, start: dt.date, end: dt.date, interactive: bool = True
) -> tuple[Budget, ...]:
    """Every budget with its months from `start` to `end`.

    Xero's list of budgets comes without lines, so each is read by its id; months outside the range are cut off here,
    because the API's description of its two dates contradicts itself.
    """
    listed = _rows(gateway.read(organisation, "Budgets", interactive=interactive))
    query = {"DateFrom": start.isoformat(), "DateTo": end.isoformat()}
    first, last = f"{start:%Y-%m}", f"{end:%Y-%m}"
    found = []
    for row in listed:
        path = f"Budgets/{segment(row.BudgetID or '')}"
        whole = only(_rows(gateway.read(organisation, path, query, interactive=interactive)))
        found.append(_cut(translate.budget(whole), first, last))
    return tuple(found)


def one(
    organisation: str, gateway: Gateway, budget_id: str, *, start: dt.date, end: dt.date, interactive: bool = True
) -> Budget | None:
    """One budget with its months from `start` to `end`; without an id the overall one, None where there is none."""
    if not budget_id:
        listed = _rows(gateway.read(organisation, "Budgets", interactive=interactive))
        budget_id = next((row.BudgetID or "" for row in listed if row.Type == "OVERALL"), "")
    if not budget_id:
        return None
    query = {"DateFrom": start.isoformat(), "DateTo": end.isoformat()}
    whole = only(_rows(gateway.read(organisation, f"Budgets/{segment(budget_id)}", query, interactive=interactive)))
    return _cut(translate.budget(whole), f"{start:%Y-%m}", f"{end:%Y-%m}")


def _rows(content: bytes) -> list[wire.WireBudget]:
    found = translate.envelope(content).Budgets or []
    return found if isinstance(found, list) else [found]


def _cut(budget: Budget, first: str, last: str) -> Budget:
    lines = tuple(
        type(line)(
            account_id=line.account_id,
            account_code=line.account_code,
            amounts={period: each for period, each in line.amounts.items() if first <= period <= last},
        )
        for line in budget.lines
    )
    return Budget(
        id=budget.id, kind=budget.kind, description=budget.description, lines=lines, updated_at=budget.updated_at
    )
