"""What people confirmed and rejected, kept per client: payers' names, pairs that do not belong together, codings."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import Delete, String, delete, select
from sqlalchemy.orm import Mapped, mapped_column

from agents.reconciliation.matching.memory import Alias, Coding, Memory, Rejection
from agents.reconciliation.matching.payers import plain
from books.store import Base, Moment, Store

ALIAS, REJECTED, CODED, COLUMNS = "alias", "rejected", "coded", "columns"


_RIGHT = "right"
_BY_ID = (REJECTED, COLUMNS)
"""What is remembered about a line or an account by its id, and not about a payer's text."""


class RememberedRow(Base):
    """One thing that a person said: `about` a payer's text or a line, `what` a contact, an item or an account."""

    __tablename__ = "match_memory"
    client: Mapped[str] = mapped_column(String(64), primary_key=True)
    sort: Mapped[str] = mapped_column(String(16), primary_key=True)
    about: Mapped[str] = mapped_column(String(255), primary_key=True)
    what: Mapped[str] = mapped_column(String(80), primary_key=True)
    member: Mapped[str] = mapped_column(String(64))
    at: Mapped[dt.datetime] = mapped_column(Moment)


class Memories:
    """Explicit memory: only what a person decided is written, and everything can be read and taken out again."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def of(self, client: str) -> Memory:
        """One client's memory."""
        with self._store.reading() as session:
            query = select(RememberedRow).where(RememberedRow.client == client)
            rows = session.scalars(query.order_by(RememberedRow.sort, RememberedRow.about, RememberedRow.what)).all()
        return Memory(
            aliases=tuple(
                Alias(payer=row.about, contact_id=row.what, confirmed_by=row.member, confirmed_on=_day(row.at))
                for row in rows
                if row.sort == ALIAS
            ),
            rejected=tuple(
                Rejection(line_id=row.about, item_id=row.what, rejected_by=row.member, rejected_on=_day(row.at))
                for row in rows
                if row.sort == REJECTED
            ),
            codings=tuple(
                Coding(payer=row.about, account_code=row.what, confirmed_by=row.member, confirmed_on=_day(row.at))
                for row in rows
                if row.sort == CODED
            ),
        )

    def are_columns_confirmed(self, client: str, account: str) -> bool:
        """Whether a person said that the tables of a bank account are read rightly."""
        with self._store.reading() as session:
            return session.get(RememberedRow, (client, COLUMNS, account, _RIGHT)) is not None

    def confirm_columns(self, client: str, account: str, *, member: str, at: dt.datetime) -> None:
        """A person says that the tables of a bank account are read rightly."""
        self.remember(client, COLUMNS, account, _RIGHT, member=member, at=at)

    def remember(self, client: str, sort: str, about: str, what: str, *, member: str, at: dt.datetime) -> None:
        """Writes one thing down; a payer is kept in its plain form, and a coding replaces the payer's older one."""
        about = about if sort in _BY_ID else plain(about)
        if not about or not what:
            return
        with self._store.transaction() as session:
            if sort == CODED:
                session.execute(_rows(client, sort, about))
            session.merge(RememberedRow(client=client, sort=sort, about=about[:255], what=what, member=member, at=at))

    def forget(self, client: str, sort: str, about: str) -> int:
        """Takes everything of one sort about a payer or a line out again; says how many there were."""
        about = about if sort in _BY_ID else plain(about)
        with self._store.transaction() as session:
            gone = session.execute(_rows(client, sort, about).returning(RememberedRow.what)).all()
            return len(gone)


def _rows(client: str, sort: str, about: str) -> Delete:
    return delete(RememberedRow).where(
        RememberedRow.client == client, RememberedRow.sort == sort, RememberedRow.about == about[:255]
    )


def _day(at: dt.datetime) -> str:
    return at.date().isoformat()
