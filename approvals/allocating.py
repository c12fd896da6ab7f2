"""Setting a credit against documents: what is set against what, and the step that does it for a credit just raised."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal

import msgspec

from approvals import ground_rules
from approvals.ground_rules import broken
from approvals.kinds.kind import Found, Step
from approvals.proposal import Draft, Proposal
from approvals.sources import INVOICE, Source
from books.documents import Credit
from books.money import Money
from xero_tools import credits
from xero_tools.writes import Pen
from xero_tools.writes.bodies import allocations_body


class Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How much is set against one invoice or bill; `due` is what it was due before."""

    invoice_id: str
    number: str
    amount: Decimal
    due: Decimal


def tidied(parts: Sequence[Part], currency: str, noun: str) -> tuple[Part, ...]:
    """The parts with each figure in its one written form."""
    return tuple(
        msgspec.structs.replace(
            each,
            amount=ground_rules.exact(each.amount, currency, noun),
            due=ground_rules.exact(each.due, currency, noun),
        )
        for each in parts
    )


def total(parts: Sequence[Part]) -> Decimal:
    """What all parts come to."""
    return sum((each.amount for each in parts), Decimal(0))


def check(draft: Draft, parts: Sequence[Part], available: Decimal, noun: str) -> None:
    """Raises Refusal unless each part fits its document, all fit the credit, and each document is bound once."""
    for each in parts:
        ground_rules.positive(each.amount, noun)
        if each.amount > each.due:
            raise broken(noun, f"sets {each.amount} against {each.number}, which is due {each.due}", "too_much")
        ground_rules.evidence_names(draft, INVOICE, each.invoice_id, noun)
    if len({each.invoice_id for each in parts}) < len(parts):
        raise broken(noun, "names a document twice", "named_twice")
    if total(parts) > available:
        raise broken(noun, f"sets {total(parts)} against documents, and the credit has {available}", "too_much")


def check_books(bound: Sequence[Source], parts: Sequence[Part], currency: str, contact: str, noun: str) -> None:
    """Raises Refusal unless each document is approved, the contact's, and due what the draft says."""
    for each in parts:
        source = ground_rules.read_now(bound, INVOICE, each.invoice_id, noun)
        due = str(Money(each.due, currency))
        ground_rules.agrees(source, noun, {"status": "AUTHORISED", "due": due, "contact": contact})


def rows(parts: Sequence[Part], currency: str) -> tuple[tuple[str, str], ...]:
    """Each document with what it is due before and after, for a card's facts."""
    return tuple(
        (
            f"Set against {each.number}",
            f"{Money(each.amount, currency)}; due {Money(each.due, currency)} now, "
            f"{Money(each.due - each.amount, currency)} after",
        )
        for each in parts
    )


def ids(parts: Sequence[Part]) -> tuple[tuple[str, str], ...]:
    """The documents' ids, for the fine print."""
    return tuple((f"{each.number} in Xero", each.invoice_id) for each in parts)


def made(credit: Credit, parts: Sequence[Part]) -> tuple[str, ...]:
    """The ids of the credit's allocations that are these parts, in their order; as many as parts when all are made."""
    listed = {(each.invoice_id, each.amount.amount): each.id for each in credit.allocations}
    return tuple(listed[key] for each in parts if (key := (each.invoice_id, each.amount)) in listed)


class Allocate(Step):
    """A credit note that was just raised is set against its documents. Proof: it lists the allocations."""

    def __init__(self, parts: Sequence[Part], currency: str, date: dt.date) -> None:
        self._parts, self._currency, self._date = tuple(parts), currency, date

    def request(self, proposal: Proposal) -> bytes:
        """Every part in one request, so that all are made or none."""
        return body(self._parts, self._currency, self._date)

    def carry_out(self, pen: Pen, proposal: Proposal, first: Found, body: bytes, *, key: str) -> None:
        """Sets it against them."""
        pen.allocate(proposal.organisation, "CreditNotes", first.id, body, key=key)

    def is_done(self, pen: Pen, proposal: Proposal, first: Found) -> bool:
        """The credit note lists every part."""
        credit = credits.get(proposal.organisation, pen.gateway, "CreditNotes", first.id)
        return len(made(credit, self._parts)) == len(self._parts)

    def remains(self, proposal: Proposal) -> str:
        """The credit note stands and is not set against anything."""
        numbers = " and ".join(each.number for each in self._parts)
        return (
            f"The credit note {proposal.mark} stands in Xero and is not set against {numbers}. "
            f"Set it against {numbers} in Xero, or void it there; Tieout reads it again."
        )


def body(parts: Sequence[Part], currency: str, date: dt.date) -> bytes:
    """Xero's bytes for all parts."""
    return allocations_body(parts={each.invoice_id: Money(each.amount, currency) for each in parts}, date=date)
