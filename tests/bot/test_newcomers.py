"""Somebody whom nobody knows writes: the administrators are asked once, and their word binds, refuses and unbinds."""

from __future__ import annotations

import argparse
import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from approvals import audit
from books.firm import Member, read_firm_file, save_firm
from books.refusal import Refusal
from books.store import Store
from bot.card import Buttons, Card, Facts
from bot.courier import Courier
from bot.directory import Directory
from bot.newcomers import Newcomers
from bot.surface import MessageRef, Place, Press, Speaker
from scheduler.commands.people import member_named
from scheduler.settings import settings_from
from tests.bot.test_directory import StoppedClock

DEMO = read_firm_file(Path("sandbox/demo/firm.yml"))
NOOR = Member(id="noor", name="Noor Aziz", role="approver", email="noor@harbourfinch.example")
FIRM = replace(DEMO, members=(*DEMO.members, NOOR))
WRITER = Speaker("slack", "T0TIEOUT", "U0NEW", name="Noor Aziz", email="noor@harbourfinch.example")


class Wall:
    """Slack, as far as cards are sent to people."""

    platform = "slack"

    def __init__(self) -> None:
        self.sent: list[tuple[str, Card]] = []
        self.is_down = False

    def post(self, place: Place, card: Card) -> MessageRef:
        if self.is_down:
            raise Refusal("Slack is down.", next_step="Wait.", code="down")
        self.sent.append((place.channel, card))
        return MessageRef("slack", place.channel, str(len(self.sent)))

    def update(self, ref: MessageRef, card: Card) -> MessageRef | None:
        raise AssertionError("nothing is redrawn")

    def reply(self, ref: MessageRef, card: Card) -> None:
        raise AssertionError("nothing is said in a thread")


class Door:
    """The directory with the newcomers behind it, and Dana, who administers."""

    def __init__(self, store: Store) -> None:
        self.store, self.wall, clock = store, Wall(), StoppedClock()
        with store.transaction() as session:
            save_firm(session, FIRM)
        self.directory = Directory(store, clock)
        courier = Courier(store, clock, surfaces={"slack": self.wall}, read=_none, draw=_none)
        self.newcomers = Newcomers(store, clock, courier)
        self.directory.unknown = self.newcomers.unknown

    def press(self, label: str, by: str = "dana") -> Card:
        """A member presses a button of the last card."""
        buttons = [each for part in self.wall.sent[-1][1].parts if isinstance(part, Buttons) for each in part.buttons]
        (button,) = [each for each in buttons if each.label == label]
        press = Press(Speaker("slack", "T0TIEOUT", "U0DANA"), "D0DANA", button.act, button.subject)
        return self.newcomers.press(FIRM.member(by), press, "slack:D0DANA")


def _none(_given: object) -> Any:
    raise AssertionError("there is no proposal here")


@pytest.fixture
def door(stores: Store) -> Door:
    return Door(stores)


def refused(what: Callable[[], object]) -> Refusal:
    with pytest.raises(Refusal) as refusal:
        what()
    return refusal.value


def test_the_administrator_is_asked_once_a_day(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten messages, one card, sent to Dana alone; the next day another one."""
    for _ in range(10):
        said = refused(lambda: door.directory.member(WRITER))
        assert said.code == "not_a_member"
        assert said.words.endswith("I asked an administrator.")
    ((to, card),) = door.wall.sent
    assert to == "U0DANA"
    (facts,) = [part.facts for part in card.parts if isinstance(part, Facts)]
    assert dict(facts)["User id"] == "U0NEW"
    assert dict(facts)["Confirmed e-mail"] == "noor@harbourfinch.example"
    monkeypatch.setattr(StoppedClock, "moment", StoppedClock.moment + dt.timedelta(days=1))
    refused(lambda: door.directory.member(WRITER))
    assert len(door.wall.sent) == 2


def test_a_name_and_an_address_bind_nobody(door: Door) -> None:
    """Noor's own name and confirmed address: without the administrator's word the user is nobody."""
    refused(lambda: door.directory.member(WRITER))
    assert refused(lambda: door.directory.member(WRITER)).code == "not_a_member"


def test_a_confirmed_user_is_the_member_at_the_next_word_and_not_after_unbinding(door: Door) -> None:
    """Bound, at work, unbound, unknown; the audit tells each with what was before and after."""
    refused(lambda: door.directory.member(WRITER))
    door.press("This is Noor Aziz")
    assert door.directory.member(WRITER).id == "noor"
    assert refused(lambda: door.directory.member(replace(WRITER, workspace="T0OTHER"))).code == "not_a_member"
    door.newcomers.unbind(FIRM.member("dana"), " Noor ", "slack:D0DANA")
    assert refused(lambda: door.directory.member(WRITER)).code == "not_a_member"
    bound, unbound = audit.story_of_member(door.store, "noor")
    identity = {"member": "noor", "platform": "slack", "workspace": "T0TIEOUT", "user": "U0NEW"}
    assert (bound.what, bound.who, bound.before, bound.after) == ("bound", "dana", {}, identity)
    assert (unbound.what, unbound.who, unbound.before, unbound.after) == ("unbound", "dana", identity, {})
    assert audit.verify(door.store).holds


def test_who_was_turned_away_is_not_asked_about_again(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    """The next day too."""
    refused(lambda: door.directory.member(WRITER))
    door.press("Refuse")
    monkeypatch.setattr(StoppedClock, "moment", StoppedClock.moment + dt.timedelta(days=3))
    assert refused(lambda: door.directory.member(WRITER)).code == "turned_away"
    assert len(door.wall.sent) == 1
    assert [row.what for row in audit.story_of_member(door.store, "dana")] == ["binding_refused"]


@pytest.mark.parametrize("who", ["priya", "marcus", "alice", "tom", "noor"])
def test_only_an_administrator_says_who_is_who(door: Door, who: str) -> None:
    """Not even a partner, where the firm has an administrator."""
    refused(lambda: door.directory.member(WRITER))
    for label in ("This is Noor Aziz", "Refuse"):
        assert refused(lambda label=label: door.press(label, by=who)).code == "not_administrator"  # type: ignore[misc]
    assert refused(lambda: door.newcomers.unbind(FIRM.member(who), "noor", "cli")).code == "not_administrator"
    assert refused(lambda: door.directory.member(WRITER)).code == "not_a_member"


def test_a_guest_is_never_asked_about_and_never_bound(door: Door) -> None:
    """Guests, bots and people of other organisations; also when the user was a member until yesterday."""
    stranger = replace(WRITER, stranger=True)
    assert refused(lambda: door.directory.member(stranger)).code == "stranger"
    assert door.wall.sent == []
    refused(lambda: door.directory.member(WRITER))
    door.press("This is Noor Aziz")
    assert refused(lambda: door.directory.member(stranger)).code == "stranger"


def test_a_forged_button_binds_nobody_who_never_wrote(door: Door) -> None:
    """The id in the button is made up."""
    press = Press(Speaker("slack", "T0TIEOUT", "U0DANA"), "D0DANA", "bind", "slack|T0TIEOUT|U0MADEUP|priya")
    assert refused(lambda: door.newcomers.press(FIRM.member("dana"), press, "slack")).code == "never_wrote"


def test_firm_yml_comes_first_and_a_member_taken_out_is_nobody(door: Door) -> None:
    """What the file says of a user stands; a binding to somebody who left is worth nothing."""
    refused(lambda: door.directory.member(WRITER))
    door.press("This is Noor Aziz")
    with door.store.transaction() as session:
        save_firm(session, DEMO)
    assert refused(lambda: door.directory.member(WRITER)).code == "not_a_member"
    assert refused(lambda: door.newcomers.unbind(FIRM.member("dana"), "alice", "cli")).code == "not_bound"
    assert door.directory.member(Speaker("slack", "T0TIEOUT", "U0ALICE")).id == "alice"


def test_when_no_administrator_can_be_reached_it_does_not_say_that_one_was_asked(door: Door) -> None:
    """Slack is down: the words say what to do instead."""
    door.wall.is_down = True
    for _ in range(2):
        said = refused(lambda: door.directory.member(WRITER))
        assert said.words == "I do not know you as a member of the firm yet."
        assert "firm.yml" in said.next_step
    door.wall.is_down = False
    assert refused(lambda: door.directory.member(WRITER)).words.endswith("I asked an administrator.")


def test_nobody_is_anybody_else_outside_the_sandbox(door: Door, tmp_path: Path) -> None:
    """Settings as in real life: no local chat whose page acts as anybody, and `--as` takes a code from that member."""
    real = {
        "XERO_CLIENT_ID": "A1B2C3D4E5F6A1B2C3D4E5F6A1B2C3D4",
        "XERO_CLIENT_SECRET": "s",
        "TIEOUT_HOME": str(tmp_path),
    }
    chats: tuple[dict[str, str], ...] = ({}, {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1"})
    for chat in chats:
        settings = settings_from(real | chat, tmp_path)
        assert not settings.xero_is_sandbox
        assert not settings.chat_is_sandbox
        asked = argparse.Namespace(as_member="priya", code=None)
        said = refused(
            lambda settings=settings, asked=asked: member_named(  # type: ignore[misc]
                door.directory, asked, in_sandbox=settings.xero_is_sandbox
            )
        )
        assert said.code == "code_needed"
    code = door.directory.give_code(FIRM.member("alice"))
    forged = argparse.Namespace(as_member="priya", code=code)
    assert refused(lambda: member_named(door.directory, forged, in_sandbox=False)).code == "wrong_code"
