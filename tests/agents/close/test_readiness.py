"""Is the bakery ready to close October? Each test's books hold one problem, and papers that look like it."""

from __future__ import annotations

import datetime as dt

import pytest

from agents.close.checks import CHECKS
from agents.close.readiness import close_readiness
from agents.findings import CloseStatus
from books.period import Period
from books.refusal import Refusal
from tests.agents.conftest import Opener
from tests.agents.small_books import OCTOBER, SmallBooks


def status(opened: Opener, books: SmallBooks, period: Period = OCTOBER) -> CloseStatus:
    running = opened(books)
    return close_readiness(running.scope(period), running.gateway)


def titles(status: CloseStatus) -> list[str]:
    return [each.title for each in status.blockers]


def test_books_with_nothing_open_are_ready(opened: Opener) -> None:
    """A paid sale, reconciled; an approved bill; the month before is locked."""
    books = SmallBooks()
    books.pay(books.sale("INV-1", "2026-10-03", "500.00"), "2026-10-10", "500.00")
    books.bill("R-10", "2026-10-01", "469", "900.00", "Rent October")
    found = status(opened, books)
    assert found.is_ready
    assert found.blockers == found.notices == ()


def test_bank_lines_are_gathered_by_account_oldest_first(opened: Opener) -> None:
    """A stale cheque and an unmatched receipt in the bank account, a purchase on the card, and a line of November."""
    books = SmallBooks()
    books.money("SPEND", "2026-08-14", "469", "120.00", "Cheque 17", contact="Shelf Co", reconciled=False)
    books.pay(books.sale("INV-7", "2026-10-20", "310.00"), "2026-10-28", "310.00", reconciled=False)
    books.money("SPEND", "2026-10-30", "400", "45.50", "Flyers", bank="091", reconciled=False)
    books.money("SPEND", "2026-11-02", "400", "99.00", "Posters", bank="091", reconciled=False)
    bank, card = status(opened, books).blockers
    assert (bank.title, str(bank.amount)) == ("Bank: 2 ledger lines not reconciled", "A$190.00")
    assert "A$310.00 in and A$120.00 out; oldest 14 Aug 2026, 78 days before the cut-off" in bank.detail
    assert [(each.label, str(each.amount)) for each in bank.documents] == [
        ("Money out, Shelf Co", "−A$120.00"),
        ("Payment received, Mill Lane Deli, INV-7", "A$310.00"),
    ]
    assert (card.title, str(card.amount)) == ("Card: 1 ledger line not reconciled", "−A$45.50")
    assert "BankRec.aspx" in bank.link


def test_a_payment_through_a_clearing_account_is_no_bank_line(opened: Opener) -> None:
    """A sale paid through Stripe and paid out two days later: Stripe's own payment is never on a bank statement."""
    books = SmallBooks()
    books.pay(books.sale("INV-8", "2026-10-20", "80.00"), "2026-10-20", "80.00", bank="855", reconciled=False)
    books.money("RECEIVE", "2026-10-22", "855", "80.00", "Stripe payout")
    assert titles(status(opened, books)) == []


def test_the_book_balance_of_each_bank_account_is_a_figure(opened: Opener) -> None:
    """A receipt of 700 in September and a spend of 250 in October."""
    books = SmallBooks()
    books.money("RECEIVE", "2026-09-15", "200", "700.00", "Market")
    books.money("SPEND", "2026-10-15", "469", "250.00", "Rent")
    check = status(opened, books).checks[0]
    figures = {each.name: (str(each.amount), each.source) for each in check.figures}
    assert figures["Book balance of Bank"] == ("A$450.00", "Trial Balance report to 31 Oct 2026")
    assert figures["Book balance of Card"] == ("A$0.00", "Trial Balance report to 31 Oct 2026")


def test_unfinished_papers_dated_up_to_the_cut_off_block(opened: Opener) -> None:
    """A draft sale of September, a bill awaiting approval, a draft of November, a deleted and a voided one."""
    books = SmallBooks()
    books.sale("INV-3", "2026-09-28", "75.00", status="DRAFT")
    books.bill("B-9", "2026-10-31", "400", "60.00", "Flyers", supplier="Print Hub", status="SUBMITTED")
    books.sale("INV-4", "2026-11-01", "75.00", status="DRAFT")
    books.sale("INV-5", "2026-10-11", "75.00", status="DELETED")
    books.bill("B-8", "2026-10-12", "400", "60.00", "Flyers", status="VOIDED")
    found = status(opened, books)
    assert titles(found) == [
        "Sales invoice INV-3 to Mill Lane Deli is still a draft",
        "Bill B-9 from Print Hub waits for approval",
    ]
    assert [each.who for each in found.blockers] == ["preparer", "approver"]


def test_many_drafts_are_one_finding_that_lists_them(opened: Opener) -> None:
    """Seven draft sales of October."""
    books = SmallBooks()
    for day in range(1, 8):
        books.sale(f"INV-{day}", f"2026-10-{day:02d}", "10.00", status="DRAFT")
    (finding,) = status(opened, books).blockers
    assert finding.title == "7 sales invoices are still drafts"
    assert str(finding.amount) == "A$70.00"
    assert [each.label for each in finding.documents][:2] == ["INV-1, Mill Lane Deli", "INV-2, Mill Lane Deli"]


def test_a_draft_journal_blocks_and_a_deleted_one_does_not(opened: Opener) -> None:
    """An accrual in draft, one deleted, and one of November."""
    books = SmallBooks()
    lines = (("400", "75.00", "Flyers"), ("850", "-75.00", "Flyers"))
    books.journal("2026-10-31", "Accrue flyers", *lines, status="DRAFT")
    books.journal("2026-10-31", "Entered twice", *lines, status="DELETED")
    books.journal("2026-11-30", "Accrue November", *lines, status="DRAFT")
    assert titles(status(opened, books)) == ["Journal “Accrue flyers” is still a draft"]


def test_suspense_and_clearing_must_be_empty_at_the_cut_off(opened: Opener) -> None:
    """An unknown deposit of October, and a Stripe sale that is paid out in November only."""
    books = SmallBooks()
    books.money("RECEIVE", "2026-10-20", "850", "500.00", "Who is this?")
    books.pay(books.sale("INV-8", "2026-10-30", "80.00"), "2026-10-30", "80.00", bank="855")
    books.money("RECEIVE", "2026-11-02", "855", "80.00", "Stripe payout")
    suspense, clearing = status(opened, books).blockers
    assert (suspense.title, str(suspense.amount), suspense.who) == ("Suspense is not empty", "−A$500.00", "client")
    assert (clearing.title, str(clearing.amount), clearing.who) == (
        "Stripe Clearing is not empty",
        "A$80.00",
        "preparer",
    )


def test_an_expense_account_called_wash_is_no_clearing_account(opened: Opener) -> None:
    """Car Wash is an expense."""
    books = SmallBooks()
    books.ledger_account("450", "Car Wash", "EXPENSE")
    books.money("SPEND", "2026-10-20", "450", "25.00", "Van")
    assert titles(status(opened, books)) == []


@pytest.mark.parametrize(
    ("locked", "blocks", "notices"),
    [
        ("2026-09-30", [], []),
        ("2026-08-31", ["September 2026 is not locked"], []),
        ("2026-10-31", [], ["October 2026 is already locked"]),
        ("2026-12-31", [], ["October 2026 is already locked"]),
        (None, [], ["Xero has no lock date"]),
    ],
)
def test_months_are_locked_in_order(opened: Opener, locked: str | None, blocks: list[str], notices: list[str]) -> None:
    """Books with no documents, locked to different days."""
    found = status(opened, SmallBooks(locked=locked))
    assert titles(found) == blocks
    assert [each.title for each in found.notices] == notices


def test_a_month_that_is_not_over_is_not_ready(opened: Opener) -> None:
    """On 30 October, with September locked."""
    running = opened(SmallBooks())
    found = close_readiness(running.scope(today=dt.date(2026, 10, 30)), running.gateway)
    assert titles(found) == ["October 2026 is not over yet"]


def test_a_year_charged_to_one_month_is_found_and_a_corrected_one_is_not(opened: Opener) -> None:
    """Cover for a year in Insurance; another one that a journal has moved; a small one; a quarter that is over."""
    books = SmallBooks()
    books.bill("Y-1", "2026-10-02", "433", "1200.00", "Van insurance 1 Oct 2026 – 30 Sep 2027")
    books.bill("Y-2", "2026-10-02", "433", "2400.00", "Oven insurance 1 Oct 2026 – 30 Sep 2027")
    moved = (("620", "2400.00", "Oven insurance 1 Oct 2026 – 30 Sep 2027 (Y-2)"), ("433", "-2400.00", "Y-2"))
    books.journal("2026-10-02", "Recode Y-2", *moved)
    books.amortise("2026-10-31", "200.00", "Amortisation October: Oven insurance (Y-2)")
    books.bill("Y-3", "2026-10-05", "485", "60.00", "Recipes app 1 Oct 2026 – 30 Sep 2027")
    books.bill("Y-4", "2026-10-05", "469", "900.00", "Cool store 1 Jul 2026 – 30 Sep 2026")
    (finding,) = status(opened, books).blockers
    assert finding.title == "Bill Y-1 from Acorn Insurance pays in advance and stands in Insurance"
    assert str(finding.amount) == "A$1,100.00"


def test_a_read_that_fails_leaves_its_question_unanswered(opened: Opener) -> None:
    """Manual journals cannot be read: the drafts and prepayments are not known, the rest is."""
    running = opened(SmallBooks())
    running.fault(kind="status", status=500, endpoint="ManualJournals", times=None)
    found = close_readiness(running.scope(), running.gateway)
    assert not found.is_ready
    assert found.blockers == ()
    assert [check.code for check in found.checks if check.could_not] == [
        "draft_journals",
        "prepayments",
    ]


def test_books_that_cannot_be_reached_are_one_refusal(opened: Opener) -> None:
    """Xero is down."""
    running = opened(SmallBooks())
    running.fault(kind="down")
    with pytest.raises(Refusal) as refused:
        close_readiness(running.scope(), running.gateway)
    assert refused.value.next_step


def test_a_run_reads_each_kind_of_document_once(opened: Opener) -> None:
    """Organisation, chart, trial balance, bank summary, unreconciled lines and payments, unfinished papers, draft and
    posted journals, bills, credit notes, bank transactions: twelve, and two more the first time (the currencies)."""
    books = SmallBooks()
    books.pay(books.sale("INV-7", "2026-10-20", "310.00"), "2026-10-28", "310.00", reconciled=False)
    books.bill("P-1", "2026-06-20", "620", "1200.00", "Insurance 1 Jul 2026 – 30 Jun 2027")
    running = opened(books)
    close_readiness(running.scope(), running.gateway)
    assert running.calls <= 14
    before = running.calls
    close_readiness(running.scope(), running.gateway)
    assert running.calls - before <= 12


def test_every_check_has_its_own_code_and_asks_a_question() -> None:
    codes = [check.code for check in CHECKS]
    assert len(set(codes)) == len(codes)
    assert all(check.question.endswith("?") for check in CHECKS)


@pytest.mark.parametrize(
    ("name", "kind", "asked"),
    [
        ("Holding account", "CURRENT", True),
        ("Cash in transit", "CURRENT", True),
        ("Unidentified receipts", "CURRLIAB", True),
        ("Mispostings", "EXPENSE", True),
        ("Wages Clearing", "CURRLIAB", True),
        ("Land clearing", "FIXED", False),
        ("Clearing sale advertising", "EXPENSE", False),
        ("Vehicle suspension", "EXPENSE", False),
        ("Stock in transit", "CURRENT", False),
        ("Acme Holdings loan account", "CURRENT", False),
    ],
)
def test_accounts_that_should_be_empty_by_their_names(opened: Opener, name: str, kind: str, asked: bool) -> None:
    """12.00 stands on the account."""
    books = SmallBooks()
    books.ledger_account("888", name, kind)
    books.journal("2026-10-05", "Twelve", ("888", "12.00", ""), ("960", "-12.00", ""))
    found = [each for each in status(opened, books).blockers if each.code == "suspense_clearing"]
    assert [str(each.amount) for each in found] == (["A$12.00"] if asked else [])


def test_a_transfer_that_one_bank_has_not_shown_yet(opened: Opener) -> None:
    """250.00 left the bank account, reconciled there; the card's statement has not been matched."""
    books = SmallBooks()
    moved = {"FromBankAccount": {"Code": "090"}, "ToBankAccount": {"Code": "091"}, "Date": "2026-10-15"}
    books.collections["BankTransfers"] = [moved | {"Amount": "250.00", "FromIsReconciled": True}]
    (found,) = [each for each in status(opened, books).blockers if each.code == "bank_reconciled"]
    assert (found.title, str(found.amount)) == ("Card: 1 ledger line not reconciled", "A$250.00")


def test_a_credit_note_that_is_still_a_draft(opened: Opener) -> None:
    """A supplier's, of 10.00; another one, approved, is finished."""
    books = SmallBooks()
    line = {"AccountCode": "400", "LineAmount": "10.00", "TaxType": "NONE"}
    note = {"Type": "ACCPAYCREDIT", "Contact": {"Name": "Printworks"}, "Date": "2026-10-09", "LineItems": [line]}
    books.collections["CreditNotes"] = [
        note | {"CreditNoteNumber": "C-7", "Status": "DRAFT"},
        note | {"CreditNoteNumber": "C-8", "Status": "AUTHORISED"},
    ]
    (found,) = [each for each in status(opened, books).blockers if each.code == "drafts_and_approvals"]
    assert (found.title, str(found.amount)) == ("Credit note C-7 from Printworks is still a draft", "A$10.00")
    assert "creditNoteID" in found.link


def test_a_foreign_bank_account_shows_its_book_balance_in_the_base_currency(opened: Opener) -> None:
    """A US dollar account with 100.00 received at 1.25 dollars to the Australian one, not reconciled."""
    books = SmallBooks()
    books.collections["Accounts"].append({"Code": "092", "Name": "US Bank", "Type": "BANK", "CurrencyCode": "USD"})
    books.money("RECEIVE", "2026-10-20", "200", "100.00", "Sale abroad", bank="092", reconciled=False)
    books.collections["BankTransactions"][-1] |= {"CurrencyCode": "USD", "CurrencyRate": "1.25"}
    check = status(opened, books).checks[0]
    (finding,) = check.findings
    figures = {each.name: str(each.amount) for each in check.figures}
    assert str(finding.amount) == "US$100.00"
    assert finding.detail.endswith("Book balance A$80.00, in the base currency.")
    assert figures["Book balance of US Bank in the base currency"] == "A$80.00"
