"""A line that names nobody's document: spoilt names, sets, parts, and what must not be matched."""

from __future__ import annotations

import pytest

from agents.reconciliation.matching.memory import Alias, Coding, Memory, Rejection, read_memories
from books.refusal import Refusal
from tests.agents.reconciliation.desk_books import item, line, matched, paid

HARBOUR = "Blue Harbour Roasters Pty Ltd"


@pytest.mark.parametrize(
    "printed",
    [
        "BLUE HARBOUR ROASTERS PTY LTD",
        "BLUE HARBOUR ROAST",
        "BLUE HARBOUR R",
        "BLUE HARBUOR ROASTERS",
        "Roasters Blue Harbour",
        "DIRECT CREDIT BLUE HARBOUR ROASTERS 4471",
        "Blüe Harbour Roasters",
    ],
)
def test_a_payer_is_known_however_the_bank_prints_it(printed: str) -> None:
    report = matched([line("L1", "10-20", "412.36", printed)], [item("INV-1", "10-01", "412.36", HARBOUR)])
    assert paid(report, "L1") == {"INV-1": "412.36"}


def test_two_namesakes_cut_alike_are_told_apart_by_the_amount_or_not_at_all() -> None:
    books = [item("INV-1", "10-01", "412.36", HARBOUR), item("INV-2", "10-01", "99.00", "Blue Harbour Rentals Ltd")]
    report = matched([line("L1", "10-20", "412.36", "BLUE HARBOUR R")], books)
    assert paid(report, "L1") == {"INV-1": "412.36"}
    alike = [books[0], item("INV-2", "10-01", "412.36", "Blue Harbour Rentals Ltd")]
    unclear = matched([line("L1", "10-20", "412.36", "BLUE HARBOUR R")], alike).of_line("L1")
    assert unclear.tier == "candidates"
    assert {each.item_id for each in unclear.candidates} >= {"INV-1", "INV-2"}
    assert all(each.settles for each in unclear.candidates)


def test_a_stranger_who_pays_an_open_amount_is_not_taken_for_the_customer() -> None:
    report = matched([line("L1", "10-20", "412.36", "ZOE WALKER")], [item("INV-1", "10-01", "412.36", HARBOUR)])
    assert report.of_line("L1").tier in ("candidates", "none")


def test_the_oldest_of_equal_documents_is_likely_and_never_sure() -> None:
    books = [item("INV-1", "08-01", "99.00", HARBOUR), item("INV-2", "09-01", "99.00", HARBOUR)]
    match = matched([line("L1", "10-20", "99.00", HARBOUR)], books).of_line("L1")
    assert (match.tier, match.rule) == ("likely", "payer_oldest")
    assert match.allocations[0].item_id == "INV-1"


def test_a_document_dated_after_the_payment_is_not_paid_by_it() -> None:
    match = matched([line("L1", "10-01", "412.36", HARBOUR)], [item("INV-1", "10-20", "412.36", HARBOUR)]).of_line("L1")
    assert match.tier == "none"
    assert match.category == "timing"


def test_a_month_s_statement_is_paid_in_one_sum() -> None:
    amounts = ("121.13", "244.57", "319.91", "77.20", "530.05")
    books = [item(f"INV-{place}", f"10-0{place + 1}", amount, HARBOUR) for place, amount in enumerate(amounts)]
    report = matched([line("L1", "10-28", "1292.86", HARBOUR)], books)
    assert len(paid(report, "L1")) == 5
    assert (report.of_line("L1").tier, report.of_line("L1").rule) == ("sure", "all_open")


def test_any_set_counts_only_when_accident_is_unlikely() -> None:
    """Odd amounts make one set; round price points make many, and then nothing is claimed."""
    odd = ("121.13", "244.57", "319.91", "77.20", "530.05")
    books = [item(f"INV-{place}", f"10-0{place + 1}", amount, HARBOUR) for place, amount in enumerate(odd)]
    assert set(paid(matched([line("L1", "10-28", "198.33", HARBOUR)], books), "L1")) == {"INV-0", "INV-3"}
    round_ones = ("100.00", "200.00", "300.00", "150.00", "250.00", "350.00")
    books = [item(f"INV-{place}", f"10-0{place + 1}", amount, HARBOUR) for place, amount in enumerate(round_ones)]
    assert matched([line("L1", "10-28", "650.00", HARBOUR)], books).of_line("L1").tier in ("candidates", "none")


def test_two_lines_pay_one_document() -> None:
    books = [item("INV-1", "10-01", "941.37", HARBOUR), item("INV-2", "10-01", "377.45", HARBOUR)]
    report = matched([line("L1", "10-10", "400.00", HARBOUR), line("L2", "10-20", "541.37", HARBOUR)], books)
    assert paid(report, "L1") == {"INV-1": "400.00"}
    assert paid(report, "L2") == {"INV-1": "541.37"}
    assert (report.of_line("L1").rule, report.of_line("L1").tier) == ("instalments", "likely")


def test_two_lines_for_one_document_are_sure_where_a_person_said_whose_text_it_is() -> None:
    books = [item("INV-1", "10-01", "941.37", HARBOUR), item("INV-2", "10-01", "377.45", HARBOUR)]
    known = Memory(aliases=(Alias(payer="CAFE 7 OPS", contact_id=HARBOUR),))
    report = matched([line("L1", "10-10", "401.12", "CAFE 7 OPS"), line("L2", "10-20", "540.25", "CAFE 7 OPS")], books,
                     memory=known)  # fmt: skip
    assert [report.of_line(each).tier for each in ("L1", "L2")] == ["sure", "sure"]


def test_two_halves_of_one_document_are_never_sure() -> None:
    """330.07 twice may as well be two other invoices of that amount, and nobody can say."""
    known = Memory(aliases=(Alias(payer="CAFE 7 OPS", contact_id=HARBOUR),))
    halves = [line("L1", "10-10", "330.07", "CAFE 7 OPS"), line("L2", "10-20", "330.07", "CAFE 7 OPS")]
    report = matched(halves, [item("INV-1", "10-01", "660.14", HARBOUR)], memory=known)
    assert (report.of_line("L1").rule, report.of_line("L1").tier) == ("instalments", "likely")


def test_round_parts_of_several_documents_are_no_instalments_by_accident() -> None:
    """50.00 and 110.00 were paid on account of two invoices; that another one is due with 160.00 is an accident."""
    due = ("160.00", "486.14", "1215.00", "250.00", "730.00", "95.00", "1020.00", "610.00")
    books = [item(f"INV-{place}", "10-01", amount, HARBOUR) for place, amount in enumerate(due)]
    parts = ("50.00", "110.00", "300.00", "85.00", "20.00")
    lines = [line(f"L{place}", f"10-1{place}", amount, HARBOUR) for place, amount in enumerate(parts)]
    report = matched(lines, books)
    assert not [each for each in report.matches if each.rule == "instalments" and each.tier in ("sure", "likely")]


def test_a_bill_is_paid_by_money_that_goes_out_and_a_refund_answers_a_credit_note() -> None:
    books = [
        item("B-1", "10-01", "412.36", "Kauri Freight Ltd", kind="ACCPAY"),
        item("CN-1", "10-01", "55.00", HARBOUR, kind="ACCRECCREDIT"),
        item("INV-1", "10-01", "55.00", HARBOUR),
    ]
    report = matched(
        [line("L1", "10-20", "-412.36", "KAURI FREIGHT"), line("L2", "10-20", "-55.00", HARBOUR, "REFUND")], books
    )
    assert paid(report, "L1") == {"B-1": "-412.36"}
    assert paid(report, "L2") == {"CN-1": "-55.00"}


def test_what_stands_in_the_ledger_is_found_before_what_is_open() -> None:
    ledger = [item("T-1", "10-19", "412.36", HARBOUR, kind="RECEIVE")]
    report = matched(
        [line("L1", "10-20", "412.36", HARBOUR)], [item("INV-1", "10-01", "412.36", HARBOUR)], ledger=ledger
    )
    assert paid(report, "L1") == {"T-1": "412.36"}


def test_a_dishonoured_payment_and_its_return_cancel_and_the_next_one_pays() -> None:
    """Paid on the 10th, returned on the 12th, paid again on the 20th: the document is paid by the third line."""
    lines = [
        line("L1", "10-10", "412.36", HARBOUR, "INV-41"),
        line("L2", "10-12", "-412.36", HARBOUR, "INV-41", "DISHONOUR"),
        line("L3", "10-20", "412.36", HARBOUR, "INV-41"),
    ]
    report = matched(lines, [item("INV-41", "10-01", "412.36", HARBOUR)])
    assert report.of_line("L1").category == report.of_line("L2").category == "reversal"
    assert report.of_line("L1").other_line_id == "L2"
    assert paid(report, "L3") == {"INV-41": "412.36"}


def test_money_between_own_accounts_pays_nobody() -> None:
    away = line("L1", "10-10", "-5000.00", "TRANSFER TO SAVINGS")
    home = line("L2", "10-11", "5000.00", "FROM CHEQUE")
    report = matched([away], [item("INV-1", "10-01", "5000.00", HARBOUR)], savings=[home])
    assert report.of_line("L1").category == report.of_line("L2").category == "own_transfer"
    assert report.of_line("L1").other_line_id == "L2"


def test_a_name_that_a_person_confirmed_is_known_and_a_rejected_pair_does_not_come_back() -> None:
    books = [item("INV-1", "10-01", "412.36", HARBOUR)]
    lines = [line("L1", "10-20", "412.36", "J D SMITHERS")]
    assert matched(lines, books).of_line("L1").tier != "sure"
    memory = Memory(aliases=(Alias(payer="J. D. Smithers", contact_id=HARBOUR, confirmed_by="alice"),))
    assert matched(lines, books, memory=memory).of_line("L1").tier == "sure"
    rejecting = Memory(aliases=memory.aliases, rejected=(Rejection(line_id="L1", item_id="INV-1"),))
    match = matched(lines, books, memory=rejecting).of_line("L1")
    assert match.tier == "none"
    assert not match.candidates


def test_a_rejected_pair_does_not_come_back_by_number_either() -> None:
    memory = Memory(rejected=(Rejection(line_id="L1", item_id="INV-4711"),))
    books = [item("INV-4711", "10-01", "412.36", HARBOUR)]
    match = matched([line("L1", "10-20", "412.36", HARBOUR, "INV-4711")], books, memory=memory).of_line("L1")
    assert (match.tier, match.candidates) == ("none", ())


@pytest.mark.parametrize(
    ("payer", "amount", "category"),
    [
        ("MONTHLY ACCOUNT FEE", "-10.00", "bank_fee"),
        ("ZOE WALKER", "75.00", "unknown_payer"),
        ("", "75.00", "uncategorised_deposit"),
        ("CITY POWER", "-210.00", "recurring"),
        ("STRIPE PAYOUT", "911.13", "payout_report"),
        ("BYSTANDER A0", "2.20", "missing_invoice"),
    ],
)
def test_what_belongs_to_nothing_has_a_category_and_a_next_step(payer: str, amount: str, category: str) -> None:
    memory = Memory(codings=(Coding(payer="City Power", account_code="445"),))
    match = matched([line("L1", "10-20", amount, payer)], [], memory=memory).of_line("L1")
    assert match.category == category
    assert match.next_step
    assert not match.allocations


def test_a_memory_file_that_cannot_be_read_is_refused_in_words() -> None:
    with pytest.raises(Refusal) as refusal:
        read_memories(b'{"version": 1, "clients": {"bondi": {"aliases": "none"}}}')
    assert refusal.value.code == "memory_file"
