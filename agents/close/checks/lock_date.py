"""Are the months before locked, and is this one over and still open?"""

from __future__ import annotations

from agents.findings import CheckResult, Finding
from agents.ledger import Ledger
from agents.scope import Scope
from books.period import spoken

CODE = "lock_date"
QUESTION = "Is the month over, is the month before locked, and is this one still open?"


def check(scope: Scope, ledger: Ledger) -> CheckResult:
    """Months are locked in order: a lock date that lags blocks; books that were never locked are only a notice."""
    findings = []
    if scope.today <= scope.period.end:
        findings.append(_not_over(scope, ledger))
    lock_date, before = ledger.organisation.lock_date, scope.period.previous()
    if lock_date is None:
        findings.append(
            _note(ledger, "Xero has no lock date", f"Locking {scope.period} locks everything before it too.")
        )
    elif lock_date >= scope.period.end:
        words = f"The lock date is {spoken(lock_date)}: nothing dated on or before it can change."
        findings.append(_note(ledger, f"{scope.period} is already locked", words))
    elif lock_date < before.end:
        findings.append(
            _lagging(scope, ledger, f"The lock date is {spoken(lock_date)}. Close and lock {before} first.")
        )
    return CheckResult(code=CODE, question=QUESTION, findings=tuple(findings))


def _not_over(scope: Scope, ledger: Ledger) -> Finding:
    return Finding(
        code=CODE,
        title=f"{scope.period} is not over yet",
        detail=f"It ends on {spoken(scope.period.end)}; today is {spoken(scope.today)}.",
        amount=None,
        who="preparer",
        link=ledger.links.lock_dates(ledger.organisation),
    )


def _note(ledger: Ledger, title: str, detail: str) -> Finding:
    link = ledger.links.lock_dates(ledger.organisation)
    return Finding(code=CODE, title=title, detail=detail, amount=None, who="partner", link=link, blocks=False)


def _lagging(scope: Scope, ledger: Ledger, detail: str) -> Finding:
    return Finding(
        code=CODE,
        title=f"{scope.period.previous()} is not locked",
        detail=detail,
        amount=None,
        who="partner",
        link=ledger.links.lock_dates(ledger.organisation),
        date=ledger.organisation.lock_date,
    )
