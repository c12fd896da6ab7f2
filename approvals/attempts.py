"""Each request that was or may have been sent: written down before it leaves, by its only writer."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import JSON, ForeignKey, LargeBinary, String, Table, UniqueConstraint, bindparam, insert, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from approvals.proposal import Proposal
from books.prepared import Prepared, placeholders
from books.store import Base, Moment

SENDING, NOT_SENT, REJECTED, ABSENT, DONE = "sending", "not_sent", "rejected", "absent", "done"
"""An attempt's outcome. `sending` is written before the request leaves: found later, it may or may not have arrived."""


class AttemptRow(Base):
    """One generation of a request: its frozen bytes, its key, and when it was sent first and last.

    `step` counts the writes of one proposal; `found` is what Xero has of one that is done while others are not.
    """

    __tablename__ = "attempts"
    __table_args__ = (UniqueConstraint("proposal", "step", "generation"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    proposal: Mapped[str] = mapped_column(ForeignKey("proposals.id"), index=True)
    step: Mapped[int] = mapped_column(default=0)
    generation: Mapped[int]
    key: Mapped[str] = mapped_column(String(128), unique=True)
    body: Mapped[bytes] = mapped_column(LargeBinary)
    first_send: Mapped[dt.datetime] = mapped_column(Moment)
    last_send: Mapped[dt.datetime] = mapped_column(Moment)
    sends: Mapped[int] = mapped_column(default=1)
    outcome: Mapped[str] = mapped_column(String(20), default=SENDING)
    absent_at: Mapped[dt.datetime | None] = mapped_column(Moment, default=None)
    found: Mapped[dict[str, Any] | None] = mapped_column(JSON, default=None)


@dataclass(frozen=True)
class Attempt:
    """A row of `attempts` as it was read or written."""

    id: int
    proposal: str
    step: int
    generation: int
    key: str
    body: bytes
    first_send: dt.datetime
    last_send: dt.datetime
    sends: int
    outcome: str
    absent_at: dt.datetime | None
    found: dict[str, Any] | None

    @property
    def may_have_arrived(self) -> bool:
        """Whether an earlier send of these bytes has no certain answer; then only reading tells what happened."""
        return self.outcome == SENDING and self.sends > 1


_ATTEMPTS = cast(Table, AttemptRow.__table__)
_LATEST = Prepared(
    select(*_ATTEMPTS.columns)
    .where(_ATTEMPTS.c.proposal == bindparam("of"), _ATTEMPTS.c.step == bindparam("step"))
    .order_by(_ATTEMPTS.c.generation.desc())
    .limit(1)
    .with_for_update(),
    Attempt,
)
_NEW_ATTEMPT = Prepared(
    insert(_ATTEMPTS)
    .values({each.name: bindparam(each.name) for each in _ATTEMPTS.columns if each.name not in ("id", "found")})
    .returning(*_ATTEMPTS.columns),
    Attempt,
)
_SAME = _ATTEMPTS.c.id == bindparam("same_id")
_SENT_AGAIN = Prepared(
    update(_ATTEMPTS)
    .where(_SAME)
    .values(placeholders(("first_send", "last_send", "sends", "outcome")))
    .returning(*_ATTEMPTS.columns),
    Attempt,
)
_CAME_TO = Prepared(
    update(_ATTEMPTS).where(_SAME).values(outcome=bindparam("outcome"), absent_at=bindparam("absent_at"))
)
_FOUND = Prepared(update(_ATTEMPTS).where(_SAME).values(outcome=DONE, found=bindparam("found")))


def key_of(proposal: Proposal, generation: int, step: int = 0) -> str:
    """The Idempotency-Key: 64 hex digits of organisation, proposal, content, generation and step."""
    named = f"{proposal.organisation}|{proposal.id}|{proposal.digest}|{generation}" + (f"|{step}" if step else "")
    return hashlib.sha256(named.encode()).hexdigest()


def latest(session: Session, proposal_id: str, step: int = 0) -> Attempt | None:
    """The newest generation of a step's request, locked."""
    found: Attempt | None = _LATEST.one(session, of=proposal_id, step=step)
    return found


def came_to(session: Session, attempt: Attempt, outcome: str, *, absent_at: dt.datetime | None = None) -> None:
    """Writes down what is known of a request now; `absent_at` is when Xero was first read and did not have it."""
    _CAME_TO.run(session, same_id=attempt.id, outcome=outcome, absent_at=absent_at or attempt.absent_at)


def keep_found(session: Session, attempt: Attempt, found: dict[str, Any]) -> None:
    """Writes down what Xero has of one write that is done while others are not."""
    _FOUND.run(session, same_id=attempt.id, found=found)


def begin(session: Session, proposal: Proposal, body: bytes, *, now: dt.datetime, step: int = 0) -> Attempt:
    """Writes down that a request leaves now: the same one again, or the next generation.

    A request that certainly was not sent leaves as if for the first time; one that may have arrived keeps its first
    moment, from which Xero counts the life of its key.
    """
    row = latest(session, proposal.id, step)
    begun: Attempt
    if row is not None and row.outcome in (SENDING, NOT_SENT):
        again = row.outcome == SENDING
        first, sends = (row.first_send, row.sends + 1) if again else (now, 1)
        sent = {"first_send": first, "last_send": now, "sends": sends, "outcome": SENDING}
        begun = _SENT_AGAIN.one(session, same_id=row.id, **sent)
        return begun
    generation = row.generation + 1 if row else 1
    begun = _NEW_ATTEMPT.one(
        session,
        proposal=proposal.id,
        step=step,
        generation=generation,
        key=key_of(proposal, generation, step),
        body=body,
        first_send=now,
        last_send=now,
        sends=1,
        outcome=SENDING,
        absent_at=None,
    )
    return begun
