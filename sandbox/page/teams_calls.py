"""The page's calls about Teams: what a member sees there and does there."""

from __future__ import annotations

from sandbox.chat import ChatState
from sandbox.chat_store import Json
from sandbox.page.answers import Act, NotPossible, files_of, member_of, wanted
from sandbox.teams import acts
from sandbox.teams.cards import CARD_TYPE


def _conversation(state: ChatState, given: Json) -> Json:
    return acts.conversation_for(state, member_of(state, given), wanted(given, "conversation"))


async def messages(state: ChatState, given: Json) -> Json:
    """Everything said in a conversation, oldest first; with `as`, as that member sees it."""
    if given.get("as"):
        conversation = _conversation(state, given)
        viewer = state.teams.mri(member_of(state, given))
    else:
        reference = wanted(given, "conversation").partition(";messageid=")[0]
        found = state.teams.conversations.get(reference)
        if found is None:
            raise NotPossible(f"there is no conversation {reference}")
        conversation, viewer = found, ""
    said = sorted(state.teams.activities(conversation["id"]).all(), key=lambda activity: int(activity["id"]))
    return {"conversation": conversation["id"], "messages": [_seen_by(state, one, viewer) for one in said]}


def _seen_by(state: ChatState, activity: Json, viewer: str) -> Json:
    own = state.teams.own_views.get(f"{activity['id']} {viewer}")
    if own is None:
        return activity
    return {**activity, "attachments": [{"contentType": CARD_TYPE, "content": own["card"]}], "own_view": True}


async def message(state: ChatState, given: Json) -> Json:
    """Say something; `root` answers in the thread of that message."""
    member, conversation = member_of(state, given), _conversation(state, given)
    return await acts.say(state, member, conversation, wanted(given, "text"), given.get("root"))


async def file(state: ChatState, given: Json) -> Json:
    """Send a file: `name`, `content` in base64, or several as `files`; with `text`, and in the thread of `root`."""
    member, conversation = member_of(state, given), _conversation(state, given)
    text = str(given.get("text") or "")
    return await acts.say(state, member, conversation, text, given.get("root"), files_of(given))


async def execute(state: ChatState, given: Json) -> Json:
    """Press an Action.Execute button."""
    return await _press(state, given, "Action.Execute")


async def submit(state: ChatState, given: Json) -> Json:
    """Press an Action.Submit button."""
    return await _press(state, given, "Action.Submit")


async def _press(state: ChatState, given: Json, kind: str) -> Json:
    member, conversation = member_of(state, given), _conversation(state, given)
    activity_id, stale = wanted(given, "activity_id"), given.get("stale") is not False
    chosen = {name: given[name] for name in ("verb", "title", "data") if given.get(name) is not None}
    return await acts.press(state, member, conversation, activity_id, kind, chosen, stale=stale)


async def seen(state: ChatState, given: Json) -> Json:
    """Mark a conversation as read."""
    mri = state.teams.mri(member_of(state, given))
    state.teams.seen.put(f"{mri} {_conversation(state, given)['id']}", {"id": state.teams.new_id()})
    return {}


READS: dict[str, Act] = {"messages": messages}
WRITES: dict[str, Act] = {"message": message, "file": file, "execute": execute, "submit": submit, "seen": seen}
