"""Keeps every card true: posts copies that are missing and redraws copies that show an older state."""

from __future__ import annotations

from collections.abc import Callable

from approvals.batches import Batches
from approvals.proposal import PROPOSED
from approvals.queue import Queue
from books.firm import Firm
from bot.courier import Courier, Shown


def sweep(queue: Queue, batches: Batches, courier: Courier, firm: Callable[[], Firm]) -> Callable[[], None]:
    """A sweep over what waits and over the copies that are behind; what is in a batch has the batch's card."""

    def cards() -> None:
        queue.expire_due()
        clients = {client.organisation: client for client in firm().clients}
        waiting = queue.listing(list(clients), statuses=(PROPOSED,))
        alone = batches.apart_from_all(waiting)
        together = [each for each in batches.waiting() if each.organisation in clients]
        standing: list[Shown] = [*together, *alone]
        for shown in courier.lacking(standing, lambda each: clients[each.organisation]):
            courier.post_proposal(shown, clients[shown.organisation])
        for proposal_id in courier.stale():
            courier.refresh(proposal_id)

    return cards
