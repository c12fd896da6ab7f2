"""Rotating tokens in the house's own database, encrypted: a stolen database file gives nobody access to Xero."""

from __future__ import annotations

import os

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from books.refusal import Refusal
from books.store import Base, Store
from xero_tools.tokens import TokenSet

KEY_BYTES = 32
_NONCE_BYTES = 12  # NIST SP 800-38D, the length AES-GCM is made for
_PURPOSE = "xero tokens"


class TokenRow(Base):
    """The tokens of one connection, sealed; only this module writes it."""

    __tablename__ = "xero_tokens"
    organisation: Mapped[str] = mapped_column(String(64), primary_key=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)


class SealedTokens:
    """A TokenKeeper in the database: AES-256-GCM, bound to the organisation and the purpose.

    `key` has 32 bytes and lives outside the database. Raises ValueError for a key of another length.
    """

    def __init__(self, store: Store, key: bytes) -> None:
        if len(key) != KEY_BYTES:
            raise ValueError("The key for tokens has 32 bytes.")
        self._store = store
        self._cipher = AESGCM(key)

    def load(self, connection: str) -> TokenSet | None:
        """The last saved tokens; raises Refusal when the key does not open them or the row was moved."""
        with self._store.reading() as session:
            row = session.get(TokenRow, connection)
            sealed = row.sealed if row else None
        if sealed is None:
            return None
        try:
            opened = self._cipher.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], _bound_to(connection))
        except InvalidTag as error:
            raise Refusal(
                "The saved connection to Xero cannot be opened with this key.",
                next_step="Give Tieout the key it was saved with, or connect the client to Xero again.",
                code="token_key",
            ) from error
        return msgspec.json.decode(opened, type=TokenSet)

    def save(self, connection: str, tokens: TokenSet) -> None:
        """Keeps the tokens; they are on the disk when this returns."""
        nonce = os.urandom(_NONCE_BYTES)
        sealed = nonce + self._cipher.encrypt(nonce, msgspec.json.encode(tokens), _bound_to(connection))
        with self._store.transaction() as session:
            session.merge(TokenRow(organisation=connection, sealed=sealed))


def _bound_to(connection: str) -> bytes:
    return f"{connection}|{_PURPOSE}".encode()
