"""Whom to remind of a proposal that nobody decides on: first those who may decide, then the partners; each once."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import ForeignKey, String, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column

from approvals import policy, register
from approvals.deciding import QUEUE, past_of
from approvals.proposal import PROPOSED, Proposal
from books.clock import Clock
from books.firm import load_firm
from books.store import Base, Moment, Store

REMINDER, ESCALATION = "reminder", "escalation"


class ReminderRow(Base):
    """A reminder that was claimed: the row is written before anything is posted, so that it goes out once."""

    __tablename__ = "reminders"
    proposal: Mapped[str] = mapped_column(ForeignKey("proposals.id"), primary_key=True)
    step: Mapped[str] = mapped_column(String(16), primary_key=True)
    at: Mapped[dt.datetime] = mapped_column(Moment)


@dataclass(frozen=True)
class Nudge:
    """Somebody is to be asked again: `members` are ids of who may decide now (of the partners, at the second step)."""

    proposal: Proposal
    step: str
    members: tuple[str, ...]


def due(store: Store, clock: Clock) -> tuple[Nudge, ...]:
    """Claims every reminder whose time has come, writes it into the audit and returns whom to ask."""
    with store.reading() as session:
        waiting = register.listing(session, None, statuses=(PROPOSED,))
        firm = load_firm(session)
        sent = {(row.proposal, row.step) for row in session.scalars(select(ReminderRow))}
    now, nudges = clock.now(), []
    for proposal in waiting:
        rule = policy.rule_for(firm, proposal)
        age = now - proposal.created_at
        for step, hours in ((ESCALATION, rule.escalate_hours), (REMINDER, rule.remind_hours)):
            if age < dt.timedelta(hours=hours):
                continue
            if (proposal.id, step) not in sent and (nudge := _claim(store, proposal, step, now)):
                nudges.append(nudge)
            break  # whoever was asked at the second step is not reminded of the first
    return tuple(nudges)


def _claim(store: Store, seen: Proposal, step: str, now: dt.datetime) -> Nudge | None:
    try:
        with store.transaction() as session:
            proposal, firm = register.get(session, seen.id, lock=True), load_firm(session)
            if not proposal.is_open or now >= proposal.expires_at:
                return None
            session.add(ReminderRow(proposal=proposal.id, step=step, at=now))
            session.flush()
            past = past_of(session, proposal, until=now)
            counted = policy.standing_approvals(proposal, firm, now=now, past=past)
            standings = policy.who_may_decide(firm, counted, past=past, now=now)
            may = [each for each in standings if each.may]
            partners = [each for each in may if each.role == "partner"]
            members = tuple(each.member_id for each in (partners if step == ESCALATION and partners else may))
            register.tell(session, proposal, step, who=QUEUE, now=now, after={"members": list(members)})
            return Nudge(proposal, step, members)
    except IntegrityError:
        return None  # another replica was faster
