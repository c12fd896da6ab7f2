"""The anchor finds what a chain alone cannot, and the export is complete and proves itself."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest

from approvals import proof
from books.refusal import Refusal
from books.store import Store
from tests.approvals.practice import ORGANISATION, MovableClock, Practice, journal
from tests.approvals.test_audit import tamper, write

LAST_FOUR = ("DELETE FROM audit WHERE seq > 6",
             "UPDATE audit_head SET seq = 6, hash = (SELECT hash FROM audit WHERE seq = 6)")  # fmt: skip


@pytest.fixture
def anchored(stores: Store, tmp_path: Path) -> Path:
    """Ten rows, anchored after the tenth."""
    for number in range(1, 11):
        write(stores, number)
    file = tmp_path / "anchors.jsonl"
    said: list[str] = []
    proof.anchor(stores, MovableClock(), file, post=said.append)
    assert said == [proof.read_anchors(file)[0].words]
    assert "row 10, " in said[0]
    return file


def test_a_chain_that_grew_still_holds_its_anchors(stores: Store, anchored: Path) -> None:
    """The next day's head is written below."""
    write(stores, 11)
    proof.anchor(stores, MovableClock(), anchored)
    assert proof.check_anchors(stores, anchored).holds
    assert [each.seq for each in proof.read_anchors(anchored)] == [10, 11]


def test_rows_cut_off_together_with_the_head_are_found_from_the_anchor(stores: Store, anchored: Path) -> None:
    """The chain itself holds; the anchor names the missing row."""
    assert tamper(stores, *LAST_FOUR).holds
    report = proof.check_anchors(stores, anchored)
    assert not report.holds
    assert report.problem.endswith("is missing: the chain ends at row 6.")
    with pytest.raises(Refusal, match="The audit does not hold"):
        proof.anchor(stores, MovableClock(), anchored)


def test_a_chain_that_was_cut_and_written_on_is_found_too(stores: Store, anchored: Path) -> None:
    """Ten rows again, other ones."""
    tamper(stores, *LAST_FOUR)
    for number in range(107, 111):
        write(stores, number)
    assert proof.check_anchors(stores, anchored).problem.endswith("was rewritten.")


def test_a_broken_line_in_the_file_is_named(stores: Store, anchored: Path) -> None:
    """Nobody edits the file quietly."""
    anchored.write_text(anchored.read_text() + "nothing\n")
    with pytest.raises(Refusal, match="Line 2 of anchors"):
        proof.check_anchors(stores, anchored)


def test_an_export_holds_one_clients_rows_of_a_time_and_proves_itself(practice: Practice) -> None:
    """JSON Lines; a changed line is named by its number; another client and another day are empty."""
    proposal = practice.approved(journal())
    now, day = practice.clock.now(), dt.timedelta(days=1)
    lines = list(proof.export(practice.store, since=now - day, until=now + day, organisation=ORGANISATION))
    rows = [json.loads(line) for line in lines]
    assert [(row["who"], row["what"], row["proposal"]) for row in rows] == [
        ("alice", "proposed", proposal.id),
        ("priya", "approved", proposal.id),
    ]
    assert proof.lines_hold(iter(lines)) == ()
    assert proof.lines_hold(iter([lines[0].replace("alice", "tom"), lines[1]])) == (1,)
    assert not list(proof.export(practice.store, since=now - day, until=now + day, organisation="another"))
    assert not list(proof.export(practice.store, since=now + day, until=now + 2 * day))
