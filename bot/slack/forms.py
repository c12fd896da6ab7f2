"""The small form that asks for words before a decision, such as the reason of a rejection."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from bot.card import Field
from bot.shown import clip, one_line

Json = dict[str, Any]
CALLBACK, BLOCK, FIELD = "tieout:words", "words", "words"
VALUE_OF = "value:"
"""What the block of one of several fields is called, before the field's own name."""
LONGEST = 1_000


@dataclass(frozen=True, slots=True)
class Pressed:
    """A pressed button as its payload tells: what it does, to what, what was shown, and what must be asked first."""

    act: str
    subject: str
    digest: str
    asks: str
    channel: str
    has_fields: bool = False


def pressed(action_id: str, value: str, channel: str) -> Pressed | None:
    """Reads a button's id and value; None when they are not ours or of a form we no longer know."""
    prefix, _, rest = action_id.partition(":")
    act = rest.partition(":")[0]
    try:
        content = json.loads(value)
    except ValueError:
        return None
    if prefix != "tieout" or not act or not isinstance(content, dict):
        return None
    words = {name: content.get(name, "") for name in ("a", "s", "d", "q", "f")}
    if not all(isinstance(word, str) for word in words.values()):
        return None
    act = words["a"] or act
    return Pressed(act, words["s"], words["d"], words["q"], channel, bool(words["f"]))


def form(button: Pressed, label: str, fields: tuple[Field, ...] = ()) -> Json:
    """The modal; only ids and the digest travel in it, and of figures only those that a person may change."""
    carried = {"a": button.act, "s": button.subject, "d": button.digest, "c": button.channel}
    words = _plain(clip(one_line(label).rstrip("…") or "Send", 24))
    return {
        "type": "modal",
        "callback_id": CALLBACK,
        "private_metadata": json.dumps(carried, separators=(",", ":")),
        "title": words,
        "submit": words,
        "close": _plain("Cancel"),
        "blocks": [_line(each) for each in fields] or [_question(button.asks)],
    }


def _question(asks: str) -> Json:
    field = {"type": "plain_text_input", "action_id": FIELD, "multiline": True, "min_length": 1, "max_length": LONGEST}
    return {"type": "input", "block_id": BLOCK, "label": _plain(clip(one_line(asks), 300)), "element": field}


def _line(field: Field) -> Json:
    value = clip(one_line(field.value), LONGEST)
    element = {"type": "plain_text_input", "action_id": FIELD, "max_length": LONGEST}
    element |= {"initial_value": value} if value else {}
    label = _plain(clip(one_line(field.label), 300))
    return {"type": "input", "block_id": f"{VALUE_OF}{field.name}", "label": label, "element": element}


def submitted(view: Json) -> tuple[Pressed | None, str, dict[str, str]]:
    """What a sent form is about, the words in it, and the values of its fields by name."""
    try:
        carried = json.loads(view.get("private_metadata") or "")
        button = Pressed(str(carried["a"]), str(carried["s"]), str(carried["d"]), "", str(carried["c"]))
    except (ValueError, KeyError, TypeError):
        return None, "", {}
    filled = (view.get("state") or {}).get("values") or {}
    said = {name: str((block.get(FIELD) or {}).get("value") or "").strip() for name, block in filled.items()}
    values = {name.removeprefix(VALUE_OF): value for name, value in said.items() if name.startswith(VALUE_OF)}
    return button, said.get(BLOCK, ""), values


def _plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}
