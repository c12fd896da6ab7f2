"""Posts what was approved, exactly once: look for our mark, write, record, and when an answer is lost, read again."""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import Any

import structlog
from sqlalchemy.orm import Session

from approvals import attempts, register, stop
from approvals.attempts import AttemptRow, Claim
from approvals.kinds.kind import Found, PenKind
from approvals.proposal import APPROVED, FAILED, POSTED, UNKNOWN, Proposal
from approvals.workbench import EXECUTOR, Workbench, void
from books.records import Organisation
from books.refusal import Refusal
from xero_tools.gateway import NotSent, OutcomeUnknown, XeroRejected

log = structlog.get_logger(__name__)


class Posting:
    """One pass over one claimed proposal; every pass begins by looking for our mark."""

    def __init__(self, bench: Workbench) -> None:
        self._bench = bench

    def post(self, claim: Claim, proposal: Proposal, kind: PenKind[Any], organisation: Organisation) -> None:
        assert proposal.decided_at is not None
        for turn in range(self._bench.timings.sends_at_once):
            if turn and self._bench.stopping.wait(self._bench.timings.pause.total_seconds()):
                return
            if found := kind.find(self._bench.pen, proposal, since=proposal.decided_at):
                self._record_posted(proposal, kind, organisation, found, by_mark=True)
                return
            if not self._may_send(claim, proposal):
                return
            if self._send(claim, proposal, kind, organisation):
                return

    def _may_send(self, claim: Claim, proposal: Proposal) -> bool:
        """Whether a request may leave now; if not, why is written down. Xero just showed no mark of ours."""
        now = self._bench.now()
        with self._bench.store.transaction() as session:
            current = register.get(session, proposal.id, lock=True)
            row = attempts.held(session, claim)
            attempt = attempts.latest(session, proposal.id)
            if row is None:
                return False
            if attempt is None or attempt.outcome != attempts.SENDING:
                return current.status == APPROVED
            if current.status == APPROVED and now < attempt.first_send + self._bench.timings.window:
                return True
            return self._resolve(session, row, current, attempt, now)

    def _resolve(
        self,
        session: Session,
        row: attempts.ExecutionRow,
        proposal: Proposal,
        attempt: AttemptRow,
        now: dt.datetime,
    ) -> bool:
        """An answer was lost, and its key is too old to send again: only reading, twice and late enough, tells.

        Returns True when nothing was posted and the next generation may leave.
        """
        look_at = attempt.last_send + self._bench.timings.quiet
        if proposal.status == APPROVED:
            problem = f"Xero's answer was lost. Nothing is sent again; Xero is read again from {look_at:%H:%M} UTC."
            moved = register.move(session, proposal, UNKNOWN, who=EXECUTOR, now=now, problem=problem)
            if moved is None:
                return False
            proposal = moved
        if now < look_at:
            row.not_before = look_at
            return False
        if attempt.absent_at is None or now < attempt.absent_at + self._bench.timings.reads_apart:
            attempt.absent_at = attempt.absent_at or now
            row.not_before = attempt.absent_at + self._bench.timings.reads_apart
            return False
        attempt.outcome = attempts.ABSENT
        return register.move(session, proposal, APPROVED, who=EXECUTOR, now=now, problem="") is not None

    def _send(self, claim: Claim, proposal: Proposal, kind: PenKind[Any], organisation: Organisation) -> bool:
        """Sends once; True when there is nothing more to do now."""
        changes = self._bench.changes(proposal)
        begun = self._bench.monotonic()
        attempt = self._begin(claim, proposal, kind, organisation, changes)
        if attempt is None or self._bench.monotonic() - begun > self._bench.timings.send_deadline_seconds:
            return True
        try:
            found = kind.carry_out(self._bench.pen, proposal, attempt.body, key=attempt.key)
        except OutcomeUnknown as error:
            self._bench.rest(
                claim, f"Xero's answer was lost ({error}); it is being looked up.", self._bench.timings.pause
            )
            return False
        except NotSent as error:
            self._not_sent(claim, attempt, error.refusal, error.retry_after_seconds)
            return True
        except XeroRejected as refusal:
            self._rejected(claim, attempt, refusal)
            return True
        except Refusal as refusal:
            # Not connected, or not allowed: nothing was written, and people can mend it before the approval expires.
            self._not_sent(claim, attempt, refusal, 0)
            return True
        self._record_posted(proposal, kind, organisation, found, by_mark=False)
        return True

    def _begin(
        self,
        claim: Claim,
        proposal: Proposal,
        kind: PenKind[Any],
        organisation: Organisation,
        changes: tuple[str, ...],
    ) -> AttemptRow | None:
        """The last check, committed with the attempt before anything leaves; None when nothing may leave."""
        now = self._bench.now()
        with self._bench.store.transaction() as session:
            current = register.get(session, proposal.id, lock=True)
            row = attempts.held(session, claim)
            if row is None or current.status != APPROVED or now >= row.lease_until or self._bench.stopping.is_set():
                return None
            if stopped := stop.why_stopped(session, current.organisation):
                row.not_before = now + self._bench.timings.after_no_send
                register.annotate(session, current, problem=str(stopped), who=EXECUTOR, now=now)
                return None
            if refusal := void(session, current, organisation, changes, now):
                self._stop_here(session, current, refusal, now)
                return None
            attempt = attempts.begin(session, current, kind.request(current), now=now)
            row.lease_until = now + self._bench.timings.lease
            after = {"generation": attempt.generation, "key": attempt.key, "sends": attempt.sends,
                     "body_sha256": hashlib.sha256(attempt.body).hexdigest()}  # fmt: skip
            register.tell(session, current, "sending", who=EXECUTOR, now=now, after=after)
            return attempt

    def _stop_here(self, session: Session, proposal: Proposal, refusal: Refusal, now: dt.datetime) -> None:
        """The approval does not hold any more: it fails, or is looked up first when a request may have arrived."""
        attempt = attempts.latest(session, proposal.id)
        if attempt is not None and attempt.outcome == attempts.SENDING:
            register.move(session, proposal, UNKNOWN, who=EXECUTOR, now=now, problem=str(refusal))
        else:
            register.move(session, proposal, FAILED, who=EXECUTOR, now=now, problem=str(refusal))

    # What came of it

    def _not_sent(self, claim: Claim, attempt: AttemptRow, refusal: Refusal, retry_after_seconds: int) -> None:
        if not attempt.may_have_arrived:
            self._set_outcome(attempt, attempts.NOT_SENT)
        pause = max(dt.timedelta(seconds=retry_after_seconds), self._bench.timings.after_no_send)
        self._bench.rest(claim, str(refusal), pause)

    def _rejected(self, claim: Claim, attempt: AttemptRow, refusal: Refusal) -> None:
        now = self._bench.now()
        with self._bench.store.transaction() as session:
            proposal = register.get(session, claim.proposal, lock=True)
            if attempts.held(session, claim) is None or proposal.status != APPROVED:
                return
            status = UNKNOWN if attempt.may_have_arrived else FAILED
            if status == FAILED:
                session.get_one(AttemptRow, attempt.id).outcome = attempts.REJECTED
            register.move(session, proposal, status, who=EXECUTOR, now=now, problem=str(refusal))

    def _record_posted(
        self, proposal: Proposal, kind: PenKind[Any], organisation: Organisation, found: Found, *, by_mark: bool
    ) -> None:
        """Writes the receipt down, whoever holds the claim now: what Xero did is a fact."""
        seen = found if by_mark else self._read_back(proposal, kind, found.id)
        differs = seen.differs if seen else ""
        receipt = {
            "entity": found.entity,
            "id": found.id,
            "status": found.status,
            "link": kind.link(self._bench.gateway.links, organisation, proposal, found.id),
            "words": _posted_words(seen, (kind.proof or f"its mark {proposal.mark}") if by_mark else ""),
            "found_by": (kind.proof or "mark") if by_mark else "answer",
            "verified": seen is not None and not differs,
        }
        problem = f"Look at it in Xero: {differs}." if differs else ""
        now = self._bench.now()
        with self._bench.store.transaction() as session:
            current = register.get(session, proposal.id, lock=True)
            row = session.get_one(attempts.ExecutionRow, proposal.id, with_for_update=True)
            attempt = attempts.latest(session, proposal.id)
            if attempt is not None:
                attempt.outcome = attempts.DONE
            if current.status in (APPROVED, UNKNOWN):
                register.move(session, current, POSTED, who=EXECUTOR, now=now, receipt=receipt, problem=problem)
                row.note, row.not_before = attempts.NOTE_DUE, now

    def _read_back(self, proposal: Proposal, kind: PenKind[Any], document_id: str) -> Found | None:
        try:
            return kind.read_back(self._bench.gateway, proposal, document_id)
        except Refusal as refusal:
            log.warning("not_read_back", proposal=proposal.id, why=str(refusal))
            return None

    def _set_outcome(self, attempt: AttemptRow, outcome: str) -> None:
        with self._bench.store.transaction() as session:
            session.get_one(AttemptRow, attempt.id).outcome = outcome


def _posted_words(seen: Found | None, proof: str) -> str:
    if seen is None:
        return "Posted to Xero; it has not been read back yet."
    if seen.differs:
        return f"It stands in Xero, but {seen.differs}."
    if proof:
        return f"It stands in Xero as approved (found by {proof})."
    return "Posted to Xero, read back and found as approved."
