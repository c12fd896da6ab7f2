"""Each morning: what blocks the close of the month that is waiting."""

from __future__ import annotations

from agents.findings import CloseStatus
from agents.skills import skill_named
from books.firm import Client, Member
from books.period import Period
from bot.card import Card
from bot.desk import Desk
from xero_tools.gateway import Gateway


def card(client: Client, period: Period, gateway: Gateway, desk: Desk, asked_by: Member | None) -> Card | None:
    """The close-readiness digest of one client."""
    status = skill_named("close_readiness").run(desk.scope(client, period), gateway)
    if not isinstance(status, CloseStatus):
        return None
    return desk.close_card(status)
