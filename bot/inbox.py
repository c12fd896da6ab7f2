"""Remembers which events of a chat platform were taken, so that one that is delivered twice is answered once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from sqlalchemy import String, delete
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column

from books.store import Base, Moment, Store

KEPT = dt.timedelta(days=2)  # Slack tries again for about an hour; two days outlast every replay
_SWEPT_EVERY = dt.timedelta(hours=1)


class ChatEvent(Base):
    """One event that was taken; the row is written before the work begins."""

    __tablename__ = "chat_events"
    platform: Mapped[str] = mapped_column(String(16), primary_key=True)
    event: Mapped[str] = mapped_column(String(255), primary_key=True)
    taken_at: Mapped[dt.datetime] = mapped_column(Moment, index=True)


def _utc_now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


class Inbox:
    """Takes each event of one platform once, over restarts and replicas."""

    def __init__(self, store: Store, platform: str, now: Callable[[], dt.datetime] = _utc_now) -> None:
        self._store = store
        self._platform = platform
        self._now = now
        self._swept_at: dt.datetime | None = None

    def take(self, event: str) -> bool:
        """True when nobody took this event before; an event without an id cannot be told apart and is taken."""
        if not event:
            return True
        now = self._now()
        self._sweep(now)
        row = ChatEvent(platform=self._platform, event=event[:255], taken_at=now)
        try:
            with self._store.transaction() as session:
                if session.get(ChatEvent, (self._platform, event[:255])) is not None:
                    return False
                session.add(row)
        except IntegrityError:
            return False
        return True

    def _sweep(self, now: dt.datetime) -> None:
        if self._swept_at is not None and now - self._swept_at < _SWEPT_EVERY:
            return
        self._swept_at = now
        with self._store.transaction() as session:
            session.execute(delete(ChatEvent).where(ChatEvent.taken_at < now - KEPT))
