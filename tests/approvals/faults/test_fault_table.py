"""Every kind of approval and every write of the pen, under every fault and crash: nothing doubled, lost or silent.

This is a slice of the table, the same each time.

`make faults` runs and prints the whole table.
"""

from __future__ import annotations

import inspect
import pickle
import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from unittest.mock import patch

import pytest

from approvals import claims
from approvals.kinds import KINDS
from approvals.kinds.post_journal import PostJournalKind
from bot.cards import proposal as cards
from sandbox.xero import faults
from tests.approvals.faults.bench import Bench, open_bench
from tests.approvals.faults.dials import AFTER_SEND, BEFORE_SEND, CRASHES, DIALS, LIVES, NAMED
from tests.approvals.faults.pen_rows import PEN_ROWS
from tests.approvals.faults.rows import ROWS, alive
from tests.approvals.faults.table import DOUBLED, LOST, SILENT, Cell, Outcome, report, run, slice_of, usual
from xero_tools.writes import Pen

HOUSE = Path(__file__).resolve().parents[3]
MOST, SEED = 120, 20261105
SLICE = slice_of(tuple(ROWS), MOST, SEED)


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    """One practice and one Xero for all rows."""
    with alive(), open_bench(tmp_path_factory.mktemp("faults"), tuple(ROWS)) as opened:
        yield opened


@pytest.mark.parametrize("row", ROWS)
def test_nothing_is_doubled_lost_or_silent(bench: Bench, row: str) -> None:
    known = usual(bench, row, ROWS[row])
    outcomes = [run(bench, cell, ROWS[row], known) for cell in SLICE[row]]
    assert not [each for each in outcomes if each.wrong], report(outcomes)


@pytest.mark.parametrize(
    ("guard", "dial", "crash", "word"),
    [
        (lambda: patch.object(PostJournalKind, "find", lambda *_, **__: None), "dropped after", AFTER_SEND, DOUBLED),
        (lambda: patch.object(claims, "pending", lambda *_, **__: ()), "no fault", BEFORE_SEND, LOST),
        (lambda: patch.object(cards, "_in_the_way", lambda _: []), "revoked connection", LIVES, SILENT),
    ],
    ids=["no look for the mark", "nobody carries on", "a card without words"],
)
def test_a_guard_that_is_missing_is_seen(
    bench: Bench, guard: Callable[[], AbstractContextManager[object]], dial: str, crash: str, word: str
) -> None:
    """The table can fail: with a guard taken out, its cell says so."""
    row = "post_journal"
    known = usual(bench, row, ROWS[row])
    turned = next(each for each in DIALS if each.name == dial)
    with guard():
        outcome = run(bench, Cell(row, turned, crash, soon=False), ROWS[row], known)
    bench.mend()
    bench.sweep(turned)
    assert word in outcome.wrong, outcome


def test_every_kind_is_a_row() -> None:
    """A kind without a sample in samples.py is not tried, and so does not pass."""
    assert [kind.name for kind in KINDS if kind.name not in ROWS] == []


def test_every_write_of_the_pen_is_a_row_or_part_of_a_kind() -> None:
    text = "".join(path.read_text() for path in (HOUSE / "approvals").rglob("*.py"))
    used = set(re.findall(r"\bpen\.(\w+)\(", text))
    methods = {name: inspect.signature(each).parameters for name, each in inspect.getmembers(Pen, inspect.isfunction)}
    writes = {name for name, takes in methods.items() if "key" in takes and name not in ("put", "_change")}
    assert writes - used - set(PEN_ROWS) == set()
    assert {"note", "attach"} <= set(PEN_ROWS)  # these make their own key


def test_every_dial_of_the_sandbox_is_turned() -> None:
    assert set(faults.KINDS) == NAMED
    assert {cell.dial for row in SLICE.values() for cell in row} == set(DIALS)
    assert {cell.crash for row in SLICE.values() for cell in row} == set(CRASHES)


def test_the_table_prints_cells_that_another_process_played() -> None:
    cell = Cell("post_journal", DIALS[4], LIVES, soon=True)
    played = pickle.loads(pickle.dumps([Outcome(cell, "posted", (DOUBLED,), "", ())]))
    assert "dropped after                              1 cells: 1 posted; 1 doubled" in report(played)
    assert "1 cells: 1 doubled, 0 lost, 0 silent" in report(played)
