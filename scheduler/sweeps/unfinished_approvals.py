"""Finishes approvals that a crash left between the decision and Xero's answer."""

from __future__ import annotations

from collections.abc import Callable

from approvals.executor import Executor
from bot.courier import Courier


def sweep(executor: Executor, courier: Courier) -> Callable[[], None]:
    """A sweep that carries out what is approved and not done, and redraws the cards."""

    def unfinished_approvals() -> None:
        for proposal_id in executor.run_pending():
            courier.refresh(proposal_id)

    return unfinished_approvals
