"""The sweep over the cards posts what is missing, and leaves whoever proposes many things the time to gather them."""

from __future__ import annotations

from bot.plain import plain
from scheduler.sweeps import cards
from tests.approvals.conftest import practice as practice
from tests.approvals.conftest import simulator as simulator
from tests.approvals.conftest import xero as xero
from tests.bot.counter import Counter
from tests.bot.counter import counter as counter


def test_what_is_being_gathered_into_a_batch_has_no_card_of_its_own(counter: Counter) -> None:
    """Five journals are proposed one after the other; the sweep comes in between, and only the batch is posted."""
    work = counter.errands.casework
    sweep = cards.sweep(work.queue, work.batches, work.courier, work.directory.firm, work.clock)
    proposals = counter.found("10.00", "20.00", "30.00", "40.00", "50.00")
    sweep()
    assert counter.slack.posted == []
    batches, apart = work.batches.gather(proposals)
    work.post(work.directory.firm().clients[0], batches, apart)
    counter.practice.clock.forward(seconds=6)
    sweep()
    for wall in (counter.slack, counter.teams):
        ((_, card),) = wall.posted
        assert "5 journals" in plain(card)


def test_a_card_that_nobody_posted_comes_a_little_later(counter: Counter) -> None:
    """The process that proposed it ended before it posted anything."""
    work = counter.errands.casework
    sweep = cards.sweep(work.queue, work.batches, work.courier, work.directory.firm, work.clock)
    counter.found("40.00")
    counter.practice.clock.forward(seconds=6)
    sweep()
    sweep()
    assert [len(wall.posted) for wall in (counter.slack, counter.teams)] == [1, 1]
