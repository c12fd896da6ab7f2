"""The courier keeps every copy of a proposal's card, in every place, showing the state of now."""

from __future__ import annotations

import datetime as dt
import threading

import msgspec
import pytest

from approvals.proposal import APPROVED, POSTED, PROPOSED, Proposal
from books.clock import Clock
from books.firm import Client
from books.money import Money
from books.refusal import Refusal
from books.store import Store
from bot.card import Card, Heading
from bot.courier import Courier, Shown
from bot.surface import MessageRef, Place

MORNING = dt.datetime(2026, 11, 5, 9, 0, tzinfo=dt.UTC)
BONDI = Client(id="bondi", name="Bondi", organisation="org", channels={"slack": "C0BONDI", "teams": "19:bondi"})


class Wall:
    """A chat platform that keeps what is pinned to it, and may be out of order."""

    def __init__(self, platform: str) -> None:
        self.platform = platform
        self.cards: dict[str, list[str]] = {}
        self.is_down = False

    def post(self, place: Place, card: Card) -> MessageRef:
        self._answer()
        message = f"m{len(self.cards)}"
        self.cards[message] = [card.summary]
        return MessageRef(self.platform, place.channel, message)

    def update(self, ref: MessageRef, card: Card) -> MessageRef | None:
        self._answer()
        self.cards[ref.message].append(card.summary)
        return None

    def reply(self, ref: MessageRef, card: Card) -> None:
        self._answer()
        self.cards[ref.message].append(f"below: {card.summary}")

    def _answer(self) -> None:
        if self.is_down:
            raise Refusal("The platform is down.", next_step="Wait.", code="down")


def _drawn(shown: Shown) -> Card:
    assert isinstance(shown, Proposal)
    return Card(shown.status, (Heading(shown.status),))


class Office:
    """A courier between two walls, and the one proposal that it carries."""

    def __init__(self, store: Store) -> None:
        self.walls = {"slack": Wall("slack"), "teams": Wall("teams")}
        self.proposal = proposal()
        self.courier = Courier(
            store,
            Clock(),
            surfaces=self.walls,
            read=lambda _id: self.proposal,
            draw=_drawn,
        )

    def becomes(self, status: str) -> None:
        self.proposal = msgspec.structs.replace(self.proposal, status=status)

    def shown(self, platform: str) -> list[list[str]]:
        return list(self.walls[platform].cards.values())


def proposal() -> Proposal:
    return Proposal(
        id="p1",
        kind="post_journal",
        organisation="org",
        client="bondi",
        period="2026-10",
        payload={},
        because="",
        amount=Money.of("10.00", "AUD"),
        key="k",
        evidence=(),
        digest="d",
        mark="m",
        preparer="",
        agent="prepayments",
        status=PROPOSED,
        created_at=MORNING,
        expires_at=MORNING,
    )


@pytest.fixture
def office(stores: Store) -> Office:
    return Office(stores)


def test_a_proposal_is_posted_once_to_each_of_the_clients_channels(office: Office) -> None:
    assert len(office.courier.post_proposal(office.proposal, BONDI)) == 2
    assert office.courier.post_proposal(office.proposal, BONDI) == []
    assert office.shown("slack") == office.shown("teams") == [["proposed"]]


def test_what_lacks_a_card_somewhere_is_found_among_many(office: Office) -> None:
    assert office.courier.lacking([office.proposal], lambda _each: BONDI) == [office.proposal]
    office.walls["teams"].is_down = True
    office.courier.post_proposal(office.proposal, BONDI)
    assert office.courier.lacking([office.proposal], lambda _each: BONDI) == [office.proposal]
    office.walls["teams"].is_down = False
    office.courier.post_proposal(office.proposal, BONDI)
    assert office.courier.lacking([office.proposal], lambda _each: BONDI) == []
    assert office.shown("slack") == office.shown("teams") == [["proposed"]]


def test_both_copies_change_when_the_state_does_and_not_otherwise(office: Office) -> None:
    office.courier.post_proposal(office.proposal, BONDI)
    office.becomes(APPROVED)
    office.courier.refresh("p1")
    office.courier.refresh("p1")
    assert office.shown("slack") == office.shown("teams") == [["proposed", "approved"]]


def test_a_copy_that_could_not_be_redrawn_is_found_stale_and_caught_up(office: Office) -> None:
    office.courier.post_proposal(office.proposal, BONDI)
    office.walls["teams"].is_down = True
    office.becomes(POSTED)
    office.courier.refresh("p1")
    assert office.courier.stale() == ["p1"]
    office.walls["teams"].is_down = False
    office.courier.refresh("p1")
    assert office.shown("teams") == [["proposed", "posted"]]
    assert office.shown("slack") == [["proposed", "posted"]]
    assert office.courier.stale() == []


def test_a_channel_that_was_down_gets_its_copy_later(office: Office) -> None:
    office.walls["slack"].is_down = True
    assert len(office.courier.post_proposal(office.proposal, BONDI)) == 1
    office.walls["slack"].is_down = False
    assert len(office.courier.post_proposal(office.proposal, BONDI)) == 1
    assert office.shown("slack") == [["proposed"]]


def test_two_replicas_posting_at_once_make_one_copy(office: Office, stores: Store) -> None:
    other = Courier(
        stores,
        Clock(),
        surfaces=office.walls,
        read=lambda _id: office.proposal,
        draw=_drawn,
    )
    couriers = [office.courier, other] * 4
    start = threading.Barrier(len(couriers))

    def post(courier: Courier) -> None:
        start.wait()
        courier.post_proposal(office.proposal, BONDI)

    threads = [threading.Thread(target=post, args=(courier,)) for courier in couriers]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert len(office.shown("slack")) == len(office.shown("teams")) == 1


def test_posting_to_a_platform_that_is_not_connected_says_what_to_do(office: Office) -> None:
    with pytest.raises(Refusal) as refusal:
        office.courier.post(Place("carrier-pigeon", "roof"), Card("x", ()))
    assert "doctor" in refusal.value.next_step
