"""A fake OpenAI-compatible server: real langchain and openai speak HTTP to it, a script decides what it answers."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Script = Callable[[dict[str, Any]], dict[str, Any]]


def says(words: str) -> dict[str, Any]:
    """The model ends its turn with a sentence."""
    return {"role": "assistant", "content": words}


def calls(tool: str, **arguments: Any) -> dict[str, Any]:
    """The model calls a tool."""
    function = {"name": tool, "arguments": json.dumps(arguments)}
    call = {"id": f"call_{time.monotonic_ns()}", "type": "function", "function": function}
    return {"role": "assistant", "content": None, "tool_calls": [call]}


def tool_answers(request: dict[str, Any]) -> list[str]:
    """What the tools have answered so far."""
    return [str(each["content"]) for each in request["messages"] if each["role"] == "tool"]


@dataclass
class FakeModel:
    """Answers `POST …/chat/completions` with what `script` returns, and remembers what it was asked."""

    script: Script
    status: int = 200
    delay_seconds: float = 0.0
    asked: list[dict[str, Any]] = field(default_factory=list)
    _server: ThreadingHTTPServer | None = None

    @property
    def url(self) -> str:
        """The base URL."""
        assert self._server is not None
        return f"http://127.0.0.1:{self._server.server_address[1]}/v1"

    def __enter__(self) -> FakeModel:
        fake = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                length = int(self.headers.get("Content-Length", 0))
                request = json.loads(self.rfile.read(length))
                fake.asked.append(request)
                time.sleep(fake.delay_seconds)
                self.answer(fake.reply(request))

            def answer(self, content: dict[str, Any]) -> None:
                body = json.dumps(content).encode()
                self.send_response(fake.status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *arguments: Any) -> None:
                """Tests stay quiet."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.shutdown()
        self._server.server_close()

    def reply(self, request: dict[str, Any]) -> dict[str, Any]:
        """One completion."""
        if self.status != 200:
            return {"error": {"message": "the model is tired", "type": "server_error"}}
        message = self.script(request)
        reason = "tool_calls" if message.get("tool_calls") else "stop"
        choice = {"index": 0, "message": message, "finish_reason": reason}
        usage = {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}
        return {
            "id": "c",
            "object": "chat.completion",
            "created": 1,
            "model": "fake",
            "choices": [choice],
            "usage": usage,
        }
