"""Is this client ready to close the month: every check run over one reading of the books."""

from __future__ import annotations

from agents.close.checks import CHECKS, Check
from agents.findings import CheckResult, CloseStatus
from agents.ledger import Ledger
from agents.scope import Scope
from books.refusal import Refusal
from xero_tools.gateway import Gateway


def close_readiness(scope: Scope, gateway: Gateway) -> CloseStatus:
    """Runs CHECKS in order; raises Refusal when the client's books cannot be reached at all.

    A check whose own reading fails says so in `could_not`; the status is then neither ready nor blocked by it.
    """
    return status_of(scope, Ledger(scope, gateway))


def status_of(scope: Scope, ledger: Ledger) -> CloseStatus:
    """The same over a ledger that others share."""
    name = ledger.organisation.name  # raises here when nothing at all can be read
    ledger.read_ahead()
    return CloseStatus(
        client=scope.client.id,
        client_name=scope.client.name or name,
        organisation=scope.organisation,
        period=scope.period.code,
        as_at=scope.today,
        checks=tuple(_asked(each, scope, ledger) for each in CHECKS),
    )


def _asked(check: Check, scope: Scope, ledger: Ledger) -> CheckResult:
    try:
        return check.check(scope, ledger)
    except Refusal as refusal:
        return CheckResult(code=check.code, question=check.question, findings=(), could_not=str(refusal))
