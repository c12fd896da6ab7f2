"""The way to the bot: posts activities to its /api/messages, remembers when it last answered, introduces it once."""

from __future__ import annotations

import asyncio
import contextlib
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import aiohttp

from sandbox.chat_store import Json
from sandbox.teams.activities import installed

if TYPE_CHECKING:
    from sandbox.chat import ChatState

ANSWER_SECONDS = 15.0
LOOK_EVERY_SECONDS = 3.0


@dataclass(frozen=True)
class BotAnswer:
    """What the bot's endpoint answered; status 0 when it could not be reached."""

    status: int
    body: Any
    took_ms: float

    @property
    def is_good(self) -> bool:
        """Whether the bot took the activity."""
        return 200 <= self.status < 300


class BotLink:
    """Posts to the bot; one for the whole sandbox."""

    def __init__(self, state: ChatState) -> None:
        self._state = state
        self._session: aiohttp.ClientSession | None = None
        self._watch: asyncio.Task[None] | None = None

    @property
    def endpoint(self) -> str | None:
        """Where the bot listens."""
        url = self._state.bot_url
        if not url:
            return None
        return url if url.rstrip("/").endswith("/api/messages") else url.rstrip("/") + "/api/messages"

    async def start(self) -> None:
        """Begin to introduce the bot and to watch it."""
        self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=ANSWER_SECONDS))
        self._watch = asyncio.get_running_loop().create_task(self._introduce_and_watch())

    async def stop(self) -> None:
        """Stop watching."""
        if self._watch:
            self._watch.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._watch
        if self._session:
            await self._session.close()

    async def post(self, activity: Json) -> BotAnswer:
        """Send one activity; never raises."""
        if self.endpoint is None or self._session is None:
            return self._noted(BotAnswer(0, None, 0.0), "No bot is configured for Teams.")
        began = time.perf_counter()
        try:
            async with self._session.post(self.endpoint, json=activity) as response:
                body = await response.json() if "json" in response.content_type else await response.text()
                answer = BotAnswer(response.status, body, (time.perf_counter() - began) * 1000)
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            return self._noted(BotAnswer(0, None, (time.perf_counter() - began) * 1000), type(error).__name__)
        return self._noted(answer, None)

    def _noted(self, answer: BotAnswer, error: str | None) -> BotAnswer:
        self._note(error)
        return answer

    def _note(self, error: str | None) -> None:
        teams = self._state.teams
        changed = (teams.bot_error is None) != (error is None) or teams.bot_reached_at is None
        teams.bot_error = error
        if error is None:
            teams.bot_reached_at = time.time()
        if changed:
            self._state.feed.tell({"workspace": "teams", "what": "bot", "error": error})

    async def _introduce_and_watch(self) -> None:
        while not (self._state.base_url and self.endpoint):
            await asyncio.sleep(0.05)
        for conversation in self._state.teams.conversations.all():
            member = self._state.teams.people.get(next(iter(conversation["members"]), ""))
            if member is None:
                continue
            for activity in installed(self._state, member, conversation):
                while not (await self.post(activity)).is_good:
                    await asyncio.sleep(0.5)
        self._state.teams.introduced = True
        while True:
            await asyncio.sleep(LOOK_EVERY_SECONDS)
            await self._look()

    async def _look(self) -> None:
        parts = urlsplit(self.endpoint or "")
        try:
            opening = asyncio.open_connection(parts.hostname, parts.port or 80)
            _, writer = await asyncio.wait_for(opening, 2.0)
            writer.close()
            self._note(None)
        except (OSError, TimeoutError) as error:
            self._note(type(error).__name__)
