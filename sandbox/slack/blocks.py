"""Refuses the blocks and views that Slack refuses, and fills in the ids that Slack fills in."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from typing import Any

from sandbox.chat_shapes import Complaint, array, by_type
from sandbox.chat_store import Json
from sandbox.slack.block_shapes import HOME, MESSAGE_BLOCKS, MODAL, VIEW_BLOCKS
from sandbox.slack.errors import SlackError

MESSAGE_BLOCK_COUNT = 50
CHARACTERS_IN_ALL_BLOCKS = 13_200
MARKDOWN_CHARACTERS_IN_ALL = 12_000
VIEW_BYTES = 250_000


def checked_blocks(blocks: Any, *, new_block_id: Callable[[], str]) -> list[Json]:
    """The blocks of a message with their ids filled in. Raises invalid_blocks, msg_blocks_too_long."""
    if not isinstance(blocks, list):
        raise SlackError("invalid_blocks_format")
    _refuse(array(by_type(MESSAGE_BLOCKS), MESSAGE_BLOCK_COUNT, 0)(blocks, "/blocks"))
    _refuse(list(_across(blocks, "/blocks")))
    if sum(map(len, _texts(blocks))) > CHARACTERS_IN_ALL_BLOCKS:
        raise SlackError("msg_blocks_too_long")
    return _with_ids(blocks, new_block_id)


def checked_view(view: Any, *, home: bool, new_block_id: Callable[[], str]) -> Json:
    """A modal or a home view with the ids of its blocks filled in. Raises invalid_arguments, view_too_large."""
    if not isinstance(view, dict):
        raise SlackError("invalid_arguments", ["[ERROR] missing required field: view"])
    if len(json.dumps(view)) > VIEW_BYTES:
        raise SlackError("view_too_large")
    wanted = "home" if home else "modal"
    if view.get("type") != wanted:
        raise SlackError("invalid_arguments", [f"[ERROR] must be a {wanted} [json-pointer:/view/type]"])
    complaints = (HOME if home else MODAL)(view, "/view")
    if not complaints:
        complaints = array(by_type(VIEW_BLOCKS), 100, 0)(view["blocks"], "/view/blocks")
        complaints += _across(view["blocks"], "/view/blocks")
    if not home and any(_kind(block) == "input" for block in view.get("blocks", [])) and not view.get("submit"):
        complaints.append(("submit is required when an input is within blocks", "/view"))
    _refuse(complaints, "invalid_arguments")
    return {**view, "blocks": _with_ids(view["blocks"], new_block_id)}


def _refuse(complaints: list[Complaint], code: str = "invalid_blocks") -> None:
    if complaints:
        words = [f"{said} [json-pointer:{at}]" for said, at in complaints[:10]]
        raise SlackError(code, [f"[ERROR] {word}" for word in words], errors=words)


def _across(blocks: list[Any], at: str) -> Iterator[Complaint]:
    """What only shows when looking at several blocks or elements together."""
    seen: set[str] = set()
    tables = 0
    for index, block in enumerate(blocks):
        where = f"{at}/{index}"
        block_id = block.get("block_id")
        if block_id and block_id in seen:
            yield f"block_id already exists: {block_id}", where
        seen.add(block_id or "")
        tables += block["type"] == "table"
        yield from _twice(block, where)
    if tables > 1:
        yield "only_one_table_allowed", at
    if sum(len(block["text"]) for block in blocks if block["type"] == "markdown") > MARKDOWN_CHARACTERS_IN_ALL:
        yield f"must be less than {MARKDOWN_CHARACTERS_IN_ALL + 1} characters in all markdown blocks", at


def _twice(block: Json, at: str) -> Iterator[Complaint]:
    names = [element["action_id"] for element in elements_of(block) if element.get("action_id")]
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield f"action_id already exists: {name}", f"{at}/elements"


def elements_of(block: Json) -> list[Json]:
    """The interactive elements of a block."""
    found = list(block["elements"]) if block["type"] in ("actions", "context_actions") else []
    found += [block[part] for part in ("accessory", "element") if isinstance(block.get(part), dict)]
    return found + (list(block.get("actions", [])) if block["type"] == "card" else [])


def _with_ids(blocks: list[Json], new_block_id: Callable[[], str]) -> list[Json]:
    dressed = copy.deepcopy(blocks)
    for block in dressed:
        block.setdefault("block_id", new_block_id())
        for element in elements_of(block):
            if element.get("type") != "image":
                element.setdefault("action_id", new_block_id())
    return dressed


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for name, inner in value.items():
            if name == "text" and isinstance(inner, str):
                yield inner
            else:
                yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)


def _kind(block: Any) -> str | None:
    return block.get("type") if isinstance(block, dict) else None
