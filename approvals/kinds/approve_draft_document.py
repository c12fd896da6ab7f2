"""Approve a draft of Xero (invoice, bill, credit note, quote) exactly as it stood when it was shown."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal

import msgspec

from approvals import documents, ground_rules
from approvals.documents import Document, DocumentLine
from approvals.ground_rules import ONE, broken
from approvals.kinds.kind import Found, PenKind
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
from xero_tools.writes.bodies import status_body

_BECOMES = {"ACCREC": "AUTHORISED", "ACCPAY": "AUTHORISED", "ACCRECCREDIT": "AUTHORISED",
            "ACCPAYCREDIT": "AUTHORISED", "QUOTE": "SENT"}  # fmt: skip
_ENTITY = {"ACCREC": "Invoices", "ACCPAY": "Invoices", "ACCRECCREDIT": "CreditNotes", "ACCPAYCREDIT": "CreditNotes",
           "QUOTE": "Quotes"}  # fmt: skip
_DRAFTS = ("DRAFT", "SUBMITTED")
_APPROVED = ("AUTHORISED", "PAID", "SENT", "ACCEPTED", "DECLINED", "INVOICED")
"""What a document is once it was approved: a payment, or a customer, may have taken it further since."""


class ApproveDraftDocument(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One draft in full. `kind` is Xero's Type, or QUOTE; `due_date` of a quote is the day it expires.

    `tax` says whether the lines' amounts are Exclusive or Inclusive of it; `total` includes it.
    """

    document_id: str
    kind: str
    number: str
    status: str
    reference: str
    contact: str
    contact_id: str
    date: dt.date
    due_date: dt.date | None = None
    currency: str
    currency_rate: Decimal = ONE
    tax: str = "Exclusive"
    lines: tuple[DocumentLine, ...]
    total: Decimal

    @property
    def entity(self) -> str:
        """Xero's plural."""
        return _ENTITY.get(self.kind, "")

    @property
    def money(self) -> Money:
        """The total, tax included, in the document's own currency."""
        return Money(self.total, self.currency)

    @property
    def words(self) -> str:
        """`invoice INV-77`."""
        return f"{documents.NOUNS[self.kind]} {self.number}".rstrip()


class ApproveDraftDocumentKind(PenKind[ApproveDraftDocument]):
    """A draft becomes a document that counts. Xero keeps no mark of ours on it: its own status is the proof."""

    name = "approve_draft_document"
    payload = ApproveDraftDocument
    noun = "draft"
    proof = "its status"
    needs_chart = True
    authority = ApprovalRule(
        role="approver",
        limit=Decimal(10000),
        role_above_limit="partner",
        four_eyes_above=Decimal(50000),
        expires_hours=72,
    )

    def tidy(self, payload: ApproveDraftDocument) -> ApproveDraftDocument:
        """Every amount in the currency's minor units."""
        lines = documents.tidied(payload.lines, payload.currency, self.noun)
        total = ground_rules.exact(payload.total, payload.currency, self.noun)
        return msgspec.structs.replace(payload, lines=lines, total=total)

    def check(self, draft: Draft, chart: Sequence[LedgerAccount] | None) -> None:
        """A draft of a sort that Xero approves, whose lines come to its total, bound as evidence."""
        payload = self.read(draft)
        if payload.kind not in _ENTITY or payload.status not in _DRAFTS:
            raise broken(self.noun, f"is a {payload.kind} that is {payload.status}", "not_a_draft")
        documents.check_lines(payload.lines, payload.money, payload.tax, self.noun)
        documents.check_accounts(payload.lines, chart, self.noun)
        ground_rules.positive(payload.total, self.noun)
        ground_rules.amount_stands(draft, payload.money, payload.currency_rate, self.noun)
        ground_rules.in_period(draft, payload.date, self.noun)
        ground_rules.evidence_names(draft, payload.entity, payload.document_id, self.noun)

    def check_books(self, draft: Draft, bound: Sequence[Source], gateway: Gateway) -> None:
        """The draft in Xero is the draft that is shown, to the last line."""
        payload = self.read(draft)
        source = ground_rules.read_now(bound, payload.entity, payload.document_id, self.noun)
        now = documents.read(draft.organisation, gateway, payload.entity, payload.document_id)
        differs = "it was saved again" if now.version != source.version else ""
        differs = differs or ("" if now.status == payload.status else f"it is {now.status}") or _differs(payload, now)
        if differs:
            raise broken(self.noun, f"is not what Xero has now: {differs}", "source_changed")

    def still_open(self, proposal: Proposal, lock_date: dt.date | None) -> Refusal | None:
        """A draft may lie in a locked month, an approved document may not; a quote is in no month."""
        payload = self.read(proposal)
        return None if payload.kind == "QUOTE" else ground_rules.after_lock(self.noun, payload.date, lock_date)

    def spread(self, payload: ApproveDraftDocument) -> dict[str, Decimal]:
        """The contact and each account; a quote moves nothing yet."""
        if payload.kind == "QUOTE":
            return {}
        return documents.spread(payload.contact, payload.money, payload.lines, payload.currency_rate)

    def describe(self, proposal: Proposal) -> Description:
        """The whole document, and its status before and after."""
        payload = self.read(proposal)
        verb = "Send" if payload.kind == "QUOTE" else "Approve"
        return Description(
            title=f"{verb} {payload.words}: {payload.money}, {payload.contact}, dated {spoken(payload.date)}",
            sentence=f"{payload.words[0].upper()}{payload.words[1:]} counts in the books exactly as it stands below."
            if payload.kind != "QUOTE"
            else "The quote is marked as sent; Xero mails nothing by this.",
            facts=(
                ("Contact", payload.contact),
                ("Date", spoken(payload.date)),
                ("Expires" if payload.kind == "QUOTE" else "Due", documents.dated(payload.due_date)),
                *ground_rules.said_amount(payload.money, proposal, payload.currency_rate),
                ("Status", f"{payload.status} now, {_BECOMES[payload.kind]} after"),
                ("Reference", payload.reference or "none"),
            ),
            fine_print=(
                *ground_rules.fine_print(proposal),
                ("Xero's record", f"{payload.kind} {payload.document_id}"),
                ("Contact's id in Xero", payload.contact_id),
                ("Line amounts", payload.tax),
                ("Rate", str(payload.currency_rate)),
            ),
            rows=documents.rows(payload.lines, payload.currency),
            undo="The quote can be deleted in Xero."
            if payload.kind == "QUOTE"
            else "It can be voided while nothing is paid or credited on it; Xero keeps its number.",
        )

    def request(self, proposal: Proposal) -> bytes:
        """The document's id and its new status, and nothing else: the rest stays as it stands."""
        payload = self.read(proposal)
        status = _BECOMES[payload.kind]
        return status_body(
            payload.entity, payload.document_id, status, contact_id=payload.contact_id, date=payload.date
        )

    def carry_out(self, pen: Pen, proposal: Proposal, body: bytes, *, key: str) -> Found:
        """Approves it."""
        payload = self.read(proposal)
        receipt = pen.change(proposal.organisation, payload.entity, payload.document_id, body, key=key)
        return Found(entity=receipt.entity, id=receipt.id, status=receipt.status)

    def find(self, pen: Pen, proposal: Proposal, *, since: dt.datetime) -> Found | None:
        """The document once it is approved, by our request or by a person's hand: its history says who."""
        payload = self.read(proposal)
        now = documents.read(proposal.organisation, pen.gateway, payload.entity, payload.document_id)
        return _found(payload, now) if now.status in _APPROVED else None

    def read_back(self, gateway: Gateway, proposal: Proposal, document_id: str) -> Found:
        """The document, compared with the draft that was shown."""
        payload = self.read(proposal)
        now = documents.read(proposal.organisation, gateway, payload.entity, document_id)
        found = _found(payload, now)
        return found if now.status in _APPROVED else msgspec.structs.replace(found, differs=f"it is {now.status} there")

    def link(self, links: Links, organisation: Organisation, proposal: Proposal, document_id: str) -> str:
        """The document in Xero."""
        payload = self.read(proposal)
        return documents.link(links, organisation, payload.entity, payload.kind, document_id)

    def undoing(self, proposal: Proposal, lock_date: dt.date | None) -> Draft:
        """It is voided, or the quote deleted."""
        payload = self.read(proposal)
        return voiding(
            proposal,
            entity=payload.entity,
            document_id=payload.document_id,
            words=payload.words,
            date=payload.date,
            amount=payload.money,
            lock_date=None if payload.kind == "QUOTE" else lock_date,
            currency_rate=payload.currency_rate,
            action=DELETE if payload.kind == "QUOTE" else VOID,
            status=_BECOMES[payload.kind],
            contact=payload.contact,
            contact_id=payload.contact_id,
        )


def _found(payload: ApproveDraftDocument, now: Document) -> Found:
    return Found(entity=payload.entity, id=now.id, status=now.status, differs=_differs(payload, now))


def _differs(payload: ApproveDraftDocument, now: Document) -> str:
    said = {"contact": payload.contact, "date": spoken(payload.date), "total": str(payload.money),
            "reference": payload.reference, "number": payload.number}  # fmt: skip
    found = {"contact": now.contact, "date": spoken(now.date), "total": str(now.total), "reference": now.reference,
             "number": now.number}  # fmt: skip
    for name, words in said.items():
        if found[name] != words and not (name == "number" and not words):  # Xero numbers an invoice as it is approved
            return f"the {name} in Xero is {found[name] or 'empty'}"
    if documents.dated(now.due_date) != documents.dated(payload.due_date):
        return f"the due date in Xero is {documents.dated(now.due_date)}"
    return documents.lines_differ(payload.lines, now.lines)


KIND = ApproveDraftDocumentKind()
