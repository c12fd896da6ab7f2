"""An accepted quote becomes an invoice once; an e-mail leaves once, and never again after a lost answer."""

from __future__ import annotations

from typing import Any

import pytest

from approvals.kinds import describe
from approvals.proposal import FAILED, POSTED, WITHDRAWN
from books.refusal import Refusal
from tests.approvals.kinds.samples_documents import invoicing, plain_line, reminding
from tests.approvals.kinds.till import Till, dies_after_the_write, done, undone
from tests.approvals.practice import ORGANISATION, Practice
from xero_tools import invoices
from xero_tools.writes import Pen

ACCEPTED = ("SENT", "ACCEPTED")


def open_invoice(till: Till) -> Any:
    """500.00 of a customer who has an address."""
    invoice = till.invoice("500.00")
    till.wire.post(f"Contacts/{invoice['Contact']['ContactID']}", {"EmailAddress": "acme@example.com"})
    return invoice


@pytest.mark.parametrize(("status", "last"), [("DRAFT", "DELETED"), ("AUTHORISED", "VOIDED")])
def test_an_accepted_quote_becomes_an_invoice(practice: Practice, till: Till, status: str, last: str) -> None:
    """`quote_to_invoice`: the quote's lines, the quote INVOICED; the undo takes the invoice away."""
    quote = till.quote("500.00", to=ACCEPTED)
    proposal = done(practice, invoicing(quote, status=status))
    assert (proposal.status, proposal.receipt["status"]) == (POSTED, status), proposal.problem
    assert till.one("Quotes", quote["QuoteID"])["Status"] == "INVOICED"
    assert undone(practice, proposal).status == POSTED
    assert invoices.get(ORGANISATION, practice.gateway, proposal.receipt["id"]).status == last


def test_a_quote_that_was_not_accepted_or_says_otherwise_is_refused(practice: Practice, till: Till) -> None:
    with pytest.raises(Refusal, match="status"):
        practice.submit(invoicing(till.quote("500.00", to=("SENT",))))
    with pytest.raises(Refusal, match="does not say"):
        practice.submit(invoicing(till.quote("500.00", to=ACCEPTED), lines=(plain_line("500.00", "Tulips"),)))


def test_a_crash_leaves_one_invoice(practice: Practice, till: Till) -> None:
    quote = till.quote("500.00", to=ACCEPTED)
    proposal = practice.approved(invoicing(quote))
    dies_after_the_write(practice, proposal)
    assert practice.queue.get(proposal.id).status == POSTED, practice.queue.get(proposal.id).problem
    made = invoices.with_status(ORGANISATION, practice.gateway, statuses=("DRAFT", "AUTHORISED"))
    assert len([each for each in made if proposal.mark in each.reference]) == 1
    assert till.one("Quotes", quote["QuoteID"])["Status"] == "INVOICED"


def test_an_invoice_is_mailed_once_and_cannot_be_undone(practice: Practice, till: Till) -> None:
    """`send_reminder`: Xero's history has one e-mail more, and the card said before that nothing calls it back."""
    invoice = open_invoice(till)
    proposal = done(practice, reminding(invoice))
    assert (proposal.status, proposal.receipt["verified"]) == (POSTED, True), proposal.problem
    assert till.one("Invoices", invoice["InvoiceID"])["SentToContact"]
    with pytest.raises(Refusal) as refused:
        practice.queue.undo(proposal.id, member=practice.member("alice"))
    assert refused.value.code == "cannot_be_undone"


def test_a_payment_before_the_click_stops_the_reminder(practice: Practice, till: Till) -> None:
    invoice = open_invoice(till)
    proposal = practice.submit(reminding(invoice))
    till.pay(invoice, "500.00")
    assert practice.decide(proposal).proposal.status == WITHDRAWN
    assert Pen(practice.gateway).times_emailed(ORGANISATION, invoice["InvoiceID"]) == 0


@pytest.mark.parametrize(("fault", "status", "mails"), [("drop_before", FAILED, 0), ("drop_after", POSTED, 1)])
def test_a_lost_answer_is_looked_up_and_never_sent_again(
    practice: Practice, till: Till, fault: str, status: str, mails: int
) -> None:
    """If the history shows it, it was sent; if not, nothing is sent and people are told."""
    invoice = open_invoice(till)
    proposal = practice.approved(reminding(invoice))
    practice.xero.fault(fault, method="POST", endpoint="Email")
    practice.executor().carry_out(proposal.id)
    for _ in range(4):
        practice.clock.forward(minutes=8)
        practice.executor().run_pending()
    ended = practice.queue.get(proposal.id)
    assert ended.status == status, ended.problem
    assert Pen(practice.gateway).times_emailed(ORGANISATION, invoice["InvoiceID"]) == mails
    assert status == POSTED or "It is never sent a second time." in ended.problem


def test_a_reminder_says_where_it_goes_and_another_address_voids_it(practice: Practice, till: Till) -> None:
    """Somebody changes the customer's address between the card and the click: nothing is mailed."""
    invoice = open_invoice(till)
    contact = f"Contacts/{invoice['Contact']['ContactID']}"
    people = [{"FirstName": "Bo", "EmailAddress": "bo@example.com", "IncludeInEmails": True},
              {"FirstName": "Cy", "EmailAddress": "cy@example.com", "IncludeInEmails": False}]  # fmt: skip
    till.wire.post(contact, {"ContactPersons": people})
    with pytest.raises(Refusal, match="addresses"):
        practice.submit(reminding(invoice))
    proposal = practice.submit(reminding(invoice, addresses=("acme@example.com", "bo@example.com")))
    assert ("Goes to", "acme@example.com, bo@example.com") in describe(proposal).facts
    till.wire.post(contact, {"EmailAddress": "thief@example.com"})
    decision = practice.decide(proposal)
    assert (decision.proposal.status, "thief@example.com" in decision.words) == (WITHDRAWN, True)
    assert Pen(practice.gateway).times_emailed(ORGANISATION, invoice["InvoiceID"]) == 0


def test_a_reminder_to_nobody_and_by_an_approver(practice: Practice, till: Till) -> None:
    """A customer without an address gets none; and only a partner lets one leave."""
    invoice = open_invoice(till)
    with pytest.raises(Refusal, match="no e-mail address"):
        practice.submit(reminding(invoice, addresses=()))
    with pytest.raises(Refusal) as refused:
        practice.decide(practice.submit(reminding(invoice)), "marcus")
    assert "partner" in str(refused.value)
