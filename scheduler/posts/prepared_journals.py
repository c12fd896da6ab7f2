"""Each morning: journals that the books show to be missing are proposed, each as a card of its own."""

from __future__ import annotations

from books.firm import Client
from books.period import Period
from bot.card import Card
from bot.desk import Desk
from xero_tools.gateway import Gateway


def card(client: Client, period: Period, gateway: Gateway, desk: Desk) -> Card | None:
    """Puts missing amortisation journals into the queue; their own cards are the post, so there is no other."""
    desk.prepare(None, client, period, "prepayments")
    return None
