"""The commands about what stands in the queue, in words: look, ask, comment, withdraw, review, re-arm."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from agents.assistant import Assistant
from agents.findings import BankReconciliation
from agents.months import month_asked
from approvals import remarks
from approvals.automatic import Automatic
from approvals.batches import PREFIX
from approvals.kinds import KINDS, describe, kind_of
from approvals.proposal import POSTED, PROPOSED, Proposal
from approvals.track_record import RIGHT, WRONG
from books.firm import AUTOMATION, Client, Member
from books.refusal import Refusal
from bot.card import Card
from bot.cards.bank_overview import overview_card
from bot.cards.plain_words import words_card
from bot.cards.queue import batches_card, queue_card, reviews_card
from bot.cards.rollout import rollout_card
from bot.cards.standings import standings_card
from bot.casework import Casework
from bot.filters import wanted_in
from bot.surface import Ask, MessageRef

WORDS = ("queue", "show", "who", "automation", "arm", "review", "comment", "ask", "withdraw", "batches")
_ID = re.compile(rf"^(?:{PREFIX})?[0-9a-f]{{4,32}}$")
_DECIDING = ("approver", "partner")
_EVERYBODY = re.compile(r"^(all|every(body|one)?|overview)\b( (banks|clients?))?", re.IGNORECASE)
_NEEDS_ID = ("show", "who", "review", "comment", "ask", "withdraw")


@dataclass(frozen=True)
class Errands:
    """Every method blocks and answers with a card; each raises Refusal for every no."""

    casework: Casework
    assistant: Assistant

    def answer(self, member: Member, here: Client | None, text: str, where: str) -> Card | None:
        """The card of a command, or None when the words are none."""
        first, _, rest = text.partition(" ")
        verb, rest = first.lower().rstrip(":"), rest.strip()
        if verb == "bank" and (banks := self._banks(member, rest)) is not None:
            return banks
        if verb == "my" and rest.lower().startswith("queue"):
            return self.queue(member, rest.partition(" ")[2], is_mine=True)
        subject, words = _subject_and_words(rest)
        if verb not in WORDS or (verb in _NEEDS_ID and not _ID.match(subject) and (verb, rest) != ("review", "")):
            return None
        match verb:
            case "queue":
                return self.queue(member, rest)
            case "show":
                return self.casework.courier.card_of(self.named(subject, member))
            case "who":
                return standings_card(self.casework.queue.who_may_decide(self.one(subject, member).id))
            case "automation":
                return self._automation(self._clients(rest, member, here))
            case "batches":
                return self._batches(member, self._clients(rest, member, here))
            case "arm":
                return self._arm(member, rest, where)
            case "review":
                return self._review(member, subject, words, where) if rest else self._owed(member)
            case "withdraw":
                proposal = self.one(subject, member)
                self.casework.withdraw(member, proposal.id, _needed(words, "withdraw"), where=where)
                return words_card("Withdrawn", f"{describe(proposal).title}. Nothing of it is posted.")
            case _:
                sort = remarks.QUESTION if verb == "ask" else remarks.COMMENT
                said = self.casework.remark(
                    member, self.one(subject, member).id, sort, _needed(words, verb), where=where
                )
                return words_card("It stands on the card", f"{describe(said).title}.")

    # Looking

    def queue(self, member: Member, words: str, *, is_mine: bool = False) -> Card:
        """What waits for a decision and passes the filters; with `is_mine` without what the member put off.

        What the member may approve now comes first.
        """
        work, visible = self.casework, self.casework.directory.visible_clients(member)
        today = work.clock.today(work.directory.firm().timezone)
        wanted = wanted_in(words, clients=visible, today=today)
        found = work.queue.listing(
            [each.organisation for each in wanted.clients],
            statuses=(PROPOSED,),
            period=wanted.period.code if wanted.period else None,
            kind=wanted.kind or None,
        )
        waiting = [each for each in found if wanted.passes(each, now=work.clock.now())]
        if is_mine:
            waiting = remarks.awake(work.store, work.clock, member, waiting)
        ids = {each.id for each in waiting}
        batches = [each for each in work.batches.waiting() if ids & {part.id for part in each.open}]
        mine = work.queue.may_approve(member.id, waiting)
        titles = {each.id: describe(each).sentence for each in waiting}
        names = {each.id: each.name for each in visible}
        return queue_card(waiting, titles=titles, clients=names, batches=batches, mine=mine)

    def _batches(self, member: Member, clients: Sequence[Client]) -> Card:
        """The batches that wait; for somebody who decides, what is alike and in none is gathered and posted first."""
        work, names = self.casework, {each.id: each.name for each in clients}
        waiting = work.queue.listing([each.organisation for each in clients], statuses=(PROPOSED,))
        standing = [each for each in work.batches.waiting() if each.client in names]
        held = {part.id for each in standing for part in each.open}
        alone = [each for each in waiting if each.id not in held] if member.role in _DECIDING else []
        gathered, _ = work.batches.gather(alone)
        for each in gathered:
            work.post(work.directory.firm().client(each.client), (each,), ())
        return batches_card([*standing, *gathered], names)

    def _automation(self, clients: Sequence[Client]) -> Card:
        return rollout_card(self._automatic.standings(tuple(clients)), {each.id: each.name for each in clients})

    def _owed(self, member: Member) -> Card:
        clients = self.casework.directory.visible_clients(member)
        posted = self.casework.queue.listing([each.organisation for each in clients], statuses=(POSTED,))
        owed = [each for each in posted if each.decided_by == AUTOMATION and self._automatic.waits_for_review(each)]
        titles = {each.id: describe(each).sentence for each in owed}
        return reviews_card(owed, titles=titles, clients={each.id: each.name for each in clients})

    def _banks(self, member: Member, words: str) -> Card | None:
        """`all October`: every client's bank that the member may see, in one look. None for another question."""
        directory = self.casework.directory
        today = self.casework.clock.today(directory.firm().timezone)
        month, said = _EVERYBODY.subn("", words)
        if not said or (month.strip() and month_asked(month, today=today) is None):
            return None  # a client may be called All Seasons
        clients = directory.visible_clients(member)
        period, found = self.assistant.of_each("reconciliation", month, clients=clients, today=today)
        banks = [(client, each) for client, each in found if isinstance(each, BankReconciliation | Refusal)]
        return overview_card(period, banks)

    # Doing

    def _review(self, member: Member, subject: str, words: str, where: str) -> Card:
        verdict, _, why = words.partition(":")
        verdict = verdict.strip().lower()
        if verdict not in (RIGHT, WRONG):
            raise Refusal(
                "A review says right, or wrong with a reason.",
                next_step=f"Write: review {subject} right — or: review {subject} wrong: why",
                code="no_reason",
            )
        proposal = self.one(subject, member)
        return self.casework.review(member, proposal, verdict, why, where)

    def _arm(self, member: Member, rest: str, where: str) -> Card:
        about, _, more = rest.partition(":")
        said, _, why = more.partition(":")
        kind = next((each for each in KINDS if said.strip().lower() in (each.name, each.noun, f"{each.noun}s")), None)
        if kind is None or not why.strip():
            raise Refusal(
                "Say whose automation, of which kind, and what you found.",
                next_step="For example: arm bondi: post_journal: the wrong account was in the template, corrected",
                code="which_kind",
            )
        clients = self.casework.directory.visible_clients(member)
        client = self.assistant.client_in(about, clients=clients, channel_client=None)
        self._automatic.arm(client, kind.name, member_id=member.id, why=why, where=where)
        noun = kind_of(kind.name).noun
        words = f"The next {noun} of {client.name} that earns it is a trial: a person reviews it before another goes."
        return words_card("Automation is back", words)

    # In a card's thread

    def overhear(self, ask: Ask) -> Card | None:
        """Keeps words from a card's thread as a comment; None when it is no card's thread, or a command."""
        first = ask.text.partition(" ")[0].lower().rstrip(":")
        subject = self.casework.courier.shown_by(MessageRef(ask.speaker.platform, ask.channel, ask.thread))
        if not subject or not ask.text or subject.startswith(PREFIX) or first in (*WORDS, "help", "stop", "lift", "my"):
            return None
        member = self.casework.directory.member(ask.speaker)
        proposal = self.casework.seen(subject, member)
        said_at = MessageRef(ask.speaker.platform, ask.channel, ask.thread)
        where = f"{ask.speaker.platform}:{ask.channel}"
        self.casework.remark(member, proposal.id, remarks.COMMENT, ask.text, where=where, said_at=said_at)
        return words_card("It stands on the card", "Everybody who decides on it sees it.")

    # Which one

    def named(self, words: str, member: Member) -> str:
        """The id of the proposal or batch that begins with `words`, if the member may know of it; raises Refusal."""
        if words.startswith(PREFIX):
            batch = self.casework.batches.named(words)
            if member.may_see(batch.client):
                return batch.id
            raise Refusal("There is no such batch.", next_step="Ask for your queue.", code="unknown_batch")
        return self.one(words, member).id

    def one(self, words: str, member: Member) -> Proposal:
        """The one proposal whose id begins with `words`; raises Refusal for none, several and what is not theirs."""
        visible = self.casework.directory.visible_clients(member)
        ids = self.casework.queue.ids_beginning(words, [each.organisation for each in visible])
        if len(ids) > 1:
            raise Refusal(f"{len(ids)} begin with {words}.", next_step="Write more of the id.", code="ambiguous_id")
        return self.casework.seen(ids[0] if ids else words, member)

    def _clients(self, words: str, member: Member, here: Client | None) -> tuple[Client, ...]:
        visible = self.casework.directory.visible_clients(member)
        if not words:
            return (here,) if here in visible and here is not None else visible
        return (self.assistant.client_in(words, clients=visible, channel_client=None),)

    @property
    def _automatic(self) -> Automatic:
        return self.casework.automatic


def _subject_and_words(rest: str) -> tuple[str, str]:
    """`4f1c: the words` and `4f1c the words` in their two parts."""
    subject, _, words = rest.partition(" ")
    if ":" in subject:
        subject, _, head = rest.partition(":")
        return subject.strip().lower(), head.strip()
    return subject.lower(), words.strip().removeprefix(":").strip()


def _needed(words: str, verb: str) -> str:
    if not words:
        raise Refusal("A few words are needed.", next_step=f"Write: {verb} ID: your words", code="no_reason")
    return words
