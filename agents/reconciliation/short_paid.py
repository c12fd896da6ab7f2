"""Lines that pay less than their document: why, and what is proposed for it; read only when there are any."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from agents.ledger import Ledger
from agents.reconciliation.coding import short
from agents.reconciliation.coding.at_a_rate import part_at_rate
from agents.reconciliation.coding.draft import Books
from agents.reconciliation.coding.short import KeptBack, kept_back_before
from agents.reconciliation.coding.why_short import ShortPayment, why_short, why_short_at_rate
from agents.reconciliation.matching.records import LIKELY, SURE, LineMatch
from agents.scope import Scope
from approvals.proposal import Draft
from books.records import Invoice, LedgerAccount, StatementLine
from books.refusal import Refusal
from xero_tools import credits, invoices, tax_rates
from xero_tools.gateway import Gateway

SETTLED = (short.DISCOUNT, short.WITHHELD, short.ROUNDING, short.FEE)
"""What ends with the document paid; for everything else what came is a part, and the rest stays open."""
_FEES = ("bank fee", "bank charge", "merchant fee")
_WITHHELD = ("withh", "tax deducted")


@dataclass(frozen=True)
class ShortPaid:
    """One run's reader of short payments, in the base currency and in others."""

    scope: Scope
    gateway: Gateway
    ledger: Ledger

    def why(
        self, line: StatementLine, account: LedgerAccount, said: LineMatch, document: Invoice | None
    ) -> ShortPayment | None:
        """Why the line is less than the one document that it was matched with, or None where it is not."""
        base, own = self.ledger.currency, account.currency or self.ledger.currency
        if said.tier not in (SURE, LIKELY) or len(said.allocations) != 1 or document is None:
            return None
        if line.amount.currency != own or own not in (document.due.currency, base):
            return None  # the statement is another account's, or Xero does not pay across the two currencies
        if document.due.currency != own:
            return self._at_rate(line, account, said, document)
        if abs(line.amount) >= document.due:
            return None
        try:
            whole = invoices.get(self.scope.organisation, self.gateway, document.id)
            return why_short(
                line,
                whole,
                self._history,
                bank_account=account,
                books=replace(self._books, rate=whole.currency_rate),
                chart={each.code: each for each in self.ledger.chart if each.code},
                settle_on=self._settle_on(whole),
            )
        except Refusal as refusal:
            if refusal.code.startswith("xero_"):
                raise
            return None  # its tax has no known rate, or it is of a sort that nothing is kept back of: a person looks

    def _at_rate(
        self, line: StatementLine, account: LedgerAccount, said: LineMatch, document: Invoice
    ) -> ShortPayment | None:
        allocated = abs(said.allocations[0].amount)
        part = part_at_rate(line, document, allocated, is_of_day=said.at_days_rate)
        return why_short_at_rate(part, bank_account=account, books=self._books) if part is not None else None

    @staticmethod
    def settling(why: ShortPayment) -> tuple[Draft, ...]:
        """What can be proposed at once: only where words or earlier payments give the reason, never figures alone."""
        return why.drafts if why.tier == LIKELY and why.reason in SETTLED and why.is_settled else ()

    @cached_property
    def _history(self) -> tuple[KeptBack, ...]:
        """What payers kept back before, from the credit notes that were set against documents."""
        notes = credits.credit_notes(self.scope.organisation, self.gateway)
        paid = [each.invoice_id for note in notes for each in note.allocations]
        known = invoices.several(self.scope.organisation, self.gateway, paid)
        withheld = self._named(_WITHHELD)
        return kept_back_before(notes, known, {withheld: short.WITHHELD} if withheld else {})

    @cached_property
    def _books(self) -> Books:
        rates = {each.type: each.percent for each in tax_rates.every(self.scope.organisation, self.gateway)}
        return Books(self.scope.organisation, self.scope.client.id, self.ledger.currency, rates)

    def _settle_on(self, document: Invoice) -> dict[str, str]:
        """Where each reason is booked, as far as the chart says so itself: a discount where the document stands."""
        sold = {each.account_code for each in document.lines}
        fees = self._named(_FEES)
        found = {short.FEE: fees, short.ROUNDING: fees, short.WITHHELD: self._named(_WITHHELD)}
        found[short.DISCOUNT] = sold.pop() if len(sold) == 1 else ""
        return {reason: code for reason, code in found.items() if code}

    def _named(self, names: Sequence[str]) -> str:
        """The code of the one active account that is called so, or nothing."""
        own = [each for each in self.ledger.chart if each.status == "ACTIVE" and not each.is_bank]
        fits = [each.code for each in own if any(name in each.name.casefold() for name in names)]
        return fits[0] if len(fits) == 1 else ""
