"""A slot is one firing of one post for one client; whoever inserts its row first sends it, once."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import String, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column

from books.store import Base, Moment, Store

LEASE = dt.timedelta(minutes=10)


class SlotRow(Base):
    """One firing: claimed by the first replica that inserts it, `done_at` once it was sent."""

    __tablename__ = "slots"
    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    client: Mapped[str] = mapped_column(String(64), primary_key=True)
    slot: Mapped[str] = mapped_column(String(32), primary_key=True)
    claimed_at: Mapped[dt.datetime] = mapped_column(Moment)
    done_at: Mapped[dt.datetime | None] = mapped_column(Moment)
    outcome: Mapped[str] = mapped_column(String(512), default="")


def claim(store: Store, name: str, client: str, slot: str, *, now: dt.datetime) -> bool:
    """True for exactly one caller; a slot whose holder died (claimed, not done, lease over) can be claimed again."""
    try:
        with store.transaction() as session:
            row = session.get(SlotRow, (name, client, slot))
            if row is None:
                session.add(SlotRow(name=name, client=client, slot=slot, claimed_at=now, done_at=None))
                return True
            abandoned = (SlotRow.done_at.is_(None), SlotRow.claimed_at == row.claimed_at)
            if row.done_at is not None or row.claimed_at > now - LEASE:
                return False
            key = (SlotRow.name == name, SlotRow.client == client, SlotRow.slot == slot)
            taken = session.execute(update(SlotRow).where(*key, *abandoned).values(claimed_at=now))
            return bool(taken.rowcount)  # type: ignore[attr-defined]
    except IntegrityError:
        return False


def finish(store: Store, name: str, client: str, slot: str, *, now: dt.datetime, outcome: str) -> None:
    """Notes that the slot was sent, or what came of it."""
    with store.transaction() as session:
        row = session.get_one(SlotRow, (name, client, slot))
        row.done_at, row.outcome = now, outcome[:512]


def outcomes(store: Store) -> list[tuple[str, str, str, str]]:
    """Name, client, slot and outcome of every slot, oldest first: the scheduler's own record of what it sent."""
    with store.reading() as session:
        rows = session.scalars(select(SlotRow).order_by(SlotRow.claimed_at)).all()
    return [(row.name, row.client, row.slot, row.outcome) for row in rows]
