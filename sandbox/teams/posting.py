"""Keeps what the bot posts, changes and deletes in Teams, and refuses what Teams refuses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.chat_store import Json
from sandbox.teams.activities import BOT_MRI
from sandbox.teams.cards import CARD_TYPE, cards_of, complaints
from sandbox.teams.directory import BOT_NAME

if TYPE_CHECKING:
    from sandbox.chat import ChatState

VERSIONS_KEPT = 3


class Refused(Exception):  # noqa: N818 - it is an answer, not a failure
    """A call of the bot that Teams does not take."""

    def __init__(self, status: int, code: str, words: str) -> None:
        super().__init__(words)
        self.status, self.code, self.words = status, code, words


def _checked(activity: Json) -> Json:
    if activity.get("type", "message") not in ("message", "typing"):
        raise Refused(400, "BadSyntax", f"Unsupported activity type {activity.get('type')}.")
    attachments = activity.get("attachments") or []
    if activity.get("type") != "typing" and not activity.get("text") and not attachments:
        raise Refused(400, "BadSyntax", "Activity resulted into empty message.")
    for attachment in attachments:
        if attachment.get("contentType") == CARD_TYPE:
            wrong = complaints(attachment.get("content"))
            if wrong:
                raise Refused(400, "BadSyntax", "Invalid Adaptive Card: " + "; ".join(wrong[:5]))
    return activity


def _shown(activity: Json, activity_id: str, root: str | None) -> Json:
    kept = {
        name: activity[name]
        for name in ("text", "textFormat", "attachments", "entities", "summary")
        if activity.get(name)
    }
    return {"id": activity_id, "from": {"id": BOT_MRI, "name": BOT_NAME}, "root": root, **kept}


async def post(state: ChatState, conversation: Json, activity: Json, *, root: str | None) -> str:
    """Keep a new message of the bot; its id. Raises Refused."""
    _checked(activity)
    activity_id = state.teams.new_id()
    if activity.get("type") == "typing":
        state.teams.changed(conversation["id"], typing=True)
        return activity_id
    if root is not None and root not in state.teams.activities(conversation["id"]):
        raise Refused(404, "ActivityNotFoundInConversation", "The thread was not found in this conversation.")
    state.teams.keep(conversation["id"], _shown(activity, activity_id, root))
    return activity_id


def _own(state: ChatState, conversation: Json, activity_id: str) -> Json:
    held = state.teams.activities(conversation["id"]).get(activity_id)
    if held is None:
        raise Refused(404, "ActivityNotFoundInConversation", "The activity was not found in this conversation.")
    if held["from"]["id"] != BOT_MRI:
        raise Refused(403, "Forbidden", "The bot can only change its own messages.")
    return held


async def update(state: ChatState, conversation: Json, activity_id: str, activity: Json) -> str:
    """Replace a message; what single members saw in its place is gone. Raises Refused."""
    held = _own(state, conversation, activity_id)
    _checked(activity)
    label = f"{conversation['id']} {activity_id}"
    before = (state.teams.earlier.get(label) or {"cards": []})["cards"]
    state.teams.earlier.put(label, {"cards": [*cards_of(held), *before][:VERSIONS_KEPT]})
    for viewer in [label for label in state.teams.own_views if label.startswith(f"{activity_id} ")]:
        state.teams.own_views.remove(viewer)
    state.teams.keep(conversation["id"], _shown(activity, activity_id, held["root"]) | {"edited": True})
    return activity_id


async def delete(state: ChatState, conversation: Json, activity_id: str) -> None:
    """Take a message of the bot away. Raises Refused."""
    _own(state, conversation, activity_id)
    state.teams.activities(conversation["id"]).remove(activity_id)
    state.teams.changed(conversation["id"])
