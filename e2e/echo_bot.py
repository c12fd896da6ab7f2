"""A small Teams bot on the real botbuilder adapter, for trying clients before and beside Tieout itself."""

import sys
from types import SimpleNamespace
from typing import Any

import botbuilder.integration.aiohttp.cloud_adapter as cloud_adapter
from aiohttp import web
from botbuilder.core import ActivityHandler, CardFactory, InvokeResponse, MessageFactory, TurnContext
from botbuilder.integration.aiohttp import CloudAdapter, ConfigurationBotFrameworkAuthentication

CARD_TYPE = "application/vnd.microsoft.card.adaptive"
_serialise = cloud_adapter.serializer_helper
# botbuilder 4.17.1 serialises the body of an invoke's answer twice and fails; what is plain already may pass.
cloud_adapter.serializer_helper = lambda body: body if isinstance(body, dict | list | str) else _serialise(body)


def card(words: str, *actions: dict[str, Any]) -> dict[str, Any]:
    """A card with one line of text."""
    body = [{"type": "TextBlock", "text": words, "wrap": True}]
    return {"type": "AdaptiveCard", "version": "1.5", "body": body, "actions": list(actions)}


def execute(title: str, verb: str) -> dict[str, Any]:
    """A button that is sent to the bot."""
    return {"type": "Action.Execute", "title": title, "verb": verb, "data": {"number": 7}}


WHY = {"type": "Input.Text", "id": "reason", "label": "Why?", "isRequired": True, "errorMessage": "Say why."}
ASK = {"type": "AdaptiveCard", "version": "1.5", "body": [WHY], "actions": [execute("Reject", "reject")]}
REJECT = {"type": "Action.ShowCard", "title": "Reject…", "card": ASK}


class EchoBot(ActivityHandler):
    """Answers "card" with a card and everything else with itself."""

    async def on_message_activity(self, turn_context: TurnContext) -> None:
        """A message."""
        words = turn_context.activity.text or ""
        if "card" not in words:
            await turn_context.send_activity(f"Heard: {words}")
            return
        shown = CardFactory.adaptive_card(card("Approve number 7?", execute("Approve", "approve"), REJECT))
        await turn_context.send_activity(MessageFactory.attachment(shown))

    async def on_invoke_activity(self, turn_context: TurnContext) -> InvokeResponse:
        """A press on a card."""
        action = turn_context.activity.value["action"]
        said = f"approved by {turn_context.activity.from_property.name}."
        if action["verb"] == "reject":
            said = f"rejected: {action['data']['reason']}"
        done = card(f"Number {action['data']['number']} {said}")
        changed = MessageFactory.attachment(CardFactory.adaptive_card(done))
        changed.id = turn_context.activity.reply_to_id
        await turn_context.update_activity(changed)
        body = {"statusCode": 200, "type": CARD_TYPE, "value": done}
        return InvokeResponse(status=200, body=body)


def served(port: int) -> None:
    """Serve until ended."""
    settings = SimpleNamespace(APP_ID="", APP_PASSWORD="", APP_TYPE="MultiTenant", APP_TENANTID="")
    adapter = CloudAdapter(ConfigurationBotFrameworkAuthentication(settings))
    bot = EchoBot()
    app = web.Application()

    async def receive(request: web.Request) -> web.StreamResponse:
        return await adapter.process(request, bot)

    app.router.add_post("/api/messages", receive)
    web.run_app(app, host="127.0.0.1", port=port, print=lambda _: print("ready", flush=True))  # noqa: T201


if __name__ == "__main__":
    served(int(sys.argv[1]))
