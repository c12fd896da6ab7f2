"""How much of Xero each organisation has used: calls, bytes (Xero bills what it sends), and what is left."""

from __future__ import annotations

import datetime as dt
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sqlalchemy import BigInteger, String, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Mapped, mapped_column

from books.store import Base, Moment, Store
from xero_tools.pace import header_number

FLUSH_SECONDS = 2.0


class UsageRow(Base):
    """One organisation's day (UTC): what all processes together used of Xero, and what Xero last said is left."""

    __tablename__ = "xero_usage"
    organisation: Mapped[str] = mapped_column(String(64), primary_key=True)
    day: Mapped[dt.date] = mapped_column(primary_key=True)
    calls: Mapped[int] = mapped_column(default=0)
    bytes_received: Mapped[int] = mapped_column(BigInteger, default=0)
    bytes_billed: Mapped[int] = mapped_column(BigInteger, default=0)
    minute_left: Mapped[int | None]
    day_left: Mapped[int | None]
    last_call_at: Mapped[dt.datetime] = mapped_column(Moment)


@dataclass
class _Tally:
    """What is counted and not yet written down."""

    at: dt.datetime
    calls: int = 0
    received: int = 0
    billed: int = 0
    minute_left: int | None = None
    day_left: int | None = None

    def add(self, other: _Tally) -> None:
        """Adds a later tally."""
        self.calls += other.calls
        self.received += other.received
        self.billed += other.billed
        self.minute_left = self.minute_left if other.minute_left is None else other.minute_left
        self.day_left = self.day_left if other.day_left is None else other.day_left
        self.at = max(self.at, other.at)


@dataclass(frozen=True)
class Used:
    """An organisation's usage; bytes as they came over the line. `bytes_billed` leaves out what Xero does not bill
    (reads of the organisation itself); `minute_left` and `day_left` are Xero's own words at the last call."""

    organisation: str
    calls_today: int
    calls_month: int
    bytes_month: int
    bytes_billed_month: int
    minute_left: int | None
    day_left: int | None
    last_call_at: dt.datetime


class Meter:
    """Counts calls in memory and writes them down every other second; thread-safe. `close` writes down the rest."""

    def __init__(
        self, store: Store, *, clock: Callable[[], float] = time.time, flush_seconds: float = FLUSH_SECONDS
    ) -> None:
        self._store, self._clock, self._flush_seconds = store, clock, flush_seconds
        self._guard = threading.Lock()
        self._waiting: dict[tuple[str, dt.date], _Tally] = {}
        self._timer: threading.Timer | None = None
        self._is_closed = False

    def count(self, organisation: str, wire_bytes: int, headers: Mapping[str, str], *, billed: bool = True) -> None:
        """One call and the bytes that came back."""
        now = self._now()
        tally = _Tally(
            at=now,
            calls=1,
            received=wire_bytes,
            billed=wire_bytes if billed else 0,
            minute_left=header_number(headers, "X-MinLimit-Remaining"),
            day_left=header_number(headers, "X-DayLimit-Remaining"),
        )
        with self._guard:
            self._put(organisation, now.date(), tally)
            self._wake()

    def flush(self) -> None:
        """Writes down what was counted; what the database does not take now is kept for the next time."""
        with self._guard:
            waiting, self._waiting, self._timer = self._waiting, {}, None
        if not waiting:
            return
        try:
            self._write(waiting)
        except SQLAlchemyError:  # counting must never stand in the way of the work itself
            with self._guard:
                for (organisation, day), tally in waiting.items():
                    self._put(organisation, day, tally)
                self._wake()

    def close(self) -> None:
        """Writes down the rest and stops."""
        with self._guard:
            self._is_closed = True
            if self._timer is not None:
                self._timer.cancel()
        self.flush()

    def report(self) -> tuple[Used, ...]:
        """What each organisation used today and this month (UTC), of all processes; the busiest first."""
        self.flush()
        today = self._now().date()
        with self._store.reading() as session:
            rows = list(session.scalars(select(UsageRow).where(UsageRow.day >= today.replace(day=1))))
        by_organisation: dict[str, list[UsageRow]] = {}
        for row in sorted(rows, key=lambda row: row.day):
            by_organisation.setdefault(row.organisation, []).append(row)
        used = [_used(name, days, today) for name, days in by_organisation.items()]
        return tuple(sorted(used, key=lambda each: (-each.calls_month, each.organisation)))

    def _now(self) -> dt.datetime:
        return dt.datetime.fromtimestamp(self._clock(), dt.UTC)

    def _put(self, organisation: str, day: dt.date, tally: _Tally) -> None:
        found = self._waiting.get((organisation, day))
        if found is None:
            self._waiting[organisation, day] = tally
        else:
            found.add(tally)

    def _wake(self) -> None:
        if self._timer is None and not self._is_closed:
            self._timer = threading.Timer(self._flush_seconds, self.flush)
            self._timer.daemon = True
            self._timer.start()

    def _write(self, waiting: Mapping[tuple[str, dt.date], _Tally]) -> None:
        insert = sqlite.insert if self._store.is_sqlite else postgresql.insert
        with self._store.transaction() as session:
            for (organisation, day), tally in sorted(waiting.items(), key=lambda each: each[0]):
                told = {name: left for name, left in _left(tally).items() if left is not None}
                row = insert(UsageRow).values(
                    organisation=organisation,
                    day=day,
                    calls=tally.calls,
                    bytes_received=tally.received,
                    bytes_billed=tally.billed,
                    last_call_at=tally.at,
                    **told,
                )
                more = {
                    "calls": UsageRow.calls + tally.calls,
                    "bytes_received": UsageRow.bytes_received + tally.received,
                    "bytes_billed": UsageRow.bytes_billed + tally.billed,
                    "last_call_at": tally.at,
                } | told
                session.execute(row.on_conflict_do_update(index_elements=["organisation", "day"], set_=more))


def _left(tally: _Tally) -> dict[str, int | None]:
    return {"minute_left": tally.minute_left, "day_left": tally.day_left}


def _used(organisation: str, days: list[UsageRow], today: dt.date) -> Used:
    """`days` in their order, one at least."""
    last = days[-1]
    return Used(
        organisation=organisation,
        calls_today=last.calls if last.day == today else 0,
        calls_month=sum(row.calls for row in days),
        bytes_month=sum(row.bytes_received for row in days),
        bytes_billed_month=sum(row.bytes_billed for row in days),
        minute_left=last.minute_left,
        day_left=last.day_left if last.day == today else None,
        last_call_at=last.last_call_at,
    )
