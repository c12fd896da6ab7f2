"""The exceptions: what the bank shows and the books do not, and the other way round; each with who acts and where."""

from __future__ import annotations

from collections.abc import Mapping

from agents.findings import Finding
from agents.ledger import Ledger
from agents.reconciliation.account_view import AccountTieOut, Entry
from agents.reconciliation.drafts import statement_words
from agents.reconciliation.matching.records import LIKELY, SURE, LineMatch
from agents.scope import Scope
from agents.wording import counted
from books.money import Money
from books.period import spoken
from books.records import Invoice, LedgerAccount, StatementLine

CODE = "bank_exception"
STALE_DAYS = 60
"""From when on an entry that no statement shows is called stale: a cheque that old is seldom presented."""


def of_account(scope: Scope, ledger: Ledger, account: LedgerAccount, tied: AccountTieOut) -> list[Finding]:
    """What the account as a whole shows: no statement, days missing, a difference, and entries on no statement."""
    link = ledger.links.reconcile(ledger.organisation, account.id)
    found = []
    if tied.bank is None and tied.covered_to is not None:
        found.append(
            Finding(
                code=CODE,
                title=f"{account.name}: days are missing",
                detail=f"{tied.why} Give the bank's file of the days after {spoken(tied.covered_to)}; where nothing "
                "happened since and the file does not say so, give it again and name the month with it.",
                amount=None,
                who="preparer",
                link=link,
                source=account.id,
            )
        )
    if tied.difference is not None and tied.difference:
        found.append(
            Finding(
                code=CODE,
                title=f"{account.name}: the balances do not tie out",
                detail=f"{tied.words} Look for an entry that was changed or deleted after it was reconciled.",
                amount=tied.difference,
                who="preparer",
                link=link,
                source=account.id,
            )
        )
    if tied.covered_to is not None:
        found += [_under_way(scope, ledger, account, each) for each in (*tied.under_way, *tied.ticked_only)]
    return found


def _under_way(scope: Scope, ledger: Ledger, account: LedgerAccount, entry: Entry) -> Finding:
    age = (scope.period.end - entry.date).days
    if entry.is_reconciled:
        title, what = (
            "reconciled in Xero, and on no statement",
            "Somebody ticked it with no line of the bank behind it.",
        )
    elif age > STALE_DAYS:
        title, what = "stale: in the ledger, and on no statement", f"{age} days old. Ask whether it was ever presented."
    else:
        title, what = "in the ledger, and on no statement", "It is under way, was entered twice, or never happened."
    page = ledger.links.bank_transaction(ledger.organisation, entry.id)
    return Finding(
        code=CODE,
        title=f"{entry.words}: {title}",
        detail=f"{account.name}, {spoken(entry.date)}. {what}",
        amount=entry.amount,
        who="preparer",
        link=page,
        source=entry.id,
        date=entry.date,
    )


def of_line(
    scope: Scope,
    ledger: Ledger,
    account: LedgerAccount,
    line: StatementLine,
    said: LineMatch,
    documents: Mapping[str, Invoice],
) -> Finding:
    """A line of the bank that nothing is proposed for: why, what would settle it, and who does that."""
    names = [_named(documents[each.item_id]) for each in said.candidates if each.item_id in documents]
    named = [_named(documents[each.item_id]) for each in said.allocations if each.item_id in documents]
    why = said.because
    if said.tier in (SURE, LIKELY):
        rest = f" It differs by {abs(said.difference)} from {', '.join(named)}." if said.difference else ""
        why = f"{said.because}{rest}"
    elif names:
        why = f"{said.because} It may be {' or '.join(names[:3])}."
    words = statement_words(line) or "a line without words"
    age = counted((scope.period.end - line.date).days, "day")
    return Finding(
        code=CODE,
        title=f"{'Money in' if line.amount.amount > 0 else 'Money out'}, not in the books: {words}",
        detail=f"{account.name}, {spoken(line.date)}, {age} before the cut-off. {why} {said.next_step}",
        amount=line.amount,
        who="preparer",
        link=ledger.links.reconcile(ledger.organisation, account.id),
        source=line.id,
        number=said.category,
        date=line.date,
    )


def _named(document: Invoice) -> str:
    due: Money = document.due
    return f"{document.number or document.reference} of {document.contact.name} ({due})"
