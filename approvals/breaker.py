"""The circuit breaker: takes automation away from one kind and client at once, until a partner gives it back."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import String, Text, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from approvals import audit
from approvals.proposal import FAILED, POSTED, REJECTED, UNDER_WAY, UNKNOWN
from approvals.register import ProposalRow
from approvals.tiers import TIER
from approvals.track_record import WRONG, ReviewRow, TrackRecord, record_of, taken_back
from books.firm import AUTOMATION, Automation
from books.store import Base, Moment

LAST = 50
"""How many decisions back an exception spike is looked for."""
MOST_UNKNOWN = 1
MOST_FAILED, LEAST_FOR_FAILED = 20, 5  # percent, decisions
MOST_REJECTED, LEAST_FOR_REJECTED = 30, 10  # percent, decisions


class BreakerRow(Base):
    """What the breaker last did for one client's books and one kind; no row: it never fell."""

    __tablename__ = "breakers"
    organisation: Mapped[str] = mapped_column(String(64), primary_key=True)
    kind: Mapped[str] = mapped_column(String(64), primary_key=True)
    fell_at: Mapped[dt.datetime] = mapped_column(Moment)
    why: Mapped[str] = mapped_column(Text)
    armed_at: Mapped[dt.datetime | None] = mapped_column(Moment, default=None)
    armed_by: Mapped[str] = mapped_column(String(64), default="")

    @property
    def is_down(self) -> bool:
        """Whether automation is off until a partner re-arms it."""
        return self.armed_at is None


@dataclass(frozen=True)
class Fall:
    """Automation was just taken away: whose books, which kind, and why."""

    organisation: str
    kind: str
    why: str


def row_of(session: Session, organisation: str, kind: str) -> BreakerRow | None:
    """What the breaker last did here."""
    return session.get(BreakerRow, (organisation, kind), populate_existing=True)


def why_down(session: Session, organisation: str, kind: str, automation: Automation) -> str:
    """Why automation may not go on here, whether the breaker fell already or has to fall now; empty: it may."""
    row = row_of(session, organisation, kind)
    if row is not None and row.is_down:
        return row.why
    return _reason_to_fall(session, organisation, kind, automation, row.armed_at if row else None)


def fall(session: Session, organisation: str, kind: str, why: str, *, now: dt.datetime) -> Fall | None:
    """Takes automation away and tells the audit; None where it was taken away already."""
    row = session.get(BreakerRow, (organisation, kind), populate_existing=True, with_for_update=True)
    if row is not None and row.is_down:
        return None
    before = "on trial" if row is not None and row.armed_at else "on"
    if row is None:
        row = BreakerRow(organisation=organisation, kind=kind, fell_at=now, why=why)
        session.add(row)
    row.fell_at, row.why, row.armed_at, row.armed_by = now, why, None, ""
    session.flush()
    _write_down(session, "demoted", row, AUTOMATION, why, now=now, moved=(before, "taken away"))
    return Fall(organisation, kind, why)


def arm(session: Session, row: BreakerRow, *, member_id: str, why: str, now: dt.datetime, where: str) -> None:
    """A partner gives automation back; what happened before is forgiven, and the first posting is a trial."""
    row.armed_at, row.armed_by = now, member_id
    _write_down(session, "re-armed", row, member_id, why, now=now, where=where, moved=("taken away", "on trial"))


def _reason_to_fall(
    session: Session, organisation: str, kind: str, automation: Automation, since: dt.datetime | None
) -> str:
    """Only where something was posted without a person: before that there is nothing to take away.

    A tier that people alone decide on, likely matches for instance, may be rejected as often as they please.
    """
    tiers = _automatic(session, organisation, kind, since)
    if not tiers:
        return ""
    if undone := taken_back(session, organisation, kind, since=since):
        return _why_undone(session, undone[0])
    if spike := _spike(_statuses(session, organisation, kind, tiers, since)):
        return spike
    for tier in tiers:
        record = record_of(session, organisation, kind, tier, last=automation.decisions)
        if record.lower_bound < automation.precision:
            return f"its record{f' as {tier}' if tier else ''} fell: {record_words(record, automation)}"
    return ""


def _why_undone(session: Session, proposal: str) -> str:
    called = session.get(ReviewRow, proposal)
    if called is not None and called.verdict == WRONG:
        return f"an automatic posting was called wrong: {called.why.rstrip('.')} ({proposal[:8]})"
    return f"an automatic posting was taken back ({proposal[:8]})"


def record_words(record: TrackRecord, automation: Automation) -> str:
    """`98 of the last 100 taken as they stood, at least 95.12 % (the bar is 95 %)`."""
    bar = f"the bar is {percent(automation.precision)} over {automation.decisions}"
    return f"{record.right} of the last {record.decided} taken as they stood, at least {percent(record.lower_bound)} ({bar})"  # noqa: E501


def percent(share: object) -> str:
    """A share as people write it: `95 %`, `95.12 %`."""
    return f"{float(str(share)) * 100:.2f}".rstrip("0").rstrip(".") + " %"


def _automatic(session: Session, organisation: str, kind: str, since: dt.datetime | None) -> tuple[str, ...]:
    """The tiers of which something was approved by rule."""
    query = (
        select(TIER)
        .distinct()
        .where(ProposalRow.organisation == organisation, ProposalRow.kind == kind, ProposalRow.decided_by == AUTOMATION)
    )
    if since is not None:
        query = query.where(ProposalRow.decided_at >= since)
    return tuple(sorted(session.scalars(query)))


def _statuses(
    session: Session, organisation: str, kind: str, tiers: tuple[str, ...], since: dt.datetime | None
) -> list[str]:
    query = select(ProposalRow.status).where(
        ProposalRow.organisation == organisation,
        ProposalRow.kind == kind,
        TIER.in_(tiers),
        ProposalRow.status.in_((*UNDER_WAY, POSTED, FAILED, REJECTED)),
        ProposalRow.decided_at.is_not(None),
    )
    if since is not None:
        query = query.where(ProposalRow.decided_at >= since)
    return list(session.scalars(query.order_by(ProposalRow.decided_at.desc()).limit(LAST)))


def _spike(statuses: list[str]) -> str:
    counted = len(statuses)
    unknown, failed, rejected = (statuses.count(each) for each in (UNKNOWN, FAILED, REJECTED))
    if unknown > MOST_UNKNOWN:
        return f"{unknown} of the last {counted} have an unknown outcome"
    if counted >= LEAST_FOR_FAILED and failed * 100 >= MOST_FAILED * counted:
        return f"{failed} of the last {counted} were not posted"
    if counted >= LEAST_FOR_REJECTED and rejected * 100 >= MOST_REJECTED * counted:
        return f"{rejected} of the last {counted} were rejected"
    return ""


def _write_down(
    session: Session,
    what: str,
    row: BreakerRow,
    who: str,
    why: str,
    *,
    now: dt.datetime,
    moved: tuple[str, str],
    where: str = "",
) -> None:
    before, after = ({"kind": row.kind, "automation": each} for each in moved)
    entry = audit.Entry(
        at=now, who=who, what=what, where=where, organisation=row.organisation, reason=why, before=before, after=after
    )
    audit.record(session, entry)
