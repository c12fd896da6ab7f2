"""The payloads Slack sends to an app, field by field as it sends them."""

from __future__ import annotations

import time
from typing import Any

from sandbox.chat_store import Json
from sandbox.slack.socket import new_event_id
from sandbox.slack.workspace import APP_ID, BOT_USER, Workspace

VERIFICATION_TOKEN = "sandbox-verification"  # noqa: S105 - public word of the sandbox


def event_callback(team: str, event: Json) -> Json:
    """The wrapper around every event."""
    authorization = {"enterprise_id": None, "team_id": team, "user_id": BOT_USER, "is_bot": True}
    return {
        "token": VERIFICATION_TOKEN,
        "team_id": team,
        "context_team_id": team,
        "context_enterprise_id": None,
        "api_app_id": APP_ID,
        "event": event,
        "type": "event_callback",
        "event_id": new_event_id(),
        "event_time": int(time.time()),
        "authorizations": [{**authorization, "is_enterprise_install": False}],
        "is_ext_shared_channel": False,
        "event_context": f"4-sandbox-{event.get('channel', '')}",
    }


def message_event(message: Json, channel: Json, kind: str) -> Json:
    """A `message` or `app_mention` event for a message that is kept."""
    event = {field: value for field, value in message.items() if field not in ("reactions", "seen_by", "warning")}
    event |= {"type": kind, "channel": channel["id"], "event_ts": message["ts"]}
    if kind == "message":
        event["channel_type"] = "im" if channel["user"] else "channel"
    else:
        event.pop("subtype", None)  # a mention with files has `files`, but is no file_share
    return event


def _envelope(workspace: Workspace, user: str) -> Json:
    person = workspace.user(user)
    return {
        "user": {"id": user, "username": person["name"], "name": person["name"], "team_id": workspace.team},
        "api_app_id": APP_ID,
        "token": VERIFICATION_TOKEN,
        "team": {"id": workspace.team, "domain": "sandbox"},
        "enterprise": None,
        "is_enterprise_install": False,
    }


def block_actions(workspace: Workspace, user: str, trigger: str, actions: list[Json], **place: Any) -> Json:
    """A press on something in a message or a view; `place` holds container, message, view, channel, state…"""
    return {"type": "block_actions", **_envelope(workspace, user), "trigger_id": trigger, "actions": actions, **place}


def view_submission(workspace: Workspace, user: str, trigger: str, view: Json) -> Json:
    """A form was sent."""
    return {
        "type": "view_submission",
        **_envelope(workspace, user),
        "trigger_id": trigger,
        "view": view,
        "response_urls": [],
    }


def view_closed(workspace: Workspace, user: str, view: Json, *, is_cleared: bool) -> Json:
    """A form was closed without being sent."""
    return {"type": "view_closed", **_envelope(workspace, user), "view": view, "is_cleared": is_cleared}


def slash_command(
    workspace: Workspace, user: str, channel: Json, command: str, text: str, trigger: str, response_url: str
) -> Json:
    """A slash command; all its fields are texts."""
    return {
        "token": VERIFICATION_TOKEN,
        "team_id": workspace.team,
        "team_domain": "sandbox",
        "channel_id": channel["id"],
        "channel_name": channel["name"] or "directmessage",
        "user_id": user,
        "user_name": workspace.user(user)["name"],
        "command": command,
        "text": text,
        "api_app_id": APP_ID,
        "is_enterprise_install": "false",
        "response_url": response_url,
        "trigger_id": trigger,
    }
