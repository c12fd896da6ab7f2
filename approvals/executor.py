"""The executor carries out what was approved, once: claim, look for our mark, write, record, read back, note."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import structlog

from approvals import claims, register, stop
from approvals.claims import Claim, Due
from approvals.history_note import write_note
from approvals.kinds import kind_of
from approvals.kinds.kind import PenKind, PersonKind
from approvals.persons_step import PersonsStep
from approvals.posting import Posting
from approvals.proposal import UNDER_WAY, Proposal
from approvals.workbench import Timings, Workbench
from books.clock import Clock
from books.refusal import Refusal
from books.store import Store
from xero_tools import organisations
from xero_tools.gateway import Gateway
from xero_tools.writes import Pen

__all__ = ["Executor", "Timings"]

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class _Pass:
    """One proposal before and after it was carried on with, and why it came no further, if Xero could not be read."""

    before: Proposal
    after: Proposal
    refusal: Refusal | None = None


def _untouched(proposal: Proposal) -> _Pass:
    return _Pass(proposal, proposal)


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
        return self._carry_out(proposal_id).after

    def check_awaiting(self, proposal_id: str) -> Proposal:
        """Reads Xero again for a step that a person does there; raises Refusal when Xero cannot be read."""
        done = self._carry_out(proposal_id)
        if done.refusal:
            raise done.refusal
        return done.after

    def waiting(self) -> tuple[str, ...]:
        """The organisations of which something is due now, the longest waiting first."""
        return tuple(dict.fromkeys(each.organisation for each in self._due()))

    def run_pending(self, organisation: str = "") -> tuple[str, ...]:
        """Carries on with everything that is due, of one organisation or of all; returns the ids of what came further.

        Their cards have changed.
        """
        due = [each for each in self._due() if organisation in ("", each.organisation)]
        changed: list[str] = []
        away: set[str] = set()
        for each in due:
            if self._bench.stopping.is_set():
                break
            if each.organisation in away:
                continue  # one that cannot be read now is not asked again for each of its proposals
            try:
                done = self._carry_out(each.id)
            except Exception:
                # One proposal that breaks the code must not keep the others waiting; it is tried again next time. If it
                # came further before it broke, whoever keeps the cards sees that its copies are behind.
                log.exception("could_not_carry_out", proposal=each.id)
                continue
            if done.refusal:
                away.add(each.organisation)
            if done.after != done.before:
                changed.append(each.id)
        return tuple(changed)

    def stop(self, timeout_seconds: float = 45.0) -> bool:
        """Begins nothing more and waits for what is under way; True when all of it ended in time."""
        self._bench.stopping.set()
        with self._idle:
            return self._idle.wait_for(lambda: self._busy == 0, timeout_seconds)

    def _due(self) -> Sequence[Due]:
        with self._bench.store.reading() as session:
            return claims.pending(session, now=self._bench.now())

    # One proposal

    def _carry_out(self, proposal_id: str) -> _Pass:
        refusal = None
        with self._at_work() as may_begin:
            if not may_begin:
                return _untouched(self._bench.proposal(proposal_id))
            claim = self._claim(proposal_id)
            if isinstance(claim, Proposal):
                return _untouched(claim)
            try:
                self._work(claim)
            except Refusal as error:
                refusal = error
                self._bench.rest(claim, str(error), self._bench.timings.after_no_send)
            finally:
                after = self._release(claim)
        return _Pass(claim.work, after, refusal)

    def _work(self, claim: Claim) -> None:
        proposal, owes_note = claim.work, claim.owes_note
        kind = kind_of(proposal.kind)
        if proposal.status in UNDER_WAY:
            # Read for every step: the lock date and the links must be of this moment.
            organisation = organisations.get(proposal.organisation, self._bench.gateway)
            match kind:
                case PersonKind():
                    self._persons_step.ask(claim, proposal, kind, organisation)
                case PenKind():
                    owes_note = self._posting.post(claim, proposal, kind, organisation)
        if owes_note:
            write_note(self._bench, claim)

    def _claim(self, proposal_id: str) -> Claim | Proposal:
        """The claim, or what cannot be claimed now."""
        with self._bench.store.transaction() as session:
            claim = claims.claim(session, proposal_id, now=self._bench.now(), lease=self._bench.timings.lease)
            return claim or register.get(session, proposal_id)

    def _release(self, claim: Claim) -> Proposal:
        with self._bench.store.transaction() as session:
            claims.release(session, claim, now=self._bench.now())
            return register.get(session, claim.proposal)

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
