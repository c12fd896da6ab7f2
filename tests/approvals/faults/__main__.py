"""`python -m tests.approvals.faults [ROWS=post_journal,…]`: the whole fault table, printed; exit code 1 if anything."""

from __future__ import annotations

import logging
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import structlog

from tests.approvals.faults.bench import open_bench
from tests.approvals.faults.rows import ROWS, alive
from tests.approvals.faults.table import Outcome, cells_of, report, run, usual


def play(row: str) -> Sequence[Outcome]:
    """Every cell of one row, over a sandbox of its own."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    with tempfile.TemporaryDirectory() as folder, alive(), open_bench(Path(folder), tuple(ROWS)) as bench:
        known = usual(bench, row, ROWS[row])
        return [run(bench, cell, ROWS[row], known) for cell in cells_of(row)]


def main(words: list[str]) -> int:
    """Plays the rows asked for (all of them) in as many processes as there are cores."""
    asked = dict(word.split("=", 1) for word in words)
    rows = [each for each in asked.get("ROWS", "").split(",") if each] or list(ROWS)
    begun, outcomes = time.monotonic(), list[Outcome]()
    with ProcessPoolExecutor(int(asked.get("PROCESSES", 0)) or os.cpu_count()) as processes:
        for played in processes.map(play, rows):
            outcomes += played
            print(report(played), flush=True)
    wrong = sum(bool(each.wrong) for each in outcomes)
    print(f"{len(rows)} rows, {len(outcomes)} cells, {wrong} wrong, {time.monotonic() - begun:.0f} s")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
