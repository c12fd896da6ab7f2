"""Slack's rate limits: tiers per method and about one message a second in a channel.

Source: Slack's rate-limit tiers per method (Tier 1 to 4: 1, 20, 50 and 100 calls a minute) and its special tier of
chat.postMessage. `GENEROUS` multiplies the allowance so that a demonstration is never held up; `STRICT` is the letter.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from sandbox.slack.errors import RateLimited

PER_MINUTE = {1: 1, 2: 20, 3: 50, 4: 100}
TIERS = {
    "apps.connections.open": 1,
    **dict.fromkeys(
        ("chat.startStream", "chat.stopStream", "conversations.list", "users.list", "users.conversations"), 2
    ),
    **dict.fromkeys(("chat.update", "chat.delete", "chat.scheduleMessage", "users.lookupByEmail", "team.info"), 3),
    **dict.fromkeys(("conversations.open", "conversations.info", "conversations.history"), 3),
    **dict.fromkeys(("conversations.replies", "conversations.join", "reactions.add", "bots.info"), 3),
    **dict.fromkeys(("chat.postEphemeral", "chat.appendStream", "conversations.members", "users.info"), 4),
    **dict.fromkeys(("views.open", "views.update", "views.publish", "views.push"), 4),
    **dict.fromkeys(("files.getUploadURLExternal", "files.completeUploadExternal", "files.info"), 4),
}


@dataclass(frozen=True)
class Limits:
    """How strictly the tiers hold: allowance of a tier times `factor`, and so many messages at once in a channel."""

    factor: int
    post_burst: int
    on: bool = True


GENEROUS = Limits(factor=20, post_burst=300)
STRICT = Limits(factor=1, post_burst=3)
OFF = Limits(factor=1, post_burst=1, on=False)


@dataclass
class Gate:
    """Counts the calls; raises RateLimited when one is too many."""

    limits: Limits
    clock: Callable[[], float] = time.monotonic
    _buckets: dict[str, tuple[float, float]] = field(default_factory=dict)

    def pass_through(self, method: str, channel: str | None) -> None:
        """Count one call of a method. Raises RateLimited."""
        if not self.limits.on:
            return
        if method == "chat.postMessage":
            self._take(f"{method} {channel}", self.limits.post_burst, 1.0)
        elif method in TIERS:
            allowance = PER_MINUTE[TIERS[method]] * self.limits.factor
            self._take(method, allowance, allowance / 60)

    def _take(self, bucket: str, capacity: float, refill_per_second: float) -> None:
        now = self.clock()
        left, since = self._buckets.get(bucket, (float(capacity), now))
        left = min(float(capacity), left + (now - since) * refill_per_second)
        if left < 1:
            self._buckets[bucket] = (left, now)
            raise RateLimited(max(1, math.ceil((1 - left) / refill_per_second)))
        self._buckets[bucket] = (left - 1, now)
