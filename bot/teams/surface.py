"""The Teams surface: messages and card buttons in, answers and cards out, over the Bot Framework."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from concurrent.futures import TimeoutError as TooLong
from dataclasses import replace
from typing import Any

import structlog
from aiohttp import web

from books.refusal import Refusal
from books.store import Store
from bot.asking import Counter
from bot.card import Card
from bot.inbox import Inbox
from bot.shown import XERO_PAGES
from bot.surface import FrontDesk, MessageRef, Place
from bot.teams.listener import Listener, no, summary
from bot.teams.references import (
    WORLDWIDE,
    Reference,
    References,
    is_loopback,
    is_trusted,
    may_fetch,
    reference_of,
    without_thread,
)
from bot.teams.render import attachment, render
from bot.teams.transport import BotFrameworkTransport, NoAnswer, NotAuthentic, TeamsTransport, refusal_from

Json = dict[str, Any]
log = structlog.get_logger(__name__)
MESSAGES_PATH = "/api/messages"
CALL_SECONDS = 90.0
_PERSON = re.compile(r"^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$")
"""A directory object id; conversations begin with `19:` or `a:`."""


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
        self._counter = Counter(desk)
        self._listener = Listener(
            transport=self._transport,
            references=self._references,
            inbox=Inbox(store, self.platform),
            counter=self._counter,
            tenant=tenant,
            links=links,
            may_fetch=self._may_fetch,
        )
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
            return no(415, "The body must be JSON.")
        try:
            activity = json.loads(await request.text())
        except ValueError:
            return no(400, "The body is not JSON.")
        if not _has_shape(activity):
            return no(400, "The body is not an activity.")
        if not self._trusts(str(activity.get("serviceUrl") or "")):
            log.warning("teams_service_url_refused", service_url=str(activity.get("serviceUrl"))[:200])
            return no(403, "This service address is not trusted.")
        try:
            await self._transport.authenticate(request.headers.get("Authorization", ""), activity)
        except NotAuthentic:
            return no(401, "Not authenticated.")
        self._heard_at = dt.datetime.now(dt.UTC)
        await self._counter.in_thread(self._references.remember, reference_of(activity), self._heard_at)
        return await self._listener.heard(activity)

    # Posting, from worker threads

    def post(self, place: Place, card: Card) -> MessageRef:
        """Posts a card as a new thread of a channel, in a chat, or to a person (their directory id); raises Refusal."""
        reference = self._chat_with(place.channel) if _PERSON.match(place.channel) else self._reference(place.channel)
        message = {"type": "message", "attachments": [attachment(render(card, self._links))]}
        try:
            made = self._transport.send(reference, message | summary(card)).result(CALL_SECONDS)
        except (NoAnswer, TooLong) as error:
            raise _refusal(error, place.channel) from error
        return MessageRef(self.platform, reference.conversation, made)

    def update(self, ref: MessageRef, card: Card) -> MessageRef | None:
        """Redraws a card; one that is gone is posted anew, and its new place returned."""
        reference = self._reference(ref.channel)
        message = {"type": "message", "attachments": [attachment(render(card, self._links))]}
        try:
            self._transport.update(reference, ref.message, message | summary(card)).result(CALL_SECONDS)
        except (NoAnswer, TooLong) as error:
            if isinstance(error, NoAnswer) and error.status == 404:
                return self.post(Place(self.platform, ref.channel), card)
            raise _refusal(error, ref.channel) from error
        return None

    def reply(self, ref: MessageRef, card: Card) -> None:
        """Says something in the thread of a posted card; raises Refusal."""
        reference = self._reference(ref.channel)
        message = {"type": "message", "attachments": [attachment(render(card, self._links))]}
        thread = ref.message if reference.kind == "channel" else ""
        try:
            self._transport.send(reference, message | summary(card), thread=thread).result(CALL_SECONDS)
        except (NoAnswer, TooLong) as error:
            raise _refusal(error, ref.channel) from error

    def _may_fetch(self, url: str) -> bool:
        """Whether a file may be fetched there; without an app id from anywhere on this machine."""
        return may_fetch(url, self._pinned) or (self.loopback_only and is_loopback(url))

    def _trusts(self, service_url: str) -> bool:
        """Whether answers may be sent there; without an app id every address on this machine is as good as another."""
        return is_trusted(service_url, self._pinned) or (self.loopback_only and is_loopback(service_url))

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
        if not self._trusts(found.service_url):
            return replace(found, service_url=self._pinned[0] if self._pinned else WORLDWIDE)
        return found

    def _chat_with(self, person: str) -> Reference:
        """The bot's chat with a person of the firm's directory, opened when they have never had one."""
        around = self._reference("")
        tenant = self._tenant or around.tenant
        known = self._references.chat_with(tenant, person)
        if known is not None:
            return self._reference(known.conversation)
        around = replace(around, tenant=tenant)
        try:
            opened = self._transport.open_chat(around, person).result(CALL_SECONDS)
        except (NoAnswer, TooLong) as error:
            raise _refusal(error, person) from error
        chat = replace(around, conversation=opened, kind="personal", user=person)
        self._references.remember(chat, dt.datetime.now(dt.UTC))
        return chat


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


def _refusal(error: NoAnswer | TooLong, conversation: str) -> Refusal:
    return refusal_from(error if isinstance(error, NoAnswer) else NoAnswer(0, "no answer in time"), conversation)
