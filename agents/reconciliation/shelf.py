"""Where statement lines are kept: sealed, each once, and only until they are reconciled and their period is locked."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar, cast

import msgspec
from sqlalchemy import LargeBinary, String, Table, delete, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column

from agents.reconciliation.statements.continuity import Comparison, compare
from agents.reconciliation.statements.outcome import ColumnMap
from books.cipher import Cipher
from books.money import Money
from books.records import Record, Statement, StatementLine
from books.store import Base, Moment, Store

_PURPOSE = "statement"
T = TypeVar("T")


class FeedRow(Base):
    """One bank account of which statements were taken; writers of its lines queue for this row."""

    __tablename__ = "bank_feeds"
    organisation: Mapped[str] = mapped_column(String(64), primary_key=True)
    account: Mapped[str] = mapped_column(String(64), primary_key=True)
    known_as: Mapped[str] = mapped_column(String(64), default="")
    columns: Mapped[bytes | None] = mapped_column(LargeBinary, default=None)


class StatementRow(Base):
    """One statement as it was taken: its span and its balances, sealed."""

    __tablename__ = "bank_statements"
    organisation: Mapped[str] = mapped_column(String(64), primary_key=True)
    account: Mapped[str] = mapped_column(String(64), primary_key=True)
    start: Mapped[dt.date] = mapped_column(primary_key=True)
    end: Mapped[dt.date] = mapped_column(primary_key=True)
    taken_at: Mapped[dt.datetime] = mapped_column(Moment)
    taken_by: Mapped[str] = mapped_column(String(64))
    sealed: Mapped[bytes] = mapped_column(LargeBinary)


class LineRow(Base):
    """One line of a statement, sealed; its day stands in the clear, so that it can be let go of in time."""

    __tablename__ = "bank_statement_lines"
    organisation: Mapped[str] = mapped_column(String(64), primary_key=True)
    account: Mapped[str] = mapped_column(String(64), primary_key=True)
    line: Mapped[str] = mapped_column(String(80), primary_key=True)
    day: Mapped[dt.date] = mapped_column(index=True)
    place: Mapped[int]
    sealed: Mapped[bytes] = mapped_column(LargeBinary)


_LINES = cast(Table, LineRow.__table__)
"""For writing many rows at once: nobody else writes meanwhile, and the mapped class would take half as long again."""


class LetGoRow(Base):
    """Up to which day an account's lines were let go of, because Xero had locked it; what waited then is still here."""

    __tablename__ = "bank_lines_let_go"
    organisation: Mapped[str] = mapped_column(String(64), primary_key=True)
    account: Mapped[str] = mapped_column(String(64), primary_key=True)
    until: Mapped[dt.date]


class Span(Record, frozen=True, kw_only=True):
    """A statement without its lines: the days it covers, both included, and its balances where it states them."""

    start: dt.date
    end: dt.date
    currency: str
    opening: Money | None = None
    closing: Money | None = None


@dataclass(frozen=True)
class Taken:
    """What became of one statement: which of its lines are new, and what a person should know of it."""

    statement: Statement
    comparison: Comparison


Standing = tuple[frozenset[str], frozenset[tuple[Any, ...]], dt.date | None]
"""An account's lines, its statements, and up to which day it was let go of."""


@dataclass(frozen=True)
class _Ready:
    """A statement made ready to be kept: what it stood against, what was found, and the rows of its new lines."""

    stood: Standing
    found: Comparison
    rows: list[dict[str, Any]]


class Shelf:
    """The statement lines of every organisation; each piece is sealed under its organisation."""

    def __init__(self, store: Store, cipher: Cipher) -> None:
        self._store = store
        self._cipher = cipher

    def take(
        self,
        organisation: str,
        account: str,
        statement: Statement,
        *,
        member: str,
        now: dt.datetime,
        columns: ColumnMap | None = None,
    ) -> Taken:
        """Keeps a statement's new lines for a bank account (its id in Xero), all of them or none.

        The same file twice, an overlapping one, and two members at once leave each line once.
        """
        self._begun(organisation, account)
        with self._store.reading() as session:  # the long part: nobody waits for it
            ready = self._ready(session, organisation, account, statement)
        with self._store.transaction() as session:
            feed = self._feed(session, organisation, account)
            if ready.stood != self._standing(session, organisation, account):  # another statement was taken meanwhile
                ready = self._ready(session, organisation, account, statement)
            if ready.rows:
                session.execute(insert(_LINES), ready.rows)
            self._keep_span(session, organisation, account, statement, member, now)
            feed.known_as = statement.account or feed.known_as
            if columns is not None:
                feed.columns = self._seal(organisation, columns)
        return Taken(statement, ready.found)

    def account_known_as(self, organisation: str, name: str) -> str:
        """The bank account (its id in Xero) whose files name themselves so, or nothing."""
        with self._store.reading() as session:
            query = select(FeedRow.account).where(FeedRow.organisation == organisation, FeedRow.known_as == name)
            return session.scalars(query.limit(1)).one_or_none() or ""

    def columns(self, organisation: str, account: str) -> ColumnMap | None:
        """How this account's tables are read, as a person confirmed it."""
        with self._store.reading() as session:
            row = session.get(FeedRow, (organisation, account))
            return self._open(organisation, row.columns, ColumnMap) if row is not None and row.columns else None

    def lines(
        self, organisation: str, account: str, *, since: dt.date | None = None, until: dt.date | None = None
    ) -> tuple[StatementLine, ...]:
        """The account's lines of these days, both included, in the bank's order."""
        with self._store.reading() as session:
            return tuple(self._lines(session, organisation, account, since, until))

    def spans(self, organisation: str, account: str) -> tuple[Span, ...]:
        """The statements that were taken for an account, oldest first, as far as their lines are still here."""
        with self._store.reading() as session:
            gone = self._let_go(session, organisation, account)
            every = self._spans(session, organisation, account)
        if gone is None:
            return tuple(every)
        first = gone + dt.timedelta(days=1)
        return tuple(msgspec.structs.replace(each, start=max(each.start, first)) for each in every if each.end > gone)

    def let_go_until(self, organisation: str, account: str) -> dt.date | None:
        """The last day whose lines were let go of, or None."""
        with self._store.reading() as session:
            return self._let_go(session, organisation, account)

    def accounts(self, organisation: str) -> tuple[str, ...]:
        """The bank accounts, by their ids in Xero, of which statements were taken."""
        with self._store.reading() as session:
            query = select(FeedRow.account).where(FeedRow.organisation == organisation)
            return tuple(session.scalars(query.order_by(FeedRow.account)))

    def give_back(self, organisation: str, account: str) -> int | None:
        """Takes an account's only statement off the shelf again, with how it was read; says how many lines went.

        None, and nothing is taken off, where more than one statement of the account stands there.
        """
        self._begun(organisation, account)
        own = (StatementRow.organisation == organisation, StatementRow.account == account)
        with self._store.transaction() as session:
            feed = self._feed(session, organisation, account)
            if len(session.scalars(select(StatementRow.start).where(*own)).all()) > 1:
                return None
            feed.columns = None
            session.execute(delete(StatementRow).where(*own))
            lines = delete(LineRow).where(LineRow.organisation == organisation, LineRow.account == account)
            return len(session.execute(lines.returning(LineRow.line)).all())

    def forget(self, organisation: str, account: str, *, until: dt.date, besides: Sequence[str] = ()) -> int:
        """Deletes the lines up to a day that is locked, but for those that still wait; says how many went."""
        self._begun(organisation, account)
        with self._store.transaction() as session:
            self._feed(session, organisation, account)
            query = delete(LineRow).where(
                LineRow.organisation == organisation,
                LineRow.account == account,
                LineRow.day <= until,
                LineRow.line.not_in(besides),
            )
            gone = session.execute(query.returning(LineRow.line)).all()
            before = self._let_go(session, organisation, account)
            latest = max(until, before) if before else until
            session.merge(LetGoRow(organisation=organisation, account=account, until=latest))
            return len(gone)

    # Rows

    def _ready(self, session: Session, organisation: str, account: str, statement: Statement) -> _Ready:
        """The statement held against what the account has, and its new lines sealed; nothing is written."""
        stood = self._standing(session, organisation, account)
        known = self._lines(session, organisation, account)
        before = [each for each in self._spans(session, organisation, account) if each.end < statement.start]
        last = max(before, key=lambda each: each.end, default=None)
        found = compare(
            _after(statement, self._let_go(session, organisation, account)),
            known=known,
            previous_end=last.end if last else None,
            previous_closing=last.closing if last else None,
        )
        doubted = {line.id for line, _ in found.doubtful}  # perhaps known in other words: a person looks before
        rows = [
            {
                "organisation": organisation,
                "account": account,
                "line": line.id,
                "day": line.date,
                "place": place,
                "sealed": self._seal(organisation, line),
            }
            for place, line in enumerate((each for each in found.new if each.id not in doubted), len(known) + 1)
        ]
        return _Ready(stood, found, rows)

    def _standing(self, session: Session, organisation: str, account: str) -> Standing:
        """What a statement is held against, in short: as long as this is the same, so is what was found."""
        lines = select(LineRow.line).where(LineRow.organisation == organisation, LineRow.account == account)
        spans = select(StatementRow.start, StatementRow.end, StatementRow.taken_at).where(
            StatementRow.organisation == organisation, StatementRow.account == account
        )
        return (
            frozenset(session.scalars(lines)),
            frozenset(tuple(each) for each in session.execute(spans)),
            self._let_go(session, organisation, account),
        )

    @staticmethod
    def _let_go(session: Session, organisation: str, account: str) -> dt.date | None:
        row = session.get(LetGoRow, (organisation, account))
        return row.until if row is not None else None

    def _feed(self, session: Session, organisation: str, account: str) -> FeedRow:
        """The account's row, held until the end of the transaction."""
        return session.get_one(FeedRow, (organisation, account), with_for_update=True)

    def _begun(self, organisation: str, account: str) -> None:
        """Makes the account's row, so that there is one to queue for; somebody else may be faster."""
        with contextlib.suppress(IntegrityError), self._store.transaction() as session:
            if session.get(FeedRow, (organisation, account)) is None:
                session.add(FeedRow(organisation=organisation, account=account))

    def _keep_span(
        self, session: Session, organisation: str, account: str, statement: Statement, member: str, now: dt.datetime
    ) -> None:
        span = Span(
            start=statement.start,
            end=statement.end,
            currency=statement.currency,
            opening=statement.opening,
            closing=statement.closing,
        )
        session.merge(
            StatementRow(
                organisation=organisation,
                account=account,
                start=statement.start,
                end=statement.end,
                taken_at=now,
                taken_by=member,
                sealed=self._seal(organisation, span),
            )
        )

    def _lines(
        self,
        session: Session,
        organisation: str,
        account: str,
        since: dt.date | None = None,
        until: dt.date | None = None,
    ) -> list[StatementLine]:
        query = select(LineRow.sealed).where(LineRow.organisation == organisation, LineRow.account == account)
        query = query.where(LineRow.day >= since) if since else query
        query = query.where(LineRow.day <= until) if until else query
        rows = session.scalars(query.order_by(LineRow.day, LineRow.place))
        return [self._open(organisation, sealed, StatementLine) for sealed in rows]

    def _spans(self, session: Session, organisation: str, account: str) -> list[Span]:
        query = select(StatementRow.sealed).where(
            StatementRow.organisation == organisation, StatementRow.account == account
        )
        return [
            self._open(organisation, sealed, Span)
            for sealed in session.scalars(query.order_by(StatementRow.end, StatementRow.start))
        ]

    def _seal(self, organisation: str, record: msgspec.Struct) -> bytes:
        return self._cipher.seal(organisation, _PURPOSE, msgspec.json.encode(record))

    def _open(self, organisation: str, sealed: bytes, sort: type[T]) -> T:
        plain = self._cipher.open(organisation, _PURPOSE, sealed)
        return msgspec.json.decode(plain, type=sort)


def _after(statement: Statement, gone: dt.date | None) -> Statement:
    """The statement without the days whose lines were let go of: they do not come in again."""
    if gone is None or statement.start > gone:
        return statement
    first = gone + dt.timedelta(days=1)
    return msgspec.structs.replace(
        statement,
        lines=tuple(each for each in statement.lines if each.date > gone),
        start=first,
        end=max(first, statement.end),
        opening=None,
    )
