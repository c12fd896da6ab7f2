"""What a person may choose for a line that is an exception: one of its candidates, or what is suggested."""

from __future__ import annotations

from collections.abc import Mapping

from agents.findings import Choice
from agents.ledger import Ledger
from agents.reconciliation.coding.short import CURRENCY
from agents.reconciliation.coding.why_short import ShortPayment
from agents.reconciliation.drafts import payment
from agents.reconciliation.matching.records import LIKELY, Allocation, Candidate, LineMatch
from agents.scope import Scope
from approvals.proposal import Draft
from books.records import Invoice, LedgerAccount, StatementLine

MOST = 3
"""How many buttons stand below one exception."""
LABEL = 60


def choices(
    scope: Scope,
    ledger: Ledger,
    account: LedgerAccount,
    line: StatementLine,
    said: LineMatch,
    documents: Mapping[str, Invoice],
    short: ShortPayment | None,
) -> list[Choice]:
    """The candidates in their rank that a payment can be proposed for, or what settles a short payment."""
    if short is not None and short.drafts:
        label = f"Propose it: {short.reason.replace('_', ' ')} of {short.missing}"
        if short.reason == CURRENCY:
            label = f"Propose what came; {short.missing} stays open"
        return [Choice(line=line.id, key=f"{line.id}:suggested", label=label[:LABEL], drafts=short.drafts)]
    found = []
    for each in said.candidates[:MOST]:
        document = documents.get(each.item_id)
        drafts = _drafts(scope, ledger, account, line, each, document) if document is not None else ()
        if document is not None and drafts:
            label = f"It pays {document.number or document.reference}, {document.contact.name}"
            found.append(Choice(line=line.id, key=f"{line.id}:{each.item_id}", label=label[:LABEL], drafts=drafts))
    return found


def _drafts(
    scope: Scope, ledger: Ledger, account: LedgerAccount, line: StatementLine, candidate: Candidate, document: Invoice
) -> tuple[Draft, ...]:
    """The payment of as much of the document as came; what came beyond it stays with the contact."""
    if document.due.currency != line.amount.currency:
        return ()
    paid = min(abs(line.amount), document.due)
    signed = paid if line.amount.amount > 0 else -paid
    chosen = LineMatch(
        line_id=line.id,
        tier=LIKELY,
        because="It was chosen by a person among the candidates.",
        next_step="",
        allocations=(Allocation(item_id=candidate.item_id, amount=signed),),
        difference=line.amount - signed,
    )
    return payment(scope, ledger, account, line, chosen, {document.id: document})
