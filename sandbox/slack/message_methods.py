"""chat.*: posting, changing and deleting messages, and what only one person sees."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.chat_store import Json
from sandbox.slack.arguments import Arguments
from sandbox.slack.blocks import checked_blocks
from sandbox.slack.errors import SlackError
from sandbox.slack.payloads import event_callback, message_event
from sandbox.slack.workspace import APP_ID, BOT_ID, BOT_NAME, BOT_USER, new_id

if TYPE_CHECKING:
    from sandbox.chat import ChatState

POST_TEXT_LIMIT, UPDATE_TEXT_LIMIT, MARKDOWN_LIMIT = 40_000, 4_000, 12_000


def bot_message(state: ChatState, words: Json) -> Json:
    """A message of the bot around its words (text, blocks, metadata)."""
    profile = {"id": BOT_ID, "deleted": False, "name": BOT_NAME, "updated": 1790000000, "app_id": APP_ID}
    head = {"type": "message", "user": BOT_USER, "bot_id": BOT_ID, "app_id": APP_ID, "team": state.slack.team}
    return {**head, "bot_profile": {**profile, "team_id": state.slack.team}, **words}


def words_of(arguments: Arguments, text_limit: int) -> Json:
    """The text, blocks and metadata of a call, checked. Raises no_text, msg_too_long, invalid_blocks…"""
    text, markdown = arguments.text("text"), arguments.text("markdown_text")
    blocks = arguments.structure("blocks", "invalid_blocks_format")
    if markdown is not None:
        if text is not None or blocks:
            raise SlackError("markdown_text_conflict")
        if len(markdown) > MARKDOWN_LIMIT:
            raise SlackError("msg_too_long")
        text, blocks = markdown, [{"type": "markdown", "text": markdown}]
    if text is None and not blocks and not arguments.given.get("attachments"):
        raise SlackError("no_text")
    if text is not None and len(text) > text_limit:
        raise SlackError("msg_too_long")
    words: Json = {"text": text or ""}
    if blocks is not None:
        words["blocks"] = checked_blocks(blocks, new_block_id=lambda: new_id("")[:5])
    metadata = arguments.structure("metadata", "invalid_metadata_format")
    if metadata is not None:
        if not isinstance(metadata, dict) or not metadata.get("event_type") or "event_payload" not in metadata:
            raise SlackError("invalid_metadata_schema")
        words["metadata"] = metadata
    attachments = arguments.structure("attachments", "invalid_attachments")
    return words | ({"attachments": attachments} if attachments else {})


def channel_of_bot(state: ChatState, arguments: Arguments, name: str = "channel") -> Json:
    """The channel named in a call, in which the bot must be. Raises channel_not_found, not_in_channel."""
    channel = state.slack.channel(arguments.text(name))
    if BOT_USER not in channel["members"]:
        raise SlackError("not_in_channel")
    return channel


def tell_dm(state: ChatState, channel: Json, event: Json) -> None:
    """Slack echoes what happens in a direct message to the app, its own words included."""
    if channel["user"]:
        state.hub.announce(event_callback(state.slack.team, event))


async def post_message(state: ChatState, arguments: Arguments) -> Json:
    """chat.postMessage."""
    channel = channel_of_bot(state, arguments)
    message = bot_message(state, words_of(arguments, POST_TEXT_LIMIT))
    thread = arguments.text("thread_ts")
    if thread is not None:
        if thread not in state.slack.messages(channel["id"]):
            raise SlackError("thread_not_found")
        message["thread_ts"] = thread
    message["ts"] = state.slack.new_ts()
    state.slack.keep(channel["id"], message)
    tell_dm(state, channel, message_event(message, channel, "message"))
    return {"channel": channel["id"], "ts": message["ts"], "message": message}


def own_message(state: ChatState, channel: Json, ts: str, error: str) -> Json:
    """A message the bot wrote. Raises message_not_found and the given error."""
    message = state.slack.message(channel["id"], ts)
    if message.get("user") != BOT_USER:
        raise SlackError(error)
    return message


async def update_message(state: ChatState, arguments: Arguments) -> Json:
    """chat.update: blocks that are not given stay away when text is given, as in Slack."""
    channel = channel_of_bot(state, arguments)
    before = own_message(state, channel, arguments.required("ts"), "cant_update_message")
    if before.get("streaming"):
        raise SlackError("streaming_state_conflict")
    given = Arguments({**arguments.given})
    if arguments.given.get("blocks") in ([], "[]") and arguments.text("text") is None:
        given.given["text"] = before["text"]
    words = words_of(given, UPDATE_TEXT_LIMIT)
    kept = {name: value for name, value in before.items() if name not in ("text", "blocks", "attachments")}
    message = {**kept, **words, "edited": {"user": BOT_USER, "ts": state.slack.new_ts()}}
    state.slack.keep(channel["id"], message)
    tell_dm(state, channel, _changed(message, before, channel))
    return {"channel": channel["id"], "ts": message["ts"], "text": message["text"], "message": message}


def _changed(message: Json, before: Json, channel: Json) -> Json:
    event = {"type": "message", "subtype": "message_changed", "message": message, "previous_message": before}
    stamp = message["edited"]["ts"]
    return {**event, "channel": channel["id"], "hidden": True, "ts": stamp, "event_ts": stamp, "channel_type": "im"}


async def delete_message(state: ChatState, arguments: Arguments) -> Json:
    """chat.delete."""
    channel = channel_of_bot(state, arguments)
    message = own_message(state, channel, arguments.required("ts"), "cant_delete_message")
    state.slack.forget(channel["id"], message["ts"])
    return {"channel": channel["id"], "ts": message["ts"]}


async def post_ephemeral(state: ChatState, arguments: Arguments) -> Json:
    """chat.postEphemeral."""
    channel = channel_of_bot(state, arguments)
    user = arguments.required("user")
    if user not in channel["members"]:
        raise SlackError("user_not_in_channel")
    message = bot_message(state, words_of(arguments, POST_TEXT_LIMIT))
    if arguments.text("thread_ts"):
        message["thread_ts"] = arguments.text("thread_ts")
    return {"message_ts": state.slack.whisper(channel["id"], user, message)["ts"]}


async def permalink(state: ChatState, arguments: Arguments) -> Json:
    """chat.getPermalink."""
    channel = state.slack.channel(arguments.text("channel"))
    message = state.slack.message(channel["id"], arguments.required("message_ts"))
    stamp = message["ts"].replace(".", "")
    return {"channel": channel["id"], "permalink": f"{state.base_url}/?slack={channel['id']}#p{stamp}"}


async def add_reaction(state: ChatState, arguments: Arguments) -> Json:
    """reactions.add."""
    channel = channel_of_bot(state, arguments)
    message = state.slack.message(channel["id"], arguments.required("timestamp", "no_item_specified"))
    name = arguments.required("name", "invalid_name").strip(":")
    reactions: list[Json] = message.setdefault("reactions", [])
    if any(r["name"] == name and BOT_USER in r["users"] for r in reactions):
        raise SlackError("already_reacted")
    reactions.append({"name": name, "users": [BOT_USER], "count": 1})
    state.slack.keep(channel["id"], message)
    return {}


METHODS = {
    "chat.postMessage": post_message,
    "chat.update": update_message,
    "chat.delete": delete_message,
    "chat.postEphemeral": post_ephemeral,
    "chat.getPermalink": permalink,
    "reactions.add": add_reaction,
}
