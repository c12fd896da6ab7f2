"""Keeps every card true: posts copies that are missing and redraws copies that show an older state."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from approvals.batches import Batches
from approvals.proposal import PROPOSED
from approvals.queue import Queue
from books.clock import Clock
from books.firm import Firm
from bot.courier import Courier, Shown

GATHERING = dt.timedelta(seconds=5)
"""Whoever proposes many things gathers them into batches and posts the cards: a card of its own would come too soon."""


def sweep(
    queue: Queue, batches: Batches, courier: Courier, firm: Callable[[], Firm], clock: Clock
) -> Callable[[], None]:
    """A sweep over what waits and over the copies that are behind; what is in a batch has the batch's card."""

    def cards() -> None:
        queue.expire_due()
        clients = {client.organisation: client for client in firm().clients}
        waiting = queue.listing(list(clients), statuses=(PROPOSED,))
        gathered = clock.now() - GATHERING
        alone = batches.apart_from_all([each for each in waiting if each.created_at <= gathered])
        together = [each for each in batches.waiting() if each.organisation in clients]
        standing: list[Shown] = [*together, *alone]
        for shown in courier.lacking(standing, lambda each: clients[each.organisation]):
            courier.post_proposal(shown, clients[shown.organisation])
        for proposal_id in courier.stale():
            courier.refresh(proposal_id)

    return cards
