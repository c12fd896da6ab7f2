"""How often people took an agent's proposals as they stood: what automation is earned by, per client, kind and tier."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import ColumnElement, Exists, ForeignKey, String, Text, exists, select
from sqlalchemy.orm import Mapped, Session, aliased, mapped_column

from approvals import register
from approvals.hands import WROTE, HandRow
from approvals.proposal import EXPIRED, POSTED, REJECTED, UNDER_WAY, WITHDRAWN, Proposal
from approvals.register import ProposalRow
from approvals.tiers import is_of
from books.firm import AUTOMATION
from books.store import Base, Moment

RIGHT, WRONG = "right", "wrong"
_Z = Decimal("1.6449")
"""The 95th percentile of the normal distribution: a one-sided bound."""
_TAKEN_BACK = "undo:"


class ReviewRow(Base):
    """What a person said of a posting that no person had approved."""

    __tablename__ = "reviews"
    proposal: Mapped[str] = mapped_column(ForeignKey("proposals.id"), primary_key=True)
    member: Mapped[str] = mapped_column(String(64))
    verdict: Mapped[str] = mapped_column(String(16))
    why: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[dt.datetime] = mapped_column(Moment)


@dataclass(frozen=True)
class TrackRecord:
    """Of the last decisions that people made: how many there were, and how many took the proposal as it stood."""

    decided: int
    right: int

    @property
    def lower_bound(self) -> Decimal:
        """The lower end of Wilson's score interval (E. B. Wilson, 1927) at 95 %, one-sided, to four places."""
        return self._bound(-1) if self.decided else Decimal(0)

    @property
    def upper_bound(self) -> Decimal:
        """The upper end, so that both ends together are an interval of 90 %."""
        return self._bound(1) if self.decided else Decimal(1)

    def _bound(self, side: int) -> Decimal:
        n, share, square = Decimal(self.decided), Decimal(self.right) / self.decided, _Z * _Z
        spread = side * _Z * ((share * (1 - share) + square / (4 * n)) / n).sqrt()
        return ((share + square / (2 * n) + spread) / (1 + square / n)).quantize(Decimal("0.0001"))


def record_of(session: Session, organisation: str, kind: str, tier: str, *, last: int) -> TrackRecord:
    """The record of one client, kind and tier over the `last` decisions of people.

    Not right is what was rejected, edited before it was approved, taken back afterwards, or called wrong in a review
    of an automatic posting. What nobody decided on counts for nothing.
    """
    chosen = is_of(organisation, kind, tier)
    told = [*_decided(session, chosen, last), *_reviewed(session, chosen, last)]
    newest = sorted(told, reverse=True)[:last]
    return TrackRecord(len(newest), sum(right for _, _, right in newest))


OPEN, ACCEPTED, CORRECTED, NOT_TAKEN, LEFT = "open", "accepted", "corrected", "rejected", "left"
"""What became of a proposal: people accept it as it stood, correct it (before or after), reject it, or leave it."""


def outcomes(session: Session, organisation: str, agent: str) -> tuple[tuple[Proposal, str], ...]:
    """What became of each proposal that an agent made, oldest first; what a newer version replaced is left out.

    Corrected is what was edited before it was approved, or taken back or called wrong afterwards. What the firm's own
    rule approved counts as accepted once a person called it right, and is open until then.
    """
    edited = exists().where(HandRow.proposal == ProposalRow.id, HandRow.part == WROTE)
    query = select(ProposalRow.id, edited, _was_undone(), _was_called(WRONG), _was_called(RIGHT)).where(
        ProposalRow.organisation == organisation, ProposalRow.agent == agent
    )
    known = {row[0]: row[1:] for row in session.execute(query)}
    every = [each for each in register.listing(session, [organisation]) if each.id in known]
    replaced = {each.supersedes for each in every}
    return tuple((each, _outcome(each, *known[each.id])) for each in every if each.id not in replaced)


def _outcome(proposal: Proposal, edited: bool, undone: bool, wrong: bool, right: bool) -> str:
    if proposal.status == REJECTED:
        return NOT_TAKEN
    if proposal.status not in (*UNDER_WAY, POSTED):
        return OPEN if proposal.is_open else LEFT
    if edited or undone or wrong:
        return CORRECTED
    return OPEN if proposal.decided_by == AUTOMATION and not right else ACCEPTED


def taken_back(session: Session, organisation: str, kind: str, *, since: dt.datetime | None) -> list[str]:
    """The automatic postings since then that somebody took back, or called wrong, by their ids."""
    query = select(ProposalRow.id).where(
        ProposalRow.organisation == organisation,
        ProposalRow.kind == kind,
        ProposalRow.decided_by == AUTOMATION,
        _was_undone() | _was_called(WRONG),
    )
    if since is not None:
        query = query.where(ProposalRow.decided_at >= since)
    return list(session.scalars(query.order_by(ProposalRow.decided_at)))


def _decided(session: Session, chosen: ColumnElement[bool], last: int) -> list[tuple[dt.datetime, str, bool]]:
    edited = exists().where(HandRow.proposal == ProposalRow.id, HandRow.part == WROTE)
    query = (
        select(ProposalRow.decided_at, ProposalRow.id, ProposalRow.status, edited, _was_undone())
        .where(
            chosen,
            ProposalRow.agent != "undo",
            ProposalRow.decided_by.not_in(("", AUTOMATION)),
            ProposalRow.status.in_((*UNDER_WAY, POSTED, REJECTED)),
        )
        .order_by(ProposalRow.decided_at.desc())
        .limit(last)
    )
    rows = session.execute(query).all()
    return [
        (at, id_, not (status == REJECTED or was_edited or undone))
        for at, id_, status, was_edited, undone in rows
        if at
    ]


def _reviewed(session: Session, chosen: ColumnElement[bool], last: int) -> list[tuple[dt.datetime, str, bool]]:
    query = (
        select(ReviewRow.at, ProposalRow.id, ReviewRow.verdict, _was_undone())
        .join(ProposalRow, ProposalRow.id == ReviewRow.proposal)
        .where(chosen)
        .order_by(ReviewRow.at.desc())
        .limit(last)
    )
    return [(at, id_, verdict == RIGHT and not undone) for at, id_, verdict, undone in session.execute(query)]


def _was_undone() -> Exists:
    undoing = aliased(ProposalRow)
    over = (REJECTED, WITHDRAWN, EXPIRED)
    return exists().where(
        undoing.organisation == ProposalRow.organisation,
        undoing.key == _TAKEN_BACK + ProposalRow.id,
        undoing.status.not_in(over),
    )


def _was_called(verdict: str) -> Exists:
    return exists().where(ReviewRow.proposal == ProposalRow.id, ReviewRow.verdict == verdict)
