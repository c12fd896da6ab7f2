"""The command line's JSON: one flat shape for every skill, and the proposals; the schemas stand in docs/cli.md."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from agents.findings import BankReconciliation, CheckResult, CloseStatus, Figure, Finding, Prepared, VarianceReport
from agents.reconciliation.account_view import AccountTieOut
from agents.skills import Result
from approvals.batches import Batch
from approvals.kinds import describe
from approvals.proposal import Draft, Proposal
from books.money import Money
from bot.card import Card
from bot.cards.queue import queue_card


def skill_output(result: Result) -> dict[str, Any]:
    """Findings, proposals and figures of a skill's result, with the verdict where there is one."""
    about = {"client": result.client, "organisation": result.organisation, "period": result.period}
    match result:
        case CloseStatus():
            return about | {
                "ready": result.is_ready,
                "findings": [_plain(each) for each in result.blockers + result.notices],
                "could_not": [{"check": each.code, "why": each.could_not} for each in result.checks if each.could_not],
                "proposals": [],
                "figures": _figures(result.checks),
            }
        case VarianceReport():
            return about | {
                "missing": result.missing,
                "budget": result.budget_name,
                "findings": [_plain(each) for each in result.lines],
                "proposals": [],
                "figures": [_plain(each) for each in result.figures],
            }
        case BankReconciliation():
            return about | {
                "accounts": [_account(each) for each in result.accounts],
                "tiers": result.tiers,
                "findings": [_plain(each) for each in result.findings],
                "proposals": [_draft(each) for each in result.drafts],
                "figures": [_plain(each) for each in result.figures],
            }
        case Prepared():
            return about | {
                "findings": [_plain(each) for each in result.findings],
                "proposals": [_draft(each) for each in result.drafts],
                "figures": [_plain(each) for each in result.figures],
            }


def _account(tied: AccountTieOut) -> dict[str, Any]:
    return _plain(tied) | {"holds": tied.holds, "words": tied.words}


def _figures(checks: Sequence[CheckResult]) -> list[dict[str, Any]]:
    return [_plain(figure) for check in checks for figure in check.figures]


def _plain(record: Finding | Figure | msgspec.Struct) -> dict[str, Any]:
    plain: dict[str, Any] = _money(msgspec.to_builtins(record, enc_hook=str))
    return plain


def _money(content: Any) -> Any:
    """Amounts as decimal strings with the currency's own digits."""
    if isinstance(content, dict):
        if set(content) == {"amount", "currency"}:
            amount = Money.of(str(content["amount"]), content["currency"])
            return {"amount": amount.plain(), "currency": amount.currency}
        return {key: _money(each) for key, each in content.items()}
    return [_money(each) for each in content] if isinstance(content, list) else content


def _draft(draft: Draft) -> dict[str, Any]:
    return _plain(draft)


def proposal_output(proposal: Proposal) -> dict[str, Any]:
    """A proposal, whole, with its title."""
    return {"title": describe(proposal).title} | _plain(proposal)


def batch_output(batch: Batch) -> dict[str, Any]:
    """A batch with the state of each of its parts, and those that are decided singly with the reason."""
    return {
        "id": batch.id,
        "client": batch.client,
        "organisation": batch.organisation,
        "kind": batch.kind,
        "period": batch.period,
        "digest": batch.digest,
        "total": _money(msgspec.to_builtins(batch.total, enc_hook=str)),
        "undoes": batch.undoes,
        "proposals": [
            {"id": each.id, "status": each.status, "amount": _money(msgspec.to_builtins(each.amount, enc_hook=str))}
            for each in batch.proposals
        ],
        "apart": [{"id": each.proposal.id, "why": each.why} for each in batch.apart],
    }


def queue_output(proposals: Sequence[Proposal], names: dict[str, str]) -> tuple[dict[str, Any], Card]:
    """A list of proposals as JSON and as a card."""
    titles = {each.id: describe(each).sentence for each in proposals}
    card = queue_card(proposals, titles=titles, clients=names)
    return {"proposals": [proposal_output(each) for each in proposals]}, card
