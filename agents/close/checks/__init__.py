"""The checks of a close, one question a file; what is not in CHECKS is not asked."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from agents.close.checks import (
    bank_reconciled,
    draft_journals,
    drafts_and_approvals,
    lock_date,
    prepaid_expenses,
    prepayments,
    suspense_clearing,
)
from agents.findings import CheckResult
from agents.ledger import Ledger
from agents.scope import Scope


class Check(NamedTuple):
    """One check: its stable code, its question, and the function that answers it (raises Refusal when it cannot)."""

    code: str
    question: str
    check: Callable[[Scope, Ledger], CheckResult]


CHECKS: tuple[Check, ...] = (
    Check(bank_reconciled.CODE, bank_reconciled.QUESTION, bank_reconciled.check),
    Check(drafts_and_approvals.CODE, drafts_and_approvals.QUESTION, drafts_and_approvals.check),
    Check(draft_journals.CODE, draft_journals.QUESTION, draft_journals.check),
    Check(suspense_clearing.CODE, suspense_clearing.QUESTION, suspense_clearing.check),
    Check(prepayments.CODE, prepayments.QUESTION, prepayments.check),
    Check(prepaid_expenses.CODE, prepaid_expenses.QUESTION, prepaid_expenses.check),
    Check(lock_date.CODE, lock_date.QUESTION, lock_date.check),
)
"""In the order in which an accountant clears them."""
