"""Rotating tokens in the house's own database, sealed: a stolen database file gives nobody access to Xero."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable

import msgspec
from sqlalchemy import LargeBinary, String, delete, select, update
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Mapped, Session, mapped_column
from sqlalchemy.sql.dml import Update

from books.store import Base, Store
from xero_tools.tokens import Claim, TokenSet
from xero_tools.vault import Vault

CLAIM_SECONDS = 60.0  # longer than a token request can take
LANDING_SECONDS = 600.0  # a consent's tokens are saved a moment before its organisations are known
PURPOSE = "xero tokens"


class TokenRow(Base):
    """The tokens of one connection, which is one consent; only this module writes it. Times in seconds since 1970."""

    __tablename__ = "xero_token_sets"
    connection: Mapped[str] = mapped_column(String(64), primary_key=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    added_at: Mapped[float]
    ended_at: Mapped[float | None]
    claimed_by: Mapped[str] = mapped_column(String(32), default="")
    claimed_until: Mapped[float] = mapped_column(default=0.0)


class SealedTokens:
    """A TokenKeeper in the database, for several processes: who refreshes holds a claim that runs out.

    `write_down` keeps the end of a connection in the very transaction that notes it.
    """

    def __init__(
        self,
        store: Store,
        vault: Vault,
        *,
        clock: Callable[[], float] = time.time,
        write_down: Callable[[Session, str], None] = lambda _session, _connection: None,
    ) -> None:
        self._store, self._vault, self._clock, self._write_down = store, vault, clock, write_down

    def load(self, connection: str) -> TokenSet | None:
        """The last saved tokens; raises Refusal when no key opens them or the row was moved."""
        with self._store.reading() as session:
            row = session.get(TokenRow, connection)
            sealed = row.sealed if row is not None and row.ended_at is None else None
        return None if sealed is None else self._opened(connection, sealed)

    def claim(self, connection: str) -> Claim | None:
        """The right to refresh for CLAIM_SECONDS; None while another process has it."""
        now, claim = self._clock(), secrets.token_hex(16)
        free = (TokenRow.connection == connection, TokenRow.ended_at.is_(None), TokenRow.claimed_until <= now)
        with self._store.transaction() as session:
            taken = update(TokenRow).where(*free).values(claimed_by=claim, claimed_until=now + CLAIM_SECONDS)
            if not _changed(session, taken):
                return None
            sealed = session.scalars(select(TokenRow.sealed).where(TokenRow.connection == connection)).one()
        return Claim(claim, self._opened(connection, sealed))

    def save(self, connection: str, tokens: TokenSet, claim: str) -> bool:
        """Keeps the tokens, which are on the disk when this returns, and gives the claim back."""
        sealed = self._sealed(connection, tokens)
        return self._under(connection, claim, sealed=sealed, claimed_by="", claimed_until=0.0)

    def release(self, connection: str, claim: str) -> None:
        """Gives the claim back."""
        self._under(connection, claim, claimed_by="", claimed_until=0.0)

    def end(self, connection: str, claim: str) -> bool:
        """Notes that Xero has ended the connection; its tokens are of no use and are forgotten."""
        gone = {"ended_at": self._clock(), "sealed": b"", "claimed_by": "", "claimed_until": 0.0}
        with self._store.transaction() as session:
            is_ours = _changed(session, _held(connection, claim).values(**gone))
            if is_ours:
                self._write_down(session, connection)
        return is_ours

    def add(self, connection: str, tokens: TokenSet) -> None:
        """The tokens of a new consent."""
        with self._store.transaction() as session:
            row = TokenRow(connection=connection, sealed=self._sealed(connection, tokens), added_at=self._clock())
            session.add(row)

    def forget(self, connection: str) -> None:
        """Removes a connection's tokens."""
        with self._store.transaction() as session:
            session.execute(delete(TokenRow).where(TokenRow.connection == connection))

    def forget_all_but(self, used: set[str]) -> None:
        """Removes the tokens of connections that cover no organisation any more; one that is being made is spared."""
        old = TokenRow.added_at < self._clock() - LANDING_SECONDS
        with self._store.transaction() as session:
            session.execute(delete(TokenRow).where(old, TokenRow.connection.not_in(used)))

    def all(self) -> dict[str, bool]:
        """Every connection, and whether it has ended."""
        with self._store.reading() as session:
            rows = session.execute(select(TokenRow.connection, TokenRow.ended_at).order_by(TokenRow.connection))
            return {connection: ended_at is not None for connection, ended_at in rows}

    def reseal(self) -> int:
        """Seals again, under the newest key, whatever an older one sealed; answers with how many there were."""
        count = 0
        for connection in self.all():
            with self._store.transaction() as session:
                row = session.get(TokenRow, connection, with_for_update=True)
                if row is None or not row.sealed or self._vault.is_current(row.sealed):
                    continue
                row.sealed = self._sealed(connection, self._opened(connection, row.sealed))
                count += 1
        return count

    def _under(self, connection: str, claim: str, **values: object) -> bool:
        with self._store.transaction() as session:
            return _changed(session, _held(connection, claim).values(**values))

    def _sealed(self, connection: str, tokens: TokenSet) -> bytes:
        return self._vault.seal(connection, PURPOSE, msgspec.json.encode(tokens))

    def _opened(self, connection: str, sealed: bytes) -> TokenSet:
        return msgspec.json.decode(self._vault.open(connection, PURPOSE, sealed), type=TokenSet)


def _held(connection: str, claim: str) -> Update:
    """A change of a connection's row, for as long as the claim is ours."""
    return update(TokenRow).where(TokenRow.connection == connection, TokenRow.claimed_by == claim)


def _changed(session: Session, statement: Update) -> bool:
    result = session.execute(statement, execution_options={"synchronize_session": False})
    assert isinstance(result, CursorResult)
    return bool(result.rowcount)
