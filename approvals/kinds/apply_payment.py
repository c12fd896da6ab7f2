"""Apply a payment: money that came from a customer or went to a supplier, set against what it pays."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal

import msgspec

from approvals import ground_rules, sources
from approvals.ground_rules import ONE, broken
from approvals.kinds.kind import FormField, Found, PenKind
from approvals.kinds.void_or_correct import voiding
from approvals.proposal import Description, Draft, Proposal
from approvals.sources import Source
from approvals.typed import typed_amount
from books.documents import BatchPayment
from books.firm import ApprovalRule
from books.money import Money
from books.period import spoken
from books.records import LedgerAccount, Organisation, Payment
from books.refusal import Refusal
from xero_tools import bank, batch_payments
from xero_tools.gateway import Gateway
from xero_tools.links import Links
from xero_tools.writes import Pen
from xero_tools.writes.bodies import batch_payment_body, payment_body

RECEIPT, BILL = "ACCREC", "ACCPAY"
_SHORT = 18
"""How much of our mark fits where Xero shows a batch's own words (BatchPayment.Details, at most 18 characters)."""


class PaidDocument(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An invoice or bill, what is due on it before, and how much of that is paid."""

    invoice_id: str
    number: str
    due: Decimal
    amount: Decimal


class ApplyPayment(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One sum through one bank account for documents of one contact; several become one batch payment in Xero.

    `sort` is ACCREC (a customer's invoices) or ACCPAY (a supplier's bills); amounts are in `currency`, the documents'
    own; `currency_rate` is Xero's CurrencyRate on the day, 1 in the base currency.
    """

    sort: str
    contact: str
    contact_id: str
    bank_account: str
    bank_account_code: str
    bank_account_id: str
    date: dt.date
    reference: str
    currency: str
    documents: tuple[PaidDocument, ...]
    currency_rate: Decimal = ONE

    @property
    def total(self) -> Money:
        """What moves, in the documents' currency."""
        return Money.total((Money(each.amount, self.currency) for each in self.documents), self.currency)


class ApplyPaymentKind(PenKind[ApplyPayment]):
    """A payment of one document, or a batch payment of several."""

    name = "apply_payment"
    payload = ApplyPayment
    noun = "payment"
    needs_chart = True
    may_be_automatic = True
    authority = ApprovalRule(
        role="approver",
        limit=Decimal(10000),
        role_above_limit="partner",
        four_eyes_above=Decimal(50000),
        expires_hours=72,
    )

    def tidy(self, payload: ApplyPayment) -> ApplyPayment:
        """Every amount in the currency's minor units."""
        documents = tuple(
            msgspec.structs.replace(
                each,
                due=ground_rules.exact(each.due, payload.currency, self.noun),
                amount=ground_rules.exact(each.amount, payload.currency, self.noun),
            )
            for each in payload.documents
        )
        return msgspec.structs.replace(payload, documents=documents)

    def check(self, draft: Draft, chart: Sequence[LedgerAccount] | None) -> None:
        """At least one document, none paid more than it is due, all bound as evidence, through a bank account."""
        payload = self.read(draft)
        if payload.sort not in (RECEIPT, BILL) or not payload.documents:
            raise broken(self.noun, "pays no invoice and no bill", "nothing_paid")
        if len({each.invoice_id for each in payload.documents}) < len(payload.documents):
            raise broken(self.noun, "pays the same document twice", "paid_twice")
        for each in payload.documents:
            ground_rules.positive(each.amount, self.noun)
            if each.amount > each.due:
                raise Refusal(
                    f"{each.number} is due with {Money(each.due, payload.currency)}, and this would pay "
                    f"{Money(each.amount, payload.currency)}.",
                    next_step="Record the rest as an overpayment (receive_or_spend_money).",
                    code="too_much",
                )
            ground_rules.evidence_names(draft, sources.INVOICE, each.invoice_id, self.noun)
        if not payload.contact_id:
            raise broken(self.noun, "names no contact", "no_contact")
        ground_rules.amount_stands(draft, payload.total, payload.currency_rate, self.noun)
        ground_rules.in_period(draft, payload.date, self.noun)
        if payload.currency != draft.amount.currency and len(payload.documents) > 1:
            raise Refusal(
                "Xero takes no currency rate with a batch payment.",
                next_step="Propose one payment for each document.",
                code="foreign_batch",
            )
        if chart is not None:
            account = ground_rules.bank_account(chart, payload.bank_account_id, payload.bank_account_code, self.noun)
            ground_rules.currency_fits(account, payload.currency, draft.amount.currency, self.noun)

    def check_books(self, draft: Draft, bound: Sequence[Source], gateway: Gateway) -> None:
        """Each document is approved, of this contact, and due with exactly what the draft says."""
        payload = self.read(draft)
        ground_rules.base_is(draft, gateway, self.noun)
        for each in payload.documents:
            now = ground_rules.read_now(bound, sources.INVOICE, each.invoice_id, self.noun)
            due = str(Money(each.due, payload.currency))
            expected = {"type": payload.sort, "status": "AUTHORISED", "contact": payload.contact,
                        "contact's id": payload.contact_id, "due": due}  # fmt: skip
            ground_rules.agrees(now, self.noun, expected)

    def still_open(self, proposal: Proposal, lock_date: dt.date | None) -> Refusal | None:
        """The payment's date lies after the lock date."""
        return ground_rules.after_lock(self.noun, self.read(proposal).date, lock_date)

    def moves(self, payload: ApplyPayment) -> dict[str, Decimal]:
        """The bank account."""
        amount = payload.total.amount if payload.sort == RECEIPT else -payload.total.amount
        return ground_rules.summed([(payload.bank_account_code, amount)], payload.currency_rate)

    editable = (("date", "Date"), ("reference", "Reference"))

    def form(self, payload: ApplyPayment) -> tuple[FormField, ...]:
        """Its date, its reference and what is paid of each document."""
        paid = (
            FormField(
                name=f"document {number}",
                label=f"Paid of {each.number}, of {Money(each.due, payload.currency)} due",
                value=f"{each.amount}",
            )
            for number, each in enumerate(payload.documents, start=1)
        )
        return (*super().form(payload), *paid)

    def edited(
        self, payload: ApplyPayment, values: Mapping[str, str], amount: Money, chart: Sequence[LedgerAccount]
    ) -> tuple[ApplyPayment, Money]:
        """The payment with other parts of the same documents, another date or reference."""
        payload, amount = super().edited(payload, values, amount, chart)
        documents = tuple(
            msgspec.structs.replace(each, amount=typed_amount(values.get(f"document {number}", str(each.amount))))
            for number, each in enumerate(payload.documents, start=1)
        )
        payload = msgspec.structs.replace(payload, documents=documents)
        return payload, ground_rules.in_base(payload.total, payload.currency_rate, amount.currency)

    def spread(self, payload: ApplyPayment) -> dict[str, Decimal]:
        """The whole sum to (or from) the contact, in the base currency; the bank account is touched, and not summed."""
        side = "payee" if payload.sort == BILL else "payer"
        amount = (payload.total.amount / payload.currency_rate).quantize(Decimal("0.01"))
        return {
            f"{side} {payload.contact} ({payload.contact_id})": amount,
            f"account {payload.bank_account_code}": Decimal(0),
        }

    def may_post_itself(self, payload: ApplyPayment) -> bool:
        """A customer's money that came in; what goes out a person decides."""
        return payload.sort == RECEIPT

    def alike(self, payload: ApplyPayment) -> str:
        """Money that came in, or money that went out, through one bank account."""
        return f"{payload.sort} {payload.bank_account_id}"

    def payees(self, payload: ApplyPayment) -> tuple[str, ...]:
        """The supplier of bills; a customer's money comes in."""
        return (payload.contact_id,) if payload.sort == BILL else ()

    def describe(self, proposal: Proposal) -> Description:
        """Who pays whom how much through which account, and each document's amount due before and after."""
        payload = self.read(proposal)
        way = "to" if payload.sort == BILL else "from"
        numbers = ", ".join(each.number for each in payload.documents[:3])
        more = f" and {len(payload.documents) - 3} more" if len(payload.documents) > 3 else ""
        what = payload.documents[0].number if len(payload.documents) == 1 else f"{len(payload.documents)} documents"
        rows = [("Document", "Due before", "Amount", "Due after")]
        for each in payload.documents:
            figures = (each.due, each.amount, each.due - each.amount)
            due, amount, after = (str(Money(figure, payload.currency)) for figure in figures)
            rows.append((each.number, due, amount, after))
        return Description(
            title=f"Payment of {payload.total} {way} {payload.contact}, dated {spoken(payload.date)}",
            sentence=f"{payload.total} {way} {payload.contact} settles {what} through {payload.bank_account}.",
            line=f"{payload.contact} · {numbers}{more}",
            facts=(
                ("Contact", payload.contact),
                ("Bank account", f"{payload.bank_account_code} {payload.bank_account}"),
                ("Date", spoken(payload.date)),
                ("Reference", payload.reference),
                *ground_rules.said_amount(payload.total, proposal, payload.currency_rate),
            ),
            fine_print=(
                *ground_rules.fine_print(proposal),
                ("Sort", f"{payload.sort}, as {'a batch payment' if len(payload.documents) > 1 else 'a payment'}"),
                ("Contact's id in Xero", payload.contact_id),
                ("Bank account's id in Xero", payload.bank_account_id),
                ("Documents' ids in Xero", ", ".join(each.invoice_id for each in payload.documents)),
                ("Rate", str(payload.currency_rate)),
            ),
            rows=tuple(rows),
            undo="Deleting the payment in Xero takes it back, as long as it is not reconciled.",
        )

    def request(self, proposal: Proposal) -> bytes:
        """A payment with our mark in its reference, or a batch payment with it in its own words."""
        payload = self.read(proposal)
        reference = f"{payload.reference} [{proposal.mark}]".strip()
        if len(payload.documents) > 1:
            return batch_payment_body(
                bank_account_id=payload.bank_account_id,
                date=payload.date,
                payments={each.invoice_id: Money(each.amount, payload.currency) for each in payload.documents},
                reference=reference,
                details=proposal.mark[:_SHORT],
            )
        return payment_body(
            amount=payload.total,
            date=payload.date,
            bank_account_id=payload.bank_account_id,
            reference=reference,
            invoice_id=payload.documents[0].invoice_id,
            currency_rate=None if payload.currency == proposal.amount.currency else payload.currency_rate,
        )

    def carry_out(self, pen: Pen, proposal: Proposal, body: bytes, *, key: str) -> Found:
        """Makes the payment or the batch."""
        write = pen.create_batch_payment if self._is_batch(proposal) else pen.create_payment
        receipt = write(proposal.organisation, body, key=key)
        return Found(entity=receipt.entity, id=receipt.id, status=receipt.status)

    def find(self, pen: Pen, proposal: Proposal, *, since: dt.datetime) -> Found | None:
        """The payment or batch that carries our mark."""
        is_batch = self._is_batch(proposal)
        entity, mark = (sources.BATCH_PAYMENT, proposal.mark[:_SHORT]) if is_batch else (sources.PAYMENT, proposal.mark)
        receipt = pen.find_by_mark(proposal.organisation, entity, mark, since=since)
        return self.read_back(pen.gateway, proposal, receipt.id) if receipt else None

    def read_back(self, gateway: Gateway, proposal: Proposal, document_id: str) -> Found:
        """The payment or batch by its id, compared with what was approved."""
        payload = self.read(proposal)
        if self._is_batch(proposal):
            batch = batch_payments.get(proposal.organisation, gateway, document_id)
            differs = _batch_differs(payload, proposal.mark[:_SHORT], batch)
            return Found(entity=sources.BATCH_PAYMENT, id=batch.id, status=batch.status, differs=differs)
        payment = bank.payment(proposal.organisation, gateway, document_id)
        differs = _payment_differs(payload, proposal.mark, payment)
        return Found(entity=sources.PAYMENT, id=payment.id, status=payment.status, differs=differs)

    def _is_batch(self, proposal: Proposal) -> bool:
        return len(self.read(proposal).documents) > 1

    def link(self, links: Links, organisation: Organisation, proposal: Proposal, document_id: str) -> str:
        """The payment; of a batch the bank account where it stands, because Xero has no link to one."""
        if self._is_batch(proposal):
            return links.bank_account(organisation, self.read(proposal).bank_account_id)
        return links.bank_transaction(organisation, document_id)

    def undoing(self, proposal: Proposal, lock_date: dt.date | None) -> Draft:
        """The payment or the batch is deleted, and what it paid is due again."""
        payload = self.read(proposal)
        numbers = ", ".join(each.number for each in payload.documents)
        return voiding(
            proposal,
            entity=str(proposal.receipt["entity"]),
            document_id=str(proposal.receipt["id"]),
            words=f"the payment of {numbers}",
            date=payload.date,
            amount=payload.total,
            currency_rate=payload.currency_rate,
            contact=payload.contact,
            contact_id=payload.contact_id,
            lock_date=lock_date,
        )


def _payment_differs(payload: ApplyPayment, mark: str, payment: Payment) -> str:
    if payment.status != "AUTHORISED":
        return f"the payment is {payment.status} in Xero"
    if payment.date != payload.date:
        return f"its date in Xero is {spoken(payment.date)}"
    if payment.amount != payload.total:
        return f"its amount in Xero is {payment.amount}"
    if payment.invoice_id != payload.documents[0].invoice_id:
        return "it pays another document in Xero"
    if payment.bank_account_id != payload.bank_account_id:
        return "it stands in another bank account in Xero"
    return "" if mark in payment.reference else "its reference in Xero does not carry our mark"


def _batch_differs(payload: ApplyPayment, mark: str, batch: BatchPayment) -> str:
    if batch.status != "AUTHORISED":
        return f"the batch payment is {batch.status} in Xero"
    if batch.date != payload.date:
        return f"its date in Xero is {spoken(batch.date)}"
    if batch.total.amount != payload.total.amount or len(batch.payment_ids) != len(payload.documents):
        return f"it has {len(batch.payment_ids)} payments of {batch.total} in Xero"
    if batch.bank_account_id != payload.bank_account_id:
        return "it stands in another bank account in Xero"
    return "" if mark in batch.words else "its words in Xero do not carry our mark"


KIND = ApplyPaymentKind()
