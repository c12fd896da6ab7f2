"""The audit: one hash-chained, append-only row for each thing that happened, written with the thing itself."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

import msgspec
from sqlalchemy import DDL, JSON, Select, String, Table, Text, and_, bindparam, event, insert, or_, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column
from sqlalchemy.schema import ExecutableDDLElement

from approvals.masking import masked, masked_in
from approvals.proposal import canonical, plain
from books.prepared import Prepared, placeholders
from books.store import Base, Store

START = "0" * 64
"""What the first row's `previous` says."""


class AuditRow(Base):
    """One link of the chain; `hash` covers every other column, and `previous` is the hash of the row before."""

    __tablename__ = "audit"
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[str] = mapped_column(String(40))
    who: Mapped[str] = mapped_column(String(64))
    what: Mapped[str] = mapped_column(String(64))
    place: Mapped[str] = mapped_column(String(300))
    organisation: Mapped[str] = mapped_column(String(64))
    proposal: Mapped[str] = mapped_column(String(64), index=True)
    digest: Mapped[str] = mapped_column(String(64))
    reason: Mapped[str] = mapped_column(Text)
    before: Mapped[dict[str, Any]] = mapped_column(JSON)
    after: Mapped[dict[str, Any]] = mapped_column(JSON)
    previous: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))


class AuditHead(Base):
    """The end of the chain; writers queue for this one row, so that the chain never forks."""

    __tablename__ = "audit_head"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    seq: Mapped[int]
    hash: Mapped[str] = mapped_column(String(64))


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """What happened: who did what from where, to which proposal, with which content, why, and what it changed."""

    at: dt.datetime
    who: str
    what: str
    where: str = ""
    organisation: str = ""
    proposal: str = ""
    digest: str = ""
    reason: str = ""
    before: Mapping[str, Any] = {}
    after: Mapping[str, Any] = {}


@dataclass(frozen=True)
class AuditReport:
    """Whether the chain holds; `problem` names the first row that does not, and in what."""

    rows: int
    holds: bool
    problem: str = ""


@dataclass(frozen=True)
class Told:
    """One line of a proposal's story."""

    seq: int
    at: dt.datetime
    who: str
    what: str
    where: str
    reason: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]


_TABLE, _HEADS = cast(Table, AuditRow.__table__), cast(Table, AuditHead.__table__)
# Every change of anything writes these three.
_HEAD = Prepared(select(_HEADS.c.seq, _HEADS.c.hash).where(_HEADS.c.id == 1).with_for_update())
_ADD = Prepared(insert(_TABLE).values(placeholders(_TABLE.columns.keys())))
_FORWARD = Prepared(update(_HEADS).where(_HEADS.c.id == 1).values(seq=bindparam("to_seq"), hash=bindparam("to_hash")))


def record(session: Session, entry: Entry) -> int:
    """Adds one row to the chain within the caller's transaction and returns its number.

    Account numbers, addresses and keys are masked first, all but those in what a proposal's digest covers.
    """
    head = _HEAD.one(session)
    row = {
        "seq": head.seq + 1,
        "at": entry.at.astimezone(dt.UTC).isoformat(),
        "who": entry.who,
        "what": entry.what,
        "place": entry.where,
        "organisation": entry.organisation,
        "proposal": entry.proposal,
        "digest": entry.digest,
        "reason": masked(entry.reason),
        "before": masked_in(plain(entry.before)),
        "after": masked_in(plain(entry.after)),
        "previous": head.hash,
    }
    row["hash"] = hash_of(row)
    _ADD.run(session, **row)
    _FORWARD.run(session, to_seq=row["seq"], to_hash=row["hash"])
    number: int = row["seq"]
    return number


def verify(store: Store) -> AuditReport:
    """Reads the whole chain and recomputes it; a flipped, deleted, inserted or moved row is named by its number."""
    with store.reading() as session:
        head = session.get(AuditHead, 1)
        number, previous = 0, START
        # Kept in the order of their numbers: a gap, a doubled or a moved row shows as a number that does not follow.
        for row in session.scalars(select(AuditRow).order_by(AuditRow.seq).execution_options(yield_per=1000)):
            if problem := _broken(row, number, previous):
                return AuditReport(rows=number, holds=False, problem=problem)
            number, previous = row.seq, row.hash
        if head is None or (head.seq, head.hash) != (number, previous):
            said = "nothing" if head is None else f"row {head.seq}"
            problem = f"The chain ends at row {number}, but its head says {said}: rows are missing at the end."
            return AuditReport(rows=number, holds=False, problem=problem)
    return AuditReport(rows=number, holds=True)


def head(store: Store) -> tuple[int, str]:
    """The number and the hash of the last row."""
    with store.reading() as session:
        row = session.get_one(AuditHead, 1)
        return row.seq, row.hash


def story(store: Store, about: str) -> tuple[Told, ...]:
    """Everything that happened to one proposal, or to an organisation beside its proposals, in order, by id."""
    beside = and_(AuditRow.proposal == "", AuditRow.organisation.in_((about, about.lower())))
    return _told(store, select(AuditRow).where(or_(AuditRow.proposal == about, beside)))


def story_of_member(store: Store, member: str) -> tuple[Told, ...]:
    """Everything that a member did, and what was done about them: bound to a chat user, or unbound."""
    beside = and_(AuditRow.proposal == "", AuditRow.organisation == "")
    rows = _told(store, select(AuditRow).where(or_(AuditRow.who == member, beside)))
    return tuple(each for each in rows if member in (each.who, each.before.get("member"), each.after.get("member")))


def _told(store: Store, query: Select[AuditRow]) -> tuple[Told, ...]:
    with store.reading() as session:
        rows = session.scalars(query.order_by(AuditRow.seq)).all()
    return tuple(
        Told(r.seq, dt.datetime.fromisoformat(r.at), r.who, r.what, r.place, r.reason, r.before, r.after) for r in rows
    )


def hash_of(columns: Mapping[str, Any]) -> str:
    """The hash that a row with these columns has: SHA-256 over the canonical text of all but the hash itself."""
    return hashlib.sha256(canonical({name: each for name, each in columns.items() if name != "hash"})).hexdigest()


def _hash(row: AuditRow) -> str:
    return hash_of({column.name: getattr(row, column.name) for column in AuditRow.__table__.columns})


def _broken(row: AuditRow, number: int, previous: str) -> str:
    if row.seq != number + 1:
        return f"Row {number + 1} is missing: row {row.seq} follows row {number}."
    if row.previous != previous:
        return f"Row {row.seq} does not follow from row {number}: one of the two was replaced, moved or inserted."
    try:
        computed = _hash(row)
    except (ValueError, TypeError):
        computed = ""
    return "" if computed == row.hash else f"Row {row.seq} was changed after it was written."


# The database itself refuses to change the past: these guards come with the tables.
_SQLITE = """CREATE TRIGGER audit_no_{verb} BEFORE {verb} ON audit
BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END"""
_SQLITE_HEAD = """CREATE TRIGGER audit_head_forward BEFORE UPDATE ON audit_head
WHEN NEW.seq IS NOT OLD.seq + 1 OR NOT EXISTS (SELECT 1 FROM audit WHERE seq = NEW.seq AND hash = NEW.hash)
BEGIN SELECT RAISE(ABORT, 'the audit only goes forward'); END"""
_SQLITE_HEAD_DELETE = """CREATE TRIGGER audit_head_no_delete BEFORE DELETE ON audit_head
BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END"""
_POSTGRES = """CREATE OR REPLACE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'the audit is append-only'; END $$;
CREATE TRIGGER audit_no_change BEFORE UPDATE OR DELETE ON audit FOR EACH ROW EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON audit FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()"""
_POSTGRES_HEAD = """CREATE OR REPLACE FUNCTION audit_forward() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN
IF NEW.seq <> OLD.seq + 1 OR NOT EXISTS (SELECT 1 FROM audit WHERE seq = NEW.seq AND hash = NEW.hash) THEN
RAISE EXCEPTION 'the audit only goes forward'; END IF; RETURN NEW; END $$;
CREATE TRIGGER audit_head_forward BEFORE UPDATE ON audit_head FOR EACH ROW EXECUTE FUNCTION audit_forward();
CREATE OR REPLACE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'the audit is append-only'; END $$;
CREATE TRIGGER audit_head_no_delete BEFORE DELETE OR TRUNCATE ON audit_head
FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()"""
_FIRST_HEAD = f"INSERT INTO audit_head (id, seq, hash) VALUES (1, 0, '{START}')"  # noqa: S608 - a constant


def _guard(table: Any, dialect: str, *statements: str) -> None:
    assert isinstance(table, Table)
    for statement in statements:
        guard: ExecutableDDLElement = DDL(statement)  # type: ignore[no-untyped-call]
        event.listen(table, "after_create", guard.execute_if(dialect=dialect))


_guard(AuditRow.__table__, "sqlite", _SQLITE.format(verb="UPDATE"), _SQLITE.format(verb="DELETE"))
_guard(AuditRow.__table__, "postgresql", _POSTGRES)
_guard(AuditHead.__table__, "sqlite", _FIRST_HEAD, _SQLITE_HEAD, _SQLITE_HEAD_DELETE)
_guard(AuditHead.__table__, "postgresql", _FIRST_HEAD, _POSTGRES_HEAD)
