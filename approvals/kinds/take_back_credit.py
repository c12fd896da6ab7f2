"""Take back what a credit was set against, one allocation after the other, and void the credit note if it was ours."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal

import msgspec

from approvals import ground_rules
from approvals.allocating import Part
from approvals.documents import CREDIT_NOTES
from approvals.ground_rules import ONE, broken
from approvals.kinds.kind import Found, PenKind, Step
from approvals.proposal import Description, Draft, Evidence, Proposal
from approvals.sources import Source
from books.firm import ApprovalRule
from books.money import Money
from books.period import Period, spoken
from books.records import LedgerAccount, Organisation
from books.refusal import Refusal
from xero_tools import credits
from xero_tools.gateway import Gateway
from xero_tools.links import Links
from xero_tools.writes import Pen
from xero_tools.writes.bodies import status_body

_VOIDED = "VOIDED"


class Allocated(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One allocation that is taken back."""

    allocation_id: str
    number: str
    amount: Decimal


class TakeBackCredit(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A credit, its allocations, and `then`: VOIDED for a credit note that goes too, empty where the credit stays."""

    entity: str
    credit_id: str
    kind: str
    words: str
    contact: str
    date: dt.date
    total: Decimal
    currency: str
    currency_rate: Decimal = ONE
    allocations: tuple[Allocated, ...]
    then: str = ""


class TakeBackCreditKind(PenKind[TakeBackCredit]):
    """Several writes: each allocation is removed by its id, and the credit's own list is the proof."""

    name = "take_back_credit"
    payload = TakeBackCredit
    noun = "taking back of a credit"
    proof = "the credit's own list"
    authority = ApprovalRule(
        role="approver",
        limit=Decimal(10000),
        role_above_limit="partner",
        four_eyes_above=Decimal(50000),
        expires_hours=72,
    )

    def check(self, draft: Draft, chart: Sequence[LedgerAccount] | None) -> None:
        """At least one allocation, each by its id, of a credit that is bound."""
        payload = self.read(draft)
        if not payload.allocations or not all(each.allocation_id for each in payload.allocations):
            raise broken(self.noun, "does not say which allocation; Xero gives old ones no id", "nothing_set")
        if payload.then not in ("", _VOIDED) or (payload.then and payload.entity != CREDIT_NOTES):
            raise broken(self.noun, f"would make one of {payload.entity} {payload.then}", "no_such_ending")
        total = Money(payload.total, payload.currency)
        ground_rules.amount_stands(draft, total, payload.currency_rate, self.noun)
        ground_rules.in_period(draft, payload.date, self.noun)
        ground_rules.evidence_names(draft, payload.entity, payload.credit_id, self.noun)

    def check_books(self, draft: Draft, bound: Sequence[Source], gateway: Gateway) -> None:
        """The credit still lists each allocation, and no other where it is voided."""
        payload = self.read(draft)
        source = ground_rules.read_now(bound, payload.entity, payload.credit_id, self.noun)
        listed = {name.removeprefix("allocation ") for name in source.fields if name.startswith("allocation ")}
        ours = {each.allocation_id for each in payload.allocations}
        if not ours <= listed:
            raise broken(self.noun, f"names an allocation that {source.label} no longer has", "source_changed")
        if payload.then and listed != ours:
            raise broken(self.noun, f"leaves other allocations of {source.label}: Xero would not void it", "others")

    def still_open(self, proposal: Proposal, lock_date: dt.date | None) -> Refusal | None:
        """Its date lies after the lock date."""
        return ground_rules.after_lock("allocation", self.read(proposal).date, lock_date)

    def spread(self, payload: TakeBackCredit) -> dict[str, Decimal]:
        """All that is taken back in 24 hours counts together."""
        return {"taken back": payload.total / payload.currency_rate}

    def describe(self, proposal: Proposal) -> Description:
        """Each allocation, and what becomes of the credit."""
        payload = self.read(proposal)
        total = Money(payload.total, payload.currency)
        after = "The credit note is then voided." if payload.then else "The credit is then there again."
        return Description(
            title=f"Take back {payload.words}: {total}, {payload.contact}",
            sentence=f"What it was set against is due again. {after}",
            facts=(
                ("Contact", payload.contact),
                ("Credit", payload.words),
                ("Date", spoken(payload.date)),
                *ground_rules.said_amount(total, proposal, payload.currency_rate),
                *(
                    (f"Due again on {each.number}", str(Money(each.amount, payload.currency)))
                    for each in payload.allocations
                ),
                ("Credit after", payload.then or "stays"),
            ),
            fine_print=(
                *ground_rules.fine_print(proposal),
                ("Credit in Xero", f"{payload.entity} {payload.credit_id}"),
                ("Type", payload.kind),
                ("Rate", str(payload.currency_rate)),
                *((f"Allocation to {each.number}", each.allocation_id) for each in payload.allocations),
            ),
            undo="Nothing brings it back: it would be raised and set off again.",
        )

    def request(self, proposal: Proposal) -> bytes:
        """Nothing: the allocation's address says it all."""
        return b""

    def steps(self, proposal: Proposal) -> tuple[Step, ...]:
        """The other allocations, and the credit note itself."""
        payload = self.read(proposal)
        others = tuple(_Remove(payload, each) for each in payload.allocations[1:])
        return (*others, _Void(payload)) if payload.then else others

    def carry_out(self, pen: Pen, proposal: Proposal, body: bytes, *, key: str) -> Found:
        """Removes the first allocation."""
        payload = self.read(proposal)
        first = payload.allocations[0].allocation_id
        pen.remove_allocation(proposal.organisation, payload.entity, payload.credit_id, first, key=key)
        return Found(entity=payload.entity, id=payload.credit_id, status="taken back")

    def find(self, pen: Pen, proposal: Proposal, *, since: dt.datetime) -> Found | None:
        """The credit, once the first allocation is gone."""
        payload = self.read(proposal)
        if _stands(pen, proposal, payload, payload.allocations[0]):
            return None
        return self.read_back(pen.gateway, proposal, payload.credit_id)

    def read_back(self, gateway: Gateway, proposal: Proposal, document_id: str) -> Found:
        """The credit without the allocations, voided where that was approved."""
        payload = self.read(proposal)
        credit = credits.get(proposal.organisation, gateway, payload.entity, payload.credit_id)
        left = {each.id for each in credit.allocations} & {each.allocation_id for each in payload.allocations}
        differs = f"{len(left)} of its allocations still stand there" if left else ""
        if payload.then and not left and credit.status != payload.then:
            differs = f"it is {credit.status} there"
        return Found(entity=payload.entity, id=credit.id, status=credit.status, differs=differs)

    def link(self, links: Links, organisation: Organisation, proposal: Proposal, document_id: str) -> str:
        """The page that the evidence names."""
        return next((each.link for each in proposal.evidence if each.link), "")


class _Remove(Step):
    """One more allocation is removed."""

    reads_sources = False

    def __init__(self, payload: TakeBackCredit, allocation: Allocated) -> None:
        self._payload, self._allocation = payload, allocation

    def request(self, proposal: Proposal) -> bytes:
        return b""

    def carry_out(self, pen: Pen, proposal: Proposal, first: Found, body: bytes, *, key: str) -> None:
        identity = self._allocation.allocation_id
        pen.remove_allocation(proposal.organisation, self._payload.entity, first.id, identity, key=key)

    def is_done(self, pen: Pen, proposal: Proposal, first: Found) -> bool:
        return not _stands(pen, proposal, self._payload, self._allocation)

    def remains(self, proposal: Proposal) -> str:
        number = self._allocation.number
        return f"It is still set against {number}. Remove that allocation in Xero; Tieout reads it again."


class _Void(Step):
    """The credit note, set against nothing any more, is voided."""

    reads_sources = False

    def __init__(self, payload: TakeBackCredit) -> None:
        self._payload = payload

    def request(self, proposal: Proposal) -> bytes:
        return status_body(CREDIT_NOTES, self._payload.credit_id, _VOIDED)

    def carry_out(self, pen: Pen, proposal: Proposal, first: Found, body: bytes, *, key: str) -> None:
        pen.change(proposal.organisation, CREDIT_NOTES, first.id, body, key=key)

    def is_done(self, pen: Pen, proposal: Proposal, first: Found) -> bool:
        return credits.get(proposal.organisation, pen.gateway, CREDIT_NOTES, first.id).status == _VOIDED

    def remains(self, proposal: Proposal) -> str:
        return "It is set against nothing any more, and still stands. Void it in Xero; Tieout reads it again."


def _stands(pen: Pen, proposal: Proposal, payload: TakeBackCredit, allocation: Allocated) -> bool:
    return pen.allocation_stands(proposal.organisation, payload.entity, payload.credit_id, allocation.allocation_id)


def taking_back(
    proposal: Proposal,
    *,
    entity: str,
    kind: str,
    words: str,
    contact: str,
    date: dt.date,
    total: Money,
    currency_rate: Decimal,
    parts: Sequence[Part],
    then: str,
    lock_date: dt.date | None,
) -> Draft:
    """The draft that takes back the allocations of a posted proposal, whose receipt names them in the parts' order.

    Raises Refusal when their date is locked, or when Xero gave them no id.
    """
    if refusal := ground_rules.after_lock("allocation", date, lock_date):
        raise refusal
    made = proposal.receipt.get("parts", [])
    if len(made) != len(parts):
        words = "Which allocations were made was not read back."
        raise Refusal(words, next_step="Take them back in Xero.", code="cannot_be_undone")
    allocations = tuple(
        Allocated(allocation_id=str(identity), number=each.number, amount=each.amount)
        for identity, each in zip(made, parts, strict=True)
    )
    credit_id = str(proposal.receipt["id"])
    payload = TakeBackCredit(
        entity=entity, credit_id=credit_id, kind=kind, words=words, contact=contact, date=date, total=total.amount,
        currency=total.currency, currency_rate=currency_rate, allocations=allocations, then=then,
    )  # fmt: skip
    detail, link = f"{total}, dated {spoken(date)}", str(proposal.receipt.get("link", ""))
    return Draft(
        kind=KIND.name,
        organisation=proposal.organisation,
        client=proposal.client,
        period=Period.containing(date).code,
        payload=payload,
        because=f"It takes back what proposal {proposal.id[:8]} did ({proposal.mark}).",
        amount=ground_rules.in_base(total, currency_rate, proposal.amount.currency),
        key=f"undo:{proposal.id}",
        evidence=(Evidence(label=words, detail=detail, link=link, source=f"{entity}/{credit_id}"),),
    )


KIND = TakeBackCreditKind()
