"""What a click reads of Xero: an edit and an undo look at the books once, card and all, and not again for each part.

Counted in the sandbox's own log. Xero lets an organisation be read sixty times a minute.
"""

from __future__ import annotations

from collections import Counter as Tally
from typing import Any

from approvals import effects
from approvals.proposal import POSTED
from tests.approvals.dying import paused
from tests.approvals.practice import FIRM, journal
from tests.bot.counter import Counter


def read_by(counter: Counter, click: Any) -> Tally[str]:
    """How often each page of Xero was read by one click."""
    xero = counter.practice.xero
    xero.control("DELETE", "log")
    click()
    return Tally(row["path"].rsplit("/", 1)[1] for row in xero.control("GET", "log?method=GET"))


def test_an_edit_reads_the_chart_once_for_the_check_and_for_the_card(counter: Counter) -> None:
    """By the form, by the check and for the card: these were three reads of the chart, five in all."""
    (old,) = counter.found("400.00")
    work, values = counter.errands.casework, {"line 1": "410.00", "line 2": "410.00"}
    read = read_by(counter, lambda: work.edit(FIRM.member("alice"), old.id, values))
    assert read == {"Accounts": 1, "TrialBalance": 1, "Organisation": 1}
    (new,) = [each for each in work.queue.listing([old.organisation]) if each.supersedes == old.id]
    with counter.practice.store.reading() as session:
        assert [str(each.after - each.before) for each in effects.of(session, new.id)] == ["A$410.00", "−A$410.00"]


def test_an_undo_reads_the_books_once_and_so_does_that_of_a_whole_batch(counter: Counter) -> None:
    """Each journal is read, everything else once. It was five reads for one, and for four of a batch thirteen."""
    practice, work = counter.practice, counter.errands.casework
    proposals = [practice.submit(journal(f"{n}0.00", key=f"w:{n}"), preparer=None) for n in range(1, 6)]
    (batch,), _ = work.batches.gather(proposals)
    posted = [practice.executor().carry_out(practice.decide(each).proposal.id).receipt["id"] for each in proposals]
    read = read_by(counter, lambda: work.undo(FIRM.member("alice"), proposals[0].id))
    assert read == {"Organisation": 1, "Accounts": 1, posted[0]: 1, "TrialBalance": 1}
    read = read_by(counter, lambda: work.batches.undo(batch.id, member=FIRM.member("marcus")))
    assert read == {"Organisation": 1, "Accounts": 1, **dict.fromkeys(posted[1:], 1)}


def test_what_broke_after_it_was_posted_is_seen_by_whoever_keeps_the_cards(counter: Counter) -> None:
    """The journal stands in Xero, and its note breaks as nobody foresaw: the card is behind, and found so."""
    practice, courier = counter.practice, counter.errands.casework.courier
    proposal = practice.submit(preparer=None)
    courier.post_proposal(proposal, counter.errands.casework.directory.firm().clients[0])
    practice.decide(proposal)
    executor, gateway = paused(practice)

    def breaks_at_the_note() -> None:
        if practice.queue.get(proposal.id).status == POSTED:
            raise ZeroDivisionError

    gateway.before_write = breaks_at_the_note
    assert executor.run_pending() == ()
    assert courier.stale() == [proposal.id]
