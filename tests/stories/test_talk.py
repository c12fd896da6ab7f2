"""People talk about a proposal where its card stands, ask for it elsewhere, and a client is only observed.

The firm is the demo's, but for Thames Studio, for which it only observes. Alice asked for Bondi's amortisation journal,
so Marcus or Priya decide on it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.tieout import ROOT, Tieout, call, eventually, free_ports, json_of, words_of

BONDI_IN_TEAMS = "19:bondi@thread.tacv2"


@pytest.fixture(scope="module")
def tieout(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tieout]:
    home = tmp_path_factory.mktemp("home")
    running = Tieout(home, free_ports(), env={"TIEOUT_FIRM": str(observing_thames(home))}).start()
    call(f"{running.url}/control/pace", {"unlimited": True})
    yield running
    running.stop()


def observing_thames(home: Path) -> Path:
    """The demo firm's file, with Thames Studio in the phase observe."""
    demo = (ROOT / "sandbox" / "demo" / "firm.yml").read_text()
    changed = demo.replace("    name: Thames Studio Ltd\n", "    name: Thames Studio Ltd\n    phase: observe\n")
    assert changed != demo
    (home / "firm.yml").write_text(changed)
    return home / "firm.yml"


def test_for_a_client_that_is_only_observed_the_post_shows_what_would_be_proposed(tieout: Tieout) -> None:
    def shown() -> str | None:
        said = [words_of(each) for each in tieout.slack_messages("C0THAMES") if "bot_id" in each]
        return next((each for each in said if "The firm only observes for Thames Studio Ltd" in each), None)

    assert "that would be made" in eventually("the morning's post", shown)
    assert json_of(tieout.home, "queue", "list", "--client", "thames-studio", "--all")["proposals"] == []
    tieout.slack_says("alice", "C0THAMES", "@Tieout prepare October")
    eventually("the answer to Alice", lambda: "only observes" in words_of(tieout.slack_messages("C0THAMES")[-1]))
    assert json_of(tieout.home, "queue", "list", "--client", "thames-studio", "--all")["proposals"] == []
    log = (tieout.home / "bot.log").read_text()
    assert "error" not in [json.loads(line)["level"] for line in log.splitlines() if line.startswith("{")], log


def proposal(tieout: Tieout) -> dict[str, Any]:
    """Bondi's journal that waits."""
    listed = json_of(tieout.home, "queue", "list", "--client", "bondi-coffee", "--all")["proposals"]
    return dict(next(each for each in listed if each["kind"] == "post_journal"))


def in_slack(tieout: Tieout, proposal_id: str) -> dict[str, Any]:
    """Its card there."""
    cards = (each for each in tieout.slack_messages("C0BONDI") if proposal_id in words_of(each))
    return dict(next(each for each in cards if "thread_ts" not in each))


def in_teams(tieout: Tieout, proposal_id: str) -> dict[str, Any]:
    """Its card there."""
    cards = (each for each in tieout.teams_messages(BONDI_IN_TEAMS) if proposal_id in words_of(each))
    return dict(next(each for each in cards if not each.get("root")))


def test_a_question_and_its_answers_stand_in_both_threads_and_on_both_cards(tieout: Tieout) -> None:
    waiting = eventually("a proposal", lambda: proposal(tieout))
    card = eventually("the card in Slack", lambda: in_slack(tieout, waiting["id"]))
    other = eventually("the card in Teams", lambda: in_teams(tieout, waiting["id"]))
    asked = f"ask {waiting['id'][:10]}: Is this the new policy?"
    tieout.slack_command("marcus", "C0BONDI", asked)

    def below() -> tuple[list[str], list[str]]:
        slack = [words_of(each) for each in tieout.slack_messages("C0BONDI") if each.get("thread_ts") == card["ts"]]
        teams = [words_of(each) for each in tieout.teams_messages(BONDI_IN_TEAMS) if each.get("root") == other["id"]]
        return slack, teams

    eventually("the question in both threads", lambda: all("new policy" in words_of(each) for each in below()))

    answer = {"as": "alice", "channel": "C0BONDI", "text": "No, the one of July.", "thread_ts": card["ts"]}
    call(f"{tieout.url}/page/api/slack/message", answer)
    said = "Alice Nguyen says: No, the one of July."
    eventually("the answer on Slack's card", lambda: said in words_of(in_slack(tieout, waiting["id"])))
    eventually("the answer on Teams' card", lambda: said in words_of(in_teams(tieout, waiting["id"])))
    eventually("the answer in Teams' thread", lambda: "the one of July" in words_of(below()[1]))

    reply = {"as": "priya", "conversation": BONDI_IN_TEAMS, "text": "@Tieout Then it is right.", "root": other["id"]}
    call(f"{tieout.url}/page/api/teams/message", reply)
    eventually("the reply on Slack's card", lambda: "Then it is right." in words_of(in_slack(tieout, waiting["id"])))
    told = [each["text"] for each in json_of(tieout.home, "queue", "show", waiting["id"])["remarks"]]
    assert told == ["Is this the new policy?", "No, the one of July.", "Then it is right."]


def test_a_card_asked_for_in_a_direct_message_decides_and_says_so(tieout: Tieout) -> None:
    waiting = proposal(tieout)
    call(f"{tieout.url}/page/api/slack/message", {"as": "priya", "channel": "dm", "text": f"show {waiting['id'][:8]}"})

    def messages() -> list[dict[str, Any]]:
        return list(call(f"{tieout.url}/page/api/slack/messages?channel=dm&as=priya")["messages"])

    def shown() -> dict[str, Any] | None:
        return next((each for each in messages() if waiting["id"] in words_of(each) and "bot_id" in each), None)

    tieout.slack_click("priya", eventually("the card", shown) | {"channel": "dm"}, "Approve")
    eventually("the word that it is recorded", lambda: "Recorded" in words_of(messages()))
    eventually("the channel's card", lambda: "Approved by Priya" in words_of(in_slack(tieout, waiting["id"])))
