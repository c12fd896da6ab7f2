"""Lock a period: approved here, set in Xero by a person (its API cannot), then read again and proved."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import msgspec

from approvals.kinds.kind import Found, PersonKind
from approvals.proposal import Description, Draft, Proposal
from books.firm import ApprovalRule
from books.period import Period, spoken
from books.records import LedgerAccount, Organisation
from books.refusal import Refusal
from xero_tools.gateway import Gateway
from xero_tools.links import Links


class LockPeriod(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Move Xero's lock date to `lock_date`; `previous_lock_date` is `Organisation.lock_date` as it was prepared."""

    lock_date: dt.date
    previous_lock_date: dt.date | None = None


class LockPeriodKind(PersonKind[LockPeriod]):
    """A partner locks a closed period."""

    name = "lock_period"
    payload = LockPeriod
    noun = "period lock"
    authority = ApprovalRule(role="partner", limit=None, role_above_limit="partner", expires_hours=168)
    repeats = True

    def check(self, draft: Draft, chart: Sequence[LedgerAccount] | None) -> None:
        """The lock date is the period's last day, and later than the one before."""
        payload = self.read(draft)
        period = Period.of(draft.period)
        if payload.lock_date != period.end:
            raise Refusal(
                f"{period} ends on {spoken(period.end)}, but the lock date is {spoken(payload.lock_date)}.",
                next_step="Prepare the lock for the period's last day.",
                code="outside_period",
            )
        if refusal := self._already(payload, payload.previous_lock_date):
            raise refusal

    def still_open(self, proposal: Proposal, lock_date: dt.date | None) -> Refusal | None:
        """The lock date is where it was when this was prepared."""
        payload = self.read(proposal)
        if refusal := self._already(payload, lock_date):
            return refusal
        if lock_date == payload.previous_lock_date:
            return None
        return Refusal(
            f"Lock date moved from {_day(payload.previous_lock_date)} to {_day(lock_date)} since this was prepared.",
            next_step="Withdraw this and prepare the lock again.",
            code="lock_moved",
        )

    @staticmethod
    def _already(payload: LockPeriod, lock_date: dt.date | None) -> Refusal | None:
        if lock_date is None or lock_date < payload.lock_date:
            return None
        return Refusal(
            f"Xero is locked up to {spoken(lock_date)} already.",
            next_step="Nothing needs to be locked; withdraw this.",
            code="already_locked",
        )

    def describe(self, proposal: Proposal) -> Description:
        """The lock date, the one before, and what a lock means."""
        payload = self.read(proposal)
        period = Period.of(proposal.period)
        return Description(
            title=f"Lock of {period}, up to {spoken(payload.lock_date)}",
            sentence=f"Lock the books up to {spoken(payload.lock_date)}: nothing dated on or before it can change.",
            facts=(
                ("Lock date", spoken(payload.lock_date)),
                ("Lock date before", _day(payload.previous_lock_date)),
                ("Done by", "a person in Xero, by the link given after the approval"),
            ),
            fine_print=(
                ("Client", proposal.client),
                ("Period", f"{period} ({proposal.period})"),
                ("Amount", str(proposal.amount)),
                ("Xero organisation", proposal.organisation),
            ),
            undo="An adviser can move the lock date back in Xero; Xero keeps its own record of that.",
        )

    def instruction(self, proposal: Proposal) -> str:
        """Which date to set where."""
        day = spoken(self.read(proposal).lock_date)
        return (
            f"Open Xero's lock dates by the link, set the lock date to {day} and save; then say here that it is done."
        )

    def link(self, links: Links, organisation: Organisation, proposal: Proposal) -> str:
        """Xero's lock-dates page."""
        return links.lock_dates(organisation)

    def verify(self, proposal: Proposal, organisation: Organisation, gateway: Gateway) -> Found | None:
        """Done once either of Xero's lock dates has reached ours."""
        reached = organisation.lock_date
        if reached is None or reached < self.read(proposal).lock_date:
            return None
        return Found(entity="Organisation", id=organisation.id, status=f"locked up to {spoken(reached)}")


def _day(day: dt.date | None) -> str:
    return spoken(day) if day else "none"


KIND = LockPeriodKind()
