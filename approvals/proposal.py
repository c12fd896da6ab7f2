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

_LARGEST = 2**53 - 1
"""The largest whole number that RFC 8785 writes."""

UNDER_WAY = (APPROVED, UNKNOWN, AWAITING_PERSON)
"""Decided, and not yet at its end: the executor owes it an effect or a visible problem."""


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """One reason that a person can check: a source document with its version, or a line of a calculation.

    `caution` says why it asks for a second person, whatever the amount: a new payee, bank details that just changed.
    `unsure` says why a person looks at it singly, and never in a batch: a match that is likely and not certain.
    """

    label: str
    detail: str
    link: str = ""
    source: str = ""
    version: str = ""
    caution: str = ""
    unsure: str = ""


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


class Approval(msgspec.Struct, frozen=True, kw_only=True):
    """One person's yes to exactly this content, under the rule as it was then; `on_behalf_of` names who delegated."""

    member: str
    at: dt.datetime
    on_behalf_of: str = ""
    rule: dict[str, Any] = {}

    @property
    def eyes(self) -> frozenset[str]:
        """Everybody whose eyes this counts as: a delegate and the giver are one pair."""
        return frozenset({self.member, self.on_behalf_of} - {""})


class Proposal(msgspec.Struct, frozen=True, kw_only=True):
    """A draft that stands in the queue with everything that was shown; `digest` covers all that a decision is about.

    `authors` are the members who wrote earlier versions of it that somebody then edited; none of them approves it.
    """

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
    decided_where: str = ""
    reason: str = ""
    receipt: dict[str, Any] = {}
    problem: str = ""
    supersedes: str = ""
    firm_version: str = ""
    approvals: tuple[Approval, ...] = ()
    authors: tuple[str, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether a person can still decide on it."""
        return self.status == PROPOSED


class Decided(msgspec.Struct, frozen=True, kw_only=True):
    """What was decided for the same books, as far as the sums of a day look at it."""

    kind: str
    payload: dict[str, Any]


class Description(msgspec.Struct, frozen=True, kw_only=True):
    """What a kind says of its payload, all of it, in an accountant's words; a card and a printout show the same.

    `facts` are what people look at, `fine_print` what binds the rest of the content (ids, marks); `rows` begins with
    the heading row; `undo` says how the change is taken back, or that it cannot be; `line` is what tells it from its
    like where the amount stands beside it, as in a batch.
    """

    title: str
    sentence: str
    facts: tuple[tuple[str, str], ...]
    fine_print: tuple[tuple[str, str], ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    undo: str = ""
    line: str = ""


def content_of(work: Draft | Proposal) -> dict[str, Any]:
    """What a decision is about, and so what the digest covers; a card shows every field of it."""
    return {
        "kind": work.kind,
        "organisation": work.organisation,
        "client": work.client,
        "period": work.period,
        "payload": plain(work.payload),
        "because": work.because,
        "amount": {"amount": work.amount.plain(), "currency": work.amount.currency},
        "evidence": plain(work.evidence),
    }


def differences(before: Proposal, after: Proposal) -> tuple[str, ...]:
    """What changed between two versions of the same piece of work, in the words `amount: 100.00 -> 120.00`."""
    old, new = _leaves(content_of(before)), _leaves(content_of(after))
    names = [*old, *(name for name in new if name not in old)]
    changed = [(name, old.get(name, "nothing"), new.get(name, "nothing")) for name in names]
    return tuple(f"{name}: {was} → {now}" for name, was, now in changed if was != now)


def mark_of(proposal_id: str) -> str:
    """The short tag that we leave in Xero, to find our own document again: 64 of the id's 128 random bits."""
    return f"TO-{proposal_id[:16]}"


def canonical(content: object) -> bytes:
    """`content` as canonical JSON (RFC 8785); Decimals, dates and Money become strings first, floats are refused.

    Raises ValueError for a float and TypeError for anything that has no one plain form.
    """
    made = msgspec.to_builtins(content, order="deterministic")
    # Nearly all content: for it the fast encoder writes the same bytes, as a test holds against rfc8785.
    return msgspec.json.encode(made, order="deterministic") if _is_common(made) else bytes(rfc8785.dumps(made))


def digest_of(content: object) -> str:
    """SHA-256 of the canonical content, in hex."""
    return hashlib.sha256(canonical(content)).hexdigest()


def plain(content: object) -> Any:
    """`content` as strings, whole numbers, lists and dictionaries, the same each time; raises as `canonical` does."""
    made = msgspec.to_builtins(content, order="deterministic")
    _is_common(made)
    return made


def _is_common(content: object) -> bool:
    """Whether all names are ASCII (their order is no question then) and all whole numbers such as RFC 8785 knows.

    Raises ValueError for a float, wherever it stands.
    """
    if isinstance(content, float):
        raise ValueError("A digest never covers a float: amounts are decimal strings.")
    if isinstance(content, dict):
        # A list and no generator: what stands after something uncommon is looked at too.
        inner = all([_is_common(each) for each in content.values()])  # noqa: C419
        return inner and all(isinstance(name, str) and name.isascii() for name in content)
    if isinstance(content, (list, tuple)):
        return all([_is_common(each) for each in content])  # noqa: C419
    return not isinstance(content, int) or abs(content) <= _LARGEST


def _leaves(content: object, name: str = "") -> dict[str, str]:
    if isinstance(content, dict):
        parts = [(f"{name} {key}".strip(), value) for key, value in content.items()]
    elif isinstance(content, (list, tuple)):
        parts = [(f"{name} {number}".strip(), value) for number, value in enumerate(content, start=1)]
    else:
        return {name: str(content)}
    return {each: text for part, value in parts for each, text in _leaves(value, part).items()}
