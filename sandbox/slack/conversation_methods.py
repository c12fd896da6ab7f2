"""conversations.*: channels, direct messages, their members and what was said in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.chat_store import Json
from sandbox.slack.arguments import Arguments
from sandbox.slack.errors import SlackError
from sandbox.slack.message_methods import channel_of_bot
from sandbox.slack.payloads import event_callback
from sandbox.slack.workspace import BOT_USER, dm_of

if TYPE_CHECKING:
    from sandbox.chat import ChatState


def described(state: ChatState, channel: Json) -> Json:
    """A channel as Slack describes it."""
    head = {"id": channel["id"], "created": channel["created"], "context_team_id": state.slack.team}
    if channel["user"]:
        return {**head, "is_im": True, "user": channel["user"], "is_archived": False, "is_user_deleted": False}
    flags = {"is_channel": True, "is_group": False, "is_im": False, "is_private": False, "is_archived": False}
    return {
        **head,
        **flags,
        "name": channel["name"],
        "name_normalized": channel["name"],
        "is_general": channel["name"] == "general",
        "is_member": BOT_USER in channel["members"],
        "is_ext_shared": False,
        "num_members": len(channel["members"]),
        "topic": {"value": "", "creator": "", "last_set": 0},
        "purpose": {"value": "", "creator": "", "last_set": 0},
    }


async def open_dm(state: ChatState, arguments: Arguments) -> Json:
    """conversations.open: the direct message with one person."""
    given = arguments.text("users") or arguments.text("channel")
    if given is None:
        raise SlackError("users_list_not_supplied")
    if "," in given:
        raise SlackError("method_not_supported_for_channel_type")
    channel = state.slack.channel(given) if given.startswith("D") else None
    if channel is None:
        state.slack.user(given)
        channel = state.slack.channel(dm_of(given))
    found = described(state, channel) if arguments.flag("return_im") else {"id": channel["id"]}
    return {"channel": found, "no_op": True, "already_open": True}


async def list_channels(state: ChatState, arguments: Arguments) -> Json:
    """conversations.list, in pages when `limit` is given."""
    kinds = (arguments.text("types") or "public_channel").split(",")
    wanted = [c for c in state.slack.channels.all() if ("im" if c["user"] else "public_channel") in kinds]
    return _page(state, arguments, wanted)


async def channels_of_user(state: ChatState, arguments: Arguments) -> Json:
    """users.conversations: the channels of a person, of the bot when none is named."""
    user = arguments.text("user") or BOT_USER
    kinds = (arguments.text("types") or "public_channel").split(",")
    found = [c for c in state.slack.channels.all() if user in c["members"]]
    return _page(state, arguments, [c for c in found if ("im" if c["user"] else "public_channel") in kinds])


def _page(state: ChatState, arguments: Arguments, channels: list[Json]) -> Json:
    limit = arguments.count("limit", 100, 1000)
    start = _cursor(arguments)
    following = str(start + limit) if start + limit < len(channels) else ""
    shown = [described(state, channel) for channel in channels[start : start + limit]]
    return {"channels": shown, "response_metadata": {"next_cursor": following}}


def _cursor(arguments: Arguments) -> int:
    try:
        return int(arguments.text("cursor") or 0)
    except ValueError:
        raise SlackError("invalid_cursor") from None


async def channel_info(state: ChatState, arguments: Arguments) -> Json:
    """conversations.info."""
    return {"channel": described(state, state.slack.channel(arguments.text("channel")))}


async def channel_members(state: ChatState, arguments: Arguments) -> Json:
    """conversations.members."""
    channel = state.slack.channel(arguments.text("channel"))
    return {"members": channel["members"], "response_metadata": {"next_cursor": ""}}


async def history(state: ChatState, arguments: Arguments) -> Json:
    """conversations.history: newest first, without the answers in threads."""
    channel = channel_of_bot(state, arguments)
    said = [m for m in state.slack.messages(channel["id"]).all() if m.get("thread_ts") in (None, m["ts"])]
    oldest, latest = arguments.text("oldest") or "0", arguments.text("latest") or "9999999999.999999"
    inside = arguments.flag("inclusive")
    said = [m for m in said if (oldest <= m["ts"] <= latest if inside else oldest < m["ts"] < latest)]
    said = sorted(said, key=lambda m: str(m["ts"]), reverse=True)
    limit, start = arguments.count("limit", 100, 999), _cursor(arguments)
    more = start + limit < len(said)
    page = {"messages": said[start : start + limit], "has_more": more, "pin_count": 0}
    return page | ({"response_metadata": {"next_cursor": str(start + limit)}} if more else {})


async def replies(state: ChatState, arguments: Arguments) -> Json:
    """conversations.replies: the first message of a thread, then its answers."""
    channel = channel_of_bot(state, arguments)
    ts = arguments.required("ts")
    if ts not in state.slack.messages(channel["id"]):
        raise SlackError("thread_not_found")
    first = state.slack.message(channel["id"], ts)
    return {"messages": [first, *state.slack.replies(channel["id"], ts)], "has_more": False}


async def join(state: ChatState, arguments: Arguments) -> Json:
    """conversations.join: the bot enters a channel."""
    channel = state.slack.channel(arguments.text("channel"))
    if channel["user"]:
        raise SlackError("method_not_supported_for_channel_type")
    add_bot(state, channel, inviter=None)
    return {"channel": described(state, channel)}


def add_bot(state: ChatState, channel: Json, inviter: str | None) -> None:
    """Put the bot into a channel and tell it so."""
    if BOT_USER in channel["members"]:
        return
    state.slack.channels.put(channel["id"], {**channel, "members": [*channel["members"], BOT_USER]})
    stamp = state.slack.new_ts()
    event = {"type": "member_joined_channel", "user": BOT_USER, "channel": channel["id"], "channel_type": "C"}
    event |= {"team": state.slack.team, "event_ts": stamp} | ({"inviter": inviter} if inviter else {})
    words = f"<@{BOT_USER}> has joined the channel"
    joined = {"type": "message", "subtype": "channel_join", "user": BOT_USER, "text": words, "ts": stamp}
    state.slack.keep(channel["id"], joined)
    state.hub.announce(event_callback(state.slack.team, event))


METHODS = {
    "conversations.open": open_dm,
    "conversations.list": list_channels,
    "conversations.info": channel_info,
    "conversations.members": channel_members,
    "conversations.history": history,
    "conversations.replies": replies,
    "conversations.join": join,
    "users.conversations": channels_of_user,
}
