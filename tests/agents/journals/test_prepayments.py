"""Which amortisation journals October lacks: each test's books hold prepayments and what was posted on them."""

from __future__ import annotations

from decimal import Decimal

import msgspec
import pytest

from agents.findings import Prepared
from agents.journals.prepayments import prepayments
from approvals.kinds.post_journal import KIND, JournalLine, PostJournal
from books.period import Period
from tests.agents.conftest import Opener
from tests.agents.small_books import OCTOBER, OpenBooks, SmallBooks

COVER = "Shop insurance 1 Jul 2026 – 30 Jun 2027"


def insured(*posted: str, number: str = "P-1", locked: str | None = "2026-09-30") -> SmallBooks:
    """A bill of 1,200.00 for a year from July, amortised at the ends of these months with its number named."""
    books = SmallBooks(locked=locked)
    books.bill(number, "2026-06-20", "620", "1200.00", COVER)
    for on in posted:
        books.amortise(on, "100.00", f"Amortisation of insurance ({number})")
    return books


UP_TO_SEPTEMBER = ("2026-07-31", "2026-08-31", "2026-09-30")


def prepare(running: OpenBooks, period: Period = OCTOBER) -> Prepared:
    return prepayments(running.scope(period), running.gateway)


def titles(prepared: Prepared) -> list[str]:
    return [each.title for each in prepared.findings]


def test_the_missing_month_is_drafted_with_its_schedule(opened: Opener) -> None:
    """July to September are posted."""
    books = insured(*UP_TO_SEPTEMBER)
    prepared = prepare(opened(books))
    (draft,) = prepared.drafts
    assert prepared.findings == ()
    bill = books.collections["Invoices"][0]["InvoiceID"]
    assert (draft.key, str(draft.amount)) == (f"prepayment:{bill}:2026-10", "A$100.00")
    assert draft.payload == PostJournal(
        date=OCTOBER.end,
        narration=f"Prepayment amortisation October 2026: {COVER} (P-1), 4 of 12",
        currency="AUD",
        lines=(
            JournalLine(account_code="433", account_name="Insurance", description=COVER, amount=Decimal("100.00")),
            JournalLine(account_code="620", account_name="Prepayments", description=COVER, amount=Decimal("-100.00")),
        ),
    )
    source, schedule, before, after, account = draft.evidence
    assert (source.label, source.source, bool(source.version)) == ("Bill P-1 from Acorn Insurance", bill, True)
    assert source.link.startswith("http")
    assert schedule.detail == "12 months of A$100.00 each, July 2026 – June 2027"
    assert before.detail == "A$300.00: A$100.00 on 31 Jul 2026, A$100.00 on 31 Aug 2026, A$100.00 on 30 Sep 2026"
    assert (after.detail, account.detail) == ("A$800.00", "Insurance (433), as its earlier journals")
    KIND.check(draft, None)


def test_the_same_books_give_the_same_draft_each_time(opened: Opener) -> None:
    """Asked twice; the evidence must not move while nothing in the books does."""
    running = opened(insured(*UP_TO_SEPTEMBER))
    assert msgspec.json.encode(prepare(running).drafts) == msgspec.json.encode(prepare(running).drafts)


def test_a_posted_month_is_not_drafted_again(opened: Opener) -> None:
    """October stands in a journal that names the bill, with a tag at its end."""
    books = insured(*UP_TO_SEPTEMBER)
    books.amortise(
        "2026-10-31", "100.00", "Prepayment amortisation October 2026: Shop insurance (P-1), 4 of 12 [TO-1f]"
    )
    prepared = prepare(opened(books))
    assert (prepared.drafts, prepared.findings) == ((), ())


def test_journals_are_recognised_without_the_number(opened: Opener) -> None:
    """By the term in July, by the words in August, by the amount alone in September."""
    books = insured()
    books.amortise("2026-07-31", "100.00", "July share, 1 Jul 2026 – 30 Jun 2027")
    books.amortise("2026-08-31", "100.00", "Shop insurance, August")
    books.amortise("2026-09-30", "100.00", "Month end journal 14")
    prepared = prepare(opened(books))
    assert prepared.findings == ()
    assert [each.evidence[2].detail[:9] for each in prepared.drafts] == ["A$300.00:"]


def test_one_journal_for_all_prepayments_of_the_month_counts_for_each(opened: Opener) -> None:
    """Insurance (100.00 a month) and a licence (50.00), released together in every month up to October."""
    books = insured()
    books.bill("L-2", "2026-06-25", "620", "600.00", "Till licence Jul 2026 to Jun 2027", supplier="Tilly Software")
    for month in range(7, 11):
        on = Period(2026, month).end.isoformat()
        lines = (("433", "100.00", ""), ("485", "50.00", ""), ("620", "-150.00", ""))
        books.journal(on, "Monthly release", *lines)
    prepared = prepare(opened(books))
    assert (prepared.drafts, prepared.findings) == ((), ())


def test_a_credit_that_could_be_anybodys_stops_the_draft_and_asks(opened: Opener) -> None:
    """Two prepayments of the same size, and one October journal that names neither."""
    books = insured(*UP_TO_SEPTEMBER)
    books.bill("V-2", "2026-06-25", "620", "1200.00", "Van lease 1 Jul 2026 – 30 Jun 2027", supplier="Vanco")
    for on in UP_TO_SEPTEMBER:
        books.amortise(on, "100.00", "Van lease (V-2)", expense="469")
    books.amortise("2026-10-31", "100.00", "Release October")
    prepared = prepare(opened(books))
    assert prepared.drafts == ()
    assert [title.split(":")[1] for title in titles(prepared)][:2] == [
        " cannot tell whether October 2026 is amortised",
        " cannot tell whether October 2026 is amortised",
    ]


def test_a_share_that_stands_in_a_draft_journal_is_not_drafted_twice(opened: Opener) -> None:
    """Somebody has begun October's journal in Xero."""
    books = insured(*UP_TO_SEPTEMBER)
    books.amortise("2026-10-31", "100.00", "Insurance October (P-1)", status="DRAFT")
    prepared = prepare(opened(books))
    assert prepared.drafts == ()
    assert titles(prepared) == [f"{COVER} (P-1): October 2026 is amortised in a draft journal"]


def test_earlier_months_that_were_missed_are_named_and_not_drafted(opened: Opener) -> None:
    """August was never posted."""
    prepared = prepare(opened(insured("2026-07-31", "2026-09-30")))
    assert [str(each.amount) for each in prepared.drafts] == ["A$100.00"]
    (missed,) = prepared.findings
    assert missed.title == f"{COVER} (P-1): amortisation of August 2026 is missing"
    assert (str(missed.amount), missed.blocks) == ("A$100.00", True)


def test_a_bill_that_came_late_catches_up_in_its_own_month(opened: Opener) -> None:
    """A year from July, billed in October: four months are October's."""
    books = SmallBooks()
    books.bill("P-9", "2026-10-12", "620", "1200.00", COVER)
    (draft,) = prepare(opened(books)).drafts
    assert str(draft.amount) == "A$400.00"
    assert draft.evidence[4].detail == "Insurance (433), its words name Insurance"


def test_what_is_used_up_has_not_begun_or_was_amortised_by_day_is_silent(opened: Opener) -> None:
    """A year that ended, one from November, and one whose journals follow the days of each month."""
    books = SmallBooks()
    books.bill("OLD", "2025-06-20", "620", "365.00", "Permit 1 Jul 2025 – 30 Jun 2026")
    books.amortise("2026-06-30", "365.00", "Permit (OLD)")
    books.bill("NEW", "2026-10-20", "620", "1200.00", "Permit 1 Nov 2026 – 31 Oct 2027")
    books.bill("DAY", "2026-06-20", "620", "365.00", "Alarm 1 Jul 2026 – 30 Jun 2027")
    for on, days in (("2026-07-31", 31), ("2026-08-31", 31), ("2026-09-30", 30), ("2026-10-31", 31)):
        books.amortise(on, f"{days}.00", "Alarm (DAY)")
    prepared = prepare(opened(books))
    # Twelve months in one journal is not how OLD was due, but it is used up by its end.
    assert (prepared.drafts, titles(prepared)) == ((), [])


def test_rounding_is_no_difference(opened: Opener) -> None:
    """1,000.00 over a year: 83.33 a month, posted as 83.34 for three months and 83.33 in October."""
    books = SmallBooks()
    books.bill("P-3", "2026-06-20", "620", "1000.00", COVER)
    for on in UP_TO_SEPTEMBER:
        books.amortise(on, "83.34", "Insurance (P-3)")
    books.amortise("2026-10-31", "83.33", "Insurance (P-3)")
    assert titles(prepare(opened(books))) == []


def test_another_amount_than_the_schedules_is_asked_about(opened: Opener) -> None:
    """October was posted with 10.00 instead of 100.00."""
    books = insured(*UP_TO_SEPTEMBER)
    books.amortise("2026-10-31", "10.00", "Insurance (P-1)")
    prepared = prepare(opened(books))
    assert prepared.drafts == ()
    assert titles(prepared) == [f"{COVER} (P-1): amortisation differs from its schedule"]
    assert "A$10.00 is posted" in prepared.findings[0].detail


def test_a_bill_without_a_term_is_asked_about_while_it_stands_in_the_balance(opened: Opener) -> None:
    """A deposit of 450.00 coded to Prepayments, with no dates; another one that was taken out again."""
    books = SmallBooks()
    books.bill("D-1", "2026-09-02", "620", "450.00", "Trade fair stand")
    books.bill("D-2", "2026-03-02", "620", "80.00", "Deposit oven")
    books.amortise("2026-04-30", "80.00", "Deposit oven back")
    prepared = prepare(opened(books))
    (finding,) = prepared.findings
    assert finding.title == "Prepayments: A$450.00 of the balance has no schedule"
    assert "Bill D-1 from Acorn Insurance: Trade fair stand" in [each.label for each in finding.documents]


def test_an_unclear_date_order_is_asked_about_and_not_guessed(opened: Opener) -> None:
    """A Canadian bakery writes 01/07/2026-01/06/2027."""
    books = SmallBooks(country="CA")
    books.bill("C-1", "2026-06-20", "620", "1200.00", "Insurance 01/07/2026-01/06/2027")
    prepared = prepare(opened(books))
    assert prepared.drafts == ()
    assert titles(prepared) == ["Prepayments: A$1,200.00 of the balance has no schedule"]


def test_an_expense_account_that_nothing_names_is_asked_for(opened: Opener) -> None:
    """A membership, never amortised before, and no account of that name."""
    books = SmallBooks()
    books.bill("M-1", "2026-10-01", "620", "120.00", "Guild membership 1 Oct 2026 – 30 Sep 2027", supplier="Guild")
    prepared = prepare(opened(books))
    assert prepared.drafts == ()
    assert titles(prepared) == [
        "Guild membership 1 Oct 2026 – 30 Sep 2027 (M-1): which expense account?",
    ]


def test_a_renewal_is_charged_where_the_year_before_was(opened: Opener) -> None:
    """Guild membership was amortised to Subscriptions last year; this year's first month is due."""
    books = SmallBooks()
    books.bill("M-0", "2025-10-01", "620", "12.00", "Guild membership 1 Oct 2025 – 30 Sep 2026", supplier="Guild")
    for month in (*[Period(2025, each) for each in (10, 11, 12)], *[Period(2026, each) for each in range(1, 10)]):
        books.amortise(month.end.isoformat(), "1.00", "Guild (M-0)", expense="485")
    books.bill("M-1", "2026-10-01", "620", "120.00", "Guild membership 1 Oct 2026 – 30 Sep 2027", supplier="Guild")
    prepared = prepare(opened(books))
    assert prepared.findings == ()
    (draft,) = prepared.drafts
    assert draft.evidence[4].detail.startswith("Subscriptions (485), as Guild membership 1 Oct 2025")


def test_prepayments_by_card_and_from_the_opening_balances_are_found_too(opened: Opener) -> None:
    """A domain paid by card, tax included; an opening balance with five of twelve months left at the end of May."""
    books = SmallBooks()
    books.money("SPEND", "2026-09-01", "620", "24.00", "Domain 1 Sep 2026 – 31 Aug 2027", contact="Hosty")
    books.amortise("2026-09-30", "2.00", "Domain", expense="485")
    words = "Shop insurance 1 Nov 2025 – 31 Oct 2026, 5 of 12 months left"
    books.journal("2026-05-31", "Opening balances", ("620", "500.00", words), ("960", "-500.00", "Retained earnings"))
    for on in ("2026-06-30", "2026-07-31", "2026-08-31", "2026-09-30"):
        books.amortise(on, "100.00", "Shop insurance 1 Nov 2025 – 31 Oct 2026")
    prepared = prepare(opened(books))
    assert prepared.findings == ()
    assert sorted(str(each.amount) for each in prepared.drafts) == ["A$100.00", "A$2.00"]


def test_two_lines_of_one_bill_are_two_prepayments(opened: Opener) -> None:
    """Insurance and rent in advance on one bill: their proposals must not replace each other."""
    books = SmallBooks()
    books.bill("B-1", "2026-10-01", "620", "120.00", "Insurance 1 Oct 2026 – 30 Sep 2027")
    second = {"Description": "Rent 1 Oct 2026 – 31 Dec 2026", "Quantity": 1, "UnitAmount": "900.00"}
    books.collections["Invoices"][0]["LineItems"].append(second | {"AccountCode": "620", "TaxType": "NONE"})
    prepared = prepare(opened(books))
    assert sorted(str(each.amount) for each in prepared.drafts) == ["A$10.00", "A$300.00"]
    assert len({each.key for each in prepared.drafts}) == 2


def test_tax_is_not_spread_and_foreign_bills_are_in_base_currency(opened: Opener) -> None:
    """1,320.00 with 10 % GST inside; and USD 650.00 at 0.65, which is AUD 1,000.00."""
    books = SmallBooks()
    books.bill("T-1", "2026-10-01", "620", "1320.00", "Insurance 1 Oct 2026 – 30 Sep 2027", LineAmountTypes="Inclusive")
    books.collections["Invoices"][0]["LineItems"][0]["TaxType"] = "INPUT"
    foreign = {"CurrencyCode": "USD", "CurrencyRate": "0.65"}
    books.bill(
        "U-1", "2026-10-01", "620", "650.00", "Insurance 1 Oct 2026 – 31 Jul 2027", supplier="US Cover", **foreign
    )
    prepared = prepare(opened(books))
    assert prepared.findings == ()
    assert sorted(str(each.amount) for each in prepared.drafts) == ["A$100.00", "A$100.00"]


def test_the_account_is_tied_out(opened: Opener) -> None:
    """Three of twelve months are posted; 900.00 stands in the books, 800.00 by the schedule after October."""
    prepared = prepare(opened(insured(*UP_TO_SEPTEMBER)))
    assert [(each.name, str(each.amount)) for each in prepared.figures] == [
        ("Prepayments (620) at 31 Oct 2026", "A$900.00"),
        ("Prepayments (620) by the schedules", "A$800.00"),
        ("Prepayments (620), difference", "A$100.00"),
    ]


def test_a_chart_without_a_prepayment_account_has_nothing_to_prepare(opened: Opener) -> None:
    """The account is called Deposits."""
    books = SmallBooks()
    next(each for each in books.collections["Accounts"] if each["Code"] == "620")["Name"] = "Deposits"
    books.bill("P-1", "2026-06-20", "620", "1200.00", COVER)
    prepared = prepare(opened(books))
    assert (prepared.drafts, prepared.findings, prepared.figures) == ((), (), ())


def test_an_account_that_somebody_emptied_is_not_overdrawn(opened: Opener) -> None:
    """All that was left of the insurance was written off in September by a journal that does not name it."""
    books = insured(*UP_TO_SEPTEMBER)
    lines = (("469", "900.00", "Clean up"), ("620", "-900.00", "Clean up"))
    books.journal("2026-09-30", "Clean up of old balances", *lines)
    prepared = prepare(opened(books))
    assert prepared.drafts == ()
    assert titles(prepared) == [
        f"{COVER} (P-1): the account does not hold its share of October 2026",
        "Prepayments: A$900.00 of the balance has no schedule",
    ]


def test_two_months_in_one_journal_are_no_gap(opened: Opener) -> None:
    """September was forgotten, and October's journal posts both."""
    books = insured("2026-07-31", "2026-08-31")
    books.amortise("2026-10-31", "200.00", "Insurance (P-1), September and October")
    prepared = prepare(opened(books))
    assert (prepared.drafts, titles(prepared)) == ((), [])


def test_what_is_not_clear_elsewhere_on_the_account_hides_no_missed_month(opened: Opener) -> None:
    """A year from July never amortised at all, beside a deposit without a term."""
    books = insured()
    books.bill("D-1", "2026-09-02", "620", "450.00", "Trade fair stand")
    prepared = prepare(opened(books))
    assert [str(each.amount) for each in prepared.drafts] == ["A$100.00"]
    assert titles(prepared) == [
        f"{COVER} (P-1): amortisation of July 2026, August 2026 and September 2026 is missing",
        "Prepayments: A$450.00 of the balance has no schedule",
    ]
    assert "1 debit without a clear term: D-1 (A$450.00)" in prepared.findings[1].detail


def test_a_journal_for_a_debit_without_a_term_speaks_for_no_other(opened: Opener) -> None:
    """October's journal names the deposit by its number; the insurance of October is still missing."""
    books = insured(*UP_TO_SEPTEMBER)
    books.bill("D-1", "2026-09-02", "620", "450.00", "Trade fair stand")
    books.amortise("2026-10-31", "100.00", "Stand D-1, first part")
    prepared = prepare(opened(books))
    assert [str(each.amount) for each in prepared.drafts] == ["A$100.00"]
    assert titles(prepared) == ["Prepayments: A$350.00 of the balance has no schedule"]


def test_one_journal_for_some_of_the_months_prepayments(opened: Opener) -> None:
    """Insurance (100.00), a licence (50.00), rent (900.00): October's journal of 150.00 can only be the first two."""
    books = insured(*UP_TO_SEPTEMBER)
    books.bill("L-2", "2026-10-01", "620", "600.00", "Till licence Oct 2026 to Sep 2027", supplier="Tilly Software")
    books.bill("R-3", "2026-10-01", "620", "2700.00", "Rent Q4 2026", supplier="Landlord")
    books.journal("2026-10-31", "Monthly release", ("433", "100.00", ""), ("485", "50.00", ""), ("620", "-150.00", ""))
    prepared = prepare(opened(books))
    assert [str(each.amount) for each in prepared.drafts] == ["A$900.00"]
    assert titles(prepared) == []


def test_a_prepayment_that_the_supplier_credited_is_over(opened: Opener) -> None:
    """A licence for a year from July, credited in full a fortnight later."""
    books = SmallBooks()
    words = "Till licence 1 Jul 2026 – 30 Jun 2027"
    books.bill("L-1", "2026-07-01", "620", "1200.00", words)
    line = {"Description": f"Credit for {words}", "AccountCode": "620", "LineAmount": "1200.00", "TaxType": "NONE"}
    books.collections["CreditNotes"] = [
        {"Type": "ACCPAYCREDIT", "CreditNoteNumber": "C-1", "Date": "2026-07-15", "LineItems": [line]}
    ]
    prepared = prepare(opened(books))
    assert (prepared.drafts, titles(prepared)) == ((), [])


def test_one_month_paid_ahead_is_due_in_that_month(opened: Opener) -> None:
    """Rent of October and of November, both billed in September."""
    books = SmallBooks()
    books.bill("R-10", "2026-09-20", "620", "900.00", "Rent in advance: October 2026")
    books.bill("R-11", "2026-09-20", "620", "900.00", "Rent in advance: November 2026")
    prepared = prepare(opened(books))
    assert [each.key.split(":")[1] for each in prepared.drafts] == [books.collections["Invoices"][0]["InvoiceID"]]
    assert titles(prepared) == []


def test_a_term_on_a_line_of_mere_text(opened: Opener) -> None:
    """The amount's line says Insurance; the line below it, without an amount, the dates."""
    books = SmallBooks()
    books.bill("P-4", "2026-10-01", "620", "1200.00", "Insurance")
    books.collections["Invoices"][0]["LineItems"].append({"Description": "Period of cover 1/10/26 to 30/9/27"})
    assert [str(each.amount) for each in prepare(opened(books)).drafts] == ["A$100.00"]


@pytest.mark.parametrize("name", ["Payments in advance", "Prepaid insurance", "Deferred expenses", "Pre-payments"])
def test_prepayment_accounts_by_their_usual_names(opened: Opener, name: str) -> None:
    books = insured(*UP_TO_SEPTEMBER)
    next(each for each in books.collections["Accounts"] if each["Code"] == "620")["Name"] = name
    assert [str(each.amount) for each in prepare(opened(books)).drafts] == ["A$100.00"]
