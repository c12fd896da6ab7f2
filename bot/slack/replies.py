"""Where an answer goes in Slack: into the conversation, to one person only, or through a command's response_url."""

from __future__ import annotations

from typing import Any, Protocol

import structlog
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.slack.errors import Unreachable, slack_code

Json = dict[str, Any]
log = structlog.get_logger(__name__)
STILL: dict[str, Any] = {"unfurl_links": False, "unfurl_media": False}
WORKING = "Looking at the books…"
NOT_HERE = ("user_not_in_channel", "not_in_channel", "channel_not_found")


class Reply(Protocol):
    """One question's way back."""

    async def working(self) -> None:
        """Says that the answer takes a moment."""
        ...

    async def say(self, message: Json, *, private: bool) -> None:
        """Says the answer."""
        ...


class ConversationReply:
    """The way back into a channel or direct message; what shows that work is under way becomes the answer."""

    def __init__(
        self, client: AsyncWebClient, channel: str, user: str, thread: str = "", *, working: str = WORKING
    ) -> None:
        self._client = client
        self._working = working
        self._channel = channel
        self._user = user
        self._where: Json = {"channel": channel} | ({"thread_ts": thread} if thread else {})
        self._working_ts = ""

    async def working(self) -> None:
        """Posts the line that the answer will replace."""
        answer = await self._client.chat_postMessage(**self._where, text=self._working, **STILL)
        self._working_ts = str(answer.get("ts") or "")

    async def say(self, message: Json, *, private: bool) -> None:
        """Posts the answer; a private one is seen by the asker only."""
        stands, self._working_ts = self._working_ts, ""
        if private and not self._channel.startswith("D"):
            if stands:
                await self._client.chat_delete(channel=self._channel, ts=stands)
            await self.whisper(message)
        elif not (stands and await self._replaced(stands, message)):
            await self._client.chat_postMessage(**self._where, **message, **STILL)

    async def _replaced(self, ts: str, message: Json) -> bool:
        try:
            await self._client.chat_update(channel=self._channel, ts=ts, **message)
        except Unreachable as error:
            log.warning("slack_answer_not_updated", why=slack_code(error) or type(error).__name__)
            return False
        return True

    async def whisper(self, message: Json) -> None:
        """Says it to the one person only: in the channel or, where the bot is not a member, in a direct message."""
        try:
            await self._client.chat_postEphemeral(**self._where, user=self._user, **message)
        except Unreachable as error:
            if slack_code(error) not in NOT_HERE:
                raise
            await self._client.chat_postMessage(channel=self._user, **message, **STILL)


class CommandReply:
    """The way back of a slash command: it works where the bot is not a member of the channel too."""

    def __init__(self, response_url: str) -> None:
        self._webhook = AsyncWebhookClient(response_url)

    async def working(self) -> None:
        """Tells the asker only."""
        await self._webhook.send(text=WORKING, response_type="ephemeral")

    async def say(self, message: Json, *, private: bool) -> None:
        """Answers the asker only, or the channel."""
        kind = "ephemeral" if private else "in_channel"
        await self._webhook.send(text=message["text"], blocks=message["blocks"], response_type=kind, **STILL)
