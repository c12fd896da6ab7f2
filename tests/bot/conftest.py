"""The small practice of the approvals' tests serves the desk's tests too."""

from __future__ import annotations

from tests.approvals.conftest import practice, simulator, xero
from tests.bot.counter import counter

__all__ = ["counter", "practice", "simulator", "xero"]
