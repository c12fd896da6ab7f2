"""`python -m tests.simulation SEEDS=100`: plays so many seeds and says what did not hold; exit code 1 if anything.

`python -m tests.simulation MUTANTS=100` hunts every mutant instead, each in so many seeds at most.
"""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, contextmanager
from functools import partial
from multiprocessing import get_context
from multiprocessing.queues import Queue

from tests.simulation.database import IN_MEMORY
from tests.simulation.mutants import FIRST_SEED, MUTANTS
from tests.simulation.play import Played, found_by_its_story, hunted, play
from tests.simulation.stories import STORIES
from tests.support.databases import postgres_schema


def main(words: list[str]) -> int:
    """Plays seeds FIRST to FIRST+SEEDS-1, or hunts the mutants, in as many processes as there are cores."""
    asked = dict(word.split("=", 1) for word in words)
    if "MUTANTS" in asked:
        return _hunt(int(asked["MUTANTS"]))
    return _play(int(asked.get("FIRST", 0)), int(asked.get("SEEDS", 100)), asked.get("DB", "sqlite"))


def _play(first: int, seeds: int, database: str) -> int:
    begun, broken, writes, proposals, done = time.monotonic(), list[Played](), 0, 0, 0
    with _processes(database) as processes:
        for played in processes.map(_played, range(first, first + seeds), chunksize=5):
            writes, proposals, done = writes + played.writes, proposals + played.proposals, done + 1
            if played.broken:
                broken.append(played)
                print(f"seed {played.seed}: {played.broken} (trace {played.trace[:16]})", flush=True)
            if not done % 500:
                print(f"{done} seeds in {time.monotonic() - begun:.0f} s", flush=True)
    seconds = time.monotonic() - begun
    print(f"{seeds} seeds on {database}, {proposals} proposals, {writes} requests sent, {len(broken)} broken, "
          f"{seconds:.0f} s, {seeds / seconds:.1f} seeds/s, {_commit()}")  # fmt: skip
    return 1 if broken else 0


def _hunt(within: int) -> int:
    names = list(MUTANTS)
    with _processes("sqlite") as processes:
        found = []
        for name, where in zip(names, processes.map(partial(_hunted, within=within), names), strict=True):
            found.append(where)
            print(f"{name}: {where or 'NOT FOUND'}", flush=True)
    print(f"{len(names)} mutants, {found.count('')} not found in {within} seeds")
    return 1 if "" in found else 0


def _hunted(name: str, within: int) -> str:
    """Where a mutant is found: in a story of its own, or in the first seed; empty: nowhere."""
    if name in STORIES:
        return "its story" if found_by_its_story(name, MUTANTS[name]) else ""
    seed = hunted(MUTANTS[name], first=FIRST_SEED.get(name, 0), within=within)
    return "" if seed is None else f"seed {seed}"


_database = IN_MEMORY


def _played(seed: int) -> Played:
    return play(seed, database=_database)


@contextmanager
def _processes(database: str) -> Iterator[ProcessPoolExecutor]:
    """A process a core, each with a database of its own."""
    cores = os.cpu_count() or 1
    with ExitStack() as stack:
        urls: Queue[str] = get_context().Queue()
        for _ in range(cores):
            urls.put(stack.enter_context(postgres_schema(durable=False)) if database == "postgres" else IN_MEMORY)
        yield stack.enter_context(ProcessPoolExecutor(cores, initializer=_begin, initargs=(urls,)))


def _begin(urls: Queue[str]) -> None:
    global _database
    _database = urls.get()
    # What a seed made goes with its world: to look for rings more seldom saves a tenth of the time.
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


def _commit() -> str:
    """The commit that was played, so that a seed can be played again."""
    asked = ["git", "rev-parse", "--short", "HEAD"]
    return "commit " + subprocess.run(asked, capture_output=True, text=True, check=False).stdout.strip()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
