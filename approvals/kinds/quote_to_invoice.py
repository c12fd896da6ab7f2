"""Make an invoice of an accepted quote, line for line, and mark the quote as invoiced: two writes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal

import msgspec

from approvals import documents, ground_rules
from approvals.documents import INVOICES, QUOTES, DocumentLine
from approvals.ground_rules import ONE, broken
from approvals.kinds.kind import Found, PenKind, Step
from approvals.kinds.void_or_correct import DELETE, VOID, voiding
from approvals.proposal import Description, Draft, Proposal
from approvals.sources import Source
from books.firm import ApprovalRule
from books.money import Money
from books.period import spoken
from books.records import LedgerAccount, Organisation
from books.refusal import Refusal
from xero_tools.gateway import Gateway
from xero_tools.links import Links
from xero_tools.writes import Pen
from xero_tools.writes.bodies import document_body, status_body

_STATUSES = ("DRAFT", "AUTHORISED")


class QuoteToInvoice(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The invoice as Xero will get it, our mark aside, and the quote that it is made of."""

    quote_id: str
    quote_number: str
    quote_date: dt.date
    contact: str
    contact_id: str
    date: dt.date
    due_date: dt.date
    status: str
    reference: str = ""
    currency: str
    currency_rate: Decimal = ONE
    tax: str = "Exclusive"
    lines: tuple[DocumentLine, ...]
    total: Decimal

    @property
    def money(self) -> Money:
        """The total, tax included, in its own currency."""
        return Money(self.total, self.currency)


class QuoteToInvoiceKind(PenKind[QuoteToInvoice]):
    """The invoice carries our mark in its reference; the quote's status is the second step."""

    name = "quote_to_invoice"
    payload = QuoteToInvoice
    noun = "invoice of a quote"
    needs_chart = True
    authority = ApprovalRule(
        role="approver",
        limit=Decimal(10000),
        role_above_limit="partner",
        four_eyes_above=Decimal(50000),
        expires_hours=72,
    )

    def moves(self, payload: QuoteToInvoice) -> dict[str, Decimal]:
        """Each line's account."""
        return documents.moved(payload.lines, payload.tax, payload.currency_rate, -1)

    editable = (("date", "Date"), ("due_date", "Due"), ("reference", "Reference"))

    def tidy(self, payload: QuoteToInvoice) -> QuoteToInvoice:
        """Every amount in the currency's minor units."""
        lines = documents.tidied(payload.lines, payload.currency, self.noun)
        total = ground_rules.exact(payload.total, payload.currency, self.noun)
        return msgspec.structs.replace(payload, lines=lines, total=total)

    def check(self, draft: Draft, chart: Sequence[LedgerAccount] | None) -> None:
        """Lines that come to the total, a status that Xero takes, and the quote bound as evidence."""
        payload = self.read(draft)
        if payload.status not in _STATUSES or payload.due_date < payload.date:
            raise broken(self.noun, f"would be {payload.status}, due {spoken(payload.due_date)}", "no_such_status")
        documents.check_lines(payload.lines, payload.money, payload.tax, self.noun)
        documents.check_accounts(payload.lines, chart, self.noun)
        ground_rules.positive(payload.total, self.noun)
        ground_rules.amount_stands(draft, payload.money, payload.currency_rate, self.noun)
        ground_rules.in_period(draft, payload.date, self.noun)
        ground_rules.evidence_names(draft, QUOTES, payload.quote_id, self.noun)

    def check_books(self, draft: Draft, bound: Sequence[Source], gateway: Gateway) -> None:
        """The customer accepted the quote, and the invoice says what the quote says."""
        payload = self.read(draft)
        ground_rules.base_is(draft, gateway, self.noun)
        source = ground_rules.read_now(bound, QUOTES, payload.quote_id, self.noun)
        expected = {"status": "ACCEPTED", "contact": payload.contact, "total": str(payload.money),
                    "date": payload.quote_date.isoformat()}  # fmt: skip
        ground_rules.agrees(source, self.noun, expected)
        quote = documents.read(draft.organisation, gateway, QUOTES, payload.quote_id)
        if documents.lines_differ(payload.lines, quote.lines) or quote.contact_id != payload.contact_id:
            raise broken(self.noun, f"does not say what quote {payload.quote_number} says in Xero", "source_changed")

    def still_open(self, proposal: Proposal, lock_date: dt.date | None) -> Refusal | None:
        """An approved invoice is dated after the lock date; a draft may lie before it."""
        payload = self.read(proposal)
        return None if payload.status == "DRAFT" else ground_rules.after_lock("invoice", payload.date, lock_date)

    def spread(self, payload: QuoteToInvoice) -> dict[str, Decimal]:
        """The contact and each account."""
        return documents.spread(payload.contact, payload.money, payload.lines, payload.currency_rate)

    def describe(self, proposal: Proposal) -> Description:
        """The invoice in full, and the quote before and after."""
        payload = self.read(proposal)
        return Description(
            title=f"Invoice quote {payload.quote_number}: {payload.money}, {payload.contact}",
            sentence="The invoice is made with the quote's lines, and the quote is marked as invoiced, in two steps.",
            facts=(
                ("Contact", payload.contact),
                ("Date", spoken(payload.date)),
                ("Due", spoken(payload.due_date)),
                *ground_rules.said_amount(payload.money, proposal, payload.currency_rate),
                ("Invoice", f"{payload.status} after"),
                ("Quote", f"ACCEPTED now, INVOICED after; dated {spoken(payload.quote_date)}"),
                ("Reference", payload.reference or "none"),
            ),
            fine_print=(
                *ground_rules.fine_print(proposal),
                ("Quote in Xero", payload.quote_id),
                ("Contact's id in Xero", payload.contact_id),
                ("Line amounts", payload.tax),
                ("Rate", str(payload.currency_rate)),
            ),
            rows=documents.rows(payload.lines, payload.currency),
            undo="The invoice can be voided (a draft deleted); the quote stays invoiced: Xero opens it no more.",
        )

    def request(self, proposal: Proposal) -> bytes:
        """Xero's Invoices body with our mark in the reference."""
        payload = self.read(proposal)
        return document_body(
            INVOICES,
            kind="ACCREC",
            contact_id=payload.contact_id,
            date=payload.date,
            due_date=payload.due_date,
            lines=documents.to_write(payload.lines, payload.currency),
            status=payload.status,
            reference=f"{payload.reference} [{proposal.mark}]".strip(),
            line_amount_types=payload.tax,
            currency_rate=None if payload.currency == proposal.amount.currency else payload.currency_rate,
        )

    def steps(self, proposal: Proposal) -> tuple[Step, ...]:
        """The quote is marked as invoiced."""
        return (_Invoiced(self.read(proposal)),)

    def carry_out(self, pen: Pen, proposal: Proposal, body: bytes, *, key: str) -> Found:
        """Makes the invoice."""
        receipt = pen.create_invoice(proposal.organisation, body, key=key)
        return Found(entity=receipt.entity, id=receipt.id, status=receipt.status)

    def find(self, pen: Pen, proposal: Proposal, *, since: dt.datetime) -> Found | None:
        """The invoice that carries our mark."""
        receipt = pen.find_by_mark(proposal.organisation, INVOICES, proposal.mark, since=since)
        return self.read_back(pen.gateway, proposal, receipt.id) if receipt else None

    def read_back(self, gateway: Gateway, proposal: Proposal, document_id: str) -> Found:
        """The invoice by its id, compared with what was approved, and the quote's status."""
        payload = self.read(proposal)
        now = documents.read(proposal.organisation, gateway, INVOICES, document_id)
        differs = ""
        if (now.contact_id, now.date, now.total) != (payload.contact_id, payload.date, payload.money):
            differs = f"it is of {now.total} for {now.contact}, dated {spoken(now.date)}, there"
        elif now.status not in (payload.status, "SUBMITTED", "AUTHORISED", "PAID"):
            differs = f"it is {now.status} there"
        differs = differs or documents.lines_differ(payload.lines, now.lines)
        return Found(entity=INVOICES, id=now.id, status=now.status, differs=differs)

    def link(self, links: Links, organisation: Organisation, proposal: Proposal, document_id: str) -> str:
        """The invoice in Xero."""
        return links.invoice(organisation, document_id)

    def undoing(self, proposal: Proposal, lock_date: dt.date | None) -> Draft:
        """The invoice is voided, or deleted while it is a draft."""
        payload = self.read(proposal)
        is_draft = payload.status == "DRAFT"
        return voiding(
            proposal,
            entity=INVOICES,
            document_id=str(proposal.receipt["id"]),
            words=f"the invoice of quote {payload.quote_number}",
            date=payload.date,
            amount=payload.money,
            lock_date=None if is_draft else lock_date,
            currency_rate=payload.currency_rate,
            action=DELETE if is_draft else VOID,
            status=payload.status,
            contact=payload.contact,
            contact_id=payload.contact_id,
        )


class _Invoiced(Step):
    """The quote's own status is the proof."""

    def __init__(self, payload: QuoteToInvoice) -> None:
        self._payload = payload

    def request(self, proposal: Proposal) -> bytes:
        payload = self._payload
        return status_body(QUOTES, payload.quote_id, "INVOICED", contact_id=payload.contact_id, date=payload.quote_date)

    def carry_out(self, pen: Pen, proposal: Proposal, first: Found, body: bytes, *, key: str) -> None:
        pen.change(proposal.organisation, QUOTES, self._payload.quote_id, body, key=key)

    def is_done(self, pen: Pen, proposal: Proposal, first: Found) -> bool:
        now = documents.read(proposal.organisation, pen.gateway, QUOTES, self._payload.quote_id)
        return now.status == "INVOICED"

    def remains(self, proposal: Proposal) -> str:
        return (
            f"The invoice {proposal.mark} stands in Xero, and quote {self._payload.quote_number} is not marked as "
            "invoiced. Mark it as invoiced in Xero, or void the invoice there; Tieout reads it again."
        )


KIND = QuoteToInvoiceKind()
