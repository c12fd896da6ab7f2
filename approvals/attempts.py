"""The executor's own tables: who is carrying out a proposal, and each request that was or may have been sent."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import secrets
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import (
    JSON,
    ForeignKey,
    LargeBinary,
    String,
    Table,
    UniqueConstraint,
    bindparam,
    insert,
    select,
    update,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from approvals import register
from approvals.proposal import UNDER_WAY, Proposal
from books.prepared import Prepared
from books.store import Base, Moment

NO_NOTE, NOTE_DUE, NOTE_DONE = "", "due", "done"
SENDING, NOT_SENT, REJECTED, ABSENT, DONE = "sending", "not_sent", "rejected", "absent", "done"
"""An attempt's outcome. `sending` is written before the request leaves: found later, it may or may not have arrived."""

_HOST = socket.gethostname()
_HOLDER = f"{_HOST}:{os.getpid()}:{secrets.token_hex(4)}"


class ExecutionRow(Base):
    """Who carries out a proposal: a lease that lapses, and a fence that grows so that a late holder is known."""

    __tablename__ = "executions"
    proposal: Mapped[str] = mapped_column(ForeignKey("proposals.id"), primary_key=True)
    holder: Mapped[str] = mapped_column(String(300))
    fence: Mapped[int] = mapped_column(default=0)
    lease_until: Mapped[dt.datetime] = mapped_column(Moment)
    not_before: Mapped[dt.datetime] = mapped_column(Moment)
    note: Mapped[str] = mapped_column(String(10), default=NO_NOTE, index=True)


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
class Execution:
    """A row of `executions` as it was read."""

    proposal: str
    holder: str
    fence: int
    lease_until: dt.datetime
    not_before: dt.datetime
    note: str


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


_EXECUTIONS, _ATTEMPTS = cast(Table, ExecutionRow.__table__), cast(Table, AttemptRow.__table__)
_ITS = _EXECUTIONS.c.proposal == bindparam("of")
_EXECUTION = Prepared(select(*_EXECUTIONS.columns).where(_ITS).with_for_update(), Execution)
_NEW_EXECUTION = Prepared(insert(_EXECUTIONS).values({each.name: bindparam(each.name) for each in _EXECUTIONS.columns}))
_CLAIM = Prepared(
    update(_EXECUTIONS).where(_ITS).values({name: bindparam(name) for name in ("holder", "fence", "lease_until")})
)
_EXTEND = Prepared(update(_EXECUTIONS).where(_ITS).values(lease_until=bindparam("until")))
_RELEASE = Prepared(
    update(_EXECUTIONS).where(_ITS, _EXECUTIONS.c.fence == bindparam("held")).values(lease_until=bindparam("until"))
)
_REST = Prepared(update(_EXECUTIONS).where(_ITS).values(not_before=bindparam("until")))
_NOTE = Prepared(update(_EXECUTIONS).where(_ITS).values(note=bindparam("is_now")))
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
    .values({name: bindparam(name) for name in ("first_send", "last_send", "sends", "outcome")})
    .returning(*_ATTEMPTS.columns),
    Attempt,
)
_CAME_TO = Prepared(
    update(_ATTEMPTS).where(_SAME).values(outcome=bindparam("outcome"), absent_at=bindparam("absent_at"))
)
_FOUND = Prepared(update(_ATTEMPTS).where(_SAME).values(outcome=DONE, found=bindparam("found")))


@dataclass(frozen=True)
class Claim:
    """The right to carry out one proposal until the lease lapses; `fence` proves that nobody took over since."""

    proposal: str
    fence: int


def key_of(proposal: Proposal, generation: int, step: int = 0) -> str:
    """The Idempotency-Key: 64 hex digits of organisation, proposal, content, generation and step."""
    named = f"{proposal.organisation}|{proposal.id}|{proposal.digest}|{generation}" + (f"|{step}" if step else "")
    return hashlib.sha256(named.encode()).hexdigest()


def claim(session: Session, proposal_id: str, *, now: dt.datetime, lease: dt.timedelta) -> Claim | None:
    """Claims a proposal, or None while somebody who is alive holds it."""
    register.get(session, proposal_id, lock=True)  # claimants queue here, also for the first row
    row = execution(session, proposal_id)
    if row is None:
        mine = {"holder": _HOLDER, "fence": 1, "lease_until": now + lease}
        _NEW_EXECUTION.run(session, proposal=proposal_id, not_before=now, note=NO_NOTE, **mine)
        return Claim(proposal_id, 1)
    if now < row.lease_until and not _is_dead(row.holder):
        return None
    _CLAIM.run(session, of=proposal_id, holder=_HOLDER, fence=row.fence + 1, lease_until=now + lease)
    return Claim(proposal_id, row.fence + 1)


def execution(session: Session, proposal_id: str) -> Execution | None:
    """Who carries a proposal out, locked, or None when nobody did yet."""
    found: Execution | None = _EXECUTION.one(session, of=proposal_id)
    return found


def held(session: Session, claim: Claim) -> Execution | None:
    """The claim's row, locked, or None when another worker took over."""
    row = execution(session, claim.proposal)
    return row if row is not None and row.fence == claim.fence else None


def extend(session: Session, proposal_id: str, *, until: dt.datetime) -> None:
    """Lets the lease run from now on anew."""
    _EXTEND.run(session, of=proposal_id, until=until)


def release(session: Session, claim: Claim, *, now: dt.datetime) -> None:
    """Gives the claim back, if it is still held."""
    _RELEASE.run(session, of=claim.proposal, held=claim.fence, until=now)


def rest(session: Session, proposal_id: str, *, until: dt.datetime) -> None:
    """Nobody carries on with it before that."""
    _REST.run(session, of=proposal_id, until=until)


def note_is(session: Session, proposal_id: str, note: str) -> None:
    """Its note in Xero is due, or done."""
    _NOTE.run(session, of=proposal_id, is_now=note)


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


def pending(session: Session, *, now: dt.datetime) -> Sequence[str]:
    """Ids of the proposals that somebody should carry on with now, oldest first."""
    under_way = [each.id for each in register.listing(session, None, statuses=UNDER_WAY)]
    resting = set(session.scalars(select(ExecutionRow.proposal).where(ExecutionRow.not_before > now)))
    due = select(ExecutionRow.proposal).where(ExecutionRow.note == NOTE_DUE)
    notes = session.scalars(due.order_by(ExecutionRow.not_before, ExecutionRow.proposal))
    wanted = [*under_way, *(each for each in notes if each not in under_way)]
    return [each for each in wanted if each not in resting]


def _is_dead(holder: str) -> bool:
    """Whether the holder was a process of this machine that has ended; any other is believed until its lease lapses."""
    host, _, rest = holder.rpartition(":")[0].rpartition(":")
    if holder == _HOLDER or host != _HOST or not rest.isdigit():
        return False
    if int(rest) == os.getpid():
        return True  # our own number, from before this process began
    try:
        os.kill(int(rest), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False
