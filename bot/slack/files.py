"""Files in Slack: heard of with their message or by file_shared, fetched from Slack only, handed to the desk once."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from books.refusal import Refusal
from bot.asking import Counter, card_for
from bot.card import Card
from bot.fetching import check_size, elsewhere, fetch, is_at, is_below_host
from bot.inbox import Inbox
from bot.slack.errors import Unreachable, refusal_from, slack_code
from bot.slack.people import People
from bot.slack.replies import ConversationReply
from bot.slack.words import words_of
from bot.surface import Answered, Dropped, Speaker

Json = dict[str, Any]
log = structlog.get_logger(__name__)
READING = "Reading the statement…"
PATIENCE_SECONDS = 2.0
LATER_SECONDS = 3.0  # the message with the file comes beside file_shared, and only the message has the words
FILE_HOSTS = ("files.slack.com",)
AT_ONCE = 2
NO_STATEMENTS = ("image/", "video/", "audio/")
NOT_FOR_US = ("which_client", "not_a_member", "stranger")
GONE = ("file_not_found", "file_deleted", "not_visible", "access_denied")


@dataclass(frozen=True, slots=True)
class Share:
    """One file in one message. `is_asked`: the bot is addressed, so that every no is said."""

    team: str
    user: str
    channel: str
    ts: str
    file: str
    text: str = ""
    thread: str = ""
    is_direct: bool = False
    is_asked: bool = False

    @property
    def label(self) -> str:
        """What makes it the same file in the same message, whichever event tells of it."""
        return f"file {self.channel} {self.ts} {self.file}"


class Files:
    """Takes the files of messages. `drawn` makes Slack's blocks of a card, `settle` waits for a calm moment."""

    def __init__(
        self,
        *,
        client: AsyncWebClient,
        counter: Counter,
        inbox: Inbox,
        people: People,
        drawn: Callable[[Card], Json],
        settle: Callable[[], Awaitable[None]],
    ) -> None:
        self._client = client
        self._counter = counter
        self._inbox = inbox
        self._people = people
        self._drawn = drawn
        self._settle = settle
        self._fetching = asyncio.Semaphore(AT_ONCE)

    async def in_message(self, event: Json, team: str, bot_user: str) -> None:
        """The files of one message, one after the other; each is answered."""
        text, channel = str(event.get("text") or ""), str(event["channel"])
        is_direct = channel.startswith("D")
        first = Share(
            team,
            str(event.get("user") or ""),
            channel,
            str(event["ts"]),
            "",
            words_of(text, bot_user),
            str(event.get("thread_ts") or ""),
            is_direct,
            is_direct or bool(bot_user and f"<@{bot_user}" in text),
        )
        for file in event["files"]:
            if not first.is_asked and str(file.get("mimetype") or "").startswith(NO_STATEMENTS):
                continue  # people show each other pictures in a channel
            await self._once(replace(first, file=str(file.get("id") or "")))

    async def shared(self, event: Json, team: str, bot_user: str) -> None:
        """A file that was shared: taken here only when no message told of it."""
        channel, user = str(event.get("channel_id") or ""), str(event.get("user_id") or "")
        if not channel or user == bot_user:
            return
        await asyncio.sleep(LATER_SECONDS)
        file = await self._described(str(event.get("file_id") or ""))
        shares: Json = file.get("shares") or {}
        places = [each for kind in ("public", "private") for each in (shares.get(kind) or {}).get(channel, [])]
        if not places or str(file.get("mimetype") or "").startswith(NO_STATEMENTS):
            return
        newest = max(places, key=lambda each: str(each["ts"]))
        is_direct = channel.startswith("D")
        thread = str(newest.get("thread_ts") or "")
        await self._once(
            Share(team, user, channel, str(newest["ts"]), str(file["id"]), "", thread, is_direct, is_direct)
        )

    async def _once(self, share: Share) -> None:
        if not share.user:
            return
        if await self._counter.in_thread(self._inbox.take, share.label):
            await self._answer(share)

    async def _answer(self, share: Share) -> None:
        """Admits the file, fetches it and has it read; when this takes longer than two seconds, says so meanwhile."""
        reply = ConversationReply(self._client, share.channel, share.user, share.thread, working=READING)
        await self._settle()
        try:
            speaker = await self._people.speaker(share.team, share.user)
        except Refusal as refusal:
            await reply.say(self._drawn(card_for(refusal)), private=True)
            return
        empty = Dropped(speaker, share.channel, "", b"", share.text, share.is_direct)
        if (no := await self._counter.admit(empty)) is not None:
            if share.is_asked or no.code not in NOT_FOR_US:
                await reply.say(self._drawn(card_for(no)), private=True)
            return
        received = asyncio.ensure_future(self._received(share, speaker))
        done, _ = await asyncio.wait({received}, timeout=PATIENCE_SECONDS)
        if not done:
            await reply.working()
        answered = await received
        await reply.say(self._drawn(answered.card), private=answered.private)

    async def _received(self, share: Share, speaker: Speaker) -> Answered:
        async with self._fetching:
            try:
                file = await self._described(share.file)
                content = await self._content(file)
            except Refusal as refusal:
                return Answered(card_for(refusal), private=True)
            name = str(file.get("name") or file.get("title") or "file")
            return await self._counter.receive(
                Dropped(speaker, share.channel, name, content, share.text, share.is_direct)
            )

    async def _described(self, file: str) -> Json:
        """What Slack says of the file now; raises Refusal."""
        try:
            answer = await self._client.files_info(file=file)
        except Unreachable as error:
            if slack_code(error) in GONE:
                raise Refusal(
                    "Slack does not show me that file any more.",
                    next_step="Drop it again in a conversation that I am in.",
                    code="file_gone",
                    detail=slack_code(error),
                ) from error
            raise refusal_from(error) from error
        return dict(answer["file"])

    async def _content(self, file: Json) -> bytes:
        """The bytes, with the bot's token, which is shown to Slack's own hosts only; raises Refusal."""
        url = str(file.get("url_private_download") or "")
        is_slack = is_at(url, self._client.base_url) or is_below_host(url, hosts=FILE_HOSTS)
        if file.get("is_external") or not is_slack:
            raise elsewhere("Slack")
        check_size(int(file.get("size") or 0))
        try:
            return await fetch(url, token=str(self._client.token))
        except Refusal as refusal:
            if refusal.code != "file_redirected":
                raise
            raise Refusal(
                "Slack showed its sign-in page in place of the file: the app may not read files.",
                next_step="Update the app from manifest.yml (files:read) and install it again.",
                code="slack_scope",
            ) from refusal
