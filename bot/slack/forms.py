"""The small form that asks for words before a decision, such as the reason of a rejection."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from bot.shown import clip, one_line

Json = dict[str, Any]
CALLBACK, BLOCK, FIELD = "tieout:words", "words", "words"
LONGEST = 1_000


@dataclass(frozen=True, slots=True)
class Pressed:
    """A pressed button as its payload tells: what it does, to what, what was shown, and what must be asked first."""

    act: str
    subject: str
    digest: str
    asks: str
    channel: str


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
    words = {name: content.get(name, "") for name in ("s", "d", "q")}
    if not all(isinstance(word, str) for word in words.values()):
        return None
    return Pressed(act, words["s"], words["d"], words["q"], channel)


def form(button: Pressed, label: str) -> Json:
    """The modal; only ids and the digest travel in it, never a figure."""
    carried = {"a": button.act, "s": button.subject, "d": button.digest, "c": button.channel}
    field = {"type": "plain_text_input", "action_id": FIELD, "multiline": True, "min_length": 1, "max_length": LONGEST}
    return {
        "type": "modal",
        "callback_id": CALLBACK,
        "private_metadata": json.dumps(carried, separators=(",", ":")),
        "title": _plain(clip(one_line(label).rstrip("…") or "A few words", 24)),
        "submit": _plain(clip(one_line(label).rstrip("…") or "Send", 24)),
        "close": _plain("Cancel"),
        "blocks": [
            {
                "type": "input",
                "block_id": BLOCK,
                "label": _plain(clip(one_line(button.asks), 300)),
                "element": field,
            }
        ],
    }


def submitted(view: Json) -> tuple[Pressed | None, str]:
    """What a sent form is about, and the words in it."""
    try:
        carried = json.loads(view.get("private_metadata") or "")
        button = Pressed(str(carried["a"]), str(carried["s"]), str(carried["d"]), "", str(carried["c"]))
    except (ValueError, KeyError, TypeError):
        return None, ""
    values = (view.get("state") or {}).get("values") or {}
    words = ((values.get(BLOCK) or {}).get(FIELD) or {}).get("value") or ""
    return button, str(words).strip()


def _plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}
