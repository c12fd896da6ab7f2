"""Reads Xero again for steps that only a person can take there, such as a lock, and proves that they happened."""

from __future__ import annotations

import time
from collections.abc import Callable

from approvals.executor import Executor
from approvals.proposal import AWAITING_PERSON
from approvals.queue import Queue
from books.firm import Firm
from bot.courier import Courier

EVERY_SECONDS = 60


def sweep(queue: Queue, executor: Executor, courier: Courier, firm: Callable[[], Firm]) -> Callable[[], None]:
    """A sweep over the proposals that wait for a person in Xero; it reads Xero once a minute at most."""
    last = 0.0

    def awaiting_people() -> None:
        nonlocal last
        if time.monotonic() - last < EVERY_SECONDS:
            return
        last = time.monotonic()
        for proposal in queue.listing([client.organisation for client in firm().clients], statuses=(AWAITING_PERSON,)):
            if executor.check_awaiting(proposal.id).status != AWAITING_PERSON:
                courier.refresh(proposal.id)

    return awaiting_people
