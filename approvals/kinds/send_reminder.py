"""Have Xero e-mail an open invoice to its customer: nothing calls it back, so it is never sent a second time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from approvals import ground_rules
from approvals.mailed import CANNOT_BE_UNDONE, MailedInvoice, MailKind
from approvals.proposal import Description, Draft, Proposal
from books.firm import ApprovalRule
from books.period import spoken
from books.records import LedgerAccount


class SendReminder(MailedInvoice, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One open invoice that its customer is reminded of."""

    due_date: dt.date


class SendReminderKind(MailKind[SendReminder]):
    """A reminder of what is due."""

    name = "send_reminder"
    payload = SendReminder
    noun = "reminder"
    authority = ApprovalRule(role="partner", limit=None, role_above_limit="partner", expires_hours=24)

    def check(self, draft: Draft, chart: Sequence[LedgerAccount] | None) -> None:
        """An invoice with something due and a customer with an address, both bound as evidence."""
        payload = self.read(draft)
        ground_rules.positive(payload.due, self.noun)
        ground_rules.amount_stands(draft, payload.money, payload.currency_rate, self.noun)
        self.check_mail(draft)

    def describe(self, proposal: Proposal) -> Description:
        """Which invoice, to whom, how often before, and that nothing calls it back."""
        payload = self.read(proposal)
        return Description(
            title=f"E-mail {payload.number} to {payload.contact}: {payload.money} due {spoken(payload.due_date)}",
            sentence="Xero mails the invoice, in its own template's words, to the addresses it has for the customer.",
            facts=(
                ("Customer", payload.contact),
                ("Goes to", ", ".join(payload.addresses)),
                ("Invoice", f"{payload.number}, dated {spoken(payload.date)}"),
                ("Due", f"{payload.money} since {spoken(payload.due_date)}"),
                *ground_rules.said_amount(payload.money, proposal, payload.currency_rate),
                self.mailed_before(payload),
            ),
            fine_print=(*ground_rules.fine_print(proposal), *self.ids(payload)),
            undo=CANNOT_BE_UNDONE,
        )


KIND = SendReminderKind()
