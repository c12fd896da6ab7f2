"""The pace: no limit of Xero's is passed, people go before sweeps, and Xero's own headers have the last word."""

from __future__ import annotations

import threading
import time

import pytest

from books.refusal import Refusal
from xero_tools.pace import Limits, Pace

A, B = "organisation a", "organisation b"


class Hands:
    """A clock that a test moves by hand."""

    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


def take(pace: Pace, organisation: str = A, *, interactive: bool = True, budget_seconds: float = 0.0) -> None:
    """One call that ends at once."""
    with pace.turn(organisation, interactive=interactive, budget_seconds=budget_seconds):
        pass


def test_sixty_calls_a_minute_and_not_one_more() -> None:
    clock = Hands()
    pace = Pace(clock=clock)
    for _ in range(60):
        take(pace)
    with pytest.raises(Refusal) as refusal:
        take(pace)
    assert refusal.value.code == "xero_busy"
    take(pace, B)  # another organisation does not wait
    clock.now += 61.0
    take(pace)


def test_a_minute_that_xero_has_lifted_is_not_counted_until_it_is_back() -> None:
    """More left than a minute holds: on some plans the limit is lifted for a while after a client is connected."""
    clock = Hands()
    pace = Pace(clock=clock)
    take(pace)
    pace.learn(A, 200, {"X-MinLimit-Remaining": "9999"})
    for _ in range(100):
        take(pace)
    pace.learn(A, 200, {"X-MinLimit-Remaining": "12"})
    with pytest.raises(Refusal) as refusal:
        take(pace)
    assert refusal.value.code == "xero_busy"


def test_how_long_the_limits_keep_a_call_back() -> None:
    clock = Hands()
    pace = Pace(Limits(per_minute=2), clock=clock)
    assert pace.pause(A) == 0
    take(pace)
    clock.now += 20.0
    take(pace)
    assert pace.pause(A) == pytest.approx(41.0)  # until the first of the two is a window old
    assert pace.pause(B) == 0


def test_no_sixty_seconds_ever_hold_more_than_sixty_calls() -> None:
    """However Xero's minute is aligned, because ours slides."""
    clock, pace_now = Hands(), list[float]()
    pace = Pace(clock=clock)
    while len(pace_now) < 400:
        try:
            take(pace)
            pace_now.append(clock.now)
        except Refusal:
            clock.now += 0.7
        clock.now += 0.05
    for index, began in enumerate(pace_now):
        assert sum(1 for each in pace_now[index:] if each < began + 60) <= 60


def test_the_whole_app_has_its_own_limit() -> None:
    pace = Pace(Limits(app_per_minute=3), clock=Hands())
    for name in ("a", "b", "c"):
        take(pace, name)
    with pytest.raises(Refusal):
        take(pace, "d")


def test_a_used_up_day_says_when() -> None:
    clock = Hands()
    pace = Pace(Limits(per_day=2), clock=clock)
    take(pace)
    take(pace)
    with pytest.raises(Refusal) as refusal:
        take(pace, budget_seconds=100.0)
    assert refusal.value.code == "xero_day_limit"
    assert "24 hours" in refusal.value.next_step
    clock.now += 86_401
    take(pace)


def test_five_in_flight_and_the_sixth_waits_for_one_to_leave() -> None:
    pace, inside, most = Pace(), [0], [0]
    guard = threading.Lock()

    def call() -> None:
        with pace.turn(A, budget_seconds=5.0):
            with guard:
                inside[0] += 1
                most[0] = max(most[0], inside[0])
            time.sleep(0.01)
            with guard:
                inside[0] -= 1

    threads = [threading.Thread(target=call) for _ in range(15)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most[0] == 5


def test_a_persons_call_goes_before_a_sweeps() -> None:
    pace, order = Pace(Limits(in_flight=1)), list[str]()
    free = threading.Event()

    def holder() -> None:
        with pace.turn(A):
            free.wait(5)

    def caller(name: str, interactive: bool) -> None:
        with pace.turn(A, interactive=interactive, budget_seconds=5.0):
            order.append(name)

    threads = [threading.Thread(target=holder)]
    threads[0].start()
    for name, interactive in (("sweep", False), ("sweep", False), ("person", True)):
        threads.append(threading.Thread(target=caller, args=(name, interactive)))
        threads[-1].start()
        time.sleep(0.02)
    free.set()
    for thread in threads:
        thread.join()
    assert order == ["person", "sweep", "sweep"]


def test_what_xero_says_is_left_corrects_our_count() -> None:
    clock = Hands()
    pace = Pace(clock=clock)
    take(pace)
    pace.learn(A, 200, {"X-MinLimit-Remaining": "0", "X-DayLimit-Remaining": "77", "X-AppMinLimit-Remaining": "9000"})
    with pytest.raises(Refusal):
        take(pace)
    assert (pace.allowance(A).minute, pace.allowance(A).day) == (0, 77)
    clock.now += 61
    take(pace)


@pytest.mark.parametrize(("problem", "other_waits"), [("minute", False), ("appminute", True), ("concurrent", False)])
def test_retry_after_is_kept(problem: str, other_waits: bool) -> None:
    clock = Hands()
    pace = Pace(clock=clock)
    pace.learn(A, 429, {"Retry-After": "30", "X-Rate-Limit-Problem": problem})
    with pytest.raises(Refusal) as refusal:
        take(pace)
    assert "30 seconds" in refusal.value.next_step
    if other_waits:
        with pytest.raises(Refusal):
            take(pace, B)
    else:
        take(pace, B)
    clock.now += 30.5
    take(pace)


def test_a_call_that_fails_gives_its_place_back() -> None:
    pace = Pace(Limits(in_flight=1))
    with pytest.raises(ZeroDivisionError), pace.turn(A):
        raise ZeroDivisionError
    take(pace, budget_seconds=0.0)


def test_an_acquire_costs_little() -> None:
    """Issue 3 asks for 10 µs a call; a loaded machine gets room."""
    pace = Pace(Limits(per_minute=10**9, per_day=10**9, app_per_minute=10**9))
    began = time.perf_counter()
    for _ in range(2000):
        take(pace)
    assert (time.perf_counter() - began) / 2000 < 0.0002
