"""What the Slack app listens to: mentions, direct messages, /close, buttons, forms, its home; it acknowledges first."""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections.abc import Awaitable, Callable
from typing import Any

import structlog
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from books.refusal import Refusal
from bot.asking import Counter, card_for
from bot.card import Card, Field
from bot.cards.plain_words import help_card
from bot.inbox import Inbox
from bot.slack import forms
from bot.slack.files import Files
from bot.slack.people import People
from bot.slack.render import render
from bot.slack.replies import CommandReply, ConversationReply, Reply
from bot.slack.words import words_of
from bot.surface import Answered, Ask, Press, Speaker

Json = dict[str, Any]
log = structlog.get_logger(__name__)
COMMAND = "/close"
PATIENCE_SECONDS = 2.0


class Listeners:
    """The handlers of one app. Each acknowledges, then hands the work to the counter and returns."""

    def __init__(
        self,
        *,
        client: AsyncWebClient,
        counter: Counter,
        inbox: Inbox,
        links: tuple[str, ...],
        settle: Callable[[], Awaitable[None]],
    ) -> None:
        self._client = client
        self._counter = counter
        self._inbox = inbox
        self._links = links
        self._settle = settle
        self._people = People(client)
        self._files = Files(
            client=client, counter=counter, inbox=inbox, people=self._people, drawn=self._drawn, settle=settle
        )
        self.bot_user = ""

    def register(self, app: AsyncApp) -> None:
        """Registers everything; the most urgent first, because Bolt asks the listeners in this order."""
        app.action(re.compile("^tieout:"))(self.pressed)
        app.view(forms.CALLBACK)(self.submitted)
        app.command(COMMAND)(self.command)
        app.event("app_mention")(self.mentioned)
        app.event("message")(self.messaged)
        app.event("file_shared")(self.file_shared)
        app.event("app_home_opened")(self.home_opened)
        app.action(re.compile(".*"))(self.pressed)
        app.view(re.compile(".*"))(self.acknowledged)
        app.view_closed(re.compile(".*"))(self.acknowledged)
        app.event(re.compile(".*"))(self.acknowledged)

    async def acknowledged(self, ack: AsyncAck) -> BoltResponse:
        """Takes note of what nothing more is done about."""
        return await ack()

    # Questions

    async def mentioned(self, ack: AsyncAck, body: Json) -> BoltResponse:
        """A question in a channel, or a file for the bot."""
        if body["event"].get("files"):
            return await self._with_files(ack, body)
        return await self._event(ack, body, is_direct=False)

    async def messaged(self, ack: AsyncAck, body: Json) -> BoltResponse:
        """A question in a direct message, a file, or words in a thread; other talk and edits are no business of its."""
        event = body["event"]
        if event.get("bot_id") or event.get("subtype") not in (None, "file_share"):
            return await ack()
        if event.get("files"):
            response = await self._with_files(ack, body)
        elif event.get("channel_type") == "im":
            return await self._event(ack, body, is_direct=True)
        else:
            response = await ack()
        is_talk = event.get("channel_type") != "im" and event.get("text")
        if is_talk and event.get("thread_ts") and not self._is_for_me(str(event.get("text", ""))):
            self._counter.start(self._overheard(body))
        return response

    def _is_for_me(self, text: str) -> bool:
        """Whether the bot is mentioned: then the same words come as a mention too, and are a question."""
        return bool(self.bot_user) and f"<@{self.bot_user}" in text

    async def _overheard(self, body: Json) -> None:
        """Words in a thread that do not mention the bot."""
        event = body["event"]
        if event.get("user") and await self._counter.in_thread(self._inbox.take, str(body.get("event_id", ""))):
            await self._was_heard(body)

    async def _was_heard(self, body: Json) -> bool:
        """Whether the thread is a card's: then the words are a comment, which the card shows; only a no is answered."""
        event, thread = body["event"], str(body["event"]["thread_ts"])
        speaker = Speaker("slack", _team(body), event["user"], stranger=True)
        with contextlib.suppress(Refusal):
            speaker = await self._people.speaker(_team(body), event["user"])
        text = words_of(str(event.get("text", "")), self.bot_user)
        card, was_kept = await self._counter.overhear(Ask(speaker, event["channel"], text, thread=thread))
        if card is not None and not was_kept:
            reply = ConversationReply(self._client, event["channel"], event["user"], thread)
            await reply.say(self._drawn(card), private=True)
        return card is not None

    async def _with_files(self, ack: AsyncAck, body: Json) -> BoltResponse:
        response = await ack()
        self._counter.start(self._files.in_message(body["event"], _team(body), self.bot_user))
        return response

    async def file_shared(self, ack: AsyncAck, body: Json) -> BoltResponse:
        """A file was put somewhere the bot is."""
        response = await ack()
        self._counter.start(self._files.shared(body["event"], _team(body), self.bot_user))
        return response

    async def _event(self, ack: AsyncAck, body: Json, *, is_direct: bool) -> BoltResponse:
        response = await ack()
        self._counter.start(self._event_once(body, is_direct=is_direct))
        return response

    async def _event_once(self, body: Json, *, is_direct: bool) -> None:
        event = body["event"]
        if not event.get("user") or not await self._counter.in_thread(self._inbox.take, str(body.get("event_id", ""))):
            return
        thread = str(event.get("thread_ts") or "")
        if thread and not is_direct and await self._was_heard(body):
            return
        reply = ConversationReply(self._client, event["channel"], event["user"], thread)
        text = words_of(str(event.get("text", "")), self.bot_user)
        await self._answer(_team(body), event["user"], event["channel"], text, reply, is_direct=is_direct)

    async def command(self, ack: AsyncAck, body: Json) -> BoltResponse:
        """The slash command."""
        response = await ack()
        self._counter.start(self._command(body))
        return response

    async def _command(self, body: Json) -> None:
        reply = CommandReply(str(body["response_url"]))
        channel = str(body["channel_id"])
        text = words_of(str(body.get("text", "")), self.bot_user)
        is_direct = channel.startswith("D")
        await self._answer(
            body["team_id"], body["user_id"], channel, text, reply, is_direct=is_direct, command=str(body["command"])
        )

    async def _answer(
        self, team: str, user: str, channel: str, text: str, reply: Reply, *, is_direct: bool, command: str = ""
    ) -> None:
        """Asks the desk; when it takes longer than two seconds, says so meanwhile."""

        async def ask() -> Answered:
            try:
                speaker = await self._people.speaker(team, user)
            except Refusal as refusal:
                return Answered(card_for(refusal), private=True)
            return await self._counter.answer(Ask(speaker, channel, text, command, is_direct))

        await self._settle()
        asked = asyncio.ensure_future(ask())
        done, _ = await asyncio.wait({asked}, timeout=PATIENCE_SECONDS)
        if not done:
            await reply.working()
        answered = await asked
        await reply.say(self._drawn(answered.card), private=answered.private)

    # Buttons and forms

    async def pressed(self, ack: AsyncAck, body: Json, action: Json) -> BoltResponse:
        """A button: acknowledged first; one that asks opens a form, any other goes to the desk."""
        response = await ack()
        self._counter.start(self._pressed(body, action))
        return response

    async def _pressed(self, body: Json, action: Json) -> None:
        user = body["user"]["id"]
        channel = str((body.get("channel") or {}).get("id") or user)
        chosen = action.get("selected_option") or action  # of a menu, or the button itself
        button = forms.pressed(str(action.get("action_id", "")), str(chosen.get("value", "")), channel)
        if button is None:
            unknown = Refusal("That button is not known any more.", next_step="Ask again for a fresh card.")
            await self._whisper(channel, user, card_for(unknown))
        elif button.asks or button.has_fields:
            await self._open_form(body, action, button)
        else:
            await self._settle()
            await self._press(_user_team(body), user, button, "")

    async def _open_form(self, body: Json, action: Json, button: forms.Pressed) -> None:
        chosen = action.get("selected_option") or action
        label, user = str((chosen.get("text") or {}).get("text", "")), body["user"]["id"]
        fields: tuple[Field, ...] = ()
        if button.has_fields:
            try:
                speaker = await self._people.speaker(_user_team(body), user)
            except Refusal as refusal:
                await self._whisper(button.channel, user, card_for(refusal))
                return
            asked = await self._counter.form(_press_of(speaker, button))
            if isinstance(asked, Card):
                await self._whisper(button.channel, user, asked)
                return
            fields = asked
        await self._client.views_open(trigger_id=body["trigger_id"], view=forms.form(button, label, fields))

    async def submitted(self, ack: AsyncAck, body: Json, view: Json) -> BoltResponse:
        """A sent form; empty words are sent back at once."""
        button, words, values = forms.submitted(view)
        if button is not None and not words and not values:
            return await ack(response_action="errors", errors={forms.BLOCK: "Please write a few words."})
        response = await ack()
        if button is not None:
            self._counter.start(self._press(_user_team(body), body["user"]["id"], button, words, values))
        return response

    async def _press(
        self, team: str, user: str, button: forms.Pressed, words: str, values: dict[str, str] | None = None
    ) -> None:
        try:
            speaker: Speaker = await self._people.speaker(team, user)
        except Refusal as refusal:
            await self._whisper(button.channel, user, card_for(refusal))
            return
        press = _press_of(speaker, button, words, values)
        if (card := await self._counter.press(press)) is not None:
            await self._whisper(button.channel, user, card)

    async def _whisper(self, channel: str, user: str, card: Card) -> None:
        await ConversationReply(self._client, channel, user).say(self._drawn(card), private=channel != user)

    # Home

    async def home_opened(self, ack: AsyncAck, body: Json) -> BoltResponse:
        """The home tab shows what can be asked."""
        response = await ack()
        if body["event"].get("tab") == "home":
            self._counter.start(self._show_home(body["event"]["user"]))
        return response

    async def _show_home(self, user: str) -> None:
        view = {"type": "home", "blocks": self._drawn(help_card())["blocks"]}
        await self._client.views_publish(user_id=user, view=view)

    def _drawn(self, card: Card) -> Json:
        try:
            return render(card, self._links)
        except Refusal as refusal:
            return render(card_for(refusal), self._links)


def _press_of(speaker: Speaker, button: forms.Pressed, words: str = "", values: dict[str, str] | None = None) -> Press:
    return Press(speaker, button.channel, button.act, button.subject, button.digest, words, values or {})


def _team(body: Json) -> str:
    """The workspace an event came to."""
    return str(body.get("context_team_id") or body.get("team_id") or "")


def _user_team(body: Json) -> str:
    """The workspace a press came to: `team` is where the app is installed, never the presser's own."""
    return str((body.get("team") or {}).get("id") or body["user"].get("team_id") or "")
