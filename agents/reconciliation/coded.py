"""Lines that no document explains, coded as the client's rules or people's habit say; read only when there are any."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from agents.ledger import Ledger
from agents.reconciliation.coding.coder import Coder
from agents.reconciliation.coding.draft import Books, coding_draft
from agents.reconciliation.coding.rules import Rule
from agents.reconciliation.matching.memory import Memory
from agents.reconciliation.matching.records import LIKELY, SURE, OpenItem
from agents.scope import Scope
from approvals.proposal import Draft
from books.records import LedgerAccount, StatementLine
from books.refusal import Refusal
from xero_tools import tax_rates
from xero_tools.gateway import Gateway


@dataclass(frozen=True)
class Coding:
    """One run's coder; the past is what the ledger has read of money spent and received."""

    scope: Scope
    gateway: Gateway
    ledger: Ledger
    memory: Memory
    rules: tuple[Rule, ...]
    open_items: Sequence[OpenItem]

    def draft(self, line: StatementLine, account: LedgerAccount) -> Draft | None:
        """The entry for a line, or None where nothing says surely enough where it belongs."""
        proposal = self._coder.propose(line, account.code)
        if proposal.tier not in (SURE, LIKELY):
            return None
        try:
            return coding_draft(proposal, line, account, self._books)
        except Refusal:
            return None  # its tax has no known rate, or the account is kept in another currency: a person enters it

    @cached_property
    def _coder(self) -> Coder:
        return Coder(
            self.ledger.chart,
            rules=self.rules,
            entries=self.ledger.spent,
            open_items=self.open_items,
            memory=self.memory,
        )

    @cached_property
    def _books(self) -> Books:
        rates = {each.type: each.percent for each in tax_rates.every(self.scope.organisation, self.gateway)}
        return Books(self.scope.organisation, self.scope.client.id, self.ledger.currency, rates)
