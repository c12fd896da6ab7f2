"""What a consent asks for: granular scopes, and only those that a phase of the rollout and the firm's features need."""

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

_OF_FEATURE = {
    "files": "files.read",
    "payroll": "payroll.payruns.read",
    "projects": "projects.read",
    "bank_statements": "finance.bankstatementsplus.read",
}
FEATURES = tuple(_OF_FEATURE)
"""Xero's APIs beside Accounting, which not every client has: the library of files, pay runs (Australia, New Zealand and
the United Kingdom name the scope alike), projects, and the bank's statements, which Xero gives only to those it lets
in: one scope that it does not grant fails the whole consent. They are read only, so that no phase asks for more."""


def scopes_of(phase: str, features: Iterable[str] = ()) -> tuple[str, ...]:
    """The scopes that a phase and the features need, in their order; one that writes stands in place of one that reads.

    Sources: the security sections of Xero's OpenAPI files, and its list of granular scopes of March 2026.
    """
    written = {f"accounting.{noun}" for noun in _WRITTEN[phase]}
    beside = {_OF_FEATURE[each] for each in features}
    return tuple(sorted((_OBSERVE - {f"{scope}.read" for scope in written}) | written | beside))


def lacking(phase: str, granted: Iterable[str], features: Iterable[str] = ()) -> tuple[str, ...]:
    """What is needed and was not granted; writing covers reading, a broad scope what replaced it."""
    have = set(granted)
    return tuple(scope for scope in scopes_of(phase, features) if not _covered(scope, have))


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
