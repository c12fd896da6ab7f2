"""What a consent asks for: granular scopes, and only those that a phase of the rollout needs."""

from __future__ import annotations

from collections.abc import Iterable

_REPORTS = ("aged", "balancesheet", "banksummary", "budgetsummary", "executivesummary", "profitandloss", "taxreports",
            "trialbalance")  # fmt: skip
_READ = ("attachments", "banktransactions", "budgets", "contacts", "invoices", "manualjournals", "payments", "settings")
_OBSERVE = frozenset(
    {"offline_access"}
    | {f"accounting.{noun}.read" for noun in _READ}
    | {f"accounting.reports.{report}.read" for report in _REPORTS}
)
_WRITTEN = {
    "observe": (),
    "close": ("manualjournals", "attachments"),
    "full": ("manualjournals", "attachments", "invoices", "payments", "banktransactions", "contacts"),
}
PHASES = tuple(_WRITTEN)
"""observe: reads only. close: journals are posted too. full: invoices, payments, contacts and bank entries as well."""


def scopes_of(phase: str) -> tuple[str, ...]:
    """The scopes that a phase needs, in their order; a scope that writes stands in place of the one that reads."""
    written = {f"accounting.{noun}" for noun in _WRITTEN[phase]}
    return tuple(sorted((_OBSERVE - {f"{scope}.read" for scope in written}) | written))


def lacking(phase: str, granted: Iterable[str]) -> tuple[str, ...]:
    """What the phase needs and was not granted; writing covers reading, a broad scope what replaced it."""
    have = set(granted)
    return tuple(scope for scope in scopes_of(phase) if not _covered(scope, have))


def _covered(scope: str, have: set[str]) -> bool:
    whole = scope.removesuffix(".read")
    enough = {scope, whole}
    if whole.startswith("accounting.reports."):
        enough.add("accounting.reports.read")
    if whole.rpartition(".")[2] in ("invoices", "payments", "banktransactions", "manualjournals"):
        enough.add("accounting.transactions")
        if scope != whole:
            enough.add("accounting.transactions.read")
    return bool(enough & have)
