"""After the month's end: which lines are off budget by more than is material, and why."""

from __future__ import annotations

from agents.findings import VarianceReport
from agents.skills import skill_named
from books.firm import Client, Member
from books.period import Period
from bot.card import Card
from bot.cards import variance
from bot.desk import Desk
from xero_tools.gateway import Gateway


def card(client: Client, period: Period, gateway: Gateway, desk: Desk, asked_by: Member | None) -> Card | None:
    """The budget-variance alert of one client; None when it has no budget, which is nothing to wake people for."""
    report = skill_named("budget_variance").run(desk.scope(client, period), gateway)
    if not isinstance(report, VarianceReport) or report.missing:
        return None
    return variance.budget_variance(report)
