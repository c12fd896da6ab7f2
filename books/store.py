"""The product's own database, SQLite or PostgreSQL: it holds work and proof, never a client's books."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import DateTime, Engine, create_engine, event
from sqlalchemy.engine import Connection, make_url
from sqlalchemy.engine.interfaces import Dialect
from sqlalchemy.exc import ArgumentError, OperationalError
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.types import TypeDecorator

from books.refusal import Refusal
from books.turns import Turns

CONNECTION = "connection"
"""Under this name a session's `info` has the connection that its prepared statements run on."""
_JSON = msgspec.json.decode
"""What reads the columns that keep JSON: there is one in nearly every row of a proposal."""


class Base(DeclarativeBase):
    """The parent of every table; a table lives in the module that is its only writer."""


class Moment(TypeDecorator[datetime]):
    """A moment in UTC that comes back with its time zone from SQLite too."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("A moment needs a time zone.")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)

    def result_processor(self, dialect: Dialect, coltype: object) -> Any:
        """SQLite keeps a moment as text without its zone: read in one step, for every row has several."""
        return _moment_of_text if dialect.name == "sqlite" else super().result_processor(dialect, coltype)


def _moment_of_text(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(f"{text}+00:00")


class Store:
    """Opens the database and hands out transactions; a transaction never spans a call to another system.

    `url` is `sqlite:///file` or `postgresql://user@host/name`; any other raises Refusal.
    """

    def __init__(self, url: str) -> None:
        self.engine = _engine(url)
        self.is_sqlite = self.engine.dialect.name == "sqlite"
        self._turns = Turns()

    def create_tables(self) -> None:
        """Creates the tables that are missing; raises Refusal when the database cannot be reached."""
        try:
            Base.metadata.create_all(self.engine)
        except OperationalError as error:
            where = self.engine.url.render_as_string(hide_password=True)
            raise Refusal(
                f"The database {where} cannot be opened.",
                next_step="Check TIEOUT_DATABASE_URL, or unset it to use SQLite.",
                code="database_unreachable",
                detail=str(error.orig),
            ) from error

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """A writing transaction: committed at the end, rolled back on any exception.

        SQLite takes its write lock at once, so that two writers queue instead of failing, those of one process in turn.
        """
        turn = self._turns.mine() if self.is_sqlite else nullcontext()
        with turn, _session(self.engine) as session:
            yield session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A transaction that only reads, and never waits for a writer on SQLite."""
        with _session(self._reading_engine) as session:
            yield session

    @cached_property
    def _reading_engine(self) -> Engine:
        return self.engine.execution_options(tieout_reading=True)

    def close(self) -> None:
        """Closes every connection."""
        self.engine.dispose()


@contextmanager
def _session(engine: Engine) -> Iterator[Session]:
    """A session in a transaction of its connection: where only prepared statements run, it costs next to nothing."""
    with (
        engine.connect() as connection,
        connection.begin(),
        Session(connection, expire_on_commit=False, info={CONNECTION: connection}) as session,
    ):
        yield session
        session.flush()


def _engine(url: str) -> Engine:
    if url.startswith("postgresql://"):
        url = url.replace("postgresql://", "postgresql+psycopg://", 1)
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError) as error:
        raise _not_a_database() from error
    if parsed.drivername == "postgresql+psycopg":
        return create_engine(parsed, pool_pre_ping=True, pool_size=10, max_overflow=20, json_deserializer=_JSON)
    if parsed.drivername != "sqlite":
        raise _not_a_database()
    if parsed.database and parsed.database != ":memory:":
        _make_folder(Path(parsed.database).parent)
    engine = create_engine(parsed, connect_args={"timeout": 30}, json_deserializer=_JSON)
    event.listen(engine, "connect", _sqlite_settings)
    event.listen(engine, "begin", _sqlite_begin)
    return engine


def _not_a_database() -> Refusal:
    return Refusal(
        "The database's address is not one that can be used.",
        next_step="Set TIEOUT_DATABASE_URL to sqlite:///file or postgresql://user@host/name, or unset it.",
        code="database_unknown",
    )


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Refusal(
            f"The database's folder {folder} cannot be made.",
            next_step="Check TIEOUT_DATABASE_URL, or unset it to use SQLite.",
            code="database_unreachable",
            detail=str(error),
        ) from error


def _sqlite_settings(connection: Any, _record: object) -> None:
    connection.isolation_level = None
    for setting in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=30000"):
        connection.execute(f"PRAGMA {setting}")


def _sqlite_begin(connection: Connection) -> None:
    reading = connection.get_execution_options().get("tieout_reading")
    driver: Any = connection.connection.driver_connection
    try:
        driver.execute("BEGIN DEFERRED" if reading else "BEGIN IMMEDIATE")
    except sqlite3.Error as error:  # as SQLAlchemy says it of every other statement
        raise OperationalError("BEGIN", None, error) from error
