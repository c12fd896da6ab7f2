"""Bank lines are let go of once their month has stayed locked for a week; what still waits for somebody stays."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from agents.reconciliation.kept import Kept
from books.firm import Firm, read_firm_file
from books.records import Organisation
from books.store import Store
from bot.banking import Banking
from bot.cards.reconciliation import reconciliation_card
from scheduler import slots
from scheduler.sweeps import let_go
from scheduler.sweeps.let_go import STANDS_DAYS, standing_lock
from tests.agents.small_books import gateway_to
from tests.bot.test_banking import BONDI, DEMO_FIRM, Hands, exported
from tests.bot.test_banking import kept as kept
from tests.bot.test_banking import sandbox as sandbox
from tests.support.sandbox_server import RunningSandbox
from xero_tools import lock_history
from xero_tools.lock_history import LockDates

CHEQUE_LINES, WAITING = 67, 8
OCTOBER, DAY = dt.date(2026, 10, 31), dt.timedelta(days=1)


def locked(to: dt.date | None, store: Store, *, seen_at: dt.datetime) -> None:
    organisation = Organisation(id=BONDI.organisation, name="Bondi", currency="AUD", short_code="", period_lock_date=to)
    lock_history.note(organisation, store, now=seen_at)


def test_a_locked_months_lines_go_but_for_those_that_wait(sandbox: RunningSandbox, kept: Kept, tmp_path: Path) -> None:
    """Of 67 lines 59 are reconciled; the eight that nobody has entered wait on, and the file does not come in again."""
    store, clock, gateway = Store(f"sqlite:///{tmp_path / 'tieout.db'}"), Hands(), gateway_to(sandbox)
    firm: Firm = read_firm_file(DEMO_FIRM)
    banking = Banking(clock, gateway, kept, reconciliation_card)
    cheque = exported()[0]
    taken, _ = banking.taken(None, BONDI, "october.csv", cheque, "October")
    account = taken.parts[0][0].id
    store.create_tables()
    sweep = let_go.sweep(store, clock, gateway, kept.shelf, lambda: firm)

    def left() -> int:
        return len(kept.shelf.lines(BONDI.organisation, account))

    locked(OCTOBER, store, seen_at=clock.at)
    sweep()
    assert left() == CHEQUE_LINES, "it may have been locked too early"
    clock.at += STANDS_DAYS * DAY
    sweep()
    assert left() == WAITING
    assert [each[3] for each in slots.outcomes(store) if each[0] == let_go.NAME] == [f"{CHEQUE_LINES - WAITING} lines"]
    taken, found = banking.taken(None, BONDI, "october.csv", cheque, "October")
    assert (taken.new, left()) == (0, WAITING)
    assert "locked in Xero, and its lines were let go of" in found.accounts[0].words


@pytest.mark.parametrize(
    ("seen", "standing"),
    [
        ([], None),
        ([(-8, "2026-10-31")], "2026-10-31"),
        ([(-6, "2026-10-31")], None),
        ([(-40, "2026-09-30"), (-6, "2026-10-31")], "2026-09-30"),
        ([(-8, "2026-10-31"), (-3, "2026-09-30"), (-2, "2026-10-31")], "2026-09-30"),
        ([(-8, "2026-10-31"), (-3, None)], None),
    ],
)
def test_a_lock_counts_as_far_back_as_it_stood_all_the_time(
    seen: list[tuple[int, str | None]], standing: str | None
) -> None:
    now = Hands.at
    history = tuple(
        LockDates(seen_at=now + days * DAY, period_lock_date=dt.date.fromisoformat(to) if to else None)
        for days, to in seen
    )
    assert standing_lock(history, now=now) == (dt.date.fromisoformat(standing) if standing else None)
