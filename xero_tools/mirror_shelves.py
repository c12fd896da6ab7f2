"""Where the mirror keeps its copies: sealed one by one, with a cursor for each organisation and kind."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, LargeBinary, String, delete, inspect, select
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from books.cipher import Cipher
from books.refusal import Refusal
from books.store import Base, Moment, Store
from xero_tools import translate
from xero_tools.mirror_kinds import MirrorKind, face

_AT_ONCE = 400  # ids in one question to the database
_PURPOSE = "xero mirror"


class ShelfRow(Base):
    """How far one organisation's kind has been read; `pages` is what the last whole reading took."""

    __tablename__ = "xero_mirror_shelves"
    organisation: Mapped[str] = mapped_column(String(64), primary_key=True)
    kind: Mapped[str] = mapped_column(String(32), primary_key=True)
    cursor: Mapped[dt.datetime | None] = mapped_column(Moment)
    fresh_at: Mapped[dt.datetime] = mapped_column(Moment)
    whole_at: Mapped[dt.datetime] = mapped_column(Moment)
    pages: Mapped[int] = mapped_column(default=1)


class CopyRow(Base):
    """One record as Xero wrote it, sealed, in Xero's order; `seen_at` is the last reading that showed it."""

    __tablename__ = "xero_mirror_copies"
    organisation: Mapped[str] = mapped_column(String(64), primary_key=True)
    kind: Mapped[str] = mapped_column(String(32), primary_key=True)
    record: Mapped[str] = mapped_column(String(64), primary_key=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    seen_at: Mapped[dt.datetime] = mapped_column(Moment)
    place: Mapped[int] = mapped_column(BigInteger)


class Shelves:
    """Keeps and finds copies; knows nothing of Xero's calls."""

    def __init__(self, store: Store, cipher: Cipher) -> None:
        self._store = store
        self._cipher = cipher

    def shelf(self, organisation: str, kind: MirrorKind) -> ShelfRow | None:
        """How far this kind has been read; None when never."""
        with self._store.reading() as session:
            return session.get(ShelfRow, (organisation, kind.name))

    def note(self, row: ShelfRow) -> None:
        """Remembers how far it has been read."""
        values = {column.key: getattr(row, column.key) for column in ShelfRow.__mapper__.column_attrs}
        with self._store.transaction() as session:
            self._write(session, ShelfRow, [values])

    def put(
        self,
        organisation: str,
        kind: MirrorKind,
        records: Mapping[str, bytes],
        *,
        seen_at: dt.datetime,
        place: int | None = None,
    ) -> list[str]:
        """Keeps these records; the ids of those that are new or say something else.

        A copy that another reading brought meanwhile, and that is newer, stays. `place` is the first one's in a whole
        list; without it, what is new stands behind what is known.
        """
        changed, rows = [], []
        behind = int(seen_at.timestamp() * 1_000_000)
        with self._store.transaction() as session:
            before = self._known(session, organisation, kind, records)
            for number, (record, raw) in enumerate(records.items()):
                row = before.get(record)
                sealed = self._unless_known(organisation, kind, row, raw, seen_at) if row else None
                if sealed is None:
                    sealed = self._cipher.seal(organisation, _about(kind, record), raw)
                    changed.append(record)
                last = max(row.seen_at, seen_at) if row else seen_at
                known_place = row.place if row else behind + number
                rows.append({"organisation": organisation, "kind": kind.name, "record": record,
                             "sealed": sealed, "seen_at": last,
                             "place": known_place if place is None else place + number})  # fmt: skip
            self._write(session, CopyRow, rows)
        return changed

    def remove(self, organisation: str, kind: MirrorKind, record: str) -> None:
        """Forgets one record that Xero does not know any more."""
        with self._store.transaction() as session:
            session.execute(delete(CopyRow).where(*_on(organisation, kind), CopyRow.record == record))

    def remove_unseen(self, organisation: str, kind: MirrorKind, *, before: dt.datetime) -> list[str]:
        """Forgets the records that a whole reading begun then did not show; their ids."""
        unseen = (*_on(organisation, kind), CopyRow.seen_at < before)
        with self._store.transaction() as session:
            gone = list(session.scalars(select(CopyRow.record).where(*unseen)))
            session.execute(delete(CopyRow).where(*unseen))
        return gone

    def every(self, organisation: str, kind: MirrorKind) -> list[bytes]:
        """All records of a kind in Xero's order; raises Refusal when the key does not open them."""
        with self._store.reading() as session:
            rows = session.scalars(
                select(CopyRow).where(*_on(organisation, kind)).order_by(CopyRow.place, CopyRow.record)
            ).all()
        return [self._cipher.open(organisation, _about(kind, row.record), row.sealed) for row in rows]

    def changed_at(self, organisation: str, kind: MirrorKind, record: str) -> dt.datetime | None:
        """When Xero says that our copy was last changed; None without a copy."""
        with self._store.reading() as session:
            row = session.get(CopyRow, (organisation, kind.name, record))
        opened = self._open(organisation, kind, row) if row else None
        return translate.moment(face(opened).UpdatedDateUTC) if opened else None

    def forget(self, organisation: str, kind: MirrorKind | None = None) -> None:
        """Forgets an organisation's copies, or those of one kind."""
        with self._store.transaction() as session:
            for table in (CopyRow, ShelfRow):
                of_kind = [table.kind == kind.name] if kind else []
                session.execute(delete(table).where(table.organisation == organisation, *of_kind))

    def pages(self, organisation: str) -> dict[str, int]:
        """The calls that the last whole reading of each kind took."""
        with self._store.reading() as session:
            rows = session.execute(select(ShelfRow.kind, ShelfRow.pages).where(ShelfRow.organisation == organisation))
            return {row.kind: row.pages for row in rows}

    def organisations(self) -> list[str]:
        """Whose copies are kept."""
        with self._store.reading() as session:
            return list(session.scalars(select(ShelfRow.organisation).distinct().order_by(ShelfRow.organisation)))

    def _known(
        self, session: Session, organisation: str, kind: MirrorKind, records: Iterable[str]
    ) -> dict[str, CopyRow]:
        wanted = list(records)
        found: dict[str, CopyRow] = {}
        for start in range(0, len(wanted), _AT_ONCE):
            some = CopyRow.record.in_(wanted[start : start + _AT_ONCE])
            found |= {row.record: row for row in session.scalars(select(CopyRow).where(*_on(organisation, kind), some))}
        return found

    def _write(self, session: Session, table: type[Base], rows: list[dict[str, Any]]) -> None:
        """Inserts or replaces, so that two processes which keep the same record do not stumble over each other."""
        if not rows:
            return
        keys = [column.name for column in inspect(table).primary_key]
        insert = insert_sqlite(table) if self._store.is_sqlite else insert_postgresql(table)
        rest = {name: insert.excluded[name] for name in rows[0] if name not in keys}
        session.execute(insert.on_conflict_do_update(index_elements=keys, set_=rest), rows)

    def _unless_known(
        self, organisation: str, kind: MirrorKind, row: CopyRow, raw: bytes, seen_at: dt.datetime
    ) -> bytes | None:
        """The sealed copy when it says the same, or is newer by another process's reading; else None."""
        old = self._open(organisation, kind, row)
        if old is None or not (old == raw or (row.seen_at > seen_at and _is_newer(old, raw))):
            return None
        return row.sealed

    def _open(self, organisation: str, kind: MirrorKind, row: CopyRow) -> bytes | None:
        """A copy's content; None when the key has changed since: it is then written anew."""
        try:
            return self._cipher.open(organisation, _about(kind, row.record), row.sealed)
        except Refusal:
            return None


def _on(organisation: str, kind: MirrorKind) -> tuple[ColumnElement[bool], ...]:
    return CopyRow.organisation == organisation, CopyRow.kind == kind.name


def _about(kind: MirrorKind, record: str) -> str:
    return f"{_PURPOSE}|{kind.name}|{record}"


def _is_newer(old: bytes, new: bytes) -> bool:
    """Whether our copy was changed after the one that comes in now (two processes may read at the same time)."""
    ours, theirs = translate.moment(face(old).UpdatedDateUTC), translate.moment(face(new).UpdatedDateUTC)
    return ours is not None and theirs is not None and ours > theirs
