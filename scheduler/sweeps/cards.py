"""Keeps every card true: posts copies that are missing and redraws copies that show an older state."""

from __future__ import annotations

from collections.abc import Callable

from approvals.proposal import PROPOSED
from approvals.queue import Queue
from books.firm import Firm
from bot.courier import Courier


def sweep(queue: Queue, courier: Courier, firm: Callable[[], Firm]) -> Callable[[], None]:
    """A sweep over the open proposals and over the copies that are behind."""

    def cards() -> None:
        queue.expire_due()
        clients = {client.organisation: client for client in firm().clients}
        for proposal in queue.listing(list(clients), statuses=(PROPOSED,)):
            courier.post_proposal(proposal, clients[proposal.organisation])
        for proposal_id in courier.stale():
            courier.refresh(proposal_id)

    return cards
