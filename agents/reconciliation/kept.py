"""What the room keeps of the bank and of what people said; a scope carries it, so that skills stay pure reads."""

from __future__ import annotations

from dataclasses import dataclass

from agents.reconciliation.remembered import Memories
from agents.reconciliation.shelf import Shelf


@dataclass(frozen=True)
class Kept:
    """The shelf of statement lines and the explicit memory."""

    shelf: Shelf
    memories: Memories
