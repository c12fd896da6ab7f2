"""The pace that Xero allows: calls in flight, a minute and a day for an organisation, and a minute for the app."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from books.refusal import Refusal


@dataclass(frozen=True)
class Limits:
    """Xero's limits of 2026: calls in flight, a minute and a day for one organisation, and a minute for the app.

    `window_seconds` is a little longer than Xero's minute: its clock and the network are not ours.
    """

    in_flight: int = 5
    per_minute: int = 60
    per_day: int = 5_000
    app_per_minute: int = 10_000
    window_seconds: float = 61.0


@dataclass
class Allowance:
    """What Xero last said is left for an organisation; None until it has said so."""

    minute: int | None = None
    day: int | None = None


@dataclass
class _Course:
    """One organisation's calls: how many are out, when the last minute's began, and until when Xero said to wait.

    `lifted` is whether Xero last said that more is left of the minute than a minute holds: it lifts the limit of some
    plans for a while after an organisation is connected.
    """

    out: int = 0
    begun: deque[float] = field(default_factory=deque)
    today: int = 0
    day_ends: float = 0.0
    closed_until: float = 0.0
    day_closed: bool = False
    lifted: bool = False
    interactive_waiting: int = 0
    allowance: Allowance = field(default_factory=Allowance)


class Pace:
    """Keeps one process inside the limits; its minute slides, so that Xero's cannot be passed however it is aligned.

    A person's call goes before a sweep's; organisations do not wait for one another. Thread-safe.
    """

    def __init__(self, limits: Limits | None = None, *, clock: Callable[[], float] = time.time) -> None:
        self.limits = limits or Limits()
        self._clock = clock
        self._changed = threading.Condition()
        self._courses: dict[str, _Course] = {}
        self._app_begun: deque[float] = deque()
        self._app_closed_until = 0.0

    @contextmanager
    def turn(self, organisation: str, *, interactive: bool = True, budget_seconds: float = 30.0) -> Iterator[None]:
        """Holds one call's place; raises Refusal when no place comes free within the budget, or the day is used up."""
        self._wait(organisation, interactive, budget_seconds)
        try:
            yield
        finally:
            with self._changed:
                self._courses[organisation].out -= 1
                self._changed.notify_all()

    def pause(self, organisation: str, *, interactive: bool = False) -> float:
        """Seconds for which the limits, as this process knows them, keep a call back; 0 when it may begin now."""
        with self._changed:
            return max(0.0, self._pause(self._course(organisation), interactive))

    def learn(self, organisation: str, status: int, headers: Mapping[str, str]) -> None:
        """Corrects the counts by what Xero's answer says."""
        with self._changed:
            course, now = self._course(organisation), self._clock()
            self._learn_remaining(course, headers, now)
            if status == 429:
                self._learn_refusal(course, headers, now)
            self._changed.notify_all()

    def allowance(self, organisation: str) -> Allowance:
        """What Xero last said is left."""
        with self._changed:
            return self._course(organisation).allowance

    def _course(self, organisation: str) -> _Course:
        return self._courses.setdefault(organisation, _Course())

    def _wait(self, organisation: str, interactive: bool, budget_seconds: float) -> None:
        deadline = self._clock() + budget_seconds
        with self._changed:
            course = self._course(organisation)
            course.interactive_waiting += interactive
            try:
                while (pause := self._pause(course, interactive)) > 0:
                    now = self._clock()
                    if now >= deadline or (pause >= 1 and now + pause > deadline):
                        raise too_busy(pause, whole_day=course.day_closed or self._day_used(course))
                    self._changed.wait(min(pause, deadline - now))
                self._begin(course)
            finally:
                course.interactive_waiting -= interactive

    def _pause(self, course: _Course, interactive: bool) -> float:
        """Seconds to wait before asking again; 0 when the call may begin now."""
        now, limits = self._clock(), self.limits
        self._forget_old(course, now)
        if course.closed_until > now:
            return course.closed_until - now
        if self._app_closed_until > now:
            return self._app_closed_until - now
        course.day_closed = False
        if self._day_used(course):
            return course.day_ends - now
        if len(course.begun) >= limits.per_minute and not course.lifted:
            return course.begun[0] + limits.window_seconds - now
        if len(self._app_begun) >= limits.app_per_minute:
            return self._app_begun[0] + limits.window_seconds - now
        if course.out >= limits.in_flight or (course.interactive_waiting and not interactive):
            return 0.05  # somebody's leaving wakes us earlier
        return 0.0

    def _begin(self, course: _Course) -> None:
        now = self._clock()
        course.out += 1
        course.today += 1
        course.begun.append(now)
        self._app_begun.append(now)

    def _forget_old(self, course: _Course, now: float) -> None:
        old = now - self.limits.window_seconds
        for begun in (course.begun, self._app_begun):
            while begun and begun[0] <= old:
                begun.popleft()
        if now >= course.day_ends:
            course.today, course.day_ends = 0, now + 86_400

    def _day_used(self, course: _Course) -> bool:
        return course.today >= self.limits.per_day

    def _learn_remaining(self, course: _Course, headers: Mapping[str, str], now: float) -> None:
        minute, day = header_number(headers, "X-MinLimit-Remaining"), header_number(headers, "X-DayLimit-Remaining")
        app = header_number(headers, "X-AppMinLimit-Remaining")
        if minute is not None:
            course.allowance.minute = minute
            course.lifted = minute > self.limits.per_minute
            _count_others(course.begun, self.limits.per_minute - minute, now)
        if app is not None:
            _count_others(self._app_begun, self.limits.app_per_minute - app, now)
        if day is not None:
            course.allowance.day = day
            course.today = max(course.today, self.limits.per_day - day)

    def _learn_refusal(self, course: _Course, headers: Mapping[str, str], now: float) -> None:
        seconds = header_number(headers, "Retry-After")
        problem = headers.get("X-Rate-Limit-Problem", "").lower()
        wait = 1 if seconds is None else seconds
        if problem.startswith("app"):
            self._app_closed_until = max(self._app_closed_until, now + wait)
        else:
            course.closed_until = max(course.closed_until, now + wait)
            course.day_closed = problem.startswith("day")


def _count_others(begun: deque[float], used: int, now: float) -> None:
    """Calls that Xero counted and we did not make (another process, another app's share) are taken as made now."""
    for _ in range(used - len(begun)):
        begun.append(now)


def header_number(headers: Mapping[str, str], name: str) -> int | None:
    """A whole number in a header; None when it is not there or is none."""
    text = headers.get(name, "").strip()
    return int(text) if text.isdigit() else None


def too_busy(seconds: float, *, whole_day: bool) -> Refusal:
    """The refusal for a limit of Xero's that is used up, with how long it lasts."""
    if whole_day:
        hours = max(1, round(seconds / 3600))
        return Refusal(
            "Today's calls to Xero for this client are used up.",
            next_step=f"Ask again in about {hours} hour{'s' if hours > 1 else ''}.",
            code="xero_day_limit",
        )
    return Refusal(
        "Xero asks us to slow down for this client.",
        next_step=f"Ask again in {max(1, round(seconds))} seconds.",
        code="xero_busy",
    )
