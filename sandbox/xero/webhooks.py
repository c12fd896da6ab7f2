"""The webhooks of the sandbox Xero: signed deliveries of what changed, sent again until the receiver says 200."""

import asyncio
import base64
import contextlib
import hashlib
import hmac
import secrets
import time
from collections import deque
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import aiohttp
from aiohttp import web

from sandbox.xero.simulator import Simulator
from sandbox.xero.wire import Json, encode

LOOK_EVERY_SECONDS = 0.05
ANSWER_SECONDS = 5.0  # Xero's own patience
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.2, 30.0
MOST_EVENTS = 50  # in one delivery
CATEGORIES = {
    "contacts": "CONTACT",
    "invoices": "INVOICE",
    "creditnotes": "CREDITNOTE",
    "prepayments": "PREPAYMENT",
    "overpayments": "OVERPAYMENT",
}
_PLURALS = {"contacts": "Contacts", "invoices": "Invoices", "creditnotes": "CreditNotes",
            "prepayments": "Prepayments", "overpayments": "Overpayments"}  # fmt: skip


@dataclass
class Webhooks:
    """Watches the committed documents and delivers; without a URL nothing is sent."""

    simulator: Simulator
    url: str = ""
    key: str = ""
    status: str = "off"
    waiting: deque[Json] = field(default_factory=deque)
    deliveries: deque[Json] = field(default_factory=lambda: deque(maxlen=500))
    _sequence: int = 0
    _writes: int = -1
    _seen_until: int = 0
    _seen: set[tuple[str, str, int]] = field(default_factory=set)
    _last_row: int = 0
    _session: aiohttp.ClientSession | None = None

    async def subscribe(self, url: str, key: str) -> str:
        """Ask the receiver whether it tells a forged delivery from a genuine one; from then on deliver, or not."""
        self.url, self.key, self.status = "", key, "off"
        self.waiting.clear()
        if not url:
            return self.status
        genuine = await self._post(url, self._frame([]), key)
        forged = await self._post(url, self._frame([]), secrets.token_hex(8))
        self.status = "ok" if (genuine, forged) == (200, 401) else "intent to receive failed"
        if self.status == "ok":
            self._begin_watching()
            self.url = url
        return self.status

    async def send_again(self, events: list[Json]) -> int:
        """Deliver given events once more, as a replay does; the receiver's answer, 0 when there was none."""
        return await self._post(self.url, self._frame(events), self.key)

    async def run(self) -> None:
        """Look for changes and deliver them until cancelled; a delivery that fails is sent again, later and later."""
        pause = FIRST_PAUSE_SECONDS
        while True:
            self._look()
            if not (self.url and self.waiting):
                await asyncio.sleep(LOOK_EVERY_SECONDS)
                continue
            batch = [self.waiting[place] for place in range(min(MOST_EVENTS, len(self.waiting)))]
            if await self._post(self.url, self._frame(batch), self.key) == 200:
                for _ in range(min(len(batch), len(self.waiting))):
                    self.waiting.popleft()
                pause = FIRST_PAUSE_SECONDS
            else:
                await asyncio.sleep(pause)
                pause = min(2 * pause, LONGEST_PAUSE_SECONDS)

    async def close(self) -> None:
        """Let go of the connections."""
        if self._session:
            await self._session.close()

    def _begin_watching(self) -> None:
        db = self.simulator.store.db
        self._seen_until, self._last_row = db.execute(
            "SELECT coalesce(max(updated), 0), coalesce(max(rowid), 0) FROM documents"
        ).fetchone()
        self._seen_until = min(self._seen_until, time.time_ns() // 1_000_000)
        self._seen = {(row[0], row[2], row[3]) for row in self._changed()}
        self._writes = db.total_changes

    def _look(self) -> None:
        """Queue an event for every document that a finished request has saved since the last look."""
        db = self.simulator.store.db
        if not self.url or db.in_transaction or db.total_changes == self._writes:
            return
        self._writes = db.total_changes
        rows = [row for row in self._changed() if (row[0], row[2], row[3]) not in self._seen]
        last = self._last_row
        for organisation, kind, identity, updated, place in rows:
            self._seen.add((organisation, identity, updated))
            last = max(last, place)
            self.waiting.append(_event(organisation, kind, identity, updated, is_new=place > self._last_row))
        self._last_row = last

    def _changed(self) -> list[tuple[str, str, str, int, int]]:
        marks = ", ".join("?" for _ in CATEGORIES)
        return self.simulator.store.db.execute(
            f"SELECT organisation, kind, id, updated, rowid FROM documents WHERE updated >= ? AND kind IN ({marks}) "  # noqa: S608 - only question marks are put in
            "ORDER BY updated, rowid",
            (self._seen_until, *CATEGORIES),
        ).fetchall()

    def _frame(self, events: list[Json]) -> bytes:
        first = self._sequence + 1
        self._sequence += len(events)
        frame = {"events": events, "firstEventSequence": first if events else 0, "lastEventSequence": self._sequence}
        return encode(frame | {"entropy": secrets.token_urlsafe(12).upper()})

    async def _post(self, url: str, body: bytes, key: str) -> int:
        headers = {"x-xero-signature": _signature(key, body), "Content-Type": "application/json; charset=utf-8"}
        self._session = self._session or aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=ANSWER_SECONDS))
        began, cookie, length = time.perf_counter(), False, 0
        try:
            async with self._session.post(url, data=body, headers=headers) as response:
                status, cookie, length = response.status, bool(response.cookies), len(await response.read())
        except (aiohttp.ClientError, TimeoutError):
            status = 0
        good = status if not cookie and not length else 0  # Xero takes an answer with a cookie or a body for a failure
        took = round((time.perf_counter() - began) * 1000, 1)
        self.deliveries.append({"status": status, "accepted": good == 200, "milliseconds": took, "body": body.decode()})
        return good


def webhooks_app(simulator: Simulator) -> web.Application:
    """The application to mount at /control/webhooks: set the URL and key, see what was delivered, send it again."""
    hooks = Webhooks(simulator)

    async def subscribe(request: web.Request) -> web.Response:
        asked: Any = await request.json() if request.can_read_body else {}
        if not isinstance(asked, dict):
            return web.json_response({"error": 'Send {"url": …, "key": …}; an empty url ends it.'}, status=400)
        status = await hooks.subscribe(str(asked.get("url") or ""), str(asked.get("key") or ""))
        return web.json_response({"status": status})

    async def show(request: web.Request) -> web.Response:
        told = {"status": hooks.status, "url": hooks.url, "waiting": len(hooks.waiting)}
        return web.json_response(told | {"deliveries": list(hooks.deliveries)})

    async def again(request: web.Request) -> web.Response:
        asked: Any = await request.json() if request.can_read_body else {}
        events = asked.get("events") if isinstance(asked, dict) else None
        if not hooks.url or not isinstance(events, list):
            return web.json_response({"error": 'Set a url first, then send {"events": [...]}.'}, status=400)
        return web.json_response({"status": await hooks.send_again(events)})

    async def running(_: web.Application) -> AsyncIterator[None]:
        task = asyncio.get_running_loop().create_task(hooks.run())
        yield
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
        await hooks.close()

    application = web.Application()
    application.add_routes([web.get("", show), web.post("", subscribe), web.post("/replay", again)])
    application.cleanup_ctx.append(running)
    return application


def _signature(key: str, body: bytes) -> str:
    return base64.b64encode(hmac.new(key.encode(), body, hashlib.sha256).digest()).decode()


def _event(organisation: str, kind: str, identity: str, updated: int, *, is_new: bool) -> Json:
    happened = datetime.fromtimestamp(updated / 1000, UTC)
    return {
        "resourceUrl": f"https://api.xero.com/api.xro/2.0/{_PLURALS[kind]}/{identity}",
        "resourceId": identity,
        "eventDateUtc": happened.strftime("%Y-%m-%dT%H:%M:%S.") + f"{updated % 1000:03d}",
        "eventType": "CREATE" if is_new else "UPDATE",
        "eventCategory": CATEGORIES[kind],
        "tenantId": organisation,
        "tenantType": "ORGANISATION",
    }
