"""Socket Mode: websockets to the bot, envelopes, acknowledgements, and Slack's second and third tries."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from aiohttp import WSMsgType, web

from sandbox.chat_store import Json
from sandbox.slack.workspace import APP_ID, new_id


@dataclass(frozen=True)
class SocketPace:
    """Slack's deadlines, in seconds; tests shorten them. Patience is ours: Slack itself only counts its tries."""

    ack_seconds: float = 3.0
    retry_after_seconds: tuple[float, ...] = (1.0, 60.0, 300.0)
    trigger_seconds: float = 3.0
    patience_seconds: float = 600.0


@dataclass(frozen=True)
class Ack:
    """What the app answered to one envelope, and how long it took in milliseconds."""

    payload: Json | None
    took_ms: float


class SocketHub:
    """All open connections of the app; an envelope goes to one of them in turn."""

    def __init__(self, pace: SocketPace) -> None:
        self.pace = pace
        self.tickets: set[str] = set()
        self.connections: dict[str, web.WebSocketResponse] = {}
        self.last_seen_at: float | None = None
        self.on_change: Callable[[], None] = lambda: None
        self._turn = itertools.count()
        self._waiting: dict[str, asyncio.Future[Json | None]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def new_ticket(self) -> str:
        """A single-use name under which one connection may be opened."""
        ticket = uuid.uuid4().hex
        self.tickets.add(ticket)
        return ticket

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Hold one connection: hello, then envelopes out and acknowledgements in."""
        ticket = request.match_info["ticket"]
        if ticket not in self.tickets:
            raise web.HTTPForbidden(text="this connection url was already used")
        self.tickets.discard(ticket)
        socket = web.WebSocketResponse(heartbeat=20, max_msg_size=0)
        await socket.prepare(request)
        self.connections[ticket] = socket
        self.on_change()
        try:
            await socket.send_json(self._hello())
            async for frame in socket:
                self.last_seen_at = time.time()
                if frame.type is WSMsgType.TEXT:
                    self._acknowledged(frame.json())
        finally:
            self.connections.pop(ticket, None)
            self.on_change()
        return socket

    def _hello(self) -> Json:
        self.last_seen_at = time.time()
        debug = {"host": "applink-sandbox", "build_number": 1, "approximate_connection_time": 18060}
        number = len(self.connections)
        connection_info = {"app_id": APP_ID}
        return {"type": "hello", "num_connections": number, "debug_info": debug, "connection_info": connection_info}

    def _acknowledged(self, frame: Any) -> None:
        waiting = self._waiting.pop(str(frame.get("envelope_id")), None) if isinstance(frame, dict) else None
        if waiting is not None and not waiting.done():
            payload = frame.get("payload")
            waiting.set_result(payload if isinstance(payload, dict) and payload else None)

    async def deliver(self, kind: str, payload: Json, *, accepts_payload: bool, **more: object) -> Ack | None:
        """Send one envelope and wait for its acknowledgement; None when there was none in time, or nobody to ask."""
        socket = self._next_connection()
        if socket is None:
            return None
        envelope_id = str(uuid.uuid4())
        envelope = {"envelope_id": envelope_id, "type": kind, "payload": payload, **more}
        envelope["accepts_response_payload"] = accepts_payload
        waiting: asyncio.Future[Json | None] = asyncio.get_running_loop().create_future()
        self._waiting[envelope_id] = waiting
        began = time.perf_counter()
        try:
            await socket.send_json(envelope)
            answer = await asyncio.wait_for(waiting, self.pace.ack_seconds)
        except (TimeoutError, ConnectionError):
            return None
        finally:
            self._waiting.pop(envelope_id, None)
        return Ack(answer, (time.perf_counter() - began) * 1000)

    def _next_connection(self) -> web.WebSocketResponse | None:
        live = self._live()
        return live[next(self._turn) % len(live)] if live else None

    def _live(self) -> list[web.WebSocketResponse]:
        return [socket for socket in self.connections.values() if not socket.closed]

    def announce(self, payload: Json) -> None:
        """Deliver an event in the background, again and again as Slack does until it is acknowledged."""
        self._start(self._deliver_event(payload))

    async def _deliver_event(self, payload: Json) -> None:
        for attempt, pause in enumerate((0.0, *self.pace.retry_after_seconds)):
            await asyncio.sleep(pause)
            await self._somebody_there()
            reason = "timeout" if attempt else ""
            retry = {"retry_attempt": attempt, "retry_reason": reason}
            if await self.deliver("events_api", payload, accepts_payload=False, **retry) is not None:
                return

    async def _somebody_there(self) -> None:
        """Wait for a connection, so that what was said while the bot was away reaches it when it comes back."""
        until = time.monotonic() + self.pace.patience_seconds
        while not self._live() and time.monotonic() < until:
            await asyncio.sleep(0.05)

    def _start(self, work: Any) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def refresh(self, reason: str = "refresh_requested") -> int:
        """Ask every connection to come back, as Slack does every few hours; the number asked."""
        sockets = list(self.connections.values())
        for socket in sockets:
            with contextlib.suppress(ConnectionError):
                await socket.send_json({"type": "disconnect", "reason": reason, "debug_info": {"host": "sandbox"}})
        return len(sockets)

    async def close(self) -> None:
        """Close every connection and stop all deliveries."""
        for task in list(self._tasks):
            task.cancel()
        for socket in list(self.connections.values()):
            await socket.close()


def new_event_id() -> str:
    """An id for one event, the same on every try."""
    return new_id("Ev")
