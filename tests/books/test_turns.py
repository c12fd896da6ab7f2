"""Writers of one process: in the order they came, once each, and nobody waits for ever."""

from __future__ import annotations

import threading
import time

import pytest

from books.turns import Turns


def waiting(turns: Turns, count: int) -> None:
    """Returns when so many threads wait for their turn."""
    while len(turns._waiting) < count:
        time.sleep(0.001)


def test_the_longest_waiting_is_next() -> None:
    turns, came = Turns(), list[int]()

    def write(number: int) -> None:
        with turns.mine():
            came.append(number)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(20)]
    with turns.mine():
        for number, thread in enumerate(threads, start=1):
            thread.start()
            waiting(turns, number)
    for thread in threads:
        thread.join()
    assert came == list(range(20))


def test_two_never_have_it_at_once() -> None:
    turns, inside, most = Turns(), list[int](), list[int]()

    def write() -> None:
        for _ in range(200):
            with turns.mine():
                inside.append(1)
                most.append(len(inside))
                inside.pop()

    threads = [threading.Thread(target=write) for _ in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert (max(most), len(most)) == (1, 1600)


def test_a_thread_that_has_it_goes_on_and_one_that_waited_too_long_is_let_through() -> None:
    turns, came = Turns(patience_seconds=0.05), list[str]()

    def write() -> None:
        with turns.mine():
            came.append("impatient")

    with turns.mine(), turns.mine():
        other = threading.Thread(target=write)
        other.start()
        other.join()
        assert came == ["impatient"]
    with turns.mine():
        came.append("free again")
    assert (came, turns._holder) == (["impatient", "free again"], None)


def test_a_failure_gives_the_turn_on() -> None:
    turns = Turns()
    with pytest.raises(ValueError), turns.mine():
        raise ValueError
    assert turns._holder is None
