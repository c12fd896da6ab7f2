"""Approves what the firm's own rule may, and says it in the client's channel when automation is taken away."""

from __future__ import annotations

from collections.abc import Callable

from approvals.automatic import Automatic
from approvals.breaker import Fall
from approvals.proposal import Proposal
from books.firm import Firm
from bot.cards.rollout import fallen_card
from bot.courier import Courier


def sweep(
    automatic: Automatic, courier: Courier, firm: Callable[[], Firm], carry_on: Callable[[Proposal], None]
) -> Callable[[], None]:
    """A sweep over what waits; each proposal is judged as a click would be."""

    def automation() -> None:
        done = automatic.sweep()
        for proposal in done.approved:
            carry_on(proposal)
        for fall in done.falls:
            _tell(courier, firm(), fall)

    return automation


def _tell(courier: Courier, firm: Firm, fall: Fall) -> None:
    if client := firm.client_of(fall.organisation):
        courier.announce(client.channels, fallen_card(fall, client.name))
