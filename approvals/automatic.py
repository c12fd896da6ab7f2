"""What happens without a person, and what people do about it: automatic approval, demotion, re-arming, review."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from approvals import automation, breaker, register, sources
from approvals.breaker import Fall
from approvals.deciding import Look, past_of
from approvals.hands import approved
from approvals.policy import APPROVE, why_closed
from approvals.proposal import APPROVED, POSTED, PROPOSED, Proposal, content_of, digest_of
from approvals.track_record import RIGHT, WRONG, ReviewRow
from books.clock import Clock
from books.firm import AUTOMATION, Client, load_firm
from books.refusal import Refusal
from books.store import Store
from xero_tools import organisations
from xero_tools.gateway import Gateway


@dataclass(frozen=True)
class Swept:
    """What one pass did: the proposals that were approved by rule, and where automation was taken away."""

    approved: tuple[Proposal, ...]
    falls: tuple[Fall, ...]


class Automatic:
    """Reads Xero before each transaction, never inside one; any number of processes may run it at once."""

    def __init__(self, store: Store, clock: Clock, gateway: Gateway) -> None:
        self._store = store
        self._clock = clock
        self._gateway = gateway

    def sweep(self) -> Swept:
        """Takes automation away where it must be, then approves what the firm's rule may; raises nothing of Xero's."""
        falls = self._falls()
        with self._store.reading() as session:
            firm = load_firm(session)
            if not firm.automation:
                return Swept((), falls)
            waiting = [each for each in register.listing(session, None, statuses=(PROPOSED,)) if _may(session, each)]
        return Swept(tuple(each for each in waiting if self._approve(each)), falls)

    def review(self, proposal_id: str, *, member_id: str, verdict: str, why: str = "", where: str = "") -> Proposal:
        """A person says whether an automatic posting was right; a wrong one takes automation away at once.

        Raises Refusal for what no rule posted, a second review, and who may not decide on this kind.
        """
        with self._store.transaction() as session:
            proposal, firm = register.get(session, proposal_id, lock=True), load_firm(session)
            member = firm.member(member_id)
            if proposal.decided_by != AUTOMATION or proposal.status != POSTED:
                raise _no("Only what was posted without a person is reviewed.", "Look at its story.", "not_automatic")
            if verdict not in (RIGHT, WRONG) or (verdict == WRONG and not why.strip()):
                raise _no("A review says right, or wrong with a reason.", "Say in a few words why.", "no_reason")
            if member.role not in ("approver", "partner") or not member.may_see(proposal.client):
                raise _no("You may not review this.", "Ask an approver or a partner.", "role")
            if session.get(ReviewRow, proposal.id) is not None:
                raise _no("This was reviewed already.", "Nothing is left to do.", "reviewed")
            now, reason = self._clock.now(), " ".join(why.split())
            session.add(ReviewRow(proposal=proposal.id, member=member.id, verdict=verdict, why=reason, at=now))
            session.flush()
            after = {"verdict": verdict, "why": reason}
            register.tell(session, proposal, "reviewed", who=member.id, now=now, after=after)
            return proposal

    def arm(self, client: Client, kind: str, *, member_id: str, why: str, where: str = "") -> None:
        """A partner gives automation back; raises Refusal where it was not taken away, and for anybody else."""
        with self._store.transaction() as session:
            member = load_firm(session).member(member_id)
            if member.role != "partner" or not member.may_see(client.id):
                raise _no("Only a partner re-arms automation.", "Ask a partner.", "role")
            if not why.strip():
                raise _no("A reason is needed.", "Say in a few words what you found.", "no_reason")
            row = breaker.row_of(session, client.organisation, kind)
            if row is None or not row.is_down:
                raise _no("Automation was not taken away there.", "Ask how automation stands.", "not_down")
            reason = " ".join(why.split()).rstrip(".")
            breaker.arm(session, row, member_id=member.id, why=reason, now=self._clock.now(), where=where)

    def standings(self, clients: tuple[Client, ...]) -> tuple[automation.Standing, ...]:
        """How automation stands for each of these clients and every kind that the firm lets earn it."""
        with self._store.reading() as session:
            return automation.standings(session, load_firm(session), clients)

    def waits_for_review(self, proposal: Proposal) -> bool:
        """Whether a person is still to say if this automatic posting was right."""
        if proposal.status != POSTED or proposal.decided_by != AUTOMATION:
            return False
        with self._store.reading() as session:
            if session.get(ReviewRow, proposal.id) is not None:
                return False
            return automation.is_sampled(session, proposal, load_firm(session))

    def _falls(self) -> tuple[Fall, ...]:
        with self._store.reading() as session:
            firm = load_firm(session)
            down = [
                (client.organisation, kind, why)
                for client in firm.clients
                for kind, bar in firm.automation.items()
                if client.phase_of(kind) == automation.AUTOMATE
                and (why := breaker.why_down(session, client.organisation, kind, bar))
            ]
        falls = []
        for organisation, kind, why in down:
            with self._store.transaction() as session:
                falls.append(breaker.fall(session, organisation, kind, why, now=self._clock.now()))
        return tuple(each for each in falls if each is not None)

    def _approve(self, seen: Proposal) -> bool:
        try:
            with self._store.reading() as session:
                bound = sources.kept(session, seen.id)
            lock_date = organisations.get(seen.organisation, self._gateway).lock_date
            look = Look(lock_date, sources.changes_in(seen.organisation, self._gateway, bound))
        except Refusal:
            return False  # Xero cannot be read now: it waits for a person, or for the next pass
        with self._store.transaction() as session:
            return _decided(session, seen.id, look, self._clock)


def _may(session: Session, proposal: Proposal) -> bool:
    now, firm = proposal.created_at, load_firm(session)
    past = past_of(session, proposal, until=now)
    return automation.why_not(session, firm, proposal, past, now=now) is None


def _decided(session: Session, proposal_id: str, look: Look, clock: Clock) -> bool:
    """The firm's own yes, under the same checks as a person's click; False leaves it to people."""
    proposal, firm, now = register.get(session, proposal_id, lock=True), load_firm(session), clock.now()
    past = past_of(session, proposal, until=now)
    if not proposal.is_open or look.changes or digest_of(content_of(proposal)) != proposal.digest:
        return False
    if why_closed(proposal, verdict=APPROVE, lock_date=look.lock_date, now=now):
        return False
    if automation.why_not(session, firm, proposal, past, now=now):
        return False
    given = automation.automatic_approval(proposal, firm, now)
    approved(session, proposal.id, given)
    moved = register.move(
        session, proposal, APPROVED, who=AUTOMATION, now=now, told={"rule": given.rule},
        decided_by=AUTOMATION, decided_at=now, decided_where="rule",
    )  # fmt: skip
    return moved is not None


def _no(words: str, next_step: str, code: str) -> Refusal:
    return Refusal(words, next_step=next_step, code=code)
