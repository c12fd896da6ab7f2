"""Adaptive Cards 1.5 as Teams takes them: which elements and actions there are and what they must have.

Source: the Adaptive Cards 1.5 schema, with the few properties Teams adds (`msteams`, `targetWidth`). Teams itself shows
a card with an unknown element as broken or leaves the element out; here it is refused, so that it is noticed.
"""

from __future__ import annotations

from typing import Any

from sandbox.chat_shapes import Check, Complaint, Shape, anything, array, boolean, by_type, number, string

MANY = 500
KIND: dict[str, Check] = {"type": string()}
COMMON: dict[str, Check] = {
    "id": string(),
    "isVisible": boolean,
    "separator": boolean,
    "requires": anything,
    "fallback": anything,
    "targetWidth": string(),
}


def word(*allowed: str) -> Check:
    """One word of a list; Adaptive Cards do not mind capitals."""
    lowered = [one.lower() for one in allowed]

    def check(value: Any, at: str) -> list[Complaint]:
        is_known = isinstance(value, str) and value.lower() in lowered
        return [] if is_known else [(f"must be one of: {', '.join(allowed)}", at)]

    return check


COMMON["spacing"] = word("default", "none", "small", "medium", "large", "extraLarge", "padding", "extraSmall")
COMMON["height"] = word("auto", "stretch")
SIDE = word("left", "center", "right")
LEVEL = word("top", "center", "bottom")
STYLE = word("default", "emphasis", "good", "attention", "warning", "accent")
COLOUR = word("default", "dark", "light", "accent", "good", "warning", "attention")
TEXT: dict[str, Check] = {
    "color": COLOUR,
    "fontType": word("default", "monospace"),
    "isSubtle": boolean,
    "size": word("default", "small", "medium", "large", "extraLarge"),
    "weight": word("default", "lighter", "bolder"),
}


def elements(value: Any, at: str) -> list[Complaint]:
    """A list of card elements."""
    return array(by_type(ELEMENTS), MANY, 0)(value, at)


def actions(value: Any, at: str) -> list[Complaint]:
    """A list of actions."""
    return array(by_type(ACTIONS), 20, 0)(value, at)


def _element(required: dict[str, Check] | None = None, **optional: Check) -> Shape:
    return Shape({**KIND, **(required or {})}, {**COMMON, **optional})


def _plain(required: dict[str, Check] | None = None, **optional: Check) -> Shape:
    return Shape(required or {}, {**KIND, **optional})


def select_action(value: Any, at: str) -> list[Complaint]:
    """What happens when the whole element is pressed: anything but ShowCard."""
    return by_type({kind: shape for kind, shape in ACTIONS.items() if kind != "Action.ShowCard"})(value, at)


_BOX: dict[str, Check] = {
    "selectAction": select_action,
    "style": STYLE,
    "bleed": boolean,
    "minHeight": string(),
    "verticalContentAlignment": LEVEL,
    "backgroundImage": anything,
    "rtl": boolean,
}
_INPUT: dict[str, Check] = {"label": string(), "errorMessage": string(), "isRequired": boolean}
_ALIGNED: dict[str, Check] = {"horizontalCellContentAlignment": SIDE, "verticalCellContentAlignment": LEVEL}


def _width(value: Any, at: str) -> list[Complaint]:
    return [] if isinstance(value, str | int | float) else [("must be a width", at)]


def _input(**optional: Check) -> Shape:
    return Shape({**KIND, "id": string(None, 1)}, {**COMMON, **_INPUT, **optional})


_COLUMN = Shape({}, {**KIND, **COMMON, **_BOX, "items": elements, "width": _width})
_CELL = Shape({"items": elements}, {**KIND, **_BOX})
_ROW = Shape({"cells": array(_CELL, 100, 0)}, {**KIND, **_ALIGNED, "style": STYLE})
_TABLE_COLUMN = Shape({}, {**KIND, **_ALIGNED, "width": _width})
_FACT = _plain({"title": string(), "value": string()})
_CHOICE = _plain({"title": string(), "value": string()})
_RUN = Shape(
    {**KIND, "text": string()},
    {**TEXT, "highlight": boolean, "italic": boolean, "strikethrough": boolean, "underline": boolean,
     "selectAction": select_action},
)  # fmt: skip


def _inline(value: Any, at: str) -> list[Complaint]:
    return [] if isinstance(value, str) else by_type({"TextRun": _RUN})(value, at)


IMAGE = _element(
    {"url": string(None, 1)},
    altText=string(),
    backgroundColor=string(),
    horizontalAlignment=SIDE,
    selectAction=select_action,
    size=word("auto", "stretch", "small", "medium", "large"),
    style=word("default", "person"),
    width=string(),
)
ELEMENTS: dict[str, Check] = {
    "TextBlock": _element(
        {"text": string()},
        **TEXT,
        horizontalAlignment=SIDE,
        maxLines=number,
        wrap=boolean,
        style=word("default", "heading", "columnHeader"),
    ),
    "RichTextBlock": _element({"inlines": array(_inline, MANY)}, horizontalAlignment=SIDE),
    "Image": IMAGE,
    "ImageSet": _element({"images": array(by_type({"Image": IMAGE}), 50)}, imageSize=string()),
    "FactSet": _element({"facts": array(_FACT, MANY, 0)}),
    "Container": _element({"items": elements}, **_BOX),
    "ColumnSet": _element({"columns": array(_COLUMN, 50, 0)}, **_BOX, horizontalAlignment=SIDE),
    "Table": _element(
        {"rows": array(_ROW, MANY, 0)},
        columns=array(_TABLE_COLUMN, 50, 0),
        firstRowAsHeader=boolean,
        showGridLines=boolean,
        gridStyle=STYLE,
        **_ALIGNED,
    ),
    "ActionSet": _element({"actions": actions}),
    "Input.Text": _input(
        isMultiline=boolean,
        maxLength=number,
        placeholder=string(),
        regex=string(),
        style=word("text", "tel", "url", "email", "password"),
        inlineAction=select_action,
        value=string(),
    ),
    "Input.Number": _input(max=number, min=number, placeholder=string(), value=number),
    "Input.Date": _input(max=string(), min=string(), placeholder=string(), value=string()),
    "Input.Time": _input(max=string(), min=string(), placeholder=string(), value=string()),
    "Input.Toggle": Shape(
        {**KIND, "id": string(None, 1), "title": string()},
        {**COMMON, **_INPUT, "value": string(), "valueOff": string(), "valueOn": string(), "wrap": boolean},
    ),
    "Input.ChoiceSet": _input(
        choices=array(_CHOICE, MANY, 0),
        isMultiSelect=boolean,
        style=word("compact", "expanded", "filtered"),
        value=string(),
        placeholder=string(),
        wrap=boolean,
    ),
}
_ACTION: dict[str, Check] = {
    "title": string(),
    "iconUrl": string(),
    "id": string(),
    "style": word("default", "positive", "destructive"),
    "fallback": anything,
    "tooltip": string(),
    "isEnabled": boolean,
    "mode": word("primary", "secondary"),
    "requires": anything,
}
_SENDING: dict[str, Check] = {**_ACTION, "data": anything, "associatedInputs": word("auto", "none")}


def _inner_card(value: Any, at: str) -> list[Complaint]:
    return CARD(value, at)


ACTIONS: dict[str, Check] = {
    "Action.Execute": Shape({**KIND, "verb": string(None, 1)}, _SENDING),
    "Action.Submit": Shape(KIND, _SENDING),
    "Action.OpenUrl": Shape({**KIND, "url": string(None, 1)}, _ACTION),
    "Action.ShowCard": Shape({**KIND, "card": _inner_card}, _ACTION),
    "Action.ToggleVisibility": Shape({**KIND, "targetElements": array(anything, 100)}, _ACTION),
}
CARD = Shape(
    KIND,
    {
        "version": string(),
        "body": elements,
        "actions": actions,
        "$schema": string(),
        "fallbackText": string(),
        "speak": string(),
        "lang": string(),
        "minHeight": string(),
        "rtl": boolean,
        "verticalContentAlignment": LEVEL,
        "backgroundImage": anything,
        "selectAction": select_action,
        "refresh": anything,
        "authentication": anything,
        "msteams": anything,
    },
)
