"""A scheduled post goes out once per slot, however many replicas run and whichever of them dies."""

from __future__ import annotations

import datetime as dt
import threading

import pytest

from books.store import Store
from scheduler import slots

MORNING = dt.datetime(2026, 11, 5, 7, 30, tzinfo=dt.UTC)


def claim(store: Store, *, now: dt.datetime = MORNING, slot: str = "2026-11-05") -> bool:
    return slots.claim(store, "close_readiness", "bondi-coffee", slot, now=now)


def test_the_first_replica_has_the_slot_and_the_second_has_not(stores: Store) -> None:
    assert claim(stores)
    assert not claim(stores)
    assert claim(stores, slot="2026-11-06")


def test_eight_replicas_at_the_same_moment_send_it_once(stores: Store) -> None:
    start = threading.Barrier(8)
    won: list[bool] = []

    def replica() -> None:
        start.wait()
        won.append(claim(stores))

    replicas = [threading.Thread(target=replica) for _ in range(8)]
    for each in replicas:
        each.start()
    for each in replicas:
        each.join()
    assert sorted(won) == [False] * 7 + [True]


def test_a_slot_whose_holder_died_is_claimed_again_once_its_lease_is_over(stores: Store) -> None:
    assert claim(stores)
    assert not claim(stores, now=MORNING + dt.timedelta(minutes=9))
    assert claim(stores, now=MORNING + dt.timedelta(minutes=11))
    assert not claim(stores, now=MORNING + dt.timedelta(minutes=12))


def test_a_slot_that_was_sent_is_never_claimed_again(stores: Store) -> None:
    claim(stores)
    slots.finish(stores, "close_readiness", "bondi-coffee", "2026-11-05", now=MORNING, outcome="posted")
    assert not claim(stores, now=MORNING + dt.timedelta(days=30))
    assert slots.outcomes(stores) == [("close_readiness", "bondi-coffee", "2026-11-05", "posted")]


@pytest.mark.parametrize("length", [0, 512, 5000])
def test_a_long_outcome_is_kept_as_far_as_it_fits(stores: Store, length: int) -> None:
    claim(stores)
    slots.finish(stores, "close_readiness", "bondi-coffee", "2026-11-05", now=MORNING, outcome="x" * length)
    assert len(slots.outcomes(stores)[0][3]) == min(length, 512)
