"""The stop: one command, and nothing more is written to a client's books, or to any, until a partner lifts it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import String, Table, Text, bindparam, insert, or_, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Mapped, Session, mapped_column

from approvals import audit
from books.clock import Clock
from books.firm import Client, Firm, Member, load_firm
from books.period import spoken
from books.prepared import Prepared, placeholders
from books.refusal import Refusal
from books.store import Base, Moment, Store

MAY_STOP = ("preparer", "approver", "partner", "administrator")
"""Stopping is always safe, so whoever works in the books may do it; lifting takes a partner."""

WHOLE_FIRM = ""


class StopRow(Base):
    """One stop, from when it was called until it is lifted; `organisation` is empty where it is the whole firm's."""

    __tablename__ = "stops"
    id: Mapped[int] = mapped_column(primary_key=True)
    organisation: Mapped[str] = mapped_column(String(64), index=True)
    who: Mapped[str] = mapped_column(String(64))
    why: Mapped[str] = mapped_column(Text)
    at: Mapped[dt.datetime] = mapped_column(Moment)
    lifted_by: Mapped[str] = mapped_column(String(64), default="")
    lifted_at: Mapped[dt.datetime | None] = mapped_column(Moment, default=None)


_TABLE = cast(Table, StopRow.__table__)
_NOT_LIFTED = select(*_TABLE.columns).where(_TABLE.c.lifted_at.is_(None)).order_by(_TABLE.c.id)
_OURS = _TABLE.c.organisation == bindparam("organisation")
_STANDING = Prepared(_NOT_LIFTED)
_OF_ONE = Prepared(_NOT_LIFTED.where(_OURS).with_for_update())
_FIRST = Prepared(_NOT_LIFTED.where(or_(_OURS, _TABLE.c.organisation == WHOLE_FIRM)).limit(1))
_NEW = Prepared(
    insert(_TABLE).values(lifted_by="", **placeholders(("organisation", "who", "why", "at"))).returning(*_TABLE.columns)
)
_LIFTED = Prepared(
    update(_TABLE)
    .where(_TABLE.c.id == bindparam("same_id"))
    .values(lifted_by=bindparam("by"), lifted_at=bindparam("at"))
)


@dataclass(frozen=True)
class Stop:
    """A stop that stands: who called it, when and why; `client` is empty where it is the whole firm's."""

    client: str
    who: str
    why: str
    at: dt.datetime

    @property
    def words(self) -> str:
        """`Writing is stopped for Bondi Coffee by Priya Sharma since 5 Nov 2026 at 09:12 UTC: odd journals.`"""
        whose = self.client or "the whole firm"
        since = f"{spoken(self.at.date())} at {self.at:%H:%M} UTC"
        return f"Writing is stopped for {whose} by {self.who} since {since}: {self.why}."


def halt(store: Store, clock: Clock, *, member_id: str, why: str, client: Client | None, where: str = "") -> Stop:
    """Stops every write for one client, or with None for the whole firm; what has left already cannot be called back.

    Raises Refusal without a reason, and for who may not stop.
    """
    with store.transaction() as session:
        firm = load_firm(session)
        member = firm.member(member_id)
        _check(member, client, why, MAY_STOP, "stop")
        organisation = client.organisation if client else WHOLE_FIRM
        now = clock.now()
        row = _NEW.one(session, organisation=organisation, who=member.id, why=_sentence(why), at=now)
        after = {"stop": row.id, "client": client.id if client else "the whole firm"}
        _write_down(session, "stopped", row, member.id, row.why, now=now, where=where, before={}, after=after)
        return _read(row, firm)


def lift(
    store: Store, clock: Clock, *, member_id: str, why: str, client: Client | None, where: str = ""
) -> tuple[Stop, ...]:
    """Lifts the stops of one client, or with None the whole firm's, and returns them; only a partner may.

    A client's own stop outlives the firm's. Raises Refusal when nothing is stopped there.
    """
    with store.transaction() as session:
        firm = load_firm(session)
        member = firm.member(member_id)
        _check(member, client, why, ("partner",), "lift a stop")
        organisation = client.organisation if client else WHOLE_FIRM
        rows = _OF_ONE.all(session, organisation=organisation)
        if not rows:
            raise Refusal("Nothing is stopped there.", next_step="Ask for the stops that stand.", code="not_stopped")
        now = clock.now()
        for row in rows:
            _LIFTED.run(session, same_id=row.id, by=member.id, at=now)
            before = {"stop": row.id, "called_by": row.who}
            _write_down(
                session, "lifted", row, member.id, _sentence(why), now=now, where=where, before=before, after={}
            )
        return tuple(_read(row, firm) for row in rows)


def standing(store: Store) -> tuple[Stop, ...]:
    """Every stop that stands, oldest first."""
    with store.reading() as session:
        firm = load_firm(session)
        return tuple(_read(row, firm) for row in _STANDING.all(session))


def why_stopped(session: Session, organisation: str) -> Refusal | None:
    """The refusal of any write to these books, or None where nothing is stopped."""
    row = _FIRST.one(session, organisation=organisation)
    if row is None:
        return None
    stop = _read(row, load_firm(session))
    return Refusal(stop.words, next_step="Nothing is written until a partner lifts the stop.", code="stopped")


def last_look(store: Store) -> Callable[[str], None]:
    """What the gateway asks as the last thing before a write leaves; what cannot be read counts as stopped."""

    def look(organisation: str) -> None:
        try:
            with store.reading() as session:
                refusal = why_stopped(session, organisation)
        except SQLAlchemyError as error:
            raise Refusal(
                "Whether writing is stopped cannot be read, so nothing is written.",
                next_step="Check the database; it is tried again.",
                code="stop_unreadable",
                detail=type(error).__name__,
            ) from error
        if refusal is not None:
            raise refusal

    return look


def _check(member: Member, client: Client | None, why: str, roles: tuple[str, ...], what: str) -> None:
    if not why.strip():
        raise Refusal("A reason is needed.", next_step="Say in a few words why.", code="no_reason")
    if member.role not in roles or not (client is None or member.may_see(client.id)):
        raise Refusal(f"You may not {what} here.", next_step="Ask a partner.", code="may_not_stop")
    if client is None and member.clients is not None:
        raise Refusal("You see some clients only.", next_step=f"Name the client, to {what}.", code="may_not_stop")


def _sentence(why: str) -> str:
    return " ".join(why.split()).rstrip(".")


def _read(row: Any, firm: Firm) -> Stop:
    names = firm.names
    client = firm.client_of(row.organisation) if row.organisation else None
    return Stop(client.name if client else row.organisation, names.get(row.who, row.who), row.why, row.at)


def _write_down(
    session: Session,
    what: str,
    row: Any,
    who: str,
    why: str,
    *,
    now: dt.datetime,
    where: str,
    before: dict[str, object],
    after: dict[str, object],
) -> None:
    entry = audit.Entry(
        at=now, who=who, what=what, where=where, organisation=row.organisation, reason=why, before=before, after=after
    )
    audit.record(session, entry)
