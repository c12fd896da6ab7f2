"""Runs every benchmark, one after the other, and prints what was measured."""

from __future__ import annotations

import sys

from benchmarks import clicks, footprint, pace, sweep, xero_reads

BENCHMARKS = (footprint, clicks, pace, sweep, xero_reads)


def main() -> int:
    """Runs those whose names are given, or all."""
    chosen = [each for each in BENCHMARKS if not sys.argv[1:] or each.__name__.rpartition(".")[2] in sys.argv[1:]]
    for benchmark in chosen:
        benchmark.main()
    return 0


if __name__ == "__main__":
    sys.exit(main())
