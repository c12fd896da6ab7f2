"""The activities Teams sends to a bot, field by field as it sends them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from sandbox.chat_firm import Member
from sandbox.chat_store import Json
from sandbox.teams.directory import BOT_NAME, TEAM_ID, TEAM_NAME

if TYPE_CHECKING:
    from sandbox.chat import ChatState

BOT_MRI = "28:tieout-sandbox"


def address(state: ChatState, conversation: Json, root: str | None) -> Json:
    """The `conversation` of an activity; in a channel it names the thread by its first message."""
    directory = {"tenantId": state.firm.directory_id, "conversationType": conversation["kind"]}
    if conversation["kind"] == "channel":
        thread = f";messageid={root}" if root else ""
        return {"isGroup": True, **directory, "id": conversation["id"] + thread}
    return {**directory, "id": conversation["id"]}


def channel_facts(state: ChatState, conversation: Json) -> Json:
    """`channelData`: the directory, and in a channel the team and the channel."""
    facts: Json = {"tenant": {"id": state.firm.directory_id}}
    if conversation["kind"] == "channel":
        facts |= {"teamsChannelId": conversation["id"], "teamsTeamId": TEAM_ID}
        facts |= {"channel": {"id": conversation["id"]}, "team": {"id": TEAM_ID, "name": TEAM_NAME}}
    return facts


def sender(state: ChatState, member: Member) -> Json:
    """`from` of a member."""
    return {"id": state.teams.mri(member), "name": member.name, "aadObjectId": member.teams_user}


def activity(
    state: ChatState, member: Member, conversation: Json, kind: str, *, root: str | None = None, **more: Any
) -> Json:
    """An activity from a member to the bot."""
    now = datetime.now(UTC)
    zone = state.firm.timezone
    return {
        "type": kind,
        "id": more.pop("id", None) or state.teams.new_id(),
        "timestamp": now.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "localTimestamp": now.astimezone(ZoneInfo(zone)).isoformat(timespec="milliseconds"),
        "localTimezone": zone,
        "channelId": "msteams",
        "serviceUrl": f"{state.base_url}/teams/",
        "from": sender(state, member),
        "conversation": address(state, conversation, root),
        "recipient": {"id": BOT_MRI, "name": BOT_NAME},
        "entities": [{"type": "clientInfo", "locale": "en-AU", "country": "AU", "platform": "Web", "timezone": zone}],
        "channelData": channel_facts(state, conversation),
        "locale": "en-AU",
        **more,
    }


def mention() -> Json:
    """The entity that marks the bot's name in a text."""
    return {"type": "mention", "mentioned": {"id": BOT_MRI, "name": BOT_NAME}, "text": f"<at>{BOT_NAME}</at>"}


def installed(state: ChatState, member: Member, conversation: Json) -> list[Json]:
    """What the bot hears when it is added to a conversation."""
    joined = activity(state, member, conversation, "conversationUpdate", membersAdded=[{"id": BOT_MRI}])
    if conversation["kind"] == "channel":
        joined["channelData"]["eventType"] = "teamMemberAdded"
    return [activity(state, member, conversation, "installationUpdate", action="add"), joined]
