"""The process dies at every step between the approval and the end, with and without a lost answer.

After a restart the journal stands in Xero exactly once, its note too, and the audit tells all of it.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from approvals import audit
from approvals.executor import Executor
from approvals.proposal import AWAITING_PERSON, POSTED, Proposal
from approvals.queue import Queue
from tests.approvals.dying import Died, DyingGateway, DyingStore, Life
from tests.approvals.practice import ORGANISATION, MovableClock, Practice, Xero, journal, lock
from tests.support.databases import open_store
from xero_tools import history

STEPS, STEPS_TO_A_LOST_ANSWER = 32, 20
"""More than a journal takes, all in all and where an answer is lost; a step beyond the end is a run that lives."""


def live_until(practice: Practice, proposal: Proposal, life: Life) -> None:
    """A process carries the proposal out until it dies."""
    store, gateway = DyingStore(practice.store, life), DyingGateway(practice.gateway, life)
    executor = Executor(store, practice.clock, gateway, timings=practice.timings)
    try:
        executor.carry_out(proposal.id)
    except Died:
        return


def restart_and_finish(practice: Practice, proposal: Proposal) -> Proposal:
    """New processes come, one sweep every eight minutes, until there is nothing left to do."""
    for _ in range(8):
        practice.clock.forward(minutes=8)
        practice.executor().run_pending()
    return practice.queue.get(proposal.id)


def proved(practice: Practice, proposal: Proposal) -> None:
    """Exactly one effect in Xero, one note, and a chain that holds and tells of one posting."""
    [found] = practice.journals_with(proposal)
    notes = history.notes(ORGANISATION, practice.gateway, "ManualJournals", found.id)
    assert len([each for each in notes if each.details.startswith(proposal.mark)]) == 1
    told = [each.what for each in audit.story(practice.store, proposal.id)]
    assert told[:2] == ["proposed", "approved"]
    assert (told.count("posted"), told.count("noted")) == (1, 1)
    assert audit.verify(practice.store).holds


@pytest.mark.parametrize(
    ("fault", "ends_at"),
    [("", step) for step in range(STEPS)]
    + [(fault, step) for fault in ("drop_before", "drop_after") for step in range(STEPS_TO_A_LOST_ANSWER)],
)
def test_dying_at_any_step_leaves_exactly_one_journal(practice: Practice, fault: str, ends_at: int) -> None:
    """Each commit and each call to Xero, with each way of losing an answer."""
    proposal = practice.approved()
    if fault:
        practice.xero.fault(fault)
    live_until(practice, proposal, Life(ends_at))
    done = restart_and_finish(practice, proposal)
    assert done.status == POSTED, done.problem
    proved(practice, proposal)


def test_on_postgresql_too(xero: Xero, tmp_path: Path) -> None:
    """The steps around the send, on the other database."""
    with open_store("postgresql", tmp_path) as store:
        Practice.open(store, xero)
        for ends_at in range(STEPS):
            xero.control("POST", "pace", {})
            gateway = xero.gateway()
            practice = Practice(store, xero, MovableClock(), gateway, Queue(store, MovableClock(), gateway))
            proposal = practice.approved(journal(key=f"work {ends_at}"))
            live_until(practice, proposal, Life(ends_at))
            practice.clock.forward(seconds=100)
            practice.executor().run_pending()
            assert practice.queue.get(proposal.id).status == POSTED
            proved(practice, proposal)


def test_the_steps_are_those_we_think_of(practice: Practice) -> None:
    """What one journal takes: claim, lock date, look, write down, send, read back, record, note, release."""
    life = Life()
    live_until(practice, practice.approved(), life)
    calls = [step for step in life.steps if not step.endswith(("transaction", "commit"))]
    assert calls == [
        "before reading Organisation",
        "before reading ManualJournals",
        "before writing ManualJournals",
        "after writing ManualJournals",
        "before reading ManualJournals",
        "before writing ManualJournals",
        "after writing ManualJournals",
    ]
    assert len(life.steps) <= STEPS


@pytest.mark.parametrize("ends_at", range(10))
def test_dying_while_handing_a_lock_over(practice: Practice, ends_at: int) -> None:
    """After the restart a person is asked, once, and the lock is verified."""
    proposal = practice.decide(practice.submit(lock())).proposal
    live_until(practice, proposal, Life(ends_at))
    practice.clock.forward(minutes=8)
    practice.executor().run_pending()
    assert practice.queue.get(proposal.id).status == AWAITING_PERSON
    practice.xero.lock_up_to("2026-10-31")
    assert restart_and_finish(practice, proposal).status == POSTED
    told = [each.what for each in audit.story(practice.store, proposal.id)]
    assert told == ["proposed", "approved", "awaiting_person", "posted"]
