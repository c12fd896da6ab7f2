"""Whose hands a proposal went through: who wrote it, and who approved it so far."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any, cast

import msgspec
from sqlalchemy import JSON, ForeignKey, Row, String, Table, bindparam, select, update
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


_OF_AN_APPROVAL = ("member", "at", "on_behalf_of", "rule")
TABLE = cast(Table, HandRow.__table__)
IN_ORDER = (TABLE.c.at, TABLE.c.member)
_OF_ONE = select(*TABLE.columns).where(TABLE.c.proposal == bindparam("proposal")).order_by(*IN_ORDER)

_AGAIN = (
    update(TABLE)
    .where(TABLE.c.proposal == bindparam("its_proposal"), TABLE.c.member == bindparam("its_member"))
    .where(TABLE.c.part == APPROVED)
    .returning(TABLE.c.member)
)


def wrote(session: Session, proposal_id: str, members: Iterable[str], *, now: dt.datetime) -> None:
    """Writes down the members who wrote what this proposal grew out of."""
    for member in sorted(set(members) - {""}):
        session.add(HandRow(proposal=proposal_id, member=member, part=WROTE, at=now))
    session.flush()


def approved(session: Session, proposal_id: str, approval: Approval) -> None:
    """Writes down an approval; a second one by the same member, under a rule that changed, replaces the first."""
    given = {"on_behalf_of": approval.on_behalf_of, "rule": approval.rule, "at": approval.at}
    theirs = {"its_proposal": proposal_id, "its_member": approval.member}
    if session.execute(_AGAIN.values(**given), theirs).one_or_none() is None:
        row = {"proposal": proposal_id, "member": approval.member, "part": APPROVED, **given}
        session.execute(TABLE.insert(), row)


def of(session: Session, proposal_id: str) -> tuple[tuple[Approval, ...], tuple[str, ...]]:
    """The approvals (oldest first) and the authors of one proposal."""
    return read(session.execute(_OF_ONE, {"proposal": proposal_id}))


def read(rows: Iterable[Row[Any]], prefix: str = "") -> tuple[tuple[Approval, ...], tuple[str, ...]]:
    """The same from rows that were read already, in their order; `prefix` stands before the names of the columns."""
    approvals, authors = [], []
    for row in rows:
        hand = row._mapping
        if hand[f"{prefix}part"] == WROTE:
            authors.append(hand[f"{prefix}member"])
            continue
        approvals.append(
            Approval(**{name: hand[f"{prefix}{name}"] for name in ("member", "at", "on_behalf_of", "rule")})
        )
    return tuple(approvals), tuple(authors)


def as_kept(rule: ApprovalRule) -> dict[str, Any]:
    """A rule in the form in which an approval keeps it."""
    kept: dict[str, Any] = msgspec.to_builtins(rule)
    return kept
