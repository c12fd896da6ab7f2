"""The toolbox: every tool reads, says what it takes, and refuses what does not fit."""

from __future__ import annotations

import msgspec
import pytest

from tests.support.sandbox_server import RunningSandbox
from tests.xero_tools.conftest import gateway_to
from tests.xero_tools.test_reads import BONDI
from xero_tools.toolbox import MOST_ROWS, TOOLS, Tool

ASKED: dict[str, object] = {
    "as_at": "2026-10-31", "until": "2026-10-31", "start": "2026-10-01", "end": "2026-10-31",
    "entity": "ManualJournals",
}  # fmt: skip


def arguments(tool: Tool, journal_id: str) -> dict[str, object]:
    """What a model would give for the required parameters of a tool."""
    known = ASKED | {"id": journal_id}
    return {name: known[name] for name in tool.parameters.__struct_fields__ if name in known}


def test_every_tool_answers_over_the_wire(demo: RunningSandbox) -> None:
    gateway = gateway_to(demo.url)
    by_name = {tool.name: tool for tool in TOOLS}
    assert len(by_name) == len(TOOLS)
    journals = by_name["manual_journals"].answer(BONDI, gateway, arguments(by_name["manual_journals"], ""))
    journal_id = msgspec.to_builtins(journals.rows[0])["id"]

    for tool in TOOLS:
        told = tool.answer(BONDI, gateway, arguments(tool, journal_id))
        assert len(told.rows) == min(told.found, MOST_ROWS), tool.name
        assert msgspec.json.encode(told, enc_hook=str), tool.name
        assert told.found or tool.name in ("budgets", "tracking", "history", "products", "purchase_orders"), tool.name


def test_every_tool_describes_itself() -> None:
    for tool in TOOLS:
        assert tool.what.endswith(".")
        (definition,) = (each for each in tool.schema()["$defs"].values() if each["title"] == tool.parameters.__name__)
        assert all("description" in each or "default" in each for each in definition["properties"].values())


@pytest.mark.parametrize("given", [{}, {"as_at": "yesterday"}, {"as_at": 5}])
def test_what_does_not_fit_is_not_asked(given: dict[str, object], demo: RunningSandbox) -> None:
    tool = next(tool for tool in TOOLS if tool.name == "trial_balance")
    with pytest.raises(msgspec.ValidationError):
        tool.answer(BONDI, gateway_to(demo.url), given)
