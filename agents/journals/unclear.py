"""Asks about what stands on a prepayment account without an explanation."""

from __future__ import annotations

from collections.abc import Iterator

from agents.findings import Finding, SourceDocument
from agents.journals.entries import Entry
from agents.journals.survey import Survey, Tie, standing
from agents.ledger import Ledger
from agents.scope import Scope
from agents.wording import counted, listed
from books.money import CENTS, Money
from books.period import spoken


def unexplained(scope: Scope, ledger: Ledger, found: Survey, tie: Tie, code: str) -> Iterator[Finding]:
    """One finding for an account whose balance is not the sum of what was paid in advance less what was amortised.

    It blocks from the client's materiality on. The documents are the debits that state no term, or several.
    """
    own = tie.ledger_account
    if abs(tie.unexplained).amount <= CENTS * 10:
        return
    debits = [each for each in found.unclear if each.account_code == own.code]
    loose = [each.entry for each in found.placed.nowhere if each.entry.account_code == own.code]
    named = listed((f"{each.number or each.title} ({standing(each, found.placed)})" for each in debits), most=3)
    parts = [f"{counted(len(debits), 'debit')} without a clear term: {named}"] if debits else []
    parts += [counted(len(loose), "credit") + " without a prepayment that it belongs to"] if loose else []
    reason = f" There {_be(debits, loose)} {'; and '.join(parts)}." if parts else " Nothing read explains it."
    yield Finding(
        code=code,
        title=f"{own.name}: {abs(tie.unexplained)} of the balance has no schedule",
        detail=f"The balance at {spoken(scope.period.end)} is {tie.balance}.{reason} "
        "Write the term in the line's description, such as “1 Jul 2026 – 30 Jun 2027”, or recode it.",
        amount=tie.unexplained,
        who="preparer",
        link=ledger.links.ledger_account(ledger.organisation, own.id),
        source=own.id,
        number=own.code,
        blocks=abs(tie.unexplained) >= Money(scope.client.materiality.amount, ledger.currency),
        documents=tuple(_document(each) for each in (*debits, *loose)),
    )


def _be(debits: list[Entry], loose: list[Entry]) -> str:
    return "is" if len(debits or loose) == 1 else "are"


def _document(entry: Entry) -> SourceDocument:
    return SourceDocument(
        source=entry.document,
        label=f"{entry.title}: {entry.words}",
        date=entry.date,
        amount=entry.amount,
        link=entry.link,
    )
