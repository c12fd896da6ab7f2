"""What a person's decision on a bank match teaches: the payer's name when it was approved, the pair when it was not."""

from __future__ import annotations

import datetime as dt

from agents.reconciliation.kept import Kept
from agents.reconciliation.remembered import ALIAS, CODED, REJECTED
from approvals.proposal import APPROVED, Proposal
from approvals.proposal import REJECTED as WAS_REJECTED
from books.firm import AUTOMATION
from books.records import StatementLine

_LINES = ("line", "coding")
"""What the key of a proposal begins with that is for a line of the bank; the line's id follows."""


def learn(kept: Kept, proposal: Proposal, *, at: dt.datetime) -> None:
    """Writes down what the member who decided has said by it; a decision on anything else teaches nothing.

    Approved: the payer's text belongs to this contact, or this payer is coded to this account. Rejected: this line and
    these documents do not belong together, and they do not come back.
    """
    member = proposal.decided_by
    if proposal.key.partition(":")[0] not in _LINES or not member or member == AUTOMATION:
        return
    line = _line_of(kept, proposal)
    if line is None:
        return
    client, content = proposal.client, proposal.payload
    documents = [str(each["invoice_id"]) for each in content.get("documents", ())]
    if proposal.status == WAS_REJECTED:
        for each in documents:
            kept.memories.remember(client, REJECTED, line.id, each, member=member, at=at)
    elif proposal.status == APPROVED and proposal.kind == "apply_payment":
        kept.memories.remember(client, ALIAS, line.payer, str(content["contact_id"]), member=member, at=at)
    elif proposal.status == APPROVED and proposal.kind == "receive_or_spend_money" and "-" not in content["sort"]:
        accounts = {str(each["account_code"]) for each in content["lines"]}
        if len(accounts) == 1:
            kept.memories.remember(client, CODED, line.payer, accounts.pop(), member=member, at=at)


def _line_of(kept: Kept, proposal: Proposal) -> StatementLine | None:
    """The bank's line that the proposal is for, while it is on the shelf."""
    line_id = proposal.key.split(":")[1]
    account = str(proposal.payload.get("bank_account_id", ""))
    found = kept.shelf.lines(proposal.organisation, account)
    return next((each for each in found if each.id == line_id), None)
