"""What people do with proposals by pressing: decide, edit, ask, put off, undo, review; singly or by the batch."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import structlog

from agents.reconciliation.kept import Kept
from agents.reconciliation.learning import learn
from approvals import effects, remarks, sources
from approvals.automatic import Automatic
from approvals.batches import PREFIX, Apart, Batch, Batches
from approvals.deciding import said
from approvals.kinds import describe, kind_of
from approvals.proposal import AWAITING_PERSON, PROPOSED, Draft, Proposal
from approvals.queue import Queue
from approvals.track_record import RIGHT, WRONG
from books.clock import Clock
from books.firm import Client, Member
from books.refusal import Refusal
from books.store import Store
from bot.card import Card, Field
from bot.cards.plain_words import remark_card, words_card
from bot.courier import Courier
from bot.directory import Directory
from bot.surface import MessageRef, Press
from xero_tools.sitting import Sitting

log = structlog.get_logger(__name__)
ACTS = (
    "approve",
    "reject",
    "check",
    "edit",
    "ask",
    "later",
    "undo",
    "right",
    "wrong",
    "approve_batch",
    "reject_batch",
    "undo_batch",
)
LATER_HOURS = 4


@dataclass(frozen=True)
class Casework:
    """Every method blocks; `carry_on` is told of each approved proposal, so that the executor starts at once."""

    store: Store
    clock: Clock
    directory: Directory
    queue: Queue
    batches: Batches
    automatic: Automatic
    courier: Courier
    carry_on: Callable[[Proposal], None]
    check_awaiting: Callable[[str], Proposal]
    kept: Kept | None = None

    # Pressed in chat

    def press(self, member: Member, press: Press, where: str) -> Card | None:
        """Does what one of ACTS says; raises Refusal for every no."""
        if press.act.endswith("_batch"):
            return self._press_batch(member, press, where)
        proposal = self.seen(press.subject, member)
        match press.act:
            case "approve" | "reject":
                return self._decide(member, press, where)
            case "check":
                return self._check(proposal)
            case "edit":
                return self._said("Edited", self.edit(member, proposal.id, press.values))
            case "ask":
                return self._ask(member, proposal, press, where)
            case "later":
                until = remarks.snooze(self.store, self.clock, proposal.id, member_id=member.id, hours=LATER_HOURS)
                words = f"It is out of your queue until {until:%H:%M} UTC. Everybody else still sees it."
                return words_card("Put off", words)
            case "undo":
                return self._said("To approve", self.undo(member, proposal.id))
            case _:
                verdict = {"right": RIGHT, "wrong": WRONG}[press.act]
                return self.review(member, proposal, verdict, press.words, where)

    def form(self, member: Member, press: Press) -> tuple[Field, ...]:
        """What may be changed of an open proposal; raises Refusal when nothing may."""
        proposal = self.seen(press.subject, member)
        if not proposal.is_open:
            raise Refusal("This is decided already.", next_step="Ask for your queue.", code="not_open")
        return form_of(proposal)

    def _decide(self, member: Member, press: Press, where: str) -> Card | None:
        """A stale, double or forbidden click changes nothing and says so."""
        is_approval = press.act == "approve"
        decision = self.queue.decide(
            press.subject,
            verdict=press.act,
            digest=press.digest,
            member_id=member.id,
            reason="" if is_approval else press.words,
            typed=press.words if is_approval else "",
            where=where,
        )
        self.carry_on(decision.proposal)
        self.learnt(decision.proposal)
        if decision.changed and decision.proposal.status == PROPOSED:
            return words_card("Your approval counts", decision.words)
        return None if decision.changed else words_card("Nothing was changed", decision.words)

    def _check(self, proposal: Proposal) -> Card | None:
        checked = self.check_awaiting(proposal.id)
        self.courier.refresh(checked.id)
        if checked.status != AWAITING_PERSON:
            return None
        words = str(checked.receipt.get("instruction", ""))
        return words_card("Xero does not show it yet", f"{words} Then press the button again.".strip())

    def _ask(self, member: Member, proposal: Proposal, press: Press, where: str) -> Card | None:
        self.remark(member, proposal.id, remarks.QUESTION, press.words, where=where)
        return None

    def remark(
        self, member: Member, proposal_id: str, sort: str, words: str, *, where: str, said_at: MessageRef | None = None
    ) -> Proposal:
        """Keeps a question or a comment: on the card, in its threads (but not where it was said), and for whom it is.

        A question goes to whoever prepared the proposal, an answer to whoever asked last, by direct message as well.
        """
        earlier = remarks.of(self.store, proposal_id)
        proposal = remarks.remark(
            self.store, self.clock, proposal_id, member_id=member.id, sort=sort, text=words, where=where
        )
        self.courier.refresh(proposal.id)
        card = remark_card(member.name, sort, " ".join(words.split()), proposal.id, describe(proposal).title)
        self.courier.say_below(proposal.id, card, besides=said_at)
        asked = next((each.member for each in reversed(earlier) if each.sort == remarks.QUESTION), "")
        listener = proposal.preparer if sort == remarks.QUESTION else asked
        for each in self.directory.firm().members:
            if each.id == listener != member.id and each.may_see(proposal.client):
                self.courier.tell(each, card)
        return proposal

    def review(self, member: Member, proposal: Proposal, verdict: str, why: str, where: str) -> Card:
        """A person says whether an automatic posting was right; raises Refusal for every no."""
        self.automatic.review(proposal.id, member_id=member.id, verdict=verdict, why=why, where=where)
        self.courier.refresh(proposal.id)
        if verdict == RIGHT:
            return words_card("Thank you", "Your review counts in the record that automation stands on.")
        words = "Nothing of this kind posts by itself any more. Press Undo on its card to take this one back."
        return words_card("Automation was taken away", words)

    def _said(self, heading: str, proposal: Proposal) -> Card:
        words = f"{describe(proposal).title}. Somebody else decides on it; its card is in the client's channels."
        return words_card(heading, words)

    # A batch

    def _press_batch(self, member: Member, press: Press, where: str) -> Card | None:
        batch = self.batches.get(press.subject)
        if not member.may_see(batch.client):
            raise Refusal("There is no such batch.", next_step="Ask for your queue.", code="unknown_batch")
        if press.act == "undo_batch":
            batches, apart = self.batches.undo(batch.id, member=member)
            self.post(self._client(batch), batches, apart)
            count = sum(len(each.proposals) for each in batches) + sum(each.proposal.is_open for each in apart)
            cannot = [each.why for each in apart if each.proposal.status != PROPOSED]
            words = f"{count} proposals to take it back stand in the queue. {' '.join(cannot[:3])}".strip()
            return words_card("To approve", words)
        verdict = press.act.removesuffix("_batch")
        after, decided = self.batches.decide(
            batch.id, verdict=verdict, digest=press.digest, member_id=member.id, reason=press.words, where=where
        )
        for each in decided:
            self.carry_on(each)
            self.learnt(each)
        self.courier.refresh(batch.id)
        self.post(self._client(batch), (), after.apart)
        return self._batch_words(after, len(decided), verdict)

    @staticmethod
    def _batch_words(batch: Batch, decided: int, verdict: str) -> Card | None:
        did = "approved" if verdict == "approve" else "rejected"
        waiting = len(batch.open)
        if not waiting:
            return None
        why = next((each.why for each in batch.apart if each.proposal.is_open), "Xero asks for a pause; press again.")
        return words_card(f"{decided} {did}, {waiting} still wait", why)

    # The same from the command line

    def seen(self, proposal_id: str, member: Member) -> Proposal:
        """A proposal that this member may know of; raises Refusal as if there were none."""
        proposal = self.queue.get(proposal_id)
        if not member.may_see(proposal.client):
            raise Refusal(
                f"There is no proposal {proposal_id}.", next_step="Ask for your queue.", code="unknown_proposal"
            )
        return proposal

    def decide_here(self, member: Member, proposal_id: str, verdict: str, reason: str, *, typed: str = "") -> Proposal:
        """A decision where the content shown is the content of now; returns the proposal as decided."""
        proposal = self.seen(proposal_id, member)
        decision = self.queue.decide(
            proposal_id,
            verdict=verdict,
            digest=proposal.digest,
            member_id=member.id,
            reason=reason,
            where="cli",
            typed=typed,
        )
        if not decision.changed:
            raise Refusal(
                decision.words, next_step="Nothing was done; `queue show` tells the story.", code="not_changed"
            )
        self.learnt(decision.proposal)
        return decision.proposal

    def edit(self, member: Member, proposal_id: str, values: Mapping[str, str]) -> Proposal:
        """Puts an edited version in an open proposal's place, and its card in the old one's."""
        sitting = self.queue.sitting()
        edited = self.queue.edit(proposal_id, values, editor=member, reading=sitting)
        self._keep_effects(edited, sitting)
        self.courier.refresh(proposal_id)
        self.courier.post_proposal(edited, self._client(edited))
        return edited

    def undo(self, member: Member, proposal_id: str) -> Proposal:
        """Proposes what takes a posted proposal back."""
        sitting = self.queue.sitting()
        undoing = self.queue.undo(proposal_id, member=member, reading=sitting)
        self._keep_effects(undoing, sitting)
        self.courier.post_proposal(undoing, self._client(undoing))
        self.courier.refresh(proposal_id)
        return undoing

    def withdraw(self, member: Member, proposal_id: str, reason: str, *, where: str) -> Proposal:
        """Takes an open proposal back; whoever prepared it may, and a partner; raises Refusal for anybody else."""
        proposal = self.seen(proposal_id, member)
        if member.role != "partner" and member.id not in (proposal.preparer, *proposal.authors):
            raise Refusal(
                "Only whoever prepared this withdraws it, or a partner.", next_step="Reject it instead.", code="role"
            )
        decision = self.queue.withdraw(proposal_id, who=member.id, reason=reason, where=where)
        if not decision.changed:
            raise Refusal(decision.words, next_step="Nothing was done.", code="not_changed")
        self.courier.refresh(proposal_id)
        return decision.proposal

    def standing(self, subject: str) -> str:
        """How a proposal or a batch stands, in one line."""
        if subject.startswith(PREFIX):
            batch = self.batches.get(subject)
            return f"{len(batch.proposals) - len(batch.open)} of {len(batch.proposals)} are decided."
        proposal = self.queue.get(subject)
        return f"{describe(proposal).title}: {said(proposal.status)}."

    # Posting

    def submit(
        self, drafts: Sequence[Draft], member: Member | None, client: Client, agent: str, sitting: Sitting
    ) -> tuple[list[Proposal], tuple[str, ...]]:
        """Puts drafts into the queue and posts their cards; what is refused is said, and keeps the others from nothing.

        They share what is read of the books in `sitting`. Raises the Refusal when the first reason holds for all.
        """
        proposals, refused = list[Proposal](), list[Refusal]()
        evidence = [one for each in drafts for one in each.evidence]
        sitting.read_ahead(client.organisation, sources.invoices_named(evidence))
        for draft in drafts:
            try:
                proposal = self.queue.submit(draft.organisation, draft, preparer=member, agent=agent, reading=sitting)
            except Refusal as refusal:
                refused.append(refusal)
                continue
            proposals.append(proposal)
            self._keep_effects(proposal, sitting)
            if proposal.supersedes:
                self.courier.refresh(proposal.supersedes)
        if refused and not proposals:
            raise refused[0]
        batches, apart = self.batches.gather([each for each in proposals if each.is_open])
        self.post(client, batches, apart)
        return proposals, tuple(dict.fromkeys(str(each) for each in refused))

    def post(self, client: Client, batches: tuple[Batch, ...], apart: tuple[Apart, ...]) -> None:
        """Posts batch cards, and a card of its own for each proposal that stands apart and is open."""
        for batch in batches:
            self.courier.post_proposal(batch, client)
        for each in apart:
            if each.proposal.is_open:
                self.courier.post_proposal(each.proposal, client)

    def learnt(self, proposal: Proposal) -> None:
        """What a decision on a bank match says is remembered for the client; doing so twice changes nothing."""
        if self.kept is not None:
            learn(self.kept, proposal, at=self.clock.now())

    def _keep_effects(self, proposal: Proposal, sitting: Sitting) -> None:
        """What the card shows beside the proposal; a card without it is still whole."""
        if not proposal.is_open:
            return
        try:
            effects.keep(self.store, proposal.id, effects.read(proposal.organisation, sitting, proposal))
        except Refusal as refusal:
            log.info("effects_not_read", proposal=proposal.id, why=str(refusal))

    def _client(self, work: Proposal | Batch) -> Client:
        return self.directory.firm().client(work.client)


def form_of(proposal: Proposal) -> tuple[Field, ...]:
    """The fields of a proposal that a person may change, with what stands there now."""
    kind = kind_of(proposal.kind)
    return tuple(Field(each.name, each.label, each.value) for each in kind.form(kind.read(proposal)))
