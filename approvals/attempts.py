"""The executor's own tables: who is carrying out a proposal, and each request that was or may have been sent."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import secrets
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import JSON, ForeignKey, LargeBinary, String, UniqueConstraint, bindparam, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from approvals import register
from approvals.proposal import UNDER_WAY, Proposal
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

    @property
    def may_have_arrived(self) -> bool:
        """Whether an earlier send of these bytes has no certain answer; then only reading tells what happened."""
        return self.outcome == SENDING and self.sends > 1


_EXECUTION = (
    select(ExecutionRow)
    .where(ExecutionRow.proposal == bindparam("proposal"))
    .with_for_update()
    .execution_options(populate_existing=True)
)
_LATEST = (
    select(AttemptRow)
    .where(AttemptRow.proposal == bindparam("proposal"), AttemptRow.step == bindparam("step"))
    .order_by(AttemptRow.generation.desc())
    .limit(1)
    .with_for_update()
)


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
    row = session.scalars(_EXECUTION, {"proposal": proposal_id}).one_or_none()
    if row is None:
        row = ExecutionRow(proposal=proposal_id, holder="", fence=0, lease_until=now, not_before=now)
        session.add(row)
    if now < row.lease_until and not _is_dead(row.holder):
        return None
    row.holder, row.fence, row.lease_until = _HOLDER, row.fence + 1, now + lease
    session.flush()
    return Claim(proposal_id, row.fence)


def held(session: Session, claim: Claim) -> ExecutionRow | None:
    """The claim's row, locked, or None when another worker took over."""
    row = session.scalars(_EXECUTION, {"proposal": claim.proposal}).one_or_none()
    return row if row is not None and row.fence == claim.fence else None


def release(session: Session, claim: Claim, *, now: dt.datetime) -> None:
    """Gives the claim back."""
    if row := held(session, claim):
        row.lease_until = now


def latest(session: Session, proposal_id: str, step: int = 0) -> AttemptRow | None:
    """The newest generation of a step's request, locked."""
    return session.scalars(_LATEST, {"proposal": proposal_id, "step": step}).one_or_none()


def begin(session: Session, proposal: Proposal, body: bytes, *, now: dt.datetime, step: int = 0) -> AttemptRow:
    """Writes down that a request leaves now: the same one again, or the next generation.

    A request that certainly was not sent leaves as if for the first time; one that may have arrived keeps its first
    moment, from which Xero counts the life of its key.
    """
    row = latest(session, proposal.id, step)
    if row is not None and row.outcome == SENDING:
        row.last_send, row.sends = now, row.sends + 1
    elif row is not None and row.outcome == NOT_SENT:
        row.first_send, row.last_send, row.sends, row.outcome = now, now, 1, SENDING
    else:
        generation = row.generation + 1 if row else 1
        row = AttemptRow(
            proposal=proposal.id,
            step=step,
            generation=generation,
            key=key_of(proposal, generation, step),
            body=body,
            first_send=now,
            last_send=now,
        )
        session.add(row)
    session.flush()
    return row


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
