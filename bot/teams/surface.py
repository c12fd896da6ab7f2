"""The Teams surface: messages and card buttons in, answers and cards out, over the Bot Framework."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from concurrent.futures import TimeoutError as TooLong
from dataclasses import replace
from typing import Any

import structlog
from aiohttp import web

from books.refusal import Refusal
from books.store import Store
from bot.asking import Counter, card_for
from bot.card import Card
from bot.inbox import Inbox
from bot.shown import XERO_PAGES, clip, one_line
from bot.surface import Ask, FrontDesk, MessageRef, Place, Press, Speaker
from bot.teams.references import (
    WORLDWIDE,
    Reference,
    References,
    is_loopback,
    is_trusted,
    reference_of,
    tenant_of,
    without_thread,
)
from bot.teams.render import CARD_TYPE, attachment, render
from bot.teams.transport import BotFrameworkTransport, NoAnswer, NotAuthentic, TeamsTransport, refusal_from
from bot.teams.words import in_words, is_words, words_of

Json = dict[str, Any]
log = structlog.get_logger(__name__)
MESSAGES_PATH = "/api/messages"
MESSAGE_TYPE = "application/vnd.microsoft.activity.message"
INVOKE_SECONDS = 4.0  # Teams gives up on an invoke after some 5 to 15 seconds
PATIENCE_SECONDS = 1.5
TYPING_SECONDS = 4.0
CALL_SECONDS = 90.0
WORKING = "Looking at the books…"
IN_CHAT = "I have answered you in our chat; it is for you only."
NO_CHAT = "The answer is for you only. Write to me in a chat, then ask again there."
RECORDED = "Recorded. The card shows where it stands."
LATER = "This takes a moment; the card will show how it went."


class TeamsSurface:
    """One bot in Teams. `service_urls` pins where answers may be sent; without it only Microsoft's addresses are.

    `post` and `update` block and may be called from any thread. Raises Refusal when `app_id` is empty (no
    authentication) and a pinned address is not on this machine.
    """

    platform = "teams"

    def __init__(
        self,
        *,
        app_id: str,
        app_password: str = "",
        tenant: str = "",
        app_type: str = "SingleTenant",
        store: Store,
        desk: FrontDesk,
        service_urls: Sequence[str] = (),
        links: tuple[str, ...] = XERO_PAGES,
        transport: TeamsTransport | None = None,
    ) -> None:
        self._pinned = tuple(service_urls)
        self.loopback_only = not app_id
        _check(app_id, app_password, tenant, app_type, self._pinned)
        self._app_id = app_id
        self._tenant = tenant
        self._links = links
        self._transport: TeamsTransport = transport or BotFrameworkTransport(
            app_id=app_id, app_password=app_password, tenant=tenant, app_type=app_type
        )
        self._references = References(store)
        self._inbox = Inbox(store, self.platform)
        self._counter = Counter(desk)
        self._heard_at: dt.datetime | None = None

    # The door

    def routes(self) -> Mapping[str, Callable[[web.Request], Awaitable[web.StreamResponse]]]:
        """What the HTTP door must serve."""
        return {MESSAGES_PATH: self._serve}

    def health(self) -> Json:
        """How the connection stands; Teams calls the bot, so it is known only when it last did."""
        heard = self._heard_at.isoformat(timespec="seconds") if self._heard_at else None
        return {"mode": "http", "authenticated": bool(self._app_id), "heard_at": heard}

    async def stop(self) -> None:
        """Finishes what is under way, then lets go."""
        await self._counter.close()
        self._transport.close()

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        """One activity over HTTP: checked, vouched for, remembered, then heard."""
        if request.content_type != "application/json":
            return _no(415, "The body must be JSON.")
        try:
            activity = json.loads(await request.text())
        except ValueError:
            return _no(400, "The body is not JSON.")
        if not _has_shape(activity):
            return _no(400, "The body is not an activity.")
        if not is_trusted(str(activity.get("serviceUrl") or ""), self._pinned):
            log.warning("teams_service_url_refused", service_url=str(activity.get("serviceUrl"))[:200])
            return _no(403, "This service address is not trusted.")
        try:
            await self._transport.authenticate(request.headers.get("Authorization", ""), activity)
        except NotAuthentic:
            return _no(401, "Not authenticated.")
        self._heard_at = dt.datetime.now(dt.UTC)
        await self._counter.in_thread(self._references.remember, reference_of(activity), self._heard_at)
        return await self._heard(activity)

    async def _heard(self, activity: Json) -> web.Response:
        if activity["type"] == "invoke":
            if activity.get("name") != "adaptiveCard/action":
                return _no(501, "This invoke is not known.")
            return web.json_response(await self._invoked(activity))
        if activity["type"] == "message" and activity.get("text"):
            self._counter.start(self._said(activity))
        return web.Response(status=200)

    def _speaker(self, activity: Json) -> Speaker:
        """(tenant, directory object id); who has none, or comes from another tenant than the bot's, is a stranger."""
        person = activity.get("from") or {}
        tenant, user = tenant_of(activity), str(person.get("aadObjectId") or "")
        elsewhere = bool(self._tenant) and tenant != self._tenant
        is_machine = person.get("role") in ("bot", "skill")
        return Speaker("teams", tenant, user, stranger=not (tenant and user) or elsewhere or is_machine)

    # Questions

    async def _said(self, activity: Json) -> None:
        reference, full = reference_of(activity), str(activity["conversation"]["id"])
        label = f"{full} {activity.get('id', '')}" if activity.get("id") else ""
        if not await self._counter.in_thread(self._inbox.take, label):
            return
        thread = full.partition(";messageid=")[2]
        is_direct = reference.kind == "personal"
        ask = Ask(self._speaker(activity), reference.conversation, words_of(activity), is_direct=is_direct)
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
        if not act or not all(isinstance(each, str) for each in (act, subject, digest, words)):
            return None
        channel = reference_of(activity).conversation
        return Press(self._speaker(activity), channel, str(act), str(subject), str(digest), str(words).strip())

    async def _tell_later(self, activity: Json, pressed: asyncio.Future[Card | None]) -> None:
        card = await pressed
        if card is not None:
            chat = await self._chat_of(activity, reference_of(activity))
            await asyncio.wrap_future(self._transport.send(chat, self._message(card)))

    # Posting, from worker threads

    def post(self, place: Place, card: Card) -> MessageRef:
        """Posts a card as a new thread of a channel, or in a chat; raises Refusal."""
        reference = self._reference(place.channel)
        message = {"type": "message", "attachments": [attachment(render(card, self._links))]}
        try:
            made = self._transport.send(reference, message | _summary(card)).result(CALL_SECONDS)
        except (NoAnswer, TooLong) as error:
            raise _refusal(error, place.channel) from error
        return MessageRef(self.platform, without_thread(place.channel), made)

    def update(self, ref: MessageRef, card: Card) -> MessageRef | None:
        """Redraws a card; one that is gone is posted anew, and its new place returned."""
        reference = self._reference(ref.channel)
        message = {"type": "message", "attachments": [attachment(render(card, self._links))]}
        try:
            self._transport.update(reference, ref.message, message | _summary(card)).result(CALL_SECONDS)
        except (NoAnswer, TooLong) as error:
            if isinstance(error, NoAnswer) and error.status == 404:
                return self.post(Place(self.platform, ref.channel), card)
            raise _refusal(error, ref.channel) from error
        return None

    def _reference(self, conversation: str) -> Reference:
        found = self._references.find(conversation)
        if found is None:
            if self.loopback_only:
                raise Refusal(
                    "Teams has not spoken to Tieout yet.",
                    next_step="Write to Tieout in Teams once, then try again.",
                    code="teams_unknown_place",
                )
            where = without_thread(conversation)
            return Reference(where, "channel", WORLDWIDE, self._tenant, f"28:{self._app_id}")
        if not is_trusted(found.service_url, self._pinned):
            return replace(found, service_url=self._pinned[0] if self._pinned else WORLDWIDE)
        return found

    def _message(self, card: Card) -> Json:
        return {"type": "message", "attachments": [attachment(self._drawn(card))], **_summary(card)}

    def _drawn(self, card: Card) -> Json:
        try:
            return render(card, self._links)
        except Refusal as refusal:
            return render(card_for(refusal), self._links)


def _check(app_id: str, app_password: str, tenant: str, app_type: str, pinned: tuple[str, ...]) -> None:
    if not app_id and not (pinned and all(is_loopback(url) for url in pinned)):
        raise Refusal(
            "Without an app id everybody could speak as anybody in Teams.",
            next_step="Set TEAMS_APP_ID, TEAMS_APP_PASSWORD and TEAMS_TENANT_ID; docs/connect-teams.md shows where.",
            code="teams_open",
        )
    if app_id and app_type == "SingleTenant" and not (app_password and tenant):
        raise Refusal(
            "The Teams bot lacks its password or its tenant.",
            next_step="Set TEAMS_APP_PASSWORD and TEAMS_TENANT_ID.",
            code="teams_configuration",
        )


def _has_shape(activity: object) -> bool:
    """Whether what came is an activity as far as this surface reads it."""
    if not isinstance(activity, dict) or not isinstance(activity.get("type"), str):
        return False
    conversation = activity.get("conversation")
    if not isinstance(conversation, dict) or not isinstance(conversation.get("id"), str):
        return False
    objects = all(isinstance(activity.get(name) or {}, dict) for name in ("from", "recipient", "channelData"))
    return objects and isinstance(activity.get("entities") or [], list)


def _summary(card: Card) -> Json:
    return {"summary": clip(one_line(card.summary), 500)}


def _line(words: str) -> Json:
    """The answer to an Execute that leaves the card as it is."""
    return {"statusCode": 200, "type": MESSAGE_TYPE, "value": words}


def _no(status: int, words: str) -> web.Response:
    return web.json_response({"error": words}, status=status)


def _refusal(error: NoAnswer | TooLong, conversation: str) -> Refusal:
    return refusal_from(error if isinstance(error, NoAnswer) else NoAnswer(0, "no answer in time"), conversation)
