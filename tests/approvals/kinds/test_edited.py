"""What a person corrects on a card before somebody else approves it, and what of it reaches Xero."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest

from approvals.kinds import KINDS, kind_of
from approvals.proposal import POSTED, PROPOSED, Draft, Proposal
from books.refusal import Refusal
from tests.approvals.kinds.samples_cash import money_line, refunding
from tests.approvals.kinds.test_apply_payment import of as paid
from tests.approvals.kinds.test_kinds import SAMPLES
from tests.approvals.kinds.test_receive_or_spend_money import of as moved
from tests.approvals.kinds.till import Till, named
from tests.approvals.practice import Practice


def corrected(practice: Practice, draft: Draft, **values: str) -> Proposal:
    """Alice submits it, Marcus corrects it (`line_1` is the field “line 1”), Priya approves, and it is carried out."""
    old = practice.submit(draft)
    typed = {name.replace("_", " ") if "_1" in name else name: text for name, text in values.items()}
    new = practice.queue.edit(old.id, typed, editor=practice.member("marcus"))
    assert new.preparer == "marcus"
    return practice.executor().carry_out(practice.decide(new, "priya").proposal.id)


def test_a_receipt_goes_to_another_account(practice: Practice, till: Till) -> None:
    """404 Bank Fees was suggested; it is Sales."""
    sales, fees = till.balance("200"), till.balance("404")
    proposal = corrected(practice, moved(till, "RECEIVE", money_line("404", "80.00", "Bank Fees")), line_1="200")
    assert (proposal.status, proposal.receipt["verified"]) == (POSTED, True), proposal.problem
    assert proposal.payload["lines"][0]["account_name"] == "Sales"
    assert (till.balance("200") - sales, till.balance("404") - fees) == (Decimal(-80), Decimal(0))


def test_less_is_paid_of_an_invoice(practice: Practice, till: Till) -> None:
    invoice = till.invoice("500.00")
    proposal = corrected(practice, paid(till, (invoice, "500.00")), document_1="450.00", reference="PART")
    assert (proposal.status, str(proposal.amount.amount)) == (POSTED, "450.00"), proposal.problem
    assert till.one("Invoices", invoice["InvoiceID"])["AmountDue"] == 50.0


def test_less_of_a_credit_is_refunded(practice: Practice, till: Till) -> None:
    note = till.credit_note("120.00")
    said = {"contact": note["Contact"]["Name"], "contact_id": note["Contact"]["ContactID"]}
    entity, identity = "CreditNotes", note["CreditNoteID"]
    draft = refunding(entity, identity, "120.00", bank_account_id=till.bank["090"], **said)
    old = practice.submit(draft)
    new = practice.queue.edit(old.id, {"amount": "45.00"}, editor=practice.member("marcus"))
    assert (str(new.amount.amount), new.payload["amount"]) == ("45.00", "45.00")
    assert named(entity, identity).source in {each.source for each in new.evidence}


def _receipt(till: Till) -> Draft:
    return moved(till, "RECEIVE", money_line("404", "80.00", "Bank Fees"))


def _payment(till: Till) -> Draft:
    return paid(till, (till.invoice("500.00"), "500.00"))


@pytest.mark.parametrize(
    ("make", "values", "code"),
    [
        (_receipt, {"line 1": "999"}, "not_typed"),
        (_receipt, {"line 1": "610"}, "system_account"),
        (_receipt, {"date": "2026-11-20"}, "outside_period"),
        (_payment, {"document 1": "501.00"}, "too_much"),
        (_payment, {"document 1": "0"}, "not_typed"),
    ],
)
def test_a_correction_that_could_not_be_posted_changes_nothing(
    practice: Practice, till: Till, make: Callable[[Till], Draft], values: dict[str, str], code: str
) -> None:
    old = practice.submit(make(till))
    with pytest.raises(Refusal) as no:
        practice.queue.edit(old.id, values, editor=practice.member("marcus"))
    assert no.value.code == code
    assert practice.queue.get(old.id).status == PROPOSED


@pytest.mark.parametrize("name", [kind.name for kind in KINDS])
def test_a_form_that_is_sent_unchanged_changes_nothing(name: str) -> None:
    """Each field holds what stands there now, written as it is read again; no field, no form."""
    kind, draft = kind_of(name), SAMPLES[name]
    payload = kind.tidy(kind.read(draft))
    form = kind.form(payload)
    values = {each.name: each.value for each in form}
    if not form:
        with pytest.raises(Refusal) as no:
            kind.edited(payload, values, draft.amount, ())
        assert no.value.code == "no_form"
        return
    assert kind.edited(payload, values, draft.amount, ()) == (payload, draft.amount)
    assert all(each.label for each in form)
