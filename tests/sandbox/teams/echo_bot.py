"""A small bot on the real botbuilder CloudAdapter: answers "card" with a card, Approve with a new card."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from types import SimpleNamespace
from typing import Any

import botbuilder.integration.aiohttp.cloud_adapter as cloud_adapter
from aiohttp import web
from botbuilder.core import ActivityHandler, CardFactory, InvokeResponse, MessageFactory, TurnContext
from botbuilder.core.teams import TeamsInfo
from botbuilder.integration.aiohttp import CloudAdapter, ConfigurationBotFrameworkAuthentication
from botbuilder.schema import Activity

CARD_TYPE = "application/vnd.microsoft.card.adaptive"
_serialise = cloud_adapter.serializer_helper
# botbuilder 4.17.1 serialises the body of an invoke's answer twice and fails; what is plain already may pass.
cloud_adapter.serializer_helper = lambda body: body if isinstance(body, dict | list | str) else _serialise(body)


def card(words: str, *buttons: dict[str, Any]) -> dict[str, Any]:
    """A card with one line of text."""
    body = [{"type": "TextBlock", "text": words, "wrap": True}]
    return {"type": "AdaptiveCard", "version": "1.5", "body": body, "actions": list(buttons)}


def approve(number: int) -> dict[str, Any]:
    """An Approve button."""
    return {"type": "Action.Execute", "title": "Approve", "verb": "approve", "data": {"number": number}}


class EchoBot(ActivityHandler):  # type: ignore[misc]
    """Remembers every activity it got."""

    def __init__(self) -> None:
        self.heard: list[Activity] = []
        self.references: dict[str, Any] = {}

    async def on_turn(self, turn_context: TurnContext) -> None:
        """Remember, then answer."""
        self.heard.append(turn_context.activity)
        reference = TurnContext.get_conversation_reference(turn_context.activity)
        self.references[turn_context.activity.conversation.id] = reference
        if turn_context.activity.type == "invoke":
            await self._invoked(turn_context)
        elif turn_context.activity.type == "message":
            await self._said(turn_context)

    async def _said(self, turn: TurnContext) -> None:
        if "card" in (turn.activity.text or ""):
            shown = CardFactory.adaptive_card(card("Approve number 7?", approve(7)))
            await turn.send_activity(MessageFactory.attachment(shown))
        elif "who" in (turn.activity.text or ""):
            asking = await TeamsInfo.get_member(turn, turn.activity.from_property.aad_object_id)
            names = ", ".join(member.name for member in await TeamsInfo.get_members(turn))
            await turn.send_activity(f"{names}; asked by {asking.email}")
        else:
            await turn.send_activity(f"Heard: {turn.activity.text or turn.activity.value}")

    async def _invoked(self, turn: TurnContext) -> None:
        number = turn.activity.value["action"]["data"]["number"]
        done = card(f"Number {number} approved by {turn.activity.from_property.name}.")
        if number == 13:
            raise RuntimeError("thirteen is not approved")
        changed = MessageFactory.attachment(CardFactory.adaptive_card(done))
        changed.id = turn.activity.reply_to_id
        await turn.update_activity(changed)
        body = {"statusCode": 200, "type": CARD_TYPE, "value": done}
        await turn.send_activity(Activity(type="invokeResponse", value=InvokeResponse(status=200, body=body)))


@asynccontextmanager
async def echo_bot(port: int = 0) -> AsyncIterator[tuple[EchoBot, str, CloudAdapter]]:
    """The bot on a loopback port: itself, its address and its adapter."""
    settings = SimpleNamespace(APP_ID="", APP_PASSWORD="", APP_TYPE="MultiTenant", APP_TENANTID="")
    adapter, bot = CloudAdapter(ConfigurationBotFrameworkAuthentication(settings)), EchoBot()

    async def receive(request: web.Request) -> web.StreamResponse:
        answer: web.StreamResponse = await adapter.process(request, bot)
        return answer

    app = web.Application()
    app.router.add_post("/api/messages", receive)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    try:
        yield bot, f"http://127.0.0.1:{runner.addresses[0][1]}", adapter
    finally:
        await runner.cleanup()
