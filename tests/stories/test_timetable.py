"""Every post of the timetable can be sent now from the command line, and says in words where it went."""

from __future__ import annotations

from scheduler.timetable import TIMETABLE
from tests.support.tieout import Tieout, command_line, json_of

SAID = {
    "prepared_journals": "prepared_journals: nothing to post for Thames Studio Ltd.",  # their cards are the post
    "close_readiness": "close_readiness: posted to slack C0THAMES",
    "budget_variance": "budget_variance: posted to teams 19:thames@thread.tacv2",
}


def test_every_post_goes_to_its_clients_channel(tieout: Tieout) -> None:
    assert set(SAID) == {row.name for row in TIMETABLE}
    for name, words in SAID.items():
        answer = json_of(tieout.home, "post", name, "--client", "thames-studio")
        assert words in str(answer), answer


def test_a_client_without_a_budget_is_not_woken(tieout: Tieout) -> None:
    answer = json_of(tieout.home, "post", "budget_variance", "--client", "kauri-export")
    assert "nothing to post for Kauri Export Ltd" in str(answer)


def test_the_journals_of_the_morning_wait_in_the_queue_once(tieout: Tieout) -> None:
    """Posting twice proposes nothing twice."""
    json_of(tieout.home, "post", "prepared_journals", "--client", "thames-studio")
    first = json_of(tieout.home, "queue", "list", "--client", "thames-studio")
    json_of(tieout.home, "post", "prepared_journals", "--client", "thames-studio")
    assert json_of(tieout.home, "queue", "list", "--client", "thames-studio") == first
    assert "post_journal" in str(first)


def test_an_unknown_post_is_refused_with_the_known_ones(tieout: Tieout) -> None:
    done = command_line(tieout.home, "post", "coffee_break", "--client", "thames-studio")
    assert done.returncode == 2
    assert all(row.name in done.stdout + done.stderr for row in TIMETABLE)
