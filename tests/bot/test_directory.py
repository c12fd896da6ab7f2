"""Who is speaking: a member of the firm, somebody nobody knows, or a stranger."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from books.clock import Clock
from books.firm import load_firm, read_firm_file, save_firm
from books.refusal import Refusal
from books.store import Store
from bot.directory import Directory
from bot.surface import Speaker

FIRM = read_firm_file(Path("sandbox/demo/firm.yml"))
ALICE = Speaker("slack", "T0TIEOUT", "U0ALICE")
TENANT = "7e0c0000-0000-4000-8000-00000000f17e"


class StoppedClock(Clock):
    """A clock whose moment a test moves."""

    moment = dt.datetime(2026, 11, 5, 9, 0, tzinfo=dt.UTC)

    def now(self) -> dt.datetime:
        return self.moment


@pytest.fixture
def directory(stores: Store) -> Directory:
    with stores.transaction() as session:
        save_firm(session, FIRM)
    return Directory(stores, StoppedClock())


def refused(what: Callable[[], object]) -> str:
    with pytest.raises(Refusal) as refusal:
        what()
    assert refusal.value.next_step
    return refusal.value.code


def test_the_same_person_is_known_in_slack_and_in_teams(directory: Directory) -> None:
    in_teams = Speaker("teams", TENANT, "aad00000-0000-4000-8000-000000000001")
    assert directory.member(ALICE).id == directory.member(in_teams).id == "alice"


def test_the_user_id_of_another_workspace_is_somebody_else(directory: Directory) -> None:
    assert refused(lambda: directory.member(Speaker("slack", "T0OTHER", "U0ALICE"))) == "not_a_member"
    assert refused(lambda: directory.member(Speaker("teams", TENANT, "U0ALICE"))) == "not_a_member"


def test_a_guest_is_turned_away_even_with_a_known_id(directory: Directory) -> None:
    assert refused(lambda: directory.member(replace(ALICE, stranger=True))) == "stranger"


def test_a_member_taken_out_of_the_firm_is_unknown_at_the_next_word(directory: Directory, stores: Store) -> None:
    with stores.transaction() as session:
        firm = load_firm(session)
        save_firm(session, replace(firm, members=tuple(each for each in firm.members if each.id != "alice")))
    assert refused(lambda: directory.member(ALICE)) == "not_a_member"


def test_a_channel_is_about_one_client(directory: Directory) -> None:
    bondi = directory.client_of_channel("slack", "C0BONDI")
    assert bondi is not None
    assert bondi.id == "bondi-coffee"
    assert directory.client_of_channel("teams", "C0BONDI") is None


def test_tom_sees_one_client_only(directory: Directory) -> None:
    tom = directory.firm().member("tom")
    assert [client.id for client in directory.visible_clients(tom)] == ["kauri-export"]


def test_a_code_proves_a_member_once(directory: Directory) -> None:
    priya = directory.firm().member("priya")
    code = directory.give_code(priya)
    directory.use_code(priya, code)
    assert refused(lambda: directory.use_code(priya, code)) == "wrong_code"


def test_a_code_is_of_no_use_to_another_member(directory: Directory) -> None:
    code = directory.give_code(directory.firm().member("priya"))
    assert refused(lambda: directory.use_code(directory.firm().member("alice"), code)) == "wrong_code"


def test_a_code_is_old_after_five_minutes(directory: Directory, monkeypatch: pytest.MonkeyPatch) -> None:
    priya = directory.firm().member("priya")
    code = directory.give_code(priya)
    monkeypatch.setattr(StoppedClock, "moment", StoppedClock.moment + dt.timedelta(minutes=5, seconds=1))
    assert refused(lambda: directory.use_code(priya, code)) == "wrong_code"


def test_three_wrong_guesses_use_a_code_up(directory: Directory) -> None:
    priya = directory.firm().member("priya")
    code = directory.give_code(priya)
    wrong = f"{(int(code) + 1) % 10**6:06d}"
    for _ in range(3):
        assert refused(lambda: directory.use_code(priya, wrong)) == "wrong_code"
    assert refused(lambda: directory.use_code(priya, code)) == "wrong_code"
