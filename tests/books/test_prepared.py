"""A prepared statement says the same as SQLAlchemy would, on both databases, and is compiled once."""

from __future__ import annotations

import datetime as dt
from contextlib import suppress
from typing import cast

import pytest
from sqlalchemy import JSON, String, Table, bindparam, insert, select
from sqlalchemy.exc import IntegrityError, StatementError
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from books.prepared import Prepared, one_of, placeholders
from books.store import Moment, Store
from tests.support.databases import stores as stores

NOON_IN_SYDNEY = dt.datetime(2026, 11, 5, 12, 0, tzinfo=dt.timezone(dt.timedelta(hours=11)))


class Tables(DeclarativeBase):
    """A base of its own, so that no other test has this table."""


class Promise(Tables):
    """What a customer promised."""

    __tablename__ = "promises"
    id: Mapped[str] = mapped_column(String(20), primary_key=True)
    status: Mapped[str] = mapped_column(String(20))
    made: Mapped[dt.datetime] = mapped_column(Moment)
    terms: Mapped[dict[str, object]] = mapped_column(JSON)


_TABLE = cast(Table, Promise.__table__)
_NEW = Prepared(insert(_TABLE).values(placeholders(_TABLE.columns.keys())))
_OPEN = Prepared(select(*_TABLE.columns).where(one_of(_TABLE.c.status, ("open", "late"))).order_by(_TABLE.c.id))
_ONE = Prepared(select(_TABLE.c.made, _TABLE.c.terms).where(_TABLE.c.id == bindparam("id")))


@pytest.fixture
def store(stores: Store) -> Store:
    """Each database in turn, with this table."""
    Tables.metadata.create_all(stores.engine)
    return stores


def _promised(store: Store, promise: str, status: str = "open") -> None:
    with store.transaction() as session:
        _NEW.run(session, id=promise, status=status, made=NOON_IN_SYDNEY, terms={"days": 14, "why": None})


def test_what_is_written_is_read_as_its_columns_say(store: Store) -> None:
    for promise, status in (("B", "late"), ("A", "open"), ("C", "kept")):
        _promised(store, promise, status)
    with store.reading() as session:
        assert [(each.id, each.status) for each in _OPEN.all(session)] == [("A", "open"), ("B", "late")]
        one = _ONE.one(session, id="A")
        assert (one.made, one.made.tzinfo, one.terms) == (NOON_IN_SYDNEY, dt.UTC, {"days": 14, "why": None})
        assert tuple(one) == tuple(session.execute(select(Promise.made, Promise.terms).where(Promise.id == "A")).one())
        assert _ONE.one(session, id="Z") is None


def test_it_sees_what_the_session_has_not_written_yet_and_is_taken_back_with_it(store: Store) -> None:
    with suppress(ZeroDivisionError), store.transaction() as session:
        session.add(Promise(id="A", status="open", made=NOON_IN_SYDNEY, terms={}))
        assert [each.id for each in _OPEN.all(session)] == ["A"]
        _NEW.run(session, id="B", status="open", made=NOON_IN_SYDNEY, terms={})
        raise ZeroDivisionError
    with store.reading() as session:
        assert _OPEN.all(session) == []


def test_what_the_database_refuses_is_said_as_sqlalchemy_says_it(store: Store) -> None:
    _promised(store, "A")
    with pytest.raises(IntegrityError):
        _promised(store, "A")


def test_what_was_not_given_is_missed(store: Store) -> None:
    with store.reading() as session, pytest.raises((KeyError, StatementError)):
        _ONE.all(session)
