"""Files in Teams: a chat with the bot brings an address to fetch each from; a channel brings none, and says so."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import structlog

from books.refusal import Refusal
from bot.asking import Counter, card_for
from bot.card import Card
from bot.fetching import elsewhere, fetch
from bot.inbox import Inbox
from bot.surface import Answered, Dropped, Speaker
from bot.teams.references import Reference, reference_of
from bot.teams.transport import TeamsTransport
from bot.teams.words import words_of

Json = dict[str, Any]
log = structlog.get_logger(__name__)
FILE_TYPE = "application/vnd.microsoft.teams.file.download.info"
READING = "Reading the statement…"
PATIENCE_SECONDS = 2.0
AT_ONCE = 2
IN_CHANNEL = (
    "Teams keeps a channel's files from me. Drop the file in our own chat and name the client with it; "
    "the answer comes there."
)


def has_files(activity: Json) -> bool:
    """Whether a message brings files: in a chat as attachments, in a channel only as a mark in its HTML."""
    is_personal = reference_of(activity).kind == "personal"
    for each in _attachments(activity):
        if each.get("contentType") == FILE_TYPE:
            return True
        if not is_personal and each.get("contentType") == "text/html" and "<attachment " in str(each.get("content")):
            return True
    return False


def _attachments(activity: Json) -> list[Json]:
    found = activity.get("attachments")
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


class Files:
    """Takes the files of messages. `drawn` makes a message of a card; `may_fetch` tells a trusted address."""

    def __init__(
        self,
        *,
        transport: TeamsTransport,
        inbox: Inbox,
        counter: Counter,
        drawn: Callable[[Card], Json],
        may_fetch: Callable[[str], bool],
    ) -> None:
        self._transport = transport
        self._inbox = inbox
        self._counter = counter
        self._drawn = drawn
        self._may_fetch = may_fetch
        self._fetching = asyncio.Semaphore(AT_ONCE)

    async def heard(self, activity: Json, speaker: Speaker) -> None:
        """The files of one message, one after the other; each is answered, an activity that comes again is not."""
        reference, full = reference_of(activity), str(activity["conversation"]["id"])
        label = f"{full} {activity.get('id', '')}" if activity.get("id") else ""
        if not await self._counter.in_thread(self._inbox.take, label):
            return
        if reference.kind != "personal":
            line = {"type": "message", "text": IN_CHANNEL}
            await self._send(reference, line, full.partition(";messageid=")[2])
            return
        empty = Dropped(speaker, reference.conversation, "", b"", words_of(activity), is_direct=True)
        if (no := await self._counter.admit(empty)) is not None:
            await self._send(reference, self._drawn(card_for(no)))
            return
        for each in _attachments(activity):
            if each.get("contentType") == FILE_TYPE:
                await self._answer(reference, each, empty)

    async def _answer(self, reference: Reference, file: Json, empty: Dropped) -> None:
        """Fetches one file and has it read; when this takes longer than two seconds, a line says so meanwhile."""
        received = asyncio.ensure_future(self._received(file, empty))
        done, _ = await asyncio.wait({received}, timeout=PATIENCE_SECONDS)
        working = "" if done else await self._send(reference, {"type": "message", "text": READING})
        answered = await received
        message = self._drawn(answered.card)
        if working:
            await asyncio.wrap_future(self._transport.update(reference, working, message))
        else:
            await self._send(reference, message)

    async def _received(self, file: Json, empty: Dropped) -> Answered:
        async with self._fetching:
            facts = file.get("content")
            url = str(facts.get("downloadUrl") or "") if isinstance(facts, dict) else ""
            try:
                if not self._may_fetch(url):
                    log.warning("teams_file_refused", url=url.partition("?")[0][:200])
                    raise elsewhere("Teams")
                content = await fetch(url)  # the address itself is the permission; no token is sent there
            except Refusal as refusal:
                return Answered(card_for(refusal), private=True)
            name = str(file.get("name") or "file")
            return await self._counter.receive(
                Dropped(empty.speaker, empty.channel, name, content, empty.text, is_direct=True)
            )

    async def _send(self, reference: Reference, message: Json, thread: str = "") -> str:
        return await asyncio.wrap_future(self._transport.send(reference, message, thread=thread))
