"""Refund a credit: money back to a customer or from a supplier, for a credit note, an overpayment or a prepayment."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal

import msgspec

from approvals import ground_rules, sources
from approvals.ground_rules import ONE, broken
from approvals.kinds.kind import Found, PenKind
from approvals.kinds.void_or_correct import voiding
from approvals.proposal import Description, Draft, Proposal
from approvals.sources import Source
from books.firm import ApprovalRule
from books.money import Money
from books.period import spoken
from books.records import LedgerAccount, Organisation, Payment
from books.refusal import Refusal
from xero_tools import bank
from xero_tools.gateway import Gateway
from xero_tools.links import Links
from xero_tools.writes import Pen
from xero_tools.writes.bodies import payment_body

_NAMES = {
    sources.CREDIT_NOTE: "credit note",
    sources.OVERPAYMENT: "overpayment",
    sources.PREPAYMENT: "prepayment",
}
_IN = ("ACCPAY", "SPEND")
"""How the type of a credit begins whose refund comes in: a supplier's credit note, money spent in advance."""


class Refund(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A credit and how much of what remains of it is paid out (or comes back), in the credit's own currency.

    `entity` is CreditNotes, Overpayments or Prepayments; `sort` is Xero's Type of the credit; `words` name it.
    """

    entity: str
    credit_id: str
    sort: str
    words: str
    contact: str
    contact_id: str
    bank_account: str
    bank_account_code: str
    bank_account_id: str
    date: dt.date
    reference: str
    remaining: Decimal
    amount: Decimal
    currency: str
    currency_rate: Decimal = ONE

    @property
    def money(self) -> Money:
        """What is refunded."""
        return Money(self.amount, self.currency)

    @property
    def comes_in(self) -> bool:
        """Whether the money comes back to us."""
        return self.sort.startswith(_IN)


class RefundKind(PenKind[Refund]):
    """A payment of a credit."""

    name = "refund"
    payload = Refund
    noun = "refund"
    needs_chart = True
    authority = ApprovalRule(
        role="approver",
        limit=Decimal(1000),
        role_above_limit="partner",
        four_eyes_above=Decimal(10000),
        expires_hours=72,
    )

    def moves(self, payload: Refund) -> dict[str, Decimal]:
        """The bank account."""
        amount = payload.amount if payload.comes_in else -payload.amount
        return ground_rules.summed([(payload.bank_account_code, amount)], payload.currency_rate)

    editable = (("date", "Date"), ("reference", "Reference"), ("amount", "Amount"))

    def edited(
        self, payload: Refund, values: Mapping[str, str], amount: Money, chart: Sequence[LedgerAccount]
    ) -> tuple[Refund, Money]:
        """The refund with another amount, date or reference."""
        payload, amount = super().edited(payload, values, amount, chart)
        return payload, ground_rules.in_base(payload.money, payload.currency_rate, amount.currency)

    def tidy(self, payload: Refund) -> Refund:
        """Both amounts in the currency's minor units."""
        return msgspec.structs.replace(
            payload,
            remaining=ground_rules.exact(payload.remaining, payload.currency, self.noun),
            amount=ground_rules.exact(payload.amount, payload.currency, self.noun),
        )

    def check(self, draft: Draft, chart: Sequence[LedgerAccount] | None) -> None:
        """Not more than remains of one credit, bound as evidence, through a bank account."""
        payload = self.read(draft)
        if payload.entity not in _NAMES or not payload.contact_id:
            raise broken(self.noun, "names no credit or no contact", "no_credit")
        ground_rules.positive(payload.amount, self.noun)
        if payload.amount > payload.remaining:
            left = Money(payload.remaining, payload.currency)
            raise broken(self.noun, f"is for {payload.money}, and {left} remain of {payload.words}", "too_much")
        ground_rules.evidence_names(draft, payload.entity, payload.credit_id, self.noun)
        ground_rules.amount_stands(draft, payload.money, payload.currency_rate, self.noun)
        ground_rules.in_period(draft, payload.date, self.noun)
        if chart is not None:
            account = ground_rules.bank_account(chart, payload.bank_account_id, payload.bank_account_code, self.noun)
            ground_rules.currency_fits(account, payload.currency, draft.amount.currency, self.noun)

    def check_books(self, draft: Draft, bound: Sequence[Source], gateway: Gateway) -> None:
        """The credit is approved, of this sort and contact, and has exactly that much left."""
        payload = self.read(draft)
        ground_rules.base_is(draft, gateway, self.noun)
        now = ground_rules.read_now(bound, payload.entity, payload.credit_id, self.noun)
        expected = {"type": payload.sort, "status": "AUTHORISED", "contact": payload.contact,
                    "contact's id": payload.contact_id,
                    "remaining": str(Money(payload.remaining, payload.currency))}  # fmt: skip
        ground_rules.agrees(now, self.noun, expected)

    def still_open(self, proposal: Proposal, lock_date: dt.date | None) -> Refusal | None:
        """The refund's date lies after the lock date."""
        return ground_rules.after_lock(self.noun, self.read(proposal).date, lock_date)

    def spread(self, payload: Refund) -> dict[str, Decimal]:
        """The sum to (or from) the contact, in the base currency; the bank account is touched, and not summed."""
        side = "payer" if payload.comes_in else "payee"
        amount = (payload.amount / payload.currency_rate).quantize(Decimal("0.01"))
        return {
            f"{side} {payload.contact} ({payload.contact_id})": amount,
            f"account {payload.bank_account_code}": Decimal(0),
        }

    def payees(self, payload: Refund) -> tuple[str, ...]:
        """The customer who gets money back."""
        return () if payload.comes_in else (payload.contact_id,)

    def describe(self, proposal: Proposal) -> Description:
        """Who gets how much back, and what remains of the credit before and after."""
        payload = self.read(proposal)
        way = "from" if payload.comes_in else "to"
        before = Money(payload.remaining, payload.currency)
        after = before - payload.money
        return Description(
            title=f"Refund of {payload.money} {way} {payload.contact}, dated {spoken(payload.date)}",
            sentence=f"{payload.money} {way} {payload.contact} for {payload.words} through {payload.bank_account}.",
            facts=(
                ("Contact", payload.contact),
                ("For", payload.words),
                ("Remains of it", f"{before} before, {after} after"),
                ("Bank account", f"{payload.bank_account_code} {payload.bank_account}"),
                ("Date", spoken(payload.date)),
                ("Reference", payload.reference),
                *ground_rules.said_amount(payload.money, proposal, payload.currency_rate),
            ),
            fine_print=(
                *ground_rules.fine_print(proposal),
                ("Sort", payload.sort),
                ("Credit in Xero", f"{payload.entity} {payload.credit_id}"),
                ("Contact's id in Xero", payload.contact_id),
                ("Bank account's id in Xero", payload.bank_account_id),
                ("Rate", str(payload.currency_rate)),
            ),
            undo="Deleting the refund in Xero takes it back, as long as it is not reconciled.",
        )

    def request(self, proposal: Proposal) -> bytes:
        """A payment of the credit with our mark in its reference."""
        payload = self.read(proposal)
        credit = payload.credit_id
        return payment_body(
            amount=payload.money,
            date=payload.date,
            bank_account_id=payload.bank_account_id,
            reference=f"{payload.reference} [{proposal.mark}]".strip(),
            credit_note_id=credit if payload.entity == sources.CREDIT_NOTE else "",
            overpayment_id=credit if payload.entity == sources.OVERPAYMENT else "",
            prepayment_id=credit if payload.entity == sources.PREPAYMENT else "",
            currency_rate=None if payload.currency == proposal.amount.currency else payload.currency_rate,
        )

    def carry_out(self, pen: Pen, proposal: Proposal, body: bytes, *, key: str) -> Found:
        """Makes the payment."""
        receipt = pen.create_payment(proposal.organisation, body, key=key)
        return Found(entity=receipt.entity, id=receipt.id, status=receipt.status)

    def find(self, pen: Pen, proposal: Proposal, *, since: dt.datetime) -> Found | None:
        """The payment that carries our mark."""
        receipt = pen.find_by_mark(proposal.organisation, sources.PAYMENT, proposal.mark, since=since)
        return self.read_back(pen.gateway, proposal, receipt.id) if receipt else None

    def read_back(self, gateway: Gateway, proposal: Proposal, document_id: str) -> Found:
        """The payment by its id, compared with what was approved."""
        payment = bank.payment(proposal.organisation, gateway, document_id)
        differs = _differs(self.read(proposal), proposal.mark, payment)
        return Found(entity=sources.PAYMENT, id=payment.id, status=payment.status, differs=differs)

    def link(self, links: Links, organisation: Organisation, proposal: Proposal, document_id: str) -> str:
        """The payment in Xero."""
        return links.bank_transaction(organisation, document_id)

    def undoing(self, proposal: Proposal, lock_date: dt.date | None) -> Draft:
        """The payment is deleted, and the credit remains open."""
        payload = self.read(proposal)
        return voiding(
            proposal,
            entity=sources.PAYMENT,
            document_id=str(proposal.receipt["id"]),
            words=f"the refund of {payload.words}",
            date=payload.date,
            amount=payload.money,
            currency_rate=payload.currency_rate,
            contact=payload.contact,
            contact_id=payload.contact_id,
            lock_date=lock_date,
        )


def _differs(payload: Refund, mark: str, payment: Payment) -> str:
    if payment.status != "AUTHORISED":
        return f"the refund is {payment.status} in Xero"
    if payment.date != payload.date:
        return f"its date in Xero is {spoken(payment.date)}"
    if payment.amount != payload.money:
        return f"its amount in Xero is {payment.amount}"
    if payment.is_receipt != payload.comes_in:
        return "the money goes the other way in Xero"
    if payment.invoice_id != payload.credit_id:
        return "it refunds another document in Xero"
    if payment.bank_account_id != payload.bank_account_id:
        return "it stands in another bank account in Xero"
    return "" if mark in payment.reference else "its reference in Xero does not carry our mark"


KIND = RefundKind()
