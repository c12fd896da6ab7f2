"""What a person's decision on a bank match teaches: the payer's name when it was approved, the pair when it was not."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping

import msgspec

from agents.reconciliation.kept import Kept
from agents.reconciliation.remembered import ALIAS, CODED, REJECTED
from approvals.proposal import APPROVED, Draft, Proposal
from approvals.proposal import REJECTED as WAS_REJECTED
from books.firm import AUTOMATION
from books.records import StatementLine

_SHORT = ("short-payment", "short-fee", "short-credit")
_LINES = ("line", "coding", *_SHORT)
"""What the key of a proposal begins with that is for a line of the bank; the line's id follows."""


def learn(kept: Kept, proposal: Proposal, *, at: dt.datetime) -> None:
    """Writes down what the member who decided has said by it; a decision on anything else teaches nothing.

    Approved: the payer's text belongs to this contact, or this payer is coded to this account. Rejected: this line and
    these documents do not belong together, or this line is not to be entered so, and they do not come back.
    """
    member, (sort, _, rest) = proposal.decided_by, proposal.key.partition(":")
    if sort not in _LINES or not member or member == AUTOMATION:
        return
    line_id = rest.partition(":")[0]
    if proposal.status == WAS_REJECTED:
        _learn_no(kept, proposal, sort, line_id, at)
    elif proposal.status == APPROVED and (line := _line_of(kept, proposal, line_id)) is not None:
        _learn_yes(kept, proposal, line, at)


def _learn_no(kept: Kept, proposal: Proposal, sort: str, line_id: str, at: dt.datetime) -> None:
    content, client, member = proposal.payload, proposal.client, proposal.decided_by
    apart = [str(each["invoice_id"]) for each in content.get("documents", ())] if sort == "line" else []
    for each in apart or [_way(proposal.kind, content.get("lines", ()))]:
        kept.memories.remember(client, REJECTED, line_id, each, member=member, at=at)


def _learn_yes(kept: Kept, proposal: Proposal, line: StatementLine, at: dt.datetime) -> None:
    content, client, member = proposal.payload, proposal.client, proposal.decided_by
    if proposal.kind == "apply_payment":
        kept.memories.remember(client, ALIAS, line.payer, str(content["contact_id"]), member=member, at=at)
    elif proposal.kind == "receive_or_spend_money" and proposal.key.startswith("coding:"):
        accounts = {str(each["account_code"]) for each in content["lines"]}
        if len(accounts) == 1:
            kept.memories.remember(client, CODED, line.payer, accounts.pop(), member=member, at=at)


def was_rejected(pairs: frozenset[tuple[str, str]], line: StatementLine, draft: Draft) -> bool:
    """Whether a person said no to entering this line so: this kind, on these accounts. `pairs` are the memory's."""
    content = msgspec.to_builtins(draft.payload)
    return (line.id, _way(draft.kind, content.get("lines", ()))) in pairs


def _way(kind: str, lines: Iterable[Mapping[str, object]]) -> str:
    """How a line would be entered: `receive_or_spend_money 404`."""
    return " ".join((kind, *sorted({str(each["account_code"]) for each in lines})))[:80]


def _line_of(kept: Kept, proposal: Proposal, line_id: str) -> StatementLine | None:
    """The bank's line that the proposal is for, while it is on the shelf."""
    account = str(proposal.payload.get("bank_account_id", ""))
    found = kept.shelf.lines(proposal.organisation, account)
    return next((each for each in found if each.id == line_id), None)
