"""Take a document out of the books again: void or delete it in Xero, or remove an allocation."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal

import msgspec

from approvals import ground_rules, sources
from approvals.ground_rules import ONE, broken
from approvals.kinds.kind import Found, PenKind
from approvals.proposal import Description, Draft, Evidence, Proposal
from approvals.sources import Source
from books.firm import ApprovalRule
from books.money import Money
from books.period import Period, spoken
from books.records import LedgerAccount, Organisation
from books.refusal import Refusal
from xero_tools.gateway import Gateway
from xero_tools.links import Links
from xero_tools.writes import Pen
from xero_tools.writes.endings import ALLOCATIONS, ending_body

VOID, DELETE, REMOVE = "void", "delete", "remove"
_STANDING: dict[tuple[str, str], tuple[str, ...]] = {
    (sources.JOURNAL, VOID): ("POSTED",),
    (sources.JOURNAL, DELETE): ("DRAFT",),
    (sources.INVOICE, VOID): ("AUTHORISED",),
    (sources.INVOICE, DELETE): ("DRAFT", "SUBMITTED"),
    (sources.CREDIT_NOTE, VOID): ("AUTHORISED",),
    (sources.CREDIT_NOTE, DELETE): ("DRAFT", "SUBMITTED"),
    (sources.QUOTE, DELETE): ("DRAFT", "SENT", "DECLINED", "ACCEPTED"),
    (sources.PAYMENT, DELETE): ("AUTHORISED",),
    (sources.BATCH_PAYMENT, DELETE): ("AUTHORISED",),
    (sources.BANK_TRANSACTION, DELETE): ("AUTHORISED",),
    (sources.BANK_TRANSFER, DELETE): ("AUTHORISED",),
    (ALLOCATIONS, REMOVE): ("AUTHORISED", "PAID"),
}
"""Which document can be ended how, and in which status it stands then (of an allocation: the credit's)."""

_CREDITS = (sources.CREDIT_NOTE, sources.OVERPAYMENT, sources.PREPAYMENT)
_LAST = {VOID: "VOIDED", DELETE: "DELETED", REMOVE: "removed"}


class VoidOrCorrect(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One document and how it ends; `amount` and `date` are those that Xero shows.

    `entity` is Xero's plural; for `Allocations` the credit that was allocated is the parent (`parent_entity` is
    CreditNotes, Overpayments or Prepayments). `status` is the one in which the document stands until then.
    """

    entity: str
    document_id: str
    action: str
    status: str
    words: str
    date: dt.date
    amount: Decimal
    currency: str
    currency_rate: Decimal = ONE
    contact: str = ""
    contact_id: str = ""
    parent_entity: str = ""
    parent_id: str = ""

    @property
    def money(self) -> Money:
        """The document's amount in its own currency."""
        return Money(self.amount, self.currency)

    @property
    def bound_to(self) -> tuple[str, str]:
        """The document in Xero whose state tells whether it was done."""
        if self.entity == ALLOCATIONS:
            return self.parent_entity, self.parent_id
        return self.entity, self.document_id


class VoidOrCorrectKind(PenKind[VoidOrCorrect]):
    """A document is voided or deleted. Xero keeps no mark of ours, so the document's own state is what tells."""

    name = "void_or_correct"
    payload = VoidOrCorrect
    noun = "void or deletion"
    proof = "the document's own state"
    authority = ApprovalRule(
        role="approver",
        limit=Decimal(10000),
        role_above_limit="partner",
        four_eyes_above=Decimal(50000),
        expires_hours=72,
    )

    def tidy(self, payload: VoidOrCorrect) -> VoidOrCorrect:
        """The amount in the currency's minor units."""
        exact = ground_rules.exact(payload.amount, payload.currency, self.noun)
        return msgspec.structs.replace(payload, amount=exact)

    def check(self, draft: Draft, chart: Sequence[LedgerAccount] | None) -> None:
        """A document that can be ended so, named with its amount, and bound as evidence."""
        payload = self.read(draft)
        if payload.status not in _STANDING.get((payload.entity, payload.action), ()):
            words = f"would {payload.action} one of {payload.entity} that is {payload.status}, which Xero does not do"
            raise broken(self.noun, words, "no_such_ending")
        if payload.entity == ALLOCATIONS and payload.parent_entity not in _CREDITS:
            raise broken(self.noun, "does not name the credit that was allocated", "no_parent")
        if payload.entity == sources.QUOTE and not payload.contact_id:
            raise broken(self.noun, "does not name the quote's contact", "no_contact")
        if payload.amount < 0:
            raise broken(self.noun, "has a negative amount", "no_amount")
        ground_rules.amount_stands(draft, payload.money, payload.currency_rate, self.noun)
        ground_rules.in_period(draft, payload.date, self.noun)
        ground_rules.evidence_names(draft, *payload.bound_to, self.noun)

    def check_books(self, draft: Draft, bound: Sequence[Source], gateway: Gateway) -> None:
        """The document is what the draft says, and nothing hangs on it that a person must undo in Xero first."""
        payload = self.read(draft)
        ground_rules.base_is(draft, gateway, self.noun)
        now = ground_rules.read_now(bound, *payload.bound_to, self.noun)
        if payload.entity == ALLOCATIONS:
            if f"allocation {payload.document_id}" not in now.fields:
                raise broken(self.noun, f"is of an allocation that {now.label} does not have", "source_changed")
            return
        if now.fields.get("reconciled") == "yes":
            raise Refusal(
                f"{payload.words} is reconciled with a line of the bank statement.",
                next_step="Open it in Xero, choose Options, Unreconcile, and ask again.",
                code="reconciled",
            )
        expected = {"status": payload.status, "date": payload.date.isoformat()}
        if payload.entity != sources.JOURNAL:
            expected["total"] = str(payload.money)
        ground_rules.agrees(now, self.noun, expected)
        if now.fields.get("due", now.fields.get("remaining", "")) not in ("", str(payload.money)):
            raise Refusal(
                f"{payload.words} has a payment or a credit on it.",
                next_step="Take back the payment or the allocation first, and ask again.",
                code="has_payments",
            )

    def still_open(self, proposal: Proposal, lock_date: dt.date | None) -> Refusal | None:
        """The document is dated after the lock date; a draft or a quote is in no period yet."""
        payload = self.read(proposal)
        if payload.entity == sources.QUOTE or payload.status in ("DRAFT", "SUBMITTED"):
            return None
        return ground_rules.after_lock("document", payload.date, lock_date)

    def spread(self, payload: VoidOrCorrect) -> dict[str, Decimal]:
        """All that is taken back in 24 hours counts together."""
        return {"taken back": (payload.amount / payload.currency_rate).quantize(Decimal("0.01"))}

    def describe(self, proposal: Proposal) -> Description:
        """Which document, how it ends, and what that does to its status."""
        payload = self.read(proposal)
        verb = payload.action.capitalize()
        named = f"{payload.parent_entity} {payload.parent_id}" if payload.parent_id else ""
        optional = (
            ("Contact", payload.contact),
            ("Contact's id in Xero", payload.contact_id),
            ("Credit in Xero", named),
        )
        return Description(
            title=f"{verb} {payload.words}: {payload.money}, dated {spoken(payload.date)}",
            sentence=f"{payload.words} no longer counts in the books; Xero keeps its record.",
            facts=(
                ("Document", payload.words),
                ("Date", spoken(payload.date)),
                *ground_rules.said_amount(payload.money, proposal, payload.currency_rate),
                ("Status", f"{payload.status} now, {_LAST[payload.action]} after"),
                *((name, said) for name, said in optional[:1] if said),
            ),
            fine_print=(
                *ground_rules.fine_print(proposal),
                ("Xero's record", f"{payload.entity} {payload.document_id}"),
                ("Action", payload.action),
                ("Rate", str(payload.currency_rate)),
                *((name, said) for name, said in optional[1:] if said),
            ),
            undo="Xero restores nothing that was voided, deleted or removed: it would be entered again.",
        )

    def request(self, proposal: Proposal) -> bytes:
        """The document's last status; nothing for an allocation, whose address says it all."""
        payload = self.read(proposal)
        status = _LAST[payload.action]
        return ending_body(
            payload.entity, payload.document_id, status, contact_id=payload.contact_id, date=payload.date
        )

    def carry_out(self, pen: Pen, proposal: Proposal, body: bytes, *, key: str) -> Found:
        """Ends it."""
        payload = self.read(proposal)
        if payload.entity == ALLOCATIONS:
            entity, parent = payload.bound_to
            pen.remove_allocation(proposal.organisation, entity, parent, payload.document_id, key=key)
            return Found(entity=entity, id=parent, status=_LAST[REMOVE])
        receipt = pen.end(proposal.organisation, payload.entity, payload.document_id, body, key=key)
        return Found(entity=receipt.entity, id=receipt.id, status=receipt.status)

    def find(self, pen: Pen, proposal: Proposal, *, since: dt.datetime) -> Found | None:
        """The document when it has ended, by our request or by a person's hand: its history says who."""
        payload = self.read(proposal)
        entity, identity = payload.bound_to
        if payload.entity == ALLOCATIONS:
            if pen.allocation_stands(proposal.organisation, entity, identity, payload.document_id):
                return None
            return Found(entity=entity, id=identity, status=_LAST[REMOVE])
        ended = pen.end_of(proposal.organisation, entity, identity)
        return Found(entity=entity, id=identity, status=ended.status) if ended else None

    def read_back(self, gateway: Gateway, proposal: Proposal, document_id: str) -> Found:
        """The document read again: it has ended, or the words say that it has not."""
        found = self.find(Pen(gateway), proposal, since=proposal.created_at)
        if found is not None:
            return found
        entity, identity = self.read(proposal).bound_to
        return Found(entity=entity, id=identity, status="", differs="it still stands there as before")

    def link(self, links: Links, organisation: Organisation, proposal: Proposal, document_id: str) -> str:
        """The page that the evidence names."""
        named = (document_id, "/".join(self.read(proposal).bound_to))
        return next((each.link for each in proposal.evidence if each.link and each.source in named), "")


def voiding(
    proposal: Proposal,
    *,
    entity: str,
    document_id: str,
    words: str,
    date: dt.date,
    amount: Money,
    lock_date: dt.date | None,
    currency_rate: Decimal = ONE,
    action: str = "",
    status: str = "",
    contact: str = "",
    contact_id: str = "",
    parent_entity: str = "",
    parent_id: str = "",
) -> Draft:
    """The draft that takes back the document that a posted proposal made; for a kind's `undoing`.

    `words` name it as a person would (“the payment of INV-77”); `amount` is in its own currency; `action` and `status`
    are the usual ones of the entity unless they are given. Raises Refusal when its date is locked.
    """
    _refuse_locked(words, date, lock_date)
    ways = [(way, found) for (named, way), found in _STANDING.items() if named == entity and action in ("", way)]
    way, standing = ways[0]
    payload = VoidOrCorrect(
        entity=entity,
        document_id=document_id,
        action=way,
        status=status or standing[0],
        words=words,
        date=date,
        amount=amount.amount,
        currency=amount.currency,
        currency_rate=currency_rate,
        contact=contact,
        contact_id=contact_id,
        parent_entity=parent_entity,
        parent_id=parent_id,
    )
    base = ground_rules.in_base(amount, currency_rate, proposal.amount.currency)
    return Draft(
        kind=KIND.name,
        organisation=proposal.organisation,
        client=proposal.client,
        period=Period.containing(date).code,
        payload=payload,
        because=f"It takes back what proposal {proposal.id[:8]} did ({proposal.mark}).",
        amount=base,
        key=f"undo:{proposal.id}",
        evidence=(
            Evidence(
                label=words,
                detail=f"{amount}, dated {spoken(date)}",
                link=str(proposal.receipt.get("link", "")),
                source="/".join(payload.bound_to),
            ),
        ),
    )


def _refuse_locked(words: str, date: dt.date, lock_date: dt.date | None) -> None:
    if lock_date is not None and date <= lock_date:
        raise Refusal(
            f"Xero is locked up to {spoken(lock_date)}, and {words} is dated {spoken(date)}: it cannot be taken back.",
            next_step="Ask a partner to move the lock date, or correct it with an entry in an open month.",
            code="locked",
        )


KIND = VoidOrCorrectKind()
