"""views.*: forms that open after a press, and the bot's home page for one person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.chat_store import Json
from sandbox.slack.arguments import Arguments
from sandbox.slack.blocks import checked_view
from sandbox.slack.errors import SlackError
from sandbox.slack.workspace import APP_ID, BOT_ID, BOT_USER, new_id

if TYPE_CHECKING:
    from sandbox.chat import ChatState

MODALS_ON_TOP_OF_EACH_OTHER = 3


def _dressed(state: ChatState, view: Json, view_id: str, before: Json | None = None) -> Json:
    kept = {"private_metadata": "", "callback_id": "", "title": None, "close": None, "submit": None}
    flags = {"clear_on_close": False, "notify_on_close": False, "external_id": ""}
    who = {"team_id": state.slack.team, "app_id": APP_ID, "bot_id": BOT_ID, "app_installed_team_id": state.slack.team}
    place = {"previous_view_id": None, "root_view_id": view_id}
    if before is not None:
        place = {name: before[name] for name in place}
    stamp = {"id": view_id, "hash": f"{state.slack.new_ts()}.{new_id('')[:8]}", "state": {"values": {}}}
    return {**kept, **flags, **view, **who, **place, **stamp}


def _view(arguments: Arguments, *, home: bool = False) -> Json:
    view = arguments.structure("view", "invalid_arguments")
    return checked_view(view, home=home, new_block_id=lambda: new_id("")[:5])


def show_modal(state: ChatState, user: str, view: Json) -> Json:
    """Put a checked modal on top of those this person has open. Raises push_limit_reached."""
    stack = state.slack.open_modals.setdefault(user, [])
    if len(stack) >= MODALS_ON_TOP_OF_EACH_OTHER:
        raise SlackError("push_limit_reached")
    dressed = _dressed(state, view, new_id("V"))
    if stack:
        dressed |= {"previous_view_id": stack[-1], "root_view_id": stack[0]}
    stack.append(dressed["id"])
    return _keep(state, user, dressed)


def change_modal(state: ChatState, user: str, view_id: str, view: Json) -> Json:
    """Replace what an open modal shows."""
    return _keep(state, user, _dressed(state, view, view_id, state.slack.views.get(view_id)))


def _keep(state: ChatState, user: str, view: Json) -> Json:
    state.slack.views.put(view["id"], {**view, "shown_to": user})
    state.slack.notify(user, "view", view_id=view["id"])
    return view


async def open_view(state: ChatState, arguments: Arguments) -> Json:
    """views.open: needs a fresh trigger; the modal replaces those that were open."""
    view = _view(arguments)
    user = state.slack.use_trigger(arguments.required("trigger_id"))
    state.slack.open_modals[user] = []
    return {"view": show_modal(state, user, view)}


async def push_view(state: ChatState, arguments: Arguments) -> Json:
    """views.push: a modal on top of the one that is open."""
    view = _view(arguments)
    return {"view": show_modal(state, state.slack.use_trigger(arguments.required("trigger_id")), view)}


async def update_view(state: ChatState, arguments: Arguments) -> Json:
    """views.update: by id or external id. Raises not_found, hash_conflict."""
    view = _view(arguments)
    view_id, external = arguments.text("view_id"), arguments.text("external_id")
    shown = next(
        (v for v in state.slack.views.all() if v["id"] == view_id or (external and v["external_id"] == external)), None
    )
    if shown is None or shown["id"] not in state.slack.open_modals.get(shown["shown_to"], []):
        raise SlackError("not_found")
    if arguments.text("hash") not in (None, shown["hash"]):
        raise SlackError("hash_conflict")
    return {"view": change_modal(state, shown["shown_to"], shown["id"], view)}


async def publish_home(state: ChatState, arguments: Arguments) -> Json:
    """views.publish: the home page of one person."""
    user = arguments.required("user_id")
    if user == BOT_USER:
        raise SlackError("user_not_found")
    state.slack.user(user)
    view = _view(arguments, home=True)
    kept = state.slack.views.get(f"home.{user}")
    if kept and arguments.text("hash") not in (None, kept["hash"]):
        raise SlackError("hash_conflict")
    dressed = _dressed(state, view, kept["id"] if kept else new_id("V"))
    state.slack.views.put(f"home.{user}", {**dressed, "shown_to": user})
    state.slack.notify(user, "home")
    return {"view": dressed}


METHODS = {
    "views.open": open_view,
    "views.push": push_view,
    "views.update": update_view,
    "views.publish": publish_home,
}
