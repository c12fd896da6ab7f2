"""Posts what was approved, exactly once: look for our mark, write, record, and when an answer is lost, read again."""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import Any

import msgspec
import structlog
from sqlalchemy.orm import Session

from approvals import attempts, claims, register, sources, stop
from approvals.attempts import Attempt
from approvals.claims import Claim
from approvals.kinds.kind import Found, PenKind, Step
from approvals.proposal import APPROVED, FAILED, POSTED, UNKNOWN, Proposal
from approvals.sources import Source
from approvals.steps import Write, own_write, step_write
from approvals.workbench import EXECUTOR, Workbench, void
from books.records import Organisation
from books.refusal import Refusal
from xero_tools import organisations
from xero_tools.gateway import NotSent, OutcomeUnknown, XeroRejected
from xero_tools.sitting import Sitting
from xero_tools.writes import Pen
from xero_tools.writes.endings import ENDED

log = structlog.get_logger(__name__)


class Posting:
    """One pass over one claimed proposal; every pass begins by looking for what stands in Xero already."""

    def __init__(self, bench: Workbench) -> None:
        self._bench = bench

    def post(self, claim: Claim, proposal: Proposal, kind: PenKind[Any], organisation: Organisation) -> bool:
        """Whether it stands in Xero now as a whole, and that is written down."""
        steps = kind.steps(proposal)
        if not steps:
            done = self._carry_out(claim, proposal, organisation, own_write(self._bench.pen, proposal, kind))
            if done is not None:
                self._record_posted(proposal, kind, organisation, done[0], by_mark=done[1])
            return done is not None
        first = self._of_several(claim, proposal, organisation, own_write(self._bench.pen, proposal, kind))
        for number, step in enumerate(steps, start=1):
            if first is None:
                return False
            if proposal.problem and self._first_is_gone(claim, proposal, kind, step, first):
                return False
            write = step_write(self._bench.pen, proposal, number, step, first)
            if self._of_several(claim, proposal, organisation, write) is None:
                return False
        assert first is not None
        self._record_posted(proposal, kind, organisation, first, by_mark=False)
        return True

    def _of_several(self, claim: Claim, proposal: Proposal, organisation: Organisation, write: Write) -> Found | None:
        """One of several writes, done and kept so, or None while it is not.

        One that is kept as done is not looked for again: a list that lags must not make a second of it.
        """
        if known := self._kept(proposal, write.number):
            return known
        done = self._carry_out(claim, proposal, organisation, write)
        return self._keep(proposal, write, done[0]) if done else None

    def _first_is_gone(self, claim: Claim, proposal: Proposal, kind: PenKind[Any], step: Step, first: Found) -> bool:
        """Whether a person took back in Xero what the first write made; then nothing of it stands, and it ends."""
        now_there = kind.read_back(self._bench.gateway, proposal, first.id)
        if now_there.status not in ENDED or step.is_done(self._bench.pen, proposal, first):
            return False
        now = self._bench.now()
        with self._bench.store.transaction() as session:
            current = register.get(session, proposal.id, lock=True)
            if claims.held(session, claim) is not None and current.status in (APPROVED, UNKNOWN):
                problem = "What its first step made was taken back in Xero, so nothing of this stands there."
                register.move(session, current, FAILED, who=EXECUTOR, now=now, problem=problem)
        return True

    def _carry_out(
        self, claim: Claim, proposal: Proposal, organisation: Organisation, write: Write
    ) -> tuple[Found, bool] | None:
        """What Xero has of one write, and whether looking showed it; None when it is not done now.

        Everything is read anew for each request. What is both looked at and built on (a status that ends a document)
        is read once: the same moment answers both.
        """
        for turn in range(self._bench.timings.sends_at_once):
            if turn and self._bench.stopping.wait(self._bench.timings.pause.total_seconds()):
                return None
            look = Sitting(self._bench.gateway)
            if found := write.find(Pen(look)):
                return found, True
            built_on = self._may_send(claim, proposal, write)
            if built_on is None:
                return None
            changes = sources.changes_in(proposal.organisation, look, built_on)
            if turn or write.number:  # an earlier request left since the organisation was read
                organisation = organisations.get(proposal.organisation, self._bench.gateway)
            is_over, made = self._send(claim, proposal, organisation, changes, write)
            if is_over:
                return (made, False) if made else None
        return None

    def _may_send(self, claim: Claim, proposal: Proposal, write: Write) -> tuple[Source, ...] | None:
        """The documents to read again before a request leaves, or None: none leaves now, and why is written down."""
        with self._bench.store.transaction() as session:
            current = register.get(session, proposal.id, lock=True)
            if claims.held(session, claim) is None or not self._may_leave(session, current, write):
                return None
            return sources.kept(session, proposal.id) if write.reads_sources else ()

    def _may_leave(self, session: Session, proposal: Proposal, write: Write) -> bool:
        """Whether a request may leave, as far as those before it tell. Xero just showed nothing of ours."""
        now = self._bench.now()
        attempt = attempts.latest(session, proposal.id, write.number)
        if attempt is not None and attempt.outcome == attempts.REJECTED:
            # A later step that Xero refused: people finish it or take the first one back, and both are seen.
            claims.rest(session, proposal.id, until=now + self._bench.timings.person_interval)
            return False
        if attempt is None or (attempt.outcome != attempts.SENDING and proposal.status != UNKNOWN):
            return proposal.status == APPROVED
        in_time = now < attempt.first_send + self._bench.timings.window
        if proposal.status == APPROVED and in_time and write.resends:
            return True
        return self._resolve(session, proposal, attempt, now, write)

    def _resolve(self, session: Session, proposal: Proposal, attempt: Attempt, now: dt.datetime, write: Write) -> bool:
        """An answer was lost, and its key is too old to send again: only reading, twice and late enough, tells.

        Returns True when nothing was posted and the next generation may leave.
        """
        look_at = attempt.last_send + self._bench.timings.quiet
        if proposal.status == APPROVED:
            problem = f"Xero's answer was lost. Nothing is sent again; Xero is read again from {look_at:%H:%M} UTC."
            problem = _with(problem, write)
            moved = register.move(session, proposal, UNKNOWN, who=EXECUTOR, now=now, problem=problem)
            if moved is None:
                return False
            proposal = moved
        if now < look_at:
            claims.rest(session, proposal.id, until=look_at)
            return False
        if attempt.absent_at is None or now < attempt.absent_at + self._bench.timings.reads_apart:
            absent_at = attempt.absent_at or now
            attempts.came_to(session, attempt, attempt.outcome, absent_at=absent_at)
            claims.rest(session, proposal.id, until=absent_at + self._bench.timings.reads_apart)
            return False
        attempts.came_to(session, attempt, attempts.ABSENT)
        if not write.resends:
            problem = f"Xero's answer was lost, and {write.proof} does not show it. It is never sent a second time."
            problem = f"{problem} Look in Xero; if it did not happen, do it there, or have it prepared again."
            register.move(session, proposal, FAILED, who=EXECUTOR, now=now, problem=problem)
            return False
        return register.move(session, proposal, APPROVED, who=EXECUTOR, now=now, problem="") is not None

    def _send(
        self, claim: Claim, proposal: Proposal, organisation: Organisation, changes: tuple[str, ...], write: Write
    ) -> tuple[bool, Found | None]:
        """Sends once; the first is True when there is nothing more to do now."""
        begun = self._bench.monotonic()
        attempt = self._begin(claim, proposal, organisation, changes, write)
        if attempt is None or self._bench.monotonic() - begun > self._bench.timings.send_deadline_seconds:
            return True, None
        try:
            return True, write.send(attempt)
        except OutcomeUnknown as error:
            problem = f"Xero's answer was lost ({error}); it is being looked up."
            self._bench.rest(claim, problem, self._bench.timings.pause)
            return False, None
        except NotSent as error:
            self._not_sent(claim, attempt, error.refusal, error.retry_after_seconds)
        except XeroRejected as refusal:
            self._rejected(claim, attempt, refusal, write)
        except Refusal as refusal:
            # Not connected, or not allowed: nothing was written, and people can mend it before the approval expires.
            self._not_sent(claim, attempt, refusal, 0)
        return True, None

    def _begin(
        self, claim: Claim, proposal: Proposal, organisation: Organisation, changes: tuple[str, ...], write: Write
    ) -> Attempt | None:
        """The last check, committed with the attempt before anything leaves; None when nothing may leave."""
        now = self._bench.now()
        with self._bench.store.transaction() as session:
            current = register.get(session, proposal.id, lock=True)
            row = claims.held(session, claim)
            if row is None or current.status != APPROVED or now >= row.lease_until or self._bench.stopping.is_set():
                return None
            if stopped := stop.why_stopped(session, current.organisation):
                claims.rest(session, current.id, until=now + self._bench.timings.after_no_send)
                register.annotate(session, current, problem=str(stopped), who=EXECUTOR, now=now)
                return None
            if refusal := void(session, current, organisation, changes, now):
                self._stop_here(session, current, refusal, write)
                return None
            attempt = attempts.begin(session, current, write.request(current), now=now, step=write.number)
            claims.extend(session, current.id, until=now + self._bench.timings.lease)
            after = {"generation": attempt.generation, "key": attempt.key, "sends": attempt.sends,
                     "body_sha256": hashlib.sha256(attempt.body).hexdigest()}  # fmt: skip
            after |= {"step": write.number} if write.number else {}
            register.tell(session, current, "sending", who=EXECUTOR, now=now, after=after)
            return attempt

    def _stop_here(self, session: Session, proposal: Proposal, refusal: Refusal, write: Write) -> None:
        """The approval does not hold any more: it fails, or is looked up first when a request may have arrived.

        Where an earlier step stands in Xero it does not fail: it stays open, says so, and is looked at again.
        """
        now = self._bench.now()
        attempt = attempts.latest(session, proposal.id, write.number)
        if attempt is not None and attempt.outcome == attempts.SENDING:
            register.move(session, proposal, UNKNOWN, who=EXECUTOR, now=now, problem=_with(str(refusal), write))
        elif write.number:
            self._stay_open(session, proposal, refusal, write)
        else:
            register.move(session, proposal, FAILED, who=EXECUTOR, now=now, problem=str(refusal))

    def _stay_open(self, session: Session, proposal: Proposal, refusal: Refusal, write: Write) -> None:
        """An earlier step stands in Xero and this one cannot follow: a person is told what to do, and Xero is read."""
        now = self._bench.now()
        claims.rest(session, proposal.id, until=now + self._bench.timings.person_interval)
        register.annotate(session, proposal, problem=_with(str(refusal), write), who=EXECUTOR, now=now)

    # What came of it

    def _not_sent(self, claim: Claim, attempt: Attempt, refusal: Refusal, retry_after_seconds: int) -> None:
        """Nothing left. Whoever lost the claim meanwhile writes nothing down: another may have sent the same since."""
        now = self._bench.now()
        pause = max(dt.timedelta(seconds=retry_after_seconds), self._bench.timings.after_no_send)
        with self._bench.store.transaction() as session:
            proposal = register.get(session, claim.proposal, lock=True)
            if claims.held(session, claim) is None:
                return
            if not attempt.may_have_arrived:
                attempts.came_to(session, attempt, attempts.NOT_SENT)
            claims.rest(session, proposal.id, until=now + pause)
            if proposal.status in (APPROVED, UNKNOWN):
                register.annotate(session, proposal, problem=str(refusal), who=EXECUTOR, now=now)

    def _rejected(self, claim: Claim, attempt: Attempt, refusal: Refusal, write: Write) -> None:
        now = self._bench.now()
        with self._bench.store.transaction() as session:
            proposal = register.get(session, claim.proposal, lock=True)
            if claims.held(session, claim) is None or proposal.status != APPROVED:
                return
            if attempt.may_have_arrived:
                register.move(session, proposal, UNKNOWN, who=EXECUTOR, now=now, problem=_with(str(refusal), write))
                return
            attempts.came_to(session, attempt, attempts.REJECTED)
            if write.number:
                self._stay_open(session, proposal, refusal, write)
            else:
                register.move(session, proposal, FAILED, who=EXECUTOR, now=now, problem=str(refusal))

    def _kept(self, proposal: Proposal, number: int) -> Found | None:
        with self._bench.store.reading() as session:
            attempt = attempts.latest(session, proposal.id, number)
        if attempt is None or attempt.found is None:
            return None
        return msgspec.convert(attempt.found, Found)

    def _keep(self, proposal: Proposal, write: Write, found: Found) -> Found:
        """Writes down that one of several is done, whoever holds the claim now: what Xero did is a fact."""
        now = self._bench.now()
        with self._bench.store.transaction() as session:
            current = register.get(session, proposal.id, lock=True)
            attempt = attempts.latest(session, proposal.id, write.number)
            if attempt is not None and attempt.found is None:
                attempts.keep_found(session, attempt, msgspec.to_builtins(found))
                after = {"step": write.number, "entity": found.entity, "id": found.id}
                register.tell(session, current, "step_done", who=EXECUTOR, now=now, after=after)
            if current.status == UNKNOWN:
                register.move(session, current, APPROVED, who=EXECUTOR, now=now, problem="")
        return found

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
            **({"parts": list(seen.parts)} if seen is not None and seen.parts else {}),
        }
        problem = f"Look at it in Xero: {differs}." if differs else ""
        now = self._bench.now()
        with self._bench.store.transaction() as session:
            current = register.get(session, proposal.id, lock=True)
            attempt = attempts.latest(session, proposal.id)
            if attempt is not None:
                attempts.came_to(session, attempt, attempts.DONE)
            if current.status in (APPROVED, UNKNOWN):
                register.move(session, current, POSTED, who=EXECUTOR, now=now, receipt=receipt, problem=problem)
                claims.note_is(session, current.id, claims.NOTE_DUE)
                claims.rest(session, current.id, until=now)

    def _read_back(self, proposal: Proposal, kind: PenKind[Any], document_id: str) -> Found | None:
        try:
            return kind.read_back(self._bench.gateway, proposal, document_id)
        except Refusal as refusal:
            log.warning("not_read_back", proposal=proposal.id, why=str(refusal))
            return None


def _with(words: str, write: Write) -> str:
    return f"{words} {write.remains}".rstrip()


def _posted_words(seen: Found | None, proof: str) -> str:
    if seen is None:
        return "Posted to Xero; it has not been read back yet."
    if seen.differs:
        return f"It stands in Xero, but {seen.differs}."
    if proof:
        return f"It stands in Xero as approved (found by {proof})."
    return "Posted to Xero, read back and found as approved."
