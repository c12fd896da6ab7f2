"""The one LLM client: a langchain agent that chooses one typed reading skill and puts its result into a sentence."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import Any, Literal

from agents.evidence import Evidence, evidence_of, harmless
from agents.sentence import accepted
from agents.skills import SKILLS, Result
from books.firm import Client
from books.period import Period
from books.refusal import Refusal

PROMPT = "assistant.v1"
PACKAGES = ("langchain.agents", "langchain_openai", "langsmith")
SECONDS_A_CALL = 20.0
MOST_STEPS = 8
_DONE = "Answer now, in one or two sentences, from what the tool said. No further tool can be called."


@dataclass(frozen=True)
class Question:
    """What the model is asked, and all that it may choose from.

    `month` is the month to take when the question names none.
    """

    words: str
    clients: tuple[Client, ...]
    channel_client: Client | None
    today: date
    month: Period


@dataclass(frozen=True)
class Choice:
    """What the model chose: a skill of SKILLS, a client's name as it wrote it, and a month as it wrote it."""

    skill: str
    client: str
    month: str


@dataclass
class Told:
    """What came of one conversation: the one skill that was run, or the refusal that it ended in, and the sentence."""

    choice: Choice | None = None
    result: Result | None = None
    refusal: Refusal | None = None
    evidence: Evidence | None = None
    sentence: str = ""


@dataclass
class _Conversation:
    """One question's tools: the first valid call runs a skill, every later call runs nothing."""

    run: Callable[[Choice], Result]
    told: Told
    marks: tuple[str, str] = field(default_factory=lambda: _marks())
    guard: threading.Lock = field(default_factory=threading.Lock)

    def call(self, skill: str, client: str, month: str) -> str:
        with self.guard:
            if self.told.result is not None or self.told.refusal is not None:
                return _DONE
            choice = Choice(skill, client, month)
            try:
                result = self.run(choice)
            except Refusal as refusal:
                self.told.choice, self.told.refusal = choice, refusal
                return f"{harmless(refusal.words)} {_DONE}"
            opening, closing = self.marks
            self.told.choice, self.told.result = choice, result
            self.told.evidence = evidence_of(result, opening=opening, closing=closing)
            return self.told.evidence.told


class Model:
    """An OpenAI-compatible model behind any base URL; its packages are imported when first needed."""

    def __init__(
        self, *, api_key: str, base_url: str = "", name: str = "gpt-5-mini", seconds_a_call: float = SECONDS_A_CALL
    ) -> None:
        self._api_key = api_key
        self._base_url = base_url
        self._name = name
        self._seconds_a_call = seconds_a_call

    def preload(self) -> None:
        """Imports the model's packages (some seconds), so that the first question need not wait."""
        for package in PACKAGES:
            import_module(package)

    def converse(self, question: Question, run: Callable[[Choice], Result], told: Told) -> None:
        """One conversation, written down in `told`; `run` carries out the model's choice, or raises Refusal.

        Raises whatever the model's packages raise when the model fails, takes too long or keeps calling tools; `told`
        then has what was found until then.
        """
        from langchain.agents import create_agent
        from langsmith import tracing_context

        conversation = _Conversation(run, told)
        agent = create_agent(
            self._chat(), tools=_tools(conversation, question), system_prompt=_prompt(question, conversation.marks)
        )
        asked: Any = {"messages": [{"role": "user", "content": question.words}]}
        with tracing_context(enabled=False):  # a client's books go to the model that was configured, and nowhere else
            ended = agent.invoke(asked, config={"recursion_limit": MOST_STEPS})
        told.sentence = " ".join(str(ended["messages"][-1].text).split())

    def _chat(self) -> Any:
        from langchain_openai import ChatOpenAI
        from pydantic import SecretStr

        return ChatOpenAI(
            model=self._name,
            api_key=SecretStr(self._api_key),
            base_url=self._base_url or None,
            timeout=self._seconds_a_call,
            max_retries=0,
            use_responses_api=False,  # the form that every OpenAI-compatible server speaks
        )


def sentence_of(told: Told) -> str | None:
    """The model's sentence when the result bears it out, else None."""
    if told.result is None or told.evidence is None:
        return None
    return told.sentence if accepted(told.sentence, told.result, told.evidence) else None


def _tools(conversation: _Conversation, question: Question) -> list[Any]:
    """One tool a skill, its client one of the visible clients' names: an argument of anything else is an error."""
    from langchain_core.tools import StructuredTool
    from pydantic import BaseModel, ConfigDict, Field, create_model

    names: Any = Literal[tuple(client.name for client in question.clients)]
    arguments: type[BaseModel] = create_model(
        "Arguments",
        __config__=ConfigDict(extra="forbid"),
        client=(names, Field(description="The client, exactly as listed.")),
        month=(str, Field(description="The month as YYYY-MM.", pattern=r"^20\d\d-(0[1-9]|1[0-2])$")),
    )

    def tool(skill: str, what: str) -> Any:
        def call(client: str, month: str) -> str:
            return conversation.call(skill, client, month)

        return StructuredTool.from_function(call, name=skill, description=what, args_schema=arguments)

    return [tool(skill.name, skill.what) for skill in SKILLS]


def _prompt(question: Question, marks: tuple[str, str]) -> str:
    text = (Path(__file__).parent / "prompts" / f"{PROMPT}.md").read_text("utf-8")
    place = f"about {question.channel_client.name}" if question.channel_client else "about no client in particular"
    return text.format(
        today=question.today.isoformat(),
        clients=_list(question.clients),
        place=place,
        month=question.month.code,
        opening=marks[0],
        closing=marks[1],
    )


def _list(clients: Sequence[Client]) -> str:
    return "\n".join(f"- {client.name}" for client in clients)


def _marks() -> tuple[str, str]:
    """A new pair for each conversation, so that no text in the books can close the quotation."""
    nonce = secrets.token_hex(6)
    return f"⟦books {nonce}: ", f" :{nonce} books⟧"
