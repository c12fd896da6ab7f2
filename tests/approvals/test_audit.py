"""The audit chain: every kind of tampering is found and named, and the database itself refuses to forget."""

from __future__ import annotations

import datetime as dt
import threading

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from approvals import audit
from approvals.audit import Entry
from books.store import Store

AT = dt.datetime(2026, 11, 5, 9, 12, tzinfo=dt.UTC)


def write(store: Store, number: int) -> int:
    """One row of its own transaction."""
    with store.transaction() as session:
        entry = Entry(at=AT, who="priya", what="approved", proposal=f"p{number}", reason=f"row {number}")
        return audit.record(session, entry)


@pytest.fixture
def chain(stores: Store) -> Store:
    """Ten rows."""
    for number in range(1, 11):
        write(stores, number)
    assert audit.verify(stores) == audit.AuditReport(rows=10, holds=True)
    return stores


def tamper(store: Store, *statements: str) -> audit.AuditReport:
    """What the owner of the database can do: take the guards away, change the past, and hope."""
    with store.engine.begin() as connection:
        if store.is_sqlite:
            names = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'").scalars().all()
            for name in names:
                connection.exec_driver_sql(f"DROP TRIGGER {name}")
        else:
            for table in ("audit", "audit_head"):
                connection.exec_driver_sql(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        for statement in statements:
            connection.execute(text(statement))
    return audit.verify(store)


@pytest.mark.parametrize("statement", [
    "UPDATE audit SET reason = 'another' WHERE seq = 4",
    "DELETE FROM audit WHERE seq = 4",
    "DELETE FROM audit",
    "UPDATE audit_head SET seq = 4",
    "UPDATE audit_head SET seq = 11, hash = 'made up'",
    "DELETE FROM audit_head",
])  # fmt: skip
def test_the_database_refuses_to_change_the_past(chain: Store, statement: str) -> None:
    """Update and delete raise, and nothing changed."""
    with pytest.raises(DBAPIError, match="the audit"), chain.engine.begin() as connection:
        connection.execute(text(statement))
    assert audit.verify(chain).holds


def test_postgresql_refuses_truncate_too(chain: Store) -> None:
    """SQLite has no TRUNCATE."""
    if chain.is_sqlite:
        pytest.skip("SQLite has no TRUNCATE")
    for table in ("audit", "audit_head"):
        with pytest.raises(DBAPIError, match="the audit"), chain.engine.begin() as connection:
            connection.execute(text(f"TRUNCATE {table}"))


COLUMNS = ("at", "who", "what", "place", "organisation", "proposal", "digest", "reason", "previous", "hash")


@pytest.mark.parametrize("column", COLUMNS)
def test_a_flipped_column_is_found(chain: Store, column: str) -> None:
    """Whatever column of row 4 changes, row 4 is named (or row 5, which no longer follows from it)."""
    report = tamper(chain, f"UPDATE audit SET {column} = 'changed' WHERE seq = 4")
    assert not report.holds
    assert "Row 4" in report.problem or "row 4" in report.problem


@pytest.mark.parametrize("column", ["before", "after"])
def test_a_flipped_content_is_found(chain: Store, column: str) -> None:
    """The state before and after is covered too, also when it is not even plain."""
    for value in ('{"status": "posted"}', '{"amount": 1.5}', "[]"):
        report = tamper(chain, f"UPDATE audit SET {column} = '{value}' WHERE seq = 4".replace(":", "\\:"))
        assert report.problem == "Row 4 was changed after it was written."


def test_a_deleted_row_is_found(chain: Store) -> None:
    """Row 4 is missing."""
    report = tamper(chain, "DELETE FROM audit WHERE seq = 4")
    assert report.problem == "Row 4 is missing: row 5 follows row 3."


def test_a_deleted_row_closed_up_is_found(chain: Store) -> None:
    """Row 4 is deleted and the later numbers moved down."""
    moves = [f"UPDATE audit SET seq = {seq - 1} WHERE seq = {seq}" for seq in range(5, 11)]
    report = tamper(chain, "DELETE FROM audit WHERE seq = 4", *moves)
    assert report.problem.startswith("Row 4 does not follow from row 3")


def test_an_inserted_row_is_found(chain: Store) -> None:
    """A copy of row 4 under a number of its own, in the middle and at the end."""
    copy = (
        "INSERT INTO audit SELECT {seq}, at, who, what, place, organisation, proposal, digest, reason, before, after,"
        " previous, hash FROM audit WHERE seq = 4"
    )
    report = tamper(chain, copy.format(seq=0))
    assert report.problem == "Row 1 is missing: row 0 follows row 0."
    report = tamper(chain, "DELETE FROM audit WHERE seq = 0", copy.format(seq=11))
    assert report.problem.startswith("Row 11 does not follow from row 10")


def test_reordered_rows_are_found(chain: Store) -> None:
    """Rows 4 and 5 change places."""
    swap = [f"UPDATE audit SET seq = {to} WHERE seq = {seq}" for seq, to in ((4, 99), (5, 4), (99, 5))]
    assert tamper(chain, *swap).problem.startswith("Row 4 does not follow from row 3")


def test_rows_missing_at_the_end_are_found_by_the_head(chain: Store) -> None:
    """Truncation alone; a truncation that also moves the head back needs an outside anchor."""
    report = tamper(chain, "DELETE FROM audit WHERE seq > 8")
    assert report.problem == "The chain ends at row 8, but its head says row 10: rows are missing at the end."
    assert "its head says nothing" in tamper(chain, "DELETE FROM audit_head").problem


def test_a_row_that_is_not_committed_leaves_no_gap(stores: Store) -> None:
    """The audit lives and dies with the change that it tells."""

    def fails_midway() -> None:
        with stores.transaction() as session:
            audit.record(session, Entry(at=AT, who="priya", what="approved"))
            raise RuntimeError("the change fails")

    write(stores, 1)
    with pytest.raises(RuntimeError):
        fails_midway()
    assert write(stores, 2) == 2
    assert audit.verify(stores) == audit.AuditReport(rows=2, holds=True)


def test_many_writers_at_once_make_one_chain(stores: Store) -> None:
    """Eight threads, ten rows each."""
    threads = [threading.Thread(target=lambda: [write(stores, n) for n in range(10)]) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert audit.verify(stores) == audit.AuditReport(rows=80, holds=True)
