"""Is every prepayment amortised up to the cut-off?"""

from __future__ import annotations

from agents.findings import CheckResult
from agents.journals import prepayments as preparing
from agents.journals.survey import survey
from agents.ledger import Ledger
from agents.scope import Scope

CODE = preparing.CODE
QUESTION = "Is every prepayment amortised up to the cut-off?"


def check(scope: Scope, ledger: Ledger) -> CheckResult:
    """The shares that the prepayments skill would draft, what it asks a person about, and the account's tie-out."""
    found = survey(scope, ledger)
    result = preparing.review(scope, ledger, found)
    missing = tuple(preparing.missing_finding(scope, found, each) for each in result.missing if each.bearer)
    return CheckResult(code=CODE, question=QUESTION, findings=missing + result.findings, figures=result.figures)
