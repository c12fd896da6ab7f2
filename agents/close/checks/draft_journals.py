"""Do manual journals of the period still wait as drafts?"""

from __future__ import annotations

from agents.findings import CheckResult, Finding
from agents.ledger import Ledger
from agents.scope import Scope
from agents.wording import counted
from books.money import Money
from books.period import spoken
from books.records import ManualJournal

CODE = "draft_journals"
QUESTION = "Is every manual journal dated up to the cut-off posted?"


def check(scope: Scope, ledger: Ledger) -> CheckResult:
    """One finding a draft journal: it is in no report until somebody posts it."""
    drafts = sorted(ledger.draft_journals, key=lambda each: (each.date, each.narration, each.id))
    return CheckResult(code=CODE, question=QUESTION, findings=tuple(_finding(ledger, each) for each in drafts))


def _finding(ledger: Ledger, journal: ManualJournal) -> Finding:
    debits = Money.total((line.amount for line in journal.lines if line.amount.amount > 0), ledger.currency)
    return Finding(
        code=CODE,
        title=f"Journal “{journal.narration}” is still a draft",
        detail=f"Dated {spoken(journal.date)}, {debits} in {counted(len(journal.lines), 'line')}.",
        amount=debits,
        who="preparer",
        link=ledger.links.journal(ledger.organisation, journal.id),
        source=journal.id,
        date=journal.date,
    )
