"""Have Xero e-mail an invoice to its customer as the receipt for what was paid: once, and nothing calls it back.

Xero has no receipts of its own. The invoice that it mails shows the payments and what remains, so that a paid one
serves as the receipt.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal

import msgspec

from approvals import ground_rules
from approvals.ground_rules import broken
from approvals.mailed import CANNOT_BE_UNDONE, MailedInvoice, MailKind
from approvals.proposal import Description, Draft, Proposal
from approvals.sources import Source
from books.firm import ApprovalRule
from books.money import Money
from books.period import spoken
from books.records import LedgerAccount
from xero_tools import invoices
from xero_tools.gateway import Gateway


class ReceivedPayment(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One payment of the invoice by its id in Xero; the amount is in the invoice's currency."""

    payment_id: str
    date: dt.date
    amount: Decimal


class SendReceipt(MailedInvoice, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One invoice that is mailed for these payments, of which the customer was told nothing yet."""

    payments: tuple[ReceivedPayment, ...]

    @property
    def paid(self) -> Money:
        """What these payments come to."""
        return Money.total((Money(each.amount, self.currency) for each in self.payments), self.currency)


class SendReceiptKind(MailKind[SendReceipt]):
    """A receipt."""

    name = "send_receipt"
    payload = SendReceipt
    noun = "receipt"
    authority = ApprovalRule(role="partner", limit=None, role_above_limit="partner", expires_hours=72)

    def tidy(self, payload: SendReceipt) -> SendReceipt:
        """Every amount in the currency's minor units."""
        payments = tuple(
            msgspec.structs.replace(each, amount=ground_rules.exact(each.amount, payload.currency, self.noun))
            for each in payload.payments
        )
        return msgspec.structs.replace(super().tidy(payload), payments=payments)

    def check(self, draft: Draft, chart: Sequence[LedgerAccount] | None) -> None:
        """At least one payment, none twice, and a customer with an address, invoice and addressee bound as evidence."""
        payload = self.read(draft)
        if not payload.payments or len({each.payment_id for each in payload.payments}) < len(payload.payments):
            raise broken(self.noun, "names no payment, or one of them twice", "nothing_paid")
        for each in payload.payments:
            ground_rules.positive(each.amount, self.noun)
        if payload.due < 0:
            raise broken(self.noun, f"says that {payload.money} remains", "wrong_amount")
        ground_rules.amount_stands(draft, payload.paid, payload.currency_rate, self.noun)
        self.check_mail(draft)

    def check_books(self, draft: Draft, bound: Sequence[Source], gateway: Gateway) -> None:
        """Besides what holds for every mail: Xero shows each payment on the invoice, with its date and amount."""
        super().check_books(draft, bound, gateway)
        payload = self.read(draft)
        shown = {each.id: each for each in invoices.payments_of(draft.organisation, gateway, payload.invoice_id)}
        for each in payload.payments:
            now, said = shown.get(each.payment_id), Money(each.amount, payload.currency)
            if now is None or (now.date, now.amount) != (each.date, said):
                what = f"is for {said} of {spoken(each.date)}, and Xero does not show that payment on the invoice"
                raise broken(self.noun, what, "source_changed")

    def describe(self, proposal: Proposal) -> Description:
        """Who gets it, what was paid and when, what remains, and that nothing calls it back."""
        payload = self.read(proposal)
        remains = f"{payload.money} still due" if payload.due else "paid in full"
        paid = [(f"{Money(each.amount, payload.currency)}", spoken(each.date)) for each in payload.payments]
        goes_to = ", ".join(payload.addresses)
        total = ground_rules.said_amount(payload.paid, proposal, payload.currency_rate)
        return Description(
            title=f"Receipt for {payload.number} to {payload.contact}: {payload.paid} paid",
            sentence=f"Xero mails {payload.number} as it stands, {remains}, in its own template's words to {goes_to}.",
            line=f"{payload.contact} · {payload.number}, {remains} · to {goes_to}",
            facts=(
                ("Customer", payload.contact),
                ("Goes to", goes_to),
                ("Paid", "; ".join(f"{amount} on {day}" for amount, day in paid)),
                ("Remains", remains if payload.due else f"{payload.money}, paid in full"),
                *(total if len(payload.payments) > 1 or payload.currency != proposal.amount.currency else ()),
                ("Xero mails", f"{payload.number}, dated {spoken(payload.date)}, as it stands and in Xero's own words"),
                self.mailed_before(payload),
            ),
            fine_print=(
                *ground_rules.fine_print(proposal),
                *self.ids(payload),
                ("Payments in Xero", ", ".join(each.payment_id for each in payload.payments)),
            ),
            undo=CANNOT_BE_UNDONE,
        )


KIND = SendReceiptKind()
