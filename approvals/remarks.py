"""What people say about a proposal before anybody decides: questions, comments, and “not now”."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ForeignKey, String, Text, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from approvals import register
from approvals.proposal import PROPOSED, Proposal
from books.clock import Clock
from books.firm import Member, load_firm
from books.refusal import Refusal
from books.store import Base, Moment, Store

QUESTION, COMMENT, SNOOZED = "question", "comment", "snoozed"
LONGEST_REMARK = 2000
LONGEST_SNOOZE = dt.timedelta(days=3)


class RemarkRow(Base):
    """One remark on a proposal."""

    __tablename__ = "remarks"
    id: Mapped[int] = mapped_column(primary_key=True)
    proposal: Mapped[str] = mapped_column(ForeignKey("proposals.id"), index=True)
    member: Mapped[str] = mapped_column(String(64))
    sort: Mapped[str] = mapped_column(String(16))
    text: Mapped[str] = mapped_column(Text)
    at: Mapped[dt.datetime] = mapped_column(Moment)


class SnoozeRow(Base):
    """A member who wants to see a proposal later; everybody else still sees it."""

    __tablename__ = "snoozes"
    proposal: Mapped[str] = mapped_column(ForeignKey("proposals.id"), primary_key=True)
    member: Mapped[str] = mapped_column(String(64), primary_key=True)
    until: Mapped[dt.datetime] = mapped_column(Moment)


@dataclass(frozen=True)
class Remark:
    """Who said what, and when."""

    member: str
    sort: str
    text: str
    at: dt.datetime


def remark(
    store: Store, clock: Clock, proposal_id: str, *, member_id: str, sort: str, text: str, where: str = ""
) -> Proposal:
    """Keeps a question or a comment, and tells the audit; it changes nothing of what would be posted.

    Raises Refusal for an empty or endless one, and for who may not see the client.
    """
    words = " ".join(text.split())
    if not words or len(words) > LONGEST_REMARK:
        raise Refusal("There is nothing to keep.", next_step="Write a sentence or two.", code="no_words")
    with store.transaction() as session:
        proposal = _seen(session, proposal_id, member_id)
        now = clock.now()
        session.add(RemarkRow(proposal=proposal.id, member=member_id, sort=sort, text=words, at=now))
        register.tell(session, proposal, sort, who=member_id, now=now, after={"text": words, "where": where})
        return proposal


def of(store: Store, proposal_id: str) -> tuple[Remark, ...]:
    """What was said about a proposal, oldest first."""
    with store.reading() as session:
        rows = session.scalars(select(RemarkRow).where(RemarkRow.proposal == proposal_id).order_by(RemarkRow.id))
        return tuple(Remark(row.member, row.sort, row.text, row.at) for row in rows)


def counted(session: Session, proposal_ids: Sequence[str]) -> dict[str, int]:
    """How much was said about each of these, where anything was."""
    query = select(RemarkRow.proposal, func.count()).where(RemarkRow.proposal.in_(proposal_ids))
    return {row[0]: row[1] for row in session.execute(query.group_by(RemarkRow.proposal))}


def snooze(store: Store, clock: Clock, proposal_id: str, *, member_id: str, hours: int) -> dt.datetime:
    """Takes an open proposal out of one member's queue for some hours; it expires as it would have.

    Raises Refusal for what is decided, and for more than LONGEST_SNOOZE.
    """
    if not dt.timedelta(0) < dt.timedelta(hours=hours) <= LONGEST_SNOOZE:
        most = int(LONGEST_SNOOZE.total_seconds() // 3600)
        raise Refusal(f"{hours} hours is too long.", next_step=f"Snooze for 1 to {most} hours.", code="too_long")
    with store.transaction() as session:
        proposal = _seen(session, proposal_id, member_id)
        if proposal.status != PROPOSED:
            raise Refusal("Nothing is left to decide.", next_step="Ask for your queue.", code="not_open")
        now = clock.now()
        until = now + dt.timedelta(hours=hours)
        session.merge(SnoozeRow(proposal=proposal.id, member=member_id, until=until))
        register.tell(session, proposal, SNOOZED, who=member_id, now=now, after={"until": until.isoformat()})
        return until


def awake(store: Store, clock: Clock, member: Member, proposals: Sequence[Proposal]) -> list[Proposal]:
    """Those of the proposals that this member did not snooze."""
    now = clock.now()
    with store.reading() as session:
        query = select(SnoozeRow.proposal).where(SnoozeRow.member == member.id, SnoozeRow.until > now)
        asleep = set(session.scalars(query))
    return [each for each in proposals if each.id not in asleep]


def _seen(session: Session, proposal_id: str, member_id: str) -> Proposal:
    proposal = register.get(session, proposal_id)
    if not load_firm(session).member(member_id).may_see(proposal.client):
        raise Refusal(f"There is no proposal {proposal_id}.", next_step="Ask for your queue.", code="unknown_proposal")
    return proposal
