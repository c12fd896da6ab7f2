"""Statements that are made ready once: what every click and every step asks is handed to the driver as it stands."""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy import BindParameter, ColumnElement, bindparam, or_
from sqlalchemy.engine import Connection, Dialect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.types import TypeEngine

from books.store import CONNECTION

_Convert = Callable[[Any], Any]


class _Statement(Protocol):
    """A select, or an insert or update with what it returns."""

    @property
    def exported_columns(self) -> Any:
        """What each row holds."""

    def compile(self, *, dialect: Dialect) -> Any:
        """The statement as one database reads it."""


class Prepared:
    """One statement, compiled once for each database; its values and its rows pass through the columns' types.

    To build and to compile a statement anew costs more than SQLite takes to answer it, so the statements of a click
    stand in their modules as these. `rows_as` is what a row becomes, by default a named tuple of the columns. A list
    behind IN is compiled anew each time, so it has no place here: `one_of` says the same.
    """

    def __init__(self, statement: _Statement, rows_as: Any = None) -> None:
        self._statement, self._rows_as = statement, rows_as
        self._ready: dict[str, _Ready] = {}

    def all(self, session: Session, **asked: Any) -> list[Any]:
        """The rows, once what the session has not written yet is written."""
        ready, cursor = self._run(session, asked)
        rows = cursor.fetchall()
        return ready.read(rows) if rows else rows

    def one(self, session: Session, **asked: Any) -> Any:
        """The first row, or None."""
        rows = self.all(session, **asked)
        return rows[0] if rows else None

    def run(self, session: Session, **asked: Any) -> None:
        """Writes, and asks for nothing back."""
        self._run(session, asked)

    def lock(self, session: Session, **asked: Any) -> None:
        """Waits until nobody else holds the rows; SQLite, whose one writer holds every row, is not asked."""
        if session.info[CONNECTION].dialect.name != "sqlite":
            self._run(session, asked)

    def _run(self, session: Session, asked: dict[str, Any]) -> tuple[_Ready, Any]:
        session.flush()
        connection: Connection = session.info[CONNECTION]
        dialect = connection.dialect
        ready = self._ready.get(dialect.name)
        if ready is None:
            ready = self._ready[dialect.name] = _made_ready(self._statement, dialect, self._rows_as)
        driver: Any = connection.connection.driver_connection
        values = ready.values(asked)
        try:
            return ready, driver.execute(ready.text, values)
        except dialect.loaded_dbapi.Error as error:  # as SQLAlchemy says it of every other statement
            raise DBAPIError.instance(ready.text, values, error, dialect.loaded_dbapi.Error, dialect=dialect) from error


def one_of(column: ColumnElement[str], words: Iterable[str]) -> ColumnElement[bool]:
    """Whether a column holds one of these words, known beforehand."""
    return or_(*(column == word for word in words))


def placeholders(names: Iterable[str]) -> dict[str, BindParameter[Any]]:
    """A value for each of these columns, to be given when the statement runs."""
    return {name: bindparam(name) for name in names}


@dataclass(frozen=True)
class _Ready:
    """A statement in the words of one database: `order` are the names that its question marks stand for, if it has."""

    text: str
    order: tuple[str, ...]
    fixed: dict[str, Any]
    into: tuple[tuple[str, _Convert], ...]
    row: Any
    out_of: tuple[tuple[int, _Convert], ...]

    def values(self, asked: dict[str, Any]) -> Any:
        """What the driver is given."""
        given = {**self.fixed, **asked}
        for name, convert in self.into:
            given[name] = convert(given[name])
        return [given[name] for name in self.order] if self.order else given

    def read(self, rows: Iterable[Any]) -> list[Any]:
        """The rows as Python has them."""
        made = []
        for row in rows:
            columns = list(row)
            for place, convert in self.out_of:
                columns[place] = convert(columns[place])
            made.append(self.row(*columns))
        return made


def _made_ready(statement: _Statement, dialect: Dialect, rows_as: Any) -> _Ready:
    compiled: SQLCompiler = statement.compile(dialect=dialect)
    converters = ((name, _impl(bind.type, dialect).bind_processor(dialect)) for name, bind in compiled.binds.items())
    into = tuple((name, convert) for name, convert in converters if convert is not None and name in compiled.params)
    columns = list(statement.exported_columns)
    readers = (_impl(column.type, dialect).result_processor(dialect, None) for column in columns)
    asked = {name for name, bind in compiled.binds.items() if bind.required}
    return _Ready(
        text=str(compiled),
        order=tuple(compiled.positiontup or ()),
        fixed={name: value for name, value in compiled.params.items() if name not in asked},
        into=into,
        row=rows_as or namedtuple("Row", [column.key for column in columns]),
        out_of=tuple((place, read) for place, read in enumerate(readers) if read is not None),
    )


def _impl(kind: TypeEngine[Any], dialect: Dialect) -> TypeEngine[Any]:
    return kind.dialect_impl(dialect)
