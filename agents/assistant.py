"""Turns a member's words into one skill's answer about one client that this member may see."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date

import structlog

from agents import naming
from agents.model import Choice, Model, Question, Told, sentence_of
from agents.months import month_asked
from agents.plain_answers import plain_answer
from agents.reconciliation.kept import Kept
from agents.router import HELP, asks_for_a_deed, asks_for_help, not_understood, skill_for
from agents.scope import Scope
from agents.skills import SKILLS, Result, skill_named
from books.firm import Client
from books.period import Period
from books.refusal import Refusal
from xero_tools.gateway import Gateway

ROUTER, MODEL = "router", "model"
CLIENTS_AT_ONCE = 4
_log = structlog.get_logger()


@dataclass(frozen=True)
class Answer:
    """What was asked and found: `words` is a plain sentence or two, `by` tells who chose the skill and wrote them."""

    skill: str
    client: Client | None
    period: Period | None
    result: Result | None
    words: str
    by: str


@dataclass(frozen=True)
class Asked:
    """A question with everything that limits it."""

    question: str
    clients: tuple[Client, ...]
    channel_client: Client | None
    today: date


class Assistant:
    """Answers questions by the router, or by the model where there is one; both run the same skills."""

    def __init__(self, gateway: Gateway, model: Model | None = None, kept: Kept | None = None) -> None:
        self._gateway = gateway
        self._model = model
        self._kept = kept

    def preload(self) -> None:
        """Loads the model's packages, if there is one, so that the first question does not wait for them."""
        if self._model is not None:
            self._model.preload()

    def answer(self, question: str, *, clients: Sequence[Client], channel_client: Client | None, today: date) -> Answer:
        """The answer to a question about one of `clients`, which are those the member may see.

        Raises Refusal: `not_understood`, `which_client`, `unknown_client`, `ambiguous_client`, `unclear_month`, or the
        reading's own.
        """
        here = channel_client if channel_client in clients else None
        asked = Asked(question, tuple(clients), here, today)
        named = naming.named_in(question, asked.clients)
        if asks_for_a_deed(named.rest):
            raise not_understood()
        if self._model is not None and asked.clients and not named.stranger and not asks_for_help(named.rest):
            told = self._conversation(self._model, asked, named)
            if told is not None:
                return told
        return self._by_router(asked, named)

    def client_in(self, words: str, *, clients: Sequence[Client], channel_client: Client | None) -> Client:
        """The client that bare words name, else the channel's; raises Refusal."""
        return naming.client_in(words, clients=clients, channel_client=channel_client)

    def of_each(
        self, skill: str, words: str, *, clients: Sequence[Client], today: date
    ) -> tuple[Period, list[tuple[Client, Result | Refusal]]]:
        """One skill for many clients and the month that the words name; for each what was found, or why nothing was."""
        period = month_asked(words, today=today) or month_to_close(today)

        def run(client: Client) -> Result | Refusal:
            try:
                return skill_named(skill).run(Scope(client, period, today, self._kept), self._gateway)
            except Refusal as refusal:
                return refusal

        with ThreadPoolExecutor(CLIENTS_AT_ONCE) as readers:
            return period, list(zip(clients, readers.map(run, clients), strict=True))

    def _by_router(self, asked: Asked, named: naming.Named) -> Answer:
        skill = skill_for(named.rest)
        if skill == HELP:
            return Answer(HELP, None, None, None, _help_words(), ROUTER)
        client = naming.chosen(named, clients=asked.clients, channel_client=asked.channel_client)
        period = month_asked(named.rest, today=asked.today) or month_to_close(asked.today)
        result = skill_named(skill).run(Scope(client, period, asked.today, self._kept), self._gateway)
        return Answer(skill, client, period, result, plain_answer(result), ROUTER)

    def _conversation(self, model: Model, asked: Asked, named: naming.Named) -> Answer | None:
        """The model's answer, or None when it has none: the router then answers.

        What a failing model had found before it failed is kept, in the router's words.
        """
        scopes: list[Scope] = []
        told = Told()
        by = MODEL

        def run(choice: Choice) -> Result:
            scopes.append(replace(_scope(choice, asked, named), kept=self._kept))
            return skill_named(choice.skill).run(scopes[-1], self._gateway)

        question = Question(
            asked.question, asked.clients, asked.channel_client, asked.today, month_to_close(asked.today)
        )
        try:
            model.converse(question, run, told)
        except Exception as error:  # noqa: BLE001 - whatever the model or its packages do, the router answers
            _log.warning("model_failed", error=type(error).__name__)
            by = ROUTER
        if told.refusal is not None and scopes:
            raise told.refusal  # the books could not be read: the router would fare no better
        return _answer(told, scopes[-1], by) if scopes else None


def _answer(told: Told, scope: Scope, by: str) -> Answer | None:
    if told.result is None or told.choice is None:
        return None
    sentence = sentence_of(told)
    words = sentence if sentence is not None else plain_answer(told.result)
    return Answer(told.choice.skill, scope.client, scope.period, told.result, words, by)


def _scope(choice: Choice, asked: Asked, named: naming.Named) -> Scope:
    """What the model chose, held to what the member's words and channel say; raises Refusal when it is neither."""
    client = next((each for each in asked.clients if each.name == choice.client), None)
    if client is None:
        raise naming.unknown_client(asked.clients)
    if len(named.clients) == 1 or (not named.clients and asked.channel_client):
        client = naming.chosen(named, clients=asked.clients, channel_client=asked.channel_client)
    elif named.clients and client not in named.clients:
        raise naming.unknown_client(asked.clients)
    stated = month_asked(named.rest, today=asked.today)
    return Scope(client, stated or Period.of(choice.month), asked.today)


def month_to_close(today: date) -> Period:
    """The month that a question without a month is about: the last one that is over."""
    return Period.containing(today).previous()


def _help_words() -> str:
    return " ".join(f"{skill.title}: {skill.what}" for skill in SKILLS)
