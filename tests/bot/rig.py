"""A front desk that answers as told, and both surfaces of the bot before it, against the sandbox's servers."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from books.refusal import Refusal
from books.store import Store
from bot.card import Card, Field, Heading
from bot.inbox import ChatEvent
from bot.slack.surface import SlackSurface
from bot.surface import Answered, Ask, Dropped, Press
from tests.bot.sample_cards import READINESS
from tests.sandbox.slack.rig import Sandbox, running

__all__ = ["ChatEvent", "Desk", "Sandbox", "eventually", "in_slack", "words"]


@dataclass
class Desk:
    """Remembers what it was asked; `answers` and `presses` are what it does, `seconds` how long it takes."""

    answered: Answered = field(default_factory=lambda: Answered(READINESS))
    pressed: Card | None = None
    fields: tuple[Field, ...] = ()
    raises: Exception | None = None
    seconds: float = 0.0
    asks: list[Ask] = field(default_factory=list)
    presses: list[Press] = field(default_factory=list)
    kept: Card | None = None
    overheard: list[Ask] = field(default_factory=list)
    drops: list[Dropped] = field(default_factory=list)
    not_admitted: Refusal | None = None
    threads: set[str] = field(default_factory=set)

    def answer(self, ask: Ask) -> Answered:
        self.asks.append(ask)
        self._work()
        return self.answered

    def overhear(self, ask: Ask) -> Card | None:
        self.overheard.append(ask)
        self._work()
        return self.kept

    def admit(self, dropped: Dropped) -> None:
        assert not dropped.content, "nothing is fetched before it is admitted"
        if self.not_admitted is not None:
            raise self.not_admitted

    def receive(self, dropped: Dropped) -> Answered:
        self.drops.append(dropped)
        self._work()
        return self.answered

    def press(self, press: Press) -> Card | None:
        self.presses.append(press)
        self._work()
        return self.pressed

    def form(self, press: Press) -> tuple[Field, ...]:
        self.presses.append(press)
        self._work()
        return self.fields

    def _work(self) -> None:
        self.threads.add(threading.current_thread().name)
        time.sleep(self.seconds)
        if self.raises is not None:
            raise self.raises


def words(text: str) -> Card:
    """A card of a few words."""
    return Card(text, (Heading(text),))


def refusing(text: str) -> Refusal:
    """A refusal with a next step."""
    return Refusal(text, next_step="Ask a partner.")


async def eventually(look: Callable[[], Awaitable[Any]], *, within: float = 3.0) -> Any:
    """The first truthy thing that `look` finds."""
    end = time.monotonic() + within
    while time.monotonic() < end:
        if found := await look():
            return found
        await asyncio.sleep(0.01)
    raise AssertionError("it never happened")


@dataclass
class InSlack:
    """The bot in the sandbox's Slack."""

    sandbox: Sandbox
    desk: Desk
    surface: SlackSurface
    store: Store

    async def said(self, channel: str, who: str = "alice") -> list[dict[str, Any]]:
        """What the bot said in a channel for everybody."""
        found = await self.sandbox.read("slack/messages", who, channel=channel)
        return [message for message in found["messages"] if message.get("bot_id")]

    async def whispered(self, who: str) -> list[dict[str, Any]]:
        """What only this member sees."""
        found = await self.sandbox.read("slack/ephemerals", who)
        return list(found.get("ephemerals") or found.get("messages") or [])


@asynccontextmanager
async def in_slack(home: Path, desk: Desk | None = None, **pace: Any) -> AsyncIterator[InSlack]:
    """A sandbox Slack with the bot connected by Socket Mode."""
    desk = desk or Desk()
    async with running(home, **pace) as sandbox:
        store = Store(f"sqlite:///{home / 'tieout.db'}")
        store.create_tables()
        surface = SlackSurface(
            bot_token="xoxb-sandbox",
            app_token="xapp-sandbox",
            base_url=f"{sandbox.url}/slack/api/",
            store=store,
            desk=desk,
            links=("https://go.xero.com/",),
        )
        await surface.start()
        try:
            yield InSlack(sandbox, desk, surface, store)
        finally:
            await surface.stop()
            store.close()
