"""What the bot hears in Teams: questions and pressed buttons, each answered where its asker can see it."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import structlog
from aiohttp import web

from books.refusal import Refusal
from bot.asking import Counter, card_for
from bot.card import Card
from bot.inbox import Inbox
from bot.shown import clip, one_line
from bot.surface import Ask, Press, Speaker
from bot.teams.files import Files, has_files
from bot.teams.references import Reference, References, reference_of, tenant_of
from bot.teams.render import CARD_TYPE, attachment, render
from bot.teams.transport import NoAnswer, TeamsTransport
from bot.teams.words import in_words, is_words, words_of

Json = dict[str, Any]
log = structlog.get_logger(__name__)
MESSAGE_TYPE = "application/vnd.microsoft.activity.message"
INVOKE_SECONDS = 4.0  # Teams gives up on an invoke after some 5 to 15 seconds
PATIENCE_SECONDS = 1.5
TYPING_SECONDS = 4.0
WORKING = "Looking at the books…"
IN_CHAT = "I have answered you in our chat; it is for you only."
NO_CHAT = "The answer is for you only. Write to me in a chat, then ask again there."
RECORDED = "Recorded. The card shows where it stands."
LATER = "This takes a moment; the card will show how it went."


class Listener:
    """Hears activities that are vouched for."""

    def __init__(
        self,
        *,
        transport: TeamsTransport,
        references: References,
        inbox: Inbox,
        counter: Counter,
        tenant: str,
        links: tuple[str, ...],
        may_fetch: Callable[[str], bool],
    ) -> None:
        self._transport = transport
        self._references = references
        self._inbox = inbox
        self._counter = counter
        self._tenant = tenant
        self._links = links
        self._files = Files(transport=transport, inbox=inbox, counter=counter, drawn=self._message, may_fetch=may_fetch)

    async def heard(self, activity: Json) -> web.Response:
        """The HTTP answer to one activity; questions are answered afterwards, buttons in it."""
        if activity["type"] == "invoke":
            if activity.get("name") != "adaptiveCard/action":
                return no(501, "This invoke is not known.")
            return web.json_response(await self._invoked(activity))
        if activity["type"] == "message" and has_files(activity):
            self._counter.start(self._files.heard(activity, self._speaker(activity)))
        elif activity["type"] == "message" and activity.get("text"):
            self._counter.start(self._said(activity))
        return web.Response(status=200)

    def _speaker(self, activity: Json) -> Speaker:
        """(tenant, directory object id); who has none, or comes from another tenant than the bot's, is a stranger."""
        person = activity.get("from") or {}
        tenant, user = tenant_of(activity), str(person.get("aadObjectId") or "")
        elsewhere = bool(self._tenant) and tenant != self._tenant
        is_machine = person.get("role") in ("bot", "skill")
        stranger = not (tenant and user) or elsewhere or is_machine
        return Speaker("teams", tenant, user, stranger=stranger, name=str(person.get("name") or ""))

    # Questions

    async def _said(self, activity: Json) -> None:
        reference, full = reference_of(activity), str(activity["conversation"]["id"])
        label = f"{full} {activity.get('id', '')}" if activity.get("id") else ""
        if not await self._counter.in_thread(self._inbox.take, label):
            return
        thread = full.partition(";messageid=")[2]
        is_direct = reference.kind == "personal"
        ask = Ask(
            self._speaker(activity), reference.conversation, words_of(activity), is_direct=is_direct, thread=thread
        )
        if thread and thread != str(activity.get("id") or ""):
            card, _ = await self._counter.overhear(ask)
            if card is not None:
                await asyncio.wrap_future(self._transport.send(reference, self._message(card), thread=thread))
                return
        asked = asyncio.ensure_future(self._counter.answer(ask))
        working = await self._meanwhile(asked, reference, thread)
        answered = await asked
        if answered.private and not is_direct:
            await self._answer_in_chat(activity, reference, thread, working, self._message(answered.card))
        elif working:
            await asyncio.wrap_future(self._transport.update(reference, working, self._message(answered.card)))
        else:
            await asyncio.wrap_future(self._transport.send(reference, self._message(answered.card), thread=thread))

    async def _meanwhile(self, asked: asyncio.Future[Any], reference: Reference, thread: str) -> str:
        """Shows that work is under way: a typing sign in a chat, in a channel a line that the answer will replace."""
        done, _ = await asyncio.wait({asked}, timeout=PATIENCE_SECONDS)
        if done:
            return ""
        if reference.kind != "personal":
            working = {"type": "message", "text": WORKING}
            return await asyncio.wrap_future(self._transport.send(reference, working, thread=thread))
        while not done:
            with contextlib.suppress(NoAnswer):
                await asyncio.wrap_future(self._transport.send(reference, {"type": "typing"}))
            done, _ = await asyncio.wait({asked}, timeout=TYPING_SECONDS)
        return ""

    async def _answer_in_chat(
        self, activity: Json, reference: Reference, thread: str, working: str, message: Json
    ) -> None:
        """A channel has no whispers: the answer goes to the person's own chat, the channel learns only that it did."""
        words = IN_CHAT
        try:
            chat = await self._chat_of(activity, reference)
            await asyncio.wrap_future(self._transport.send(chat, message))
        except NoAnswer as error:
            log.warning("teams_chat_not_opened", why=str(error))
            words = NO_CHAT
        line = {"type": "message", "text": words}
        if working:
            await asyncio.wrap_future(self._transport.update(reference, working, line))
        else:
            await asyncio.wrap_future(self._transport.send(reference, line, thread=thread))

    async def _chat_of(self, activity: Json, reference: Reference) -> Reference:
        person = activity.get("from") or {}
        user = str(person.get("aadObjectId") or "")
        known = await self._counter.in_thread(self._references.chat_with, reference.tenant, user)
        if known is not None:
            return known
        opened = await asyncio.wrap_future(self._transport.open_chat(reference, str(person.get("id") or "")))
        chat = replace(reference, conversation=opened, kind="personal", user=user)
        await self._counter.in_thread(self._references.remember, chat, dt.datetime.now(dt.UTC))
        return chat

    # Buttons

    async def _invoked(self, activity: Json) -> Json:
        """An Execute: carried out within Teams' patience, or answered at once and finished afterwards."""
        press = self._press(activity)
        if press is None:
            return _line("That button is not known any more. Ask again for a fresh card.")
        pressed = asyncio.ensure_future(self._counter.press(press))
        done, _ = await asyncio.wait({pressed}, timeout=INVOKE_SECONDS)
        if not done:
            self._counter.start(self._tell_later(activity, pressed))
            return _line(LATER)
        card = pressed.result()
        if card is None:
            return _line(RECORDED)
        if is_words(card):
            return _line(in_words(card))
        return {"statusCode": 200, "type": CARD_TYPE, "value": self._drawn(card)}

    def _press(self, activity: Json) -> Press | None:
        value = activity.get("value")
        action = value.get("action") if isinstance(value, dict) else None
        content = action.get("data") if isinstance(action, dict) else None
        if not isinstance(action, dict) or not isinstance(content, dict):
            return None
        act, subject, digest = action.get("verb"), content.get("subject"), content.get("digest", "")
        words = content.get(str(content.get("field") or ""), "")
        names = content.get("fields", {})
        if not act or not all(isinstance(each, str) for each in (act, subject, digest, words)):
            return None
        values = (
            {str(k): str(content.get(str(v), "")).strip() for k, v in names.items()} if isinstance(names, dict) else {}
        )
        channel = reference_of(activity).conversation
        said = str(words).strip()
        return Press(self._speaker(activity), channel, str(act), str(subject), str(digest), said, values)

    async def _tell_later(self, activity: Json, pressed: asyncio.Future[Card | None]) -> None:
        card = await pressed
        if card is not None:
            chat = await self._chat_of(activity, reference_of(activity))
            await asyncio.wrap_future(self._transport.send(chat, self._message(card)))

    def _message(self, card: Card) -> Json:
        return {"type": "message", "attachments": [attachment(self._drawn(card))], **summary(card)}

    def _drawn(self, card: Card) -> Json:
        try:
            return render(card, self._links)
        except Refusal as refusal:
            return render(card_for(refusal), self._links)


def summary(card: Card) -> Json:
    """The one line of a message for notifications."""
    return {"summary": clip(one_line(card.summary), 500)}


def _line(words: str) -> Json:
    """The answer to an Execute that leaves the card as it is."""
    return {"statusCode": 200, "type": MESSAGE_TYPE, "value": words}


def no(status: int, words: str) -> web.Response:
    """The HTTP answer to what is not taken."""
    return web.json_response({"error": words}, status=status)
