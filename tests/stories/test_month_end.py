"""A month-end close, lived through: ask, see what blocks, approve the missing journal, find it in Xero, prove it.

The books are the demo's: Bondi Coffee Roasters paid its insurance in advance; the amortisation journals stop in
September. Alice prepares, Priya is the partner, Marcus the manager, Tom sees another client only.
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.tieout import Tieout, eventually, json_of, words_of

BONDI = "0b0d1c0f-0000-4000-8000-00000000a001"
BONDI_IN_TEAMS = "19:bondi@thread.tacv2"
THAMES_IN_TEAMS = "19:thames@thread.tacv2"


def amortisation(tieout: Tieout) -> dict[str, Any]:
    """The proposal of Bondi's missing amortisation journal."""
    proposals = json_of(tieout.home, "queue", "list", "--client", "bondi-coffee", "--all")["proposals"]
    return dict(next(each for each in proposals if each["kind"] == "post_journal"))


def slack_card(tieout: Tieout, proposal_id: str) -> dict[str, Any]:
    """The proposal's card in Bondi's Slack channel."""

    def look() -> dict[str, Any] | None:
        cards = [each for each in tieout.slack_messages("C0BONDI") if proposal_id in words_of(each)]
        return cards[0] if cards else None

    return eventually("the card is in Slack", look)


def test_1_the_accountant_asks_and_gets_the_verdict_with_its_blockers(tieout: Tieout) -> None:
    tieout.slack_says("alice", "C0BONDI", "@Tieout Is Bondi ready to close October?")

    def answered() -> str | None:
        said = [words_of(each) for each in tieout.slack_messages("C0BONDI") if "bot_id" in each]
        verdicts = [each for each in said if "October 2026 is not ready" in each]
        return verdicts[1] if len(verdicts) > 1 else None  # the first is this morning's digest

    answer = eventually("the verdict", answered)
    assert "/go/organisationlogin/default.aspx?shortcode=" in answer


def test_2_the_missing_journal_waits_in_slack_and_in_teams(tieout: Tieout) -> None:
    proposal = eventually("a proposal", lambda: amortisation(tieout))
    card = slack_card(tieout, proposal["id"])
    assert {"Approve", "Reject…"} <= set(_labels(card))
    assert "Balances at 31 Oct 2026, before and after" in words_of(card)
    eventually("the Teams copy", lambda: proposal["id"] in words_of(tieout.teams_messages(BONDI_IN_TEAMS)))


def test_3_the_accountant_may_not_approve_it(tieout: Tieout) -> None:
    proposal = amortisation(tieout)
    tieout.slack_click("alice", slack_card(tieout, proposal["id"]), "Approve")
    eventually("a refusal for Alice only", lambda: "you are a preparer" in words_of(tieout.slack_ephemerals("alice")))
    assert amortisation(tieout)["status"] == "proposed"
    assert tieout.journals(BONDI, proposal["mark"]) == []


def test_4_the_partner_approves_and_every_copy_changes(tieout: Tieout) -> None:
    proposal = amortisation(tieout)
    tieout.slack_click("priya", slack_card(tieout, proposal["id"]), "Approve")
    eventually("the posted journal", lambda: tieout.journals(BONDI, proposal["mark"]))
    eventually("Slack's copy", lambda: "Approved by Priya Sharma" in words_of(slack_card(tieout, proposal["id"])))
    eventually(
        "the Teams copy",
        lambda: "Approved by Priya Sharma" in words_of(tieout.teams_messages(BONDI_IN_TEAMS)),
    )
    assert "Approve" not in _labels(slack_card(tieout, proposal["id"]))


def test_5_what_was_posted_is_exactly_what_was_shown_and_only_once(tieout: Tieout) -> None:
    proposal = eventually("posted", lambda: _posted(tieout))
    (journal,) = tieout.journals(BONDI, proposal["mark"])
    shown = {(line["account_code"], float(line["amount"])) for line in proposal["payload"]["lines"]}
    assert {(line["AccountCode"], line["LineAmount"]) for line in journal["JournalLines"]} == shown
    assert journal["Status"] == "POSTED"


def test_6_the_chain_of_proof_holds(tieout: Tieout) -> None:
    report = json_of(tieout.home, "audit", "verify")
    assert report["holds"]
    assert report["rows"] >= 3


def test_7_the_manager_finds_the_variance_alert_in_teams(tieout: Tieout) -> None:
    alert = eventually("the alert", lambda: words_of(tieout.teams_messages(THAMES_IN_TEAMS)))
    assert "budget" in alert


@pytest.mark.parametrize("member", ["alice", "priya"])
def test_8_the_question_is_answered_on_the_command_line_too(tieout: Tieout, member: str) -> None:
    answer = json_of(tieout.home, "ask", "--client", "Bondi", "--as", member, "Is it ready to close October?")
    assert answer["skill"] == "close_readiness"
    assert answer["ready"] is False
    assert answer["findings"]


def _posted(tieout: Tieout) -> dict[str, Any] | None:
    proposal = amortisation(tieout)
    return proposal if proposal["status"] == "posted" else None


def _labels(card: dict[str, Any]) -> list[str]:
    elements = [element for block in card.get("blocks", []) for element in block.get("elements", [])]
    return [each["text"]["text"] for each in elements if isinstance(each.get("text"), dict)]
