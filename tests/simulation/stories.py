"""What chance brings about too seldom, each thing told in its order: what a guard is for, step by step.

Nobody interferes here but as the story says, and Xero does to each request what it says.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from contextlib import suppress

import msgspec

from tests.approvals import practice
from tests.simulation.process import Died, Process
from tests.simulation.records import Card
from tests.simulation.world import World

BOOKS = "wattle-books"


def a_changed_record_is_approved(world: World) -> None:
    """The amount is changed in the database while the card lies before an approver, who then presses."""
    card = _submitted(world)
    changed = "UPDATE proposals SET content = replace(content, '100.00', '190.00') WHERE id = ? RETURNING id"
    assert world.oracle.records.rows(changed, card.id)
    with world.suppressed():
        _approved(world, card)


def a_late_request_after_the_window(world: World) -> None:
    """The only copy that Xero gets is 190 s under way, and the books are read just before it arrives."""
    card = _submitted(world)
    _approved(world, card)
    world.xero.ordained, world.xero.lateness = ["late", "lost"], 190
    world.pass_of_a_worker()
    world.forward(160)
    for _ in range(3):
        world.pass_of_a_worker()
    world.forward(40)
    world.oracle.after_each_step()


def a_late_request_after_its_key(world: World) -> None:
    """The first request did its work unseen; a last copy arrives when Xero has forgotten its key."""
    card = _submitted(world)
    _approved(world, card)
    begun = world.now
    world.xero.books[BOOKS].stale = (begun - dt.timedelta(microseconds=1), begun + dt.timedelta(seconds=300))
    world.xero.ordained, world.xero.lateness = ["answer_lost", "lost", "late", "lost"], 190
    world.pass_of_a_worker()
    world.forward(250)
    world.pass_of_a_worker()
    world.forward(200)
    world.oracle.after_each_step()


def a_busy_xero_after_a_lost_answer(world: World) -> None:
    """The first request did its work unseen; while the lists do not show it, Xero is too busy for the second."""
    card = _submitted(world)
    _approved(world, card)
    world.xero.books[BOOKS].stale = (world.now - dt.timedelta(microseconds=1), world.now + dt.timedelta(seconds=60))
    world.xero.ordained = ["answer_lost", "429"]
    world.pass_of_a_worker()
    world.oracle.after_each_step()


def a_worker_that_slept(world: World) -> None:
    """One sleeps past its lease; another takes over, sends, and ends; the first wakes while the other's lease runs."""
    card = _submitted(world)
    _approved(world, card)
    world.xero.books[BOOKS].stale = (world.now - dt.timedelta(microseconds=1), world.now + dt.timedelta(seconds=300))
    sleeper, other = Process(world), Process(world)

    def sleeps(name: str) -> None:
        if name == "before reading ManualJournals" and not other.is_over:
            world.forward(100)
            with suppress(Died):
                other.works(card.id)

    def ends(name: str) -> None:
        other.is_over = other.is_over or name == "after writing ManualJournals"

    sleeper.on_step, other.on_step = sleeps, ends
    sleeper.works(card.id)


def a_no_that_is_written_down_too_late(world: World) -> None:
    """One hears that Xero is busy and sleeps; another takes over and sends, unseen; then the first writes its no."""
    card = _submitted(world)
    _approved(world, card)
    begun = world.now
    world.xero.books[BOOKS].stale = (begun - dt.timedelta(microseconds=1), begun + dt.timedelta(seconds=400))
    world.xero.ordained, world.xero.lateness = ["429", "answer_lost", "lost", "late", "lost"], 190
    sleeper, sent = Process(world), []

    def sleeps(name: str) -> None:
        sent.append(name)
        if sent[-2:] == ["before writing ManualJournals", "before a transaction"]:
            world.forward(100)
            Process(world).works(card.id)

    sleeper.on_step = sleeps
    sleeper.works(card.id)
    world.forward(200)
    world.pass_of_a_worker()
    world.forward(200)
    world.oracle.after_each_step()


STORIES: dict[str, Callable[[World], None]] = {
    "a changed record is approved": a_changed_record_is_approved,
    "a quiet period of a minute": a_late_request_after_the_window,
    "a window of 300 seconds": a_late_request_after_its_key,
    "a call that was not sent ends the work": a_busy_xero_after_a_lost_answer,
    "no fence": a_worker_that_slept,
    "who lost the claim says that nothing was sent": a_no_that_is_written_down_too_late,
}
"""By the mutant that each one finds."""


def tell(name: str, world: World) -> None:
    """Tells one story to its end; raises Broken when an invariant does not hold."""
    world.faults = world.xero.faults = False
    STORIES[name](world)
    world.xero.ordained = []
    world.oracle.after_each_step()
    world.settle()


def _submitted(world: World) -> Card:
    draft = msgspec.structs.replace(practice.journal("100.00"), organisation=BOOKS, client=BOOKS[:-6])
    made = world.process().queue().submit(BOOKS, draft, preparer=world.firm.member("alice"), agent="prepayments")
    world.kept(made.id)
    return world.oracle.records.card(made.id)


def _approved(world: World, card: Card) -> None:
    world.deliver(world.press(card.id, "approve", card.digest, "priya", ""))
