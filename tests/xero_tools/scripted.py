"""A tiny Xero on the wire that answers as a test scripts it, dropped connections and half answers included."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from xero_tools.gateway import Gateway, Patience
from xero_tools.pace import Limits, Pace
from xero_tools.settings import XeroSettings
from xero_tools.tokens import TokenKeeper, Tokens

ORGANISATION = "0b0d1c0f-0000-4000-8000-00000000a001"
TOKEN_PATH = "/connect/token"


@dataclass(frozen=True)
class Seen:
    """A request as it came over the wire."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class Reply:
    """An answer; `drop` closes the connection without one, `half` sends only half of the body."""

    status: int = 200
    body: bytes = b"{}"
    headers: dict[str, str] = field(default_factory=dict)
    drop: bool = False
    half: bool = False


def reply(content: Any, status: int = 200, **headers: str) -> Reply:
    """A JSON answer; header names are written with underscores."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply(status, json.dumps(content).encode(), named)


class ScriptedXero:
    """Listens on a free port; `answer` decides what each API request gets, `token_answer` what a token request gets."""

    def __init__(self) -> None:
        self.requests: list[Seen] = []
        self.token_requests: list[dict[str, str]] = []
        self.answer: Callable[[Seen], Reply] = lambda _seen: reply({})
        self.token_answer: Callable[[dict[str, str]], Reply] = self._fresh_token
        self._guard = threading.Lock()
        script = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                script._serve(self)

            do_PUT = do_GET  # noqa: N815 - http.server names its methods so
            do_POST = do_GET  # noqa: N815

            def log_message(self, format: str, *args: object) -> None:
                """Quiet."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=lambda: self._server.serve_forever(0.02), daemon=True).start()

    def close(self) -> None:
        """Stops listening."""
        self._server.shutdown()
        self._server.server_close()

    def script(self, *replies: Reply) -> None:
        """Answers the next requests in this order; the last answer stays."""
        waiting = list(replies)
        self.answer = lambda _seen: waiting.pop(0) if len(waiting) > 1 else waiting[0]

    def settings(self, secret: str = "secret") -> XeroSettings:
        """Settings that lead here."""
        return XeroSettings(
            api_url=f"{self.url}/api.xro/2.0",
            identity_url=self.url,
            token_url=f"{self.url}{TOKEN_PATH}",
            go_url=f"{self.url}/go",
            client_id="client",
            client_secret=secret,
        )

    def gateway(
        self, *, attempts: int = 4, keeper: TokenKeeper | None = None, limits: Limits | None = None
    ) -> tuple[Gateway, list[float]]:
        """A gateway that leads here, and the list of the pauses that it took (it does not really sleep)."""
        pauses: list[float] = []
        gateway = Gateway(
            self.settings(),
            tokens=Tokens(self.settings(), keeper=keeper),
            pace=Pace(limits),
            patience=Patience(attempts=attempts),
            sleep=pauses.append,
        )
        return gateway, pauses

    def _fresh_token(self, _form: dict[str, str]) -> Reply:
        number = len(self.token_requests)
        return reply({"access_token": f"token-{number}", "expires_in": 1800, "token_type": "Bearer", "scope": "a b"})

    def _serve(self, handler: BaseHTTPRequestHandler) -> None:
        body = handler.rfile.read(int(handler.headers.get("Content-Length") or 0))
        parts = urlsplit(handler.path)
        if parts.path == TOKEN_PATH:
            form = {name: values[0] for name, values in parse_qs(body.decode()).items()}
            with self._guard:
                self.token_requests.append(form)
                answer = self.token_answer(form)
        else:
            query = {name: values[0] for name, values in parse_qs(parts.query).items()}
            headers = {name.lower(): value for name, value in handler.headers.items()}
            seen = Seen(handler.command, parts.path, query, headers, body)
            with self._guard:
                self.requests.append(seen)
                answer = self.answer(seen)
        _send(handler, answer)


def _send(handler: BaseHTTPRequestHandler, answer: Reply) -> None:
    if answer.drop:
        handler.close_connection = True
        return
    handler.send_response(answer.status)
    for name, value in answer.headers.items():
        handler.send_header(name, value)
    handler.send_header("Content-Length", str(len(answer.body)))
    handler.end_headers()
    handler.wfile.write(answer.body[: len(answer.body) // 2] if answer.half else answer.body)
    if answer.half:
        handler.close_connection = True
