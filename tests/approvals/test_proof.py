"""The anchor finds what a chain alone cannot, and the export is complete and proves itself."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest
from sqlalchemy import delete, insert, select, update

from approvals import audit, proof
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


def forged(store: Store, *statements: str) -> audit.AuditReport:
    """The owner of the database changes the past, then numbers and hashes the whole chain anew, head included."""
    tamper(store, *statements)
    with store.transaction() as session:
        rows = [
            {column.name: getattr(row, column.name) for column in audit.AuditRow.__table__.columns}
            for row in session.scalars(select(audit.AuditRow).order_by(audit.AuditRow.seq))
        ]
        session.execute(delete(audit.AuditRow))
        previous = audit.START
        for number, row in enumerate(rows, start=1):
            row |= {"seq": number, "previous": previous}
            row["hash"] = previous = audit.hash_of(row)
            session.execute(insert(audit.AuditRow), row)
        session.execute(update(audit.AuditHead).values(seq=len(rows), hash=previous))
    return audit.verify(store)


COPY = ("INSERT INTO audit SELECT 11, at, who, what, place, organisation, proposal, digest, reason, before, after,"
        " previous, hash FROM audit WHERE seq = 4")  # fmt: skip
FORGERIES = {
    "tampered": (["UPDATE audit SET who = 'marcus' WHERE seq = 4"], "Row 10, anchored on", "was rewritten."),
    "deleted": (["DELETE FROM audit WHERE seq = 4"], "Row 10, anchored on", "is missing: the chain ends at row 9."),
    "inserted": ([COPY, *(f"UPDATE audit SET seq = {to} WHERE seq = {seq}"
                          for seq, to in ((10, 12), (11, 10), (12, 11)))], "Row 10, anchored on", "was rewritten."),
    "reordered": ([f"UPDATE audit SET seq = {to} WHERE seq = {seq}" for seq, to in ((4, 99), (5, 4), (99, 5))],
                  "Row 10, anchored on", "was rewritten."),
    "truncated": (["DELETE FROM audit WHERE seq > 6"], "Row 10, anchored on",
                  "is missing: the chain ends at row 6."),
}  # fmt: skip


@pytest.mark.parametrize("forgery", FORGERIES)
def test_a_chain_that_was_forged_whole_is_found_from_the_anchor(stores: Store, anchored: Path, forgery: str) -> None:
    """Every hash follows from the one before, so the chain itself says that all is well; the anchor does not."""
    statements, begins, ends = FORGERIES[forgery]
    assert forged(stores, *statements).holds
    problem = proof.check_anchors(stores, anchored).problem
    assert problem.startswith(begins)
    assert problem.endswith(ends)


def test_the_channels_line_finds_it_when_the_file_was_forged_too(stores: Store, anchored: Path) -> None:
    """Whoever owns the machine rewrites the file as well; the line that the firm's people read stands elsewhere."""
    said = proof.read_anchors(anchored)[0].words
    assert forged(stores, "DELETE FROM audit WHERE seq > 6").holds
    anchored.unlink()
    proof.anchor(stores, MovableClock(), anchored)
    assert proof.check_anchors(stores, anchored).holds
    told = proof.Anchor.of(f"The audit, anchored. {said}")
    assert proof.check_anchors(stores, anchored, told=[told]).problem.startswith("Row 10, anchored on")
    with pytest.raises(Refusal, match="no anchor"):
        proof.Anchor.of("Audit head: row 10")


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
