"""The clock hands time to everybody who needs it, so that a demo or a test can stand still."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo


@dataclass(frozen=True)
class Clock:
    """Real time for stamps and leases, and a business date that can be fixed (`--today`) for what the books mean."""

    fixed_today: date | None = None

    def now(self) -> datetime:
        """The real moment, in UTC; for stamps, leases and expiry, never for what is overdue."""
        return datetime.now(UTC)

    def today(self, timezone: str = "UTC") -> date:
        """The business date: the fixed one, or the calendar date in `timezone`."""
        return self.fixed_today or datetime.now(ZoneInfo(timezone)).date()
