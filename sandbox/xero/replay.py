"""Idempotency keys: the same key with the same request gets the stored answer for six minutes, errors included."""

import asyncio
import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field

from sandbox.xero.refusals import BadRequestError
from sandbox.xero.store import Store
from sandbox.xero.wire import now_ms

KEEP_MS = 6 * 60 * 1000
MOST_CHARACTERS = 128


@dataclass(frozen=True)
class Answer:
    """A response as it goes over the wire and as it is kept for a replay; `is_repeated` when it is one."""

    status: int
    mime: str
    body: bytes
    is_repeated: bool = False


def fingerprint(method: str, path: str, organisation: str, body: bytes) -> str:
    """What makes two requests the same: method, path with its query, organisation and body."""
    text = "\n".join((method.upper(), path.lower(), organisation)).encode()
    return hashlib.sha256(text + b"\n" + body).hexdigest()


@dataclass
class Replays:
    """The answers kept by key, and a lock per key so that a concurrent repeat waits for the first."""

    store: Store
    clock_ms: Callable[[], int] = now_ms
    locks: dict[str, asyncio.Lock] = field(default_factory=dict)

    def lock(self, key: str) -> asyncio.Lock:
        """The lock of one key; locks nobody holds are dropped once there are many."""
        if len(self.locks) > 1000:
            self.locks = {name: lock for name, lock in self.locks.items() if lock.locked()}
        return self.locks.setdefault(key, asyncio.Lock())

    def find(self, key: str, print_of_request: str) -> Answer | None:
        """The stored answer of this key; raises BadRequestError when the key was used with another request."""
        row = self.store.db.execute(
            "SELECT fingerprint, status, mime, body FROM replays WHERE key = ? AND at > ?",
            (key, self.clock_ms() - KEEP_MS),
        ).fetchone()
        if row is None:
            return None
        if row[0] != print_of_request:
            raise BadRequestError(
                f"The Idempotency-Key '{key}' is used with a different request.", number=10, kind="ValidationException"
            )
        return Answer(row[1], row[2], row[3], is_repeated=True)

    def keep(self, key: str, print_of_request: str, answer: Answer) -> None:
        """Store an answer from now on; keys older than six minutes are forgotten."""
        now = self.clock_ms()
        self.store.db.execute("DELETE FROM replays WHERE at <= ?", (now - KEEP_MS,))
        self.store.db.execute(
            "INSERT OR REPLACE INTO replays VALUES (?, ?, ?, ?, ?, ?)",
            (key, print_of_request, now, answer.status, answer.mime, answer.body),
        )
