"""The one desk behind every platform: it answers questions and carries out what a pressed button says."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import msgspec

from agents.assistant import Answer, Assistant
from agents.findings import BankReconciliation, CloseStatus, Prepared, VarianceReport
from agents.reconciliation.kept import Kept
from agents.reconciliation.reconcile import reconciliation
from agents.reconciliation.taking import account_in
from agents.scope import Scope
from agents.skills import Result, skill_named
from approvals.automation import why_observing
from approvals.kinds import describe
from approvals.proposal import APPROVED, AWAITING_PERSON, PROPOSED, UNKNOWN, Proposal
from approvals.queue import Queue
from books.clock import Clock
from books.firm import Client, Member
from books.period import Period
from books.refusal import Refusal
from bot import casework, newcomers
from bot.card import Card, Field
from bot.cards.bank_account import account_card
from bot.cards.close_status import close_status
from bot.cards.plain_words import help_card, nothing_proposed, prepared_card, words_card
from bot.cards.reconciliation import reconciliation_card
from bot.cards.variance import budget_variance
from bot.casework import Casework
from bot.courier import Courier
from bot.directory import Directory, people_for
from bot.errands import Errands
from bot.intake import Intake, TakeStatement
from bot.newcomers import Newcomers
from bot.stopping import WHOLE_FIRM, Stopping, about_and_why, needs_a_name
from bot.surface import Answered, Ask, Dropped, Press
from xero_tools.gateway import Gateway
from xero_tools.sitting import Sitting

_LOOKS = ("prepare", "recheck", "account")
ACTS = (*casework.ACTS, *newcomers.ACTS, *_LOOKS, "choose", "columns_right", "columns_wrong", "code")
OPEN = (PROPOSED, APPROVED, UNKNOWN, AWAITING_PERSON)
_PREPARING_ROLES = ("preparer", "approver", "partner")
_QUEUE_WORDS = ("approvals", "what waits for me", "what is waiting for me", "what's waiting")


class Columns(Protocol):
    """Hears whether a bank account's first table was read rightly."""

    def __call__(self, member: Member, client: Client, account: str, *, right: bool) -> Card:
        """What became of it."""
        ...


@dataclass(frozen=True)
class Talk:
    """One question, with everything the desk has found out about who asks and where."""

    member: Member
    client: Client | None
    text: str
    is_direct: bool
    where: str


class Desk:
    """Platform-free; every method blocks and is called from a worker thread.

    `casework` is what people do with proposals; `post_now` sends a scheduled post.
    """

    def __init__(
        self,
        *,
        clock: Clock,
        gateway: Gateway,
        directory: Directory,
        assistant: Assistant,
        queue: Queue,
        courier: Courier,
        casework: Casework,
        post_now: Callable[[str, Client, Member], str],
        stopping: Stopping,
        newcomers: Newcomers,
        take_statement: TakeStatement,
        kept: Kept | None = None,
        columns: Columns | None = None,
    ) -> None:
        self._clock = clock
        self._gateway = gateway
        self._directory = directory
        self._assistant = assistant
        self._queue = queue
        self._courier = courier
        self.casework = casework
        self.errands = Errands(casework, assistant)
        self._post_now = post_now
        self._stopping = stopping
        self._newcomers = newcomers
        self._intake = Intake(directory, take_statement)
        self._kept = kept
        self._columns = columns

    # Questions

    def answer(self, ask: Ask) -> Answered:
        """The card that answers a question or a command; raises Refusal for every no."""
        member = self._directory.member(ask.speaker)
        client = self._directory.client_of_channel(ask.speaker.platform, ask.channel)
        where = f"{ask.speaker.platform}:{ask.channel}"
        talk = Talk(member, client, " ".join(ask.text.split()), ask.is_direct, where)
        return self.answer_talk(talk)

    def answer_talk(self, talk: Talk) -> Answered:
        """The same, once the speaker is known."""
        first, _, rest = talk.text.partition(" ")
        if (errand := self.errands.answer(talk.member, talk.client, talk.text, talk.where)) is not None:
            return Answered(errand, private=True)
        match first.lower():
            case "" | "help" | "?":
                return Answered(help_card(), private=True)
            case "code":
                return self._code(talk)
            case "post":
                return self._post(talk, rest)
            case "unbind":
                return Answered(self._newcomers.unbind(talk.member, rest, talk.where), private=True)
            case "stop" | "lift":
                return self._stop(talk, first.lower(), rest)
        if talk.text.lower().rstrip("?!. ") in _QUEUE_WORDS:
            return Answered(self.errands.queue(talk.member, "", is_mine=True), private=True)
        answer = self.think(talk)
        card = self._card(answer, talk)
        about_here = answer.client is None or talk.client is None or answer.client.id == talk.client.id
        return Answered(card, private=not talk.is_direct and not (about_here and talk.client is not None))

    def think(self, talk: Talk) -> Answer:
        """The assistant's answer; the client comes from the question or the channel and is one the member may see."""
        visible = self._directory.visible_clients(talk.member)
        here = talk.client if talk.client and talk.member.may_see(talk.client.id) else None
        today = self._clock.today(here.timezone if here else self._directory.firm().timezone)
        return self._assistant.answer(talk.text, clients=visible, channel_client=here, today=today)

    def _card(self, answer: Answer, talk: Talk) -> Card:
        match answer.result:
            case CloseStatus() as status:
                return self.close_card(status)
            case VarianceReport() as report:
                return budget_variance(report)
            case Prepared() as prepared:
                return self._submit(prepared, talk.member, answer.skill)
            case BankReconciliation() as found:
                return self.bank_card(found, about=talk.text)
            case None:
                return help_card() if answer.skill == "help" else words_card("Tieout", answer.words)

    def today(self, client: Client) -> dt.date:
        """The business date where the client is."""
        return self._clock.today(client.timezone)

    def close_card(self, status: CloseStatus) -> Card:
        """The card of a close run, with the people who act next and what already stands in the queue."""
        prepared = self.already_prepared(status.organisation, status.period)
        return close_status(status, prepared=prepared, people=people_for(self._directory.firm(), status.client))

    def bank_card(self, found: BankReconciliation, about: str = "") -> Card:
        """The card of a reconciliation, with the people who act next; it offers what is not in the queue already.

        Where the words `about` name one of the accounts, it is that account's.
        """
        if (own := account_in(found.accounts, about)) is not None:
            return account_card(found, own)
        standing = {each.key for each in self._queue.listing([found.organisation], statuses=OPEN)}
        fresh = tuple(each for each in found.drafts if each.key not in standing)
        people = people_for(self._directory.firm(), found.client)
        open_still = tuple(each for each in found.choices if standing.isdisjoint(one.key for one in each.drafts))
        return reconciliation_card(msgspec.structs.replace(found, drafts=fresh, choices=open_still), people=people)

    def scope(self, client: Client, period: Period) -> Scope:
        """What a skill is asked about, with what stands on the shelf of bank statements."""
        return Scope(client, period, self._clock.today(client.timezone), self._kept)

    def already_prepared(self, organisation: str, period: str) -> tuple[str, ...]:
        """The skills whose proposals for the period already stand in the queue."""
        standing = self._queue.listing([organisation], statuses=OPEN, period=period)
        return tuple({each.agent for each in standing})

    # Files

    def admit(self, dropped: Dropped) -> None:
        """Raises Refusal when this file is not wanted from this person here; its content is not looked at."""
        self._intake.admit(dropped)

    def receive(self, dropped: Dropped) -> Answered:
        """Takes a bank's file for the client that the words or the channel name; raises Refusal for every no."""
        return self._intake.receive(dropped)

    # Preparing

    def prepare(
        self, member: Member | None, client: Client, period: Period, skill: str
    ) -> tuple[list[Proposal], Card | None]:
        """Runs a preparing skill, puts what it drafted into the queue and posts the cards.

        `member` is for whom the agent acts (None: the schedule); raises Refusal when they may not prepare. The card
        shows what is not proposed because the firm only observes for this client.
        """
        _may_prepare(member)
        sitting = Sitting(self._gateway)
        result = skill_named(skill).run(self.scope(client, period), sitting)
        if not isinstance(result, Prepared | BankReconciliation):
            raise Refusal(
                f"“{skill}” prepares nothing.", next_step="Use prepayments or lock_period.", code="unknown_skill"
            )
        return self._submit_drafts(result, member, client, skill, sitting)

    def _submit_drafts(
        self,
        result: Prepared | BankReconciliation,
        member: Member | None,
        client: Client,
        skill: str,
        sitting: Sitting,
    ) -> tuple[list[Proposal], Card | None]:
        _may_prepare(member)
        firm = self._directory.firm()
        observed = tuple(each for each in result.drafts if why_observing(firm, each.client, each.kind))
        wanted = [each for each in result.drafts if each not in observed]
        proposals, refused = self.casework.submit(wanted, member, client, skill, sitting)
        if observed:
            only = Prepared(
                client=result.client,
                organisation=result.organisation,
                period=result.period,
                findings=result.findings,
                drafts=observed,
            )
            return proposals, prepared_card(only, only_observed=client.name)
        return proposals, words_card("Not all of it could be proposed", " ".join(refused)) if refused else None

    def _submit(self, prepared: Prepared, member: Member, skill: str) -> Card:
        client = self._directory.firm().client(prepared.client)
        proposals, observed = self._submit_drafts(prepared, member, client, skill, Sitting(self._gateway))
        if observed is not None and not proposals:
            return observed
        said = [f"{describe(each).title} ({each.status}, {each.id})" for each in proposals]
        if not said:
            return nothing_proposed(prepared)
        count = len(said)
        heading = f"{count} {'proposal stands' if count == 1 else 'proposals stand'} in the queue"
        return words_card(heading, "; ".join(said) + ". The cards are in the client's channels.")

    # Deciding

    def press(self, press: Press) -> Card | None:
        """Does what a pressed button says; raises Refusal for every no."""
        member = self._directory.member(press.speaker)
        where = f"{press.speaker.platform}:{press.channel}"
        if press.act in casework.ACTS:
            return self.casework.press(member, press, where) or self._seen_elsewhere(press)
        if press.act in newcomers.ACTS:
            return self._newcomers.press(member, press, where)
        if press.act in _LOOKS:
            return self._again(press, member, where)
        if press.act in ("columns_right", "columns_wrong") and self._columns is not None:
            client_id, account = press.subject.split("|", 1)
            return self.columns(
                member, self._own_client(client_id, member), account, right=press.act == "columns_right"
            )
        if press.act == "choose":
            client_id, period, skill, key = press.subject.split("|", 3)
            client = self._own_client(client_id, member)
            return self._proposed_words(*self.choose(member, client, Period.of(period), key, skill=skill))
        raise Refusal(
            "That button is not known any more.", next_step="Ask again for a fresh card.", code="unknown_button"
        )

    def _seen_elsewhere(self, press: Press) -> Card | None:
        """What came of a press on a copy that is not redrawn: one that was asked for outside the client's channels."""
        if self._directory.client_of_channel(press.speaker.platform, press.channel) is not None:
            return None
        return words_card("Recorded", self.casework.standing(press.subject))

    def overhear(self, ask: Ask) -> Card | None:
        """Keeps what a member says in a card's thread as a comment; None where there is nothing to keep."""
        return self.errands.overhear(ask)

    def shown(self, result: Result) -> Card:
        """The card of a skill's result, with nothing put into the queue."""
        match result:
            case CloseStatus():
                return self.close_card(result)
            case VarianceReport():
                return budget_variance(result)
            case Prepared():
                return prepared_card(result)
            case BankReconciliation():
                return self.bank_card(result)

    def _again(self, press: Press, member: Member, where: str) -> Card:
        client_id, period, skill = press.subject.split("|", 2)
        client = self._own_client(client_id, member)
        if press.act == "account":  # then it is the account's id
            found = reconciliation(self.scope(client, Period.of(period)), self._gateway)
            own = next((each for each in found.accounts if each.account_id == skill), None)
            return account_card(found, own) if own is not None else self.bank_card(found)
        if press.act == "recheck" and skill == "reconciliation":
            return self.shown(skill_named(skill).run(self.scope(client, Period.of(period)), self._gateway))
        if press.act == "prepare":
            return self._proposed_words(*self.prepare(member, client, Period.of(period), skill))
        talk = Talk(member, client, f"Is {client.name} ready to close {period}?", is_direct=True, where=where)
        return self.answer_talk(talk).card

    def columns(self, member: Member, client: Client, account: str, *, right: bool) -> Card:
        """A person says whether an account's tables (its id in Xero) are read rightly; raises Refusal for every no."""
        assert self._columns is not None
        _may_prepare(member)
        return self._columns(member, client, account, right=right)

    def choose(
        self, member: Member, client: Client, period: Period, key: str, *, skill: str = "reconciliation"
    ) -> tuple[list[Proposal], Card | None]:
        """Proposes the explanation that a person chose for a bank's line, as the books are now; raises Refusal."""
        _may_prepare(member)
        sitting = Sitting(self._gateway)
        found = skill_named(skill).run(self.scope(client, period), sitting)
        chosen = found.choices if isinstance(found, BankReconciliation) else ()
        drafts = next((each.drafts for each in chosen if each.key == key), ())
        if not isinstance(found, BankReconciliation) or not drafts:
            raise Refusal("That line or that document is not open any more.", next_step="Look again.", code="not_open")
        return self._submit_drafts(msgspec.structs.replace(found, drafts=drafts), member, client, skill, sitting)

    def _own_client(self, client_id: str, member: Member) -> Client:
        client = next((each for each in self._directory.visible_clients(member) if each.id == client_id), None)
        if client is None:
            raise Refusal("That client is not one of yours.", next_step="Ask a partner.", code="unknown_client")
        return client

    @staticmethod
    def _proposed_words(proposals: Sequence[Proposal], observed: Card | None) -> Card:
        """What became of a press that proposes."""
        if observed is not None and not proposals:
            return observed
        titles = "; ".join(describe(each).title for each in proposals) or "The books show nothing missing."
        more = f". {observed.summary}" if observed is not None else ""
        return words_card("Proposed" if proposals else "Nothing to propose", f"{titles}{more}")

    def form(self, press: Press) -> tuple[Field, ...]:
        """The fields to fill in before a button that asks for several does anything; raises Refusal for every no."""
        return self.casework.form(self._directory.member(press.speaker), press)

    # Smaller answers

    def _code(self, talk: Talk) -> Answered:
        if not talk.is_direct:
            raise Refusal(
                "A code is only given in a direct message.", next_step="Write “code” to me there.", code="not_here"
            )
        code = self._directory.give_code(talk.member)
        use = f"app.py queue approve ID --as {talk.member.id} --code {code}"
        words = f"{code} is good for one decision within five minutes: {use}"
        return Answered(words_card("Your code", words), private=True)

    def _post(self, talk: Talk, rest: str) -> Answered:
        name, _, about = rest.partition(" ")
        client = self._client_named(about, talk)
        words = self._post_now(name, client, talk.member)
        return Answered(words_card("Sent", words), private=True)

    def _stop(self, talk: Talk, verb: str, rest: str) -> Answered:
        about, why = about_and_why(rest)
        if about.lower() in WHOLE_FIRM:
            client = None
        elif about or talk.client:
            client = self._client_named(about, talk)
        else:
            raise needs_a_name()
        return Answered(self._stopping.act(verb, talk.member, client, why, talk.where), private=talk.client is None)

    def _client_named(self, about: str, talk: Talk) -> Client:
        visible = self._directory.visible_clients(talk.member)
        here = talk.client if talk.client in visible else None
        return self._assistant.client_in(about, clients=visible, channel_client=here)


def _may_prepare(member: Member | None) -> None:
    """Refuses members whose role prepares nothing; None stands for the schedule."""
    if member is not None and member.role not in _PREPARING_ROLES:
        raise Refusal(
            f"Your role ({member.role}) does not prepare proposals.",
            next_step="Ask a preparer, an approver or a partner.",
            code="may_not_prepare",
        )
