"""What can go wrong with a write: each of the sandbox's dials, and each moment at which the process may die."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sandbox.xero.faults import CLOCK_SKEW, DOWN, REVOKED


@dataclass(frozen=True, eq=False)
class Dial:
    """One dial as it is turned for a cell; `patience_seconds` is how long our side waits for an answer (0: as ever)."""

    name: str
    fault: dict[str, Any] | None = None
    skew_seconds: float = 0.0
    patience_seconds: float = 0.0

    @property
    def stands(self) -> bool:
        """Whether it strikes every call until people mend it; the others strike one write."""
        return self.fault is not None and self.fault["kind"] in (DOWN, REVOKED)


LOST = {"kind": "drop_after"}
DIALS = (
    Dial("no fault"),
    Dial("latency", {"kind": "latency", "seconds": 0.03}),
    Dial("latency beyond our patience", {"kind": "latency", "seconds": 0.4}, patience_seconds=0.2),
    Dial("dropped before", {"kind": "drop_before"}),
    Dial("dropped after", LOST),
    Dial("half a body", {"kind": "half_body"}),
    Dial("slow body", {"kind": "slow_body", "seconds": 0.05}),
    Dial("slow body beyond our patience", {"kind": "slow_body", "seconds": 0.8}, patience_seconds=0.2),
    Dial("500", {"kind": "status", "status": 500}),
    Dial("503", {"kind": "status", "status": 503}),
    Dial("429 minute", {"kind": "too_many", "limit": "minute", "seconds": 45}),
    Dial("429 day", {"kind": "too_many", "limit": "day", "seconds": 7_200}),
    Dial("429 app", {"kind": "too_many", "limit": "appminute", "seconds": 45}),
    Dial("expired token", {"kind": "expired_token"}),
    Dial("revoked connection", {"kind": REVOKED}),
    Dial("Xero down", {"kind": DOWN}),
    Dial("Xero's clock 2 min ahead, answer lost", LOST, skew_seconds=120),
    Dial("Xero's clock 4 min behind, answer lost", LOST, skew_seconds=-240),
    Dial("Xero's clock 1 h ahead, answer lost", LOST, skew_seconds=3_600),
    Dial("Xero's clock 1 h behind, answer lost", LOST, skew_seconds=-3_600),
)
"""Every kind of fault that the sandbox knows stands here (test_fault_table holds the two lists together)."""
NAMED = {dial.fault["kind"] for dial in DIALS if dial.fault} | {CLOCK_SKEW}

BEFORE_SEND, AFTER_SEND, AFTER_RECORDING, LIVES = "before the send", "after the send", "after recording", "lives"
CRASHES = (LIVES, BEFORE_SEND, AFTER_SEND, AFTER_RECORDING)

SOON = (5, 20, 70, 120, 300, 960, 120, 10_800, 86_400, 600, 600)
LATE = (1_200, 1_200, 1_200, 10_800, 86_400, 600, 600)
"""Seconds that pass before each sweep after the first life: within the life of a key, or after it."""
