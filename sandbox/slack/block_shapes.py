"""The blocks and elements of Block Kit, with Slack's limits of length and number.

Source: Slack's Block Kit reference and the types of `@slack/types`; what is not listed here is refused.
"""

from __future__ import annotations

from typing import Any

from sandbox.chat_shapes import Check, Complaint, Shape, anything, array, boolean, by_type, number, one_of, string

KIND: dict[str, Check] = {"type": string()}


def plain(longest: int) -> Check:
    """A plain_text object."""
    return by_type({"plain_text": Shape({**KIND, "text": string(longest, 1)}, {"emoji": boolean})})


def text(longest: int) -> Check:
    """A plain_text or mrkdwn object."""
    mrkdwn = Shape({**KIND, "text": string(longest, 1)}, {"verbatim": boolean})
    return by_type({"plain_text": plain(longest), "mrkdwn": mrkdwn})


CONFIRM = Shape(
    {"text": text(300)},
    {"title": plain(100), "confirm": plain(30), "deny": plain(30), "style": one_of("primary", "danger")},
)
OPTION = Shape({"text": text(75), "value": string(150, 1)}, {"description": text(75), "url": string(3000)})
GROUP = Shape({"label": plain(75), "options": array(OPTION, 100)})
ACTION: dict[str, Check] = {"action_id": string(255)}
COMMON: dict[str, Check] = {**ACTION, "confirm": CONFIRM, "focus_on_load": boolean}
DISPATCH: dict[str, Check] = {"dispatch_action_config": anything}


def _options_or_groups(value: Any, at: str) -> list[Complaint]:
    if ("options" in value) == ("option_groups" in value):
        return [("exactly one of options and option_groups is required", at)]
    return []


def _select(**more: Check) -> Shape:
    return Shape(KIND, {**COMMON, "placeholder": plain(150), **more})


def _listed(**more: Check) -> Shape:
    options = {"options": array(OPTION, 100), "option_groups": array(GROUP, 100)}
    return Shape(KIND, {**COMMON, "placeholder": plain(150), **options, **more}, (_options_or_groups,))


def _picker(**initial: Check) -> Shape:
    return Shape(KIND, {**COMMON, "placeholder": plain(150), **initial})


def _typed(**more: Check) -> Shape:
    field: dict[str, Check] = {
        **ACTION,
        **DISPATCH,
        "focus_on_load": boolean,
        "placeholder": plain(150),
        "initial_value": string(3000),
    }
    return Shape(KIND, {**field, **more})


BUTTON = Shape(
    {**KIND, "text": plain(75)},
    {
        **ACTION,
        "url": string(3000),
        "value": string(2000),
        "style": one_of("primary", "danger"),
        "confirm": CONFIRM,
        "accessibility_label": string(75),
    },
)
IMAGE: dict[str, Check] = {"alt_text": string(2000, 1)}
IMAGE_SOURCE: dict[str, Check] = {"image_url": string(3000), "slack_file": anything}
IMAGE_ELEMENT = Shape({**KIND, **IMAGE}, IMAGE_SOURCE)

INTERACTIVE: dict[str, Check] = {
    "button": BUTTON,
    "overflow": Shape({**KIND, "options": array(OPTION, 5)}, {**ACTION, "confirm": CONFIRM}),
    "static_select": _listed(initial_option=OPTION),
    "multi_static_select": _listed(initial_options=array(OPTION, 100), max_selected_items=number),
    "users_select": _select(initial_user=string()),
    "multi_users_select": _select(initial_users=array(string(), 100), max_selected_items=number),
    "channels_select": _select(initial_channel=string(), response_url_enabled=boolean),
    "conversations_select": _select(
        initial_conversation=string(),
        default_to_current_conversation=boolean,
        filter=anything,
        response_url_enabled=boolean,
    ),
    "radio_buttons": Shape({**KIND, "options": array(OPTION, 10)}, {**COMMON, "initial_option": OPTION}),
    "checkboxes": Shape({**KIND, "options": array(OPTION, 10)}, {**COMMON, "initial_options": array(OPTION, 10)}),
    "datepicker": _picker(initial_date=string(10)),
    "timepicker": _picker(initial_time=string(5), timezone=string()),
    "datetimepicker": _picker(initial_date_time=number),
}
INPUTS: dict[str, Check] = {
    **{kind: shape for kind, shape in INTERACTIVE.items() if kind not in ("button", "overflow")},
    "plain_text_input": _typed(multiline=boolean, min_length=number, max_length=number),
    "number_input": Shape(
        {**KIND, "is_decimal_allowed": boolean},
        {
            **ACTION,
            **DISPATCH,
            "focus_on_load": boolean,
            "placeholder": plain(150),
            "initial_value": string(),
            "min_value": string(),
            "max_value": string(),
        },
    ),
    "email_text_input": _typed(),
    "url_text_input": _typed(),
    "file_input": Shape(KIND, {**ACTION, "filetypes": array(string(), 100), "max_files": number}),
}
ACCESSORIES: dict[str, Check] = {**INTERACTIVE, "image": IMAGE_ELEMENT}

_STYLE: dict[str, Check] = {"style": anything}
RICH_LEAVES: dict[str, Check] = {
    "text": Shape({**KIND, "text": string(None, 1)}, _STYLE),
    "link": Shape({**KIND, "url": string(3000, 1)}, {**_STYLE, "text": string(), "unsafe": boolean}),
    "user": Shape({**KIND, "user_id": string()}, _STYLE),
    "channel": Shape({**KIND, "channel_id": string()}, _STYLE),
    "emoji": Shape({**KIND, "name": string()}, {**_STYLE, "unicode": string(), "skin_tone": number}),
    "broadcast": Shape({**KIND, "range": one_of("here", "channel", "everyone")}, _STYLE),
    "date": Shape({**KIND, "timestamp": number, "format": string()}, {**_STYLE, "url": string(), "fallback": string()}),
}
_LEAVES = array(by_type(RICH_LEAVES), 1000, 0)
_SECTION = Shape({**KIND, "elements": _LEAVES})
RICH_PARTS: dict[str, Check] = {
    "rich_text_section": _SECTION,
    "rich_text_preformatted": Shape({**KIND, "elements": _LEAVES}, {"border": number, "language": string()}),
    "rich_text_quote": Shape({**KIND, "elements": _LEAVES}, {"border": number}),
    "rich_text_list": Shape(
        {
            **KIND,
            "style": one_of("bullet", "ordered"),
            "elements": array(by_type({"rich_text_section": _SECTION}), 1000),
        },
        {"indent": number, "border": number, "offset": number},
    ),
}
RICH_TEXT = Shape({**KIND, "elements": array(by_type(RICH_PARTS), 1000)}, {"block_id": string(255)})

_CELLS: dict[str, Check] = {
    "raw_text": Shape({**KIND, "text": string(None, 1)}),
    "raw_number": Shape({**KIND, "value": number, "text": string(None, 1)}),
    "rich_text": RICH_TEXT,
}
_COLUMN = Shape({}, {"align": one_of("left", "center", "right"), "is_wrapped": boolean})


def _something_to_show(value: Any, at: str) -> list[Complaint]:
    return [] if value.get("text") or value.get("fields") else [("text or fields is required", at)]


def _picture_source(value: Any, at: str) -> list[Complaint]:
    given = [name for name in IMAGE_SOURCE if value.get(name)]
    return [] if len(given) == 1 else [("exactly one of image_url and slack_file is required", at)]


def _block(required: dict[str, Check], optional: dict[str, Check] | None = None, *rules: Check) -> Shape:
    return Shape({**KIND, **required}, {"block_id": string(255), **(optional or {})}, rules)


_SECTION_OPTIONAL: dict[str, Check] = {
    "text": text(3000),
    "fields": array(text(2000), 10),
    "accessory": by_type(ACCESSORIES),
    "expand": boolean,
}
_FEEDBACK = Shape({"text": plain(75), "value": string(2000)}, {"accessibility_label": string(75)})
_CONTEXT_ACTIONS: dict[str, Check] = {
    "feedback_buttons": Shape({**KIND, "positive_button": _FEEDBACK, "negative_button": _FEEDBACK}, ACTION),
    "icon_button": Shape(
        {**KIND, "icon": string(), "text": plain(75)},
        {
            **ACTION,
            "value": string(2000),
            "confirm": CONFIRM,
            "accessibility_label": string(75),
            "visible_to_user_ids": anything,
        },
    ),
}
_CARD_PARTS: dict[str, Check] = {
    "title": text(150),
    "subtitle": text(150),
    "body": text(200),
    "icon": IMAGE_ELEMENT,
    "hero_image": IMAGE_ELEMENT,
    "actions": array(by_type({"button": BUTTON}), 5),
}

MESSAGE_BLOCKS: dict[str, Check] = {
    "header": _block({"text": plain(150)}),
    "section": _block({}, _SECTION_OPTIONAL, _something_to_show),
    "divider": _block({}),
    "context": _block(
        {"elements": array(by_type({"image": IMAGE_ELEMENT, "mrkdwn": text(3000), "plain_text": text(3000)}), 10)}
    ),
    "actions": _block({"elements": array(by_type(INTERACTIVE), 25)}),
    "image": _block(IMAGE, {**IMAGE_SOURCE, "title": plain(2000)}, _picture_source),
    "markdown": _block({"text": string(12_000, 1)}),
    "rich_text": RICH_TEXT,
    "table": _block(
        {"rows": array(array(by_type(_CELLS), 20), 100)},
        {"column_settings": array(lambda value, at: [] if value is None else _COLUMN(value, at), 20)},
    ),
    "alert": _block({"text": text(3000)}, {"level": one_of("default", "info", "warning", "error", "success")}),
    "card": _block({}, _CARD_PARTS),
    "context_actions": _block({"elements": array(by_type(_CONTEXT_ACTIONS), 5)}),
}
INPUT_BLOCK = _block(
    {"label": plain(2000), "element": by_type(INPUTS)},
    {"hint": plain(2000), "optional": boolean, "dispatch_action": boolean},
)
VIEW_BLOCKS: dict[str, Check] = {
    **{kind: shape for kind, shape in MESSAGE_BLOCKS.items() if kind not in ("context_actions",)},
    "input": INPUT_BLOCK,
}
_VIEW = {
    "callback_id": string(255),
    "private_metadata": string(3000),
    "external_id": string(255),
}
MODAL = Shape(
    {**KIND, "title": plain(24), "blocks": array(anything, 100)},
    {**_VIEW, "submit": plain(24), "close": plain(24), "clear_on_close": boolean, "notify_on_close": boolean,
     "submit_disabled": boolean},
)  # fmt: skip
HOME = Shape({**KIND, "blocks": array(anything, 100, 0)}, _VIEW)
