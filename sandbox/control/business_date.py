"""The sandbox's business date: fixed at the start, movable through /control/today, or the real date."""

from dataclasses import dataclass
from datetime import date

from sandbox.xero.store import Store

_NAME, _STARTED = "today", "started_with"


@dataclass
class BusinessDate:
    """The date the organisations live on, kept in the store so that it survives a restart."""

    store: Store

    def today(self) -> date:
        """The business date: the one set, or the real one."""
        kept = self.store.setting(_NAME)
        return date.fromisoformat(kept) if kept else date.today()  # noqa: DTZ011 - a person's own calendar

    def move(self, day: date | None) -> None:
        """Set the date, or go back to the real one with None."""
        self.store.remember(_NAME, day.isoformat() if day else None)

    def begin(self, asked: date | None) -> None:
        """Start with this date, unless the last start asked for the same and the date was moved since."""
        text = asked.isoformat() if asked else "real"
        if self.store.setting(_STARTED) != text:
            self.store.remember(_STARTED, text)
            self.move(asked)
