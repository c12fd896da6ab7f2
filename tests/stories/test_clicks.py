"""Two members click at once, one clicks twice, an old card is clicked: one posting, clear words for the others."""

from __future__ import annotations

import threading
import urllib.error
from collections.abc import Callable
from typing import Any

from tests.support.tieout import Tieout, call, eventually, json_of, words_of

THAMES = "0b0d1c0f-0000-4000-8000-00000000a003"
IN_TEAMS = "19:thames@thread.tacv2"
TENANT = "7e0c0000-0000-4000-8000-00000000f17e"
PRIYA, MARCUS = 2, 3  # the last digit of their ids in Entra


def waiting(tieout: Tieout) -> list[dict[str, Any]]:
    """Thames Studio's journals that wait for a decision."""
    return list(json_of(tieout.home, "queue", "list", "--client", "thames-studio")["proposals"])


def shown_in_slack(tieout: Tieout, proposal_id: str) -> dict[str, Any] | None:
    """The proposal's card in Slack."""
    return next((each for each in tieout.slack_messages("C0THAMES") if proposal_id in words_of(each)), None)


def shown_in_teams(tieout: Tieout, proposal_id: str) -> dict[str, Any] | None:
    """The proposal's card in Teams."""
    return next((each for each in tieout.teams_messages(IN_TEAMS) if proposal_id in words_of(each)), None)


def press_in_teams(tieout: Tieout, member: int, verb: str, proposal: dict[str, Any], **more: str) -> str:
    """A member presses a button of a copy that Teams has not refreshed yet, as Teams tells the bot; the answer."""
    channel = {"id": IN_TEAMS, "conversationType": "channel", "isGroup": True, "tenantId": TENANT}
    content = {"subject": proposal["id"], "digest": proposal["digest"]} | more
    invoke = {
        "type": "invoke",
        "name": "adaptiveCard/action",
        "id": "f:1",
        "channelId": "msteams",
        "serviceUrl": f"{tieout.url}/teams/",
        "from": {"id": f"29:{member}", "aadObjectId": f"aad00000-0000-4000-8000-00000000000{member}"},
        "conversation": channel,
        "recipient": {"id": "28:tieout-sandbox"},
        "channelData": {"tenant": {"id": TENANT}, "channel": {"id": IN_TEAMS}},
        "value": {"action": {"type": "Action.Execute", "verb": verb, "data": content}, "trigger": "manual"},
    }
    return words_of(call(f"http://127.0.0.1:{tieout.port + 1}/api/messages", invoke))


def all_at_once(acts: list[Callable[[], object]]) -> None:
    """Runs the acts at the same moment."""
    start = threading.Barrier(len(acts))

    def run(act: Callable[[], object]) -> None:
        start.wait()
        try:
            act()
        except urllib.error.HTTPError:
            return  # the button was gone from the card before this click

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for each in threads:
        each.start()
    for each in threads:
        each.join()


def test_two_partners_in_two_platforms_and_one_of_them_twice(tieout: Tieout) -> None:
    proposal = eventually("a proposal", lambda: waiting(tieout))[0]
    in_slack = eventually("the Slack copy", lambda: shown_in_slack(tieout, proposal["id"]))
    eventually("the Teams copy", lambda: shown_in_teams(tieout, proposal["id"]))
    all_at_once(
        [
            lambda: tieout.slack_click("priya", in_slack, "Approve"),
            lambda: tieout.slack_click("priya", in_slack, "Approve"),
            lambda: tieout.slack_click("marcus", in_slack, "Approve"),
            lambda: press_in_teams(tieout, MARCUS, "approve", proposal),
        ]
    )
    eventually("posted", lambda: tieout.journals(THAMES, proposal["mark"]))
    eventually("both copies changed", lambda: _both_say(tieout, proposal["id"], "Approved by"))
    assert len(tieout.journals(THAMES, proposal["mark"])) == 1
    decided = json_of(tieout.home, "queue", "show", proposal["id"])
    assert decided["status"] == "posted"
    assert decided["decided_by"] in ("priya", "marcus")


def test_an_old_card_that_is_clicked_says_who_decided_and_does_nothing(tieout: Tieout) -> None:
    listed = json_of(tieout.home, "queue", "list", "--client", "thames-studio", "--all")["proposals"]
    proposal = next(each for each in listed if each["status"] == "posted")
    other = MARCUS if proposal["decided_by"] == "priya" else PRIYA
    said = press_in_teams(tieout, other, "approve", proposal)
    assert "approved this" in said
    assert len(tieout.journals(THAMES, proposal["mark"])) == 1


def test_a_click_bound_to_other_content_is_stale(tieout: Tieout) -> None:
    proposal = eventually("a proposal", lambda: waiting(tieout))[0]
    said = press_in_teams(tieout, PRIYA, "approve", proposal | {"digest": "0" * 64})
    assert "Approved" not in said
    assert json_of(tieout.home, "queue", "show", proposal["id"])["status"] == "proposed"


def test_a_rejection_asks_for_a_reason_and_keeps_it(tieout: Tieout) -> None:
    proposal = eventually("a proposal", lambda: waiting(tieout))[0]
    eventually("the Teams copy", lambda: shown_in_teams(tieout, proposal["id"]))
    without = press_in_teams(tieout, PRIYA, "reject", proposal)
    assert "why" in without.lower()
    press_in_teams(tieout, PRIYA, "reject", proposal, field="words_2", words_2="Cancelled by the insurer.")
    eventually("both copies changed", lambda: _both_say(tieout, proposal["id"], "Cancelled by the insurer."))
    assert tieout.journals(THAMES, proposal["mark"]) == []


def _both_say(tieout: Tieout, proposal_id: str, words: str) -> bool:
    copies = (shown_in_slack(tieout, proposal_id), shown_in_teams(tieout, proposal_id))
    return all(words in words_of(each) for each in copies)
