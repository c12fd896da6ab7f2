"""What a member does in Teams: say, mention, press Execute or Submit on a card."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from sandbox.chat_firm import Member
from sandbox.chat_store import Json
from sandbox.teams.activities import activity, mention, sender
from sandbox.teams.cards import CARD_TYPE, cards_of, find_action
from sandbox.teams.directory import BOT_NAME, personal_chat
from sandbox.teams.files import keep_file

if TYPE_CHECKING:
    from sandbox.chat import ChatState

UNREACHABLE = "Unable to reach app. Please try again."
MESSAGE_TYPE, ERROR_TYPE = "application/vnd.microsoft.activity.message", "application/vnd.microsoft.error"


class NotInTeams(Exception):  # noqa: N818 - it is an answer, not a failure
    """Something on this side of Teams that is not there; the text says what."""


def conversation_for(state: ChatState, member: Member, reference: str) -> Json:
    """The conversation a member means: id, client id or name, or `dm` for the chat with the bot. Raises NotInTeams."""
    if reference == "dm":
        reference = personal_chat(member)
    reference = reference.partition(";messageid=")[0]
    by_client = {client.id: client.teams_channel for client in state.firm.clients}
    found = state.teams.conversations.get(by_client.get(reference) or reference)
    if found is None:
        found = next((c for c in state.teams.conversations.all() if c["name"] and c["name"] == reference), None)
    if found is None or state.teams.mri(member) not in found["members"]:
        raise NotInTeams(f"{member.name} is in no conversation {reference}")
    return found


async def say(
    state: ChatState,
    member: Member,
    conversation: Json,
    typed: str,
    root: str | None = None,
    files: Sequence[tuple[str, bytes]] = (),
) -> Json:
    """Post a member's message, with files if any; the bot gets it in a chat, and in a channel when it is mentioned."""
    pattern = rf"@{re.escape(BOT_NAME)}\b"
    text = re.sub(pattern, f"<at>{BOT_NAME}</at>", typed, flags=re.IGNORECASE)
    mentioned = text != typed
    message_id = state.teams.new_id()
    kept: Json = {"id": message_id, "from": sender(state, member), "text": text, "textFormat": "plain"}
    attached = [keep_file(state, member, name, content) for name, content in files]
    if attached:
        kept["attachments"] = attached
    state.teams.keep(conversation["id"], {**kept, "root": root})
    if conversation["kind"] == "channel" and not mentioned:
        return {"id": message_id, "delivered": False}
    body = {"text": text, "textFormat": "plain", "attachments": _attached(conversation, typed, attached)}
    sent = activity(state, member, conversation, "message", root=root or message_id, id=message_id, **body)
    if mentioned:
        sent["entities"].append(mention())
    if root:
        sent["replyToId"] = root
    answer = await state.bot_link.post(sent)
    if not answer.is_good:
        state.teams.keep(conversation["id"], {**kept, "root": root, "warning": f"{BOT_NAME} could not be reached."})
    return {"id": message_id, "delivered": answer.is_good, "status": answer.status}


def _attached(conversation: Json, typed: str, files: list[Json]) -> list[Json]:
    """What the bot gets beside the text: in a chat the files, in a channel only marks that there are some."""
    shown = html.escape(typed)
    if conversation["kind"] == "personal":
        return [*files, {"contentType": "text/html", "content": shown}]
    marks = "".join(f'<attachment id="{file["content"]["uniqueId"]}"></attachment>' for file in files)
    return [{"contentType": "text/html", "content": shown + marks}]


def _shown_card(state: ChatState, member: Member, conversation: Json, activity_id: str, *, stale: bool) -> list[Json]:
    held = state.teams.activities(conversation["id"]).get(activity_id)
    if held is None:
        raise NotInTeams("there is no such message")
    own = state.teams.own_views.get(f"{activity_id} {state.teams.mri(member)}")
    cards = [own["card"]] if own else cards_of(held)
    earlier = state.teams.earlier.get(f"{conversation['id']} {activity_id}") or {"cards": []}
    return cards + (earlier["cards"] if stale else [])


async def press(
    state: ChatState, member: Member, conversation: Json, activity_id: str, kind: str, chosen: Json, *, stale: bool
) -> Json:
    """Press an Action.Execute or Action.Submit; `chosen` holds verb, title and data (the inputs). Raises NotInTeams.

    With `stale`, a button of an earlier version of the card may be pressed, as on a screen that was not refreshed yet.
    """
    values = chosen.get("data") if isinstance(chosen.get("data"), dict) else {}
    button = None
    for card in _shown_card(state, member, conversation, activity_id, stale=stale):
        found = find_action(card, kind, verb=chosen.get("verb"), title=chosen.get("title"), values=values or {})
        button = button or found
    if button is None:
        raise NotInTeams("there is no such button on this card")
    own = button.get("data")
    merged = {**own, **(values or {})} if isinstance(own, dict) else (values or own or {})
    held = state.teams.activities(conversation["id"]).get(activity_id) or {}
    root = held.get("root") or activity_id
    if kind == "Action.Submit":
        sent = activity(state, member, conversation, "message", root=root, value=merged, replyToId=activity_id)
        answer = await state.bot_link.post(sent)
        return {"delivered": answer.is_good, "status": answer.status}
    return await _invoke(state, member, conversation, activity_id, root, {**button, "data": merged})


async def _invoke(
    state: ChatState, member: Member, conversation: Json, activity_id: str, root: str, button: Json
) -> Json:
    action = {name: button[name] for name in ("type", "id", "verb", "data") if name in button}
    value = {"action": action, "trigger": "manual"}
    sent = activity(state, member, conversation, "invoke", root=root, replyToId=activity_id)
    sent |= {"name": "adaptiveCard/action", "value": value}
    answer = await state.bot_link.post(sent)
    body: Any = answer.body if isinstance(answer.body, dict) else {}
    result: Json = {"status": answer.status, "took_ms": round(answer.took_ms, 2)}
    result |= {"status_code": body.get("statusCode"), "type": body.get("type"), "value": body.get("value")}
    if not answer.is_good or body.get("statusCode") is None:
        return result | {"message": UNREACHABLE, "reached": False}
    if body.get("type") == CARD_TYPE and isinstance(body.get("value"), dict):
        state.teams.own_views.put(f"{activity_id} {state.teams.mri(member)}", {"card": body["value"]})
        state.teams.changed(conversation["id"])
    elif body.get("type") == MESSAGE_TYPE:
        result["message"] = str(body.get("value") or "")
    elif body.get("type") == ERROR_TYPE or body.get("statusCode", 200) >= 400:
        error = body.get("value") if isinstance(body.get("value"), dict) else {}
        result["message"] = str((error or {}).get("message") or "Something went wrong. Please try again.")
    return result | {"reached": True}
