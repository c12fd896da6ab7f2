"""What every step of the executor works with: the store, the clock, the way to Xero, and how long to wait for what."""

from __future__ import annotations

import datetime as dt
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from approvals import automation, claims, policy, register, sources
from approvals.claims import Claim
from approvals.deciding import past_of
from approvals.proposal import UNDER_WAY, Proposal, content_of, digest_of
from books.clock import Clock
from books.firm import load_firm
from books.records import Organisation
from books.refusal import Refusal
from books.store import Store
from xero_tools.gateway import Gateway
from xero_tools.writes import Pen

EXECUTOR = "executor"
"""Who the audit names for a step that no person took."""


@dataclass(frozen=True)
class Timings:
    """How long the executor waits for what; the defaults follow from the six minutes that Xero keeps a key.

    A request may arrive minutes late, so it leaves for the last time `window` after the first: then no copy arrives
    after its key is forgotten. `quiet` is how long after the last send a reading is believed.
    """

    lease: dt.timedelta = dt.timedelta(seconds=90)
    send_deadline_seconds: float = 10.0
    window: dt.timedelta = dt.timedelta(seconds=150)
    quiet: dt.timedelta = dt.timedelta(minutes=15)
    reads_apart: dt.timedelta = dt.timedelta(seconds=60)
    pause: dt.timedelta = dt.timedelta(seconds=2)
    sends_at_once: int = 2
    after_no_send: dt.timedelta = dt.timedelta(seconds=30)
    person_interval: dt.timedelta = dt.timedelta(minutes=5)


@dataclass(frozen=True)
class Workbench:
    """The executor's tools. `stopping` is set once, when nothing more may begin."""

    store: Store
    clock: Clock
    gateway: Gateway
    pen: Pen
    timings: Timings
    monotonic: Callable[[], float] = time.monotonic
    stopping: threading.Event = field(default_factory=threading.Event)

    def now(self) -> dt.datetime:
        """The real moment."""
        return self.clock.now()

    def proposal(self, proposal_id: str) -> Proposal:
        """The proposal as it stands now."""
        with self.store.reading() as session:
            return register.get(session, proposal_id)

    def changes(self, proposal: Proposal) -> tuple[str, ...]:
        """What changed in Xero in the documents that the proposal was built on; raises Refusal when Xero is away."""
        with self.store.reading() as session:
            bound = sources.kept(session, proposal.id)
        return sources.changes_in(proposal.organisation, self.gateway, bound)

    def rest(self, claim: Claim, problem: str, pause: dt.timedelta) -> None:
        """Leaves the proposal where it is, says why, and lets it rest for a while."""
        now = self.now()
        with self.store.transaction() as session:
            proposal = register.get(session, claim.proposal, lock=True)
            if claims.held(session, claim) is None:
                return
            claims.rest(session, claim.proposal, until=now + pause)
            if proposal.status in UNDER_WAY:
                register.annotate(session, proposal, problem=problem, who=EXECUTOR, now=now)


def void(
    session: Session, proposal: Proposal, organisation: Organisation, changes: tuple[str, ...], now: dt.datetime
) -> Refusal | None:
    """Why the approval does not hold any more, asked of the database and of Xero as they are now, or None.

    `changes` are those in the documents it was built on, as just read.
    """
    if digest_of(content_of(proposal)) != proposal.digest:
        return Refusal(
            "What stands in the queue is not what was approved.",
            next_step="Tell an administrator: the record was changed outside Tieout. Prepare it again.",
            code="tampered",
        )
    if changes:
        return Refusal(
            f"What it was built on changed since it was prepared: {'; '.join(changes)}.",
            next_step="Prepare it again from what Xero says now.",
            code="source_changed",
        )
    assert proposal.decided_at is not None
    firm = load_firm(session)
    past = automation.judged(session, firm, proposal, past_of(session, proposal, until=proposal.decided_at), now=now)
    return (
        automation.why_observing(firm, proposal.client, proposal.kind)
        or policy.why_void(proposal, firm, now=now, past=past)
        or policy.why_closed(proposal, verdict=policy.APPROVE, lock_date=organisation.lock_date, now=now)
    )
