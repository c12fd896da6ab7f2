"""The kinds of change that can be proposed, one a file; a kind that is not in KINDS cannot be proposed."""

from __future__ import annotations

from typing import Any

from approvals.kinds import (
    allocate_credit,
    apply_payment,
    approve_draft_document,
    bank_transfer,
    confirm_reconciliation,
    credit_note,
    lock_period,
    post_journal,
    publish_budget,
    quote_to_invoice,
    receive_or_spend_money,
    recode_transaction,
    refund,
    reverse_journal,
    send_receipt,
    send_reminder,
    take_back_credit,
    void_or_correct,
    write_off,
)
from approvals.kinds.kind import Kind
from approvals.proposal import Description, Proposal
from books.refusal import Refusal

KINDS: tuple[Kind[Any], ...] = (
    post_journal.KIND,
    reverse_journal.KIND,
    lock_period.KIND,
    void_or_correct.KIND,
    apply_payment.KIND,
    receive_or_spend_money.KIND,
    bank_transfer.KIND,
    confirm_reconciliation.KIND,
    refund.KIND,
    approve_draft_document.KIND,
    credit_note.KIND,
    allocate_credit.KIND,
    write_off.KIND,
    take_back_credit.KIND,
    quote_to_invoice.KIND,
    send_reminder.KIND,
    send_receipt.KIND,
    recode_transaction.KIND,
    publish_budget.KIND,
)


def kind_of(name: str) -> Kind[Any]:
    """The kind with that name; raises Refusal when there is none."""
    for kind in KINDS:
        if kind.name == name:
            return kind
    known = ", ".join(kind.name for kind in KINDS)
    raise Refusal(f"“{name}” is not a kind of proposal.", next_step=f"Use one of: {known}.", code="unknown_kind")


def describe(proposal: Proposal) -> Description:
    """What the proposal would do, all of it, in an accountant's words."""
    return kind_of(proposal.kind).describe(proposal)
