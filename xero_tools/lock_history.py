"""Our own history of an organisation's lock dates: Xero shows only how they stand now and sends no word of a change."""

from __future__ import annotations

import datetime as dt

import msgspec
from sqlalchemy import String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from books.records import Organisation
from books.store import Base, Moment, Store


class LockRow(Base):
    """The lock dates as they were first seen at a moment; a row only where they differ from the one before."""

    __tablename__ = "lock_history"
    organisation: Mapped[str] = mapped_column(String(64), primary_key=True)
    seen_at: Mapped[dt.datetime] = mapped_column(Moment, primary_key=True)
    period_lock_date: Mapped[dt.date | None]
    end_of_year_lock_date: Mapped[dt.date | None]


class LockDates(msgspec.Struct, frozen=True, kw_only=True):
    """How the lock dates stood from `seen_at` on; they were changed between the look before and that moment."""

    seen_at: dt.datetime
    period_lock_date: dt.date | None = None
    end_of_year_lock_date: dt.date | None = None


def note(organisation: Organisation, store: Store, *, now: dt.datetime) -> bool:
    """Remembers the lock dates when they are not as they were; True when a row was written."""
    dates = (organisation.period_lock_date, organisation.end_of_year_lock_date)
    with store.transaction() as session:
        last = _last(session, organisation.id)
        if last is not None and ((last.period_lock_date, last.end_of_year_lock_date) == dates or last.seen_at >= now):
            return False
        session.add(
            LockRow(
                organisation=organisation.id, seen_at=now, period_lock_date=dates[0], end_of_year_lock_date=dates[1]
            )
        )
        return True


def history(organisation: str, store: Store) -> tuple[LockDates, ...]:
    """Every change that was seen, oldest first."""
    with store.reading() as session:
        rows = session.scalars(select(LockRow).where(LockRow.organisation == organisation).order_by(LockRow.seen_at))
        return tuple(
            LockDates(
                seen_at=row.seen_at,
                period_lock_date=row.period_lock_date,
                end_of_year_lock_date=row.end_of_year_lock_date,
            )
            for row in rows
        )


def _last(session: Session, organisation: str) -> LockRow | None:
    newest = select(LockRow).where(LockRow.organisation == organisation).order_by(LockRow.seen_at.desc()).limit(1)
    return session.scalars(newest).first()
