"""Proposes to lock a month that nothing blocks any more."""

from __future__ import annotations

from agents.close.readiness import status_of
from agents.findings import CloseStatus, Finding, Prepared
from agents.ledger import Ledger
from agents.scope import Scope
from agents.wording import counted, listed
from approvals.kinds.lock_period import LockPeriod
from approvals.proposal import Draft, Evidence
from books.money import Money
from books.period import spoken
from books.records import Organisation
from xero_tools.gateway import Gateway

CODE = "lock_period"


def lock_period(scope: Scope, gateway: Gateway) -> Prepared:
    """A draft of the lock when every check could look and nothing blocks, else a finding that says what does."""
    ledger = Ledger(scope, gateway)
    organisation = ledger.organisation
    if organisation.lock_date and organisation.lock_date >= scope.period.end:
        words = f"The lock date is {spoken(organisation.lock_date)}. Nothing needs to be locked."
        return _prepared(
            scope, (_refused(scope, ledger, f"{scope.period} is already locked", words, blocks=False),), ()
        )
    status = status_of(scope, ledger)
    if not status.is_ready:
        return _prepared(scope, (_refused(scope, ledger, *_what_stands_in_the_way(status, scope)),), ())
    return _prepared(scope, (), (_draft(scope, organisation, status, ledger),))


def _what_stands_in_the_way(status: CloseStatus, scope: Scope) -> tuple[str, str]:
    if not status.blockers:
        questions = listed(f"“{check.question}”" for check in status.checks if check.could_not)
        return f"{scope.period} is not proposed for locking", f"These could not be answered: {questions}"
    count = len(status.blockers)
    titles = listed(f"“{each.title}”" for each in status.blockers)
    return (
        f"{scope.period} cannot be locked yet",
        f"{counted(count, 'thing')} {'blocks' if count == 1 else 'block'} it: {titles}.",
    )


def _refused(scope: Scope, ledger: Ledger, title: str, detail: str, *, blocks: bool = True) -> Finding:
    return Finding(
        code=CODE,
        title=title,
        detail=detail,
        amount=None,
        who="preparer" if blocks else "partner",
        link=ledger.links.lock_dates(ledger.organisation),
        blocks=blocks,
    )


def _draft(scope: Scope, organisation: Organisation, status: CloseStatus, ledger: Ledger) -> Draft:
    before = spoken(organisation.lock_date) if organisation.lock_date else "none"
    page = ledger.links.lock_dates(organisation)
    evidence = [
        Evidence(label="Lock date in Xero now", detail=before, link=page, source=organisation.id, version=before),
        *(Evidence(label=each.question, detail=_answered(each.findings)) for each in status.checks),
    ]
    return Draft(
        kind="lock_period",
        organisation=scope.organisation,
        client=scope.client.id,
        period=scope.period.code,
        payload=LockPeriod(lock_date=scope.period.end, previous_lock_date=organisation.lock_date),
        because=f"Every check of {scope.period} was answered on {spoken(scope.today)} and nothing blocks the close.",
        amount=Money.zero(organisation.currency),
        key=f"lock_period:{scope.organisation}:{scope.period.code}",
        evidence=tuple(evidence),
    )


def _answered(findings: tuple[Finding, ...]) -> str:
    return "Yes. " + "; ".join(each.title for each in findings) if findings else "Yes."


def _prepared(scope: Scope, findings: tuple[Finding, ...], drafts: tuple[Draft, ...]) -> Prepared:
    return Prepared(
        client=scope.client.id,
        organisation=scope.organisation,
        period=scope.period.code,
        findings=findings,
        drafts=drafts,
    )
