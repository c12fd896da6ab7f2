"""The store: all or nothing, moments in UTC, readers that wait for nobody, on SQLite and on PostgreSQL."""

from __future__ import annotations

import datetime as dt
import sqlite3
import threading
from pathlib import Path

import pytest
from sqlalchemy import Column, Engine, MetaData, Table, select, text

from books.firm import ClientRow, MemberRow
from books.refusal import Refusal
from books.store import Moment, Store

SYDNEY = dt.timezone(dt.timedelta(hours=11))


def add(store: Store, name: str) -> None:
    """One member."""
    with store.transaction() as session:
        session.add(MemberRow(id=name, position=0, content={"name": name}))


def names(store: Store) -> list[str]:
    """The members' ids in order."""
    with store.reading() as session:
        return sorted(row.id for row in session.query(MemberRow))


def test_a_transaction_is_all_or_nothing(stores: Store) -> None:
    add(stores, "alice")

    def add_two_and_fail() -> None:
        with stores.transaction() as session:
            session.add(MemberRow(id="tom", position=1, content={}))
            session.add(ClientRow(id="bondi", position=0, content={}))
            session.flush()
            raise RuntimeError("power cut")

    with pytest.raises(RuntimeError, match="power cut"):
        add_two_and_fail()
    assert names(stores) == ["alice"]


def test_what_was_read_stays_readable_after_the_transaction(stores: Store) -> None:
    add(stores, "alice")
    with stores.reading() as session:
        row = session.get_one(MemberRow, "alice")
    assert row.content == {"name": "alice"}


def test_a_reader_does_not_wait_for_a_writer_and_sees_the_state_before(stores: Store) -> None:
    add(stores, "alice")
    with stores.transaction() as session:
        session.add(MemberRow(id="tom", position=1, content={}))
        session.flush()
        assert names(stores) == ["alice"]
    assert names(stores) == ["alice", "tom"]


def test_writers_queue_and_lose_no_update(stores: Store) -> None:
    """Eight hands add one each, five times over, to the same figure."""
    with stores.transaction() as session:
        session.add(ClientRow(id="bondi", position=0, content={}))

    def add_five() -> None:
        for _ in range(5):
            with stores.transaction() as session:
                row = session.get_one(ClientRow, "bondi", with_for_update=True)
                row.position += 1

    hands = [threading.Thread(target=add_five) for _ in range(8)]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join()
    with stores.reading() as session:
        assert session.get_one(ClientRow, "bondi").position == 40


def test_making_the_tables_twice_changes_nothing(stores: Store) -> None:
    add(stores, "alice")
    stores.create_tables()
    assert names(stores) == ["alice"]


def test_a_moment_is_kept_in_utc_and_comes_back_with_its_zone(stores: Store) -> None:
    """Half past seven in Sydney is half past eight the evening before in UTC, whatever the database keeps of zones."""
    written = dt.datetime(2026, 11, 5, 7, 30, tzinfo=SYDNEY)
    moments = Table("moments", MetaData(), Column("at", Moment), Column("never", Moment))
    moments.create(stores.engine)
    with stores.transaction() as session:
        session.execute(moments.insert().values(at=written, never=None))
    with stores.reading() as session:
        at, never = session.execute(select(moments.c.at, moments.c.never)).one()
        assert session.scalar(select(moments.c.at).where(moments.c.at <= written)) == written
    assert (at, at.tzinfo, never) == (dt.datetime(2026, 11, 4, 20, 30, tzinfo=dt.UTC), dt.UTC, None)


def test_a_moment_without_a_zone_is_a_mistake(stores: Store) -> None:
    with pytest.raises(ValueError, match="time zone"):
        Moment().process_bind_param(dt.datetime(2026, 11, 5), stores.engine.dialect)


def test_sqlite_is_kept_safe_against_a_power_cut(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'deep' / 'down' / 'tieout.db'}")
    assert settings(store.engine) == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}
    store.close()


def settings(engine: Engine) -> dict[str, object]:
    """SQLite's own word on how it keeps what it is given (synchronous 2 is FULL)."""
    with engine.connect() as connection:
        return {
            each: connection.execute(text(f"PRAGMA {each}")).scalar_one()
            for each in ("journal_mode", "synchronous", "foreign_keys")
        }


def test_a_writer_who_has_only_read_so_far_already_keeps_others_out(tmp_path: Path) -> None:
    """SQLite's write lock is taken with the first statement, so that nobody is refused after the work was done."""
    store = Store(f"sqlite:///{tmp_path / 'tieout.db'}")
    store.create_tables()
    other = sqlite3.connect(tmp_path / "tieout.db", timeout=0, isolation_level=None)
    with store.transaction() as session:
        session.execute(select(MemberRow))
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")
    with store.reading() as session:
        session.execute(select(MemberRow))
        other.execute("BEGIN IMMEDIATE")
    other.close()
    store.close()


@pytest.mark.parametrize("url", ["postgresql://nobody:secret-word@127.0.0.1:1/none", "sqlite:////dev/null/tieout.db"])
def test_a_database_out_of_reach_is_refused_without_its_password(url: str) -> None:
    with pytest.raises(Refusal) as refused:
        Store(url).create_tables()
    assert "TIEOUT_DATABASE_URL" in refused.value.next_step
    assert "secret-word" not in str(refused.value)


@pytest.mark.parametrize("url", ["", "tieout.db", "oracle://x", "mysql://x/y", "postgresql://h:port/x"])
def test_a_url_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(Refusal, match="address") as refused:
        Store(url)
    assert "TIEOUT_DATABASE_URL" in refused.value.next_step
