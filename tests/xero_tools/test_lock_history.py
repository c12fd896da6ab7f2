"""Lock dates as they changed: a row for each change that was seen, moved back and taken away included."""

from __future__ import annotations

import datetime as dt

from books.records import Organisation
from books.store import Store
from xero_tools.lock_history import LockDates, history, note

AUGUST, SEPTEMBER, JUNE = dt.date(2026, 8, 31), dt.date(2026, 9, 30), dt.date(2026, 6, 30)
NOON = dt.datetime(2026, 11, 5, 12, tzinfo=dt.UTC)


def seen(store: Store, hour: int, period: dt.date | None, year_end: dt.date | None = None, client: str = "o-1") -> bool:
    """What a look at Xero found, hours after noon."""
    organisation = Organisation(
        id=client, name="Acme", currency="AUD", period_lock_date=period, end_of_year_lock_date=year_end
    )
    return note(organisation, store, now=NOON + dt.timedelta(hours=hour))


def test_a_row_is_written_only_when_something_changed(stores: Store) -> None:
    told = [
        seen(stores, 0, AUGUST),
        seen(stores, 1, AUGUST),
        seen(stores, 2, SEPTEMBER),
        seen(stores, 3, SEPTEMBER, JUNE),
        seen(stores, 4, AUGUST, JUNE),  # somebody opened September again
        seen(stores, 5, AUGUST, JUNE),
        seen(stores, 6, None),
    ]
    assert told == [True, False, True, True, True, False, True]
    assert [(each.period_lock_date, each.end_of_year_lock_date) for each in history("o-1", stores)] == [
        (AUGUST, None),
        (SEPTEMBER, None),
        (SEPTEMBER, JUNE),
        (AUGUST, JUNE),
        (None, None),
    ]


def test_each_organisation_has_its_own(stores: Store) -> None:
    assert seen(stores, 0, AUGUST, client="o-1")
    assert seen(stores, 0, AUGUST, client="o-2")
    assert history("o-2", stores) == (LockDates(seen_at=NOON, period_lock_date=AUGUST),)
    assert history("o-3", stores) == ()


def test_a_look_that_comes_late_changes_nothing(stores: Store) -> None:
    """Two processes looked; the older answer arrives second."""
    assert seen(stores, 2, SEPTEMBER)
    assert not seen(stores, 1, AUGUST)
    assert len(history("o-1", stores)) == 1
