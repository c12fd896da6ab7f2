"""Cash, from the card to the books and back: each kind decided by somebody who did not prepare it."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from approvals.kinds import describe
from approvals.proposal import POSTED
from bot.cards.proposal import proposal_card
from bot.plain import plain
from tests.approvals.kinds.samples_cash import confirming, ending, money_line, moving, paying, refunding, transferring
from tests.approvals.kinds.till import Till, done, undone
from tests.approvals.practice import Practice, Xero, write_books
from tests.support.databases import open_store
from tests.support.sandbox_server import start_sandbox


@pytest.fixture
def practice(tmp_path: Path) -> Iterator[Practice]:
    """Wattle Nursery, October 2026, on a fresh sandbox."""
    sandbox = start_sandbox(tmp_path, books=[write_books(tmp_path)], today="2026-11-05")
    with open_store("sqlite", tmp_path) as store:
        yield Practice.open(store, Xero(sandbox))
    sandbox.stop()


def test_a_payment_entered_by_mistake_is_taken_out(practice: Practice) -> None:
    """Acme's 500.00 never came; the payment is deleted and the invoice is due again."""
    till = Till(practice)
    invoice = till.invoice("500.00")
    payment = till.pay(invoice, "500.00")
    draft = ending("Payments", payment["PaymentID"], amount=Decimal("500.00"), currency="AUD", currency_rate=Decimal(1))
    card = practice.submit(draft)
    assert card.kind == "void_or_correct"
    words = plain(proposal_card(card, describe(card), client="Wattle", names={}))
    assert "Delete the payment of INV-77: A$500.00" in words
    assert "AUTHORISED now, DELETED after" in words
    assert done(practice, draft).status == POSTED
    assert till.one("Invoices", invoice["InvoiceID"])["AmountDue"] == 500.0


def test_a_customers_payment_is_applied_and_taken_back(practice: Practice) -> None:
    """500.00 from Acme pays its invoice; it was another customer's money, so the payment is deleted again."""
    till = Till(practice)
    invoice = till.invoice("500.00")
    draft = paying(
        (invoice["InvoiceID"], invoice["InvoiceNumber"], "500.00", "500.00"),
        contact=invoice["Contact"]["Name"],
        contact_id=invoice["Contact"]["ContactID"],
        bank_account_id=till.bank["090"],
    )
    card = practice.submit(draft)
    words = plain(proposal_card(card, describe(card), client="Wattle", names={}))
    assert card.kind == "apply_payment"
    assert f"Payment of A$500.00 from {invoice['Contact']['Name']}, dated 20 Oct 2026" in words
    proposal = done(practice, draft)
    assert till.one("Invoices", invoice["InvoiceID"])["Status"] == "PAID"
    assert undone(practice, proposal).kind == "void_or_correct"
    assert till.one("Invoices", invoice["InvoiceID"])["AmountDue"] == 500.0


def test_interest_is_received_and_taken_back(practice: Practice) -> None:
    """The bank paid 12.00 of interest that no invoice explains."""
    till = Till(practice)
    contact = till.contact("Bank")
    draft = moving(
        "RECEIVE",
        money_line("200", "12.00"),
        contact=till.one("Contacts", contact)["Name"],
        contact_id=contact,
        bank_account_id=till.bank["090"],
    )
    card = practice.submit(draft)
    assert card.kind == "receive_or_spend_money"
    assert "Money received: A$12.00 from Bank" in plain(proposal_card(card, describe(card), client="W", names={}))
    proposal = done(practice, draft)
    assert till.one("BankTransactions", proposal.receipt["id"])["Total"] == 12.0
    assert undone(practice, proposal).status == POSTED
    assert till.one("BankTransactions", proposal.receipt["id"])["Status"] == "DELETED"


def test_money_is_put_aside_and_brought_back(practice: Practice) -> None:
    """250.00 go to savings and back, each approved."""
    till = Till(practice)
    ids = till.bank
    draft = transferring("250.00", left={"account_id": ids["090"]}, reached={"account_id": ids["091"]})
    card = practice.submit(draft)
    assert card.kind == "bank_transfer"
    words = plain(proposal_card(card, describe(card), client="Wattle", names={}))
    assert "Transfer of A$250.00 from Bank to Savings, dated 20 Oct 2026" in words
    proposal = done(practice, draft)
    assert till.balance("091") == 250
    assert undone(practice, proposal).status == POSTED
    assert till.balance("091") == 0


def test_a_person_clicks_ok_beside_the_banks_line(practice: Practice) -> None:
    """The card gives the reconcile page; the click in Xero is read there and proved."""
    till = Till(practice)
    payment = till.pay(till.invoice("61.00"), "61.00")
    draft = confirming(("Payments", payment["PaymentID"], "61.00"), bank_account_id=till.bank["090"])
    card = practice.submit(draft)
    assert card.kind == "confirm_reconciliation"
    assert "Reconcile 1 entry of Bank" in plain(proposal_card(card, describe(card), client="Wattle", names={}))
    waiting = done(practice, draft)
    assert "BankRec.aspx" in plain(proposal_card(waiting, describe(waiting), client="Wattle", names={}))
    till.reconciled("Payments", payment["PaymentID"], "61.00")
    assert practice.executor().check_awaiting(waiting.id).status == POSTED


def test_a_credit_note_is_paid_back_and_opened_again(practice: Practice) -> None:
    """Acme has 120.00 to its credit and asks for its money."""
    till = Till(practice)
    note = till.credit_note("120.00")
    draft = refunding(
        "CreditNotes",
        note["CreditNoteID"],
        "120.00",
        contact=note["Contact"]["Name"],
        contact_id=note["Contact"]["ContactID"],
        bank_account_id=till.bank["090"],
    )
    card = practice.submit(draft)
    assert card.kind == "refund"
    assert "A$120.00 before, A$0.00 after" in plain(proposal_card(card, describe(card), client="Wattle", names={}))
    proposal = done(practice, draft)
    assert till.one("CreditNotes", note["CreditNoteID"])["RemainingCredit"] == 0
    assert undone(practice, proposal).status == POSTED
    assert till.one("CreditNotes", note["CreditNoteID"])["RemainingCredit"] == 120.0
