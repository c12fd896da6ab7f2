"""Runs every benchmark, one after the other, prints what was measured and exits with 1 when a goal was missed."""

from __future__ import annotations

import sys

from benchmarks import clicks, crowd, footprint, pace, statements, sweep, xero_reads

BENCHMARKS = (footprint, clicks, pace, sweep, xero_reads, statements, crowd)


def main() -> int:
    """Runs those whose names are given, or all; every one, so that the first missed goal hides no other."""
    named = {each.__name__.rpartition(".")[2]: each for each in BENCHMARKS}
    if unknown := set(sys.argv[1:]) - set(named):
        print(f"There is no benchmark {', '.join(sorted(unknown))}. There are {', '.join(named)}.")
        return 2
    missed = [name for name in sys.argv[1:] or named if named[name].main()]
    print(f"goals missed in: {', '.join(missed)}" if missed else "every goal met")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
