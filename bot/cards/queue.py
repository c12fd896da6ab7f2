"""The queue as a card: what waits for a decision, oldest first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from approvals.proposal import Proposal
from books.period import Period, spoken
from bot.card import Card, Heading, Note, Table, Text

SHOWN = 20


def queue_card(proposals: Sequence[Proposal], *, titles: Mapping[str, str], clients: Mapping[str, str]) -> Card:
    """The open proposals; `titles` says by id what each would do, `clients` names by client id."""
    if not proposals:
        words = "Nothing waits for a decision."
        return Card(words, (Heading(words, "good"), Text("New proposals appear in each client's channel.")))
    count = len(proposals)
    words = f"{count} {'proposal waits' if count == 1 else 'proposals wait'} for a decision"
    rows = tuple(
        (
            clients.get(each.client, each.client),
            titles[each.id],
            str(Period.of(each.period)),
            str(each.amount) if each.amount else "–",
            spoken(each.expires_at.date()),
            each.id,
        )
        for each in proposals[:SHOWN]
    )
    table = Table(("Client", "What", "Period", "Amount", "Decide by", "Id"), rows, (3,))
    more = f" {count - SHOWN} more are not shown." if count > SHOWN else ""
    return Card(words, (Heading(words), table, Note(f"Decide on the card in the client's channel.{more}")))
