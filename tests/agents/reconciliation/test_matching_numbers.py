"""A line that names documents: in every mutilation, exactly, partly, too much, and settled already."""

from __future__ import annotations

import pytest

from tests.agents.reconciliation.desk_books import item, line, matched, paid

ACME = "Acme Joinery Pty Ltd"


@pytest.mark.parametrize(
    "told",
    [
        "INV-004512",
        "inv 004512",
        "Invoice 4512",
        "INVOICE NO. 004512 THANK YOU",
        "INVOO4512",
        "INV-0O45I2",
        "PO 88213",
        "Rechnung 4512 vom 03.10.2026",
    ],
)
def test_a_number_is_read_in_every_mutilation(told: str) -> None:
    """The customer owes 4512 and 4513 for the same amount: only the number says which is paid."""
    books = [item("INV-004512", "10-01", "880.00", ACME, order="PO-88213"), item("INV-004513", "10-01", "880.00", ACME)]
    report = matched([line("L1", "10-20", "880.00", "ACME JOINERY", told)], books)
    assert paid(report, "L1") == {"INV-004512": "880.00"}
    assert report.of_line("L1").tier == "sure"


def test_the_last_digits_name_a_document() -> None:
    books = [item("INV-104512", "10-01", "880.00", ACME), item("INV-104513", "10-01", "880.00", ACME)]
    report = matched([line("L1", "10-20", "880.00", "ACME JOINERY", "4512")], books)
    assert paid(report, "L1") == {"INV-104512": "880.00"}


def test_a_year_s_number_with_a_slash_is_one_number_and_a_date_is_none() -> None:
    """2026/00123 names a document; 10/2026 says a month."""
    books = [item("2026/00123", "10-01", "410.00", ACME), item("2026/00124", "10-01", "410.00", ACME)]
    lines = [
        line("L1", "10-20", "410.00", "ACME JOINERY", "RE 2026/00123 VOM 01.10."),
        line("L2", "10-21", "99.00", "", "10/2026"),
    ]
    report = matched(lines, books)
    assert paid(report, "L1") == {"2026/00123": "410.00"}
    assert paid(report, "L2") == {}


def test_a_slip_of_the_finger_is_forgiven_when_payer_and_amount_agree() -> None:
    books = [item("INV-004512", "10-01", "880.00", ACME), item("INV-004598", "10-02", "880.00", ACME)]
    report = matched([line("L1", "10-20", "880.00", "ACME JOINERY", "INV-004521")], books)
    assert report.of_line("L1").rule == "payer_mistyped"
    assert paid(report, "L1") == {"INV-004512": "880.00"}


def test_a_remittance_of_forty_documents() -> None:
    books = [item(f"INV-{5200 + place}", "10-01", f"{100 + place * 7}.{place + 10}", ACME) for place in range(40)]
    total = sum((each.due for each in books[1:]), books[0].due)
    told = " ".join(each.number for each in books)
    report = matched([line("L1", "10-20", total.plain(), "ACME JOINERY", told)], books)
    assert len(paid(report, "L1")) == 40
    assert report.of_line("L1").rule == "remittance"


def test_a_remittance_that_the_bank_cut_is_completed_from_what_is_open() -> None:
    amounts = ("121.13", "244.57", "319.91", "77.20", "530.05")
    books = [item(f"INV-{5200 + place}", "10-01", amount, ACME) for place, amount in enumerate(amounts)]
    report = matched([line("L1", "10-20", "685.61", "ACME JOINERY", "INV-5200 INV-52")], books)
    assert set(paid(report, "L1")) == {"INV-5200", "INV-5201", "INV-5202"}
    assert report.of_line("L1").rule == "remittance_cut"


def test_part_of_a_named_document_then_the_rest() -> None:
    books = [item("INV-5200", "10-01", "1000.00", ACME)]
    lines = [
        line("L1", "10-10", "400.00", "ACME JOINERY", "INV-5200"),
        line("L2", "10-30", "600.00", "ACME JOINERY", "INV-5200"),
    ]
    report = matched(lines, books)
    assert paid(report, "L1") == {"INV-5200": "400.00"}
    assert paid(report, "L2") == {"INV-5200": "600.00"}


def test_a_bank_s_fee_is_told_from_a_part_payment() -> None:
    books = [item("INV-5200", "10-01", "1000.00", ACME)]
    match = matched([line("L1", "10-10", "985.00", "ACME JOINERY", "INV-5200")], books).of_line("L1")
    assert match.rule == "reference_less_fee"
    assert match.difference is not None
    assert match.difference.plain() == "-15.00"


def test_what_is_paid_too_much_stands_on_account() -> None:
    books = [item("INV-5200", "10-01", "1000.00", ACME)]
    match = matched([line("L1", "10-10", "1200.00", "ACME JOINERY", "INV-5200")], books).of_line("L1")
    assert match.rule == "reference_over"
    assert match.difference is not None
    assert match.difference.plain() == "200.00"


def test_a_number_that_is_settled_never_falls_through() -> None:
    """The customer pays 5200 twice; 5300 is open for the same amount and must not be taken for the second payment."""
    books = [item("INV-5200", "10-01", "880.00", ACME), item("INV-5300", "10-02", "880.00", ACME)]
    lines = [
        line("L1", "10-10", "880.00", "ACME JOINERY", "INV-5200"),
        line("L2", "10-12", "880.00", "ACME JOINERY", "INV-5200"),
    ]
    report = matched(lines, books)
    assert paid(report, "L1") == {"INV-5200": "880.00"}
    assert paid(report, "L2") == {}
    assert report.of_line("L2").category == "duplicate_payment"


def test_a_payment_service_s_payout_names_several_customers_and_keeps_its_fee() -> None:
    books = [
        item(f"INV-{5200 + place}", "10-01", amount, f"Guest {place} Ltd")
        for place, amount in enumerate(("100.00", "250.00", "80.00"))
    ]
    report = matched([line("L1", "10-03", "422.69", "STRIPE PAYOUT", "INV-5200 INV-5201 INV-5202")], books)
    assert report.of_line("L1").rule == "payout"
    assert paid(report, "L1") == {"INV-5200": "100.00", "INV-5201": "250.00", "INV-5202": "80.00"}


def test_the_day_s_rate_comes_from_lines_that_name_their_documents() -> None:
    """Three dollars' invoices are named and paid at about 1.52; the fourth line names nothing and fits that rate."""
    books = [
        item(f"INV-{5200 + place}", "10-01", "1000.00", f"Export {place} Inc", currency="USD") for place in range(3)
    ]
    books += [item("INV-5203", "10-01", "640.00", "Lone Star Foods", currency="USD")]
    lines = [
        line(f"L{place}", f"10-1{place}", f"15{place + 18}.40", f"EXPORT {place} INC", f"INV-{5200 + place}")
        for place in range(3)
    ]
    report = matched([*lines, line("L3", "10-13", "975.10", "LONE STAR FOODS")], books)
    assert {report.of_line(f"L{place}").rule for place in range(3)} == {"reference_currency"}
    assert report.of_line("L3").rule == "payer_currency"
    assert paid(report, "L3") == {"INV-5203": "640.00"}
    assert report.of_line("L3").at_days_rate
    assert not matched(lines[:2], books).of_line("L0").at_days_rate, "two lines tell no rate"


def test_a_credit_note_is_taken_off_a_remittance() -> None:
    books = [item("INV-5200", "10-01", "700.00", ACME), item("INV-5201", "10-02", "300.00", ACME)]
    books += [item("CN-6100", "10-03", "120.00", ACME, kind="ACCRECCREDIT")]
    report = matched([line("L1", "10-20", "880.00", "ACME JOINERY", "INV-5200 INV-5201 LESS CN-6100")], books)
    assert paid(report, "L1") == {"INV-5200": "700.00", "INV-5201": "300.00", "CN-6100": "-120.00"}
    unsaid = matched([line("L1", "10-20", "880.00", "ACME JOINERY")], books)
    assert unsaid.of_line("L1").rule == "all_net"
    assert len(paid(unsaid, "L1")) == 3


def test_a_reissued_cheque_leaves_the_lost_one_alone() -> None:
    """Cheque 101 was lost and 102 written in its place; both stand in the ledger, and the bank saw 102."""
    ledger = [item(f"CHQ 00010{place}", "10-0" + place, "640.00", "Kauri Freight Ltd", kind="SPEND") for place in "12"]
    report = matched([line("L1", "10-09", "-640.00", "", "", "CHEQUE 102")], [], ledger=ledger)
    assert paid(report, "L1") == {"CHQ 000102": "-640.00"}
