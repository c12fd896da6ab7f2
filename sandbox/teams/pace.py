"""Teams' limits of sending per bot and thread.

Source: Teams' documentation on rate limiting of bots: 7 in 1 s, 8 in 2 s, 60 in 30 s, 1,800 in an hour.
"""

from __future__ import annotations

import math
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from sandbox.slack.limits import Limits

WINDOWS = ((1.0, 7), (2.0, 8), (30.0, 60), (3600.0, 1800))


class TooFast(Exception):  # noqa: N818 - it is an answer, not a failure
    """Too many messages in one thread."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"wait {seconds} s")
        self.seconds = seconds


@dataclass
class ThreadPace:
    """Counts what the bot sends to each thread; the allowance is multiplied by the factor of the limits."""

    limits: Limits
    clock: Callable[[], float] = time.monotonic
    _sent: dict[str, deque[float]] = field(default_factory=dict)

    def count(self, thread: str) -> None:
        """Count one call. Raises TooFast."""
        if not self.limits.on:
            return
        now = self.clock()
        sent = self._sent.setdefault(thread, deque(maxlen=WINDOWS[-1][1] * self.limits.factor))
        for seconds, allowed in WINDOWS:
            recent = [at for at in sent if at > now - seconds]
            if len(recent) >= allowed * self.limits.factor:
                raise TooFast(max(1, math.ceil(recent[0] + seconds - now)))
        sent.append(now)
