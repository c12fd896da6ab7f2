"""The register of proposals: the only writer of their table; each change and its audit row are one transaction."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import JSON, Index, String, Text, and_, case, or_, select, text, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from approvals import audit, hands
from approvals.proposal import (
    APPROVED,
    AWAITING_PERSON,
    MOVES,
    POSTED,
    PROPOSED,
    UNDER_WAY,
    UNKNOWN,
    Approval,
    Evidence,
    Proposal,
    canonical,
    content_of,
)
from books.money import Money
from books.refusal import Refusal
from books.store import Base, Moment

LIVE = (PROPOSED, APPROVED, UNKNOWN, AWAITING_PERSON)
_IS_LIVE = text("status IN ('proposed', 'approved', 'unknown', 'awaiting_person')")


class ProposalRow(Base):
    """A proposal; `content` is the canonical text of what the digest covers, and everything shown is read from it."""

    __tablename__ = "proposals"
    __table_args__ = (
        # The same piece of work is never open twice, whoever submits it at the same moment.
        Index(
            "one_live_proposal", "organisation", "key", unique=True, sqlite_where=_IS_LIVE, postgresql_where=_IS_LIVE
        ),
    )
    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    organisation: Mapped[str] = mapped_column(String(64), index=True)
    key: Mapped[str] = mapped_column(String(300), index=True)
    kind: Mapped[str] = mapped_column(String(64))
    period: Mapped[str] = mapped_column(String(7))
    content: Mapped[str] = mapped_column(Text)
    digest: Mapped[str] = mapped_column(String(64))
    mark: Mapped[str] = mapped_column(String(64), unique=True)
    preparer: Mapped[str] = mapped_column(String(64))
    agent: Mapped[str] = mapped_column(String(64))
    status: Mapped[str] = mapped_column(String(20), index=True)
    created_at: Mapped[dt.datetime] = mapped_column(Moment)
    expires_at: Mapped[dt.datetime] = mapped_column(Moment)
    firm_version: Mapped[str] = mapped_column(String(64))
    supersedes: Mapped[str] = mapped_column(String(64))
    decided_by: Mapped[str] = mapped_column(String(64), default="")
    decided_at: Mapped[dt.datetime | None] = mapped_column(Moment, default=None)
    decided_where: Mapped[str] = mapped_column(String(300), default="")
    reason: Mapped[str] = mapped_column(Text, default="")
    receipt: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    problem: Mapped[str] = mapped_column(Text, default="")


_COLUMNS = tuple(column.name for column in ProposalRow.__table__.columns if column.name != "content")


def get(session: Session, proposal_id: str, *, lock: bool = False) -> Proposal:
    """The proposal, its row locked until the end of the transaction if asked; raises Refusal when there is none."""
    query = select(ProposalRow).where(ProposalRow.id == proposal_id)
    row = session.scalars(query.with_for_update() if lock else query).one_or_none()
    if row is None:
        raise Refusal(f"There is no proposal {proposal_id}.", next_step="Ask for your queue.", code="unknown_proposal")
    return _read_all(session, [row])[0]


def of_key(session: Session, organisation: str, key: str, *, lock: bool = False) -> Proposal | None:
    """The live proposal of a piece of work, or else its newest."""
    is_over = case((ProposalRow.status.in_(LIVE), 0), else_=1)
    query = select(ProposalRow).where(ProposalRow.organisation == organisation, ProposalRow.key == key)
    query = query.order_by(is_over, ProposalRow.created_at.desc(), ProposalRow.id).limit(1)
    found = session.scalars(query.with_for_update() if lock else query).one_or_none()
    return _read_all(session, [found])[0] if found else None


def listing(
    session: Session,
    organisations: Sequence[str] | None,
    *,
    statuses: Iterable[str] | None = None,
    period: str | None = None,
    kind: str | None = None,
) -> list[Proposal]:
    """The proposals of these organisations (None: of all), oldest first."""
    query = select(ProposalRow).order_by(ProposalRow.created_at, ProposalRow.id)
    if organisations is not None:
        query = query.where(ProposalRow.organisation.in_(organisations))
    if statuses is not None:
        query = query.where(ProposalRow.status.in_(tuple(statuses)))
    if period is not None:
        query = query.where(ProposalRow.period == period)
    if kind is not None:
        query = query.where(ProposalRow.kind == kind)
    return _read_all(session, session.scalars(query).all())


def decided_within(session: Session, proposal: Proposal, *, until: dt.datetime, window: dt.timedelta) -> list[Proposal]:
    """What else was approved for the same books in the `window` before `until` and was or may yet be carried out.

    Of two approved at the same moment, the one with the smaller id came first.
    """
    query = select(ProposalRow).where(
        ProposalRow.organisation == proposal.organisation,
        ProposalRow.id != proposal.id,
        ProposalRow.status.in_((*UNDER_WAY, POSTED)),
        ProposalRow.decided_at > until - window,
        or_(ProposalRow.decided_at < until, and_(ProposalRow.decided_at == until, ProposalRow.id < proposal.id)),
    )
    return _read_all(session, session.scalars(query).all())


def insert(session: Session, proposal: Proposal, *, now: dt.datetime) -> Proposal:
    """Puts a new proposal into the register and returns it as it was kept."""
    columns = {name: getattr(proposal, name) for name in _COLUMNS}
    session.add(ProposalRow(content=canonical(content_of(proposal)).decode(), **columns))
    session.flush()
    hands.wrote(session, proposal.id, proposal.authors, now=now)
    shown = {"content": content_of(proposal), "mark": proposal.mark, "firm_version": proposal.firm_version}
    _write_down(session, proposal, proposal.preparer or proposal.agent, "proposed", now=now, after=shown)
    session.expire_all()
    return get(session, proposal.id)


def move(
    session: Session,
    proposal: Proposal,
    status: str,
    *,
    who: str,
    now: dt.datetime,
    where: str = "",
    reason: str = "",
    told: Mapping[str, Any] | None = None,
    **changes: Any,
) -> Proposal | None:
    """Moves a proposal to `status` if it still stands where `proposal` has it; None when somebody was faster.

    `changes` are further columns to set, `told` is what the audit is told besides. Raises ValueError for a move that
    MOVES does not allow.
    """
    if status not in MOVES.get(proposal.status, ()):
        raise ValueError(f"A proposal that is {proposal.status} cannot become {status}.")
    if reason:
        changes["reason"] = reason
    if not _compare_and_set(session, proposal, status=status, **changes):
        return None
    after = {"status": status, **changes, **(told or {})}
    before = {"status": proposal.status}
    _write_down(session, proposal, who, status, now=now, where=where, reason=reason, before=before, after=after)
    return get(session, proposal.id)


def annotate(session: Session, proposal: Proposal, *, problem: str, who: str, now: dt.datetime) -> Proposal:
    """Says why a proposal has not moved yet; the same words again change nothing."""
    if proposal.problem == problem or not _compare_and_set(session, proposal, problem=problem):
        return proposal
    before, after = {"problem": proposal.problem}, {"problem": problem}
    _write_down(session, proposal, who, "waiting", now=now, before=before, after=after)
    return get(session, proposal.id)


def approve_once(session: Session, proposal: Proposal, approval: Approval, *, where: str, reason: str) -> Proposal:
    """Writes down one approval of several: the proposal stays open."""
    hands.approved(session, proposal.id, approval)
    after = {"approval": len(proposal.approvals) + 1, "on_behalf_of": approval.on_behalf_of}
    who, now = approval.member, approval.at
    _write_down(session, proposal, who, "approved_in_part", now=now, where=where, reason=reason, after=after)
    return get(session, proposal.id)


def tell(session: Session, proposal: Proposal, what: str, *, who: str, now: dt.datetime, after: dict[str, Any]) -> None:
    """Writes down something that happened to a proposal without changing it, such as a send or a note."""
    _write_down(session, proposal, who, what, now=now, after=after)


def refused(
    session: Session, proposal: Proposal, refusal: Refusal, *, verdict: str, who: str, where: str, now: dt.datetime
) -> None:
    """Writes down that somebody tried to decide and was not allowed to."""
    after = {"verdict": verdict, "code": refusal.code}
    _write_down(session, proposal, who, "refused", now=now, where=where, reason=refusal.words, after=after)


def _compare_and_set(session: Session, proposal: Proposal, **values: Any) -> bool:
    same = (ProposalRow.id == proposal.id, ProposalRow.status == proposal.status)
    made = session.execute(update(ProposalRow).where(*same).values(**values).returning(ProposalRow.id))
    changed = made.one_or_none() is not None
    session.expire_all()
    return changed


def _write_down(
    session: Session, proposal: Proposal, who: str, what: str, *, now: dt.datetime, where: str = "", **rest: Any
) -> None:
    audit.record(
        session,
        audit.Entry(
            at=now,
            who=who,
            what=what,
            where=where,
            organisation=proposal.organisation,
            proposal=proposal.id,
            digest=proposal.digest,
            **rest,
        ),
    )


def _read_all(session: Session, rows: Sequence[ProposalRow]) -> list[Proposal]:
    parts = hands.of(session, [row.id for row in rows])
    return [_read(row, *parts[row.id]) for row in rows]


def _read(row: ProposalRow, approvals: tuple[Approval, ...], authors: tuple[str, ...]) -> Proposal:
    content = json.loads(row.content)
    amount = content["amount"]
    columns = {name: getattr(row, name) for name in _COLUMNS}
    return Proposal(
        **{
            **columns,
            "client": content["client"],
            "payload": content["payload"],
            "because": content["because"],
            "amount": Money.of(amount["amount"], amount["currency"]),
            "evidence": msgspec.convert(content["evidence"], tuple[Evidence, ...]),
            "approvals": approvals,
            "authors": authors,
        }
    )
