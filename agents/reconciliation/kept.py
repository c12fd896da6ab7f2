"""What the room keeps of the bank and of what people said; a scope carries it, so that skills stay pure reads."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from agents.reconciliation.coding.rules import Rule
from agents.reconciliation.remembered import Memories
from agents.reconciliation.shelf import Shelf


@dataclass(frozen=True)
class Kept:
    """The shelf of statement lines, the explicit memory, and the written rules of each client (by its id)."""

    shelf: Shelf
    memories: Memories
    rules: Callable[[str], tuple[Rule, ...]] = lambda client: ()
