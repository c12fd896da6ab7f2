"""Every kind of approval under every fault and crash, a slice of the table: nothing doubled, lost or silent.

`make faults` runs and prints the whole table.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from approvals.kinds import KINDS
from sandbox.xero import faults
from tests.approvals.faults.bench import Bench, open_bench
from tests.approvals.faults.dials import DIALS, NAMED
from tests.approvals.faults.samples import SAMPLES
from tests.approvals.faults.table import report, run, slice_of, usual

MOST, SEED = 150, 20261105
ROWS = tuple(kind.name for kind in KINDS)
SLICE = slice_of(ROWS, MOST, SEED)


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    """One practice and one Xero for all rows."""
    with open_bench(tmp_path_factory.mktemp("faults"), ROWS) as opened:
        yield opened


@pytest.mark.parametrize("row", ROWS)
def test_nothing_is_doubled_lost_or_silent(bench: Bench, row: str) -> None:
    assert row in SAMPLES, f"{row} has no sample in tests/approvals/faults/samples.py"
    known = usual(bench, row, SAMPLES[row])
    outcomes = [run(bench, cell, SAMPLES[row], known) for cell in SLICE[row]]
    assert not [each for each in outcomes if each.wrong], report(outcomes)


def test_every_dial_of_the_sandbox_is_turned() -> None:
    assert set(faults.KINDS) == NAMED
    assert {cell.dial for row in SLICE.values() for cell in row} == set(DIALS)
