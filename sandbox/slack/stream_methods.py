"""chat.startStream, appendStream and stopStream: a message that grows while it is read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.chat_store import Json
from sandbox.slack.arguments import Arguments
from sandbox.slack.blocks import checked_blocks
from sandbox.slack.errors import SlackError
from sandbox.slack.message_methods import MARKDOWN_LIMIT, bot_message, channel_of_bot, own_message
from sandbox.slack.workspace import new_id

if TYPE_CHECKING:
    from sandbox.chat import ChatState


def _added_text(arguments: Arguments) -> str:
    text = arguments.text("markdown_text") or ""
    chunks = arguments.structure("chunks", "invalid_chunks") or []
    if not isinstance(chunks, list) or any(not isinstance(chunk, dict) or "type" not in chunk for chunk in chunks):
        raise SlackError("invalid_chunks")
    text += "".join(str(chunk.get("text", "")) for chunk in chunks if chunk["type"] == "markdown_text")
    if len(text) > MARKDOWN_LIMIT:
        raise SlackError("msg_too_long")
    return text


async def start(state: ChatState, arguments: Arguments) -> Json:
    """chat.startStream: in a channel it must say for whom."""
    channel = channel_of_bot(state, arguments)
    thread = arguments.required("thread_ts")
    if not channel["user"]:
        arguments.required("recipient_team_id", "missing_recipient_team_id")
        state.slack.user(arguments.required("recipient_user_id", "missing_recipient_user_id"))
    message = bot_message(state, {"text": _added_text(arguments), "streaming": True})
    message |= {"ts": state.slack.new_ts(), "thread_ts": thread}
    state.slack.keep(channel["id"], message)
    return {"channel": channel["id"], "ts": message["ts"]}


def _streaming(state: ChatState, arguments: Arguments) -> tuple[Json, Json]:
    channel = channel_of_bot(state, arguments)
    message = own_message(state, channel, arguments.required("ts"), "message_not_owned_by_app")
    if not message.get("streaming"):
        raise SlackError("message_not_in_streaming_state")
    return channel, message


async def append(state: ChatState, arguments: Arguments) -> Json:
    """chat.appendStream."""
    channel, message = _streaming(state, arguments)
    state.slack.keep(channel["id"], {**message, "text": message["text"] + _added_text(arguments)})
    return {"channel": channel["id"], "ts": message["ts"]}


async def stop(state: ChatState, arguments: Arguments) -> Json:
    """chat.stopStream: the last words, and blocks below them if wanted."""
    channel, message = _streaming(state, arguments)
    text = message["text"] + _added_text(arguments)
    blocks = arguments.structure("blocks", "invalid_blocks_format") or []
    shown = [{"type": "markdown", "text": text}] if text else []
    whole = checked_blocks([*shown, *blocks], new_block_id=lambda: new_id("")[:5])
    ended = {name: value for name, value in message.items() if name != "streaming"} | {"text": text, "blocks": whole}
    state.slack.keep(channel["id"], ended)
    return {"channel": channel["id"], "ts": message["ts"], "message": ended}


METHODS = {"chat.startStream": start, "chat.appendStream": append, "chat.stopStream": stop}
