"""Raise an approved credit note of a customer or supplier, and set it against documents if the draft says so."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal

import msgspec

from approvals import allocating, documents, ground_rules
from approvals.allocating import Allocate, Part
from approvals.documents import CREDIT_NOTES, DocumentLine
from approvals.ground_rules import ONE, broken
from approvals.kinds.kind import Found, PenKind, Step
from approvals.kinds.void_or_correct import voiding
from approvals.proposal import Description, Draft, Proposal
from approvals.sources import Source
from books.firm import ApprovalRule
from books.money import Money
from books.period import spoken
from books.records import LedgerAccount, Organisation
from books.refusal import Refusal
from xero_tools import credits
from xero_tools.gateway import Gateway
from xero_tools.links import Links
from xero_tools.writes import Pen
from xero_tools.writes.bodies import document_body

CUSTOMERS, SUPPLIERS = "ACCRECCREDIT", "ACCPAYCREDIT"


class CreditNote(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The credit note as Xero will get it, our mark aside. `number` is the supplier's; Xero numbers a customer's."""

    kind: str
    contact: str
    contact_id: str
    date: dt.date
    reference: str = ""
    number: str = ""
    currency: str
    currency_rate: Decimal = ONE
    tax: str = "Exclusive"
    lines: tuple[DocumentLine, ...]
    total: Decimal
    parts: tuple[Part, ...] = ()

    @property
    def money(self) -> Money:
        """The total, tax included, in its own currency."""
        return Money(self.total, self.currency)


class CreditNoteKind(PenKind[CreditNote]):
    """A credit note. A customer's carries our mark in its reference, a supplier's in its number."""

    name = "credit_note"
    payload: type[CreditNote] = CreditNote
    noun = "credit note"
    needs_chart = True
    authority = ApprovalRule(
        role="approver",
        limit=Decimal(5000),
        role_above_limit="partner",
        four_eyes_above=Decimal(20000),
        expires_hours=72,
    )

    def tidy(self, payload: CreditNote) -> CreditNote:
        """Every amount in the currency's minor units."""
        return msgspec.structs.replace(
            payload,
            lines=documents.tidied(payload.lines, payload.currency, self.noun),
            total=ground_rules.exact(payload.total, payload.currency, self.noun),
            parts=allocating.tidied(payload.parts, payload.currency, self.noun),
        )

    def check(self, draft: Draft, chart: Sequence[LedgerAccount] | None) -> None:
        """Lines that come to its total, of a sort that Xero has, and no more set against documents than there is."""
        payload = self.read(draft)
        if payload.kind not in (CUSTOMERS, SUPPLIERS) or not payload.contact_id:
            raise broken(self.noun, "is neither a customer's nor a supplier's", "no_contact")
        if payload.kind == CUSTOMERS and payload.number:
            raise broken(self.noun, "has a number, which Xero gives a customer's credit note itself", "has_number")
        documents.check_lines(payload.lines, payload.money, payload.tax, self.noun)
        documents.check_accounts(payload.lines, chart, self.noun)
        ground_rules.positive(payload.total, self.noun)
        ground_rules.amount_stands(draft, payload.money, payload.currency_rate, self.noun)
        ground_rules.in_period(draft, payload.date, self.noun)
        allocating.check(draft, payload.parts, payload.total, self.noun)

    def check_books(self, draft: Draft, bound: Sequence[Source], gateway: Gateway) -> None:
        """The documents that it is set against are due what the card says."""
        payload = self.read(draft)
        ground_rules.base_is(draft, gateway, self.noun)
        allocating.check_books(bound, payload.parts, payload.currency, payload.contact, self.noun)

    def still_open(self, proposal: Proposal, lock_date: dt.date | None) -> Refusal | None:
        """Its date lies after the lock date."""
        return ground_rules.after_lock(self.noun, self.read(proposal).date, lock_date)

    def moves(self, payload: CreditNote) -> dict[str, Decimal]:
        """Each line's account: a customer's credit takes income back, a supplier's a cost."""
        way = 1 if payload.kind == CUSTOMERS else -1
        return documents.moved(payload.lines, payload.tax, payload.currency_rate, way)

    editable = (("date", "Date"), ("reference", "Reference"))

    def spread(self, payload: CreditNote) -> dict[str, Decimal]:
        """The contact and each account."""
        return documents.spread(payload.contact, payload.money, payload.lines, payload.currency_rate)

    def describe(self, proposal: Proposal) -> Description:
        """The credit note in full, and what the documents it is set against are due before and after."""
        payload = self.read(proposal)
        whose = "from" if payload.kind == SUPPLIERS else "for"
        return Description(
            title=f"Credit note of {payload.money} {whose} {payload.contact}, dated {spoken(payload.date)}",
            sentence="It is raised approved"
            + (", and set against what it credits in a second step." if payload.parts else "; nothing is set off yet."),
            facts=(
                ("Contact", payload.contact),
                ("Date", spoken(payload.date)),
                *ground_rules.said_amount(payload.money, proposal, payload.currency_rate),
                ("Reference", payload.reference or "none"),
                *((("Supplier's number", payload.number),) if payload.number else ()),
                *allocating.rows(payload.parts, payload.currency),
            ),
            fine_print=(
                *ground_rules.fine_print(proposal),
                ("Type", payload.kind),
                ("Contact's id in Xero", payload.contact_id),
                ("Line amounts", payload.tax),
                ("Rate", str(payload.currency_rate)),
                *allocating.ids(payload.parts),
            ),
            rows=documents.rows(payload.lines, payload.currency),
            undo="It is voided again, after what was set off is taken back." if payload.parts else "It can be voided.",
        )

    def request(self, proposal: Proposal) -> bytes:
        """Xero's CreditNotes body, approved, with our mark."""
        payload = self.read(proposal)
        is_ours = payload.kind == CUSTOMERS
        return document_body(
            CREDIT_NOTES,
            kind=payload.kind,
            contact_id=payload.contact_id,
            date=payload.date,
            lines=documents.to_write(payload.lines, payload.currency),
            status="AUTHORISED",
            reference=f"{payload.reference} [{proposal.mark}]".strip() if is_ours else "",
            number="" if is_ours else f"{payload.number} [{proposal.mark}]".strip(),
            line_amount_types=payload.tax,
            currency_rate=None if payload.currency == proposal.amount.currency else payload.currency_rate,
        )

    def steps(self, proposal: Proposal) -> tuple[Step, ...]:
        """It is set against its documents."""
        payload = self.read(proposal)
        return (Allocate(payload.parts, payload.currency, payload.date),) if payload.parts else ()

    def carry_out(self, pen: Pen, proposal: Proposal, body: bytes, *, key: str) -> Found:
        """Raises it."""
        receipt = pen.create_credit_note(proposal.organisation, body, key=key)
        return Found(entity=receipt.entity, id=receipt.id, status=receipt.status)

    def find(self, pen: Pen, proposal: Proposal, *, since: dt.datetime) -> Found | None:
        """The credit note that carries our mark."""
        receipt = pen.find_by_mark(proposal.organisation, CREDIT_NOTES, proposal.mark, since=since)
        return self.read_back(pen.gateway, proposal, receipt.id) if receipt else None

    def read_back(self, gateway: Gateway, proposal: Proposal, document_id: str) -> Found:
        """The credit note by its id, compared with what was approved."""
        payload = self.read(proposal)
        credit = credits.get(proposal.organisation, gateway, CREDIT_NOTES, document_id)
        allocations = allocating.made(credit, payload.parts)
        differs = ""
        if credit.status not in ("AUTHORISED", "PAID"):
            differs = f"it is {credit.status} there"
        elif (credit.contact.id, credit.date, credit.total) != (payload.contact_id, payload.date, payload.money):
            differs = f"it is of {credit.total} for {credit.contact.name}, dated {spoken(credit.date)}, there"
        differs = differs or documents.lines_differ(payload.lines, credit.lines)
        if not differs and len(allocations) != len(payload.parts):
            differs = f"{len(allocations)} of {len(payload.parts)} allocations stand there"
        return Found(entity=CREDIT_NOTES, id=credit.id, status=credit.status, differs=differs, parts=allocations)

    def link(self, links: Links, organisation: Organisation, proposal: Proposal, document_id: str) -> str:
        """The credit note in Xero."""
        return links.credit_note(organisation, document_id, self.read(proposal).kind)

    def undoing(self, proposal: Proposal, lock_date: dt.date | None) -> Draft:
        """It is voided; what was set off is taken back first."""
        # Imported here: what takes a credit back names the credits that this file raises.
        from approvals.kinds.take_back_credit import taking_back

        payload = self.read(proposal)
        words = f"the credit note {proposal.mark}"
        if payload.parts:
            return taking_back(
                proposal,
                entity=CREDIT_NOTES,
                kind=payload.kind,
                words=words,
                contact=payload.contact,
                date=payload.date,
                total=payload.money,
                currency_rate=payload.currency_rate,
                parts=payload.parts,
                then="VOIDED",
                lock_date=lock_date,
            )
        return voiding(
            proposal,
            entity=CREDIT_NOTES,
            document_id=str(proposal.receipt["id"]),
            words=words,
            date=payload.date,
            amount=payload.money,
            lock_date=lock_date,
            currency_rate=payload.currency_rate,
            action="void",
            contact=payload.contact,
            contact_id=payload.contact_id,
        )


KIND = CreditNoteKind()
