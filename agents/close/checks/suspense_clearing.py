"""Are the suspense and clearing accounts empty at the cut-off?"""

from __future__ import annotations

import re

from agents.findings import CheckResult, Finding
from agents.ledger import Ledger
from agents.scope import Scope
from books.money import Money
from books.period import spoken
from books.records import LedgerAccount

CODE = "suspense_clearing"
QUESTION = "Are the suspense and clearing accounts empty at the cut-off?"
_UNKNOWN = re.compile(
    r"\b(suspense|ask (my|the|your|our) (accountant|bookkeeper)|to be (allocated|coded|classified|identified)|"
    r"uncategori[sz]ed|unallocated|unidentified|unclassified|uncoded|unknown (deposits?|receipts?|payments?)|"
    r"mis-?postings?|holding a(ccount|/c)|query account|queries account|temporary postings?)\b",
    re.IGNORECASE,
)
_PASSING = re.compile(
    r"\b(?<!land )(?<!site )(clearing|undeposited|wash (account|a/c)|"
    r"(bank|banking|cash|deposits?|funds|money|payments?|receipts?|transfers?) in transit)\b|\bwash$",
    re.IGNORECASE,
)
_BALANCE_SHEET = ("ASSET", "LIABILITY", "EQUITY")


def check(scope: Scope, ledger: Ledger) -> CheckResult:
    """Money that nobody has placed, or that went in and never came out; recognised by the ledger account's name.

    Xero has no account type for these; the names are the usual ones (suspense, clearing, undeposited funds, wash,
    cash in transit, holding account).
    """
    findings = []
    for each in ledger.chart:
        balance = ledger.balance(each.id) if _is_unknown(each) or _is_passing(each) else None
        if balance:
            findings.append(_finding(scope, ledger, each, balance))
    return CheckResult(code=CODE, question=QUESTION, findings=tuple(findings))


def _is_unknown(ledger_account: LedgerAccount) -> bool:
    return bool(_UNKNOWN.search(ledger_account.name))


def _is_passing(ledger_account: LedgerAccount) -> bool:
    if ledger_account.type == "FIXED":  # the cost of clearing a site
        return False
    return ledger_account.klass in _BALANCE_SHEET and bool(_PASSING.search(ledger_account.name))


def _finding(scope: Scope, ledger: Ledger, ledger_account: LedgerAccount, balance: Money) -> Finding:
    side = "debit" if balance.amount > 0 else "credit"
    unknown = _is_unknown(ledger_account)
    step = "Ask the client what it is, then recode it." if unknown else "Match what went in with what came out."
    return Finding(
        code=CODE,
        title=f"{ledger_account.name} is not empty",
        detail=f"{abs(balance)} {side} at {spoken(scope.period.end)}. {step}",
        amount=balance,
        who="client" if unknown else "preparer",
        link=ledger.links.ledger_account(ledger.organisation, ledger_account.id),
        source=ledger_account.id,
        number=ledger_account.code,
    )
