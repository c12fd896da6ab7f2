"""The queue: where proposals are submitted, and where people decide on them."""

from __future__ import annotations

import datetime as dt
import hmac
import secrets
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import msgspec
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from approvals import policy, register
from approvals.kinds import kind_of
from approvals.proposal import (
    APPROVED,
    EXPIRED,
    POSTED,
    PROPOSED,
    REJECTED,
    UNDER_WAY,
    WITHDRAWN,
    Draft,
    Proposal,
    content_of,
    differences,
    digest_of,
    mark_of,
)
from books.clock import Clock
from books.firm import Firm, Member, load_firm
from books.period import spoken
from books.refusal import Refusal
from books.store import Store
from xero_tools import accounts, organisations
from xero_tools.gateway import Gateway

_STATUS_OF = {policy.APPROVE: APPROVED, policy.REJECT: REJECTED}
_PREPARERS = ("preparer", "approver", "partner")
QUEUE = "queue"
"""Who the audit names where no person acted."""


@dataclass(frozen=True)
class Decision:
    """What a click did: `changed` is False when it came too late, and `words` say so."""

    changed: bool
    words: str
    proposal: Proposal


@dataclass(frozen=True)
class _Click:
    proposal_id: str
    verdict: str
    digest: str
    member_id: str
    reason: str
    where: str


@dataclass(frozen=True)
class _Lock:
    """Xero's lock date as just read; None means that nothing is locked."""

    date: dt.date | None


class Queue:
    """Every method is one transaction that writes the row and its audit together; Xero is read before it begins."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        gateway: Gateway,
        *,
        new_id: Callable[[], str] = lambda: secrets.token_hex(16),
    ) -> None:
        self._store = store
        self._clock = clock
        self._gateway = gateway
        self._new_id = new_id

    # Submitting

    def submit(self, organisation: str, draft: Draft, *, preparer: Member | None, agent: str) -> Proposal:
        """Puts a draft into the queue, once for each piece of work (`draft.key`).

        Open content that changed is superseded by a new proposal; work that is under way or posted is returned as it
        is; work that was rejected comes back unchanged only when a person asks. Raises Refusal for a broken draft.
        """
        if draft.organisation != organisation:
            raise Refusal(
                "This draft belongs to other books.", next_step="Prepare it again.", code="wrong_organisation"
            )
        kind = kind_of(draft.kind)
        draft = msgspec.structs.replace(draft, payload=kind.tidy(kind.read(draft)), amount=draft.amount.rounded())
        kind.check(draft, None)
        with self._store.reading() as session:
            standing = register.of_key(session, organisation, draft.key)
        digest = digest_of(content_of(draft))
        if standing and _still_stands(standing, digest, by_person=preparer is not None):
            return standing
        if kind.needs_chart:
            kind.check(draft, accounts.chart(organisation, self._gateway))
        for _ in range(2):
            try:
                with self._store.transaction() as session:
                    return self._submit(session, draft, preparer, agent)
            except IntegrityError:
                continue  # somebody submitted the same piece of work at this moment: theirs is found now
        raise Refusal("This was submitted twice at once.", next_step="Ask again.", code="busy")

    def _submit(self, session: Session, draft: Draft, preparer: Member | None, agent: str) -> Proposal:
        firm = load_firm(session)
        self._check_sender(firm, draft, preparer)
        now = self._clock.now()
        standing = register.of_key(session, draft.organisation, draft.key, lock=True)
        digest = digest_of(content_of(draft))
        if standing and _still_stands(standing, digest, by_person=preparer is not None):
            return standing
        proposal = self._new(firm, draft, digest, preparer, agent, now)
        if standing and standing.is_open:
            proposal = msgspec.structs.replace(proposal, supersedes=standing.id)
            changes = "; ".join(differences(standing, proposal))
            reason = f"a newer version ({proposal.id}) stands in its place. Changed: {changes}."
            register.move(session, standing, WITHDRAWN, who=agent or QUEUE, now=now, reason=reason)
        return register.insert(session, proposal, now=now)

    def _new(
        self, firm: Firm, draft: Draft, digest: str, preparer: Member | None, agent: str, now: dt.datetime
    ) -> Proposal:
        proposal_id = self._new_id()
        return Proposal(
            id=proposal_id,
            digest=digest,
            mark=mark_of(proposal_id),
            preparer=preparer.id if preparer else "",
            agent=agent,
            status=PROPOSED,
            created_at=now,
            expires_at=now + dt.timedelta(hours=policy.rule_for(firm, draft.kind).expires_hours),
            firm_version=firm.version,
            key=draft.key,
            **{**content_of(draft), "amount": draft.amount, "evidence": draft.evidence},
        )

    @staticmethod
    def _check_sender(firm: Firm, draft: Draft, preparer: Member | None) -> None:
        client = firm.client(draft.client)
        if client.organisation != draft.organisation:
            raise Refusal(
                f"{client.name} keeps its books elsewhere.", next_step="Prepare it again.", code="wrong_organisation"
            )
        if preparer is None:
            return
        known = firm.member(preparer.id)
        if known.role not in _PREPARERS or not known.may_see(client.id):
            raise Refusal(
                f"You may not prepare changes for {client.name}.",
                next_step="Ask a preparer who works on this client.",
                code="may_not_prepare",
            )

    # Reading

    def get(self, proposal_id: str) -> Proposal:
        """The proposal as it stands now; raises Refusal when there is none."""
        with self._store.reading() as session:
            return register.get(session, proposal_id)

    def listing(
        self,
        organisations: Sequence[str],
        *,
        statuses: Iterable[str] | None = None,
        period: str | None = None,
        kind: str | None = None,
    ) -> list[Proposal]:
        """The proposals of these organisations, oldest first."""
        with self._store.reading() as session:
            return register.listing(session, organisations, statuses=statuses, period=period, kind=kind)

    # Deciding

    def decide(
        self, proposal_id: str, *, verdict: str, digest: str, member_id: str, reason: str = "", where: str = ""
    ) -> Decision:
        """Records a member's verdict on exactly the content they were shown, or says why nothing was done.

        A late or doubled click is a Decision that changed nothing; a forbidden one, or one on other content, is a
        Refusal, and the audit keeps it.
        """
        if verdict == policy.REJECT and not reason.strip():
            raise Refusal("A rejection needs a reason.", next_step="Say in a few words why.", code="no_reason")
        click = _Click(proposal_id, verdict, digest, member_id, reason.strip(), where)
        lock = self._lock_for(click)
        with self._store.transaction() as session:
            decided = self._decide(session, click, lock)
        if isinstance(decided, Refusal):
            raise decided
        return decided

    def _lock_for(self, click: _Click) -> _Lock | None:
        """Xero's lock date, read only for an approval that could count: outsiders and late clicks cost Xero nothing."""
        with self._store.reading() as session:
            proposal = register.get(session, click.proposal_id)
            standings = policy.who_may_decide(load_firm(session), proposal)
        may = any(each.may for each in standings if each.member_id == click.member_id)
        if click.verdict != policy.APPROVE or not proposal.is_open or not may:
            return None
        return _Lock(organisations.get(proposal.organisation, self._gateway).lock_date)

    def _decide(self, session: Session, click: _Click, lock: _Lock | None) -> Decision | Refusal:
        now = self._clock.now()
        proposal = register.get(session, click.proposal_id, lock=True)
        firm = load_firm(session)
        member = firm.member(click.member_id)
        if not proposal.is_open:
            return Decision(False, _too_late(firm, proposal, member), proposal)
        day = lock.date if lock else None
        refusal = policy.may_decide(
            member, proposal, firm, verdict=click.verdict, organisation_lock_date=day, now=now
        ) or _not_what_was_shown(proposal, click.digest)
        if refusal is None and click.verdict == policy.APPROVE and lock is None:
            refusal = Refusal("Your role changed at this moment.", next_step="Press again.", code="try_again")
        if refusal:
            register.refused(
                session, proposal, refusal, verdict=click.verdict, who=member.id, where=click.where, now=now
            )
            return refusal
        moved = register.move(
            session,
            proposal,
            _STATUS_OF[click.verdict],
            who=member.id,
            now=now,
            where=click.where,
            reason=click.reason,
            decided_by=member.id,
            decided_at=now,
            decided_where=click.where,
        )
        if moved is None:
            current = register.get(session, proposal.id)
            return Decision(False, _too_late(firm, current, member), current)
        return Decision(True, f"{_did(firm, moved)}.", moved)

    # Leaving the queue

    def withdraw(self, proposal_id: str, *, who: str, reason: str, where: str = "") -> Decision:
        """Takes an open proposal back; `who` is a member's id or an agent's name."""
        with self._store.transaction() as session:
            proposal = register.get(session, proposal_id, lock=True)
            now = self._clock.now()
            moved = proposal.is_open and register.move(
                session, proposal, WITHDRAWN, who=who, now=now, where=where, reason=reason
            )
            if not moved:
                return Decision(False, f"This is {_said(proposal.status)} already; nothing was done.", proposal)
        return Decision(True, "Withdrawn.", moved)

    def expire_due(self) -> tuple[str, ...]:
        """Expires what nobody decided in time; returns the ids."""
        now = self._clock.now()
        with self._store.reading() as session:
            due = [each for each in register.listing(session, None, statuses=(PROPOSED,)) if now >= each.expires_at]
        expired = []
        for each in due:
            with self._store.transaction() as session:
                proposal = register.get(session, each.id, lock=True)
                if proposal.is_open and register.move(session, proposal, EXPIRED, who=QUEUE, now=now):
                    expired.append(each.id)
        return tuple(expired)


def _still_stands(standing: Proposal, digest: str, *, by_person: bool) -> bool:
    """Whether the piece of work needs no new proposal."""
    if standing.status in UNDER_WAY:
        return True
    if standing.status == POSTED:
        return not kind_of(standing.kind).repeats or (standing.digest == digest and not by_person)
    if standing.status == REJECTED:
        return standing.digest == digest and not by_person
    return standing.is_open and standing.digest == digest


def _not_what_was_shown(proposal: Proposal, digest: str) -> Refusal | None:
    if not hmac.compare_digest(digest_of(content_of(proposal)), proposal.digest):
        return Refusal(
            "What stands in the queue is not what was submitted; nothing was done.",
            next_step="Tell an administrator: the record was changed outside Tieout. Prepare it again.",
            code="tampered",
        )
    if hmac.compare_digest(digest.encode(), proposal.digest.encode()):
        return None
    return Refusal(
        "The card you pressed shows other content than what stands in the queue; nothing was done.",
        next_step="Ask for your queue and decide on the current card.",
        code="stale",
    )


def _too_late(firm: Firm, proposal: Proposal, member: Member) -> str:
    if proposal.decided_at is None:
        why = f" ({proposal.reason.rstrip('.')})" if proposal.reason else ""
        return f"This was {_said(proposal.status)}{why}; nothing was done."
    return f"{_did(firm, proposal, you=member.id)}; nothing was done."


def _did(firm: Firm, proposal: Proposal, *, you: str = "") -> str:
    """`Priya Sharma approved this on 5 Nov 2026 at 09:12`, in the firm's time."""
    names = {member.id: member.name for member in firm.members}
    who = "You" if proposal.decided_by == you else names.get(proposal.decided_by, proposal.decided_by)
    verb = "rejected" if proposal.status == REJECTED else "approved"
    assert proposal.decided_at is not None
    at = proposal.decided_at.astimezone(ZoneInfo(firm.timezone))
    return f"{who} {verb} this on {spoken(at.date())} at {at:%H:%M}"


def _said(status: str) -> str:
    return status.replace("_", " ")
