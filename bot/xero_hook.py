"""Xero's own way in: takes webhook deliveries at the door, answers at once, and leaves the work to a sweep."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

import structlog
from aiohttp import web
from sqlalchemy.exc import SQLAlchemyError

from bot.server import Handler
from xero_tools.webhooks import HEADER, PATH, Inbox

log = structlog.get_logger(__name__)
ANSWER_SECONDS = 4.0  # Xero waits five


class XeroHook:
    """Answers POST /xero/webhooks with an empty body and no cookie, as Xero wants it."""

    platform = "xero"

    def __init__(self, inbox: Inbox, *, now: Callable[[], dt.datetime]) -> None:
        self._inbox = inbox
        self._now = now
        self._heard_at: dt.datetime | None = None
        self._refused = 0

    def routes(self) -> Mapping[str, Handler]:
        """The one path."""
        return {PATH: self._receive}

    def health(self) -> dict[str, Any]:
        """When Xero was last heard, and how many deliveries were not Xero's."""
        return {"heard_at": self._heard_at.isoformat() if self._heard_at else "", "refused": self._refused}

    async def _receive(self, request: web.Request) -> web.StreamResponse:
        body, signed = await request.read(), request.headers.get(HEADER, "")
        try:
            keeping = asyncio.to_thread(self._inbox.receive, body, signed, now=self._now())
            received = await asyncio.wait_for(keeping, ANSWER_SECONDS)
        except (SQLAlchemyError, TimeoutError) as error:
            log.warning("xero_events_not_kept", why=type(error).__name__)
            return web.Response(status=503)  # Xero sends them again
        if received.status == 200:
            self._heard_at = self._now()
        else:
            self._refused += 1
        return web.Response(status=received.status)
