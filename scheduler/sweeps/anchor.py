"""Once a day the audit chain's head is written outside the database, so that a chain cut off at its end is found."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import structlog

from approvals import proof
from books.clock import Clock
from books.refusal import Refusal
from books.store import Store
from scheduler import slots

log = structlog.get_logger(__name__)
FILE = "audit-anchors.jsonl"


def sweep(store: Store, clock: Clock, home: Path) -> Callable[[], None]:
    """A sweep that anchors once a day, in one of the replicas."""

    def anchor() -> None:
        now = clock.now()
        slot = now.date().isoformat()
        if not slots.claim(store, "audit_anchor", "firm", slot, now=now):
            return
        try:
            outcome = proof.anchor(store, clock, home / FILE).words
        except Refusal as refusal:
            outcome = f"refused: {refusal}"
            log.error("audit_not_anchored", why=str(refusal))
        slots.finish(store, "audit_anchor", "firm", slot, now=now, outcome=outcome)

    return anchor
