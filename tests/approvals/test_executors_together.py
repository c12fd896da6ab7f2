"""Several executors at once, sleepers that wake late, and a stop: one write, and nothing begun that should not be."""

from __future__ import annotations

import threading

from approvals import audit
from approvals.proposal import APPROVED, POSTED
from tests.approvals.dying import paused
from tests.approvals.practice import Practice, journal

# Several at once


def test_many_executors_at_once_post_once(either_practice: Practice) -> None:
    """Six threads are told of the same approval."""
    practice = either_practice
    proposal = practice.approved()
    executors = [practice.executor() for _ in range(6)]
    threads = [threading.Thread(target=each.carry_out, args=(proposal.id,)) for each in executors]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert practice.queue.get(proposal.id).status == POSTED
    assert len(practice.xero.writes()) == 1
    assert audit.verify(practice.store).holds


def test_a_worker_that_slept_past_its_lease_sends_nothing(practice: Practice) -> None:
    """It paused before the send; another one took over and posted."""
    proposal = practice.approved()
    executor, gateway = paused(practice)

    def meanwhile() -> None:
        gateway.before_read = lambda: None
        practice.clock.forward(seconds=91)
        assert practice.executor().carry_out(proposal.id).status == POSTED

    gateway.before_read = meanwhile
    executor.carry_out(proposal.id)
    assert len(practice.xero.writes()) == 1


def test_a_worker_that_lost_its_claim_sends_nothing_even_if_nothing_was_posted(practice: Practice) -> None:
    """The other one took over and was turned away: the proposal is still approved, and still not the sleeper's."""
    proposal = practice.approved()
    executor, gateway = paused(practice)

    def meanwhile() -> None:
        gateway.before_read = lambda: None
        practice.clock.forward(seconds=91)
        practice.xero.fault("status", status=429)
        assert practice.executor().carry_out(proposal.id).status == APPROVED
        practice.gateway = practice.xero.gateway()

    gateway.before_read = meanwhile
    executor.carry_out(proposal.id)
    assert len(practice.xero.writes()) == 1
    assert practice.journals_with(proposal) == []


def test_a_worker_whose_lease_lapsed_sends_nothing_though_nobody_took_over(practice: Practice) -> None:
    """It begins again from the start: what it read is too old."""
    proposal = practice.approved()
    executor, gateway = paused(practice)
    gateway.before_read = lambda: practice.clock.forward(seconds=91)
    assert executor.carry_out(proposal.id).status == APPROVED
    assert practice.xero.writes() == []
    gateway.before_read = lambda: None
    assert executor.carry_out(proposal.id).status == POSTED


def test_a_sleeper_that_wakes_while_another_one_sends_keeps_still(practice: Practice) -> None:
    """The lease is live, but it is the other one's: the fence tells them apart."""
    proposal = practice.approved()
    (sleeper, its_gateway), (other, others_gateway) = paused(practice), paused(practice)
    asleep, awake, sending, may_go = (threading.Event() for _ in range(4))

    def sleep() -> None:
        its_gateway.before_read = lambda: None
        asleep.set()
        awake.wait(5)

    def hold() -> None:
        sending.set()
        may_go.wait(5)

    its_gateway.before_read, others_gateway.before_write = sleep, hold
    first = threading.Thread(target=sleeper.carry_out, args=(proposal.id,))
    second = threading.Thread(target=other.carry_out, args=(proposal.id,))
    first.start()
    assert asleep.wait(5)
    practice.clock.forward(seconds=91)
    second.start()
    assert sending.wait(5)
    awake.set()
    first.join()
    assert practice.xero.writes() == []
    may_go.set()
    second.join()
    assert practice.queue.get(proposal.id).status == POSTED
    assert len(practice.xero.writes()) == 1


def test_what_is_claimed_is_left_alone(practice: Practice) -> None:
    """A second worker comes during the send: it reads nothing and sends nothing."""
    proposal = practice.approved()
    executor, gateway = paused(practice)
    seen: list[int] = []

    def meanwhile() -> None:
        gateway.before_write = lambda: None
        before = len(practice.xero.control("GET", "log"))
        assert practice.executor().carry_out(proposal.id).status == APPROVED
        seen.append(len(practice.xero.control("GET", "log")) - before)

    gateway.before_write = meanwhile
    assert executor.carry_out(proposal.id).status == POSTED
    assert seen == [0]


def test_a_worker_that_slept_in_the_send_posts_nothing_twice(practice: Practice) -> None:
    """Both send the same bytes under the same key: Xero answers the second with the first's journal."""
    proposal = practice.approved()
    executor, gateway = paused(practice)

    def meanwhile() -> None:
        gateway.before_write = lambda: None
        practice.clock.forward(seconds=91)
        assert practice.executor().carry_out(proposal.id).status == POSTED

    gateway.before_write = meanwhile
    assert executor.carry_out(proposal.id).status == POSTED
    assert len(practice.journals_with(proposal)) == 1
    assert [each.what for each in audit.story(practice.store, proposal.id)].count("posted") == 1


def test_stop_waits_for_what_is_under_way_and_begins_nothing(practice: Practice) -> None:
    """A supervisor asks the process to end in the middle of a send."""
    proposal, later = practice.approved(), practice.approved(journal(key="second"))
    executor, gateway = paused(practice)
    sending, may_go = threading.Event(), threading.Event()

    def hold() -> None:
        sending.set()
        may_go.wait(5)

    gateway.before_write = hold
    worker = threading.Thread(target=executor.carry_out, args=(proposal.id,))
    worker.start()
    assert sending.wait(5)
    assert not executor.stop(timeout_seconds=0.05)
    may_go.set()
    assert executor.stop(timeout_seconds=5)
    worker.join()
    assert practice.queue.get(proposal.id).status == POSTED
    assert executor.carry_out(later.id).status == APPROVED
    assert executor.run_pending() == ()
    assert len(practice.xero.writes()) == 1
