"""Turns a member's words into one skill's answer about one client that this member may see."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from agents import naming
from agents.model import Model
from agents.plain_answers import plain_answer
from agents.router import HELP, skill_for
from agents.scope import Scope
from agents.skills import SKILLS, Result, skill_named
from books.firm import Client
from books.period import Period
from xero_tools.gateway import Gateway

ROUTER, MODEL = "router", "model"


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

    def __init__(self, gateway: Gateway, model: Model | None = None) -> None:
        self._gateway = gateway
        self._model = model

    def preload(self) -> None:
        """Loads the model's packages, if there is one, so that the first question does not wait for them."""
        if self._model is not None:
            self._model.preload()

    def answer(self, question: str, *, clients: Sequence[Client], channel_client: Client | None, today: date) -> Answer:
        """The answer to a question about one of `clients`, which are those the member may see.

        Raises Refusal: `not_understood`, `which_client`, `unknown_client`, `ambiguous_client`, or the reading's own.
        """
        here = channel_client if channel_client in clients else None
        return self._by_router(Asked(question, tuple(clients), here, today))

    def client_in(self, words: str, *, clients: Sequence[Client], channel_client: Client | None) -> Client:
        """The client that bare words name, else the channel's; raises Refusal."""
        return naming.client_in(words, clients=clients, channel_client=channel_client)

    def _by_router(self, asked: Asked) -> Answer:
        named = naming.named_in(asked.question, asked.clients)
        skill = skill_for(named.rest)
        if skill == HELP:
            return Answer(HELP, None, None, None, _help_words(), ROUTER)
        client = naming.chosen(named, clients=asked.clients, channel_client=asked.channel_client)
        period = Period.in_words(named.rest, today=asked.today) or month_to_close(asked.today)
        result = skill_named(skill).run(Scope(client, period, asked.today), self._gateway)
        return Answer(skill, client, period, result, plain_answer(result), ROUTER)


def month_to_close(today: date) -> Period:
    """The month that a question without a month is about: the last one that is over."""
    return Period.containing(today).previous()


def _help_words() -> str:
    return " ".join(f"{skill.title}: {skill.what}" for skill in SKILLS)
