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

import xero_python.accounting.models as sdk_models
from xero_python.api_client import ModelFinder
from xero_python.api_client.deserializer import deserialize

from benchmarks.xero_page import page
from xero_tools import translate

INVOICES, GOAL_LINES, MORE_LINES = 1_000, 2, 5
MOST_MS, LEAST_TIMES = 10.0, 30.0
ROUNDS, SDK_ROUNDS = 40, 5


def cpu_milliseconds(work: Callable[[], object], rounds: int) -> float:
    """The CPU time of the quickest round: the work itself, with the least of what else the machine did."""
    times = []
    for _ in range(rounds):
        began = time.process_time()
        work()
        times.append(time.process_time() - began)
    return min(times) * 1000


def measure(lines: int) -> tuple[float, float, float]:
    """CPU milliseconds to our wire shapes, on to our records, and to the SDK's models (as its client makes them)."""
    content, finder = page(INVOICES, lines), ModelFinder(sdk_models)
    wire = cpu_milliseconds(lambda: translate.envelope(content), ROUNDS)
    records = cpu_milliseconds(
        lambda: [translate.invoice(row, "NZD") for row in translate.envelope(content).Invoices or ()], ROUNDS
    )
    sdk = cpu_milliseconds(
        lambda: deserialize("Invoices", json.loads(content.decode(), parse_float=Decimal), finder), SDK_ROUNDS
    )
    print(
        f"a page of {INVOICES} invoices of {lines} lines, {len(content) / 2**20:.2f} MiB, CPU ms of the quickest round"
    )
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
