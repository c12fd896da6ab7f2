"""Set a credit that a contact has (credit note, overpayment, prepayment) against what is due."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal

import msgspec

from approvals import allocating, ground_rules
from approvals.allocating import Part
from approvals.ground_rules import ONE, broken
from approvals.kinds.kind import Found, PenKind
from approvals.proposal import Description, Draft, Proposal
from approvals.sources import CREDIT_NOTE, OVERPAYMENT, PREPAYMENT, Source
from books.firm import ApprovalRule
from books.money import Money
from books.period import spoken
from books.records import LedgerAccount, Organisation
from books.refusal import Refusal
from xero_tools import credits
from xero_tools.gateway import Gateway
from xero_tools.links import Links
from xero_tools.writes import Pen

ENTITIES = (CREDIT_NOTE, OVERPAYMENT, PREPAYMENT)


class AllocateCredit(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One credit and what it is set against; `kind` is Xero's Type, `remaining` what it has before."""

    entity: str
    credit_id: str
    kind: str
    words: str
    contact: str
    date: dt.date
    currency: str
    currency_rate: Decimal = ONE
    remaining: Decimal
    parts: tuple[Part, ...]

    @property
    def money(self) -> Money:
        """What is set off, in the credit's currency."""
        return Money(allocating.total(self.parts), self.currency)


class AllocateCreditKind(PenKind[AllocateCredit]):
    """An allocation carries no text of ours: the credit's own list of allocations is the proof."""

    name = "allocate_credit"
    payload = AllocateCredit
    noun = "allocation"
    proof = "the credit's own list"
    may_be_automatic = True
    authority = ApprovalRule(
        role="approver",
        limit=Decimal(10000),
        role_above_limit="partner",
        four_eyes_above=Decimal(50000),
        expires_hours=72,
    )

    def tidy(self, payload: AllocateCredit) -> AllocateCredit:
        """Every amount in the currency's minor units."""
        remaining = ground_rules.exact(payload.remaining, payload.currency, self.noun)
        parts = allocating.tidied(payload.parts, payload.currency, self.noun)
        return msgspec.structs.replace(payload, remaining=remaining, parts=parts)

    def check(self, draft: Draft, chart: Sequence[LedgerAccount] | None) -> None:
        """A credit of a sort that Xero allocates, with enough left, and documents that are due as much."""
        payload = self.read(draft)
        if payload.entity not in ENTITIES or not payload.parts:
            raise broken(self.noun, f"sets nothing of {payload.entity} against anything", "nothing_set")
        allocating.check(draft, payload.parts, payload.remaining, self.noun)
        ground_rules.amount_stands(draft, payload.money, payload.currency_rate, self.noun)
        ground_rules.in_period(draft, payload.date, self.noun)
        ground_rules.evidence_names(draft, payload.entity, payload.credit_id, self.noun)

    def check_books(self, draft: Draft, bound: Sequence[Source], gateway: Gateway) -> None:
        """The credit and the documents stand as the card says, and no allocation looks like this one already."""
        payload = self.read(draft)
        ground_rules.base_is(draft, gateway, self.noun)
        source = ground_rules.read_now(bound, payload.entity, payload.credit_id, self.noun)
        remaining = str(Money(payload.remaining, payload.currency))
        ground_rules.agrees(source, self.noun, {"status": "AUTHORISED", "remaining": remaining,
                                                "contact": payload.contact})  # fmt: skip
        allocating.check_books(bound, payload.parts, payload.currency, payload.contact, self.noun)
        credit = credits.get(draft.organisation, gateway, payload.entity, payload.credit_id)
        if allocating.made(credit, payload.parts):
            raise broken(self.noun, "is the same as one that stands there; ours could not be told from it", "alike")

    def still_open(self, proposal: Proposal, lock_date: dt.date | None) -> Refusal | None:
        """Its date lies after the lock date."""
        return ground_rules.after_lock(self.noun, self.read(proposal).date, lock_date)

    def spread(self, payload: AllocateCredit) -> dict[str, Decimal]:
        """All that is set off for one contact counts together."""
        return {f"payee {payload.contact}": payload.money.amount / payload.currency_rate}

    def describe(self, proposal: Proposal) -> Description:
        """What the credit has and what each document is due, before and after."""
        payload = self.read(proposal)
        left = Money(payload.remaining, payload.currency) - payload.money
        return Description(
            title=f"Set {payload.money} of {payload.words} against what {payload.contact} has open",
            sentence="No money moves: a credit that is there already is used.",
            facts=(
                ("Contact", payload.contact),
                ("Credit", payload.words),
                ("Date", spoken(payload.date)),
                *ground_rules.said_amount(payload.money, proposal, payload.currency_rate),
                ("Credit left", f"{Money(payload.remaining, payload.currency)} now, {left} after"),
                *allocating.rows(payload.parts, payload.currency),
            ),
            fine_print=(
                *ground_rules.fine_print(proposal),
                ("Credit in Xero", f"{payload.entity} {payload.credit_id}"),
                ("Type", payload.kind),
                ("Rate", str(payload.currency_rate)),
                *allocating.ids(payload.parts),
            ),
            undo="Each allocation can be taken back; the credit is then there again.",
        )

    def request(self, proposal: Proposal) -> bytes:
        """Every part in one request, so that all are made or none."""
        payload = self.read(proposal)
        return allocating.body(payload.parts, payload.currency, payload.date)

    def carry_out(self, pen: Pen, proposal: Proposal, body: bytes, *, key: str) -> Found:
        """Sets it off."""
        payload = self.read(proposal)
        pen.allocate(proposal.organisation, payload.entity, payload.credit_id, body, key=key)
        return Found(entity=payload.entity, id=payload.credit_id, status="allocated")

    def find(self, pen: Pen, proposal: Proposal, *, since: dt.datetime) -> Found | None:
        """The credit, once it lists any of these allocations."""
        found = self.read_back(pen.gateway, proposal, self.read(proposal).credit_id)
        return found if found.parts else None

    def read_back(self, gateway: Gateway, proposal: Proposal, document_id: str) -> Found:
        """The credit with its allocations, compared with what was approved."""
        payload = self.read(proposal)
        credit = credits.get(proposal.organisation, gateway, payload.entity, document_id)
        made = allocating.made(credit, payload.parts)
        differs = ""
        if len(made) != len(payload.parts):
            differs = f"{len(made)} of {len(payload.parts)} allocations stand there"
        return Found(entity=payload.entity, id=credit.id, status=credit.status, differs=differs, parts=made)

    def link(self, links: Links, organisation: Organisation, proposal: Proposal, document_id: str) -> str:
        """The credit note, or the bank transaction's page for money that came in advance."""
        payload = self.read(proposal)
        if payload.entity == CREDIT_NOTE:
            return links.credit_note(organisation, document_id, payload.kind)
        return links.bank_transaction(organisation, document_id)

    def undoing(self, proposal: Proposal, lock_date: dt.date | None) -> Draft:
        """Each allocation is taken back."""
        from approvals.kinds.take_back_credit import taking_back

        payload = self.read(proposal)
        return taking_back(
            proposal,
            entity=payload.entity,
            kind=payload.kind,
            words=payload.words,
            contact=payload.contact,
            date=payload.date,
            total=payload.money,
            currency_rate=payload.currency_rate,
            parts=payload.parts,
            then="",
            lock_date=lock_date,
        )


KIND = AllocateCreditKind()
