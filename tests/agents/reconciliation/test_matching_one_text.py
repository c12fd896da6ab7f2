"""Statements that put everything into one text: who paid, which document, a date, the bank's own words and numbers."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from agents.reconciliation.matching.subsets import any_set
from benchmarks.matching.__main__ import main
from tests.agents.reconciliation.desk_books import item, line, matched, paid

RAJ, LAURA = "Raj Bianchi", "Laura Johnson"


@pytest.mark.parametrize(
    "told",
    [
        "BILL PAYMENT R BIANCHI TRF848258",
        "DIRECT CREDIT BIANCHI R AS AGREED",
        "MR R BIANCHI THANKS",
        "FPI BIANCHI, RAJ 28.10.26",
    ],
)
def test_a_person_is_known_by_initial_and_family_name_within_a_longer_text(told: str) -> None:
    report = matched([line("L1", "10-20", "412.36", description=told)], [item("INV-1", "10-01", "412.36", RAJ)])
    assert paid(report, "L1") == {"INV-1": "412.36"}


def test_an_initial_that_two_customers_share_is_told_apart_by_the_amount_or_not_at_all() -> None:
    books = [item("INV-1", "10-01", "412.36", RAJ), item("INV-2", "10-01", "99.00", "Rosa Bianchi")]
    report = matched([line("L1", "10-20", "412.36", description="FPI R BIANCHI THANKS")], books)
    assert paid(report, "L1") == {"INV-1": "412.36"}
    alike = [books[0], item("INV-2", "10-01", "412.36", "Rosa Bianchi")]
    report = matched([line("L1", "10-20", "412.36", description="FPI R BIANCHI THANKS")], alike)
    assert report.of_line("L1").tier == "candidates"


def test_two_customers_who_pay_the_same_are_no_duplicate_of_each_other() -> None:
    """The payer's column is empty, as many banks leave it; the texts name two people."""
    books = [item("INV-1", "10-01", "412.36", RAJ), item("INV-2", "10-01", "412.36", LAURA)]
    lines = [
        line("L1", "10-20", "412.36", description="FPI RAJ BIANCHI THANKS"),
        line("L2", "10-21", "412.36", description="FPI LAURA JOHNSON AS AGREED"),
    ]
    report = matched(lines, books)
    assert [report.of_line(each).tier for each in ("L1", "L2")] == ["sure", "sure"]


def test_a_second_payment_in_other_words_is_looked_at_though_another_document_fits() -> None:
    """He pays INV-1 by number, then the same sum again without one; INV-2 may be meant, or nothing."""
    books = [item("INV-7123", "10-01", "412.36", RAJ), item("INV-7124", "10-02", "412.36", RAJ)]
    lines = [
        line("L1", "10-20", "412.36", "RAJ BIANCHI", "INV-7123"),
        line("L2", "10-22", "412.36", "Bianchi, Raj"),
    ]
    report = matched(lines, books)
    assert report.of_line("L1").tier == "sure"
    assert report.of_line("L2").tier == "likely"


@pytest.mark.parametrize("told", ["AUG 2026", "for August 2026", "août 2026", "MÄRZ 2026", "12 OKT. 2026"])
def test_a_month_and_its_year_name_no_document_that_is_numbered_like_the_year(told: str) -> None:
    """She owes 2019 and 2026, equal sums; the month says nothing about which she pays."""
    books = [item("2019", "09-01", "412.36", LAURA), item("2026", "10-01", "412.36", LAURA)]
    match = matched([line("L1", "10-20", "412.36", "LAURA JOHNSON", told)], books).of_line("L1")
    assert (match.rule, match.tier) == ("payer_oldest", "likely")


def test_a_bare_year_names_a_document_only_weakly() -> None:
    """Nobody is named, and two customers owe this sum: 2026 may be the one's number, or the year."""
    books = [item("2026", "10-01", "412.36", RAJ), item("2031", "10-01", "412.36", LAURA)]
    assert matched([line("L1", "10-20", "412.36", reference="2026")], books).of_line("L1").tier == "likely"


def test_a_family_name_before_a_number_is_no_month() -> None:
    books = [item("2031", "10-01", "412.36", "Martin"), item("2032", "10-01", "412.36", "Martin")]
    report = matched([line("L1", "10-20", "412.36", description="MARTIN 2031")], books)
    assert paid(report, "L1") == {"2031": "412.36"}


def test_a_number_with_a_slash_is_read_though_a_date_follows_it() -> None:
    books = [item("5591/26", "10-01", "25.00", RAJ), item("5592/26", "10-01", "25.00", RAJ)]
    report = matched([line("L1", "10-18", "25.00", description="MR R BIANCHI 5591/26 18.10.26")], books)
    assert paid(report, "L1") == {"5591/26": "25.00"}
    assert report.of_line("L1").tier == "sure"


def test_the_bank_s_own_words_are_no_number_misread() -> None:
    """With letters read for digits, BILL would be 8111, one slip from the older of two equal bills."""
    books = [
        item(number, day, "-600.00", RAJ, kind="ACCPAY") for number, day in (("B-61", "10-01"), ("B-8115", "10-02"))
    ]
    report = matched([line("L1", "10-20", "-600.00", "RAJ BIANCHI", "BILL PAYMENT")], books)
    assert (report.of_line("L1").rule, report.of_line("L1").tier) == ("payer_oldest", "likely")


def test_a_legal_form_makes_no_short_name_long_enough_for_two_slips() -> None:
    """Raven Optics Ltd is nobody's; River Optics Ltd owes this amount."""
    books = [item("INV-1", "10-01", "75.00", "River Optics Ltd")]
    assert paid(matched([line("L1", "10-20", "75.00", "RAVEN OPTICS PTY LTD")], books), "L1") == {}
    assert paid(matched([line("L1", "10-20", "75.00", "RIVVER OPTICS PTY LTD")], books), "L1") == {"INV-1": "75.00"}


def test_a_credit_transfer_from_a_customer_is_no_transfer_between_own_accounts() -> None:
    """The savings account lost the same sum on the next day, to somebody else."""
    home = line("L1", "10-10", "550.00", description="SEPA CREDIT TRANSFER TEMPEST PHYSIO INV-4517")
    away = line("L2", "10-11", "-550.00", "GREEN MOTORS")
    books = [item("INV-4517", "10-01", "550.00", "Tempest Physio B.V.")]
    assert paid(matched([home], books, savings=[away]), "L1") == {"INV-4517": "550.00"}


def test_part_of_a_named_document_is_sure_when_name_and_number_agree() -> None:
    """Two others have a document of the same amount; neither its number nor its name is on the line."""
    books = [item("INV-4512", "10-01", "880.00", RAJ)]
    books += [item(f"INV-{number}", "10-01", "880.00", LAURA) for number in (5000, 6000)]
    match = matched([line("L1", "10-20", "300.00", "RAJ BIANCHI", "INV-4512")], books).of_line("L1")
    assert (match.rule, match.tier) == ("reference_part", "sure")


def test_a_fee_is_found_among_namesakes_when_one_document_alone_fits() -> None:
    books = [item("INV-1", "10-01", "412.36", RAJ), item("INV-2", "10-01", "99.00", "Rosa Bianchi")]
    match = matched([line("L1", "10-20", "402.36", "R BIANCHI")], books).of_line("L1")
    assert (match.rule, match.tier) == ("payer_less_fee", "likely")
    both = [books[0], item("INV-2", "10-01", "413.00", "Rosa Bianchi")]
    assert paid(matched([line("L1", "10-20", "402.36", "R BIANCHI")], both), "L1") == {}


def test_a_round_sum_too_much_may_be_just_that_though_a_document_of_the_sum_is_open() -> None:
    owed = (("INV-4512", "10-01", "72.64"), ("INV-4600", "10-02", "381.15"), ("INV-4999", "10-03", "50.00"))
    books = [item(number, day, due, RAJ) for number, day, due in owed]
    match = matched([line("L1", "10-20", "122.64", "RAJ BIANCHI", "INV-4512")], books).of_line("L1")
    assert (match.rule, match.tier) == ("remittance_cut", "likely")


def test_a_remittance_that_names_somebody_else_s_document_too_is_looked_at() -> None:
    """2500 is his invoice and Laura's order; with hers the sum is right as well."""
    books = [item("6634", "10-01", "240.00", RAJ), item("2500", "10-01", "120.00", RAJ)]
    books += [item("6684", "10-01", "120.00", LAURA, order="PO-2500")]
    match = matched([line("L1", "10-20", "480.00", "RAJ BIANCHI", "6634 + 2500")], books).of_line("L1")
    assert (match.rule, match.tier) == ("remittance", "likely")


def test_round_sums_of_round_documents_meet_by_accident_more_often() -> None:
    """40 documents, half of them round: 475.00 is made by two round ones, and that proves little."""
    dice = random.Random(5)
    odd = [dice.randrange(3_000, 90_000) // 100 * 100 + 37 for _ in range(20)]
    round_ones = [dice.randrange(10, 180) * 500 for _ in range(18)]
    found = any_set([*odd, *round_ones, 7_500, 40_000], 47_500)
    plain = any_set([*odd, *(each + 13 for each in round_ones), 7_513, 40_013], 47_526)
    assert found is not None
    assert plain is not None
    assert found.accidental > 10 * plain.accidental


def test_the_determinable_share_copes_with_times_and_contacts_without_an_id(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "lines.csv").write_text(
        "line_id,date,amount,currency,payer,reference,description\nL1,2026-10-20T00:00:00,25.00,AUD,RAJ BIANCHI,,\n"
    )
    (tmp_path / "open_items.csv").write_text(
        "item_id,kind,contact_id,contact_name,number,reference,date,amount_due,currency\n"
        "A,ACCREC,,Raj Bianchi,5591,,2026-10-01T00:00:00,25.00,AUD\n"
        'B,ACCREC,,Laura Johnson,5592,,2026-10-01,"1,025.00",AUD\n'
    )
    (tmp_path / "truth.csv").write_text("line_id,item_id,allocated,kind,payer_told\nL1,A,25.00,exact,1\n")
    main(["run", "--world", str(tmp_path), "--out", str(tmp_path / "matches.csv")])
    main(["score", "--world", str(tmp_path), "--matches", str(tmp_path / "matches.csv")])
    assert "determinable without a guess: strict 1.0000" in capsys.readouterr().out
