"""The reconciliation of a client's month: ties each account out, matches what is open, and says the rest plainly."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import msgspec

from agents.findings import BankReconciliation, Choice, Figure, Finding
from agents.ledger import Ledger
from agents.reconciliation import drafts as drafting
from agents.reconciliation.account_view import AccountTieOut, Entry
from agents.reconciliation.choosing import choices
from agents.reconciliation.coded import Coding
from agents.reconciliation.entries import entries
from agents.reconciliation.exceptions import of_account, of_lines
from agents.reconciliation.kept import Kept
from agents.reconciliation.learning import was_rejected
from agents.reconciliation.matching.match import match
from agents.reconciliation.matching.memory import Memory
from agents.reconciliation.matching.records import LIKELY, NONE, SURE, LineMatch, OpenItem
from agents.reconciliation.short_paid import ShortPaid
from agents.reconciliation.tie_out import tie_out_account
from agents.scope import Scope
from approvals.proposal import Draft
from books.records import Invoice, LedgerAccount, StatementLine
from xero_tools import invoices
from xero_tools.gateway import Gateway

CODE = "reconciliation"
DONE, IN_LEDGER, CODED = "done", "in the ledger", "coded"


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
    choices: list[Choice] = field(default_factory=list)
    rejected: frozenset[tuple[str, str]] = frozenset()

    def count(self, tier: str, number: int = 1) -> None:
        self.tiers[tier] = self.tiers.get(tier, 0) + number


def reconciliation(scope: Scope, gateway: Gateway) -> BankReconciliation:
    """Reads the books and the shelf; writes nothing. Raises Refusal when Xero cannot be read."""
    ledger = Ledger(scope, gateway)
    kept = scope.kept
    accounts = [each for each in ledger.bank_accounts if each.status == "ACTIVE"]
    lines = {each.id: _lines(kept, scope, each) for each in accounts}
    work = _Work(scope, ledger, lines)
    known = _entries(scope, gateway, [line for own in lines.values() for line in own])
    open_lines = {each.id: _tie_out(work, kept, each, known) for each in accounts}
    _match(work, gateway, {each.id: each for each in accounts}, open_lines, kept)
    return BankReconciliation(
        client=scope.client.id,
        client_name=scope.client.name,
        organisation=scope.organisation,
        period=scope.period.code,
        accounts=tuple(work.tied),
        tiers=work.tiers,
        findings=tuple(sorted(work.findings, key=_worst_first)),
        drafts=tuple(work.drafts),
        choices=tuple(work.choices),
        figures=tuple(_figures(work)),
        links={each.id: ledger.links.reconcile(ledger.organisation, each.id) for each in accounts},
    )


def _lines(kept: Kept | None, scope: Scope, account: LedgerAccount) -> tuple[StatementLine, ...]:
    return kept.shelf.lines(scope.organisation, account.id, until=scope.period.end) if kept else ()


def _memory(kept: Kept | None, scope: Scope) -> Memory:
    return kept.memories.of(scope.client.id) if kept else Memory()


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


def _match(
    work: _Work,
    gateway: Gateway,
    accounts: Mapping[str, LedgerAccount],
    open_lines: Mapping[str, tuple[StatementLine, ...]],
    kept: Kept | None,
) -> None:
    """Open lines against open documents; what is sure or likely is proposed, the rest is an exception."""
    where = {line.id: account_id for account_id, own in open_lines.items() for line in own}
    if not where:
        return
    scope, ledger = work.scope, work.ledger
    documents = {each.id: each for each in invoices.outstanding(scope.organisation, gateway, until=scope.today)}
    items = [OpenItem.of_document(each) for each in documents.values()]
    memory, rules = _memory(kept, scope), kept.rules(scope.client.id) if kept else ()
    work.rejected = memory.rejected_pairs()
    coding = Coding(scope, gateway, ledger, memory, rules, items)
    short = ShortPaid(scope, gateway, ledger)
    report = match(scope.organisation, open_lines, items, memory=memory, today=scope.today)
    lines = {line.id: line for own in open_lines.values() for line in own}
    entered: set[str] = set()
    for said in report.matches:
        if said.line_id in entered:
            continue
        line, account = lines[said.line_id], accounts[where[said.line_id]]
        less = short.why(line, account, said, documents.get(said.allocations[0].item_id) if said.allocations else None)
        settling = short.settling(less) if less is not None else ()
        if settling and not any(was_rejected(work.rejected, line, each) for each in settling):
            work.drafts += settling
            work.count(LIKELY)
            continue
        if less is not None:
            said = msgspec.structs.replace(said, because=f"{said.because} {less.because} {less.settles}")
        made = _proposed(work, said, line, account, documents, lines, accounts, where, entered)
        coded = coding.draft(line, account) if not made and said.tier == NONE else None
        if coded is not None and not was_rejected(work.rejected, line, coded):
            work.drafts.append(coded)
            work.count(CODED)
            continue
        work.count(said.tier if made or said.tier not in (SURE, LIKELY) else "candidates")
        if not made:
            work.findings += of_lines(scope, ledger, account, line, said, documents)
            work.choices += choices(scope, ledger, account, line, said, documents, less)


def _proposed(
    work: _Work,
    said: LineMatch,
    line: StatementLine,
    account: LedgerAccount,
    documents: Mapping[str, Invoice],
    lines: Mapping[str, StatementLine],
    accounts: Mapping[str, LedgerAccount],
    where: Mapping[str, str],
    entered: set[str],
) -> bool:
    """Adds the drafts for one line; False where nothing can be proposed for it."""
    if said.tier in (SURE, LIKELY):
        made = drafting.payment(work.scope, work.ledger, account, line, said, documents)
        work.drafts += made
        return bool(made)
    other = lines.get(said.other_line_id)
    if said.category != "own_transfer" or other is None:
        return False
    sides = ((account, line), (accounts[where[other.id]], other))
    left, reached = sides if line.amount.amount < 0 else sides[::-1]
    draft = drafting.transfer(work.scope, work.ledger, left, reached, said)
    if draft is None or was_rejected(work.rejected, left[1], draft):
        return False
    work.drafts.append(draft)
    entered.update((line.id, other.id))
    return True


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
