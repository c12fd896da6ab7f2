"""The month's actuals against the budget: what is off by more than is material, and why."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from agents.budgets.movers import BEFORE_MONTHS, movers_of, why
from agents.findings import Figure, Mover, Variance, VarianceReport
from agents.ledger import Ledger
from agents.scope import Scope
from books.money import Money
from books.records import Budget, LedgerAccount
from xero_tools import budgets, reports
from xero_tools.gateway import Gateway

_SECTIONS = {
    "REVENUE": "Income",
    "SALES": "Income",
    "OTHERINCOME": "Other Income",
    "DIRECTCOSTS": "Cost of Sales",
}
NO_BUDGET = (
    "Xero has no overall budget for this month. Next step: enter one in Xero under Accounting, Budget manager, "
    "or import it there; I read it as soon as it is saved."
)


@dataclass(frozen=True, slots=True)
class Comparison:
    """An account's month beside its budget, both signed as the profit and loss shows them."""

    ledger_account: LedgerAccount
    section: str
    actual: Money
    budget: Money

    @property
    def difference(self) -> Money:
        """Actual less budget."""
        return self.actual - self.budget

    @property
    def favourable(self) -> bool:
        """Better for the profit: more income, or less cost."""
        return (self.difference.amount > 0) == (self.ledger_account.klass == "REVENUE")

    @property
    def effect(self) -> Decimal:
        """What it does to the profit: negative is worse."""
        return abs(self.difference.amount) * (1 if self.favourable else -1)

    @property
    def percent(self) -> Decimal | None:
        """The difference in per cent of the budget, one decimal; None without a budget."""
        if not self.budget:
            return None
        return (self.difference.amount / abs(self.budget.amount) * 100).quantize(Decimal("0.1"), ROUND_HALF_UP)


def budget_variance(scope: Scope, gateway: Gateway) -> VarianceReport:
    """Every account beyond the client's materiality (amount and percentage both passed), worst for the profit first.

    An account without a budget passes the percentage. Raises Refusal when the books cannot be read.
    """
    ledger = Ledger(scope, gateway, look_back_months=BEFORE_MONTHS)
    period = scope.period
    every = budgets.every(scope.organisation, gateway, start=period.start, end=period.end)
    budget = next((each for each in every if each.kind == "OVERALL" and _covers(each, period.code)), None)
    if budget is None:
        return _report(scope, "", (), (), NO_BUDGET)
    comparisons = _compared(scope, gateway, ledger, budget)
    material = sorted((each for each in comparisons if _is_material(each, scope)), key=lambda each: each.effect)
    lines = tuple(_variance(scope, ledger, each) for each in material)
    name = budget.description or "Overall Budget"
    return _report(scope, name, lines, _figures(scope, comparisons, ledger, name), "")


def _covers(budget: Budget, code: str) -> bool:
    return any(code in line.amounts for line in budget.lines)


def _compared(scope: Scope, gateway: Gateway, ledger: Ledger, budget: Budget) -> list[Comparison]:
    period, currency = scope.period, ledger.currency
    shown = reports.profit_and_loss(scope.organisation, gateway, start=period.start, end=period.end)
    actual = {line.account_id: line for line in shown if line.amounts}
    planned = {line.account_id: Money(line.amounts.get(period.code, Decimal(0)), currency) for line in budget.lines}
    compared = []
    for each in ledger.chart:
        if each.klass in ("REVENUE", "EXPENSE") and (each.id in actual or each.id in planned):
            line = actual.get(each.id)
            spent = line.amounts[0] if line else Money.zero(currency)
            section = line.section if line else _SECTIONS.get(each.type, "Operating Expenses")
            compared.append(Comparison(each, section, spent, planned.get(each.id, Money.zero(currency))))
    return compared


def _is_material(comparison: Comparison, scope: Scope) -> bool:
    materiality, percent = scope.client.materiality, comparison.percent
    if not comparison.difference or abs(comparison.difference.amount) < materiality.amount:
        return False
    return percent is None or abs(percent) >= materiality.percent


def _variance(scope: Scope, ledger: Ledger, comparison: Comparison) -> Variance:
    own = comparison.ledger_account
    found: tuple[Mover, ...] = movers_of(scope, ledger, own)
    return Variance(
        account_id=own.id,
        account_code=own.code,
        account_name=own.name,
        section=comparison.section,
        actual=comparison.actual,
        budget=comparison.budget,
        difference=comparison.difference,
        percent=comparison.percent,
        favourable=comparison.favourable,
        movers=found,
        why=why(found),
        link=ledger.links.ledger_account(ledger.organisation, own.id),
    )


def _figures(scope: Scope, comparisons: list[Comparison], ledger: Ledger, name: str) -> tuple[Figure, ...]:
    profit = {True: Money.zero(ledger.currency), False: Money.zero(ledger.currency)}
    for each in comparisons:
        sign = 1 if each.ledger_account.klass == "REVENUE" else -1
        profit[True] += each.actual.times(sign)
        profit[False] += each.budget.times(sign)
    return (
        Figure(name=f"Net profit of {scope.period}", amount=profit[True], source="Profit and Loss report"),
        Figure(name=f"Budgeted net profit of {scope.period}", amount=profit[False], source=f"Budget “{name}”"),
        Figure(name="Difference", amount=profit[True] - profit[False], source="Actual less budget"),
    )


def _report(
    scope: Scope, budget: str, lines: tuple[Variance, ...], figures: tuple[Figure, ...], missing: str
) -> VarianceReport:
    return VarianceReport(
        client=scope.client.id,
        client_name=scope.client.name,
        organisation=scope.organisation,
        period=scope.period.code,
        budget_name=budget,
        lines=lines,
        figures=figures,
        missing=missing,
    )
