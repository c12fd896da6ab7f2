"""A payment reaches Xero once, for exactly what is due, and comes back out again."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from approvals.batches import Batches
from approvals.kinds import kind_of
from approvals.kinds.kind import PenKind
from approvals.policy import spread_of
from approvals.proposal import FAILED, POSTED, WITHDRAWN, Draft
from books.refusal import Refusal
from tests.approvals.kinds.samples_cash import paying
from tests.approvals.kinds.till import Till, approved, dies_after_the_write, done, undone
from tests.approvals.practice import ORGANISATION, Practice
from tests.approvals.test_policy import proposed
from xero_tools import history


def of(till: Till, *paid: tuple[Any, str], **changes: Any) -> Draft:
    """Pay so much of each of these invoices, as they stand."""
    first = paid[0][0]
    documents = [
        (each["InvoiceID"], each.get("InvoiceNumber") or "bill", str(each["AmountDue"]), amount)
        for each, amount in paid
    ]
    said = {
        "sort": first["Type"],
        "contact": first["Contact"]["Name"],
        "contact_id": first["Contact"]["ContactID"],
        "bank_account_id": till.bank[changes.get("bank_account_code", "090")],
    }
    return paying(*documents, **{**said, **changes})


def payments(till: Till, mark: str) -> list[Any]:
    """The payments in Xero that carry the mark."""
    return [row for row in till.wire.rows("Payments") if mark in row["Reference"]]


def test_a_batch_of_payments_is_approved_on_one_look_and_a_changed_invoice_stands_apart(
    practice: Practice, till: Till
) -> None:
    """Six invoices: the lock date once, the first invoice, the other five by one call; the sixth changed meanwhile."""
    made = [till.invoice(f"{60 + n}.00") for n in range(6)]
    drafts = [of(till, (each, f"{60 + n}.00")) for n, each in enumerate(made)]
    proposals = [practice.submit(each, preparer=None) for each in drafts]
    batches = Batches(practice.store, practice.clock, practice.queue)
    ((batch,), _) = batches.gather(proposals)
    till.wire.post(f"Invoices/{made[5]['InvoiceID']}", {"Reference": "changed"})
    before = len(practice.xero.control("GET", "log?method=GET"))
    after, decided = batches.decide(batch.id, verdict="approve", digest=batch.digest, member_id="priya")
    read = [row["path"] for row in practice.xero.control("GET", "log?method=GET")[before:]]
    assert read == ["/Organisation", f"/Invoices/{made[0]['InvoiceID']}", "/Invoices"]
    assert [each.id for each in decided] == [each.id for each in proposals[:5]]
    assert [each.proposal.id for each in after.apart] == [proposals[5].id]


def test_a_customer_pays_in_part_and_then_the_rest(practice: Practice, till: Till) -> None:
    """500.00 due; 200.00 arrive, then 300.00; the invoice is paid, and the first payment's note tells who approved."""
    invoice = till.invoice("500.00")
    before = till.balance("090")
    first = done(practice, of(till, (invoice, "200.00")))
    assert (first.status, first.receipt["verified"]) == (POSTED, True), first.problem
    invoice = till.one("Invoices", invoice["InvoiceID"])
    assert invoice["AmountDue"] == 300.0
    second = done(practice, of(till, (invoice, "300.00")))
    assert second.status == POSTED, second.problem
    assert till.one("Invoices", invoice["InvoiceID"])["Status"] == "PAID"
    assert till.balance("090") - before == 500
    notes = history.notes(ORGANISATION, practice.gateway, "Payments", first.receipt["id"])
    assert [each for each in notes if first.mark in each.details]


def test_one_sum_for_several_bills_is_one_batch(practice: Practice, till: Till) -> None:
    """A supplier's two bills are paid by 350.00 in one line of the bank statement."""
    supplier = till.contact("Grower")
    bills = [till.invoice(amount, kind="ACCPAY", contact=supplier) for amount in ("150.00", "200.00")]
    proposal = done(practice, of(till, (bills[0], "150.00"), (bills[1], "200.00")))
    assert (proposal.status, proposal.receipt["entity"]) == (POSTED, "BatchPayments"), proposal.problem
    assert proposal.receipt["verified"]
    batch = till.one("BatchPayments", proposal.receipt["id"])
    assert (batch["TotalAmount"], len(batch["Details"])) == (350.0, 18)
    assert all(till.one("Invoices", each["InvoiceID"])["Status"] == "PAID" for each in bills)
    assert undone(practice, proposal).status == POSTED
    assert all(till.one("Invoices", each["InvoiceID"])["AmountDue"] > 0 for each in bills)


def test_a_foreign_invoice_is_paid_at_the_rate_of_the_day(practice: Practice, till: Till) -> None:
    """US$650.00 at 0.65 is A$1,000.00 in the bank; the limits look at the Australian dollars."""
    invoice = till.invoice("650.00", CurrencyCode="USD", CurrencyRate="0.70")
    draft = of(till, (invoice, "650.00"), currency="USD", currency_rate=Decimal("0.65"))
    before = till.balance("090")
    proposal = done(practice, draft)
    assert proposal.status == POSTED, proposal.problem
    assert str(proposal.amount) == "A$1,000.00"
    assert till.balance("090") - before == 1000
    [payment] = payments(till, proposal.mark)
    assert payment["CurrencyRate"] == 0.65


def test_a_payment_is_taken_back(practice: Practice, till: Till) -> None:
    invoice = till.invoice("500.00")
    undo = undone(practice, done(practice, of(till, (invoice, "500.00"))))
    assert (undo.kind, undo.status) == ("void_or_correct", POSTED), undo.problem
    assert till.one("Invoices", invoice["InvoiceID"])["AmountDue"] == 500.0


def test_somebody_else_was_paid_meanwhile(practice: Practice, till: Till) -> None:
    """100.00 is entered by hand before the click: the card says what is due now."""
    invoice = till.invoice("500.00")
    proposal = practice.submit(of(till, (invoice, "500.00")))
    till.pay(invoice, "100.00")
    decision = practice.decide(proposal)
    assert decision.proposal.status == WITHDRAWN
    assert "due A$500.00 → A$400.00" in decision.words


def test_and_after_the_click_nothing_is_sent(practice: Practice, till: Till) -> None:
    invoice = till.invoice("500.00")
    proposal = approved(practice, of(till, (invoice, "500.00")))
    till.pay(invoice, "100.00")
    proposal = practice.executor().carry_out(proposal.id)
    assert proposal.status == FAILED
    assert payments(till, proposal.mark) == []


@pytest.mark.parametrize("fault", ["", "drop_after", "drop_before"])
@pytest.mark.parametrize("bills", [1, 2])
def test_a_crash_leaves_exactly_one(practice: Practice, till: Till, fault: str, bills: int) -> None:
    """The process dies between Xero's doing and the answer, for a payment and for a batch."""
    supplier = till.contact("Grower")
    made = [till.invoice("40.00", kind="ACCPAY", contact=supplier) for _ in range(bills)]
    proposal = approved(practice, of(till, *((each, "40.00") for each in made)))
    if fault:
        practice.xero.fault(fault, endpoint="Payments" if bills == 1 else "BatchPayments")
    dies_after_the_write(practice, proposal)
    assert practice.queue.get(proposal.id).status == POSTED
    for each in made:
        now = till.one("Invoices", each["InvoiceID"])
        assert (now["Status"], len(now["Payments"])) == ("PAID", 1)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"contact_id": "somebody-else"}, "source_changed"),
        ({"sort": "ACCPAY"}, "source_changed"),
        ({"bank_account_code": "200"}, "unknown_account"),
        ({"currency": "USD", "currency_rate": Decimal("0.5"), "bank_account_code": "092"}, "source_changed"),
        ({"currency_rate": Decimal("0.5")}, "wrong_rate"),
    ],
    ids=str,
)
def test_what_does_not_fit_is_not_proposed(practice: Practice, till: Till, changes: dict[str, Any], code: str) -> None:
    with pytest.raises(Refusal) as refused:
        practice.submit(of(till, (till.invoice("500.00"), "500.00"), **changes))
    assert refused.value.code == code


def test_a_new_payee_takes_a_second_person(practice: Practice, till: Till) -> None:
    """10.00 are below every limit, but the supplier was saved in Xero today."""
    bill = till.invoice("10.00", kind="ACCPAY", contact=till.contact("Grower"))
    proposal = practice.decide(practice.submit(of(till, (bill, "10.00")))).proposal
    assert proposal.is_open
    assert practice.decide(proposal, "quentin").proposal.status == "approved"


def test_more_than_is_due_is_an_overpayment(practice: Practice, till: Till) -> None:
    with pytest.raises(Refusal) as refused:
        practice.submit(of(till, (till.invoice("500.00"), "500.01")))
    assert (refused.value.code, "overpayment" in refused.value.next_step) == ("too_much", True)


def test_the_frozen_bytes_and_the_payee() -> None:
    """The bills of one supplier count together in the sums of 24 hours, whatever bank account they leave."""
    proposal = proposed(paying(("b1", "B1", "10.00", "10.00"), sort="ACCPAY"))
    kind = kind_of("apply_payment")
    assert isinstance(kind, PenKind)
    assert kind.request(proposal) == (
        b'{"Payments":[{"Account":{"AccountID":"bank-1"},"Date":"2026-10-20","Amount":10.00,'
        b'"Reference":"ACME 20 OCT [TO-0000000000000000]","Invoice":{"InvoiceID":"b1"}}]}'
    )
    assert spread_of(proposal) == {"payee Acme (contact-1)": Decimal("10.00"), "account 090": Decimal(0)}
