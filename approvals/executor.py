"""The executor carries out what was approved, once: claim, look for our mark, write, record, read back, note."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import structlog

from approvals import attempts, stop
from approvals.attempts import Claim
from approvals.history_note import write_note
from approvals.kinds import kind_of
from approvals.kinds.kind import PenKind, PersonKind
from approvals.persons_step import PersonsStep
from approvals.posting import Posting
from approvals.proposal import POSTED, UNDER_WAY, Proposal
from approvals.workbench import Timings, Workbench
from books.clock import Clock
from books.refusal import Refusal
from books.store import Store
from xero_tools import organisations
from xero_tools.gateway import Gateway
from xero_tools.writes import Pen

__all__ = ["Executor", "Timings"]

log = structlog.get_logger(__name__)


class Executor:
    """Blocks; any number may run at once, in one process or in several. No transaction spans a call to Xero."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        gateway: Gateway,
        *,
        timings: Timings | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        chosen = timings or Timings()
        gateway.last_look = stop.last_look(store)
        self._bench = Workbench(store, clock, gateway, Pen(gateway), chosen, monotonic=monotonic)
        self._posting = Posting(self._bench)
        self._persons_step = PersonsStep(self._bench)
        self._idle = threading.Condition()
        self._busy = 0

    def carry_out(self, proposal_id: str) -> Proposal:
        """Takes an approved proposal as far as it goes now, and returns it as it then stands.

        What cannot be done now (Xero is away, an answer was lost) stays visible as the proposal's problem and is
        carried on by `run_pending`. Raises Refusal only when there is no such proposal.
        """
        return self._carry_out(self._bench.proposal(proposal_id), loud=False)

    def check_awaiting(self, proposal_id: str) -> Proposal:
        """Reads Xero again for a step that a person does there; raises Refusal when Xero cannot be read."""
        return self._carry_out(self._bench.proposal(proposal_id), loud=True)

    def run_pending(self) -> tuple[str, ...]:
        """Carries on with everything that is due; returns the ids of the proposals whose card changed."""
        with self._bench.store.reading() as session:
            due = attempts.pending(session, now=self._bench.now())
        changed: list[str] = []
        away: set[str] = set()
        for proposal_id in due:
            before = self._bench.proposal(proposal_id)
            if self._bench.stopping.is_set():
                break
            if before.organisation in away:
                continue  # one that cannot be read now is not asked again for each of its proposals
            try:
                after = self._carry_out(before, loud=True)
            except Refusal:
                away.add(before.organisation)
                after = self._bench.proposal(proposal_id)
            except Exception:
                # One proposal that breaks the code must not keep the others waiting; it is tried again next time.
                log.exception("could_not_carry_out", proposal=proposal_id)
                after = self._bench.proposal(proposal_id)
            if after != before:
                changed.append(proposal_id)
        return tuple(changed)

    def stop(self, timeout_seconds: float = 45.0) -> bool:
        """Begins nothing more and waits for what is under way; True when all of it ended in time."""
        self._bench.stopping.set()
        with self._idle:
            return self._idle.wait_for(lambda: self._busy == 0, timeout_seconds)

    # One proposal

    def _carry_out(self, proposal: Proposal, *, loud: bool) -> Proposal:
        if proposal.status not in (*UNDER_WAY, POSTED):
            return proposal
        with self._at_work() as may_begin:
            claim = self._claim(proposal.id) if may_begin else None
            if claim is None:
                return self._bench.proposal(proposal.id)
            try:
                self._work(claim)
            except Refusal as refusal:
                self._bench.rest(claim, str(refusal), self._bench.timings.after_no_send)
                if loud:
                    raise
            finally:
                with self._bench.store.transaction() as session:
                    attempts.release(session, claim, now=self._bench.now())
        return self._bench.proposal(proposal.id)

    def _work(self, claim: Claim) -> None:
        proposal = self._bench.proposal(claim.proposal)
        kind = kind_of(proposal.kind)
        if proposal.status in UNDER_WAY:
            # Read for every step: the lock date and the links must be of this moment.
            organisation = organisations.get(proposal.organisation, self._bench.gateway)
            match kind:
                case PersonKind():
                    self._persons_step.ask(claim, proposal, kind, organisation)
                case PenKind():
                    self._posting.post(claim, proposal, kind, organisation)
        write_note(self._bench, claim)

    def _claim(self, proposal_id: str) -> Claim | None:
        with self._bench.store.transaction() as session:
            return attempts.claim(session, proposal_id, now=self._bench.now(), lease=self._bench.timings.lease)

    @contextmanager
    def _at_work(self) -> Iterator[bool]:
        with self._idle:
            may_begin = not self._bench.stopping.is_set()
            self._busy += may_begin
        try:
            yield may_begin
        finally:
            with self._idle:
                self._busy -= may_begin
                self._idle.notify_all()
