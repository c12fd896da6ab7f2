"""The register of proposals: the only writer of their table; each change and its audit row are one transaction."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from itertools import groupby
from typing import Any, cast

import msgspec
from sqlalchemy import JSON, Index, String, Table, Text, and_, bindparam, case, or_, select, text, update
from sqlalchemy import insert as insert_into
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
    WITHDRAWN,
    Approval,
    Decided,
    Evidence,
    Proposal,
    canonical,
    content_of,
)
from books.money import Money
from books.prepared import Prepared, one_of, placeholders
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


_TABLE = cast(Table, ProposalRow.__table__)
_NAMES = tuple(column.name for column in _TABLE.columns)
_COLUMNS = tuple(name for name in _NAMES if name != "content")
_LOCK = Prepared(select(_TABLE.c.id).where(_TABLE.c.id == bindparam("id")).with_for_update())
_THE_ONE_OF_KEY = (
    select(_TABLE.c.id)
    .where(_TABLE.c.organisation == bindparam("organisation"), _TABLE.c.key == bindparam("key"))
    .order_by(
        # What was withdrawn comes last: the version that took its place may bear the same moment, or an earlier one.
        case((one_of(_TABLE.c.status, LIVE), 0), (_TABLE.c.status == WITHDRAWN, 2), else_=1),
        _TABLE.c.created_at.desc(),
        _TABLE.c.id,
    )
    .limit(1)
)
_OF_KEY, _OF_KEY_LOCKED = Prepared(_THE_ONE_OF_KEY), Prepared(_THE_ONE_OF_KEY.with_for_update())
_WITH_HANDS = (
    select(*_TABLE.columns, *(each for each in hands.TABLE.columns if each.name != "proposal"))
    .outerjoin(hands.TABLE, hands.TABLE.c.proposal == _TABLE.c.id)
    .order_by(_TABLE.c.created_at, _TABLE.c.id, *hands.IN_ORDER)
)
_ONE = Prepared(_WITH_HANDS.where(_TABLE.c.id == bindparam("id")))
_DECIDED_WITHIN = Prepared(
    select(_TABLE.c.kind, _TABLE.c.content).where(
        _TABLE.c.organisation == bindparam("organisation"),
        _TABLE.c.id != bindparam("id"),
        one_of(_TABLE.c.status, (*UNDER_WAY, POSTED)),
        _TABLE.c.decided_at > bindparam("after"),
        or_(
            _TABLE.c.decided_at < bindparam("until"),
            and_(_TABLE.c.decided_at == bindparam("until"), _TABLE.c.id < bindparam("id")),
        ),
    )
)
_NEW = Prepared(insert_into(_TABLE).values(placeholders(_NAMES)))


@cache
def _if_still(*columns: str) -> Prepared:
    """Sets these columns of one proposal, as long as it stands where it stood."""
    return Prepared(
        update(_TABLE)
        .where(_TABLE.c.id == bindparam("same_id"), _TABLE.c.status == bindparam("same_status"))
        .values(placeholders(columns))
        .returning(_TABLE.c.id)
    )


def get(session: Session, proposal_id: str, *, lock: bool = False) -> Proposal:
    """The proposal, its row locked until the end of the transaction if asked; raises Refusal when there is none."""
    if lock:  # before it is read: who waited here must see the hands that another wrote meanwhile
        _LOCK.lock(session, id=proposal_id)
    found = _read_all(_ONE.all(session, id=proposal_id))
    if not found:
        raise Refusal(f"There is no proposal {proposal_id}.", next_step="Ask for your queue.", code="unknown_proposal")
    return found[0]


def of_key(session: Session, organisation: str, key: str, *, lock: bool = False) -> Proposal | None:
    """The live proposal of a piece of work, or else its newest that was not withdrawn, or else the newest."""
    the_one = (_OF_KEY_LOCKED if lock else _OF_KEY).one(session, organisation=organisation, key=key)
    return get(session, the_one.id) if the_one else None


def listing(
    session: Session,
    organisations: Sequence[str] | None,
    *,
    statuses: Iterable[str] | None = None,
    period: str | None = None,
    kind: str | None = None,
) -> list[Proposal]:
    """The proposals of these organisations (None: of all), oldest first."""
    query = _WITH_HANDS
    if organisations is not None:
        query = query.where(_TABLE.c.organisation.in_(organisations))
    if statuses is not None:
        query = query.where(_TABLE.c.status.in_(tuple(statuses)))
    if period is not None:
        query = query.where(_TABLE.c.period == period)
    if kind is not None:
        query = query.where(_TABLE.c.kind == kind)
    return _read_all(session.execute(query))


def ids_beginning(session: Session, organisations: Sequence[str], words: str) -> tuple[str, ...]:
    """The ids of these organisations' proposals that begin with `words`."""
    begins = _TABLE.c.id.startswith(words, autoescape=True)
    return tuple(session.scalars(select(_TABLE.c.id).where(_TABLE.c.organisation.in_(organisations), begins)))


def several(session: Session, proposal_ids: Sequence[str]) -> list[Proposal]:
    """These proposals, oldest first."""
    return _read_all(session.execute(_WITH_HANDS.where(_TABLE.c.id.in_(proposal_ids))))


def decided_within(session: Session, proposal: Proposal, *, until: dt.datetime, window: dt.timedelta) -> list[Decided]:
    """What else was approved for the same books in the `window` before `until` and was or may yet be carried out.

    Of two approved at the same moment, the one with the smaller id came first.
    """
    books, after = proposal.organisation, until - window
    rows = _DECIDED_WITHIN.all(session, organisation=books, id=proposal.id, after=after, until=until)
    return [Decided(kind=row.kind, payload=_payload.decode(row.content).payload) for row in rows]


def insert(session: Session, proposal: Proposal, *, now: dt.datetime) -> Proposal:
    """Puts a new proposal into the register and returns it as it was kept."""
    columns = {name: getattr(proposal, name) for name in _COLUMNS}
    _NEW.run(session, content=canonical(content_of(proposal)).decode(), **columns)
    hands.wrote(session, proposal.id, proposal.authors, now=now)
    shown = {"content": content_of(proposal), "mark": proposal.mark, "firm_version": proposal.firm_version}
    _write_down(session, proposal, proposal.preparer or proposal.agent, "proposed", now=now, after=shown)
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
    if_still = _if_still(*values)
    return if_still.one(session, same_id=proposal.id, same_status=proposal.status, **values) is not None


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


class _Amount(msgspec.Struct, frozen=True):
    amount: str
    currency: str


class _Content(msgspec.Struct, frozen=True):
    """What the canonical text holds besides the columns."""

    client: str
    payload: dict[str, Any]
    because: str
    amount: _Amount
    evidence: tuple[Evidence, ...]


class _Payload(msgspec.Struct, frozen=True):
    """All of it that the sums of a day are made of."""

    payload: dict[str, Any]


_content, _payload = msgspec.json.Decoder(_Content), msgspec.json.Decoder(_Payload)


def _read_all(rows: Iterable[Any]) -> list[Proposal]:
    """Proposals from rows that are joined with their hands, one row a hand, those of one proposal together."""
    found = []
    for _, group in groupby(rows, key=lambda row: row.id):
        each = list(group)
        found.append(_read(each[0], *hands.read(each if each[0].part is not None else ())))
    return found


def _read(row: Any, approvals: tuple[Approval, ...], authors: tuple[str, ...]) -> Proposal:
    columns = dict(zip(_NAMES, row, strict=False))  # its hand's columns follow
    content = _content.decode(columns.pop("content"))
    return Proposal(
        **columns,
        client=content.client,
        payload=content.payload,
        because=content.because,
        amount=Money.of(content.amount.amount, content.amount.currency),
        evidence=content.evidence,
        approvals=approvals,
        authors=authors,
    )
