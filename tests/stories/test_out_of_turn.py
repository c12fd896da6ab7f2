"""A scheduled post sent out of turn by a command in chat; who asks for journals to be prepared cannot approve them."""

from __future__ import annotations

from tests.support.tieout import Tieout, eventually, json_of, words_of


def test_the_digest_is_sent_now(tieout: Tieout) -> None:
    before = _digests(tieout)
    tieout.slack_command("alice", "C0KAURI", "post close_readiness")
    eventually("one more digest", lambda: _digests(tieout) > before)


def test_an_approver_who_had_journals_prepared_may_not_approve_them(tieout: Tieout) -> None:
    waiting = eventually("this morning's proposals", lambda: _waiting(tieout))
    for proposal in waiting:
        json_of(tieout.home, "queue", "reject", proposal["id"], "--as", "priya", "--reason", "Prepare it again.")
    tieout.slack_command("marcus", "C0KAURI", "post prepared_journals kauri")
    again = eventually("new proposals", lambda: _waiting(tieout))
    assert {each["preparer"] for each in again} == {"marcus"}
    card = eventually("the card", lambda: _card(tieout, again[0]["id"]))
    tieout.slack_click("marcus", card, "Approve")
    eventually("a refusal", lambda: "prepare" in words_of(tieout.slack_ephemerals("marcus")))
    assert json_of(tieout.home, "queue", "show", again[0]["id"])["status"] == "proposed"


def test_a_viewer_prepares_nothing(tieout: Tieout) -> None:
    tieout.slack_command("tom", "C0KAURI", "post prepared_journals")
    eventually("a refusal", lambda: "viewer" in words_of(tieout.slack_ephemerals("tom")))


def _digests(tieout: Tieout) -> int:
    return sum("is not ready" in each["text"] for each in tieout.slack_messages("C0KAURI"))


def _waiting(tieout: Tieout) -> list[dict[str, str]]:
    return list(json_of(tieout.home, "queue", "list", "--client", "kauri-export")["proposals"])


def _card(tieout: Tieout, proposal_id: str) -> dict[str, object] | None:
    return next((each for each in tieout.slack_messages("C0KAURI") if proposal_id in words_of(each)), None)


def test_a_stop_in_the_channel_is_for_its_client_and_a_partner_lifts_it(tieout: Tieout) -> None:
    tieout.slack_command("alice", "C0KAURI", "stop these journals look odd")
    eventually("the stop", lambda: _told(tieout, "Writing is stopped for Kauri Export Ltd by Alice Nguyen"))
    tieout.slack_command("marcus", "C0KAURI", "lift they are right")
    eventually("a refusal", lambda: "may not lift" in words_of(tieout.slack_ephemerals("marcus")))
    tieout.slack_command("priya", "C0KAURI", "lift they are right")
    eventually("the lift", lambda: _told(tieout, "Lifted"))


def _told(tieout: Tieout, words: str) -> bool:
    return any(words in words_of(each) for each in tieout.slack_messages("C0KAURI"))
