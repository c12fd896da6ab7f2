"""What Xero sends of its own accord: proved by its signature, kept once, and worked on later by whoever claims it."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import hmac
from collections.abc import Iterable

import msgspec
from sqlalchemy import ColumnElement, String, and_, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite
from sqlalchemy.orm import Mapped, mapped_column

from books.store import Base, Moment, Store
from xero_tools import translate

PATH = "/xero/webhooks"
HEADER = "x-xero-signature"
LEASE = dt.timedelta(minutes=2)
KEPT = dt.timedelta(days=45)  # Xero holds events for 31 days and may replay them
MOST_ATTEMPTS = 20


class EventRow(Base):
    """One event; inserted once, claimed by one worker at a time, `done_at` when nothing is left to do."""

    __tablename__ = "xero_events"
    identity: Mapped[str] = mapped_column(String(64), primary_key=True)
    organisation: Mapped[str] = mapped_column(String(64), index=True)
    category: Mapped[str] = mapped_column(String(32))
    what: Mapped[str] = mapped_column(String(32))
    record: Mapped[str] = mapped_column(String(64))
    happened_at: Mapped[dt.datetime | None] = mapped_column(Moment)
    received_at: Mapped[dt.datetime] = mapped_column(Moment, index=True)
    free_at: Mapped[dt.datetime] = mapped_column(Moment)
    attempts: Mapped[int] = mapped_column(default=0)
    done_at: Mapped[dt.datetime | None] = mapped_column(Moment, index=True)
    outcome: Mapped[str] = mapped_column(String(256), default="")


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """Something changed in an organisation: which kind of record and which one, never what it says now."""

    identity: str
    organisation: str
    category: str
    what: str
    record: str
    happened_at: dt.datetime | None


class Received(msgspec.Struct, frozen=True):
    """How a delivery is to be answered, and how many of its events were new."""

    status: int
    new: int = 0


class _Sent(msgspec.Struct):
    resourceId: str = ""  # noqa: N815 - Xero's own names
    tenantId: str = ""  # noqa: N815
    eventCategory: str = ""  # noqa: N815
    eventType: str = ""  # noqa: N815
    eventDateUtc: str = ""  # noqa: N815


class _Delivery(msgspec.Struct):
    events: list[_Sent] = []


def signature(key: str, body: bytes) -> str:
    """Base64 of the HMAC-SHA256 over the raw body, as Xero makes it with the webhook's key."""
    return base64.b64encode(hmac.new(key.encode(), body, hashlib.sha256).digest()).decode()


class Inbox:
    """Receives Xero's deliveries and hands their events out; thread-safe, and several processes may share it."""

    def __init__(self, store: Store, key: str) -> None:
        self._store = store
        self._key = key

    def receive(self, body: bytes, signed: str, *, now: dt.datetime) -> Received:
        """401 for a signature that is not Xero's; else the events are kept, each once, and 200 is the answer.

        A delivery without events is Xero asking whether we would notice a forged one. A genuine body that cannot be
        read is answered with 200 too: Xero would send the same again for a day, and then switch the webhook off.
        """
        if not self._key or not hmac.compare_digest(signature(self._key, body).encode(), signed.strip().encode()):
            return Received(401)
        events = _events(body)
        return Received(200, self._keep(events, now) if events else 0)

    def claim(self, *, now: dt.datetime, most: int = 500) -> tuple[Event, ...]:
        """Events that wait, oldest first; they are ours until the lease ends, and then anybody's again."""
        with self._store.transaction() as session:
            waiting = (
                select(EventRow)
                .where(_waits(now))
                .order_by(EventRow.received_at, EventRow.identity)
                .limit(most)
                .with_for_update(skip_locked=True)
            )
            rows = session.scalars(waiting).all()
            for row in rows:
                row.free_at, row.attempts = now + LEASE, row.attempts + 1
            return tuple(_event(row) for row in rows)

    def finish(self, events: Iterable[Event], outcome: str, *, now: dt.datetime) -> None:
        """Nothing is left to do for these; `outcome` says in a few words why."""
        self._change(events, done_at=now, outcome=outcome[:256])

    def postpone(self, events: Iterable[Event], outcome: str, *, until: dt.datetime) -> None:
        """What they ask for could not be done; they wait until then (and are given up after MOST_ATTEMPTS)."""
        self._change(events, free_at=until, outcome=outcome[:256])

    def waiting(self) -> int:
        """How many events nobody has finished."""
        with self._store.reading() as session:
            left = select(func.count()).where(EventRow.done_at.is_(None), EventRow.attempts < MOST_ATTEMPTS)
            return session.scalar(left) or 0

    def forget(self, *, now: dt.datetime) -> int:
        """Forgets events older than any replay; says how many."""
        with self._store.transaction() as session:
            gone = session.execute(delete(EventRow).where(EventRow.received_at < now - KEPT))
            return int(gone.rowcount)  # type: ignore[attr-defined]

    def _keep(self, events: dict[str, Event], now: dt.datetime) -> int:
        insert = insert_sqlite if self._store.is_sqlite else insert_postgresql
        rows = [
            {
                **msgspec.structs.asdict(event),
                "received_at": now,
                "free_at": now,
                "attempts": 0,
                "done_at": None,
                "outcome": "",
            }
            for event in events.values()
        ]
        statement = insert(EventRow).values(rows).on_conflict_do_nothing()
        with self._store.transaction() as session:
            return len(session.scalars(statement.returning(EventRow.identity)).all())

    def _change(self, events: Iterable[Event], **values: object) -> None:
        identities = [event.identity for event in events]
        with self._store.transaction() as session:
            session.execute(update(EventRow).where(EventRow.identity.in_(identities)).values(**values))


def _waits(now: dt.datetime) -> ColumnElement[bool]:
    """Not finished, not claimed, and not given up."""
    return and_(EventRow.done_at.is_(None), EventRow.free_at <= now, EventRow.attempts < MOST_ATTEMPTS)


def _event(row: EventRow) -> Event:
    return Event(
        identity=row.identity,
        organisation=row.organisation,
        category=row.category,
        what=row.what,
        record=row.record,
        happened_at=row.happened_at,
    )


def _events(body: bytes) -> dict[str, Event]:
    """The events of a body by their identity; those that name no organisation or record say nothing."""
    try:
        sent = msgspec.json.decode(body, type=_Delivery).events
    except msgspec.DecodeError:
        return {}
    found = (_read(each) for each in sent if each.tenantId and each.resourceId)
    return {event.identity: event for event in found}


def _read(sent: _Sent) -> Event:
    """The identity is what Xero says happened and when: a repeat says the same, another sequence number or not."""
    told = (sent.tenantId.lower(), sent.eventCategory.upper(), sent.eventType.upper(), sent.resourceId.lower())
    identity = hashlib.sha256("|".join((*told, sent.eventDateUtc)).encode()).hexdigest()
    organisation, category, what, record = told
    return Event(
        identity=identity,
        organisation=organisation[:64],
        category=category[:32],
        what=what[:32],
        record=record[:64],
        happened_at=_moment(sent.eventDateUtc),
    )


def _moment(text: str) -> dt.datetime | None:
    try:
        return translate.moment(text)
    except (ValueError, OverflowError):
        return None
