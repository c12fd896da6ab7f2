"""The databases that the seeds are played on: opened once in a process, and empty again for each seed."""

from __future__ import annotations

from functools import cache
from typing import Any

from books.store import Base, Store

IN_MEMORY = "sqlite:///:memory:"


def fresh_store(url: str) -> Store:
    """The store at `url`, with its tables and nothing in them."""
    store = _opened(url)
    if store.is_sqlite:
        _driver(store).deserialize(_empty())
    else:
        with store.engine.begin() as connection:
            connection.exec_driver_sql(_emptied())
    return store


@cache
def _opened(url: str) -> Store:
    """Kept open, because a store that is opened anew prepares every statement anew."""
    store = Store(url)
    if not store.is_sqlite:
        store.create_tables()
    return store


def _driver(store: Store) -> Any:
    connection: Any = store.engine.raw_connection().driver_connection
    return connection


@cache
def _empty() -> bytes:
    """A database of SQLite with its tables, as a file would hold it."""
    store = Store(IN_MEMORY)
    store.create_tables()
    content: bytes = _driver(store).serialize()
    store.close()
    return content


@cache
def _emptied() -> str:
    """The audit refuses to be emptied, so its guards rest while this runs; its head and all numbers begin anew."""
    # Rows are deleted one table after the other: to truncate them would make a new file of each table and index.
    emptied = "; ".join(f"DELETE FROM {table.name}" for table in reversed(Base.metadata.sorted_tables))
    counted = [(table.name, table.autoincrement_column) for table in Base.metadata.sorted_tables]
    anew = "; ".join(
        f"SELECT setval(pg_get_serial_sequence('{table}', '{column.name}'), 1, false)"
        for table, column in counted
        if column is not None
    )
    return f"""SET LOCAL session_replication_role = replica; {emptied}; {anew};
    INSERT INTO audit_head (id, seq, hash) VALUES (1, 0, '{"0" * 64}')"""
