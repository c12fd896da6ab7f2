"""What a member does with an open form: send it, close it; and what the app's answer does to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.chat_store import Json
from sandbox.slack.acts import NOT_RESPONDING
from sandbox.slack.blocks import checked_view
from sandbox.slack.errors import SlackError
from sandbox.slack.forms import mistakes, state_of
from sandbox.slack.payloads import view_closed, view_submission
from sandbox.slack.view_methods import change_modal, show_modal
from sandbox.slack.workspace import new_id

if TYPE_CHECKING:
    from sandbox.chat import ChatState


def open_view_of(state: ChatState, user: str, view_id: str) -> Json:
    """A modal this member has open. Raises view_not_open."""
    if view_id not in state.slack.open_modals.get(user, []):
        raise SlackError("view_not_open")
    view = state.slack.views.get(view_id)
    if view is None:
        raise SlackError("view_not_open")
    return view


async def submit(state: ChatState, user: str, view_id: str, values: Json) -> Json:
    """Send a form; the answer says whether it closed, and the complaints by block id when it did not."""
    view = open_view_of(state, user, view_id)
    filled = state_of(view["blocks"], values)
    wrong = mistakes(view["blocks"], filled)
    if wrong:
        return {"closed": False, "errors": wrong, "sent": False}
    shown = {**{name: held for name, held in view.items() if name != "shown_to"}, "state": filled}
    trigger = state.slack.new_trigger(user, state.hub.pace.trigger_seconds)
    ack = await state.hub.deliver(
        "interactive", view_submission(state.slack, user, trigger, shown), accepts_payload=True
    )
    if ack is None:
        return {"closed": False, "sent": True, "acked": False, "warning": NOT_RESPONDING}
    return {"sent": True, "acked": True, "ack_ms": ack.took_ms, **_answered(state, user, view_id, ack.payload or {})}


def _answered(state: ChatState, user: str, view_id: str, answer: Json) -> Json:
    action = answer.get("response_action")
    if action == "errors":
        return {"closed": False, "errors": dict(answer.get("errors") or {})}
    if action in ("update", "push"):
        try:
            view = checked_view(answer.get("view"), home=False, new_block_id=lambda: new_id("")[:5])
        except SlackError as refused:
            return {"closed": False, "warning": NOT_RESPONDING, "refused": refused.envelope()}
        shown = change_modal(state, user, view_id, view) if action == "update" else show_modal(state, user, view)
        return {"closed": False, "view_id": shown["id"]}
    stack = state.slack.open_modals.get(user, [])
    if action == "clear":
        stack.clear()
    elif view_id in stack:
        stack.remove(view_id)
    state.slack.notify(user, "view", view_id=view_id)
    return {"closed": True}


async def close(state: ChatState, user: str, view_id: str, values: Json) -> None:
    """Close a form without sending it; the app hears of it when it asked to."""
    view = open_view_of(state, user, view_id)
    stack = state.slack.open_modals[user]
    gone = list(stack) if view.get("clear_on_close") else [view_id]
    state.slack.open_modals[user] = [held for held in stack if held not in gone]
    state.slack.notify(user, "view", view_id=view_id)
    if view.get("notify_on_close"):
        shown = {**{name: held for name, held in view.items() if name != "shown_to"}}
        shown["state"] = state_of(view["blocks"], values)
        payload = view_closed(state.slack, user, shown, is_cleared=len(gone) > 1)
        await state.hub.deliver("interactive", payload, accepts_payload=False)
