"""The queue as a card: what waits for a decision, oldest first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from approvals.proposal import Proposal
from books.period import Period, spoken
from bot.card import Card, Finding, Heading, Note, Text

SHOWN = 20


def queue_card(proposals: Sequence[Proposal], *, titles: Mapping[str, str], clients: Mapping[str, str]) -> Card:
    """The open proposals; `titles` says by id what each would do, `clients` names by client id."""
    if not proposals:
        words = "Nothing waits for a decision."
        return Card(words, (Heading(words, "good"), Text("New proposals appear in each client's channel.")))
    count = len(proposals)
    words = f"{count} {'proposal waits' if count == 1 else 'proposals wait'} for a decision"
    waiting = [_waiting(each, titles[each.id], clients.get(each.client, each.client)) for each in proposals[:SHOWN]]
    more = f" {count - SHOWN} more are not shown." if count > SHOWN else ""
    return Card(words, (Heading(words), *waiting, Note(f"Decide on the card in the client's channel.{more}")))


def _waiting(proposal: Proposal, title: str, client: str) -> Finding:
    period, until = Period.of(proposal.period), spoken(proposal.expires_at.date())
    figure = str(proposal.amount) if proposal.amount else ""
    return Finding(title, f"{client}, {period}. Decide by {until}. Id {proposal.id}", figure, tone="neutral")
