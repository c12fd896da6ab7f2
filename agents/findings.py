"""What an agent answers with: findings, figures and drafts of proposals, each traceable to the books."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import msgspec

from agents.reconciliation.account_view import AccountTieOut
from approvals.proposal import Draft
from books.money import Money


class SourceDocument(msgspec.Struct, frozen=True, kw_only=True):
    """A document in Xero that a finding rests on; `amount` is signed as the finding counts it."""

    source: str
    label: str
    date: dt.date | None
    amount: Money
    link: str = ""


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that a check found.

    `code` names the check; `who` acts next (a role or the client); `source` is the id of the document or ledger
    account it is about; `prepares` names the skill that can prepare a proposal for it; `documents` are what its figure
    is made of, where that is more than one document or not the one that `source` names.
    """

    code: str
    title: str
    detail: str
    amount: Money | None
    who: str
    link: str
    source: str = ""
    number: str = ""
    date: dt.date | None = None
    blocks: bool = True
    prepares: str = ""
    documents: tuple[SourceDocument, ...] = ()


class Figure(msgspec.Struct, frozen=True, kw_only=True):
    """A figure with where it comes from, so that a person can trace it."""

    name: str
    amount: Money
    source: str


class CheckResult(msgspec.Struct, frozen=True, kw_only=True):
    """One check's answer: what it found, or why it could not look."""

    code: str
    question: str
    findings: tuple[Finding, ...]
    figures: tuple[Figure, ...] = ()
    could_not: str = ""


class CloseStatus(msgspec.Struct, frozen=True, kw_only=True):
    """Is the client ready to close the period: the answer of the close_readiness skill."""

    client: str
    client_name: str
    organisation: str
    period: str
    as_at: dt.date
    checks: tuple[CheckResult, ...]

    @property
    def blockers(self) -> tuple[Finding, ...]:
        """What blocks the close, in the order of the checks."""
        return tuple(finding for check in self.checks for finding in check.findings if finding.blocks)

    @property
    def notices(self) -> tuple[Finding, ...]:
        """What is worth knowing and does not block."""
        return tuple(finding for check in self.checks for finding in check.findings if not finding.blocks)

    @property
    def is_ready(self) -> bool:
        """True when every check could look and nothing blocks."""
        return not self.blockers and not any(check.could_not for check in self.checks)


class Mover(msgspec.Struct, frozen=True, kw_only=True):
    """A document or contact that explains a part of a variance."""

    label: str
    amount: Money
    link: str = ""
    source: str = ""


class Variance(msgspec.Struct, frozen=True, kw_only=True):
    """One account against its budget in a period; `favourable` is better for the profit."""

    account_id: str
    account_code: str
    account_name: str
    section: str
    actual: Money
    budget: Money
    difference: Money
    percent: Decimal | None
    favourable: bool
    movers: tuple[Mover, ...] = ()
    why: str = ""
    link: str = ""


class VarianceReport(msgspec.Struct, frozen=True, kw_only=True):
    """The budget_variance skill's answer: the lines beyond materiality, worst first, and the totals they come from."""

    client: str
    client_name: str
    organisation: str
    period: str
    budget_name: str
    lines: tuple[Variance, ...]
    figures: tuple[Figure, ...] = ()
    missing: str = ""


class Prepared(msgspec.Struct, frozen=True, kw_only=True):
    """What a preparing skill found and drafted; nothing of it is in the queue yet."""

    client: str
    organisation: str
    period: str
    findings: tuple[Finding, ...]
    drafts: tuple[Draft, ...]
    figures: tuple[Figure, ...] = ()


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    """One explanation of a bank's line that a person may choose: `key` names it, `drafts` are then proposed.

    `line` is the id of the line, which the exception about it has as its source.
    """

    line: str
    key: str
    label: str
    drafts: tuple[Draft, ...]


class BankReconciliation(msgspec.Struct, frozen=True, kw_only=True):
    """The reconciliation skill's answer: each account's tie-out, what is proposed, and the exceptions, worst first.

    `tiers` counts the lines of all accounts: done, in the ledger, sure, likely, candidates, none. `choices` are what
    can be proposed for an exception when a person says so.
    """

    client: str
    client_name: str
    organisation: str
    period: str
    accounts: tuple[AccountTieOut, ...]
    tiers: dict[str, int]
    findings: tuple[Finding, ...]
    drafts: tuple[Draft, ...]
    figures: tuple[Figure, ...] = ()
    links: dict[str, str] = {}
    choices: tuple[Choice, ...] = ()
