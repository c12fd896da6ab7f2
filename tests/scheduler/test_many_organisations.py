"""A round over many organisations: the longest first, within the pace, refused ones told, and near the bound."""

from __future__ import annotations

import threading
import time

import pytest

from benchmarks.sweep import CASES, GOAL_IN_FLIGHT, MOST_TIMES, simulate
from books.refusal import Refusal
from scheduler.sweeps.many_organisations import IN_FLIGHT_EACH, Round, Step, run_round


def never(_organisation: str) -> float:
    """Nobody is kept back."""
    return 0.0


def test_the_one_with_most_left_goes_first() -> None:
    plan = Round({"small": [1], "large": [1, 1, 1], "one long step": [2]}, pause=never)
    assert [plan.take(0.0) for _ in range(6)] == ["large", "large", "one long step", "large", "small", None]
    assert plan.left == 0


def test_an_organisation_leaves_one_of_its_five_calls_to_people() -> None:
    plan = Round({"only": [1] * 9}, pause=never)
    assert [plan.take(0.0) for _ in range(IN_FLIGHT_EACH + 1)] == ["only"] * IN_FLIGHT_EACH + [None]
    plan.done("only")
    assert plan.take(0.0) == "only"


def test_who_is_kept_back_lets_the_others_pass_and_comes_again() -> None:
    kept = {"large": 7.0, "small": 0.0}
    plan = Round({"large": [1, 1], "small": [1]}, pause=lambda organisation: kept[organisation])
    assert (plan.take(0.0), plan.take(0.0), plan.wakes_at) == ("small", None, 7.0)
    kept["large"] = 0.0
    assert (plan.take(6.9), plan.take(7.0)) == (None, "large")


@pytest.mark.parametrize("name", [name for name in CASES if name != "200 each"])  # that one takes seconds
def test_a_thousand_organisations_in_virtual_time(name: str) -> None:
    """The real order and the real pace; a call over a limit would raise."""
    done = simulate(name, CASES[name], GOAL_IN_FLIGHT)
    assert done.calls == sum(CASES[name].values())
    assert 1.0 <= done.times <= MOST_TIMES


def test_every_step_is_done_once_and_a_refusal_stops_nobody_else() -> None:
    done: list[str] = []
    told: list[tuple[str, str]] = []
    inside, most, guard = [0], [0], threading.Lock()

    def work(name: str) -> None:
        with guard:
            inside[0] += 1
            most[0] = max(most[0], inside[0])
        time.sleep(0.002)
        with guard:
            inside[0] -= 1
            done.append(name)
        if name == "a 3":
            raise Refusal("No.", next_step="Wait.", code="xero_busy")

    steps = {
        organisation: [Step(1, lambda name=f"{organisation} {number}": work(name)) for number in range(6)]  # type: ignore[misc]
        for organisation in "abcdefgh"
    }
    run_round(steps, workers=8, pause=never, refused=lambda who, why: told.append((who, why.code)))
    assert sorted(done) == sorted(f"{organisation} {number}" for organisation in "abcdefgh" for number in range(6))
    assert told == [("a", "xero_busy")]
    assert 1 < most[0] <= 8


def test_nothing_to_do_is_done_at_once() -> None:
    run_round({"a": [], "b": []}, workers=8, pause=never, refused=lambda _who, _why: None)


def test_a_used_up_day_is_not_waited_for() -> None:
    """The gateway says no in words; the round does not sleep until tomorrow."""
    done = []
    run_round(
        {"a": [Step(1, lambda: done.append("a"))]},
        workers=1,
        pause=lambda _organisation: 3_600.0,
        refused=lambda _who, _why: None,
    )
    assert done == ["a"]
