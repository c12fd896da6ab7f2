"""What can be asked of an agent, one row a skill; what is not in SKILLS cannot be run, by a person or by a model."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from agents.budgets.variance import budget_variance
from agents.close.lock import lock_period
from agents.close.readiness import close_readiness
from agents.findings import BankReconciliation, CloseStatus, Prepared, VarianceReport
from agents.journals.prepayments import prepayments
from agents.reconciliation.reconcile import reconciliation
from agents.scope import Scope
from books.refusal import Refusal
from xero_tools.gateway import Gateway

Result = CloseStatus | VarianceReport | Prepared | BankReconciliation


class Skill(NamedTuple):
    """One skill: its stable name, what a person calls it, what it answers, and the function that only reads."""

    name: str
    title: str
    what: str
    run: Callable[[Scope, Gateway], Result]


SKILLS: tuple[Skill, ...] = (
    Skill(
        "close_readiness",
        "Close status",
        "Is the client ready to close the month: what blocks it, with figures and links, and who acts next.",
        close_readiness,
    ),
    Skill(
        "prepayments",
        "Prepare journals",
        "Finds prepayments whose share of the month is not amortised and drafts the journals.",
        prepayments,
    ),
    Skill(
        "lock_period",
        "Propose the lock",
        "Drafts the lock of the month when nothing blocks the close.",
        lock_period,
    ),
    Skill(
        "budget_variance",
        "Budget variance",
        "Which accounts are off budget by more than is material in the month, and the documents that say why.",
        budget_variance,
    ),
    Skill(
        "reconciliation",
        "Bank reconciliation",
        "Ties each bank account out to the bank's own statement, matches what is open, and lists the exceptions.",
        reconciliation,
    ),
)


def skill_named(name: str) -> Skill:
    """The skill with that name; raises Refusal when there is none."""
    for skill in SKILLS:
        if skill.name == name:
            return skill
    known = ", ".join(skill.name for skill in SKILLS)
    raise Refusal(f"“{name}” is not a skill.", next_step=f"Use one of: {known}.", code="unknown_skill")
