"""What a page of 1,000 full invoices costs to read: our typed shapes and records beside the SDK's models, in one run.

`python -m benchmarks.xero_reads` reads two pages: of two lines an invoice, as long as the full page that the goals were
set for, and of five. Each step is a whole read up to that step, with giving its memory back. Decoding (amounts to
Decimal) is held to both goals, as the anchor measured it; the house's records, with dates and Money, to the first.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from decimal import Decimal
from statistics import median

import xero_python.accounting.models as sdk_models
from xero_python.api_client import ModelFinder
from xero_python.api_client.deserializer import deserialize

from benchmarks.xero_page import page
from xero_tools import translate

INVOICES, GOAL_LINES, MORE_LINES = 1_000, 2, 5
MOST_MS, LEAST_TIMES = 10.0, 30.0
ROUNDS, READS_A_ROUND = 7, 8


def cpu_milliseconds(work: Callable[[], object], reads: int) -> float:
    """The CPU time of one read, over as many as asked."""
    began = time.process_time()
    for _ in range(reads):
        work()
    return (time.process_time() - began) * 1000 / reads


def measure(lines: int) -> tuple[float, float, float]:
    """CPU milliseconds to our wire shapes, on to our records, and to the SDK's models (as its client makes them).

    The three take turns, so that whatever else the machine does meets them alike; the median round counts.
    """
    content, finder = page(INVOICES, lines), ModelFinder(sdk_models)
    readers: tuple[tuple[Callable[[], object], int], ...] = (
        (lambda: translate.envelope(content), READS_A_ROUND),
        (lambda: [translate.invoice(row, "NZD") for row in translate.envelope(content).Invoices or ()], READS_A_ROUND),
        (lambda: deserialize("Invoices", json.loads(content.decode(), parse_float=Decimal), finder), 1),
    )
    rounds = [[cpu_milliseconds(reader, reads) for reader, reads in readers] for _ in range(ROUNDS)]
    wire, records, sdk = (median(times) for times in zip(*rounds, strict=True))
    print(f"a page of {INVOICES} invoices of {lines} lines, {len(content) / 2**20:.2f} MiB, CPU ms (median)")
    print(f"  decoded to typed shapes   {wire:8.1f}   {sdk / wire:5.1f} × faster than the SDK")
    print(f"  and on to our records     {records:8.1f}   {sdk / records:5.1f} × faster than the SDK")
    print(f"  xero-python's models      {sdk:8.1f}")
    return wire, records, sdk


def main() -> int:
    """Prints each step of both pages; exit code 1 when a goal is missed on the page that the goals were set for."""
    wire, records, sdk = measure(GOAL_LINES)
    measure(MORE_LINES)
    goals = (
        (f"decoded in {MOST_MS:.0f} ms", wire <= MOST_MS),
        (f"decoded {LEAST_TIMES:.0f} × faster than by the SDK", sdk / wire >= LEAST_TIMES),
        (f"and on to our records in {MOST_MS:.0f} ms", records <= MOST_MS),
    )
    for words, is_met in goals:
        print(f"goal, {words}: {'met' if is_met else 'NOT met'}")
    return 0 if all(is_met for _, is_met in goals) else 1


if __name__ == "__main__":
    sys.exit(main())
