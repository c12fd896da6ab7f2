"""Money that no invoice explains stands in the ledger once, with the bank's amount, so that a person only clicks OK."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from approvals.kinds.receive_or_spend_money import MoneyLine
from approvals.policy import spread_of
from approvals.proposal import FAILED, POSTED, Draft
from books.refusal import Refusal
from tests.approvals.kinds.samples_cash import money_line, moving
from tests.approvals.kinds.till import Till, approved, dies_after_the_write, done, undone
from tests.approvals.practice import ORGANISATION, Practice
from tests.approvals.test_policy import proposed
from xero_tools import credits


def of(till: Till, sort: str, *lines: MoneyLine, **changes: Any) -> Draft:
    """An entry for a contact that was just made, through one of the till's bank accounts."""
    contact = till.contact("Acme")
    said = {
        "contact": till.one("Contacts", contact)["Name"],
        "contact_id": contact,
        "bank_account_id": till.bank[changes.get("bank_account_code", "090")],
    }
    return moving(sort, *lines, **{**said, **changes})


def entries(till: Till, mark: str) -> list[Any]:
    """The bank transactions in Xero that carry the mark."""
    return [row for row in till.wire.rows("BankTransactions") if mark in row["Reference"]]


def test_a_receipt_less_its_fee_matches_the_banks_line(practice: Practice, till: Till) -> None:
    """A card sale of 100.00 arrives as 97.60; a person clicks OK beside the bank's 97.60."""
    draft = of(till, "RECEIVE", money_line("200", "100.00"), money_line("404", "-2.40", "Bank Fees"))
    sales, fees = till.balance("200"), till.balance("404")
    proposal = done(practice, draft)
    assert (proposal.status, proposal.receipt["verified"]) == (POSTED, True), proposal.problem
    assert (till.balance("200") - sales, till.balance("404") - fees) == (Decimal(-100), Decimal("2.40"))
    till.reconciled("BankTransactions", proposal.receipt["id"], "97.60")
    with pytest.raises(Refusal, match="reconciled"):
        practice.queue.undo(proposal.id, member=practice.member("alice"))


def test_money_spent_is_taken_back(practice: Practice, till: Till) -> None:
    before = till.balance("404")
    proposal = done(practice, of(till, "SPEND", money_line("404", "15.00", "Bank Fees")))
    assert proposal.status == POSTED, proposal.problem
    assert till.balance("404") - before == 15
    undo = undone(practice, proposal)
    assert (undo.kind, undo.status) == ("void_or_correct", POSTED)
    assert till.balance("404") == before


@pytest.mark.parametrize(
    ("sort", "code", "read"),
    [
        ("RECEIVE-OVERPAYMENT", "610", credits.overpayments),
        ("SPEND-OVERPAYMENT", "800", credits.overpayments),
        ("RECEIVE-PREPAYMENT", "620", credits.prepayments),
    ],
)
def test_what_is_paid_in_advance_leaves_a_credit(
    practice: Practice, till: Till, sort: str, code: str, read: Any
) -> None:
    draft = of(till, sort, money_line(code, "80.00"))
    proposal = done(practice, draft)
    assert (proposal.status, proposal.receipt["verified"]) == (POSTED, True), proposal.problem
    [credit] = [each for each in read(ORGANISATION, practice.gateway) if each.contact.id == draft.payload.contact_id]  # type: ignore[attr-defined]
    assert (credit.kind, str(credit.remaining)) == (sort, "A$80.00")
    assert undone(practice, proposal).status == POSTED


def test_dollars_spent_from_the_dollar_account(practice: Practice, till: Till) -> None:
    """US$65.00 at 0.65 count as A$100.00 against the limits."""
    draft = of(
        till, "SPEND", money_line("404", "65.00", "Bank Fees"), bank_account_code="092", currency="USD",
        currency_rate=Decimal("0.65"),
    )  # fmt: skip
    before = till.balance("404")
    proposal = done(practice, draft)
    assert (proposal.status, str(proposal.amount)) == (POSTED, "A$100.00"), proposal.problem
    assert till.balance("404") - before == 100


@pytest.mark.parametrize("fault", ["", "drop_after", "drop_before"])
def test_a_crash_leaves_exactly_one(practice: Practice, till: Till, fault: str) -> None:
    proposal = approved(practice, of(till, "RECEIVE", money_line("200", "33.00")))
    if fault:
        practice.xero.fault(fault, endpoint="BankTransactions")
    dies_after_the_write(practice, proposal)
    assert practice.queue.get(proposal.id).status == POSTED
    assert len(entries(till, proposal.mark)) == 1


def test_a_month_that_was_locked_meanwhile_gets_nothing(practice: Practice, till: Till) -> None:
    proposal = approved(practice, of(till, "RECEIVE", money_line("200", "33.00")))
    practice.xero.lock_up_to("2026-10-31")
    assert practice.executor().carry_out(proposal.id).status == FAILED
    assert entries(till, proposal.mark) == []


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"total": Decimal("34.00")}, "wrong_amount"),
        ({"contact": "Somebody else"}, "source_changed"),
        ({"lines": (money_line("091", "33.00"),)}, "system_account"),
        ({"lines": (money_line("610", "33.00"),)}, "system_account"),
        ({"lines": (money_line("999", "33.00"),)}, "unknown_account"),
        ({"bank_account_code": "092"}, "wrong_currency"),
        ({"sort": "GIFT"}, "unknown_sort"),
        ({"date": dt.date(2026, 11, 1)}, "outside_period"),
    ],
    ids=str,
)
def test_what_does_not_fit_is_not_proposed(practice: Practice, till: Till, changes: dict[str, Any], code: str) -> None:
    with pytest.raises(Refusal) as refused:
        practice.submit(
            of(
                till,
                **{"sort": "RECEIVE", "total": Decimal("33.00"), "lines": (money_line("200", "33.00"),), **changes},
            )
        )
    assert refused.value.code == code


def test_the_sums_of_24_hours_know_the_payee_and_the_accounts() -> None:
    proposal = proposed(moving("SPEND", money_line("404", "10.00"), money_line("404", "5.00")))
    assert spread_of(proposal) == {
        "payee Acme (contact-1)": Decimal("15.00"),
        "account 404": Decimal("15.00"),
        "account 090": Decimal(0),
    }
