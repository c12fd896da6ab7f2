"""One round over many organisations: the one with the most left goes first, because it decides when all are done."""

from __future__ import annotations

import heapq
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

from books.refusal import Refusal

IN_FLIGHT_EACH = 4
"""Xero allows five calls in flight for an organisation; one is left for a person's question."""
SHORTEST_NAP_SECONDS = 0.25
"""Who may not begin is asked again after this at the earliest: a thousand who wait cost nothing then."""
LONGEST_NAP_SECONDS = 90.0


class Round:
    """Which organisation's next step begins; it knows how many calls each has left, and nothing of threads.

    `steps` holds for each organisation the calls that each of its steps is expected to take, in the order in which
    they begin; `pause` says for how many seconds Xero's limits keep an organisation back.
    """

    def __init__(
        self,
        steps: Mapping[str, Sequence[int]],
        *,
        pause: Callable[[str], float],
        in_flight_each: int = IN_FLIGHT_EACH,
    ) -> None:
        self._steps = {organisation: deque(each) for organisation, each in steps.items() if each}
        self._left = {organisation: sum(each) for organisation, each in self._steps.items()}
        self._ready = [(-calls, organisation) for organisation, calls in self._left.items()]
        heapq.heapify(self._ready)
        self._unbegun = sum(map(len, self._steps.values()))
        self._asleep: list[tuple[float, str]] = []
        self._out: dict[str, int] = dict.fromkeys(self._left, 0)
        self._full: set[str] = set()
        self._pause = pause
        self._in_flight_each = in_flight_each

    def take(self, now: float) -> str | None:
        """The organisation whose next step begins now; None when none may begin before something ends or `wakes_at`."""
        while self._asleep and self._asleep[0][0] <= now:
            self._stand_ready(heapq.heappop(self._asleep)[1])
        while self._ready:
            _, organisation = heapq.heappop(self._ready)
            if self._out[organisation] >= self._in_flight_each:
                self._full.add(organisation)
            elif (pause := self._pause(organisation)) > 0:
                heapq.heappush(self._asleep, (now + max(pause, SHORTEST_NAP_SECONDS), organisation))
            else:
                self._begin(organisation)
                return organisation
        return None

    def done(self, organisation: str) -> None:
        """A step of this organisation has ended."""
        self._out[organisation] -= 1
        if organisation in self._full:
            self._full.remove(organisation)
            self._stand_ready(organisation)

    @property
    def wakes_at(self) -> float | None:
        """When the first organisation that Xero's limits keep back may be asked again; None when none is."""
        return self._asleep[0][0] if self._asleep else None

    @property
    def left(self) -> int:
        """Steps that have not begun."""
        return self._unbegun

    def _begin(self, organisation: str) -> None:
        self._out[organisation] += 1
        self._unbegun -= 1
        self._left[organisation] -= self._steps[organisation].popleft()
        self._stand_ready(organisation)

    def _stand_ready(self, organisation: str) -> None:
        if self._steps[organisation]:
            heapq.heappush(self._ready, (-self._left[organisation], organisation))


class Step(NamedTuple):
    """A piece of work for one organisation, and how many calls to Xero it is expected to take."""

    calls: int
    work: Callable[[], object]


def run_round(
    steps: Mapping[str, Sequence[Step]],
    *,
    workers: int,
    pause: Callable[[str], float],
    refused: Callable[[str, Refusal], None],
    clock: Callable[[], float] = time.monotonic,
) -> None:
    """Does every organisation's steps, `workers` at a time; a step that is refused is told and the others go on.

    An organisation's steps begin in their order and may run side by side. Whom the limits keep back for longer than
    LONGEST_NAP_SECONDS (its day is used up) is let through, and hears so from the gateway.
    """
    plan = Round(
        {organisation: [step.calls for step in each] for organisation, each in steps.items()},
        pause=lambda organisation: seconds if (seconds := pause(organisation)) <= LONGEST_NAP_SECONDS else 0.0,
    )
    waiting = {organisation: deque(each) for organisation, each in steps.items()}
    changed = threading.Condition()

    def next_step() -> tuple[str, Step] | None:
        with changed:
            while (organisation := plan.take(clock())) is None:
                if not plan.left:
                    return None
                wakes_at = plan.wakes_at
                changed.wait(None if wakes_at is None else max(0.0, wakes_at - clock()))
            return organisation, waiting[organisation].popleft()

    def work() -> None:
        while (found := next_step()) is not None:
            organisation, step = found
            try:
                step.work()
            except Refusal as refusal:
                refused(organisation, refusal)
            finally:
                with changed:
                    plan.done(organisation)
                    changed.notify_all()

    hands = min(workers, plan.left)
    if hands:
        with ThreadPoolExecutor(hands, thread_name_prefix="sweep") as pool:
            for hand in [pool.submit(work) for _ in range(hands)]:
                hand.result()
