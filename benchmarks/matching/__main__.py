"""`python -m benchmarks.matching run|world|score`: match a world of CSV files, make one, and say how right it was."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path


def main(arguments: list[str] | None = None) -> int:
    """Runs one of the three commands; prints what it did, or why it cannot (exit code 2)."""
    options = _parser().parse_args(arguments)
    from benchmarks.matching.run import Unreadable
    from books.refusal import Refusal

    try:
        return _run(options)
    except (Unreadable, Refusal, OSError, KeyError) as mistake:
        if isinstance(mistake, BrokenPipeError):  # the reader (`| head`) had enough
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return 0
        missing = "a column is missing: " if isinstance(mistake, KeyError) else ""
        print(f"{missing}{mistake}\nNext step: docs/matching.md shows the columns of a world.", file=sys.stderr)
        return 2


def _run(options: argparse.Namespace) -> int:
    if options.command == "world":
        from benchmarks.matching.world import write_world

        print(write_world(options.out, lines=options.lines, seed=options.seed, months=options.months))
    elif options.command == "run":
        from benchmarks.matching.run import run_world

        print(
            run_world(options.world, options.out, memory=options.memory, processes=options.processes, full=options.full)
        )
    else:
        from benchmarks.matching.score import score_world

        print(score_world(options.world, options.matches))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.matching", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    run = commands.add_parser("run", help="match DIR's lines to its open items; writes one row an allocation")
    run.add_argument("--world", type=Path, required=True)
    run.add_argument("--out", type=Path, required=True)
    run.add_argument("--memory", type=Path, help="what people confirmed and rejected before (JSON)")
    run.add_argument("--processes", type=int, default=0, help="0: one for each processor")
    run.add_argument("--full", action="store_true", help="candidates and unmatched lines too, not only sure and likely")
    world = commands.add_parser("world", help="make a world with its truth")
    world.add_argument("--lines", type=int, required=True)
    world.add_argument("--seed", type=int, required=True)
    world.add_argument("--out", type=Path, required=True)
    world.add_argument("--months", type=int, default=0, help="earlier months whose confirmations go to memory.json")
    score = commands.add_parser("score", help="hold matches to the truth")
    score.add_argument("--world", type=Path, required=True)
    score.add_argument("--matches", type=Path, required=True)
    return parser


if __name__ == "__main__":
    sys.exit(main())
