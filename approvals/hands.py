"""Whose hands a proposal went through: who wrote it, and who approved it so far."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
from sqlalchemy import JSON, ForeignKey, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from approvals.proposal import Approval
from books.firm import ApprovalRule
from books.store import Base, Moment

WROTE, APPROVED = "wrote", "approved"


class HandRow(Base):
    """One member's part in a proposal; `rule` is the rule that an approval was given under."""

    __tablename__ = "hands"
    proposal: Mapped[str] = mapped_column(ForeignKey("proposals.id"), primary_key=True)
    member: Mapped[str] = mapped_column(String(64), primary_key=True)
    part: Mapped[str] = mapped_column(String(16), primary_key=True)
    on_behalf_of: Mapped[str] = mapped_column(String(64), default="")
    rule: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    at: Mapped[dt.datetime] = mapped_column(Moment)


def wrote(session: Session, proposal_id: str, members: Iterable[str], *, now: dt.datetime) -> None:
    """Writes down the members who wrote what this proposal grew out of."""
    for member in sorted(set(members) - {""}):
        session.add(HandRow(proposal=proposal_id, member=member, part=WROTE, at=now))
    session.flush()


def approved(session: Session, proposal_id: str, approval: Approval) -> None:
    """Writes down an approval; a second one by the same member, under a rule that changed, replaces the first."""
    session.merge(
        HandRow(
            proposal=proposal_id,
            member=approval.member,
            part=APPROVED,
            on_behalf_of=approval.on_behalf_of,
            rule=approval.rule,
            at=approval.at,
        )
    )
    session.flush()


def of(session: Session, proposals: Sequence[str]) -> dict[str, tuple[tuple[Approval, ...], tuple[str, ...]]]:
    """The approvals (oldest first) and the authors of each of these proposals."""
    if not proposals:
        return {}
    query = select(HandRow).where(HandRow.proposal.in_(proposals)).order_by(HandRow.at, HandRow.member)
    found: dict[str, tuple[tuple[Approval, ...], tuple[str, ...]]] = dict.fromkeys(proposals, ((), ()))
    for row in session.scalars(query.execution_options(populate_existing=True)):
        approvals, authors = found[row.proposal]
        if row.part == WROTE:
            authors = (*authors, row.member)
        else:
            given = Approval(member=row.member, at=row.at, on_behalf_of=row.on_behalf_of, rule=row.rule)
            approvals = (*approvals, given)
        found[row.proposal] = (approvals, authors)
    return found


def as_kept(rule: ApprovalRule) -> dict[str, Any]:
    """A rule in the form in which an approval keeps it."""
    kept: dict[str, Any] = msgspec.to_builtins(rule)
    return kept
