"""What a member does in Slack: say, mention, command, press, drop a file, look at the bot's home."""

from __future__ import annotations

import html
import re
import uuid
from typing import TYPE_CHECKING, Any

from sandbox.chat_store import Json
from sandbox.slack.blocks import elements_of
from sandbox.slack.conversation_methods import add_bot
from sandbox.slack.errors import SlackError
from sandbox.slack.file_methods import new_file, share
from sandbox.slack.forms import NOT_KEPT, chosen, state_of
from sandbox.slack.payloads import block_actions, event_callback, message_event, slash_command
from sandbox.slack.responses import ReplyAddress, new_response_url, use_address
from sandbox.slack.socket import Ack
from sandbox.slack.workspace import BOT_NAME, BOT_USER

if TYPE_CHECKING:
    from sandbox.chat import ChatState

NOT_RESPONDING = "Tieout is not responding. Try again in a moment."


def channel_for(state: ChatState, user: str, reference: str) -> Json:
    """The channel a member means; `dm` is theirs with the bot. Raises channel_not_found for one they are not in."""
    channel = state.slack.channel(user if reference == "dm" else reference)
    if user not in channel["members"]:
        raise SlackError("channel_not_found")
    return channel


def as_sent(state: ChatState, typed: str) -> str:
    """A typed text as Slack sends it on: escaped, mentions and links in angle brackets."""
    text = html.escape(typed, quote=False)
    people = {person["real_name"]: user for user, person in state.slack.users.items()} | {BOT_NAME: BOT_USER}
    for name in sorted(people, key=len, reverse=True):
        text = re.sub(rf"@{re.escape(name)}\b", f"<@{people[name]}>", text, flags=re.IGNORECASE)
    return re.sub(r"(?<![<|\w])(https?://[^\s<>]+)", r"<\1>", text)


def _rich(text: str) -> list[Json]:
    parts: list[Json] = []
    for piece in re.split(r"(<@U\w+>)", text):
        if piece.startswith("<@"):
            parts.append({"type": "user", "user_id": piece[2:-1]})
        elif piece:
            parts.append({"type": "text", "text": html.unescape(piece)})
    return [{"type": "rich_text", "block_id": "rich", "elements": [{"type": "rich_text_section", "elements": parts}]}]


async def say(state: ChatState, user: str, channel: Json, typed: str, thread_ts: str | None = None) -> Json:
    """Post a member's message and send the app the event it would get."""
    text = as_sent(state, typed)
    message: Json = {"type": "message", "user": user, "team": state.slack.team, "text": text, "blocks": _rich(text)}
    message |= {"ts": state.slack.new_ts(), "client_msg_id": str(uuid.uuid4())}
    if thread_ts:
        message["thread_ts"] = thread_ts
        message["parent_user_id"] = state.slack.message(channel["id"], thread_ts)["user"]
    state.slack.keep(channel["id"], message)
    _tell_app(state, channel, message)
    return message


def _tell_app(state: ChatState, channel: Json, message: Json) -> None:
    mentions = f"<@{BOT_USER}>" in message["text"]
    if channel["user"]:
        state.hub.announce(event_callback(state.slack.team, message_event(message, channel, "message")))
    elif BOT_USER in channel["members"]:
        # An app that listens to message.channels hears everything there, and what mentions it a second time.
        for kind in ("message", "app_mention") if mentions else ("message",):
            state.hub.announce(event_callback(state.slack.team, message_event(message, channel, kind)))
    elif mentions:
        hint = f"You mentioned @{BOT_NAME}, but it is not in this channel. To add it, type `/invite @{BOT_NAME}`."
        whisper(state, channel["id"], message["user"], hint)


def whisper(state: ChatState, channel_id: str, user: str, text: str) -> None:
    """Slackbot says something to one person."""
    state.slack.whisper(channel_id, user, {"type": "message", "user": "USLACKBOT", "text": text})


async def command(state: ChatState, user: str, channel: Json, name: str, text: str) -> Ack | None:
    """Send a slash command; an immediate answer is shown as Slack shows it."""
    name = "/" + name.lstrip("/")
    if name == "/invite" and BOT_NAME.lower() in text.lower():
        add_bot(state, channel, inviter=user)
        return Ack(None, 0.0)
    trigger = state.slack.new_trigger(user, state.hub.pace.trigger_seconds)
    response_url = new_response_url(state, channel["id"], user, None)
    payload = slash_command(state.slack, user, channel, name, text, trigger, response_url)
    ack = await state.hub.deliver("slash_commands", payload, accepts_payload=True)
    if ack is None:
        reason = "operation_timeout" if state.hub.connections else "dispatch_failed"
        whisper(state, channel["id"], user, f"{name} failed with the error “{reason}”")
    elif ack.payload:
        address = ReplyAddress(channel["id"], user, None, is_ephemeral=False, until=0.0)
        use_address(state, address, ack.payload)
    return ack


def _pressed(blocks: list[Json], action_id: str, block_id: str | None) -> tuple[Json, Json]:
    """The block and element pressed. Raises action_not_found."""
    for block in blocks:
        for element in elements_of(block):
            if element.get("action_id") == action_id and block_id in (None, block["block_id"]):
                return block, element
    raise SlackError("action_not_found")


def _action(block: Json, element: Json, value: Any, stamp: str) -> Json:
    action: Json = {"type": element["type"], "action_id": element["action_id"], "block_id": block["block_id"]}
    if element["type"] in ("button", "icon_button"):
        action |= {name: element[name] for name in ("text", "value", "style", "url", "icon") if name in element}
    elif element["type"] == "feedback_buttons":
        side = "negative_button" if value == element["negative_button"]["value"] else "positive_button"
        action |= {"text": element[side]["text"], "value": element[side]["value"]}
    else:
        action |= chosen(element, value)
    return {**action, "action_ts": stamp}


async def click(
    state: ChatState,
    user: str,
    channel: Json,
    ts: str,
    action_id: str,
    block_id: str | None,
    value: Any,
    values: Json,
    *,
    stale: bool = False,
) -> Ack | None:
    """Press something in a message, one that only this member sees included.

    With `stale`, what stood in an earlier version of the message may be pressed, as on a screen not yet refreshed.
    """
    whispered = state.slack.ephemerals.get(ts)
    message = whispered["message"] if whispered else state.slack.message(channel["id"], ts)
    if whispered and whispered["user"] != user:
        raise SlackError("message_not_found")
    blocks = message.get("blocks", [])
    earlier = (state.slack.earlier.get(f"{channel['id']} {ts}") or {"versions": []})["versions"] if stale else []
    block, element = _pressed([*blocks, *(b for version in earlier for b in version)], action_id, block_id)
    given = values if element["type"] in NOT_KEPT else {**values, action_id: value}
    action = _action(block, element, value, state.slack.new_ts())
    container = {"type": "message", "message_ts": ts, "channel_id": channel["id"], "is_ephemeral": bool(whispered)}
    if message.get("thread_ts"):
        container["thread_ts"] = message["thread_ts"]
    place: Json = {"container": container, "state": state_of(blocks, given)}
    place["channel"] = {"id": channel["id"], "name": channel["name"] or "directmessage"}
    if not whispered:
        place["message"] = {field: held for field, held in message.items() if field != "warnings"}
    response_url = new_response_url(state, channel["id"], user, ts, is_ephemeral=bool(whispered))
    return await press(state, user, action, place | {"response_url": response_url})


async def press(state: ChatState, user: str, action: Json, place: Json) -> Ack | None:
    """Send one block_actions payload."""
    trigger = state.slack.new_trigger(user, state.hub.pace.trigger_seconds)
    payload = block_actions(state.slack, user, trigger, [action], **place)
    return await state.hub.deliver("interactive", payload, accepts_payload=False)


async def click_in_view(
    state: ChatState, user: str, view: Json, action_id: str, value: Any, values: Json
) -> Ack | None:
    """Press something in a modal or in the bot's home."""
    block, element = _pressed(view["blocks"], action_id, None)
    given = values if element["type"] in NOT_KEPT else {**values, action_id: value}
    shown = {name: held for name, held in view.items() if name != "shown_to"}
    shown["state"] = state_of(view["blocks"], given)
    place = {"container": {"type": "view", "view_id": view["id"]}, "view": shown}
    return await press(state, user, _action(block, element, value, state.slack.new_ts()), place)


async def open_home(state: ChatState, user: str, tab: str) -> None:
    """Look at the bot's home or messages tab."""
    channel = state.slack.channel(user)["id"]
    event: Json = {"type": "app_home_opened", "user": user, "channel": channel, "tab": tab}
    event["event_ts"] = state.slack.new_ts()
    home = state.slack.views.get(f"home.{user}")
    if tab == "home" and home:
        event["view"] = {name: held for name, held in home.items() if name != "shown_to"}
    state.hub.announce(event_callback(state.slack.team, event))


async def drop_files(
    state: ChatState, user: str, channel: Json, files: list[tuple[str, bytes]], typed: str, thread_ts: str | None = None
) -> Json:
    """Share files in one message: the app gets a file_shared for each, with ids only, and the message."""
    message: Json = {"type": "message", "subtype": "file_share", "user": user, "team": state.slack.team}
    message |= {"text": as_sent(state, typed), "ts": state.slack.new_ts(), "upload": False, "display_as_bot": False}
    if thread_ts:
        message["thread_ts"] = thread_ts
        message["parent_user_id"] = state.slack.message(channel["id"], thread_ts)["user"]
    if typed:
        message["blocks"] = _rich(message["text"])
    kept = [new_file(state, user, name.replace("/", "_"), content) for name, content in files]
    message["files"] = [share(state, file, channel, message["ts"], thread_ts) for file in kept]
    state.slack.keep(channel["id"], message)
    if BOT_USER in channel["members"]:
        for file in kept:
            event = {"type": "file_shared", "file_id": file["id"], "user_id": user, "channel_id": channel["id"]}
            event |= {"file": {"id": file["id"]}, "event_ts": message["ts"]}
            state.hub.announce(event_callback(state.slack.team, event))
    _tell_app(state, channel, message)
    return message
