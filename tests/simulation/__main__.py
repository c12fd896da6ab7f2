"""`python -m tests.simulation SEEDS=100`: plays so many seeds and says what did not hold; exit code 1 if anything."""

from __future__ import annotations

import os
import sys
import time
from concurrent.futures import ProcessPoolExecutor

from tests.simulation.play import Played, play


def main(words: list[str]) -> int:
    """Plays seeds FIRST to FIRST+SEEDS-1 in as many processes as there are cores."""
    asked = dict(word.split("=", 1) for word in words)
    first, seeds = int(asked.get("FIRST", 0)), int(asked.get("SEEDS", 100))
    begun, broken, writes, proposals = time.monotonic(), list[Played](), 0, 0
    with ProcessPoolExecutor(os.cpu_count()) as processes:
        for played in processes.map(play, range(first, first + seeds)):
            writes, proposals = writes + played.writes, proposals + played.proposals
            if played.broken:
                broken.append(played)
                print(f"seed {played.seed}: {played.broken} (trace {played.trace[:16]})", flush=True)
    seconds = time.monotonic() - begun
    print(f"{seeds} seeds, {proposals} proposals, {writes} requests sent, {len(broken)} broken, {seconds:.0f} s")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
