"""response_url: five answers within thirty minutes to one press or command."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aiohttp import web

from sandbox.chat_store import Json
from sandbox.slack.arguments import Arguments
from sandbox.slack.errors import SlackError
from sandbox.slack.message_methods import POST_TEXT_LIMIT, bot_message, words_of

if TYPE_CHECKING:
    from sandbox.chat import ChatState

USES, SECONDS = 5, 30 * 60


@dataclass
class ReplyAddress:
    """Where the answers to one press go."""

    channel: str
    user: str
    ts: str | None
    is_ephemeral: bool
    until: float
    uses_left: int = USES


def new_response_url(state: ChatState, channel: str, user: str, ts: str | None, *, is_ephemeral: bool = False) -> str:
    """A fresh response_url for a press on a message (ts) or for a command (no ts)."""
    word = secrets.token_urlsafe(16)
    state.slack.reply_addresses[word] = ReplyAddress(channel, user, ts, is_ephemeral, time.monotonic() + SECONDS)
    return f"{state.base_url}/slack/response/{word}"


async def answer_response_url(state: ChatState, request: web.Request) -> web.Response:
    """A POST to a response_url."""
    address = state.slack.reply_addresses.get(request.match_info["word"])
    if address is None or time.monotonic() > address.until:
        return web.json_response({"ok": False, "error": "expired_url"}, status=404)
    if address.uses_left == 0:
        return web.json_response({"ok": False, "error": "used_url"}, status=404)
    try:
        body = await request.json()
        use_address(state, address, body)
    except ValueError:
        return web.json_response({"ok": False, "error": "invalid_payload"}, status=400)
    except SlackError as refused:
        return web.json_response(refused.envelope(), status=404 if refused.code == "message_not_found" else 400)
    address.uses_left -= 1
    return web.Response(text="ok")


def use_address(state: ChatState, address: ReplyAddress, body: Json) -> None:
    """Say, replace or delete as the body asks. Raises SlackError."""
    if body.get("delete_original"):
        _delete_original(state, address)
        return
    words = words_of(Arguments(body), POST_TEXT_LIMIT)
    if body.get("replace_original") and address.ts:
        _replace_original(state, address, words)
        return
    message = bot_message(state, words)
    if body.get("thread_ts"):
        message["thread_ts"] = str(body["thread_ts"])
    if body.get("response_type", "ephemeral") == "in_channel":
        state.slack.keep(address.channel, {**message, "ts": state.slack.new_ts()})
    else:
        state.slack.whisper(address.channel, address.user, message)


def _delete_original(state: ChatState, address: ReplyAddress) -> None:
    if address.ts and address.is_ephemeral:
        state.slack.ephemerals.remove(address.ts)
        state.slack.notify(address.user, "ephemeral", channel=address.channel)
    elif address.ts:
        state.slack.message(address.channel, address.ts)
        state.slack.forget(address.channel, address.ts)


def _replace_original(state: ChatState, address: ReplyAddress, words: Json) -> None:
    if address.is_ephemeral:
        state.slack.whisper(address.channel, address.user, {**bot_message(state, words), "ts": address.ts})
        return
    before = state.slack.message(address.channel, str(address.ts))
    kept = {name: value for name, value in before.items() if name not in ("text", "blocks", "attachments")}
    edited = {"edited": {"user": before["user"], "ts": state.slack.new_ts()}}
    state.slack.keep(address.channel, {**kept, **words, **edited})
