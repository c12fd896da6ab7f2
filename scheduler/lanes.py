"""Work by organisation: each has a lane of its own, so that one that waits for Xero's pace keeps no other waiting."""

from __future__ import annotations

import contextlib
import threading
from collections import Counter, defaultdict, deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import structlog

log = structlog.get_logger(__name__)
Work = Callable[[], object]


class Lanes:
    """`abreast` pieces of work of one organisation at a time, in the order they came; `threads` in all. Thread-safe.

    What a piece of work raises is logged: whoever handed it in has long gone on.
    """

    def __init__(self, threads: int, *, abreast: int) -> None:
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="posting")
        self._abreast = abreast
        self._guard = threading.Lock()
        self._waiting: dict[str, deque[Work]] = defaultdict(deque)
        self._under_way: Counter[str] = Counter()

    def submit(self, organisation: str, work: Work) -> None:
        """Hands in a piece of work. Once the lanes are closed nothing is begun any more, and nothing is raised."""
        with self._guard:
            self._waiting[organisation].append(work)
            self._begin(organisation)

    def is_free(self, organisation: str) -> bool:
        """Whether nothing of this organisation is under way."""
        with self._guard:
            return not self._under_way[organisation]

    def close(self) -> None:
        """Begins nothing more, and waits for what is under way."""
        with self._guard:
            self._waiting.clear()
        self._pool.shutdown(wait=True)

    def _begin(self, organisation: str) -> None:
        waiting = self._waiting[organisation]
        if not waiting or self._under_way[organisation] >= self._abreast:
            return
        with contextlib.suppress(RuntimeError):  # closed: whoever opens the next office finds what is left
            self._pool.submit(self._run, organisation, waiting[0])
            waiting.popleft()
            self._under_way[organisation] += 1

    def _run(self, organisation: str, work: Work) -> None:
        try:
            work()
        except Exception as error:  # noqa: BLE001 - the next piece of work must not wait for ever
            log.error("posting_failed", organisation=organisation, error=repr(error))
        finally:
            with self._guard:
                self._under_way[organisation] -= 1
                self._begin(organisation)
