"""What people of the firm confirmed and rejected, per client: explicit, readable, and nothing else is remembered.

The file is JSON: `{"version": 1, "clients": {"<client>": {"aliases": [{"payer", "contact_id", "confirmed_by",
"confirmed_on"}], "rejected": [{"line_id", "item_id", "rejected_by", "rejected_on"}], "codings": [{"payer",
"account_code", "confirmed_by", "confirmed_on"}]}}}`. Nobody's confirmation is inferred: only a click writes here.
"""

from __future__ import annotations

import msgspec

from agents.reconciliation.matching.payers import plain
from books.records import Record
from books.refusal import Refusal


class Alias(Record, frozen=True, kw_only=True):
    """A payer's text as the bank prints it, and the contact that a person said it is."""

    payer: str
    contact_id: str
    confirmed_by: str = ""
    confirmed_on: str = ""


class Rejection(Record, frozen=True, kw_only=True):
    """A line and an item of which a person said that they do not belong together."""

    line_id: str
    item_id: str
    rejected_by: str = ""
    rejected_on: str = ""


class Coding(Record, frozen=True, kw_only=True):
    """A payer whose lines people code to an account, with no document."""

    payer: str
    account_code: str
    confirmed_by: str = ""
    confirmed_on: str = ""


class Memory(Record, frozen=True, kw_only=True):
    """One client's memory."""

    aliases: tuple[Alias, ...] = ()
    rejected: tuple[Rejection, ...] = ()
    codings: tuple[Coding, ...] = ()

    def confirmed(self, contact_places: dict[str, int]) -> dict[str, tuple[int, ...]]:
        """Plain payer texts and the places of the contacts confirmed for them; contacts with nothing open are left."""
        found: dict[str, tuple[int, ...]] = {}
        for alias in self.aliases:
            place, text = contact_places.get(alias.contact_id), plain(alias.payer)
            if place is not None and text and place not in found.get(text, ()):
                found[text] = (*found.get(text, ()), place)
        return found

    def rejected_pairs(self) -> frozenset[tuple[str, str]]:
        """The pairs that must not come back."""
        return frozenset((each.line_id, each.item_id) for each in self.rejected)

    def coding_of(self, payer: str) -> str:
        """The account to which people code this payer, or nothing."""
        text = plain(payer)
        return next((each.account_code for each in self.codings if text and plain(each.payer) == text), "")


class _File(msgspec.Struct):
    version: int
    clients: dict[str, Memory]


def read_memories(content: bytes) -> dict[str, Memory]:
    """The memory of every client in a file; raises Refusal `memory_file` when it cannot be read."""
    try:
        return msgspec.json.decode(content, type=_File).clients
    except msgspec.DecodeError as mistake:
        raise Refusal(
            "The memory file cannot be read.",
            next_step="Restore it from its last copy; docs/matching.md shows its form.",
            code="memory_file",
            detail=str(mistake),
        ) from mistake
