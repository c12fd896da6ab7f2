"""The Slack surface: one Bolt app over Socket Mode or HTTP, and posting from worker threads."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import aiohttp
import structlog
from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk import WebClient
from slack_sdk.http_retry.async_handler import AsyncRetryHandler
from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler
from slack_sdk.http_retry.builtin_handlers import RateLimitErrorRetryHandler
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.web.async_client import AsyncWebClient

from books.refusal import Refusal
from books.store import Store
from bot.asking import Counter
from bot.card import Card
from bot.inbox import Inbox
from bot.shown import XERO_PAGES
from bot.slack.errors import NOT_EDITABLE, Unreachable, refusal_from, slack_code
from bot.slack.listeners import Listeners
from bot.slack.render import render
from bot.slack.replies import STILL
from bot.surface import FrontDesk, MessageRef, Place

Json = dict[str, Any]
log = structlog.get_logger(__name__)
API = "https://slack.com/api/"
EVENTS_PATH = "/slack/events"
_TRIES = 3
_CALM_SECONDS, _CALM_AT_MOST = 0.03, 0.6
_RECONNECT_SECONDS = (2.0, 5.0, 15.0, 60.0)  # apps.connections.open may be called about once a minute


class SlackSurface:
    """One workspace. With `app_token` it connects by Socket Mode, else it is served over HTTP with `signing_secret`.

    `post` and `update` block and may be called from any thread, before `start` too; `links` are the addresses below
    which links are shown as links.
    """

    platform = "slack"

    def __init__(
        self,
        *,
        bot_token: str,
        app_token: str = "",
        signing_secret: str = "",
        base_url: str = API,
        store: Store,
        desk: FrontDesk,
        links: tuple[str, ...] = XERO_PAGES,
    ) -> None:
        if not app_token and not signing_secret:
            raise Refusal(
                "Slack needs an app token (Socket Mode) or a signing secret (HTTP).",
                next_step="Set SLACK_APP_TOKEN; docs/connect-slack.md shows where it is found.",
                code="slack_configuration",
            )
        self._app_token = app_token
        self._links = links
        self._writer = WebClient(
            bot_token,
            base_url=base_url,
            timeout=30,
            retry_handlers=[RateLimitErrorRetryHandler(max_retry_count=_TRIES)],
        )
        limits: list[AsyncRetryHandler] = [AsyncRateLimitErrorRetryHandler(max_retry_count=_TRIES)]
        self._client = AsyncWebClient(bot_token, base_url=base_url, timeout=30, retry_handlers=limits)
        self._counter = Counter(desk)
        self._listeners = Listeners(
            client=self._client,
            counter=self._counter,
            inbox=Inbox(store, self.platform),
            links=links,
            settle=self._settle,
        )
        self.app = AsyncApp(
            name="tieout", client=self._client, signing_secret=signing_secret, process_before_response=True
        )
        self._listeners.register(self.app)
        self._handler: AsyncSocketModeHandler | None = None
        self._connecting: asyncio.Task[None] | None = None
        self._heard_at = 0.0
        self._calm: asyncio.Task[None] | None = None
        self._signing_secret = signing_secret

    # Coming and going

    async def start(self) -> None:
        """Checks the token and connects; raises Refusal for a wrong token. A Slack that is away is tried again."""
        self._client.session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=30))
        try:
            await self._connect()
        except Refusal as refusal:
            if refusal.code != "slack_unreachable":
                await self.stop()
                raise
            log.warning("slack_away", why=str(refusal))
            self._connecting = asyncio.get_running_loop().create_task(self._keep_connecting())

    async def _connect(self) -> None:
        try:
            who = await self._client.auth_test()
            self._listeners.bot_user = str(who["user_id"])
            if self._app_token:
                await self._open_socket()
        except Unreachable as error:
            raise refusal_from(error) from error

    async def _open_socket(self) -> None:
        if self._handler is None:
            self._handler = AsyncSocketModeHandler(self.app, self._app_token, web_client=self._client)
            self._handler.client.socket_mode_request_listeners.insert(0, self._heard)
        await self._handler.connect_async()  # type: ignore[no-untyped-call]
        self._heard_at = time.monotonic()

    async def _keep_connecting(self) -> None:
        for turn in range(10**9):
            await asyncio.sleep(_RECONNECT_SECONDS[min(turn, len(_RECONNECT_SECONDS) - 1)])
            try:
                await self._connect()
            except Refusal as refusal:
                log.warning("slack_away", why=str(refusal))
                continue
            log.info("slack_connected")
            return

    async def stop(self) -> None:
        """Finishes what is under way, then disconnects."""
        if self._connecting is not None:
            self._connecting.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._connecting
        await self._counter.close()
        if self._handler is not None:
            await self._handler.close_async()  # type: ignore[no-untyped-call]
        if self._client.session is not None:
            await self._client.session.close()

    async def _heard(self, _client: AsyncBaseSocketModeClient, _request: SocketModeRequest) -> None:
        self._heard_at = time.monotonic()

    async def _settle(self) -> None:
        """Waits until no click came in for a moment, so that everybody is acknowledged before anybody's work begins."""
        if self._calm is None or self._calm.done():
            self._calm = asyncio.get_running_loop().create_task(self._until_calm())
        await asyncio.shield(self._calm)

    async def _until_calm(self) -> None:
        until = time.monotonic() + _CALM_AT_MOST
        while (now := time.monotonic()) < until and now - self._heard_at < _CALM_SECONDS:
            await asyncio.sleep(_CALM_SECONDS / 2)

    def health(self) -> Json:
        """How the connection stands."""
        if not self._app_token:
            return {"mode": "http", "connected": bool(self._listeners.bot_user)}
        session = self._handler.client.current_session if self._handler is not None else None
        return {"mode": "socket", "connected": session is not None and not session.closed}

    def routes(self) -> Mapping[str, Callable[[web.Request], Awaitable[web.StreamResponse]]]:
        """What the HTTP door must serve: nothing in Socket Mode."""
        return {} if self._app_token else {EVENTS_PATH: self._serve}

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        """One request from Slack over HTTP; Bolt checks the signature."""
        self._heard_at = time.monotonic()
        try:
            asked = await to_bolt_request(request)
        except ValueError:
            return web.json_response({"error": "The body is not JSON."}, status=400)
        return await to_aiohttp_response(await self.app.async_dispatch(asked))

    # Posting, from worker threads

    def post(self, place: Place, card: Card) -> MessageRef:
        """Posts a card; raises Refusal."""
        message = render(card, self._links)
        try:
            answer = self._writer.chat_postMessage(channel=place.channel, **message, **STILL)
        except Unreachable as error:
            raise refusal_from(error, place.channel) from error
        return MessageRef(self.platform, str(answer["channel"]), str(answer["ts"]))

    def update(self, ref: MessageRef, card: Card) -> MessageRef | None:
        """Redraws a card; one that can no longer be edited is posted anew, and its new place returned."""
        message = render(card, self._links)
        try:
            self._writer.chat_update(channel=ref.channel, ts=ref.message, **message)
        except Unreachable as error:
            if slack_code(error) in NOT_EDITABLE:
                return self.post(Place(self.platform, ref.channel), card)
            raise refusal_from(error, ref.channel) from error
        return None

    def reply(self, ref: MessageRef, card: Card) -> None:
        """Says something in the thread of a posted card; raises Refusal."""
        message = render(card, self._links)
        try:
            self._writer.chat_postMessage(channel=ref.channel, thread_ts=ref.message, **message, **STILL)
        except Unreachable as error:
            raise refusal_from(error, ref.channel) from error
