"""What the pace costs a call, and whether several processes together keep Xero's limits and use them up.

`python -m benchmarks.pace` starts a Redis of its own. Four processes then want more calls of fifty organisations than
each of Xero's limits lets through, one limit after the other, in minutes that are scaled down to seconds. Who counts is
no part of the pace: every call writes down when it began and ended, and the limits are counted from that.
"""

from __future__ import annotations

import multiprocessing
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from bisect import bisect_left
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

import redis

from books.refusal import Refusal
from xero_tools.pace import Limits, Pace
from xero_tools.redis_pace import RedisPace

ORGANISATIONS, PROCESSES = 50, 4
MOST_MEMORY_MICROSECONDS, MOST_REDIS_MILLISECONDS, LEAST_USED = 10.0, 0.4, 0.95
FREE = 10**9
"""A limit that is not reached."""
Calls = Mapping[str, Sequence[tuple[float, float]]]
"""When each call of an organisation began and ended, in seconds of the machine's own clock."""


@dataclass(frozen=True)
class Case:
    """One limit that is reached: Xero's minute is `minute` seconds long here, and ours longer in Xero's proportion.

    `seconds` is how long the callers go on, `call_seconds` how long a call takes, and `callers` how many in each
    process want calls of the same organisation at once.
    """

    name: str
    limits: Limits
    minute: float
    seconds: float
    call_seconds: float
    callers: int = 1


def _limits(minute: float, *, in_flight: int = FREE, per_minute: int = FREE, app_per_minute: int = FREE) -> Limits:
    ours = minute * Limits().window_seconds / 60
    return Limits(in_flight, per_minute, FREE, app_per_minute, ours)


CASES = (
    Case("an organisation's minute", _limits(10.0, in_flight=5, per_minute=60), 10.0, 21.5, 0.05),
    Case("the app's minute", _limits(8.0, in_flight=5, app_per_minute=2_000), 8.0, 17.5, 0.05),
    Case("calls in flight", _limits(60.0, in_flight=5), 60.0, 8.0, 0.5, callers=2),
)


@dataclass(frozen=True)
class Counted:
    """What the observer saw: calls, how many of them passed a limit, and what share of it the least user used."""

    case: Case
    calls: int
    passed: int
    used: float

    @property
    def is_good(self) -> bool:
        """No call too many, and the limit used up."""
        return self.passed == 0 and self.used >= LEAST_USED


# what a call costs


def memory_microseconds(rounds: int = 20_000) -> float:
    """The median cost of taking and leaving one place in memory, with the counts of a full minute behind it."""
    pace = Pace(Limits(FREE, FREE, FREE, FREE))
    return median(_costs(pace, rounds)) * 1e6


def redis_milliseconds(url: str, rounds: int = 3_000) -> float:
    """The median cost of taking a place in Redis: the one script that checks every limit and counts the call."""
    pace = RedisPace(url, Limits(FREE, FREE, FREE, FREE), prefix="cost")
    return median(_costs(pace, rounds)) * 1e3


def _costs(pace: Pace, rounds: int) -> Iterator[float]:
    for number in range(rounds):
        began = time.perf_counter()
        turn = pace.turn(f"organisation {number % ORGANISATIONS}")
        turn.__enter__()
        yield time.perf_counter() - began
        turn.__exit__(None, None, None)


# what passes


def call(case: Case, url: str, starts_at: float) -> dict[str, list[tuple[float, float]]]:
    """One process's calls: some callers for each organisation, who ask again as soon as a call has ended."""
    pace = RedisPace(url, case.limits, prefix=case.name.replace(" ", "-"))
    calls: dict[str, list[tuple[float, float]]] = {f"organisation {number}": [] for number in range(ORGANISATIONS)}
    ends_at = starts_at + case.seconds
    threads = [
        threading.Thread(target=_go_on, args=(pace, case, organisation, made, starts_at, ends_at))
        for organisation, made in calls.items()
        for _ in range(case.callers)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return calls


def _go_on(
    pace: Pace, case: Case, organisation: str, made: list[tuple[float, float]], starts_at: float, ends_at: float
) -> None:
    time.sleep(max(0.0, starts_at - time.monotonic()))
    while (left := ends_at - time.monotonic()) > 0:
        try:
            with pace.turn(organisation, interactive=False, budget_seconds=left):
                began = time.monotonic()
                time.sleep(case.call_seconds)
                made.append((began, time.monotonic()))
        except Refusal:  # nothing more comes free before the end
            return


def observe(case: Case, url: str) -> Counted:
    """Lets the processes call, and counts."""
    with multiprocessing.get_context("spawn").Pool(PROCESSES) as pool:
        pool.map(abs, range(PROCESSES))  # every process has started and read its modules
        starts_at = time.monotonic() + 1.0
        told = pool.starmap(call, [(case, url, starts_at)] * PROCESSES, chunksize=1)
    calls = {each: sorted(made for process in told for made in process[each]) for each in told[0]}
    return count(case, calls, ends_at=starts_at + case.seconds)


def count(case: Case, calls: Calls, *, ends_at: float) -> Counted:
    """What passed each of the limits, and what share of the limit that this case is about was used."""
    limits = case.limits
    every = sorted(each for made in calls.values() for each in made)
    passed = sum(over_minute(made, limits.per_minute, case.minute) for made in calls.values())
    passed += over_minute(every, limits.app_per_minute, case.minute)
    passed += sum(over_in_flight(made, limits.in_flight) for made in calls.values())
    if limits.per_minute < FREE:
        used = min(used_of_minute(made, limits.per_minute, case.minute) for made in calls.values())
    elif limits.app_per_minute < FREE:
        used = used_of_minute(every, limits.app_per_minute, case.minute)
    else:
        used = min(used_in_flight(made, limits.in_flight, ends_at) for made in calls.values())
    return Counted(case, len(every), passed, used)


def over_minute(made: Sequence[tuple[float, float]], limit: int, minute: float) -> int:
    """How many calls began when the minute before them held `limit` already, however the minute is aligned."""
    starts = [began for began, _ in made]
    return sum(number - bisect_left(starts, began - minute) >= limit for number, began in enumerate(starts))


def over_in_flight(made: Sequence[tuple[float, float]], limit: int) -> int:
    """How many calls began while `limit` others were out."""
    over, out = 0, deque[float]()
    for began, ended in made:
        out = deque(each for each in out if each > began)
        over += len(out) >= limit
        out.append(ended)
    return over


def used_of_minute(made: Sequence[tuple[float, float]], limit: int, minute: float) -> float:
    """The rate that was kept up, as a share of `limit` a minute: how long it took on average until `limit` more."""
    starts = [began for began, _ in made]
    spans = [later - began for began, later in zip(starts, starts[limit:], strict=False)]
    return minute * len(spans) / sum(spans) if spans else 0.0


def used_in_flight(made: Sequence[tuple[float, float]], limit: int, ends_at: float) -> float:
    """How many calls were out on average, as a share of `limit`, from the first call until the callers stopped."""
    edges = sorted([(began, 1) for began, _ in made] + [(ended, -1) for _, ended in made])
    area, out, first = 0.0, 0, edges[0][0]
    for (at, change), (until, _) in pairwise([*edges, (ends_at, 0)]):
        out += change
        area += out * max(0.0, min(until, ends_at) - at)
    return area / (limit * (ends_at - first))


# the printed page


@contextmanager
def own_redis() -> Iterator[str]:
    """The address of a Redis that keeps nothing and ends with the benchmark."""
    binary = shutil.which("redis-server")
    if binary is None:
        raise SystemExit("There is no redis-server on this machine. Next step: install Redis.")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory() as home:
        words = [binary, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", home]
        server = subprocess.Popen(words, stdout=subprocess.DEVNULL)
        try:
            _answers(redis.Redis.from_url(f"redis://127.0.0.1:{port}/0").ping)
            yield f"redis://127.0.0.1:{port}/0"
        finally:
            server.terminate()
            server.wait(10)


def _answers(ping: Callable[[], object]) -> None:
    for _ in range(100):
        try:
            ping()
            return
        except redis.ConnectionError:
            time.sleep(0.05)
    raise SystemExit("Redis did not start.")


def report(memory: float, in_redis: float, counted: Sequence[Counted]) -> bool:
    """Prints what was measured beside its goals; True when all are met."""
    print(f"one call's place, median: {memory:.1f} µs in memory (goal {MOST_MEMORY_MICROSECONDS:.0f} µs), "
          f"{in_redis:.2f} ms in Redis (goal {MOST_REDIS_MILLISECONDS} ms)")  # fmt: skip
    print(f"{ORGANISATIONS} organisations, {PROCESSES} processes, one Redis")
    print(f"{'the limit reached':<26}{'calls':>8}{'passed it':>11}{'used':>8}")
    for each in counted:
        print(f"{each.case.name:<26}{each.calls:>8,}{each.passed:>11}{each.used:>8.1%}")
    is_met = memory <= MOST_MEMORY_MICROSECONDS and in_redis <= MOST_REDIS_MILLISECONDS
    is_met = is_met and all(each.is_good for each in counted)
    print(f"goal: no call over a limit, at least {LEAST_USED:.0%} of it used: {'met' if is_met else 'NOT met'}")
    return is_met


def main() -> int:
    """Exit code 1 when a goal is missed."""
    with own_redis() as url:
        in_redis = redis_milliseconds(url)
        counted = [observe(case, url) for case in CASES]
    return 0 if report(memory_microseconds(), in_redis, counted) else 1


if __name__ == "__main__":
    sys.exit(main())
