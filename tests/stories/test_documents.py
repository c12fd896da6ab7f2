"""Documents, from the card to the books: each kind decided by somebody who did not prepare it."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from approvals.kinds import describe
from approvals.proposal import POSTED, Draft
from bot.cards.proposal import proposal_card
from bot.plain import plain
from tests.approvals.kinds.samples_documents import (
    allocating,
    approving,
    crediting,
    invoicing,
    part,
    plain_line,
    plainly,
    receipting,
    reminding,
)
from tests.approvals.kinds.samples_recode import recoding_of
from tests.approvals.kinds.till import Till, done, undone
from tests.approvals.practice import Practice, Xero, write_books
from tests.support.databases import open_store
from tests.support.sandbox_server import RunningSandbox, start_sandbox


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSandbox]:
    """Wattle Nursery, October 2026."""
    home = tmp_path_factory.mktemp("wattle")
    running = start_sandbox(home, books=[write_books(home)], today="2026-11-05")
    yield running
    running.stop()


@pytest.fixture
def practice(sandbox: RunningSandbox, tmp_path: Path) -> Iterator[Practice]:
    """A practice that has just opened, with its pace unspent."""
    xero = Xero(sandbox)
    xero.control("POST", "pace", {})
    with open_store("sqlite", tmp_path) as store:
        yield Practice.open(store, xero)


@pytest.fixture
def till(practice: Practice) -> Till:
    """The nursery's till."""
    return Till(practice)


def card(practice: Practice, draft: Draft) -> str:
    """What the approver reads."""
    proposal = practice.submit(draft)
    return plain(proposal_card(proposal, describe(proposal), client="Wattle", names={}))


def test_a_draft_bill_is_approved(practice: Practice, till: Till) -> None:
    """`approve_draft_document`: the bill that somebody drafted counts exactly as the card showed it."""
    bill = till.invoice("500.00", kind="ACCPAY", Status="DRAFT")
    draft = approving(bill)
    assert draft.kind == "approve_draft_document"
    assert "DRAFT now, AUTHORISED after" in card(practice, draft)
    assert done(practice, draft).status == POSTED
    assert till.one("Invoices", bill["InvoiceID"])["Status"] == "AUTHORISED"


def test_a_credit_note_is_raised_set_off_and_taken_back(practice: Practice, till: Till) -> None:
    """`credit_note`, then `take_back_credit`: 120.00 of the 500.00 for broken pots, and then not after all."""
    invoice = till.invoice("500.00")
    draft = crediting(**plainly(invoice["Contact"], "120.00", part(invoice, "120.00", "500.00")))
    assert draft.kind == "credit_note"
    assert "A$120.00; due A$500.00 now, A$380.00 after" in card(practice, draft)
    proposal = done(practice, draft)
    assert till.one("Invoices", invoice["InvoiceID"])["AmountDue"] == 380.0
    assert undone(practice, proposal).kind == "take_back_credit"
    assert till.one("Invoices", invoice["InvoiceID"])["AmountDue"] == 500.0


def test_a_credit_that_a_customer_has_is_used(practice: Practice, till: Till) -> None:
    """`allocate_credit`: no money moves."""
    invoice = till.invoice("500.00")
    note = till.credit_note("120.00", contact=invoice["Contact"]["ContactID"])
    draft = allocating(
        credit_id=note["CreditNoteID"],
        contact=invoice["Contact"]["Name"],
        currency="AUD",
        currency_rate=Decimal(1),
        remaining=Decimal("120.00"),
        parts=(part(invoice, "100.00", "500.00"),),
    )
    assert draft.kind == "allocate_credit"
    assert "A$120.00 now, A$20.00 after" in card(practice, draft)
    assert done(practice, draft).status == POSTED
    assert till.one("Invoices", invoice["InvoiceID"])["AmountDue"] == 400.0


def test_a_bad_debt_is_written_off(practice: Practice, till: Till) -> None:
    """`write_off`: nothing is due any more, and the cost stands on the account for bad debts."""
    invoice = till.invoice("500.00")
    said = plainly(invoice["Contact"], "500.00", part(invoice, "500.00", "500.00"))
    draft = crediting("write_off", **{**said, "lines": (plain_line("500.00", "Bad debt", "433", "Insurance"),)})
    assert draft.kind == "write_off"
    assert f"Write off {invoice['InvoiceNumber']}: A$500.00" in card(practice, draft)
    assert done(practice, draft).status == POSTED
    assert till.one("Invoices", invoice["InvoiceID"])["Status"] == "PAID"


def test_an_accepted_quote_is_invoiced_and_its_invoice_mailed(practice: Practice, till: Till) -> None:
    """`quote_to_invoice`, then `send_reminder`, which the card says nothing calls back; paid, it is the receipt."""
    quote = till.quote("500.00", to=("SENT", "ACCEPTED"))
    draft = invoicing(quote)
    assert draft.kind == "quote_to_invoice"
    assert "ACCEPTED now, INVOICED after" in card(practice, draft)
    invoice = till.one("Invoices", done(practice, draft).receipt["id"])
    till.wire.post(f"Contacts/{invoice['Contact']['ContactID']}", {"EmailAddress": "acme@example.com"})
    mail = reminding(invoice)
    assert mail.kind == "send_reminder"
    assert "It cannot be undone" in card(practice, mail)
    assert done(practice, mail).status == POSTED
    till.pay(invoice, "500.00")
    receipt = receipting(till.one("Invoices", invoice["InvoiceID"]), times_sent=1)
    assert receipt.kind == "send_receipt"
    assert "once now, twice after" in card(practice, receipt)
    assert done(practice, receipt).status == POSTED


def test_a_bill_is_coded_to_another_account(practice: Practice, till: Till) -> None:
    """`recode_transaction`: the premium was booked as a sale; the card shows the line now and after."""
    bill = till.invoice("500.00", kind="ACCPAY")
    draft = recoding_of(till, "Invoices", bill["InvoiceID"], {0: {"account_code": "433"}})
    assert draft.kind == "recode_transaction"
    assert "200 Sales → 433 Insurance" in card(practice, draft)
    assert done(practice, draft).status == POSTED
    assert till.one("Invoices", bill["InvoiceID"])["LineItems"][0]["AccountCode"] == "433"
