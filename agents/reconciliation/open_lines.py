"""The lines of the bank that stand in no ledger: each is proposed, coded, or an exception with what may be chosen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import msgspec

from agents.findings import Choice, Finding
from agents.ledger import Ledger
from agents.reconciliation import drafts as drafting
from agents.reconciliation.choosing import choices
from agents.reconciliation.coded import Coding
from agents.reconciliation.coding.why_short import ShortPayment
from agents.reconciliation.exceptions import of_line
from agents.reconciliation.learning import was_rejected
from agents.reconciliation.matching.match import match
from agents.reconciliation.matching.memory import Memory
from agents.reconciliation.matching.records import LIKELY, NONE, SURE, LineMatch, OpenItem
from agents.reconciliation.short_paid import ShortPaid
from agents.scope import Scope
from approvals.proposal import Draft
from books.records import Invoice, LedgerAccount, StatementLine
from xero_tools import invoices
from xero_tools.gateway import Gateway

CODED, CANDIDATES = "coded", "candidates"
Lines = Mapping[str, Sequence[StatementLine]]


@dataclass
class Explained:
    """What was said of the open lines, and how many are of which tier."""

    drafts: list[Draft] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    choices: list[Choice] = field(default_factory=list)
    tiers: list[str] = field(default_factory=list)


def explained(
    scope: Scope, gateway: Gateway, ledger: Ledger, accounts: Sequence[LedgerAccount], lines: Lines
) -> Explained:
    """Holds the open lines of the accounts (`lines` by their ids) against the open documents; raises Refusal."""
    if not any(lines.values()):
        return Explained()
    return _Run(scope, gateway, ledger, accounts, lines).done()


class _Run:
    """One run over the lines: what is read once, and what was said so far."""

    def __init__(
        self, scope: Scope, gateway: Gateway, ledger: Ledger, accounts: Sequence[LedgerAccount], lines: Lines
    ) -> None:
        self._scope, self._ledger, self._by_account = scope, ledger, lines
        self._lines = {line.id: (account, line) for account in accounts for line in lines[account.id]}
        open_documents = invoices.outstanding(scope.organisation, gateway, until=scope.today)
        self._documents = {each.id: each for each in open_documents}
        self._items = [OpenItem.of_document(each) for each in open_documents]
        self._memory = scope.kept.memories.of(scope.client.id) if scope.kept else Memory()
        self._rejected = self._memory.rejected_pairs()
        rules = scope.kept.rules(scope.client.id) if scope.kept else ()
        self._coding = Coding(scope, gateway, ledger, self._memory, rules, self._items)
        self._short = ShortPaid(scope, gateway, ledger)
        self._entered: set[str] = set()
        self._said = Explained()

    def done(self) -> Explained:
        """Every line in the order that matching found."""
        report = match(
            self._scope.organisation, self._by_account, self._items, memory=self._memory, today=self._scope.today
        )
        for said in report.matches:
            if said.line_id not in self._entered:
                self._explain(said)
        return self._said

    def _explain(self, said: LineMatch) -> None:
        account, line = self._lines[said.line_id]
        less = self._short.why(line, account, said, self._document_of(said))
        if less is not None:
            if self._may_propose(line, settling := self._short.settling(less)):
                self._propose(LIKELY, settling)
                return
            said = msgspec.structs.replace(said, because=f"{said.because} {less.because} {less.settles}")
        if said.tier in (SURE, LIKELY):
            drafts = drafting.payment(self._scope, self._ledger, account, line, said, self._documents)
            if drafts:
                self._propose(said.tier, drafts)
                return
        elif self._is_transfer(said, account, line) or self._is_coded(said, account, line):
            return
        self._leave(said, account, line, less)

    def _document_of(self, said: LineMatch) -> Invoice | None:
        return self._documents.get(said.allocations[0].item_id) if said.allocations else None

    def _may_propose(self, line: StatementLine, drafts: Sequence[Draft]) -> bool:
        """Whether there is something, and no person said no to entering the line so."""
        return bool(drafts) and not any(was_rejected(self._rejected, line, each) for each in drafts)

    def _propose(self, tier: str, drafts: Sequence[Draft]) -> None:
        self._said.drafts += drafts
        self._said.tiers.append(tier)

    def _is_transfer(self, said: LineMatch, account: LedgerAccount, line: StatementLine) -> bool:
        """Proposes a transfer between two of the client's own accounts, whose two lines it is."""
        other = self._lines.get(said.other_line_id)
        if said.category != "own_transfer" or other is None:
            return False
        sides = ((account, line), other)
        left, reached = sides if line.amount.amount < 0 else sides[::-1]
        draft = drafting.transfer(self._scope, self._ledger, left, reached, said)
        if draft is None or not self._may_propose(left[1], [draft]):
            return False
        self._propose(said.tier, [draft])
        self._entered.update((line.id, other[1].id))
        return True

    def _is_coded(self, said: LineMatch, account: LedgerAccount, line: StatementLine) -> bool:
        """Proposes the entry that a written rule or people's habit says, where no document explains the line."""
        draft = self._coding.draft(line, account) if said.tier == NONE else None
        if draft is None or not self._may_propose(line, [draft]):
            return False
        self._propose(CODED, [draft])
        return True

    def _leave(self, said: LineMatch, account: LedgerAccount, line: StatementLine, less: ShortPayment | None) -> None:
        """An exception, with what a person may choose."""
        self._said.tiers.append(CANDIDATES if said.tier in (SURE, LIKELY) else said.tier)
        self._said.findings.append(of_line(self._scope, self._ledger, account, line, said, self._documents))
        self._said.choices += choices(self._scope, self._ledger, account, line, said, self._documents, less)
