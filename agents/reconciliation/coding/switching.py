"""Switches one rule on or off in its file, leaving every other letter and every comment as the person wrote it."""

from __future__ import annotations

import yaml

from agents.reconciliation.coding.rules import read_rules, rule_named
from books.refusal import Refusal


def switched(content: bytes, rule_id: str, name: str, *, off: bool) -> bytes:
    """The file with the rule's `off` as wanted; raises Refusal for a file with a mistake and for an unknown rule.

    What comes out is read again before it is returned, so that a switch never leaves a file that cannot be read.
    """
    rule_named(read_rules(content, name), rule_id)
    text = content.decode("utf-8-sig")
    keys, is_flow = _keys_of(text, rule_id)
    word = "true" if off else "false"
    if "off" in keys:
        value = keys["off"][1]
        changed = text[: value.start_mark.index] + word + text[value.end_mark.index :]
    elif off:
        key, value = keys["id"]
        at = value.end_mark.index
        line_end = text.find("\n", at)
        place = at if is_flow else (line_end if line_end >= 0 else len(text))
        new = ", off: true" if is_flow else f"\n{' ' * key.start_mark.column}off: true"
        changed = text[:place] + new + text[place:]
    else:
        return content
    made = changed.encode()
    if rule_named(read_rules(made, name), rule_id).off is not off:
        raise Refusal(
            f"The rule “{rule_id}” could not be switched in {name}.",
            next_step="Write `off: true` (or take it out) there yourself.",
            code="rules_file",
        )
    return made


def _keys_of(text: str, rule_id: str) -> tuple[dict[str, tuple[yaml.Node, yaml.Node]], bool]:
    """The rule's keys and values with their places, and whether it stands in braces; the file was read before."""
    root = yaml.compose(text, Loader=yaml.BaseLoader)
    rules = next(value for key, value in root.value if key.value == "rules") if root is not None else None
    if rules is None:
        raise KeyError(rule_id)
    for rule in rules.value:
        keys = {key.value: (key, value) for key, value in rule.value}
        if keys["id"][1].value == rule_id:
            return keys, bool(rule.flow_style)
    raise KeyError(rule_id)
