"""A person clicks OK in Xero, and only that makes it done; the flag is never written by us."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from approvals.proposal import AWAITING_PERSON, POSTED, WITHDRAWN, Draft
from books.refusal import Refusal
from tests.approvals.kinds.samples_cash import confirming
from tests.approvals.kinds.till import Till, approved, done
from tests.approvals.practice import Practice


def of(till: Till, *payments: Any, **changes: Any) -> Draft:
    """Confirm these payments."""
    entries = [("Payments", each["PaymentID"], str(each["Amount"])) for each in payments]
    return confirming(*entries, **{"bank_account_id": till.bank["090"], **changes})


def test_two_clicks_make_it_done_and_one_does_not(practice: Practice, till: Till) -> None:
    """Two payments wait; after the first OK it still waits, after the second it is proved."""
    first, second = (till.pay(till.invoice(amount), amount) for amount in ("81.01", "82.02"))
    proposal = done(practice, of(till, first, second))
    assert proposal.status == AWAITING_PERSON
    assert "BankRec.aspx" in proposal.receipt["link"]
    assert till.bank["090"] in proposal.receipt["link"]
    assert "click OK" in proposal.receipt["instruction"]
    till.reconciled("Payments", first["PaymentID"], "81.01")
    assert practice.executor().check_awaiting(proposal.id).status == AWAITING_PERSON
    till.reconciled("Payments", second["PaymentID"], "82.02")
    proposal = practice.executor().check_awaiting(proposal.id)
    assert (proposal.status, proposal.receipt["status"]) == (POSTED, "2 of 2 reconciled")
    log = practice.xero.control("GET", "log?method=POST")
    assert not [row for row in log if first["PaymentID"] in row["path"]], "we wrote nothing"


def test_many_entries_are_proved_by_one_list_and_one_that_was_moved_by_itself(practice: Practice, till: Till) -> None:
    """Five payments: while one waits a single read says so; then the list shows all, with no read of each."""
    amounts = ("91.01", "91.02", "91.03", "91.04", "91.05")
    payments = [till.pay(till.invoice(amount), amount) for amount in amounts]
    proposal = done(practice, of(till, *payments))

    def reads() -> list[str]:
        before = len(practice.xero.control("GET", "log?method=GET"))
        practice.executor().check_awaiting(proposal.id)
        log = practice.xero.control("GET", "log?method=GET")
        return [row["path"] for row in log[before:] if row["path"].startswith("/Payments")]

    assert len(reads()) == 1
    for payment, amount in list(zip(payments, amounts, strict=True))[:-1]:
        till.reconciled("Payments", payment["PaymentID"], amount)
    assert practice.queue.get(proposal.id).status == AWAITING_PERSON
    reads()
    assert practice.queue.get(proposal.id).status == AWAITING_PERSON, "the fifth is not clicked"
    till.reconciled("Payments", payments[-1]["PaymentID"], amounts[-1])
    assert [each for each in reads() if not each.endswith("History")] == [
        f"/Payments/{payments[0]['PaymentID']}",
        "/Payments",
    ]
    assert practice.queue.get(proposal.id).status == POSTED


def test_the_sweep_finds_the_click_too(practice: Practice, till: Till) -> None:
    payment = till.pay(till.invoice("83.03"), "83.03")
    proposal = done(practice, of(till, payment))
    till.reconciled("Payments", payment["PaymentID"], "83.03")
    practice.clock.forward(minutes=6)
    practice.executor().run_pending()
    assert practice.queue.get(proposal.id).status == POSTED


def test_an_entry_that_was_deleted_voids_it(practice: Practice, till: Till) -> None:
    payment = till.pay(till.invoice("84.04"), "84.04")
    proposal = practice.submit(of(till, payment))
    till.wire.post(f"Payments/{payment['PaymentID']}", {"Status": "DELETED"})
    assert practice.decide(proposal).proposal.status == WITHDRAWN


def test_a_locked_month_can_still_be_reconciled(practice: Practice, till: Till) -> None:
    payment = till.pay(till.invoice("85.05"), "85.05")
    proposal = practice.submit(of(till, payment))
    practice.xero.lock_up_to("2026-10-31")
    assert practice.executor().carry_out(practice.decide(proposal).proposal.id).status == AWAITING_PERSON


def test_what_is_done_is_not_asked_for(practice: Practice, till: Till) -> None:
    payment = till.pay(till.invoice("86.06"), "86.06")
    till.reconciled("Payments", payment["PaymentID"], "86.06")
    with pytest.raises(Refusal) as refused:
        practice.submit(of(till, payment))
    assert refused.value.code == "already_reconciled"


def test_what_does_not_fit_is_not_proposed(practice: Practice, till: Till) -> None:
    payment = till.pay(till.invoice("87.07"), "87.07")
    for draft, code in (
        (of(till), "nothing_to_confirm"),
        (of(till, payment, payment), "named_twice"),
        (of(till, payment, bank_account_code="091"), "unknown_account"),
    ):
        with pytest.raises(Refusal) as refused:
            practice.submit(draft)
        assert refused.value.code == code


def test_it_is_taken_back_by_a_person(practice: Practice, till: Till) -> None:
    payment = till.pay(till.invoice("88.08"), "88.08")
    proposal = approved(practice, of(till, payment))
    till.reconciled("Payments", payment["PaymentID"], "88.08")
    proposal = practice.executor().carry_out(proposal.id)
    with pytest.raises(Refusal, match="cannot be undone") as refused:
        practice.queue.undo(proposal.id, member=practice.member("alice"))
    assert "Unreconcile" in refused.value.next_step
    assert Decimal(str(till.one("Payments", payment["PaymentID"])["Amount"])) == Decimal("88.08")
