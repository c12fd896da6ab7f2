"""Finishes approvals that a crash left between the decision and Xero's answer."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from approvals.executor import Executor
from bot.courier import Courier
from scheduler.lanes import Lanes


def sweep(executor: Executor, courier: Courier, lanes: Lanes) -> Callable[[], None]:
    """A sweep that has carried out what is approved and not done, each organisation's in its lane, and cards redrawn.

    Where a lane has work already, the next pass looks again.
    """

    def carry_on(organisation: str) -> None:
        for proposal_id in executor.run_pending(organisation):
            courier.refresh(proposal_id)

    def unfinished_approvals() -> None:
        for organisation in executor.waiting():
            if lanes.is_free(organisation):
                lanes.submit(organisation, partial(carry_on, organisation))

    return unfinished_approvals
