"""Block Kit is refused where Slack refuses it, and taken where Slack takes it."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.slack.blocks import checked_blocks, checked_view
from sandbox.slack.errors import SlackError
from tests.sandbox.slack.bot import button, card, form, mrkdwn, plain

CELL = {"type": "raw_text", "text": "1"}
OPTION = {"text": plain("A"), "value": "a"}


def named() -> str:
    """The id Slack would invent."""
    return "b1"


def actions(*elements: dict[str, Any]) -> dict[str, Any]:
    """An actions block."""
    return {"type": "actions", "elements": list(elements)}


TAKEN: list[list[dict[str, Any]]] = [
    card(button("approve", style="primary"), button("reject", style="danger")),
    [{"type": "header", "text": plain("x" * 150)}, {"type": "divider"}, mrkdwn("x" * 3000)],
    [{"type": "section", "fields": [plain("x" * 2000)] * 5}],
    [{"type": "context", "elements": [plain("x"), {"type": "mrkdwn", "text": "*x*"}]}],
    [{"type": "table", "rows": [[CELL, CELL]], "column_settings": [{"align": "right"}, None]}],
    [{"type": "markdown", "text": "| a |\n|--|\n| 1 |"}],
    [{"type": "image", "image_url": "https://x.example/a.png", "alt_text": "a chart"}],
    [{"type": "alert", "level": "warning", "text": plain("late")}],
    [{"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": "hi"}]}]}],
    [actions({"type": "static_select", "options": [OPTION]}, {"type": "overflow", "options": [OPTION]})],
    [{**mrkdwn("x"), "accessory": {"type": "datepicker", "initial_date": "2026-10-31"}}],
]

REFUSED: list[tuple[list[Any], str]] = [
    (
        [{"type": "header", "text": plain("x" * 151)}],
        "must be less than 151 characters [json-pointer:/blocks/0/text/text]",
    ),
    ([mrkdwn("x" * 3001)], "must be less than 3001 characters"),
    ([mrkdwn("")], "must be more than 0 characters"),
    ([{"type": "section"}], "text or fields is required"),
    ([{"type": "section", "fields": [plain("x")] * 11}], "no more than 10 items allowed"),
    ([{"type": "section", "fields": [plain("x" * 2001)]}], "must be less than 2001 characters"),
    ([{"type": "context", "elements": [plain("x")] * 11}], "no more than 10 items allowed"),
    ([actions(*[button(str(n)) for n in range(26)])], "no more than 25 items allowed"),
    ([actions()], "no fewer than 1 items allowed"),
    ([actions(button("a", "x" * 76))], "must be less than 76 characters"),
    ([actions(button("a", value="x" * 2001))], "must be less than 2001 characters"),
    ([actions(button("a" * 256))], "must be less than 256 characters"),
    ([actions(button("a"), button("a"))], "action_id already exists: a"),
    ([actions(button("a", style="happy"))], "must be one of: primary, danger"),
    ([actions(button("a", colour="red"))], "no more items or properties allowed: colour"),
    ([actions({"type": "plain_text_input"})], "unsupported type: plain_text_input"),
    ([actions({"type": "overflow", "options": [OPTION] * 6})], "no more than 5 items allowed"),
    ([actions({"type": "static_select", "options": [OPTION] * 101})], "no more than 100 items allowed"),
    ([actions({"type": "static_select"})], "exactly one of options and option_groups is required"),
    ([{**mrkdwn("a"), "block_id": "same"}, {**mrkdwn("b"), "block_id": "same"}], "block_id already exists: same"),
    ([{"type": "divider"}] * 51, "no more than 50 items allowed"),
    ([{"type": "table", "rows": [[CELL]] * 101}], "no more than 100 items allowed"),
    ([{"type": "table", "rows": [[CELL] * 21]}], "no more than 20 items allowed"),
    ([{"type": "table", "rows": [[CELL]]}] * 2, "only_one_table_allowed"),
    ([{"type": "markdown", "text": "x" * 7000}] * 2, "in all markdown blocks"),
    ([{"type": "markdown", "text": "x" * 12_001}], "must be less than 12001 characters"),
    ([{"type": "image", "image_url": "https://x.example/a.png"}], "missing required field: alt_text"),
    ([form()["blocks"][0]], "unsupported type: input"),
    ([{"type": "carousel3"}], "unsupported type: carousel3"),
    (["text"], "unsupported type: None"),
]


@pytest.mark.parametrize("blocks", TAKEN, ids=lambda blocks: "+".join(block["type"] for block in blocks))
def test_what_slack_takes(blocks: list[dict[str, Any]]) -> None:
    dressed = checked_blocks(blocks, new_block_id=named)
    assert all(block["block_id"] for block in dressed)


@pytest.mark.parametrize(("blocks", "complaint"), REFUSED, ids=lambda value: value if isinstance(value, str) else "")
def test_what_slack_refuses(blocks: list[Any], complaint: str) -> None:
    with pytest.raises(SlackError) as refused:
        checked_blocks(blocks, new_block_id=named)
    assert refused.value.code == "invalid_blocks"
    assert complaint in " ".join(refused.value.messages)


@pytest.mark.parametrize(
    "change",
    [
        {"title": plain("x" * 25)},
        {"private_metadata": "x" * 3001},
        {"callback_id": "x" * 256},
        {"submit": None},
        {"type": "home"},
        {"blocks": [mrkdwn("x")] * 101},
        {"size": "large"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_forms_that_slack_refuses(change: dict[str, Any]) -> None:
    with pytest.raises(SlackError) as refused:
        checked_view({**form(), **change}, home=False, new_block_id=named)
    assert refused.value.code == "invalid_arguments"
