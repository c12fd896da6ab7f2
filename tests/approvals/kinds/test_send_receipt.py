"""A receipt: Xero mails the paid invoice once, to whom the card says, and never again after a lost answer."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from approvals import stop
from approvals.kinds import describe
from approvals.kinds.send_receipt import ReceivedPayment
from approvals.proposal import APPROVED, FAILED, POSTED, WITHDRAWN
from books.refusal import Refusal
from tests.approvals.kinds.samples_documents import receipting
from tests.approvals.kinds.till import DAY, Till, dies_after_the_write, done
from tests.approvals.practice import FIRM, ORGANISATION, Practice
from xero_tools import history, invoices
from xero_tools.writes import Pen


def paid_invoice(till: Till, *parts: str) -> Any:
    """500.00 of a customer who has an address, of which these parts were paid on 20 October."""
    invoice = till.invoice("500.00")
    till.wire.post(f"Contacts/{invoice['Contact']['ContactID']}", {"EmailAddress": "acme@example.com"})
    for part in parts or ("500.00",):
        till.pay(invoice, part)
    return till.one("Invoices", invoice["InvoiceID"])


def mails(practice: Practice, invoice: Any) -> int:
    """How often Xero's history says that it was mailed."""
    return Pen(practice.gateway).times_emailed(ORGANISATION, invoice["InvoiceID"])


def test_a_paid_invoice_is_mailed_once_as_the_receipt(practice: Practice, till: Till) -> None:
    """`send_receipt`: who gets it, what was paid and when, that nothing remains, and that nothing calls it back."""
    invoice = paid_invoice(till)
    proposal = done(practice, receipting(invoice))
    assert (proposal.status, proposal.receipt["verified"], mails(practice, invoice)) == (POSTED, True, 1)
    said = describe(proposal)
    assert said.title == f"Receipt for {invoice['InvoiceNumber']} to {invoice['Contact']['Name']}: A$500.00 paid"
    facts = dict(said.facts)
    assert (facts["Goes to"], facts["Paid"]) == ("acme@example.com", "A$500.00 on 20 Oct 2026")
    assert facts["Remains"] == "A$0.00, paid in full"
    notes = history.notes(ORGANISATION, practice.gateway, "Invoices", invoice["InvoiceID"])
    assert len([each for each in notes if each.details.startswith(proposal.mark)]) == 1, "who approved it stands there"
    with pytest.raises(Refusal) as refused:
        practice.queue.undo(proposal.id, member=practice.member("alice"))
    assert refused.value.code == "cannot_be_undone"


def test_a_part_payment_says_plainly_what_remains(practice: Practice, till: Till) -> None:
    """Two payments that the customer was told nothing of are one receipt."""
    invoice = paid_invoice(till, "200.00", "100.00")
    proposal = done(practice, receipting(invoice))
    assert (proposal.status, str(proposal.amount)) == (POSTED, "A$300.00"), proposal.problem
    said = describe(proposal)
    assert dict(said.facts)["Paid"] == "A$200.00 on 20 Oct 2026; A$100.00 on 20 Oct 2026"
    assert dict(said.facts)["Remains"] == "A$200.00 still due"
    assert "A$200.00 still due" in said.sentence
    assert "acme@example.com" in said.line, "in a batch too one sees where it goes"


def test_only_a_partner_lets_one_leave_and_never_one_who_asked(practice: Practice, till: Till) -> None:
    proposal = practice.submit(receipting(paid_invoice(till)), preparer=None)
    with pytest.raises(Refusal, match="partner"):
        practice.decide(proposal, "marcus")
    assert practice.decide(proposal, "priya").proposal.status == APPROVED


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"addresses": ()}, "no e-mail address"),
        ({"addresses": ("other@example.com",)}, "addresses"),
        ({"payments": ()}, "names no payment"),
        ({"due": Decimal("1.00")}, "status"),
        ({"times_sent": 3}, "says 3 e-mails before it, and Xero 0"),
        ({"contact": "Another"}, "contact"),
    ],
)
def test_what_the_books_do_not_show_is_refused(
    practice: Practice, till: Till, changes: dict[str, Any], words: str
) -> None:
    with pytest.raises(Refusal, match=words):
        practice.submit(receipting(paid_invoice(till), **changes))


@pytest.mark.parametrize(
    "wrong", [{"payment_id": "x"}, {"date": DAY - dt.timedelta(days=1)}, {"amount": Decimal("250.00")}]
)
def test_a_payment_that_does_not_stand_on_the_invoice_has_no_receipt(
    practice: Practice, till: Till, wrong: dict[str, Any]
) -> None:
    invoice = paid_invoice(till)
    (row,) = invoices.payments_of(ORGANISATION, practice.gateway, invoice["InvoiceID"])
    right = ReceivedPayment(payment_id=row.id, date=row.date, amount=row.amount.amount)
    with pytest.raises(Refusal, match="does not show that payment"):
        practice.submit(receipting(invoice, payments=(msgspec.structs.replace(right, **wrong),)))
    with pytest.raises(Refusal, match="one of them twice"):
        practice.submit(receipting(invoice, payments=(right, right)))


def test_a_bill_has_no_receipt(practice: Practice, till: Till) -> None:
    bill = till.invoice("500.00", kind="ACCPAY", InvoiceNumber="B-1")
    till.pay(bill, "500.00")
    till.wire.post(f"Contacts/{bill['Contact']['ContactID']}", {"EmailAddress": "acme@example.com"})
    with pytest.raises(Refusal, match="type"):
        practice.submit(receipting(till.one("Invoices", bill["InvoiceID"])))


def test_a_payment_that_is_taken_back_before_the_click_stops_the_receipt(practice: Practice, till: Till) -> None:
    """Nobody thanks for money that was another customer's."""
    invoice = paid_invoice(till)
    proposal = practice.submit(receipting(invoice))
    till.wire.post(f"Payments/{till.last_payment}", {"Status": "DELETED"})
    decision = practice.decide(proposal)
    assert (decision.proposal.status, "due A$0.00 → A$500.00" in decision.words) == (WITHDRAWN, True)
    assert mails(practice, invoice) == 0


def test_another_address_after_the_approval_stops_it_too(practice: Practice, till: Till) -> None:
    invoice = paid_invoice(till)
    proposal = practice.approved(receipting(invoice))
    till.wire.post(f"Contacts/{invoice['Contact']['ContactID']}", {"EmailAddress": "thief@example.com"})
    ended = practice.executor().carry_out(proposal.id)
    assert (ended.status, "thief@example.com" in ended.problem, mails(practice, invoice)) == (FAILED, True, 0)


def test_that_the_bank_line_is_reconciled_meanwhile_changes_nothing(practice: Practice, till: Till) -> None:
    """A person clicks OK beside the payment in Xero between the card and the click."""
    invoice = paid_invoice(till)
    proposal = practice.submit(receipting(invoice))
    till.reconciled("Payments", till.last_payment, "500.00")
    practice.decide(proposal)
    assert practice.executor().carry_out(proposal.id).status == POSTED


def test_while_the_client_is_stopped_no_receipt_leaves(practice: Practice, till: Till) -> None:
    invoice = paid_invoice(till)
    proposal = practice.approved(receipting(invoice))
    stop.halt(practice.store, practice.clock, member_id="priya", why="Wait", client=FIRM.clients[0])
    assert practice.executor().carry_out(proposal.id).status == APPROVED
    assert mails(practice, invoice) == 0


@pytest.mark.parametrize(("fault", "status", "left"), [("drop_before", FAILED, 0), ("drop_after", POSTED, 1)])
def test_a_lost_answer_is_looked_up_and_never_sent_again(
    practice: Practice, till: Till, fault: str, status: str, left: int
) -> None:
    """If the history shows it, it was sent; if not, nothing is sent and people are told."""
    invoice = paid_invoice(till)
    proposal = practice.approved(receipting(invoice))
    practice.xero.fault(fault, method="POST", endpoint="Email")
    practice.executor().carry_out(proposal.id)
    for _ in range(4):
        practice.clock.forward(minutes=8)
        practice.executor().run_pending()
    ended = practice.queue.get(proposal.id)
    assert (ended.status, mails(practice, invoice)) == (status, left), ended.problem
    assert status == POSTED or "It is never sent a second time." in ended.problem


def test_a_crash_after_the_mail_leaves_one(practice: Practice, till: Till) -> None:
    invoice = paid_invoice(till)
    proposal = practice.approved(receipting(invoice))
    dies_after_the_write(practice, proposal)
    assert (practice.queue.get(proposal.id).status, mails(practice, invoice)) == (POSTED, 1)
