"""What must be unreadable at rest: AES-256-GCM, each piece bound to its connection and its purpose."""

from __future__ import annotations

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from books.refusal import Refusal
from xero_tools.vault_keys import ID_BYTES, KeyFile, Ring

_NONCE_BYTES = 12  # NIST SP 800-38D, the length AES-GCM is made for


class Vault:
    """Seals and opens small pieces; a sealed piece is its key's id, a nonce and the ciphertext with its tag.

    The associated text is `connection|purpose`: a piece moved to another row, or used for something else, does not
    open. Keys are looked up anew for every piece, so that a rotation in another process is seen at once.
    """

    def __init__(self, keys: KeyFile) -> None:
        self.keys = keys

    def seal(self, connection: str, purpose: str, plain: bytes) -> bytes:
        """The sealed piece, under the newest key."""
        newest = self.keys.ring().newest
        nonce = os.urandom(_NONCE_BYTES)
        return newest.id + nonce + AESGCM(newest.secret).encrypt(nonce, plain, _bound_to(connection, purpose))

    def open(self, connection: str, purpose: str, sealed: bytes) -> bytes:
        """What was sealed; raises Refusal when no key of ours opens it here."""
        key = _key_of(self.keys.ring(), sealed)
        body = sealed[ID_BYTES:]
        try:
            if key is None:
                raise InvalidTag
            return AESGCM(key).decrypt(body[:_NONCE_BYTES], body[_NONCE_BYTES:], _bound_to(connection, purpose))
        except (InvalidTag, ValueError) as error:
            raise Refusal(
                "The saved connection to Xero cannot be opened with this key.",
                next_step="Give Tieout the key it was saved with (TIEOUT_KEY, or the file tieout.key in TIEOUT_HOME), "
                "or connect the client to Xero again.",
                code="token_key",
            ) from error

    def is_current(self, sealed: bytes) -> bool:
        """Whether a piece is sealed under the newest key."""
        return sealed[:ID_BYTES] == self.keys.ring().newest.id


def _key_of(ring: Ring, sealed: bytes) -> bytes | None:
    return next((key.secret for key in ring.keys if key.id == sealed[:ID_BYTES]), None)


def _bound_to(connection: str, purpose: str) -> bytes:
    return f"{connection}|{purpose}".encode()
