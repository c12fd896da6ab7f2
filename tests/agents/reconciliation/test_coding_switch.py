"""A rule is switched in its file, and every other letter stays as the person wrote it."""

from __future__ import annotations

import pytest

from agents.reconciliation.coding.rules import read_rules, rule_named
from agents.reconciliation.coding.switching import switched
from books.refusal import Refusal

BLOCK = """# Wattle's rules
version: 1
rules:
  - id: fees  # the bank's
    name: Fees
    priority: 1
    when: {payer_is: Southbank}
    then: {account: 404}
"""
LAST = BLOCK.replace(
    "  - id: fees  # the bank's\n    name: Fees\n    priority: 1\n", "  - name: Fees\n    priority: 1\n"
)
BRACES = "when: {payer_is: Sou}, then: {account: 404}"
WRITTEN = {
    "as a block": BLOCK,
    "with Windows' line ends": BLOCK.replace("\n", "\r\n"),
    "off written as false": BLOCK.replace("    name", "    off: false # for now\n    name"),
    "its id at the end": LAST.rstrip("\n") + "\n    id: fees",
    "in braces": "version: 1\nrules: [{id: fees, name: F, priority: 1, " + BRACES + "}] # x\n",
    "in braces over lines": 'version: 1\nrules:\n- {id: "fees",\n   name: F, priority: 1,\n   ' + BRACES + "}\n",
    "after a mark of UTF-8": "\ufeff" + BLOCK,
}


@pytest.mark.parametrize("text", WRITTEN.values(), ids=WRITTEN.keys())
def test_off_and_on_again(text: str) -> None:
    off = switched(text.encode(), "fees", "wattle.yml", off=True)
    assert rule_named(read_rules(off, "wattle.yml"), "fees").off
    on = switched(off, "fees", "wattle.yml", off=False)
    assert not rule_named(read_rules(on, "wattle.yml"), "fees").off
    kept = on.decode().replace(", off: false", "").replace("    off: false\r\n", "").replace("    off: false\n", "")
    assert [each for each in text.lstrip("\ufeff").split() if "off" not in each and each != "false"] == [
        each for each in kept.split() if "off" not in each and each != "false"
    ]
    assert switched(on, "fees", "wattle.yml", off=False) == on


def test_an_unknown_rule_and_a_broken_file_are_refused() -> None:
    with pytest.raises(Refusal, match="no rule “fuel”"):
        switched(BLOCK.encode(), "fuel", "wattle.yml", off=True)
    with pytest.raises(Refusal, match="has a mistake"):
        switched(BLOCK.replace("priority: 1", "priority: x").encode(), "fees", "wattle.yml", off=True)
