"""Each morning: journals that the books show to be missing are proposed, each as a card of its own."""

from __future__ import annotations

from books.firm import Client, Member
from books.period import Period
from bot.card import Card
from bot.desk import Desk
from xero_tools.gateway import Gateway


def card(client: Client, period: Period, gateway: Gateway, desk: Desk, asked_by: Member | None) -> Card | None:
    """Puts missing amortisation journals into the queue; their own cards are the post, so there is no other.

    Where the firm only observes, what would have been proposed is the post. Whoever asked for it out of turn counts as
    the preparer, and so cannot approve them.
    """
    _, only_observed = desk.prepare(asked_by, client, period, "prepayments")
    return only_observed
