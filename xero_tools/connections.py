"""Which organisations are connected, by whose consent and with which scopes; the tokens themselves stand elsewhere."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

import msgspec
from sqlalchemy import String, Text, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from books.store import Base, Store
from xero_tools.token_requests import not_connected


class Connected(msgspec.Struct, frozen=True):
    """One connected organisation; `connection` is the consent that covers it, `xero_id` Xero's own id of the link."""

    organisation: str
    name: str
    connection: str
    xero_id: str
    scope: tuple[str, ...]
    connected_by: str
    connected_at: float


class Change(msgspec.Struct, frozen=True):
    """An organisation was connected or disconnected, or Xero ended it: by whom (a member, or `xero`), where and when.

    `what` is `xero_connected`, `xero_disconnected` or `xero_ended`.
    """

    what: str
    who: str
    where: str
    at: float
    connected: Connected


WriteDown = Callable[[Session, Change], None]
"""Keeps a change in the very transaction that makes it; another room has the book."""


def _nowhere(session: Session, change: Change) -> None:
    """Where nobody keeps a book."""


class ConnectedRow(Base):
    """An organisation that somebody connected; only this module writes it. The time in seconds since 1970."""

    __tablename__ = "xero_connections"
    organisation: Mapped[str] = mapped_column(String(64), primary_key=True)
    name: Mapped[str] = mapped_column(String(255))
    connection: Mapped[str] = mapped_column(String(64), index=True)
    xero_id: Mapped[str] = mapped_column(String(64))
    scope: Mapped[str] = mapped_column(Text)
    connected_by: Mapped[str] = mapped_column(String(64))
    connected_at: Mapped[float]


class Connections:
    """Reads and keeps the connected organisations; ids are compared without regard to case."""

    def __init__(
        self,
        store: Store,
        *,
        connect_url: str = "",
        clock: Callable[[], float] = time.time,
        write_down: WriteDown = _nowhere,
    ) -> None:
        self._store, self._connect_url, self._clock, self._write_down = store, connect_url, clock, write_down

    def connection_of(self, organisation: str) -> str:
        """The consent that covers an organisation; raises Refusal with the link when there is none."""
        found = self.get(organisation)
        if found is None:
            raise not_connected(self._connect_url)
        return found.connection

    def get(self, organisation: str) -> Connected | None:
        """One organisation's connection."""
        with self._store.reading() as session:
            row = session.get(ConnectedRow, organisation.lower())
            return _connected(row) if row is not None else None

    def all(self) -> tuple[Connected, ...]:
        """All connected organisations by name."""
        with self._store.reading() as session:
            rows = session.scalars(select(ConnectedRow).order_by(func.lower(ConnectedRow.name)))
            return tuple(_connected(row) for row in rows)

    def land(self, connected: Sequence[Connected]) -> None:
        """Keeps these in place of what was known of the same organisations."""
        with self._store.transaction() as session:
            for each in connected:
                session.merge(
                    ConnectedRow(
                        organisation=each.organisation.lower(),
                        name=each.name,
                        connection=each.connection,
                        xero_id=each.xero_id,
                        scope=" ".join(each.scope),
                        connected_by=each.connected_by,
                        connected_at=each.connected_at or self._clock(),
                    )
                )
                at = each.connected_at or self._clock()
                self._write_down(session, Change("xero_connected", each.connected_by, "web", at, each))

    def forget(self, organisation: str, *, by: str, where: str) -> None:
        """Removes an organisation's connection; one that is gone already is left in peace."""
        with self._store.transaction() as session:
            row = session.get(ConnectedRow, organisation.lower(), with_for_update=True)
            if row is None:
                return
            self._write_down(session, Change("xero_disconnected", by, where, self._clock(), _connected(row)))
            session.delete(row)

    def ended(self, session: Session, connection: str) -> None:
        """Writes down, in `session`, that Xero has ended the consent that covers these organisations."""
        covered = select(ConnectedRow).where(ConnectedRow.connection == connection).order_by(ConnectedRow.organisation)
        for row in session.scalars(covered):
            self._write_down(session, Change("xero_ended", "xero", "xero", self._clock(), _connected(row)))


def _connected(row: ConnectedRow) -> Connected:
    return Connected(
        organisation=row.organisation,
        name=row.name,
        connection=row.connection,
        xero_id=row.xero_id,
        scope=tuple(row.scope.split()),
        connected_by=row.connected_by,
        connected_at=row.connected_at,
    )
