"""Once a day the audit's head goes into a file and into the firm's own channels."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from sqlalchemy import select

from approvals import proof
from books.clock import Clock
from books.firm import Firm, read_firm_file
from books.refusal import Refusal
from books.store import Store
from bot.card import Card
from bot.courier import Courier
from bot.surface import MessageRef, Place
from scheduler.slots import SlotRow
from scheduler.sweeps import anchor
from tests.approvals.test_audit import tamper, write

FIRM = replace(read_firm_file(Path("sandbox/demo/firm.yml")), channels={"slack": "C0FIRM", "teams": "19:firm"})


@dataclass
class Wall:
    """A chat platform that keeps what is pinned to it."""

    platform: str
    is_down: bool = False
    pinned: list[tuple[str, str]] = field(default_factory=list)

    def post(self, place: Place, card: Card) -> MessageRef:
        if self.is_down:
            raise Refusal("The platform is down.", next_step="Wait.", code="down")
        self.pinned.append((place.channel, card.summary))
        return MessageRef(self.platform, place.channel, str(len(self.pinned)))

    def update(self, ref: MessageRef, card: Card) -> MessageRef | None:
        raise AssertionError("an anchor is never redrawn")

    def reply(self, ref: MessageRef, card: Card) -> None:
        raise AssertionError("nobody speaks below an anchor")


class Days(Clock):
    """A clock that a test moves by days."""

    moment = dt.datetime(2026, 11, 5, 9, 0, tzinfo=dt.UTC)

    def now(self) -> dt.datetime:
        return self.moment


class Morning:
    """The sweep over a chain of three rows, with a wall on each platform."""

    def __init__(self, store: Store, home: Path, firm: Firm = FIRM) -> None:
        self.store, self.file = store, home / anchor.FILE
        self.walls = {"slack": Wall("slack"), "teams": Wall("teams")}
        courier = Courier(store, Days(), surfaces=self.walls, read=_none, draw=_none)
        self.sweep = anchor.sweep(store, Days(), home, courier, lambda: firm)
        for number in range(1, 4):
            write(store, number)

    def outcome(self) -> str:
        with self.store.reading() as session:
            return session.scalars(select(SlotRow.outcome)).one()


def _none(_shown: object) -> Any:
    raise AssertionError("an anchor is about no proposal")


def test_the_head_is_told_in_each_of_the_firms_channels_once_a_day(stores: Store, tmp_path: Path) -> None:
    """What people read is what the file says, and holds when it is checked against the chain."""
    morning = Morning(stores, tmp_path)
    morning.sweep()
    morning.sweep()
    (kept,) = proof.read_anchors(morning.file)
    assert kept.seq == 3
    (slack,), (teams,) = (wall.pinned for wall in morning.walls.values())
    assert (slack[0], teams[0]) == ("C0FIRM", "19:firm")
    assert slack[1] == teams[1] == f"The audit, anchored. {kept.words}"
    assert proof.Anchor.of(slack[1]).hash == kept.hash
    assert proof.check_anchors(stores, morning.file, told=[proof.Anchor.of(slack[1])]).holds


def test_a_platform_that_is_down_keeps_nobody_from_anchoring(stores: Store, tmp_path: Path) -> None:
    """The file and the other channel have it, and the sweep's outcome says where it is missing."""
    morning = Morning(stores, tmp_path)
    morning.walls["slack"].is_down = True
    morning.sweep()
    assert len(proof.read_anchors(morning.file)) == len(morning.walls["teams"].pinned) == 1
    assert morning.outcome().endswith("; not posted in slack: The platform is down.")


def test_a_chain_that_does_not_hold_gets_no_anchor_and_the_channel_hears_of_it(stores: Store, tmp_path: Path) -> None:
    """Row 2 was changed overnight."""
    morning = Morning(stores, tmp_path)
    tamper(stores, "UPDATE audit SET who = 'nobody' WHERE seq = 2")
    morning.sweep()
    assert proof.read_anchors(morning.file) == ()
    ((_, said),) = morning.walls["slack"].pinned
    assert said.startswith("The audit was not anchored. The audit does not hold: Row 2 was changed")


def test_a_firm_without_channels_of_its_own_has_the_file(stores: Store, tmp_path: Path) -> None:
    """Nothing is posted anywhere, least of all where a client's people read."""
    morning = Morning(stores, tmp_path, replace(FIRM, channels={}))
    morning.sweep()
    assert len(proof.read_anchors(morning.file)) == 1
    assert not any(wall.pinned for wall in morning.walls.values())
