"""The same pace shared by several processes through Redis, one atomic script a call."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import redis

from books.refusal import Refusal
from xero_tools.pace import Limits, Pace, header_number, too_busy

LEASE_SECONDS = 90.0  # longer than any call of ours: the place of a process that died comes free after it
_WAITING_MILLISECONDS = 1_500  # how long a person's wait keeps sweeps back, renewed at every look
_LOOK_AGAIN_SECONDS = 0.25  # a lease that ran out wakes nobody

# KEYS: calls out, minute, app minute, day, closed, app closed, a person waits, the minute's limit is lifted
# ARGV: lease, limits (in flight, minute, day, app), window ms, lease ms, interactive, how long its wait counts in ms;
# an empty lease only asks. Answers 0, or the milliseconds to wait and why.
_ENTER = """
local t = redis.call('TIME'); local now = t[1] * 1000 + math.floor(t[2] / 1000)
local window, lease_ms, interactive = tonumber(ARGV[6]), tonumber(ARGV[7]), ARGV[8] == '1'
local asks = ARGV[1] == ''
if interactive and not asks then redis.call('SET', KEYS[7], '1', 'PX', ARGV[9]) end
for _, key in ipairs({KEYS[5], KEYS[6]}) do
  local left = redis.call('PTTL', key)
  if left > 0 then return {left, redis.call('GET', key)} end
end
if tonumber(redis.call('GET', KEYS[4]) or '0') >= tonumber(ARGV[4]) then
  return {redis.call('PTTL', KEYS[4]), 'day'}
end
for i, key in ipairs({KEYS[2], KEYS[3]}) do
  redis.call('ZREMRANGEBYSCORE', key, '-inf', now - window)
  local full = redis.call('ZCARD', key) >= tonumber(ARGV[i == 1 and 3 or 5])
  if full and not (i == 1 and redis.call('EXISTS', KEYS[8]) == 1) then
    local oldest = redis.call('ZRANGE', key, 0, 0, 'WITHSCORES')
    return {oldest[2] + window - now, 'minute'}
  end
end
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
if redis.call('ZCARD', KEYS[1]) >= tonumber(ARGV[2]) then return {20, 'concurrent'} end
if not interactive and redis.call('EXISTS', KEYS[7]) == 1 then return {20, 'concurrent'} end
if asks then return {0, ''} end
redis.call('ZADD', KEYS[1], now + lease_ms, ARGV[1])
redis.call('PEXPIRE', KEYS[1], lease_ms)
for _, key in ipairs({KEYS[2], KEYS[3]}) do
  redis.call('ZADD', key, now, ARGV[1]); redis.call('PEXPIRE', key, window)
end
if redis.call('INCR', KEYS[4]) == 1 then redis.call('EXPIRE', KEYS[4], 86400) end
if interactive then redis.call('DEL', KEYS[7]) end
return {0, ''}
"""

# KEYS: minute, app minute, day, the minute's limit is lifted.
# ARGV: used of each (-1 when Xero did not say), window ms, a unique word, whether it is lifted ('' when not said)
_LEARN = """
local t = redis.call('TIME'); local now = t[1] * 1000 + math.floor(t[2] / 1000)
for i = 1, 2 do
  local used = tonumber(ARGV[i])
  for n = redis.call('ZCARD', KEYS[i]) + 1, used do redis.call('ZADD', KEYS[i], now, ARGV[5] .. n) end
  if used > 0 then redis.call('PEXPIRE', KEYS[i], ARGV[4]) end
end
if ARGV[6] == '1' then redis.call('SET', KEYS[4], '1', 'PX', ARGV[4]) end
if ARGV[6] == '0' then redis.call('DEL', KEYS[4]) end
local today = tonumber(redis.call('GET', KEYS[3]) or '0')
if tonumber(ARGV[3]) > today then
  redis.call('SET', KEYS[3], ARGV[3], 'KEEPTTL')
  if redis.call('TTL', KEYS[3]) < 0 then redis.call('EXPIRE', KEYS[3], 86400) end
end
return 0
"""

# KEYS: calls out, a person waits, freed for a person, freed.  ARGV: lease, places, ms
# Whoever waits for a place is woken by the one who leaves: asking every few milliseconds would cost Redis more than the
# calls do. A word that nobody waited for costs the next one who waits a look.
_LEAVE = """
redis.call('ZREM', KEYS[1], ARGV[1])
local freed = redis.call('EXISTS', KEYS[2]) == 1 and KEYS[3] or KEYS[4]
redis.call('LPUSH', freed, 1); redis.call('LTRIM', freed, 0, ARGV[2] - 1); redis.call('PEXPIRE', freed, ARGV[3])
return 0
"""

# KEYS: closed.  ARGV: why, ms.  A short wait does not shorten a longer one that stands (the day's).
_CLOSE = """
if redis.call('PTTL', KEYS[1]) < tonumber(ARGV[2]) then redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2]) end
return 0
"""


class RedisPace(Pace):
    """Keeps all processes that share one Redis inside the limits; the time is Redis's own.

    A place in flight is a lease: it comes free when its holder leaves, or 90 seconds after the holder died.
    Raises Refusal (code redis_unreachable) when Redis is not there: without it the limits cannot be kept.
    """

    def __init__(
        self,
        url: str,
        limits: Limits | None = None,
        *,
        prefix: str = "tieout:pace",
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        super().__init__(limits)
        self._redis: Any = redis.Redis.from_url(url, socket_timeout=5, socket_connect_timeout=5)
        self._prefix = f"{{{prefix}}}"  # one hash slot, so that the script may touch all of its keys
        self._enter = self._redis.register_script(_ENTER)
        self._learn = self._redis.register_script(_LEARN)
        self._leave = self._redis.register_script(_LEAVE)
        self._shut = self._redis.register_script(_CLOSE)
        self._pause_for = sleep

    @contextmanager
    def turn(self, organisation: str, *, interactive: bool = True, budget_seconds: float = 30.0) -> Iterator[None]:
        lease = uuid.uuid4().hex
        self._enter_within(organisation, lease, interactive, budget_seconds)
        try:
            yield
        finally:
            try:
                keys = [self._key(organisation, what) for what in ("out", "waiting", "freed-person", "freed")]
                self._leave(keys=keys, args=[lease, self.limits.in_flight, _WAITING_MILLISECONDS])
            except redis.RedisError:
                lease = ""  # the lease runs out by itself; the call's own outcome matters more

    def pause(self, organisation: str, *, interactive: bool = False) -> float:
        """Seconds for which the limits, as all processes know them together, keep a call back; 0 when it may begin.

        Without Redis it is 0 too: the call itself is refused then, in words.
        """
        try:
            wait, _ = self._ask(organisation, "", interactive)
        except Refusal:
            return 0.0
        return float(wait) / 1000

    def learn(self, organisation: str, status: int, headers: Mapping[str, str]) -> None:
        minute, day = header_number(headers, "X-MinLimit-Remaining"), header_number(headers, "X-DayLimit-Remaining")
        app = header_number(headers, "X-AppMinLimit-Remaining")
        with self._changed:
            seen = self._course(organisation).allowance
            seen.minute = seen.minute if minute is None else minute
            seen.day = seen.day if day is None else day
        limits = self.limits
        used = [
            -1 if left is None else limit - left
            for left, limit in ((minute, limits.per_minute), (app, limits.app_per_minute), (day, limits.per_day))
        ]
        keys = [self._key(organisation, "minute"), self._key("", "minute")]
        keys += [self._key(organisation, what) for what in ("day", "lifted")]
        lifted = "" if minute is None else int(minute > limits.per_minute)
        with _reachable():
            self._learn(keys=keys, args=[*used, int(limits.window_seconds * 1000), uuid.uuid4().hex, lifted])
            if status == 429:
                self._close(organisation, headers)

    def _key(self, organisation: str, what: str) -> str:
        return f"{self._prefix}:{organisation or 'app'}:{what}"

    def _close(self, organisation: str, headers: Mapping[str, str]) -> None:
        seconds = header_number(headers, "Retry-After")
        problem = headers.get("X-Rate-Limit-Problem", "").lower()
        whose = "" if problem.startswith("app") else organisation
        why = "day" if problem.startswith("day") else "minute"
        wait = max(1, (1 if seconds is None else seconds) * 1000)
        self._shut(keys=[self._key(whose, "closed")], args=[why, wait])

    def _enter_within(self, organisation: str, lease: str, interactive: bool, budget_seconds: float) -> None:
        deadline = time.monotonic() + budget_seconds
        while True:
            wait, why = self._ask(organisation, lease, interactive)
            if wait == 0:
                return
            seconds = max(0.005, float(wait) / 1000)
            if time.monotonic() + seconds > deadline:
                raise too_busy(seconds, whole_day=why == b"day")
            if why == b"concurrent":
                self._until_freed(organisation, interactive, deadline - time.monotonic())
            else:
                self._pause_for(seconds)

    def _until_freed(self, organisation: str, interactive: bool, at_most_seconds: float) -> None:
        """Waits until a call of the organisation has ended, in whichever process; a person hears of it first."""
        told = ("freed-person", "freed") if interactive else ("freed",)
        seconds = max(0.005, min(_LOOK_AGAIN_SECONDS, at_most_seconds))
        with _reachable():
            self._redis.blpop([self._key(organisation, what) for what in told], timeout=seconds)

    def _ask(self, organisation: str, lease: str, interactive: bool) -> tuple[int, bytes]:
        """Takes a place for `lease` (the empty one only asks): 0, or the milliseconds to wait, and why."""
        limits = self.limits
        keys = [
            *(self._key(organisation, what) for what in ("out", "minute")),
            self._key("", "minute"),
            *(self._key(organisation, what) for what in ("day", "closed")),
            self._key("", "closed"),
            *(self._key(organisation, what) for what in ("waiting", "lifted")),
        ]
        arguments: list[str | int] = [
            lease, limits.in_flight, limits.per_minute, limits.per_day, limits.app_per_minute,
            int(limits.window_seconds * 1000), int(LEASE_SECONDS * 1000), int(interactive), _WAITING_MILLISECONDS,
        ]  # fmt: skip
        with _reachable():
            wait, why = self._enter(keys=keys, args=arguments)
        return int(wait), why


@contextmanager
def _reachable() -> Iterator[None]:
    try:
        yield
    except redis.RedisError as error:
        raise Refusal(
            "Redis, which keeps the pace of our calls to Xero, cannot be reached.",
            next_step="Check TIEOUT_REDIS_URL, or unset it when only one process runs.",
            code="redis_unreachable",
            detail=type(error).__name__,
        ) from error
