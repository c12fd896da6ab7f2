"""What stands in a guard's place while its mutant is alive."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from sqlalchemy import bindparam, update

from approvals import attempts, audit, claims, policy, queue, register, stop
from approvals.delegation import Authority, authorities
from approvals.kinds.kind import Found
from approvals.kinds.post_journal import PostJournalKind
from approvals.posting import Posting
from approvals.proposal import APPROVED, FAILED, POSTED, UNKNOWN, WITHDRAWN, Proposal, canonical
from approvals.steps import Write
from books.firm import Firm, Member
from books.prepared import Prepared
from books.refusal import Refusal
from xero_tools.gateway import OutcomeUnknown, XeroRejected


def returns(answer: Any) -> Callable[..., Any]:
    """Something that always gives this answer."""
    return lambda *rest, **more: answer


def but(module: Any, **other: Any) -> Any:
    """A module as one other module sees it, with these names changed."""
    return SimpleNamespace(**{**vars(module), **other})


# Who


def own_work_only(authority: Authority, proposal: Proposal, needed: str) -> Refusal | None:
    """Forgets whoever approved already."""
    if authority.eyes & {proposal.preparer, *proposal.authors}:
        return Refusal("Own work.", next_step="Ask another.", code="own_work")
    return None


def authorities_without_dates(firm: Firm, member: Member, now: dt.datetime) -> tuple[Authority, ...]:
    """Looks for a day on which any delegation holds."""
    days = [dt.datetime.combine(each.first, dt.time(2), dt.UTC) for each in firm.delegations]
    return authorities(firm, member, days[0] if days else now)


_spread, _find, _begin, _halt = PostJournalKind.spread, PostJournalKind.find, attempts.begin, stop.halt
_record_posted, _post_begin, _send = Posting._record_posted, Posting._begin, Posting._send
_still_stands, _write_down, _move = queue._still_stands, register._write_down, register.move
_why_closed, _claim = policy.why_closed, claims.claim


def spread_of_the_first(kind: Any, payload: Any) -> dict[str, Decimal]:
    """Sums one account only."""
    return dict(list(_spread(kind, payload).items())[:1])


# At the click and before the send


def itself(proposal: Proposal) -> Proposal:
    """Instead of its content."""
    return proposal


def digest_as_kept(proposal: Proposal) -> str:
    """Whatever stands in the queue passes for what was submitted."""
    return proposal.digest


def never_expired(proposal: Proposal, *, verdict: str, lock_date: dt.date | None, now: dt.datetime) -> Refusal | None:
    """Its time never runs out."""
    return _why_closed(proposal, verdict=verdict, lock_date=lock_date, now=proposal.created_at)


def never_locked(proposal: Proposal, *, verdict: str, lock_date: dt.date | None, now: dt.datetime) -> Refusal | None:
    """Nothing is locked."""
    return _why_closed(proposal, verdict=verdict, lock_date=None, now=now)


class Undone(Exception):  # noqa: N818 - no error
    """Takes a transaction back."""


class Forgetful:
    """A store that keeps nothing."""

    def __init__(self, store: Any) -> None:
        self._store = store

    @contextmanager
    def transaction(self) -> Iterator[Any]:
        """A transaction that is taken back at its end."""
        with suppress(Undone), self._store.transaction() as session:
            yield session
            raise Undone


def halt_in_memory(store: Any, *rest: Any, **more: Any) -> Any:
    """Says that it is stopped, and keeps nothing."""
    return _halt(Forgetful(store), *rest, **more)  # type: ignore[arg-type]


# Once


def find_elsewhere(kind: Any, pen: Any, proposal: Proposal, *, since: dt.datetime) -> Found | None:
    """Looks in the other client's books."""
    other = {"wattle-books": "banksia-books", "banksia-books": "wattle-books"}[proposal.organisation]
    journal = pen.find_journal_by_mark(other, proposal.mark, since=since)
    found: Found | None = kind._compared(proposal, journal) if journal else None
    return found


def record_answers_only(self: Any, *rest: Any, by_mark: bool, **more: Any) -> None:
    """Writes nothing down when it was found by its mark."""
    if not by_mark:
        _record_posted(self, *rest, by_mark=by_mark, **more)


def begin_with_a_new_key(session: Any, proposal: Proposal, body: bytes, *, now: dt.datetime, **more: Any) -> Any:
    """A new generation for every send."""
    row = attempts.latest(session, proposal.id)
    if row is not None and row.outcome == attempts.SENDING:
        attempts.came_to(session, row, attempts.ABSENT)
    return _begin(session, proposal, body, now=now, **more)


def begin_unwritten(self: Any, *rest: Any, **more: Any) -> Any:
    """The attempt is made, and taken back before the request leaves."""
    bench = self._bench
    self._bench = replace(bench, store=Forgetful(bench.store))
    try:
        return _post_begin(self, *rest, **more)
    finally:
        self._bench = bench


def any_fence(session: Any, claim: claims.Claim) -> Any:
    """Whoever holds it now."""
    return claims.execution(session, claim.proposal)


def claim_at_once(session: Any, proposal_id: str, *, now: dt.datetime, lease: dt.timedelta) -> Any:
    """Takes the work from whoever has it."""
    claims.extend(session, proposal_id, until=now)
    return _claim(session, proposal_id, now=now, lease=lease)


def _ended(self: Any, claim: claims.Claim, why: str) -> None:
    with self._bench.store.transaction() as session:
        proposal = register.get(session, claim.proposal, lock=True)
        attempt = attempts.latest(session, claim.proposal)
        if proposal.status in (APPROVED, UNKNOWN) and claims.held(session, claim) and attempt is not None:
            attempts.came_to(session, attempt, attempts.REJECTED)
            register.move(session, proposal, FAILED, who="executor", now=self._bench.now(), problem=why)


def send_taking_a_500_for_absent(
    self: Any, claim: claims.Claim, proposal: Proposal, organisation: Any, changes: Any, write: Write
) -> Any:
    """The next generation leaves at once after a 500."""

    def send(attempt: Any) -> Found:
        try:
            return write.send(attempt)
        except OutcomeUnknown as error:
            if error.status == 500:
                _set_outcome(self, attempt, attempts.ABSENT)
            raise

    return _send(self, claim, proposal, organisation, changes, replace(write, send=send))


def send_giving_up(
    self: Any, claim: claims.Claim, proposal: Proposal, organisation: Any, changes: Any, write: Write
) -> Any:
    """No answer is a no."""

    def send(attempt: Any) -> Found:
        try:
            return write.send(attempt)
        except OutcomeUnknown as error:
            _ended(self, claim, str(error))
            raise XeroRejected((str(error),)) from error

    return _send(self, claim, proposal, organisation, changes, replace(write, send=send))


def not_sent_whoever_holds_it(self: Any, claim: claims.Claim, attempt: Any, refusal: Refusal, *rest: Any) -> None:
    """Writes down that nothing left, though another may have sent the same meanwhile."""
    _set_outcome(self, attempt, attempts.NOT_SENT)
    self._bench.rest(claim, str(refusal), self._bench.timings.after_no_send)


def _set_outcome(self: Any, attempt: Any, outcome: str) -> None:
    with self._bench.store.transaction() as session:
        attempts.came_to(session, attempt, outcome)


def not_sent_is_the_end(self: Any, claim: claims.Claim, attempt: Any, refusal: Refusal, *rest: Any) -> None:
    """What did not leave now failed for good, whatever left before."""
    _ended(self, claim, str(refusal))


def move_without_withdrawing(session: Any, proposal: Proposal, status: str, **more: Any) -> Proposal | None:
    """A superseded proposal stays as it is."""
    return proposal if status == WITHDRAWN else _move(session, proposal, status, **more)


def posted_does_not_stand(standing: Proposal, digest: str, *, by_person: bool) -> bool:
    """What was posted may be posted again."""
    return standing.status != POSTED and _still_stands(standing, digest, by_person=by_person)


# Told


def silent_about(*unsaid: str) -> Callable[..., None]:
    """The audit without these words."""

    def write_down(session: Any, proposal: Proposal, who: str, what: str, **more: Any) -> None:
        if what not in unsaid:
            _write_down(session, proposal, who, what, **more)

    return write_down


_HEADS = audit.AuditHead
NOT_FORWARD = Prepared(update(_HEADS).where(_HEADS.id == 1).values(seq=bindparam("to_seq")))
"""The head takes the number and forgets the hash."""


def hash_of_less(columns: Any) -> str:
    """Forgets what was changed."""
    kept: Iterable[str] = (name for name in columns if name not in ("hash", "after", "before"))
    return hashlib.sha256(canonical({name: columns[name] for name in kept})).hexdigest()
