"""The queue: where proposals are submitted, and where people decide on them."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence

import msgspec
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from approvals import automation, payees, policy, register, sources
from approvals.deciding import QUEUE, Click, Decision, Look, decide, past_of, said, too_late
from approvals.kinds import kind_of
from approvals.proposal import (
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
from books.refusal import Refusal
from books.store import Store
from xero_tools import accounts, organisations
from xero_tools.gateway import Gateway
from xero_tools.sitting import Sitting

__all__ = ["Decision", "Queue"]

_PREPARERS = ("preparer", "approver", "partner")


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
        # Told of each proposal that a click found stale, so that somebody prepares it again.
        self.on_void: Callable[[Proposal], None] = lambda proposal: None

    # Submitting

    def submit(
        self,
        organisation: str,
        draft: Draft,
        *,
        preparer: Member | None,
        agent: str,
        reading: Gateway | None = None,
    ) -> Proposal:
        """Puts a draft into the queue, once for each piece of work (`draft.key`).

        Open content that changed is superseded by a new proposal; work that is under way or posted is returned as it
        is; work that was rejected comes back unchanged only when a person asks. Raises Refusal for a broken draft.
        `reading` lets drafts that are submitted together share what is read of the books; a click reads them again.
        """
        if draft.organisation != organisation:
            raise Refusal(
                "This draft belongs to other books.", next_step="Prepare it again.", code="wrong_organisation"
            )
        return self._put(draft, preparer, agent, amends=None, reading=reading)

    def amend(self, proposal_id: str, draft: Draft, *, editor: Member, reading: Gateway | None = None) -> Proposal:
        """Puts an edited version in an open proposal's place; the editor is its preparer from then on.

        Nobody who wrote an earlier version approves the edited one. Raises Refusal for a broken draft, for other work,
        when nothing was changed, and when the proposal was decided or replaced meanwhile.
        """
        old = self.get(proposal_id)
        if (draft.kind, draft.organisation, draft.client, draft.key) != (
            old.kind,
            old.organisation,
            old.client,
            old.key,
        ):
            raise Refusal("This is another piece of work.", next_step="Edit the card you see.", code="other_work")
        return self._put(draft, editor, old.agent, amends=old, reading=reading)

    def undo(self, proposal_id: str, *, member: Member, reading: Gateway | None = None) -> Proposal:
        """Proposes what takes a posted proposal back, prepared for `member`; raises Refusal where nothing does."""
        posted = self.get(proposal_id)
        if posted.status != POSTED:
            raise Refusal(
                f"This is {said(posted.status)}, so there is nothing to undo.",
                next_step="Withdraw or reject what is still open.",
                code="not_posted",
            )
        lock_date = organisations.get(posted.organisation, reading or self._gateway).lock_date
        draft = kind_of(posted.kind).undoing(posted, lock_date)
        return self.submit(posted.organisation, draft, preparer=member, agent="undo", reading=reading)

    def edit(
        self, proposal_id: str, values: Mapping[str, str], *, editor: Member, reading: Gateway | None = None
    ) -> Proposal:
        """Puts a version in its place in which a person changed some of the fields of `Kind.form`.

        Raises Refusal for a figure or a date that cannot be read, and as `amend` does.
        """
        old = self.get(proposal_id)
        kind = kind_of(old.kind)
        chart = accounts.chart(old.organisation, reading or self._gateway) if kind.needs_chart else ()
        payload, amount = kind.edited(kind.read(old), values, old.amount, chart)
        fields = {name: getattr(old, name) for name in Draft.__struct_fields__}
        draft = Draft(**{**fields, "payload": payload, "amount": amount})
        return self.amend(old.id, draft, editor=editor, reading=reading)

    def _put(
        self,
        draft: Draft,
        preparer: Member | None,
        agent: str,
        *,
        amends: Proposal | None,
        reading: Gateway | None = None,
    ) -> Proposal:
        kind, organisation, gateway = kind_of(draft.kind), draft.organisation, reading or self._gateway
        draft = msgspec.structs.replace(draft, payload=kind.tidy(kind.read(draft)), amount=draft.amount.rounded())
        kind.check(draft, None)
        paid = payees.read(organisation, gateway, kind.payees(kind.read(draft)))
        where_to = payees.evidence(self._store, organisation, paid, now=self._clock.now())
        said = (each for each in draft.evidence if not each.source.startswith(f"{sources.CONTACT}/"))
        draft = msgspec.structs.replace(draft, evidence=(*said, *where_to))
        with self._store.reading() as session:
            standing = register.of_key(session, organisation, draft.key)
        digest = digest_of(content_of(draft))
        if amends is not None and digest == amends.digest:
            raise Refusal("Nothing was changed.", next_step="Change a figure, or decide on it.", code="unchanged")
        if standing and amends is None and _still_stands(standing, digest, by_person=preparer is not None):
            return standing
        if kind.needs_chart:
            kind.check(draft, accounts.chart(organisation, gateway))
        bound = sources.read_sources(organisation, gateway, draft.evidence)
        kind.check_books(draft, bound, gateway)
        for _ in range(2):
            try:
                with self._store.transaction() as session:
                    proposal = self._submit(session, draft, preparer, agent, amends)
                    payees.remember(session, organisation, paid, now=self._clock.now())
                    if not sources.kept(session, proposal.id):
                        sources.keep(session, proposal.id, bound)
                    return proposal
            except IntegrityError:
                continue  # somebody submitted the same piece of work at this moment: theirs is found now
        raise Refusal("This was submitted twice at once.", next_step="Ask again.", code="busy")

    def _submit(
        self, session: Session, draft: Draft, preparer: Member | None, agent: str, amends: Proposal | None
    ) -> Proposal:
        firm = load_firm(session)
        self._check_sender(firm, draft, preparer)
        if refusal := automation.why_observing(firm, draft.client, draft.kind):
            raise refusal
        now = self._clock.now()
        standing = register.of_key(session, draft.organisation, draft.key, lock=True)
        digest = digest_of(content_of(draft))
        proposal = self._new(firm, draft, digest, preparer, agent, now)
        if amends is not None:
            if standing is None or standing.id != amends.id or not standing.is_open:
                raise Refusal(
                    "This was decided or replaced meanwhile; nothing was changed.",
                    next_step="Ask for your queue and edit the current card.",
                    code="not_open",
                )
            authors = dict.fromkeys((*standing.authors, standing.preparer, proposal.preparer))
            proposal = msgspec.structs.replace(proposal, authors=tuple(filter(None, authors)))
        elif standing and _still_stands(standing, digest, by_person=preparer is not None):
            return standing
        if standing and standing.is_open:
            proposal = msgspec.structs.replace(proposal, supersedes=standing.id)
            changes = "; ".join(differences(standing, proposal))
            reason = f"a newer version ({proposal.id}) stands in its place. Changed: {changes}."
            register.move(session, standing, WITHDRAWN, who=_sender(amends, preparer, agent), now=now, reason=reason)
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
            expires_at=now + dt.timedelta(hours=policy.rule_for(firm, draft).expires_hours),
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
        self,
        proposal_id: str,
        *,
        verdict: str,
        digest: str,
        member_id: str,
        reason: str = "",
        where: str = "",
        typed: str = "",
        reading: Gateway | None = None,
    ) -> Decision:
        """Records a member's verdict on exactly the content they were shown, or says why nothing was done.

        A late or doubled click is a Decision that changed nothing; a forbidden one, or one on other content, is a
        Refusal, and the audit keeps it. `reading` lets the parts of a batch share what one click reads of the books.
        """
        if verdict == policy.REJECT and not reason.strip():
            raise Refusal("A rejection needs a reason.", next_step="Say in a few words why.", code="no_reason")
        click = Click(proposal_id, verdict, digest, member_id, reason.strip(), where, typed)
        look = self._look_for(click, reading or self._gateway)
        if isinstance(look, Decision):
            return look
        with self._store.transaction() as session:
            decided = decide(session, click, look, self._clock.now())
        if isinstance(decided, Refusal):
            raise decided
        if look and look.changes and decided.proposal.status == WITHDRAWN:
            self.on_void(decided.proposal)
        return decided

    def sitting(self, *, interactive: bool = True) -> Sitting:
        """One look at the books for all that one click does: decides a batch's parts, edits, takes back."""
        return Sitting(self._gateway, interactive=interactive)

    def read_ahead(self, sitting: Sitting, proposals: Sequence[Proposal]) -> None:
        """Reads the invoices and bills that these are bound to, forty by a call."""
        with self._store.reading() as session:
            bound = [source for each in proposals for source in sources.kept(session, each.id)]
        for organisation in {each.organisation for each in proposals}:
            sitting.read_ahead(organisation, [each.id for each in bound if each.entity == sources.INVOICE])

    def _look_for(self, click: Click, gateway: Gateway) -> Look | Decision | None:
        """Xero as it is, read only for an approval that could count; a late click has its answer here."""
        now = self._clock.now()
        with self._store.reading() as session:
            proposal, firm = register.get(session, click.proposal_id), load_firm(session)
            member = firm.member(click.member_id)
            if not proposal.is_open:
                return Decision(False, too_late(firm, proposal, member), proposal)
            if click.verdict != policy.APPROVE:
                return None
            past = past_of(session, proposal, until=now)
            bound = sources.kept(session, proposal.id)
        counted = policy.standing_approvals(proposal, firm, now=now, past=past)
        right = policy.authority_for(member, counted, firm, verdict=click.verdict, now=now, past=past)
        if isinstance(right, Refusal):
            return None
        lock_date = organisations.get(proposal.organisation, gateway).lock_date
        return Look(lock_date, sources.changes_in(proposal.organisation, gateway, bound))

    def may_approve(self, member_id: str, proposals: Sequence[Proposal]) -> frozenset[str]:
        """The ids of those that this member may approve now, as the next of those it takes."""
        now = self._clock.now()
        with self._store.reading() as session:
            firm, may = load_firm(session), set()
            member = firm.member(member_id)
            for each in proposals:
                past = past_of(session, each, until=now)
                counted = policy.standing_approvals(each, firm, now=now, past=past)
                if any(hand.member == member.id for hand in counted.approvals):
                    continue
                right = policy.authority_for(member, counted, firm, verdict=policy.APPROVE, now=now, past=past)
                if not isinstance(right, Refusal):
                    may.add(each.id)
        return frozenset(may)

    def ids_beginning(self, words: str, organisations: Sequence[str]) -> tuple[str, ...]:
        """The ids of these organisations' proposals that begin with `words` (four characters at least)."""
        with self._store.reading() as session:
            return register.ids_beginning(session, organisations, words) if len(words) >= 4 else ()

    def who_may_decide(self, proposal_id: str) -> tuple[policy.Standing, ...]:
        """A dry run: who may approve this now, as the next of those it takes, and for everybody else why not."""
        now = self._clock.now()
        with self._store.reading() as session:
            proposal, firm = register.get(session, proposal_id), load_firm(session)
            past = past_of(session, proposal, until=now)
        return policy.who_may_decide(
            firm, policy.standing_approvals(proposal, firm, now=now, past=past), past=past, now=now
        )

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
                return Decision(False, f"This is {said(proposal.status)} already; nothing was done.", proposal)
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
    # What a person edited is not replaced by what an agent finds again; a change in Xero voids it at the click.
    return standing.is_open and (standing.digest == digest or (bool(standing.authors) and not by_person))


def _sender(amends: Proposal | None, preparer: Member | None, agent: str) -> str:
    return preparer.id if amends is not None and preparer is not None else agent or QUEUE
