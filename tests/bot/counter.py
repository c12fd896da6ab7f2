"""The desk's side of the small practice: its casework before the simulator, and two walls for the chat platforms.

Alice prepares, Marcus approves up to 1,000.00, Priya is a partner, Eve sees another client only.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from decimal import Decimal

import msgspec
import pytest

from agents.assistant import Assistant
from approvals.automatic import Automatic
from approvals.batches import PREFIX, Batches
from approvals.proposal import Proposal
from books.firm import ApprovalRule, Automation, SlackIdentity
from bot.card import Card
from bot.casework import Casework
from bot.courier import Courier
from bot.directory import Directory
from bot.drawing import Drawing, by_id
from bot.errands import Errands
from bot.plain import plain
from bot.surface import MessageRef, Place, Surface
from tests.approvals.practice import FIRM, Practice, journal

CHANNEL = "C0WATTLE"


@dataclass
class Wall:
    """A Slack that remembers what it was given."""

    platform: str = "slack"
    posted: list[tuple[str, Card]] = field(default_factory=list)
    below: list[tuple[str, Card]] = field(default_factory=list)

    def post(self, place: Place, card: Card) -> MessageRef:
        self.posted.append((place.channel, card))
        return MessageRef(self.platform, place.channel, f"m{len(self.posted)}")

    def update(self, ref: MessageRef, card: Card) -> MessageRef | None:
        return None

    def reply(self, ref: MessageRef, card: Card) -> None:
        self.below.append((ref.message, card))

    def told(self, user: str) -> str:
        return "\n".join(plain(card) for channel, card in self.posted if channel == user)


@dataclass
class Counter:
    """The desk's side of the practice: its errands and what the chat platforms were given."""

    practice: Practice
    errands: Errands
    slack: Wall
    teams: Wall
    drawing: Drawing

    def says(self, member: str, words: str) -> str:
        card = self.errands.answer(FIRM.member(member), None, words, "slack:D1")
        return plain(card) if card is not None else ""

    def found(self, *amounts: str, preparer: str | None = None) -> list[Proposal]:
        return [self.practice.submit(journal(each, key=f"w:{n}"), preparer=preparer) for n, each in enumerate(amounts)]


@pytest.fixture
def counter(practice: Practice) -> Counter:
    members = tuple(
        msgspec.structs.replace(each, slack=SlackIdentity(team="T0", user=f"U{each.id.upper()}"))
        for each in FIRM.members
    )
    client = msgspec.structs.replace(FIRM.clients[0], channels={"slack": CHANNEL, "teams": "19:wattle"})
    rule = ApprovalRule(role="approver", limit=Decimal(1000))
    automation = {"post_journal": Automation(below=Decimal(500))}
    practice.firm_becomes(
        replace(FIRM, members=members, clients=(client,), approvals={"post_journal": rule}, automation=automation)
    )
    store, clock, queue = practice.store, practice.clock, practice.queue
    directory, automatic = Directory(store, clock), Automatic(store, clock, practice.gateway)
    batches = Batches(store, clock, queue)
    drawing = Drawing(store, directory, automatic, batches.get)
    slack, teams = Wall(), Wall("teams")
    surfaces: dict[str, Surface] = {"slack": slack, "teams": teams}
    read = by_id(queue.get, batches.get, PREFIX)
    courier = Courier(store, clock, surfaces=surfaces, read=read, draw=drawing.card, state=drawing.state)
    work = Casework(
        store, clock, directory, queue, batches, automatic, courier, lambda _id: None, check_awaiting=queue.get
    )
    return Counter(practice, Errands(work, Assistant(practice.gateway, model=None)), slack, teams, drawing)
