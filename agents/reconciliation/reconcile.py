"""The reconciliation of a client's month: ties each account out, matches what is open, and says the rest plainly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from agents.findings import BankReconciliation, Figure, Finding
from agents.ledger import Ledger
from agents.reconciliation import drafts as drafting
from agents.reconciliation.account_view import AccountTieOut, Entry
from agents.reconciliation.entries import entries
from agents.reconciliation.exceptions import of_account
from agents.reconciliation.kept import Kept
from agents.reconciliation.open_lines import explained
from agents.reconciliation.tie_out import tie_out_account
from agents.scope import Scope
from approvals.proposal import Draft
from books.records import LedgerAccount, StatementLine
from xero_tools.gateway import Gateway
from xero_tools.sitting import Sitting

DONE, IN_LEDGER = "done", "in the ledger"


@dataclass
class _Work:
    """One run: what was read, and what is said of it so far."""

    scope: Scope
    ledger: Ledger
    lines: dict[str, tuple[StatementLine, ...]]
    tied: list[AccountTieOut] = field(default_factory=list)
    drafts: list[Draft] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    tiers: dict[str, int] = field(default_factory=dict)

    def count(self, tier: str, number: int = 1) -> None:
        self.tiers[tier] = self.tiers.get(tier, 0) + number


def reconciliation(scope: Scope, gateway: Gateway) -> BankReconciliation:
    """Reads the books and the shelf; writes nothing. Raises Refusal when Xero cannot be read."""
    gateway = Sitting(gateway)  # one look: a short payment's document and the tax rates are asked for twice
    ledger = Ledger(scope, gateway)
    kept = scope.kept
    accounts = [each for each in ledger.bank_accounts if each.status == "ACTIVE"]
    lines = {each.id: _lines(kept, scope, each) for each in accounts}
    work = _Work(scope, ledger, lines)
    known = _entries(scope, gateway, [line for own in lines.values() for line in own])
    open_lines = {each.id: _tie_out(work, kept, each, known) for each in accounts}
    said = explained(scope, gateway, ledger, accounts, open_lines)
    for tier in said.tiers:
        work.count(tier)
    return BankReconciliation(
        client=scope.client.id,
        client_name=scope.client.name,
        organisation=scope.organisation,
        period=scope.period.code,
        accounts=tuple(work.tied),
        tiers=work.tiers,
        findings=tuple(sorted([*work.findings, *said.findings], key=_worst_first)),
        drafts=(*work.drafts, *said.drafts),
        choices=tuple(said.choices),
        figures=tuple(_figures(work)),
        links={each.id: ledger.links.reconcile(ledger.organisation, each.id) for each in accounts},
    )


def _lines(kept: Kept | None, scope: Scope, account: LedgerAccount) -> tuple[StatementLine, ...]:
    return kept.shelf.lines(scope.organisation, account.id, until=scope.period.end) if kept else ()


def _entries(scope: Scope, gateway: Gateway, lines: Sequence[StatementLine]) -> tuple[Entry, ...]:
    first = min((each.date for each in lines), default=scope.period.start)
    return entries(scope.organisation, gateway, first_line=first, until=scope.period.end)


def _tie_out(
    work: _Work, kept: Kept | None, account: LedgerAccount, known: Sequence[Entry]
) -> tuple[StatementLine, ...]:
    """Ties one account out; what stands in the ledger and waits for an OK is proposed. Returns the open lines."""
    ledger, scope = work.ledger, work.scope
    currency = account.currency or ledger.currency
    spans = kept.shelf.spans(scope.organisation, account.id) if kept else ()
    tied, paired = tie_out_account(
        account,
        currency=currency,
        lines=work.lines[account.id],
        spans=spans,
        entries=[each for each in known if each.bank_account_id == account.id],
        ledger=ledger.balance(account.id) if currency == ledger.currency else None,
        cut_off=scope.period.end,
        let_go=kept.shelf.let_go_until(scope.organisation, account.id) if kept else None,
    )
    work.tied.append(tied)
    waiting = [(line, entry) for line, entry in paired.pairs if not entry.is_reconciled]
    still = len({line.id for line, _ in waiting})
    work.count(DONE, len({line.id for line, _ in paired.pairs}) - still)
    work.count(IN_LEDGER, still)
    work.drafts += drafting.confirmation(scope, account, currency, ledger.currency, waiting)
    work.findings += of_account(scope, ledger, account, tied)
    return paired.lines


def _figures(work: _Work) -> list[Figure]:
    found = []
    for each in work.tied:
        if each.bank is not None:
            found.append(Figure(name=f"Bank balance of {each.name}", amount=each.bank, source="the bank's statement"))
        if each.ledger is not None:
            found.append(Figure(name=f"Book balance of {each.name}", amount=each.ledger, source="Trial Balance report"))
    return found


def _worst_first(finding: Finding) -> tuple[bool, float]:
    return (not finding.blocks, -abs(float(finding.amount.amount)) if finding.amount else 0.0)
