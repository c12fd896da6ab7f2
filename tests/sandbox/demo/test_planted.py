"""Each planted fact is true of the books, found here from the documents alone; and there is nothing else to find."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal

import pytest

from sandbox.demo.planted import HARMLESS, PLANTED
from sandbox.demo.planting import ORGANISATIONS, Planted
from tests.sandbox.demo.ledger import LIVE, MONTH_END, Json, balances, cents, day, demo, in_month

TERM = re.compile(r"(\d{1,2} \w{3} \d{4}) – (\d{1,2} \w{3} \d{4})$")
USUAL = {"Southern Grid Energy", "Bluff Road Coolstores", "Capital Light & Power"}


def book_of(fact: Planted) -> Json:
    return demo()[fact.organisation]


def of_kind(kind: str, client: str) -> list[Planted]:
    return [fact for fact in PLANTED if fact.kind == kind and fact.client == client]


def invoices(book: Json, kind: str) -> list[Json]:
    return [row for row in book["Invoices"] if row["Type"] == kind]


def numbered(fact: Planted) -> Json:
    (found,) = (row for row in book_of(fact)["Invoices"] if row["InvoiceNumber"] == fact.number)
    return dict(found)


# what the books say, by nobody's list --------------------------------------------------------------------------------


def unreconciled(book: Json) -> dict[str, tuple[date, Decimal]]:
    """Live ledger lines of bank accounts that are not reconciled, to the month end."""
    banks = {row["AccountID"] for row in book["Accounts"] if row["Type"] == "BANK"}
    rows = [(row["BankTransactionID"], row["BankAccount"], row, row["Total"]) for row in book["BankTransactions"]]
    rows += [(row["PaymentID"], row["Account"], row, row["Amount"]) for row in book["Payments"]]
    return {
        identity: (day(row["Date"]), Decimal(amount))
        for identity, bank, row, amount in rows
        if bank["AccountID"] in banks
        and row["Status"] == "AUTHORISED"
        and not row["IsReconciled"]
        and day(row["Date"]) <= MONTH_END
    }


def waiting(book: Json, status: str) -> dict[str, Decimal]:
    """Invoices and bills of a status, dated to the month end."""
    rows = (row for row in book["Invoices"] if row["Status"] == status and day(row["Date"]) <= MONTH_END)
    return {row["InvoiceNumber"]: Decimal(row["Total"]) for row in rows}


def parse(text: str) -> date:
    return datetime.strptime(text, "%d %b %Y").date()


def prepayments(book: Json) -> dict[str, tuple[Decimal, Decimal, Decimal]]:
    """Bills coded to 620: what journals left of each at the month end, what should be left, and one month's share."""
    found = {}
    for bill in invoices(book, "ACCPAY"):
        for line in bill["LineItems"]:
            if line["AccountCode"] != "620" or bill["Status"] not in LIVE:
                continue
            match = TERM.search(line["Description"])
            assert match, line["Description"]
            starts, ends, amount = parse(match[1]), parse(match[2]), Decimal(line["LineAmount"])
            posted = [
                Decimal(side["LineAmount"])
                for journal in book["ManualJournals"]
                if journal["Status"] == "POSTED" and f"({bill['InvoiceNumber']})" in journal["Narration"]
                for side in journal["JournalLines"]
                if side["AccountCode"] == "620"
            ]
            months = max(0, min(12, (2026 - starts.year) * 12 + 10 - starts.month + 1))
            share = cents(amount / 12)
            should = Decimal("0.00") if ends <= MONTH_END else amount - share * months
            found[bill["InvoiceNumber"]] = (amount + sum(posted), should, share)
    return found


# each planted fact ---------------------------------------------------------------------------------------------------


def a_bank_line(fact: Planted) -> None:
    assert unreconciled(book_of(fact))[fact.document] == (fact.on, fact.amount)


def a_paper(fact: Planted) -> None:
    status = "DRAFT" if fact.kind == "draft_invoice" else "SUBMITTED"
    row = numbered(fact)
    assert (row["Status"], Decimal(row["Total"]), day(row["Date"]), row["CurrencyCode"]) == (
        status, fact.amount, fact.on, fact.currency,
    )  # fmt: skip


def a_draft_journal(fact: Planted) -> None:
    (row,) = (row for row in book_of(fact)["ManualJournals"] if row["ManualJournalID"] == fact.document)
    debits = sum(max(Decimal(line["LineAmount"]), Decimal(0)) for line in row["JournalLines"])
    assert (row["Status"], row["Narration"], debits, day(row["Date"])) == ("DRAFT", fact.number, fact.amount, fact.on)


def a_balance(fact: Planted) -> None:
    code, name = fact.number.split(" ", 1)
    assert balances(book_of(fact), MONTH_END)[code] == fact.amount
    assert name == next(row["Name"] for row in book_of(fact)["Accounts"] if row["Code"] == code)


def a_prepayment(fact: Planted) -> None:
    left, should, share = prepayments(book_of(fact))[fact.number]
    assert (left, share) == (fact.against, fact.amount)
    assert left - should == fact.amount, "exactly October's journal is missing"


def a_lock_date(fact: Planted) -> None:
    assert day(book_of(fact)["Organisation"]["PeriodLockDate"]) == fact.on
    others = [book["Organisation"]["PeriodLockDate"] for key, book in demo().items() if key != fact.organisation]
    assert others == ["2026-09-30", "2026-09-30"]


def a_year_in_one_month(fact: Planted) -> None:
    row = numbered(fact)
    (line,) = row["LineItems"]
    assert (line["AccountCode"], Decimal(line["LineAmount"]), day(row["Date"])) == ("433", fact.amount, fact.on)
    assert line["Description"].endswith("1 Oct 2026 – 30 Sep 2027")
    assert fact.against == fact.amount - cents(fact.amount / 12)


def a_duplicate(fact: Planted) -> None:
    second = numbered(fact)
    bare = re.sub(r"\W", "", fact.number)
    twins = [
        row
        for row in invoices(book_of(fact), "ACCPAY")
        if row["Contact"] == second["Contact"]
        and row["Total"] == second["Total"]
        and row["InvoiceNumber"] != fact.number
    ]
    assert len(twins) == 1
    assert Decimal(second["Total"]) == fact.amount
    assert bare.startswith(re.sub(r"\W", "", twins[0]["InvoiceNumber"]))


def a_missing_bill(fact: Planted) -> None:
    bills = [row for row in invoices(book_of(fact), "ACCPAY") if row["Contact"]["Name"] == fact.number]
    months = {row["Date"][:7]: Decimal(row["SubTotal"]) for row in bills if row["Status"] in LIVE}
    assert len(months) >= 23
    assert "2026-10" not in months
    assert cents(sum(months[f"2026-0{month}"] for month in (7, 8, 9)) / Decimal(3)) == fact.against


def an_overdue_invoice(fact: Planted) -> None:
    row = numbered(fact)
    assert (Decimal(row["AmountDue"]), day(row["DueDate"]), row["CurrencyCode"]) == (
        fact.amount,
        fact.on,
        fact.currency,
    )
    assert (MONTH_END - day(row["DueDate"])).days >= 60


def a_budget_line(fact: Planted) -> None:
    code = fact.number.split(" ", 1)[0]
    (budget,) = book_of(fact)["Budgets"]
    (line,) = (line for line in budget["BudgetLines"] if line["AccountCode"] == code)
    planned = next(Decimal(each["Amount"]) for each in line["BudgetBalances"] if each["Period"] == "2026-10")
    actual = abs(in_month(book_of(fact), "2026-10")[code])
    assert (actual, planned) == (fact.amount, fact.against)
    percent = abs(actual - planned) / planned * 100
    assert fact.note.startswith(f"{percent.quantize(Decimal('0.1'))} % {'over' if actual > planned else 'under'}")


PROOFS: dict[str, Callable[[Planted], None]] = {
    "unreconciled_receipt": a_bank_line, "unreconciled_spend": a_bank_line, "unreconciled_payment": a_bank_line,
    "draft_invoice": a_paper, "submitted_bill": a_paper, "draft_journal": a_draft_journal,
    "suspense_balance": a_balance, "clearing_balance": a_balance, "prepayment_not_amortised": a_prepayment,
    "lock_date_behind": a_lock_date, "annual_bill_in_expense": a_year_in_one_month, "duplicate_bill": a_duplicate,
    "missing_accrual": a_missing_bill, "overdue_customer": an_overdue_invoice,
    "over_budget": a_budget_line, "under_budget": a_budget_line,
}  # fmt: skip


@pytest.mark.parametrize("fact", PLANTED, ids=lambda fact: fact.id)
def test_a_planted_fact_is_true_of_the_books(fact: Planted) -> None:
    PROOFS[fact.kind](fact)


def test_the_contractors_over_budget_are_explained_by_two_bills() -> None:
    book = demo()[ORGANISATIONS["thames-studio"]]
    new = [row for row in invoices(book, "ACCPAY") if row["InvoiceNumber"] in ("NW-019", "JF-2026-7")]
    assert sum(Decimal(row["SubTotal"]) for row in new) == Decimal("5520.00")
    names = {row["Contact"]["Name"] for row in new}
    assert all(row["Date"] >= "2026-10" for row in book["Invoices"] if row["Contact"]["Name"] in names)


# nothing else --------------------------------------------------------------------------------------------------------

CLIENTS = tuple(ORGANISATIONS)


@pytest.mark.parametrize("client", CLIENTS)
def test_no_other_bank_line_is_open(client: str) -> None:
    planted = {fact.document for fact in PLANTED if fact.client == client and fact.check == "bank_reconciled"}
    assert set(unreconciled(demo()[ORGANISATIONS[client]])) == planted


@pytest.mark.parametrize("client", CLIENTS)
def test_no_other_paper_or_journal_waits(client: str) -> None:
    book = demo()[ORGANISATIONS[client]]
    assert set(waiting(book, "DRAFT")) == {fact.number for fact in of_kind("draft_invoice", client)}
    assert set(waiting(book, "SUBMITTED")) == {fact.number for fact in of_kind("submitted_bill", client)}
    drafts = {row["Narration"] for row in book["ManualJournals"] if row["Status"] == "DRAFT"}
    assert drafts == {fact.number for fact in of_kind("draft_journal", client)}


@pytest.mark.parametrize("client", CLIENTS)
def test_no_other_clearing_account_holds_a_balance(client: str) -> None:
    book = demo()[ORGANISATIONS[client]]
    held = balances(book, MONTH_END)
    names = {f"{row['Code']} {row['Name']}" for row in book["Accounts"] if re.search("Clearing|Suspense", row["Name"])}
    planted = {fact.number for fact in PLANTED if fact.client == client and fact.check == "suspense_clearing"}
    assert {name for name in names if held[name[:3]]} == planted


@pytest.mark.parametrize("client", CLIENTS)
def test_the_prepayment_account_is_what_is_unexpired_and_october_unposted(client: str) -> None:
    book = demo()[ORGANISATIONS[client]]
    found = prepayments(book)
    unposted = {number: left - should for number, (left, should, _) in found.items() if left != should}
    assert unposted == {fact.number: fact.amount for fact in of_kind("prepayment_not_amortised", client)}
    unexpired = sum(should for _, should, _ in found.values())
    assert balances(book, MONTH_END)["620"] == unexpired + sum(unposted.values())


@pytest.mark.parametrize("client", CLIENTS)
def test_no_other_bill_is_double_missing_or_overdue(client: str) -> None:
    book = demo()[ORGANISATIONS[client]]
    live = [row for row in book["Invoices"] if row["Status"] in LIVE]
    bills = [row for row in live if row["Type"] == "ACCPAY" and row["Date"] >= "2026-09-15"]
    pairs = [(row["Contact"]["Name"], row["Total"], row["LineItems"][0]["Description"]) for row in bills]
    assert len(pairs) - len(set(pairs)) == len(of_kind("duplicate_bill", client)) == 1
    monthly: dict[str, set[str]] = {}
    for row in live:
        if row["Type"] == "ACCPAY":
            monthly.setdefault(row["Contact"]["Name"], set()).add(row["Date"][:7])
    absent = {
        name
        for name, months in monthly.items()
        if {"2026-07", "2026-08", "2026-09"} <= months and "2026-10" not in months
    }
    assert absent == {fact.number for fact in of_kind("missing_accrual", client)} <= USUAL
    overdue = {
        row["InvoiceNumber"]
        for row in live
        if row["Type"] == "ACCREC" and row["Status"] == "AUTHORISED" and (MONTH_END - day(row["DueDate"])).days >= 45
    }
    assert overdue == {fact.number for fact in of_kind("overdue_customer", client)}


# look-alikes ---------------------------------------------------------------------------------------------------------


def later_or_gone(fact: Planted) -> None:
    book = book_of(fact)
    rows = [*book["Invoices"], *book["ManualJournals"], *book["BankTransactions"]]
    keys = ("BankTransactionID", "ManualJournalID", "InvoiceNumber")
    wanted = fact.document or fact.number
    found = [row for row in rows if any(row.get(key) == wanted for key in keys)]
    if fact.kind == "voided_duplicate":
        assert sorted(row["Status"] for row in found) in (["AUTHORISED", "VOIDED"], ["PAID", "VOIDED"])
        return
    (row,) = found
    assert day(row["Date"]) == fact.on
    assert (row["Status"] == "DELETED") == fact.kind.startswith("deleted")
    assert (day(row["Date"]) > MONTH_END) == fact.kind.startswith("later")
    if "Total" in row:
        assert Decimal(row["Total"]) == fact.amount


def starts_or_ended(fact: Planted) -> None:
    left, should, _ = prepayments(book_of(fact))[fact.number]
    assert left == should == fact.amount


LOOKS: dict[str, Callable[[Planted], None]] = {
    "fully_amortised": starts_or_ended, "starts_later": starts_or_ended, "nets_to_zero": a_balance,
    "voided_duplicate": later_or_gone, "deleted_draft": later_or_gone, "deleted_line": later_or_gone,
    "later_draft": later_or_gone, "later_line": later_or_gone,
}  # fmt: skip


@pytest.mark.parametrize("fact", HARMLESS, ids=lambda fact: fact.id)
def test_a_look_alike_is_harmless(fact: Planted) -> None:
    LOOKS[fact.kind](fact)
