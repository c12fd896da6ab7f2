"""Writers of one process take turns in the order they came, instead of asking SQLite over and over who is next."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager


class Turns:
    """SQLite lets whoever asks at the right moment write: among many threads one may wait for half a minute.

    Here the longest waiting is next. A thread that writes already is let through, and one whose turn does not come
    within `patience_seconds` too: SQLite then says what it says to other processes.
    """

    def __init__(self, patience_seconds: float = 30.0) -> None:
        self._patience = patience_seconds
        self._lock = threading.Lock()
        self._waiting: deque[threading.Event] = deque()
        self._holder: int | None = None

    @contextmanager
    def mine(self) -> Iterator[None]:
        """Waits for the turn, and gives it on in the end."""
        if self._holder == threading.get_ident() or not self._came():
            yield
            return
        try:
            yield
        finally:
            self._give_on()

    def _came(self) -> bool:
        called = threading.Event()
        with self._lock:
            if self._holder is None:
                self._holder = threading.get_ident()
                return True
            self._waiting.append(called)
        if called.wait(self._patience):
            self._holder = threading.get_ident()
            return True
        with self._lock:
            if called not in self._waiting:  # it came at the last moment
                self._holder = threading.get_ident()
                return True
            self._waiting.remove(called)
            return False

    def _give_on(self) -> None:
        with self._lock:
            if self._waiting:
                self._holder = _NOBODY_YET
                self._waiting.popleft().set()
            else:
                self._holder = None


_NOBODY_YET = -1
"""The turn was given on, and whoever it was given to has not woken yet."""
