"""The HTTP door of the local Slack: Web API, Socket Mode, response_url and files."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from aiohttp import web

from sandbox.chat import ChatState
from sandbox.chat_store import Json
from sandbox.slack import (
    conversation_methods,
    file_methods,
    message_methods,
    people_methods,
    stream_methods,
    view_methods,
)
from sandbox.slack.arguments import Arguments, bearer, read_arguments
from sandbox.slack.errors import RateLimited, SlackError
from sandbox.slack.limits import Gate
from sandbox.slack.responses import answer_response_url
from sandbox.slack.workspace import APP_TOKEN, BOT_TOKEN

Method = Callable[[ChatState, Arguments], Awaitable[Json]]


async def open_connection(state: ChatState, arguments: Arguments) -> Json:
    """apps.connections.open: where to dial for Socket Mode."""
    host = state.base_url.replace("http://", "ws://", 1).replace("https://", "wss://", 1)
    return {"url": f"{host}/slack/socket/{state.hub.new_ticket()}?app_id=sandbox"}


METHODS: dict[str, Method] = {
    "apps.connections.open": open_connection,
    **message_methods.METHODS,
    **stream_methods.METHODS,
    **conversation_methods.METHODS,
    **people_methods.METHODS,
    **view_methods.METHODS,
    **file_methods.METHODS,
}


def slack_app(state: ChatState) -> web.Application:
    """Everything under /slack."""
    gate = Gate(state.limits)

    async def call(request: web.Request) -> web.Response:
        method = request.match_info["method"]
        try:
            arguments = await read_arguments(request)
            answer = await _answer(state, gate, method, arguments, bearer(request, arguments))
        except SlackError as refused:
            answer = refused.envelope()
        except RateLimited as too_many:
            headers = {"Retry-After": str(too_many.retry_after)}
            return web.json_response({"ok": False, "error": "ratelimited"}, status=429, headers=headers)
        return web.json_response(answer)

    async def respond(request: web.Request) -> web.Response:
        return await answer_response_url(state, request)

    async def upload(request: web.Request) -> web.Response:
        return await file_methods.receive_upload(state, request)

    async def download(request: web.Request) -> web.Response:
        return await file_methods.send_file(state, request)

    async def close_sockets(_: web.Application) -> None:
        await state.hub.close()

    app = web.Application(client_max_size=64 * 1024 * 1024)
    app.router.add_route("*", "/api/{method}", call)
    app.router.add_get("/socket/{ticket}", state.hub.serve)
    app.router.add_post("/response/{word}", respond)
    app.router.add_post("/upload/{file_id}", upload)
    app.router.add_get("/files-pri/{file}/{name}", download)
    app.router.add_get("/files-pri/{file}/download/{name}", download)
    app.on_shutdown.append(close_sockets)
    return app


async def _answer(state: ChatState, gate: Gate, method: str, arguments: Arguments, token: str | None) -> Json:
    if method == "api.test":
        return {"ok": True, "args": arguments.given}
    run = METHODS.get(method)
    if run is None:
        raise SlackError("unknown_method", req_method=method)
    if token is None:
        raise SlackError("not_authed")
    if token not in (BOT_TOKEN, APP_TOKEN):
        raise SlackError("invalid_auth")
    if (method == "apps.connections.open") != (token == APP_TOKEN):
        raise SlackError("not_allowed_token_type")
    gate.pass_through(method, arguments.text("channel"))
    return {"ok": True, **await run(state, arguments)}
