"""Whose hands a proposal went through: who wrote it, and who approved it so far."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any, cast

import msgspec
from sqlalchemy import JSON, ForeignKey, String, Table, bindparam, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from approvals.proposal import Approval
from books.firm import ApprovalRule
from books.prepared import Prepared, placeholders
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


TABLE = cast(Table, HandRow.__table__)
IN_ORDER = (TABLE.c.at, TABLE.c.member)
_GIVEN: dict[str, Any] = placeholders(("on_behalf_of", "rule", "at"))
_NEW = Prepared(TABLE.insert().values(placeholders(("proposal", "member", "part", *_GIVEN))))
_AGAIN = Prepared(
    update(TABLE)
    .where(TABLE.c.proposal == bindparam("proposal"), TABLE.c.member == bindparam("member"))
    .where(TABLE.c.part == APPROVED)
    .values(_GIVEN)
    .returning(TABLE.c.member)
)


def wrote(session: Session, proposal_id: str, members: Iterable[str], *, now: dt.datetime) -> None:
    """Writes down the members who wrote what this proposal grew out of."""
    for member in sorted(set(members) - {""}):
        _NEW.run(session, proposal=proposal_id, member=member, part=WROTE, on_behalf_of="", rule={}, at=now)


def approved(session: Session, proposal_id: str, approval: Approval) -> None:
    """Writes down an approval; a second one by the same member, under a rule that changed, replaces the first."""
    given = {"on_behalf_of": approval.on_behalf_of, "rule": approval.rule, "at": approval.at}
    if _AGAIN.one(session, proposal=proposal_id, member=approval.member, **given) is None:
        _NEW.run(session, proposal=proposal_id, member=approval.member, part=APPROVED, **given)


def read(hands: Iterable[Any]) -> tuple[tuple[Approval, ...], tuple[str, ...]]:
    """The approvals (oldest first) and the authors of one proposal, from its rows in their order."""
    approvals, authors = [], []
    for hand in hands:
        if hand.part == WROTE:
            authors.append(hand.member)
        else:
            given = Approval(member=hand.member, at=hand.at, on_behalf_of=hand.on_behalf_of, rule=hand.rule)
            approvals.append(given)
    return tuple(approvals), tuple(authors)


def as_kept(rule: ApprovalRule) -> dict[str, Any]:
    """A rule in the form in which an approval keeps it."""
    kept: dict[str, Any] = msgspec.to_builtins(rule)
    return kept
