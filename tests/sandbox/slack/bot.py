"""A small bot on the real Bolt AsyncApp, and the waiting that tests of a live connection need."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from tests.sandbox.slack.rig import Sandbox

Blocks = list[dict[str, Any]]


def plain(words: str) -> dict[str, Any]:
    """A plain_text object."""
    return {"type": "plain_text", "text": words}


def mrkdwn(words: str) -> dict[str, Any]:
    """A section with one text."""
    return {"type": "section", "text": {"type": "mrkdwn", "text": words}}


def button(action_id: str, words: str = "Approve", **more: Any) -> dict[str, Any]:
    """A button."""
    return {"type": "button", "action_id": action_id, "text": plain(words), "value": "7", **more}


def card(*buttons: dict[str, Any]) -> Blocks:
    """A question with buttons."""
    return [mrkdwn("*Post 1,000.00 AUD?*"), {"type": "actions", "block_id": "decide", "elements": list(buttons)}]


def form(**element: Any) -> dict[str, Any]:
    """A modal that asks why."""
    asked = {"type": "plain_text_input", "action_id": "words", **element}
    block = {"type": "input", "block_id": "why", "label": plain("Why?"), "element": asked}
    head = {"type": "modal", "callback_id": "rejection", "title": plain("Reject"), "submit": plain("Reject")}
    return {**head, "blocks": [block]}


def client(sandbox: Sandbox, word: str = "xoxb-sandbox") -> AsyncWebClient:
    """The real Web API client, against the sandbox."""
    return AsyncWebClient(word, base_url=f"{sandbox.url}/slack/api/", retry_handlers=[])


def bolt(sandbox: Sandbox) -> AsyncApp:
    """A real Bolt app, not yet connected."""
    return AsyncApp(client=client(sandbox), request_verification_enabled=False, raise_error_for_unhandled_request=False)


@asynccontextmanager
async def connected(sandbox: Sandbox, app: AsyncApp) -> AsyncIterator[AsyncSocketModeHandler]:
    """The app, connected by Socket Mode."""
    handler = AsyncSocketModeHandler(app, "xapp-sandbox", web_client=client(sandbox))
    before = len(sandbox.state.hub.connections)
    await handler.connect_async()  # type: ignore[no-untyped-call]
    await until(lambda: len(sandbox.state.hub.connections) > before)
    try:
        yield handler
    finally:
        await handler.close_async()  # type: ignore[no-untyped-call]


async def until(true: Callable[[], Any]) -> None:
    """Wait, at most five seconds, until something is so."""
    for _ in range(500):
        if true():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it never came")


async def said(sandbox: Sandbox, channel: str = "C0BONDI", who: str = "alice") -> Blocks:
    """What a member sees in a channel."""
    messages: Blocks = (await sandbox.read("slack/messages", who, channel=channel))["messages"]
    return messages
