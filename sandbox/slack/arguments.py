"""Reads the arguments of a Web API call, sent as JSON or as a form, and says what is missing as Slack does."""

from __future__ import annotations

import json
from typing import Any

from aiohttp import web

from sandbox.chat_store import Json
from sandbox.slack.errors import SlackError

JSON_FIELDS = ("blocks", "view", "attachments", "metadata", "files", "chunks", "loading_messages")


class Arguments:
    """The arguments of one call."""

    def __init__(self, given: Json) -> None:
        self.given = {name: value for name, value in given.items() if value not in (None, "")}

    def text(self, name: str) -> str | None:
        """An optional argument as text."""
        value = self.given.get(name)
        return None if value is None else str(value)

    def required(self, name: str, error: str = "invalid_arguments") -> str:
        """An argument that must be there. Raises SlackError."""
        value = self.text(name)
        if value is None:
            raise SlackError(error, [f"[ERROR] missing required field: {name}"])
        return value

    def flag(self, name: str) -> bool:
        """Whether a yes-or-no argument says yes."""
        return self.given.get(name) in (True, "true", "True", "1", 1)

    def count(self, name: str, default: int, highest: int) -> int:
        """A whole number between 1 and the highest allowed. Raises invalid_limit."""
        try:
            number = int(self.given.get(name, default))
        except (TypeError, ValueError):
            raise SlackError("invalid_limit") from None
        return max(1, min(number, highest))

    def structure(self, name: str, error: str) -> Any:
        """An argument that holds JSON, whether sent as such or as its text. Raises SlackError."""
        value = self.given.get(name)
        if isinstance(value, str) and name in JSON_FIELDS:
            try:
                return json.loads(value)
            except ValueError:
                raise SlackError(error) from None
        return value


async def read_arguments(request: web.Request) -> Arguments:
    """The arguments of a request from its query, form or JSON body. Raises SlackError."""
    given: Json = dict(request.query)
    if request.content_type == "application/json":
        try:
            body = await request.json()
        except ValueError:
            raise SlackError("invalid_json") from None
        if not isinstance(body, dict):
            raise SlackError("json_not_object")
        given |= body
    elif request.can_read_body:
        given |= {name: value for name, value in (await request.post()).items() if isinstance(value, str)}
    return Arguments(given)


def bearer(request: web.Request, arguments: Arguments) -> str | None:
    """The token of a call, from its header or its arguments."""
    header = request.headers.get("Authorization", "")
    if header.startswith("Bearer "):
        return header.removeprefix("Bearer ").strip()
    return arguments.text("token")
