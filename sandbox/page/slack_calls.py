"""The page's calls about Slack: what a member sees there and does there."""

from __future__ import annotations

from sandbox.chat import ChatState
from sandbox.chat_store import Json
from sandbox.page.answers import Act, NotPossible, files_of, member_of, wanted
from sandbox.slack import acts, form_acts
from sandbox.slack.socket import Ack


def _user(state: ChatState, given: Json) -> str:
    member = member_of(state, given)
    if member.slack_user is None:
        raise NotPossible(f"{member.name} is not in the Slack workspace")
    return member.slack_user


def _channel(state: ChatState, given: Json) -> Json:
    return acts.channel_for(state, _user(state, given), wanted(given, "channel"))


def _values(given: Json) -> Json:
    values = given.get("values")
    return values if isinstance(values, dict) else {}


def _acked(ack: Ack | None) -> Json:
    if ack is None:
        return {"acked": False, "warning": acts.NOT_RESPONDING}
    return {"acked": True, "ack_ms": round(ack.took_ms, 2)}


async def messages(state: ChatState, given: Json) -> Json:
    """Everything said in a channel, oldest first; with `as`, only if that member is in it, `dm` for theirs."""
    channel = _channel(state, given) if given.get("as") else state.slack.channel(wanted(given, "channel"))
    said = sorted(state.slack.messages(channel["id"]).all(), key=lambda message: str(message["ts"]))
    whispers = state.slack.whispers(_user(state, given), channel["id"]) if given.get("as") else []
    status = state.slack.statuses.get(channel["id"], {}).get("status", "")
    return {"channel": channel["id"], "messages": said, "ephemerals": whispers, "status": status}


async def ephemerals(state: ChatState, given: Json) -> Json:
    """What only this member sees, in all channels."""
    return {"ephemerals": state.slack.whispers(_user(state, given))}


async def message(state: ChatState, given: Json) -> Json:
    """Say something."""
    thread = given.get("thread_ts")
    said = await acts.say(state, _user(state, given), _channel(state, given), wanted(given, "text"), thread)
    return {"ts": said["ts"], "message": said}


async def command(state: ChatState, given: Json) -> Json:
    """Send a slash command."""
    text = str(given.get("text") or "")
    return _acked(
        await acts.command(state, _user(state, given), _channel(state, given), wanted(given, "command"), text)
    )


async def click(state: ChatState, given: Json) -> Json:
    """Press something in a message, a modal (`view_id`) or the bot's home (`view_id`: "home")."""
    user, action_id, value = _user(state, given), wanted(given, "action_id"), given.get("value")
    if given.get("view_id"):
        if given["view_id"] == "home":
            view = state.slack.views.get(f"home.{user}")
        else:
            view = form_acts.open_view_of(state, user, str(given["view_id"]))
        if view is None:
            raise NotPossible("the bot has no home page for this member yet")
        return _acked(await acts.click_in_view(state, user, view, action_id, value, _values(given)))
    ts, block_id = wanted(given, "ts"), given.get("block_id")
    place, stale = _channel(state, given), given.get("stale") is not False
    return _acked(await acts.click(state, user, place, ts, action_id, block_id, value, _values(given), stale=stale))


async def submit(state: ChatState, given: Json) -> Json:
    """Send the open form."""
    return await form_acts.submit(state, _user(state, given), wanted(given, "view_id"), _values(given))


async def close_form(state: ChatState, given: Json) -> Json:
    """Close the open form without sending it."""
    await form_acts.close(state, _user(state, given), wanted(given, "view_id"), _values(given))
    return {}


async def view(state: ChatState, given: Json) -> Json:
    """The modal this member has open, if any."""
    stack = state.slack.open_modals.get(_user(state, given), [])
    return {"view": state.slack.views.get(stack[-1]) if stack else None, "depth": len(stack)}


async def home(state: ChatState, given: Json) -> Json:
    """The bot's home page for this member, if it published one."""
    return {"view": state.slack.views.get(f"home.{_user(state, given)}")}


async def open_home(state: ChatState, given: Json) -> Json:
    """Look at the bot's home (tab "home") or messages (tab "messages")."""
    await acts.open_home(state, _user(state, given), str(given.get("tab") or "home"))
    return {}


async def file(state: ChatState, given: Json) -> Json:
    """Drop a file: `name`, `content` in base64, or several as `files`; with `text`, and in the thread `thread_ts`."""
    user, channel, thread = _user(state, given), _channel(state, given), given.get("thread_ts")
    said = await acts.drop_files(state, user, channel, files_of(given), str(given.get("text") or ""), thread)
    return {"ts": said["ts"], "file": said["files"][0]["id"], "files": [each["id"] for each in said["files"]]}


async def seen(state: ChatState, given: Json) -> Json:
    """Mark a channel as read."""
    user, channel = _user(state, given), _channel(state, given)
    state.slack.seen.put(f"{user} {channel['id']}", {"ts": state.slack.new_ts()})
    return {}


async def refresh_sockets(state: ChatState, _: Json) -> Json:
    """Ask the bot's connections to come back, as Slack does every few hours."""
    return {"asked": await state.hub.refresh()}


READS: dict[str, Act] = {"messages": messages, "ephemerals": ephemerals, "view": view, "home": home}
WRITES: dict[str, Act] = {
    "message": message,
    "command": command,
    "click": click,
    "submit": submit,
    "close": close_form,
    "home": open_home,
    "file": file,
    "seen": seen,
    "refresh-connections": refresh_sockets,
}
