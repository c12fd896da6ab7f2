"""Every command's JSON is what docs/cli.md promises, and every command explains itself."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.support.tieout import ROOT, Tieout, command_line, eventually, json_of

COMMANDS = (
    "run",
    "sandbox",
    "ask",
    "skill",
    "queue",
    "automation",
    "post",
    "audit",
    "stop",
    "lift",
    "connect",
    "xero",
    "keys",
    "statement",
    "rules",
    "doctor",
)
SKILLS = ("close_readiness", "prepayments", "lock_period", "budget_variance", "reconciliation")


def schemas() -> dict[str, Any]:
    """The schemas of docs/cli.md by heading."""
    text = (ROOT / "docs/cli.md").read_text()
    found = re.findall(r"^### (.+?)\n.*?```json\n(.*?)```", text, re.MULTILINE | re.DOTALL)
    return {heading: json.loads(schema) for heading, schema in found}


def holds(content: Any, heading: str) -> None:
    """The content is what that heading promises."""
    jsonschema.validate(content, schemas()[heading])


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_and_json(command: str) -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "app.py"), command, "--help"], capture_output=True, text=True, check=True
    )
    assert "--json" in done.stdout
    assert f"`{command}" in (ROOT / "docs/cli.md").read_text()


def test_help_imports_nothing_but_the_standard_library() -> None:
    code = "import sys, app\ntry:\n    app.main(['--help'])\nexcept SystemExit:\n    pass\nprint(sorted(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    heavy = ("sqlalchemy", "aiohttp", "slack_bolt", "botbuilder", "xero_python", "langchain", "openai", "msgspec")
    assert not [name for name in heavy if f"'{name}'" in done.stdout]


@pytest.mark.parametrize("skill", SKILLS)
@pytest.mark.parametrize("client", ["bondi-coffee", "kauri-export", "thames-studio"])
def test_each_skill_answers_in_its_shape(tieout: Tieout, skill: str, client: str) -> None:
    answer = json_of(tieout.home, "skill", skill, "--client", client, "--period", "2026-10")
    holds(answer, "skill prepayments" if skill == "lock_period" else f"skill {skill}")
    if skill == "close_readiness":
        for finding in answer["findings"]:
            holds(finding, "finding")


def test_a_question_is_answered_in_its_shape(tieout: Tieout) -> None:
    holds(json_of(tieout.home, "ask", "--as", "alice", "Is Kauri ready to close October?"), "ask")


def test_the_queue_and_the_chain_answer_in_their_shapes(tieout: Tieout) -> None:
    listed = eventually("proposals", lambda: _waiting(tieout))
    holds(listed, "queue list")
    first = listed["proposals"][0]
    holds(json_of(tieout.home, "queue", "show", first["id"]), "proposal")
    shown = json_of(tieout.home, "queue", "show", first["id"][:10])
    assert {name: shown[name] for name in first} == first
    assert shown["form"]["date"] == first["payload"]["date"], "what may be edited is told by name"
    holds(json_of(tieout.home, "queue", "who", first["id"]), "queue who")
    holds(json_of(tieout.home, "queue", "batches"), "queue batches")
    holds(json_of(tieout.home, "automation", "show"), "automation show")
    holds(json_of(tieout.home, "audit", "verify"), "audit verify")
    holds(json_of(tieout.home, "doctor"), "doctor")
    holds(json_of(tieout.home, "xero", "usage"), "xero usage")
    holds(json_of(tieout.home, "keys", "rotate"), "keys rotate")


def test_a_decision_on_the_command_line_needs_somebody_allowed_and_is_carried_out(tieout: Tieout) -> None:
    proposal = eventually("proposals", lambda: _waiting(tieout))["proposals"][0]
    refused = command_line(tieout.home, "queue", "approve", proposal["id"], "--as", "alice", "--json")
    assert refused.returncode == 2
    holds(json.loads(refused.stdout), "refusal")
    decided = json_of(tieout.home, "queue", "approve", proposal["id"], "--as", "priya")
    holds(decided, "proposal")
    assert decided["status"] == "posted"
    again = command_line(tieout.home, "queue", "approve", proposal["id"], "--as", "priya", "--json")
    assert again.returncode == 2
    assert "approved this" in json.loads(again.stdout)["refused"]["words"]
    assert len(tieout.journals(proposal["organisation"], proposal["mark"])) == 1


def test_a_stop_halts_what_is_approved_until_a_partner_lifts_it(tieout: Tieout) -> None:
    proposal = eventually("proposals", lambda: _waiting(tieout))["proposals"][0]
    holds(json_of(tieout.home, "stop", "--why", "The bank called.", "--as", "alice"), "stop")
    stopped = json_of(tieout.home, "queue", "approve", proposal["id"], "--as", "priya")
    assert stopped["status"] == "approved"
    assert tieout.journals(proposal["organisation"], proposal["mark"]) == []
    refused = command_line(tieout.home, "lift", "--why", "All is well.", "--as", "alice", "--json")
    assert refused.returncode == 2
    assert json_of(tieout.home, "lift", "--why", "All is well.", "--as", "priya") == {"standing": []}
    eventually("posted", lambda: tieout.journals(proposal["organisation"], proposal["mark"]))
    told = json_of(tieout.home, "audit", "show", proposal["id"])
    holds(told, "audit show")
    assert {"proposed", "approved"} <= {each["what"] for each in told["story"]}


def test_a_statement_is_read_or_refused_in_words(tmp_path: Path) -> None:
    file = tmp_path / "october.csv"
    file.write_text("Date,Description,Amount,Balance\n30/10/2026,Rent,-10.00,90.00\n31/10/2026,Sale,5.00,95.00\n")
    answer = json_of(tmp_path, "statement", "read", str(file), "--currency", "aud")
    holds(answer, "statement read")
    (read,) = answer["statements"]
    assert (read["opening"]["amount"], read["closing"]["amount"], read["tie_out"]["holds"]) == ("100.00", "95.00", True)
    refused = command_line(tmp_path, "statement", "read", str(file), "--json")
    assert refused.returncode == 2
    assert json.loads(refused.stdout)["refused"]["code"] == "ask_currency"
    assert command_line(tmp_path, "statement", "read", str(tmp_path / "none.csv")).returncode == 2


def test_written_rules_are_listed_tried_and_switched(tieout: Tieout) -> None:
    """Bondi's bank takes a fee each month: the rule would have coded all 24 as people did, and is then switched off."""
    file = tieout.home / "rules" / "bondi-coffee.yml"
    about = ("--client", "bondi-coffee")
    assert command_line(tieout.home, "rules", "test", *about, "--json").returncode == 2, "there is no file yet"
    file.parent.mkdir()
    body = "when: {payer_is: Southbank, money: out}, then: {account: 404, tax: EXEMPTEXPENSES}"
    file.write_text(f"version: 1\nrules:\n  - {{id: fees, name: Fees, priority: 1, {body}}} # monthly\n")
    holds(json_of(tieout.home, "rules", "list", *about), "rules list")
    tried = json_of(tieout.home, "rules", "test", "fees", *about)
    holds(tried, "rules test")
    assert [(each["would_have_coded"], each["differently"]) for each in tried["tests"]] == [(24, 0)]
    refused = command_line(tieout.home, "rules", "off", "fees", *about, "--as", "alice", "--json")
    assert (refused.returncode, json.loads(refused.stdout)["refused"]["code"]) == (2, "not_allowed")
    holds(json_of(tieout.home, "rules", "off", "fees", *about, "--as", "marcus"), "rules on")
    assert "{id: fees, off: true, name: Fees" in file.read_text()
    assert file.read_text().endswith("# monthly\n")


def test_a_rejection_keeps_its_reason(tieout: Tieout) -> None:
    proposal = eventually("proposals", lambda: _waiting(tieout))["proposals"][0]
    rejected = json_of(tieout.home, "queue", "reject", proposal["id"], "--as", "priya", "--reason", "Next month.")
    assert (rejected["status"], rejected["reason"]) == ("rejected", "Next month.")


def test_a_post_is_sent_now(tieout: Tieout) -> None:
    holds(json_of(tieout.home, "post", "close_readiness", "--client", "bondi-coffee"), "post")


def _waiting(tieout: Tieout) -> dict[str, Any] | None:
    listed = json_of(tieout.home, "queue", "list")
    return listed if listed["proposals"] else None
