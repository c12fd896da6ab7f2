"""Money back against a credit: paid once, never more than remains, and taken back."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from approvals.proposal import FAILED, POSTED, WITHDRAWN, Draft
from books.refusal import Refusal
from tests.approvals.kinds.samples_cash import money_line, moving, refunding
from tests.approvals.kinds.till import Till, approved, dies_after_the_write, done, undone
from tests.approvals.practice import ORGANISATION, Practice
from xero_tools import credits


def of(till: Till, entity: str, credit: Any, amount: str, **changes: Any) -> Draft:
    """Refund so much of a credit as it stands."""
    said = {
        "sort": credit["Type"],
        "contact": credit["Contact"]["Name"],
        "contact_id": credit["Contact"]["ContactID"],
        "remaining": Decimal(str(credit["RemainingCredit"])),
        "bank_account_id": till.bank["090"],
    }
    return refunding(entity, credit[f"{entity[:-1]}ID"], amount, **{**said, **changes})


def refunds(till: Till, mark: str) -> list[Any]:
    """The payments in Xero that carry the mark."""
    return [row for row in till.wire.rows("Payments") if mark in row["Reference"]]


@pytest.mark.parametrize(("kind", "moves"), [("ACCRECCREDIT", -45), ("ACCPAYCREDIT", 45)])
def test_a_part_of_a_credit_note_is_paid_back(practice: Practice, till: Till, kind: str, moves: int) -> None:
    """45.00 of 120.00 go to a customer, or come from a supplier; 75.00 remain; then it is taken back."""
    note = till.credit_note("120.00", kind=kind)
    before = till.balance("090")
    proposal = done(practice, of(till, "CreditNotes", note, "45.00"))
    assert (proposal.status, proposal.receipt["verified"]) == (POSTED, True), proposal.problem
    assert till.balance("090") - before == moves
    assert till.one("CreditNotes", note["CreditNoteID"])["RemainingCredit"] == 75.0
    undo = undone(practice, proposal)
    assert (undo.kind, undo.status) == ("void_or_correct", POSTED), undo.problem
    assert till.one("CreditNotes", note["CreditNoteID"])["RemainingCredit"] == 120.0


@pytest.mark.parametrize(
    ("sort", "entity", "code"),
    [
        ("RECEIVE-OVERPAYMENT", "Overpayments", "610"),
        ("SPEND-OVERPAYMENT", "Overpayments", "800"),
        ("RECEIVE-PREPAYMENT", "Prepayments", "620"),
    ],
)
def test_what_was_paid_in_advance_is_paid_back(
    practice: Practice, till: Till, sort: str, entity: str, code: str
) -> None:
    """80.00 in advance and 80.00 back leave the bank as it was, and nothing of the credit."""
    before = till.balance("090")
    contact = till.contact()
    advance = moving(
        sort, money_line(code, "80.00"), contact=till.one("Contacts", contact)["Name"], contact_id=contact,
        bank_account_id=till.bank["090"],
    )  # fmt: skip
    assert done(practice, advance).status == POSTED
    read = credits.overpayments if entity == "Overpayments" else credits.prepayments
    [credit] = [each for each in read(ORGANISATION, practice.gateway) if each.contact.id == contact]
    proposal = done(practice, of(till, entity, till.one(entity, credit.id), "80.00"))
    assert (proposal.status, proposal.receipt["verified"]) == (POSTED, True), (proposal.problem, proposal.receipt)
    assert till.balance("090") == before
    assert undone(practice, proposal).status == POSTED
    assert till.one(entity, credit.id)["RemainingCredit"] == 80.0


def test_a_refund_by_hand_meanwhile_voids_it(practice: Practice, till: Till) -> None:
    """Before the click it is withdrawn with the difference, after it nothing is sent."""
    for after_the_click in (False, True):
        note = till.credit_note("120.00")
        draft = of(till, "CreditNotes", note, "120.00")
        proposal = approved(practice, draft) if after_the_click else practice.submit(draft)
        body = {"CreditNote": {"CreditNoteID": note["CreditNoteID"]}, "Account": {"AccountID": till.bank["090"]},
                "Date": "2026-10-20", "Amount": "20.00"}  # fmt: skip
        assert till.wire.put("Payments", body).status == 200
        if after_the_click:
            assert practice.executor().carry_out(proposal.id).status == FAILED
        else:
            decision = practice.decide(proposal)
            assert decision.proposal.status == WITHDRAWN
            assert "remaining A$120.00 → A$100.00" in decision.words
        assert refunds(till, proposal.mark) == []


@pytest.mark.parametrize("fault", ["", "drop_after", "drop_before"])
def test_a_crash_leaves_exactly_one(practice: Practice, till: Till, fault: str) -> None:
    proposal = approved(practice, of(till, "CreditNotes", till.credit_note("120.00"), "30.00"))
    if fault:
        practice.xero.fault(fault, endpoint="Payments")
    dies_after_the_write(practice, proposal)
    assert practice.queue.get(proposal.id).status == POSTED
    assert len(refunds(till, proposal.mark)) == 1


def test_a_customer_whose_account_is_new_takes_a_second_person(practice: Practice, till: Till) -> None:
    proposal = practice.decide(practice.submit(of(till, "CreditNotes", till.credit_note(), "1.00"))).proposal
    assert proposal.is_open


@pytest.mark.parametrize(
    ("amount", "changes", "code"),
    [
        ("120.01", {}, "too_much"),
        ("0.00", {}, "no_amount"),
        ("10.00", {"contact_id": "somebody-else"}, "not_found"),
        ("10.00", {"sort": "ACCPAYCREDIT"}, "source_changed"),
        ("10.00", {"remaining": Decimal("119.00")}, "source_changed"),
        ("10.00", {"bank_account_code": "200"}, "unknown_account"),
    ],
    ids=str,
)
def test_what_does_not_fit_is_not_proposed(
    practice: Practice, till: Till, amount: str, changes: dict[str, Any], code: str
) -> None:
    with pytest.raises(Refusal) as refused:
        practice.submit(of(till, "CreditNotes", till.credit_note(), amount, **changes))
    assert refused.value.code == code
