"""The small practice of the approvals' tests serves the desk's tests too."""

from __future__ import annotations

from tests.approvals.conftest import practice, simulator, xero

__all__ = ["practice", "simulator", "xero"]
