"""What the page shows around the conversations: who there is, the channels of each workspace, unread marks, the bot."""

from __future__ import annotations

import time

from sandbox.chat import ChatState
from sandbox.chat_firm import Member
from sandbox.chat_store import Json
from sandbox.page.answers import member_of
from sandbox.slack.workspace import BOT_USER
from sandbox.teams.directory import TEAM_NAME, personal_chat


async def who(state: ChatState, _: Json) -> Json:
    """The members of the firm."""
    return {"members": [{"id": m.id, "name": m.name, "role": m.role} for m in state.firm.members]}


async def overview(state: ChatState, given: Json) -> Json:
    """Everything around the conversations for one member."""
    member = member_of(state, given)
    seen = [client for client in state.firm.clients if member.sees(client.id)]
    return {
        "firm": state.firm.name,
        "business_date": state.today().isoformat(),
        "member": {"id": member.id, "name": member.name, "role": member.role},
        "clients": [{"id": c.id, "name": c.name, "organisation": c.organisation} for c in seen],
        "slack": _slack(state, member),
        "teams": _teams(state, member),
    }


def _slack(state: ChatState, member: Member) -> Json:
    people = {user: person["real_name"] for user, person in state.slack.users.items()}
    hub = state.hub
    bot = {"connected": len(hub.connections), "last_seen_at": hub.last_seen_at, "user": BOT_USER}
    channels = []
    if member.slack_user:
        mine = [c for c in state.slack.channels.all() if member.slack_user in c["members"]]
        channels = [_slack_channel(state, member.slack_user, channel) for channel in mine]
    return {"user": member.slack_user, "people": people, "bot": bot, "channels": channels}


def _slack_channel(state: ChatState, user: str, channel: Json) -> Json:
    since = (state.slack.seen.get(f"{user} {channel['id']}") or {"ts": "0"})["ts"]
    unread = sum(m["ts"] > since and m.get("user") != user for m in state.slack.messages(channel["id"]).all())
    unread += sum(m["ts"] > since for m in state.slack.whispers(user, channel["id"]))
    return {"id": channel["id"], "name": channel["name"], "is_dm": bool(channel["user"]), "unread": unread,
            "bot_is_in": BOT_USER in channel["members"]}  # fmt: skip


def _teams(state: ChatState, member: Member) -> Json:
    teams = state.teams
    bot = {"url": state.bot_url, "reached_at": teams.bot_reached_at, "error": teams.bot_error, "now": time.time()}
    conversations = []
    if member.teams_user:
        mri = teams.mri(member)
        for conversation in teams.conversations.all():
            if mri in conversation["members"] and (
                conversation["kind"] != "personal" or conversation["id"] == personal_chat(member)
            ):
                conversations.append(_conversation(state, mri, conversation))
    return {"user": member.teams_user, "team": TEAM_NAME, "bot": bot, "conversations": conversations}


def _conversation(state: ChatState, mri: str, conversation: Json) -> Json:
    since = (state.teams.seen.get(f"{mri} {conversation['id']}") or {"id": "0"})["id"]
    said = state.teams.activities(conversation["id"]).all()
    unread = sum(int(a["id"]) > int(since) and a["from"]["id"] != mri for a in said)
    return {"id": conversation["id"], "name": conversation["name"], "kind": conversation["kind"], "unread": unread}
