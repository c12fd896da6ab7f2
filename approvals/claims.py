"""Who is carrying out a proposal: a claim that lapses, and what is due to be claimed."""

from __future__ import annotations

import datetime as dt
import os
import secrets
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, cast

from sqlalchemy import ForeignKey, String, Table, bindparam, insert, or_, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from approvals import register
from approvals.proposal import POSTED, UNDER_WAY, Proposal
from books.prepared import Prepared, one_of, placeholders
from books.store import Base, Moment

NO_NOTE, NOTE_DUE, NOTE_DONE = "", "due", "done"
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


@dataclass(frozen=True)
class Execution:
    """A row of `executions` as it was read."""

    proposal: str
    holder: str
    fence: int
    lease_until: dt.datetime
    not_before: dt.datetime
    note: str


class Due(NamedTuple):
    """A proposal that somebody should carry on with."""

    id: str
    organisation: str


_EXECUTIONS = cast(Table, ExecutionRow.__table__)
_ITS = _EXECUTIONS.c.proposal == bindparam("of")
_EXECUTION = Prepared(select(*_EXECUTIONS.columns).where(_ITS).with_for_update(), Execution)
_PROPOSALS = cast(Table, register.ProposalRow.__table__)
_WORK = select(_PROPOSALS.c.id, _PROPOSALS.c.organisation)
_UNDER_WAY = Prepared(
    _WORK.outerjoin(_EXECUTIONS)
    .where(one_of(_PROPOSALS.c.status, UNDER_WAY))
    .where(or_(_EXECUTIONS.c.not_before.is_(None), _EXECUTIONS.c.not_before <= bindparam("now")))
    .order_by(_PROPOSALS.c.created_at, _PROPOSALS.c.id),
    Due,
)
_NOTES = Prepared(
    _WORK.join(_EXECUTIONS)
    .where(_PROPOSALS.c.status == POSTED, _EXECUTIONS.c.note == NOTE_DUE)
    .where(_EXECUTIONS.c.not_before <= bindparam("now"))
    .order_by(_EXECUTIONS.c.not_before, _PROPOSALS.c.id),
    Due,
)
_NEW_EXECUTION = Prepared(insert(_EXECUTIONS).values(placeholders(_EXECUTIONS.columns.keys())))
_CLAIM = Prepared(update(_EXECUTIONS).where(_ITS).values(placeholders(("holder", "fence", "lease_until"))))
_EXTEND = Prepared(update(_EXECUTIONS).where(_ITS).values(lease_until=bindparam("until")))
_RELEASE = Prepared(
    update(_EXECUTIONS).where(_ITS, _EXECUTIONS.c.fence == bindparam("held")).values(lease_until=bindparam("until"))
)
_REST = Prepared(update(_EXECUTIONS).where(_ITS).values(not_before=bindparam("until")))
_NOTE = Prepared(update(_EXECUTIONS).where(_ITS).values(note=bindparam("is_now")))


@dataclass(frozen=True)
class Claim:
    """The right to carry out one proposal until the lease lapses; `fence` proves that nobody took over since.

    `work` is the proposal as it stood then, and `owes_note` whether only its note in Xero is still due.
    """

    proposal: str
    fence: int
    work: Proposal
    owes_note: bool = False


def claim(session: Session, proposal_id: str, *, now: dt.datetime, lease: dt.timedelta) -> Claim | None:
    """Claims a proposal, or None where nothing is to be done, or while somebody who is alive holds it."""
    work = register.get(session, proposal_id, lock=True)  # claimants queue here, also for the first row
    row = execution(session, proposal_id)
    owes_note = row is not None and work.status == POSTED and row.note == NOTE_DUE
    if work.status not in UNDER_WAY and not owes_note:
        return None
    if row is None:
        mine = {"holder": _HOLDER, "fence": 1, "lease_until": now + lease}
        _NEW_EXECUTION.run(session, proposal=proposal_id, not_before=now, note=NO_NOTE, **mine)
        return Claim(proposal_id, 1, work)
    if now < row.lease_until and not _is_dead(row.holder):
        return None
    _CLAIM.run(session, of=proposal_id, holder=_HOLDER, fence=row.fence + 1, lease_until=now + lease)
    return Claim(proposal_id, row.fence + 1, work, owes_note)


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


def pending(session: Session, *, now: dt.datetime) -> Sequence[Due]:
    """The proposals that somebody should carry on with now, oldest first; then those that owe only their note."""
    return [*_UNDER_WAY.all(session, now=now), *_NOTES.all(session, now=now)]


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
