"""What goes into matching and what comes out, as frozen records with money at the edge."""

from __future__ import annotations

import datetime as dt

from books.money import Money
from books.records import BankTransaction, Invoice, Payment, Record

SURE, LIKELY, CANDIDATES, NONE = "sure", "likely", "candidates", "none"
TIERS = (SURE, LIKELY, CANDIDATES, NONE)


class OpenItem(Record, frozen=True, kw_only=True):
    """An open document or an unreconciled ledger transaction.

    `kind` is Xero's type (ACCREC, ACCPAY, ACCRECCREDIT, ACCPAYCREDIT, RECEIVE…, SPEND…, ACCRECPAYMENT…); it gives the
    direction, so `due` is positive as Xero has it.
    """

    id: str
    kind: str
    contact_id: str
    contact_name: str
    number: str
    reference: str
    date: dt.date
    due: Money
    due_date: dt.date | None = None

    @classmethod
    def of_document(cls, document: Invoice) -> OpenItem:
        """An invoice or bill with what is due on it."""
        return cls(
            id=document.id,
            kind=document.kind,
            contact_id=document.contact.id,
            contact_name=document.contact.name,
            number=document.number,
            reference=document.reference,
            date=document.date,
            due=document.due,
            due_date=document.due_date,
        )

    @classmethod
    def of_bank_transaction(cls, entry: BankTransaction) -> OpenItem:
        """Spend or receive money that stands in the ledger and is not reconciled."""
        contact = entry.contact
        return cls(
            id=entry.id,
            kind=entry.kind,
            contact_id=contact.id if contact else "",
            contact_name=contact.name if contact else "",
            number="",
            reference=entry.reference,
            date=entry.date,
            due=entry.total,
        )

    @classmethod
    def of_payment(cls, payment: Payment) -> OpenItem:
        """A payment that stands in the ledger and is not reconciled, in the bank account's currency."""
        contact = payment.contact
        return cls(
            id=payment.id,
            kind=payment.kind,
            contact_id=contact.id if contact else "",
            contact_name=contact.name if contact else "",
            number=payment.invoice_number,
            reference=payment.reference,
            date=payment.date,
            due=payment.bank_amount,
        )


class Allocation(Record, frozen=True, kw_only=True):
    """So much of an item is settled, in the item's currency, signed as the line: money in is positive."""

    item_id: str
    amount: Money


class Candidate(Record, frozen=True, kw_only=True):
    """An item that the line may pay; `settles` says what would settle it. `fit` is between 0 and 1."""

    item_id: str
    settles: str
    fit: float


class LineMatch(Record, frozen=True, kw_only=True):
    """What is said of one line.

    Tiers sure and likely carry `allocations` and `rule`; candidates carry `candidates`; none carries `category`.
    `because` is the reason and `next_step` what a person does now, both in an accountant's words. `difference` is what
    the line has beyond its allocations: negative for a fee kept by the bank, positive for a payment on account; None
    when line and items are not in one currency; `at_days_rate` then says that the day's rate was known and fits.
    """

    line_id: str
    tier: str
    because: str
    next_step: str
    rule: str = ""
    confidence: float = 0.0
    allocations: tuple[Allocation, ...] = ()
    difference: Money | None = None
    candidates: tuple[Candidate, ...] = ()
    category: str = ""
    other_line_id: str = ""
    at_days_rate: bool = False


class MatchReport(Record, frozen=True, kw_only=True):
    """What is said of an organisation's lines, in the order in which they were handed in."""

    organisation_id: str
    on: dt.date
    matches: tuple[LineMatch, ...]

    def of_tier(self, tier: str) -> tuple[LineMatch, ...]:
        """The lines of one tier."""
        return tuple(each for each in self.matches if each.tier == tier)

    def of_line(self, line_id: str) -> LineMatch:
        """What is said of one line; raises KeyError when it was not handed in."""
        for each in self.matches:
            if each.line_id == line_id:
                return each
        raise KeyError(line_id)
