"""What seals a client's records before they are written down; the room that keeps something knows no more of it."""

from __future__ import annotations

from typing import Protocol


class Cipher(Protocol):
    """Seals and opens; the key stands outside the database."""

    def seal(self, connection: str, purpose: str, plain: bytes) -> bytes:
        """The sealed piece, bound to whose and what for it is."""
        ...

    def open(self, connection: str, purpose: str, sealed: bytes) -> bytes:
        """What was sealed; raises Refusal when it does not open."""
        ...
