"""The databases that a test runs on: a fresh SQLite file, and a fresh schema of PostgreSQL where one is reachable."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import psycopg
import pytest

from books.store import Store

POSTGRES = os.environ.get("TIEOUT_TEST_POSTGRES", "postgresql://postgres@127.0.0.1:5432/test")
DATABASES = ("sqlite", pytest.param("postgresql", marks=pytest.mark.postgres))
"""Parametrise a fixture over these and open it with `open_store`."""


@cache
def why_no_postgres() -> str:
    """Why PostgreSQL cannot be used here, or nothing."""
    try:
        with psycopg.connect(POSTGRES, connect_timeout=2):
            return ""
    except psycopg.Error as error:
        return f"PostgreSQL is not reachable at {POSTGRES}: {error}".strip()


@contextmanager
def open_store(database: str, folder: Path) -> Iterator[Store]:
    """An empty store with its tables; skips the test where that database is not reachable."""
    if database == "sqlite":
        store = Store(f"sqlite:///{folder / 'tieout.sqlite3'}")
        store.create_tables()
        yield store
        store.close()
        return
    if reason := why_no_postgres():
        pytest.skip(reason)
    with postgres_schema() as url:
        store = Store(url)
        try:
            store.create_tables()
            yield store
        finally:
            store.close()


@contextmanager
def postgres_schema(*, durable: bool = True) -> Iterator[str]:
    """The address of a fresh schema of PostgreSQL, which is dropped in the end.

    One that is not durable waits for no disk at a commit: for tests in which processes end and the server does not.
    """
    schema = f"tieout_{secrets.token_hex(8)}"
    with psycopg.connect(POSTGRES, autocommit=True) as connection:
        connection.execute(f"CREATE SCHEMA {schema}".encode())
    try:
        waits = "" if durable else "%20-csynchronous_commit%3Doff"
        yield f"{POSTGRES}?options=-csearch_path%3D{schema}{waits}"
    finally:
        with psycopg.connect(POSTGRES, autocommit=True) as connection:
            connection.execute(f"DROP SCHEMA {schema} CASCADE".encode())


@pytest.fixture(params=DATABASES)
def stores(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """Each database in turn, empty, with its tables."""
    with open_store(str(request.param), tmp_path) as store:
        yield store
