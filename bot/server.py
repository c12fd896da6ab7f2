"""The only HTTP door: what Teams and Slack send to the bot, and whether it is well; bodies are limited in size."""

from __future__ import annotations

import errno
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Protocol

import structlog
from aiohttp import web

from books.refusal import Refusal

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
log = structlog.get_logger(__name__)
LARGEST_BYTES = 1024 * 1024
LOOPBACK = ("127.0.0.1", "::1", "localhost")


class Mounted(Protocol):
    """A surface as the door sees it."""

    platform: str

    def routes(self) -> Mapping[str, Handler]:
        """The paths it answers to POST."""
        ...

    def health(self) -> dict[str, Any]:
        """How it is."""
        ...


class Paged(Protocol):
    """Something mounted that also has pages for a person's browser."""

    def pages(self) -> Mapping[str, Handler]:
        """The paths it answers to GET."""
        ...


class Server:
    """Serves `GET /healthz` and what the mounted surfaces answer; surfaces may be mounted while it runs."""

    def __init__(self, *, host: str, port: int) -> None:
        self._host = host
        self._port = port
        self._surfaces: dict[str, Mounted] = {}
        self._pages: dict[str, Handler] = {}
        self._runner: web.AppRunner | None = None

    def mount(self, surface: Mounted) -> None:
        """Lets a surface answer; raises Refusal for one that must not be reached from outside this machine."""
        if getattr(surface, "loopback_only", False) and self._host not in LOOPBACK:
            raise Refusal(
                "Without an app id everybody could speak as anybody in Teams.",
                next_step="Set TEAMS_APP_ID, TEAMS_APP_PASSWORD and TEAMS_TENANT_ID, or serve on 127.0.0.1 only.",
                code="teams_open",
            )
        self._surfaces[surface.platform] = surface

    def show(self, paged: Paged) -> None:
        """Serves the pages of something, for a person's browser."""
        self._pages |= paged.pages()

    @property
    def url(self) -> str:
        """Where it listens."""
        port = self._port
        if self._runner is not None and self._runner.addresses:
            port = self._runner.addresses[0][1]
        return f"http://{'127.0.0.1' if self._host == '0.0.0.0' else self._host}:{port}"

    async def start(self) -> None:
        """Opens the door; raises Refusal when the port is taken."""
        app = web.Application(client_max_size=LARGEST_BYTES)
        app.router.add_get("/healthz", self._health)
        app.router.add_post("/{path:.*}", self._pass_on)
        app.router.add_get("/{path:.*}", self._show)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, self._host, self._port).start()
        except OSError as error:
            await self.stop()
            raise self._refusal(error) from error

    def _refusal(self, error: OSError) -> Refusal:
        if error.errno == errno.EADDRINUSE:
            return Refusal(
                f"Port {self._port} is already in use.",
                next_step="Stop the other program, or choose another port with --port (the bot uses the next one).",
                code="port_in_use",
            )
        return Refusal(
            f"The bot cannot listen on {self._host}:{self._port}.",
            next_step="Choose another port with --port.",
            code="cannot_listen",
            detail=str(error.strerror or error),
        )

    async def stop(self) -> None:
        """Closes the door."""
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def _health(self, _request: web.Request) -> web.StreamResponse:
        surfaces = {name: surface.health() for name, surface in self._surfaces.items()}
        is_well = all(state.get("connected", True) for state in surfaces.values())
        return web.json_response({"ok": is_well, "surfaces": surfaces}, status=200 if is_well else 503)

    async def _pass_on(self, request: web.Request) -> web.StreamResponse:
        for surface in self._surfaces.values():
            if (handler := surface.routes().get(request.path)) is not None:
                return await handler(request)
        return web.json_response({"error": "There is nothing here."}, status=404)

    async def _show(self, request: web.Request) -> web.StreamResponse:
        if (handler := self._pages.get(request.path)) is not None:
            return await handler(request)
        return web.json_response({"error": "There is nothing here."}, status=404)
