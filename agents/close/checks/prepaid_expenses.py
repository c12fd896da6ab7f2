"""Was a year paid in advance charged to one month?"""

from __future__ import annotations

from agents.findings import CheckResult, Finding
from agents.journals.amortised import WORDS_ENOUGH, likeness, names
from agents.journals.entries import Entry, bills_on, spent_on
from agents.journals.schedule import straight_line
from agents.journals.survey import prepayment_accounts
from agents.journals.terms import Term, terms_in
from agents.ledger import Ledger
from agents.scope import Scope
from books.money import Money
from books.period import Period, spoken
from books.records import LedgerAccount

CODE = "prepaid_expenses"
QUESTION = "Is nothing that was paid in advance charged to this month alone?"


def check(scope: Scope, ledger: Ledger) -> CheckResult:
    """Lines of the period on an expense account that state a term running on after the cut-off, beyond materiality.

    A line that a journal has moved to a prepayment account since, naming its number or its term, is left out.
    """
    findings = []
    costs = {each.code: each for each in ledger.chart if each.klass == "EXPENSE" and each.code}
    threshold = Money(scope.client.materiality.amount, ledger.currency)
    for entry in (*bills_on(ledger, costs), *spent_on(ledger, costs)):
        if entry.date not in scope.period or entry.amount.amount <= 0:
            continue
        terms = terms_in(entry.text, country=ledger.organisation.country)
        if len(terms) != 1:
            continue
        unexpired = _unexpired(entry, terms[0], scope.period)
        if unexpired >= threshold and not _moved(entry, terms[0], ledger):
            findings.append(_finding(scope, entry, terms[0], unexpired, costs[entry.account_code]))
    return CheckResult(code=CODE, question=QUESTION, findings=tuple(findings))


def _unexpired(entry: Entry, term: Term, period: Period) -> Money:
    return straight_line(entry.amount, term, not_before=Period.containing(entry.date)).unexpired(period)


def _moved(entry: Entry, term: Term, ledger: Ledger) -> bool:
    own = {each.code for each in prepayment_accounts(ledger.chart)}
    for journal in ledger.posted_journals:
        debits = [each for each in journal.lines if each.account_code in own and each.amount.amount > 0]
        credited = any(each.account_code == entry.account_code and each.amount.amount < 0 for each in journal.lines)
        text = " ".join([journal.narration, *(each.description for each in debits)])
        stated = terms_in(text, country=ledger.organisation.country)
        alike = term in stated and likeness(text, entry) >= WORDS_ENOUGH
        if debits and credited and (names(text, entry.number) or alike):
            return True
    return False


def _finding(scope: Scope, entry: Entry, term: Term, unexpired: Money, charged: LedgerAccount) -> Finding:
    words = (
        f"{entry.amount} for {term} was charged to {charged.name} ({charged.code}) on {spoken(entry.date)}; "
        f"{unexpired} of it belongs to the months after {scope.period}. Recode it to a prepayment account."
    )
    return Finding(
        code=CODE,
        title=f"{entry.title} pays in advance and stands in {charged.name}",
        detail=words,
        amount=unexpired,
        who="preparer",
        link=entry.link,
        source=entry.document,
        number=entry.number,
        date=entry.date,
    )
