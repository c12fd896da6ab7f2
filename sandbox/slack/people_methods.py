"""auth.test, users.*, team.info, bots.info and the assistant's status line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.chat_store import Json
from sandbox.slack.arguments import Arguments
from sandbox.slack.errors import SlackError
from sandbox.slack.message_methods import channel_of_bot
from sandbox.slack.workspace import APP_ID, BOT_ID, BOT_NAME, BOT_USER

if TYPE_CHECKING:
    from sandbox.chat import ChatState


async def who_am_i(state: ChatState, _: Arguments) -> Json:
    """auth.test."""
    workspace = {"url": f"{state.base_url}/", "team": state.firm.name, "team_id": state.slack.team}
    return {
        **workspace,
        "user": BOT_NAME.lower(),
        "user_id": BOT_USER,
        "bot_id": BOT_ID,
        "is_enterprise_install": False,
    }


async def user_info(state: ChatState, arguments: Arguments) -> Json:
    """users.info."""
    return {"user": state.slack.user(arguments.text("user"))}


async def list_users(state: ChatState, _: Arguments) -> Json:
    """users.list."""
    return {"members": list(state.slack.users.values()), "response_metadata": {"next_cursor": ""}}


async def user_by_email(state: ChatState, arguments: Arguments) -> Json:
    """users.lookupByEmail. Raises users_not_found, as Slack spells it."""
    wanted = arguments.required("email").lower()
    for user in state.slack.users.values():
        if user["profile"].get("email", "").lower() == wanted:
            return {"user": user}
    raise SlackError("users_not_found")


async def team_info(state: ChatState, _: Arguments) -> Json:
    """team.info."""
    team = {"id": state.slack.team, "name": state.firm.name, "domain": "sandbox", "email_domain": ""}
    return {"team": {**team, "icon": {"image_default": True}}}


async def bot_info(_: ChatState, arguments: Arguments) -> Json:
    """bots.info."""
    if (arguments.text("bot") or BOT_ID) != BOT_ID:
        raise SlackError("bot_not_found")
    bot = {"id": BOT_ID, "deleted": False, "name": BOT_NAME, "updated": 1790000000, "app_id": APP_ID}
    return {"bot": {**bot, "user_id": BOT_USER, "icons": {}}}


async def set_status(state: ChatState, arguments: Arguments) -> Json:
    """assistant.threads.setStatus: the grey line "… is thinking"; an empty status takes it away."""
    channel = channel_of_bot(state, arguments, "channel_id")
    thread = arguments.required("thread_ts", "invalid_thread_ts")
    status = arguments.text("status") or ""
    state.slack.statuses[channel["id"]] = {"thread_ts": thread, "status": status}
    state.feed.tell({"workspace": "slack", "what": "status", "channel": channel["id"], "status": status})
    return {}


METHODS = {
    "auth.test": who_am_i,
    "users.info": user_info,
    "users.list": list_users,
    "users.lookupByEmail": user_by_email,
    "team.info": team_info,
    "bots.info": bot_info,
    "assistant.threads.setStatus": set_status,
}
