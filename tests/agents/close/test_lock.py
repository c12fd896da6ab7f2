"""A month is proposed for locking only when nothing blocks it."""

from __future__ import annotations

import datetime as dt

from agents.close.lock import lock_period
from approvals.kinds.lock_period import KIND, LockPeriod
from tests.agents.conftest import Opener
from tests.agents.small_books import SmallBooks


def test_a_clean_month_is_proposed_with_every_answer_as_evidence(opened: Opener) -> None:
    """Books with a paid sale, locked to September."""
    books = SmallBooks()
    books.pay(books.sale("INV-1", "2026-10-03", "500.00"), "2026-10-10", "500.00")
    running = opened(books)
    prepared = lock_period(running.scope(), running.gateway)
    assert prepared.findings == ()
    (draft,) = prepared.drafts
    assert draft.payload == LockPeriod(lock_date=dt.date(2026, 10, 31), previous_lock_date=dt.date(2026, 9, 30))
    assert draft.evidence[0].detail == "30 Sep 2026"
    assert len(draft.evidence) == 8
    KIND.check(draft, None)


def test_a_blocked_month_is_not_and_the_answer_names_what_blocks(opened: Opener) -> None:
    """A draft sale."""
    books = SmallBooks()
    books.sale("INV-3", "2026-10-28", "75.00", status="DRAFT")
    running = opened(books)
    prepared = lock_period(running.scope(), running.gateway)
    assert prepared.drafts == ()
    (finding,) = prepared.findings
    assert finding.title == "October 2026 cannot be locked yet"
    assert "INV-3" in finding.detail


def test_a_month_that_could_not_be_judged_is_not(opened: Opener) -> None:
    """The bills cannot be read."""
    running = opened(SmallBooks())
    running.fault(kind="status", status=500, endpoint="Invoices", times=None)
    prepared = lock_period(running.scope(), running.gateway)
    assert prepared.drafts == ()
    assert "could not be answered" in prepared.findings[0].detail


def test_a_locked_month_needs_nothing(opened: Opener) -> None:
    """Locked to October already, with a draft left in it."""
    books = SmallBooks(locked="2026-10-31")
    running = opened(books)
    prepared = lock_period(running.scope(), running.gateway)
    assert prepared.drafts == ()
    assert [(each.title, each.blocks) for each in prepared.findings] == [("October 2026 is already locked", False)]
