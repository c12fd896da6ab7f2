"""The audit as somebody else would check it: each row follows from the one before, and they tell what stands."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass

from tests.simulation.records import Card, Records
from tests.simulation.verdict import must

STATUSES = (
    "proposed",
    "approved",
    "rejected",
    "withdrawn",
    "expired",
    "posted",
    "failed",
    "unknown",
    "awaiting_person",
)
COLUMNS = ("seq", "at", "who", "what", "place", "organisation", "proposal", "digest", "reason", "before", "after",
           "previous", "hash")  # fmt: skip
_NEW = f"SELECT {', '.join(COLUMNS)} FROM audit WHERE seq > ? ORDER BY seq"


@dataclass(frozen=True)
class Told:
    """One row."""

    what: str
    who: str
    proposal: str


class Telling:
    """Follows the chain row by row; `status` and `approvals` are what it tells of every proposal."""

    def __init__(self, records: Records) -> None:
        self._records = records
        self.rows, self._hash = 0, "0" * 64
        self._followed: object = None
        self.status: dict[str, str] = {}
        self.approvals: set[tuple[str, str]] = set()

    def follow(self) -> list[Told]:
        """Checks the rows that are new, and that the head stands at the last of them; returns them."""
        told: list[Told] = []
        if self._followed == (version := self._records.version()):
            return told
        self._followed = version
        for row in self._records.rows(_NEW, self.rows):
            kept = dict(zip(COLUMNS, row, strict=True))
            kept["before"], kept["after"] = self._records.json(kept["before"]), self._records.json(kept["after"])
            said = kept.pop("hash")
            must(kept["seq"] == self.rows + 1 and kept["previous"] == self._hash, "I4 the chain is not linked")
            must(_sha256(kept) == said, "I4 a row of the audit is not what its hash says")
            self.rows, self._hash = kept["seq"], said
            self._hear(each := Told(kept["what"], kept["who"], kept["proposal"]))
            told.append(each)
        [head] = self._records.rows("SELECT seq, hash FROM audit_head")
        must(tuple(head) == (self.rows, self._hash), "I4 the chain's head is not its last row")
        return told

    def _hear(self, told: Told) -> None:
        if told.what in STATUSES:
            self.status[told.proposal] = told.what
        if told.what in ("approved", "approved_in_part"):
            self.approvals.add((told.proposal, told.who))


_CANONICAL = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def content_digest(card: Card) -> str:
    """The digest that the content as it stands would have."""
    return _sha256(card.parsed)


def _sha256(content: object) -> str:
    """Canonical JSON of plain strings, whole numbers and ASCII names, for which these three settings are RFC 8785."""
    return hashlib.sha256(_CANONICAL.encode(content).encode()).hexdigest()
