"""Asks again when nobody decides: first those who may, later the partners; each once."""

from __future__ import annotations

from collections.abc import Callable

from approvals import reminders
from approvals.kinds import describe
from books.clock import Clock
from books.firm import Firm
from books.store import Store
from bot.cards.plain_words import words_card
from bot.courier import Courier


def sweep(store: Store, clock: Clock, courier: Courier, firm: Callable[[], Firm]) -> Callable[[], None]:
    """A sweep that posts what is due into the client's channels."""

    def remind() -> None:
        for nudge in reminders.due(store, clock):
            now = firm()
            client = now.client(nudge.proposal.client)
            names = ", ".join(member.name for member in now.members if member.id in nudge.members)
            said = describe(nudge.proposal)
            card = words_card(f"Still waiting: {said.title}", f"{names or 'Nobody may decide'}. {said.sentence}")
            courier.announce(client.channels, card)

    return remind
