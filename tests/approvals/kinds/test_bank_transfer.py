"""Money moves between the nursery's own accounts once, on both sides, and back."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from approvals.policy import spread_of
from approvals.proposal import FAILED, POSTED, Draft
from books.refusal import Refusal
from tests.approvals.kinds.samples_cash import transferring
from tests.approvals.kinds.till import DAY, Till, approved, dies_after_the_write, done, undone
from tests.approvals.practice import Practice
from tests.approvals.test_policy import proposed


def of(till: Till, amount: str = "250.00", *, to: str = "091", key: str = "t", **changes: Any) -> Draft:
    """From the bank account 090 to another."""
    reached = {"account_code": to, "account_id": till.bank[to], **changes.pop("reached", {})}
    left = {"account_id": till.bank["090"], **changes.pop("left", {})}
    return msgspec.structs.replace(transferring(amount, left=left, reached=reached, **changes), key=key)


def made(till: Till, mark: str) -> list[Any]:
    """The transfers in Xero that carry the mark."""
    return [row for row in till.wire.rows("BankTransfers") if mark in row["Reference"]]


def test_both_accounts_move_and_move_back(practice: Practice, till: Till) -> None:
    """250.00 leave the bank on the 20th and are seen in savings on the 21st; then it is taken back."""
    bank, savings = till.balance("090"), till.balance("091")
    proposal = done(practice, of(till))
    assert (proposal.status, proposal.receipt["verified"]) == (POSTED, True), proposal.problem
    assert (till.balance("090") - bank, till.balance("091") - savings) == (Decimal(-250), Decimal(250))
    undo = undone(practice, proposal)
    assert (undo.kind, undo.status) == ("void_or_correct", POSTED), undo.problem
    assert (till.balance("090"), till.balance("091")) == (bank, savings)


def test_a_reconciled_side_keeps_it(practice: Practice, till: Till) -> None:
    proposal = done(practice, of(till, "317.11"))
    [transfer] = made(till, proposal.mark)
    till.reconciled("BankTransactions", transfer["FromBankTransactionID"], "-317.11")
    with pytest.raises(Refusal) as refused:
        practice.queue.undo(proposal.id, member=practice.member("alice"))
    assert (refused.value.code, "Unreconcile" in refused.value.next_step) == ("reconciled", True)


def test_two_currencies_are_a_persons_step(practice: Practice, till: Till) -> None:
    with pytest.raises(Refusal) as refused:
        practice.submit(of(till, to="092"))
    assert (refused.value.code, "Transfer money" in refused.value.next_step) == ("two_currencies", True)


@pytest.mark.parametrize("fault", ["", "drop_after", "drop_before"])
def test_a_crash_leaves_exactly_one(practice: Practice, till: Till, fault: str) -> None:
    proposal = approved(practice, of(till))
    if fault:
        practice.xero.fault(fault, endpoint="BankTransfers")
    dies_after_the_write(practice, proposal)
    assert practice.queue.get(proposal.id).status == POSTED
    assert len(made(till, proposal.mark)) == 1


def test_a_month_that_was_locked_meanwhile_gets_nothing(practice: Practice, till: Till) -> None:
    proposal = approved(practice, of(till))
    practice.xero.lock_up_to("2026-10-31")
    assert practice.executor().carry_out(proposal.id).status == FAILED
    assert made(till, proposal.mark) == []


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"reached": {"amount": Decimal("249.00")}}, "amounts_differ"),
        ({"reached": {"date": DAY - dt.timedelta(days=1)}}, "days_apart"),
        ({"to": "090"}, "same_account"),
        ({"to": "620"}, "unknown_account"),
        ({"currency": "USD", "currency_rate": Decimal("0.5")}, "wrong_currency"),
        ({"amount": "0.00"}, "no_amount"),
    ],
    ids=str,
)
def test_what_does_not_fit_is_not_proposed(practice: Practice, till: Till, changes: dict[str, Any], code: str) -> None:
    with pytest.raises(Refusal) as refused:
        practice.submit(of(till, **changes))
    assert refused.value.code == code


def test_the_sums_of_24_hours_know_both_accounts() -> None:
    assert spread_of(proposed(transferring("10.00"))) == {"account 090": Decimal(10), "account 091": Decimal(10)}
