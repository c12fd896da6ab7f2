"""A sweep over a thousand organisations in virtual time: the real order, the real pace, and calls that only take time.

`python -m benchmarks.sweep` prints how long the sweep would take against what no sweep can beat: Xero's limits (10,000
calls a minute for the app, 60 for an organisation, 5 at once) and W calls of L seconds in flight. The goal: at most
1.15 times that bound with 200 in flight.
"""

from __future__ import annotations

import argparse
import heapq
import math
import random
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass

from scheduler.sweeps.many_organisations import IN_FLIGHT_EACH, Round
from xero_tools.pace import Pace

ORGANISATIONS, LATENCY_SECONDS = 1_000, 0.57
MOST_TIMES = 1.15
GOAL_IN_FLIGHT = 200
WINDOWS = (50, 200, 800)


class VirtualPace(Pace):
    """The real limits on a clock that the simulation moves; a call is begun and ended without a thread to wait in."""

    def __init__(self) -> None:
        self.now = 0.0
        super().__init__(clock=lambda: self.now)

    def begin(self, organisation: str) -> None:
        """A call begins; it is an error of the sweep when the limits do not let it."""
        course = self._course(organisation)
        if self._pause(course, False) > 0:
            raise AssertionError(f"{organisation} began a call that Xero would have answered with 429")
        self._begin(course)

    def end(self, organisation: str) -> None:
        """A call ends."""
        self._course(organisation).out -= 1


@dataclass(frozen=True)
class Sweep:
    """What a simulated sweep took: virtual seconds, its bound, and the seconds of this machine."""

    name: str
    in_flight: int
    calls: int
    seconds: float
    bound: float
    took: float

    @property
    def times(self) -> float:
        """How many times the bound."""
        return self.seconds / self.bound


def bound(calls: Mapping[str, int], in_flight: int, latency: float = LATENCY_SECONDS) -> float:
    """The least seconds that any sweep takes under Xero's limits."""
    every, most = sum(calls.values()), max(calls.values())
    minutes = max(math.ceil(every / 10_000), math.ceil(most / 60)) - 1
    return max(60.0 * minutes, most * latency / 5, every * latency / in_flight)


def simulate(name: str, calls: Mapping[str, int], in_flight: int, *, seed: int = 1) -> Sweep:
    """Runs one sweep; latencies spread by a fifth around 0.57 s."""
    began, pace, chance = time.perf_counter(), VirtualPace(), random.Random(seed)
    plan = Round({each: [1] * count for each, count in calls.items()}, pause=pace.pause)
    ends: list[tuple[float, str]] = []
    while plan.left or ends:
        while len(ends) < in_flight and (organisation := plan.take(pace.now)) is not None:
            pace.begin(organisation)
            heapq.heappush(ends, (pace.now + LATENCY_SECONDS * chance.uniform(0.8, 1.2), organisation))
        wakes_at = plan.wakes_at if len(ends) < in_flight else None
        if ends and (wakes_at is None or ends[0][0] <= wakes_at):
            pace.now, organisation = heapq.heappop(ends)
            pace.end(organisation)
            plan.done(organisation)
        elif wakes_at is not None:
            pace.now = wakes_at
    took = time.perf_counter() - began
    return Sweep(name, in_flight, sum(calls.values()), pace.now, bound(calls, in_flight), took)


def heavy_tail(seed: int = 7) -> dict[str, int]:
    """Most organisations change little; one has 600 calls, and the mean is about 14."""
    chance = random.Random(seed)
    counts = [min(600, max(4, round(4 * chance.paretovariate(1.4)))) for _ in range(ORGANISATIONS - 1)]
    return {f"organisation {number}": count for number, count in enumerate([600, *counts])}


def even(count: int) -> dict[str, int]:
    """The same number of calls for each."""
    return {f"organisation {number}": count for number in range(ORGANISATIONS)}


CASES = {"6 each": even(6), "25 each": even(25), "200 each": even(200), "heavy tail": heavy_tail()}


def report(sweeps: list[Sweep]) -> bool:
    """Prints every sweep; True when the goal is met where it is set."""
    print(f"A sweep of {ORGANISATIONS} organisations in virtual time, {LATENCY_SECONDS} s a call")
    print(f"({IN_FLIGHT_EACH} of an organisation at once: the fifth is left for a person)")
    print(
        f"{'calls':<12}{'in flight':>10}{'calls in all':>14}{'makespan s':>12}{'bound s':>10}{'times':>8}{'cpu s':>8}"
    )
    for each in sweeps:
        figures = f"{each.seconds:>12.1f}{each.bound:>10.1f}{each.times:>8.2f}{each.took:>8.1f}"
        print(f"{each.name:<12}{each.in_flight:>10}{each.calls:>14,}{figures}")
    is_met = all(each.times <= MOST_TIMES for each in sweeps if each.in_flight == GOAL_IN_FLIGHT)
    print(f"goal: at most {MOST_TIMES} times the bound with {GOAL_IN_FLIGHT} in flight, no call ever over a limit: "
          f"{'met' if is_met else 'NOT met'}")  # fmt: skip
    return is_met


def main(argv: list[str] | None = None) -> int:
    """The command line; exit code 1 when the goal is missed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.sweep", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--in-flight", type=int, nargs="+", default=WINDOWS)
    chosen = parser.parse_args(argv or [])
    sweeps = [simulate(name, calls, window) for name, calls in CASES.items() for window in chosen.in_flight]
    return 0 if report(sweeps) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
