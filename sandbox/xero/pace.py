"""Xero's limits per organisation and app: calls in flight, a minute, a day; refused with 429 and its headers."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field

from sandbox.xero.wire import now_seconds

IN_FLIGHT, PER_MINUTE, PER_DAY, APP_PER_MINUTE = 5, 60, 5_000, 10_000
LIFTED = 9_999
"""What is said to be left of a minute that has no limit."""


@dataclass
class _Window:
    """A fixed window: when it began and how many calls it has seen."""

    began: float = 0.0
    calls: int = 0

    def remaining(self, now: float, seconds: int, limit: int) -> int:
        """Calls left in the window that holds this moment; opens a new window when the old one is over."""
        if now >= self.began + seconds:
            self.began, self.calls = now - now % seconds, 0
        return limit - self.calls


class TooManyError(Exception):
    """A limit is reached: which one, and after how many seconds to try again."""

    def __init__(self, problem: str, retry_after: int) -> None:
        super().__init__(problem)
        self.problem, self.retry_after = problem, retry_after


@dataclass
class Pace:
    """Counts calls the way Xero does: fixed windows of its own clock, replays included."""

    clock: Callable[[], float] = now_seconds
    unlimited: bool = False
    minutes: dict[str, _Window] = field(default_factory=lambda: defaultdict(_Window))
    days: dict[str, _Window] = field(default_factory=lambda: defaultdict(_Window))
    app: _Window = field(default_factory=_Window)
    in_flight: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    def enter(self, organisation: str) -> dict[str, str]:
        """Count one call in and return the remaining-headers of its answer; raises TooManyError."""
        now = self.clock()
        minute, day = self.minutes[organisation], self.days[organisation]
        if not self.unlimited:
            if day.remaining(now, 86_400, PER_DAY) <= 0:
                raise TooManyError("day", int(day.began + 86_400 - now) + 1)
            if minute.remaining(now, 60, PER_MINUTE) <= 0:
                raise TooManyError("minute", int(minute.began + 60 - now) + 1)
            if self.app.remaining(now, 60, APP_PER_MINUTE) <= 0:
                raise TooManyError("appminute", int(self.app.began + 60 - now) + 1)
            if self.in_flight[organisation] >= IN_FLIGHT:
                raise TooManyError("concurrent", 1)
        for window in () if self.unlimited else (minute, day, self.app):
            window.calls += 1
        self.in_flight[organisation] += 1
        return self.headers(organisation)

    def leave(self, organisation: str) -> None:
        """The call is answered."""
        self.in_flight[organisation] -= 1

    def headers(self, organisation: str) -> dict[str, str]:
        """What is left of each limit, as Xero tells with every answer."""
        now = self.clock()
        left = LIFTED if self.unlimited else max(0, self.minutes[organisation].remaining(now, 60, PER_MINUTE))
        return {
            "X-MinLimit-Remaining": str(left),
            "X-DayLimit-Remaining": str(max(0, self.days[organisation].remaining(now, 86_400, PER_DAY))),
            "X-AppMinLimit-Remaining": str(max(0, self.app.remaining(now, 60, APP_PER_MINUTE))),
        }

    def reset(self) -> None:
        """Forget all counts (tests and the control page)."""
        self.minutes.clear()
        self.days.clear()
        self.app = _Window()
