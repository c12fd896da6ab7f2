"""Once a day the audit chain's head is written outside the database and told in the firm's own channel.

A chain that was cut off at its end or written anew is found from either, and no single person keeps both.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import structlog

from approvals import proof
from books.clock import Clock
from books.firm import Firm
from books.refusal import Refusal
from books.store import Store
from bot.cards.plain_words import words_card
from bot.courier import Courier
from scheduler import slots

log = structlog.get_logger(__name__)
FILE = "audit-anchors.jsonl"


def sweep(store: Store, clock: Clock, home: Path, courier: Courier, firm: Callable[[], Firm]) -> Callable[[], None]:
    """A sweep that anchors once a day, in one of the replicas."""

    def anchor() -> None:
        now = clock.now()
        slot = now.date().isoformat()
        if not slots.claim(store, "audit_anchor", "firm", slot, now=now):
            return
        untold: list[str] = []
        try:
            made = proof.anchor(
                store, clock, home / FILE, post=lambda words: untold.extend(_tell(courier, firm(), words))
            )
            outcome = "; ".join((made.words, *untold))
        except Refusal as refusal:
            outcome = f"refused: {refusal}"
            log.error("audit_not_anchored", why=str(refusal))
            _tell(courier, firm(), str(refusal), heading="The audit was not anchored")
        slots.finish(store, "audit_anchor", "firm", slot, now=now, outcome=outcome)

    return anchor


def _tell(courier: Courier, firm: Firm, words: str, *, heading: str = "The audit, anchored") -> list[str]:
    """Posts the line in each of the firm's channels; returns where it could not be posted, and why."""
    return courier.announce(firm.channels, words_card(heading, words))
