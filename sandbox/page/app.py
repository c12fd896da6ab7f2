"""The page at `/`, its files, its calls and the stream of notices that keeps it up to date."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

from aiohttp import web

from sandbox.chat import ChatState
from sandbox.page import overview, slack_calls, teams_calls
from sandbox.page.answers import handler

HERE = Path(__file__).parent
POLICY = (
    "default-src 'self'; img-src 'self' data: https:; style-src 'self' 'unsafe-inline'; "
    "script-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'"
)
SECONDS_BETWEEN_SIGNS_OF_LIFE = 15


def page_app(state: ChatState) -> web.Application:
    """Everything under /page."""

    async def events(request: web.Request) -> web.StreamResponse:
        return await _events(state, request)

    async def let_go(_: web.Application) -> None:
        state.feed.tell(None)

    app = web.Application(client_max_size=64 * 1024 * 1024)
    app.router.add_get("/api/who", handler(state, overview.who))
    app.router.add_get("/api/state", handler(state, overview.overview))
    for name, act in slack_calls.READS.items():
        app.router.add_get(f"/api/slack/{name}", handler(state, act))
    for name, act in teams_calls.READS.items():
        app.router.add_get(f"/api/teams/{name}", handler(state, act))
    for name, act in teams_calls.WRITES.items():
        app.router.add_post(f"/api/teams/{name}", handler(state, act))
    for name, act in slack_calls.WRITES.items():
        app.router.add_post(f"/api/slack/{name}", handler(state, act))
    app.router.add_get("/api/events", events)
    app.on_shutdown.append(let_go)
    app.router.add_static("/static", HERE / "static")
    app.router.add_static("/vendor", HERE / "vendor")
    return app


async def index(_: web.Request) -> web.StreamResponse:
    """The one page."""
    headers = {"Content-Security-Policy": POLICY, "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
    return web.FileResponse(HERE / "static" / "index.html", headers=headers)


async def _events(state: ChatState, request: web.Request) -> web.StreamResponse:
    """Server-sent events: one small notice for every change; the page reads what changed again."""
    response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"})
    await response.prepare(request)
    queue = state.feed.listen()
    try:
        await response.write(b": hello\n\n")
        while True:
            try:
                notice = await asyncio.wait_for(queue.get(), SECONDS_BETWEEN_SIGNS_OF_LIFE)
                if notice is None:
                    return response
                await response.write(f"data: {json.dumps(notice)}\n\n".encode())
            except TimeoutError:
                await response.write(b": still here\n\n")
    except ConnectionError:
        return response
    finally:
        state.feed.leave(queue)
