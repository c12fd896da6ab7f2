"""Whose file is it, and for which client: asked before anything is fetched, and again before it is read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from books.clock import Clock
from books.firm import Client, Member, read_firm_file, save_firm
from books.refusal import Refusal
from books.store import Store
from bot.card import Card
from bot.directory import Directory
from bot.intake import Intake
from bot.surface import Dropped, Speaker
from tests.bot.rig import words
from tests.sandbox.slack.rig import FIRM

CSV = b"Date,Amount\n01/10/2026,-12.50\n"
ALICE, PRIYA, TOM = (Speaker("slack", "T0TIEOUT", user) for user in ("U0ALICE", "U0PRIYA", "U0TOM"))
Taken = list[tuple[str, str, str, bytes, str]]


@pytest.fixture
def taken() -> Taken:
    return []


@pytest.fixture
def intake(tmp_path: Path, taken: Taken) -> Iterator[Intake]:
    """Alice prepares, Priya is a partner, Tom a viewer of Kauri alone; Ivan prepares and sees Kauri alone."""
    firm = tmp_path / "firm.yml"
    known = "clients: [kauri-export], slack: {team: T0TIEOUT, user: U0IVAN}"
    ivan = f"  - {{id: ivan, name: Ivan Petrov, role: preparer, {known}}}"
    firm.write_text(FIRM.replace("\nclients:\n", f"\n{ivan}\nclients:\n"))
    store = Store(f"sqlite:///{tmp_path / 'tieout.db'}")
    store.create_tables()
    with store.transaction() as session:
        save_firm(session, read_firm_file(firm))

    def take(member: Member | None, client: Client, name: str, content: bytes, text: str) -> Card:
        taken.append((member.id if member else "", client.id, name, content, text))
        return words("read")

    yield Intake(Directory(store, Clock()), take)
    store.close()


def drop(speaker: Speaker = ALICE, channel: str = "D0ALICE", text: str = "") -> Dropped:
    return Dropped(speaker, channel, "oct.csv", CSV, text, channel.startswith("D"))


def code(intake: Intake, dropped: Dropped) -> str:
    with pytest.raises(Refusal) as no:
        intake.receive(dropped)
    with pytest.raises(Refusal, match=re.escape(no.value.words)):
        intake.admit(dropped)
    return no.value.code


def test_in_a_clients_channel_the_file_is_that_clients(intake: Intake, taken: Taken) -> None:
    answered = intake.receive(drop(channel="C0BONDI", text="October"))
    assert taken == [("alice", "bondi-coffee", "oct.csv", CSV, "October")]
    assert not answered.private


@pytest.mark.parametrize("text", ["Bondi", "the October statement for Bondi Coffee", "bondy coffee", "bondi-coffee"])
def test_elsewhere_the_words_say_whose_it_is(intake: Intake, taken: Taken, text: str) -> None:
    assert not intake.receive(drop(text=text)).private
    assert [each[1] for each in taken] == ["bondi-coffee"]


def test_a_file_for_another_client_than_the_channels_is_answered_in_private(intake: Intake, taken: Taken) -> None:
    assert intake.receive(drop(channel="C0BONDI", text="this one is for Kauri")).private
    assert intake.receive(drop(channel="C0GENERAL", text="Kauri")).private
    assert [each[1] for each in taken] == ["kauri-export", "kauri-export"]


@pytest.mark.parametrize("text", ["ANZ October", "Westpac October", "from the bank", "2026-10"])
def test_the_name_of_a_bank_is_no_clients_name(intake: Intake, taken: Taken, text: str) -> None:
    intake.receive(drop(channel="C0BONDI", text=text))
    assert [each[1] for each in taken] == ["bondi-coffee"]
    assert code(intake, drop(text=text)) == "which_client"


@pytest.mark.parametrize("text", ["bank export", "Kauri"])
def test_words_that_may_be_another_clients_name_are_asked_about_in_a_clients_channel(
    intake: Intake, taken: Taken, text: str
) -> None:
    assert code(intake, drop(channel="C0BONDI", text=text)) == "ambiguous_client"
    assert taken == []


def test_a_client_that_nobody_knows_is_not_filed_under_the_channels(intake: Intake, taken: Taken) -> None:
    assert code(intake, drop(channel="C0BONDI", text="October for Wollongong")) == "unknown_client"
    assert taken == []


def test_whoever_says_nothing_is_told_what_to_say(intake: Intake) -> None:
    with pytest.raises(Refusal, match="which client") as no:
        intake.receive(drop())
    assert no.value.next_step == "Say which client it is for, e.g. “Bondi” with the file."


def test_a_client_one_may_not_see_is_as_unknown_as_one_that_does_not_exist(intake: Intake, taken: Taken) -> None:
    ivan = Speaker("slack", "T0TIEOUT", "U0IVAN")
    assert code(intake, drop(ivan, text="for Bondi")) == "unknown_client"
    assert code(intake, drop(ivan, channel="C0BONDI")) == "which_client"
    intake.receive(drop(ivan, channel="C0KAURI"))
    assert [each[1] for each in taken] == ["kauri-export"]


def test_viewers_guests_and_unknown_people_drop_nothing(intake: Intake, taken: Taken) -> None:
    assert code(intake, drop(TOM, channel="C0KAURI")) == "may_not_drop"
    assert code(intake, drop(Speaker("slack", "T0TIEOUT", "U0ALICE", stranger=True), channel="C0BONDI")) == "stranger"
    assert code(intake, drop(Speaker("slack", "T0OTHER", "U0ALICE"), channel="C0BONDI")) == "not_a_member"
    assert taken == []
