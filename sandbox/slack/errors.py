"""How this Slack says no: the same envelope and the same words as slack.com."""

from __future__ import annotations

from typing import Any


class SlackError(Exception):
    """One refused call; `messages` become response_metadata.messages, `extra` further fields of the envelope."""

    def __init__(self, code: str, messages: list[str] | None = None, **extra: object) -> None:
        super().__init__(code)
        self.code = code
        self.messages = messages or []
        self.extra = extra

    def envelope(self) -> dict[str, Any]:
        """The JSON body of the answer; Slack sends it with status 200."""
        body: dict[str, Any] = {"ok": False, "error": self.code, **self.extra}
        if self.messages:
            body["response_metadata"] = {"messages": self.messages}
        return body


class RateLimited(Exception):  # noqa: N818 - Slack's own word
    """Too many calls; `retry_after` is in whole seconds."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"retry after {retry_after} s")
        self.retry_after = retry_after
