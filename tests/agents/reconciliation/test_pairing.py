"""Lines of the bank and entries of the ledger: one for one, or a payment and what was kept back of it for one line."""

from __future__ import annotations

from agents.reconciliation.account_view import Entry
from agents.reconciliation.pairing import pair
from tests.agents.reconciliation.coding_books import aud
from tests.agents.reconciliation.desk_books import day, line


def entry(identity: str, on: str, amount: str, who: str = "Acme Pty Ltd", reference: str = "") -> Entry:
    """An entry of the cheque account that waits for an OK."""
    return Entry(
        entity="Payments", id=identity, bank_account_id="090", date=day(on), amount=aud(amount), who=who,
        reference=reference, is_reconciled=False,
    )  # fmt: skip


def test_a_payment_in_full_and_its_fee_are_one_line_of_the_bank() -> None:
    """1,085.00 came for 1,100.00: both entries stand beside the line, and nothing is left."""
    came = line("L1", "10-10", "1085.00", "ACME PTY LTD", "INV-77 LESS FEE")
    paired = pair([came], [entry("paid", "10-10", "1100.00"), entry("fee", "10-10", "-15.00")])
    assert [(one.id, other.id) for one, other in paired.pairs] == [("L1", "paid"), ("L1", "fee")]
    assert (paired.lines, paired.entries) == ((), ())


def test_two_entries_of_other_payers_or_days_are_no_line() -> None:
    came = line("L1", "10-10", "1085.00", "ACME PTY LTD")
    for fee in (entry("fee", "10-11", "-15.00"), entry("fee", "10-10", "-15.00", who="Kiosk")):
        assert pair([came], [entry("paid", "10-10", "1100.00"), fee]).pairs == ()


def test_two_ways_to_make_a_line_are_none() -> None:
    came = line("L1", "10-10", "1085.00", "ACME PTY LTD")
    twice = [entry(f"{sort}{n}", "10-10", amount) for n in "12" for sort, amount in (("paid", "1100"), ("fee", "-15"))]
    assert pair([came], twice).pairs == ()


def test_one_entry_of_the_amount_goes_before_two_that_come_to_it() -> None:
    came = line("L1", "10-10", "1085.00", "ACME PTY LTD")
    entries = [entry("paid", "10-10", "1100.00"), entry("fee", "10-10", "-15.00"), entry("whole", "10-10", "1085.00")]
    assert [other.id for _, other in pair([came], entries).pairs] == ["whole"]
