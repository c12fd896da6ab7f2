"""What a member has put into the fields of a form, checked as Slack's own client checks it before sending."""

from __future__ import annotations

from typing import Any

from sandbox.chat_store import Json
from sandbox.slack.blocks import elements_of

PICKED = {
    "datepicker": ("selected_date", "initial_date"),
    "timepicker": ("selected_time", "initial_time"),
    "datetimepicker": ("selected_date_time", "initial_date_time"),
    "users_select": ("selected_user", "initial_user"),
    "channels_select": ("selected_channel", "initial_channel"),
    "conversations_select": ("selected_conversation", "initial_conversation"),
    "multi_users_select": ("selected_users", "initial_users"),
}
ONE_OPTION = ("static_select", "radio_buttons", "overflow")
MANY_OPTIONS = ("checkboxes", "multi_static_select")
NOT_KEPT = ("button", "image", "overflow", "feedback_buttons", "icon_button")


def options_of(element: Json) -> list[Json]:
    """All options an element offers, those in groups included."""
    groups = [option for group in element.get("option_groups", []) for option in group["options"]]
    return [*element.get("options", []), *groups]


def _option(element: Json, value: Any) -> Json | None:
    wanted = value.get("value") if isinstance(value, dict) else value
    return next((option for option in options_of(element) if option["value"] == wanted), None)


def chosen(element: Json, value: Any) -> Json:
    """An element's entry in `state.values`; `value` is what was typed or picked, None for what stood there first."""
    kind = element["type"]
    if kind in PICKED:
        name, initial = PICKED[kind]
        return {"type": kind, name: value if value is not None else element.get(initial)}
    if kind in ONE_OPTION:
        option = element.get("initial_option") if value is None else _option(element, value)
        return {"type": kind, "selected_option": option}
    if kind in MANY_OPTIONS:
        picked = value if isinstance(value, list) else [value]
        options = element.get("initial_options", []) if value is None else [_option(element, one) for one in picked]
        return {"type": kind, "selected_options": [option for option in options if option]}
    if kind == "file_input":
        return {"type": kind, "files": value or []}
    return {"type": kind, "value": (element.get("initial_value") if value is None else str(value)) or None}


def state_of(blocks: list[Json], values: Json) -> Json:
    """`state` of a message or view; `values` is by action id or block id, or {block: {action: value}}."""
    state: Json = {}
    for block in blocks:
        for element in elements_of(block):
            if element["type"] in NOT_KEPT:
                continue
            given = _given(values, block["block_id"], element["action_id"])
            state.setdefault(block["block_id"], {})[element["action_id"]] = chosen(element, given)
    return {"values": state}


def _given(values: Json, block_id: str, action_id: str) -> Any:
    inner = values.get(block_id)
    if isinstance(inner, dict) and action_id in inner:
        inner = inner[action_id]
    if inner is None:
        inner = values.get(action_id)
    if isinstance(inner, dict) and "type" in inner:
        filled = [value for name, value in inner.items() if name != "type"]
        return filled[0] if filled else None
    return inner


def mistakes(blocks: list[Json], state: Json) -> dict[str, str]:
    """What Slack's client would not send, by block id: empty required fields and texts too short or long."""
    found: dict[str, str] = {}
    for block in blocks:
        if block["type"] == "input":
            element = block["element"]
            entry = state["values"][block["block_id"]][element["action_id"]]
            complaint = _mistake(element, entry, optional=bool(block.get("optional")))
            if complaint:
                found[block["block_id"]] = complaint
    return found


def _mistake(element: Json, entry: Json, *, optional: bool) -> str | None:
    value = next((value for name, value in entry.items() if name != "type"), None)
    if value in (None, "", []):
        return None if optional else "Please complete this required field."
    if element["type"] == "plain_text_input":
        if len(value) < element.get("min_length", 0):
            return f"Please enter at least {element['min_length']} characters."
        if len(value) > element.get("max_length", 3000):
            return f"Please enter {element.get('max_length', 3000)} characters or fewer."
    if element["type"] == "number_input":
        return _number_mistake(element, value)
    return None


def _number_mistake(element: Json, value: str) -> str | None:
    try:
        number = float(value)
    except ValueError:
        return "Please enter a number."
    if not element["is_decimal_allowed"] and "." in value:
        return "Please enter a whole number."
    low, high = element.get("min_value"), element.get("max_value")
    if (low and number < float(low)) or (high and number > float(high)):
        return f"Please enter a number between {low or 'any'} and {high or 'any'}."
    return None
