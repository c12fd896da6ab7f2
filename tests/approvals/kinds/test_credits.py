"""Credit notes, what they are set against, write-offs, and taking them back: two writes under one approval."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import msgspec
import pytest

from approvals import audit
from approvals.executor import Executor
from approvals.proposal import APPROVED, FAILED, POSTED, WITHDRAWN, Draft, Proposal
from books.refusal import Refusal
from tests.approvals.dying import Died, DyingGateway, DyingStore, Life
from tests.approvals.kinds.samples_documents import allocating, crediting, part, plain_line, plainly
from tests.approvals.kinds.till import Till, dies_after_the_write, done, undone
from tests.approvals.practice import ORGANISATION, Practice
from xero_tools import credits

BAD_DEBT = plain_line("500.00", "Bad debt", "433", "Insurance")


def crediting_a_part(invoice: Any, **changes: Any) -> Draft:
    """120.00 back for broken pots, set against the invoice of 500.00: two writes under `credit_note`."""
    return crediting(**plainly(invoice["Contact"], "120.00", part(invoice, "120.00", "500.00"), **changes))


def writing_off(invoice: Any, **changes: Any) -> Draft:
    """All of the 500.00, as `write_off`."""
    said = plainly(invoice["Contact"], "500.00", part(invoice, "500.00", "500.00"), lines=(BAD_DEBT,))
    return crediting("write_off", **{**said, **changes})


def setting_off(note: Any, *parts: Any, **changes: Any) -> Draft:
    """The credit note of 120.00 against these parts, as `allocate_credit`."""
    said: dict[str, Any] = {"credit_id": note["CreditNoteID"], "contact": note["Contact"]["Name"], "currency": "AUD",
                            "currency_rate": Decimal(1), "remaining": Decimal("120.00"), "parts": parts}  # fmt: skip
    return allocating(**{**said, **changes})


def notes_of(practice: Practice, proposal: Proposal) -> list[Any]:
    """The credit notes in Xero with the proposal's mark."""
    found = credits.credit_notes(ORGANISATION, practice.gateway)
    return [each for each in found if proposal.mark in f"{each.reference} {each.number}"]


def due(till: Till, invoice: Any) -> float:
    return float(till.one("Invoices", invoice["InvoiceID"])["AmountDue"])


# Raising


@pytest.mark.parametrize("kind", ["ACCRECCREDIT", "ACCPAYCREDIT"])
def test_a_credit_note_is_raised_and_voided_again(practice: Practice, till: Till, kind: str) -> None:
    contact = till.invoice("500.00")["Contact"]
    number = "S-9" if kind == "ACCPAYCREDIT" else ""
    proposal = done(practice, crediting(**plainly(contact, "120.00", kind=kind, number=number)))
    assert (proposal.status, proposal.receipt["verified"]) == (POSTED, True), proposal.problem
    [note] = notes_of(practice, proposal)
    assert (note.remaining.plain(), note.status) == ("120.00", "AUTHORISED")
    assert undone(practice, proposal).kind == "void_or_correct"
    assert notes_of(practice, proposal)[0].status == "VOIDED"


def test_a_credit_note_is_set_off_in_a_second_step_and_taken_back(practice: Practice, till: Till) -> None:
    """500.00 becomes 380.00; after `take_back_credit` it is 500.00 again and the note is void."""
    invoice = till.invoice("500.00")
    proposal = done(practice, crediting_a_part(invoice))
    assert (proposal.status, proposal.receipt["verified"]) == (POSTED, True), proposal.problem
    assert len(proposal.receipt["parts"]) == 1
    assert due(till, invoice) == 380.0
    told = [(each.what, each.after.get("step")) for each in audit.story(practice.store, proposal.id)]
    assert told == [("proposed", None), ("approved", None), ("sending", None), ("step_done", 0), ("sending", 1),
                    ("step_done", 1), ("posted", None), ("noted", None)]  # fmt: skip
    taken = undone(practice, proposal)
    assert (taken.kind, taken.status) == ("take_back_credit", POSTED), taken.problem
    assert due(till, invoice) == 500.0
    assert notes_of(practice, proposal)[0].status == "VOIDED"


def test_a_bad_debt_is_written_off_and_restored(practice: Practice, till: Till) -> None:
    """Nothing is due any more, and the cost stands on the bad-debts account; the undo restores both."""
    before = till.balance("433")
    invoice = till.invoice("500.00")
    proposal = done(practice, writing_off(invoice))
    assert proposal.status == POSTED, proposal.problem
    assert till.one("Invoices", invoice["InvoiceID"])["Status"] == "PAID"
    assert till.balance("433") - before == 500
    assert undone(practice, proposal).status == POSTED
    assert (due(till, invoice), till.balance("433")) == (500.0, before)


def test_a_write_off_leaves_nothing_due_on_one_expense_account(practice: Practice, till: Till) -> None:
    invoice = till.invoice("500.00")
    for changes, code in (
        ({"total": Decimal("400.00"), "lines": (plain_line("400.00"),), "parts": (part(invoice, "400.00", "500.00"),)},
         "wrong_amount"),
        ({"lines": (plain_line("500.00"),)}, "no_expense"),
        ({"lines": (plain_line("250.00", code="433"), plain_line("250.00", code="404"))}, "several_accounts"),
        ({"lines": (plain_line("454.55", code="433"),)}, "wrong_amount"),
    ):  # fmt: skip
        with pytest.raises(Refusal) as refused:
            practice.submit(writing_off(invoice, **changes))
        assert refused.value.code == code


# Setting off what is there


def test_a_credit_is_set_against_two_invoices_at_once_and_taken_back(practice: Practice, till: Till) -> None:
    first = till.invoice("500.00")
    contact = first["Contact"]["ContactID"]
    second, note = till.invoice("70.00", contact=contact), till.credit_note("120.00", contact=contact)
    proposal = done(practice, setting_off(note, part(first, "50.00", "500.00"), part(second, "70.00", "70.00")))
    assert (proposal.status, len(proposal.receipt["parts"])) == (POSTED, 2), proposal.problem
    assert (due(till, first), due(till, second)) == (450.0, 0.0)
    taken = undone(practice, proposal)
    assert (taken.kind, taken.status) == ("take_back_credit", POSTED), taken.problem
    assert (due(till, first), due(till, second)) == (500.0, 70.0)
    assert till.one("CreditNotes", note["CreditNoteID"])["RemainingCredit"] == 120.0


def test_an_allocation_that_could_not_be_told_from_ours_is_refused(practice: Practice, till: Till) -> None:
    """The same amount of the same credit stands against the same invoice already."""
    invoice = till.invoice("500.00")
    note = till.credit_note("120.00", contact=invoice["Contact"]["ContactID"])
    assert done(practice, setting_off(note, part(invoice, "50.00", "500.00"))).status == POSTED
    again = setting_off(note, part(invoice, "50.00", "450.00"), remaining=Decimal("70.00"))
    with pytest.raises(Refusal) as refused:
        practice.submit(msgspec.structs.replace(again, key="the same once more"))
    assert refused.value.code == "alike"


def test_more_than_the_credit_has_is_refused(practice: Practice, till: Till) -> None:
    invoice = till.invoice("500.00")
    note = till.credit_note("120.00", contact=invoice["Contact"]["ContactID"])
    with pytest.raises(Refusal) as refused:
        practice.submit(setting_off(note, part(invoice, "120.01", "500.00")))
    assert refused.value.code == "too_much"


def test_a_payment_before_the_click_voids_it(practice: Practice, till: Till) -> None:
    invoice = till.invoice("500.00")
    proposal = practice.submit(crediting_a_part(invoice))
    till.pay(invoice, "450.00")
    decision = practice.decide(proposal)
    assert decision.proposal.status == WITHDRAWN
    assert "due A$500.00 → A$50.00" in decision.words


# What goes wrong between the steps


@pytest.mark.parametrize("ends_at", range(5, 44, 3))
def test_dying_between_the_steps_leaves_one_credit_note_set_off_once(
    practice: Practice, till: Till, ends_at: int
) -> None:
    """Commits and calls to Xero of both writes; two sweeps finish what was left."""
    invoice = till.invoice("500.00")
    proposal = practice.approved(crediting_a_part(invoice))
    life = Life(ends_at)
    gateway = DyingGateway(practice.gateway, life)
    dying = Executor(DyingStore(practice.store, life), practice.clock, gateway, timings=practice.timings)
    try:
        dying.carry_out(proposal.id)
    except Died:
        assert len(life.steps) == ends_at
    for _ in range(2):
        practice.clock.forward(minutes=2)
        practice.executor().run_pending()
    assert practice.queue.get(proposal.id).status == POSTED, practice.queue.get(proposal.id).problem
    assert len(notes_of(practice, proposal)) == 1
    assert due(till, invoice) == 380.0


def stuck(practice: Practice, till: Till) -> tuple[Any, Proposal]:
    """Between the two writes somebody pays the invoice, so that the credit note cannot be set off any more."""
    invoice = till.invoice("500.00")
    proposal = practice.approved(crediting_a_part(invoice))
    gateway = DyingGateway(practice.gateway, Life())

    def pays() -> None:
        if notes_of(practice, proposal) and due(till, invoice) == 500.0:
            till.pay(invoice, "450.00")

    gateway.before_read = pays
    Executor(practice.store, practice.clock, gateway, timings=practice.timings).carry_out(proposal.id)
    return invoice, practice.queue.get(proposal.id)


def test_a_second_step_that_cannot_follow_stays_open_and_says_what_to_do(practice: Practice, till: Till) -> None:
    invoice, proposal = stuck(practice, till)
    assert proposal.status == APPROVED
    number = invoice["InvoiceNumber"]
    assert f"The credit note {proposal.mark} stands in Xero and is not set against {number}." in proposal.problem
    assert f"Set it against {number} in Xero, or void it there" in proposal.problem
    practice.executor().run_pending()
    assert practice.queue.get(proposal.id).status == APPROVED
    assert len(notes_of(practice, proposal)) == 1


def test_what_a_person_finishes_by_hand_is_found(practice: Practice, till: Till) -> None:
    """The payment was a mistake and is deleted; a person sets the note off in Xero: the proposal is posted."""
    invoice, proposal = stuck(practice, till)
    [note] = notes_of(practice, proposal)
    payment = till.one("Invoices", invoice["InvoiceID"])["Payments"][0]["PaymentID"]
    till.wire.post(f"Payments/{payment}", {"Status": "DELETED"})
    row = {"Amount": "120.00", "Date": "2026-10-20", "Invoice": {"InvoiceID": invoice["InvoiceID"]}}
    till.wire.put(f"CreditNotes/{note.id}/Allocations", row)
    assert practice.executor().carry_out(proposal.id).status == POSTED
    assert len(notes_of(practice, proposal)) == 1


def test_what_a_person_takes_back_by_hand_ends_it(practice: Practice, till: Till) -> None:
    _, proposal = stuck(practice, till)
    [note] = notes_of(practice, proposal)
    till.wire.post(f"CreditNotes/{note.id}", {"Status": "VOIDED"})
    ended = practice.executor().carry_out(proposal.id)
    assert ended.status == FAILED
    assert "nothing of this stands" in ended.problem


def test_a_crash_after_the_allocation_sets_off_once(practice: Practice, till: Till) -> None:
    invoice = till.invoice("500.00")
    note = till.credit_note("120.00", contact=invoice["Contact"]["ContactID"])
    proposal = practice.approved(setting_off(note, part(invoice, "50.00", "500.00")))
    dies_after_the_write(practice, proposal)
    proposal = practice.queue.get(proposal.id)
    assert (proposal.status, proposal.receipt["found_by"]) == (POSTED, "the credit's own list"), proposal.problem
    assert due(till, invoice) == 450.0
