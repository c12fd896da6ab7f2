"""A proposal is one exact change to a client's books that a person is asked to decide on."""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import Any

import msgspec
import rfc8785

from books.money import Money

PROPOSED, APPROVED, REJECTED, WITHDRAWN, EXPIRED = "proposed", "approved", "rejected", "withdrawn", "expired"
POSTED, FAILED, UNKNOWN, AWAITING_PERSON = "posted", "failed", "unknown", "awaiting_person"
STATUSES = (PROPOSED, APPROVED, REJECTED, WITHDRAWN, EXPIRED, POSTED, FAILED, UNKNOWN, AWAITING_PERSON)
MOVES = {
    PROPOSED: (APPROVED, REJECTED, WITHDRAWN, EXPIRED),
    APPROVED: (POSTED, FAILED, UNKNOWN, AWAITING_PERSON),
    AWAITING_PERSON: (POSTED, FAILED, EXPIRED),
    UNKNOWN: (POSTED, FAILED, APPROVED),
}
"""Which status may follow which; a status that is not a key is final."""


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """One reason that a person can check: a source document with its version, or a line of a calculation."""

    label: str
    detail: str
    link: str = ""
    source: str = ""
    version: str = ""


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """What an agent prepared, before it stands in the queue.

    `payload` is the kind's typed struct; `because` says in one sentence why; `amount` is what the bands look at;
    `key` names the same piece of work each time it is found (`prepayment:<source>:2026-10`): it is proposed once.
    """

    kind: str
    organisation: str
    client: str
    period: str
    payload: msgspec.Struct
    because: str
    amount: Money
    key: str
    evidence: tuple[Evidence, ...] = ()


class Proposal(msgspec.Struct, frozen=True, kw_only=True):
    """A draft that stands in the queue with everything that was shown; `digest` covers all that a decision is about."""

    id: str
    kind: str
    organisation: str
    client: str
    period: str
    payload: dict[str, Any]
    because: str
    amount: Money
    key: str
    evidence: tuple[Evidence, ...]
    digest: str
    mark: str
    preparer: str
    agent: str
    status: str
    created_at: dt.datetime
    expires_at: dt.datetime
    decided_by: str = ""
    decided_at: dt.datetime | None = None
    reason: str = ""
    receipt: dict[str, Any] = {}
    problem: str = ""
    supersedes: str = ""

    @property
    def is_open(self) -> bool:
        """Whether a person can still decide on it."""
        return self.status == PROPOSED


class Description(msgspec.Struct, frozen=True, kw_only=True):
    """What a kind says of its payload, all of it, in an accountant's words; a card and a printout show the same.

    `rows` begins with the heading row; `undo` says how the change is taken back, or that it cannot be.
    """

    title: str
    sentence: str
    facts: tuple[tuple[str, str], ...]
    rows: tuple[tuple[str, ...], ...] = ()
    undo: str = ""


def canonical(content: object) -> bytes:
    """`content` as canonical JSON (RFC 8785); Decimals, dates and Money become strings first, floats are refused."""
    plain = msgspec.to_builtins(content, enc_hook=str)
    _no_floats(plain)
    return bytes(rfc8785.dumps(plain))


def digest_of(content: object) -> str:
    """SHA-256 of the canonical content, in hex."""
    return hashlib.sha256(canonical(content)).hexdigest()


def _no_floats(content: object) -> None:
    if isinstance(content, float):
        raise ValueError("A digest never covers a float: amounts are decimal strings.")
    if isinstance(content, dict):
        for each in content.values():
            _no_floats(each)
    elif isinstance(content, (list, tuple)):
        for each in content:
            _no_floats(each)
