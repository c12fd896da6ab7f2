"""What Xero's Finance API holds of the bank: its published description leaves open what a debit is; balances do not."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from agents.reconciliation.statements.continuity import tie_out
from agents.reconciliation.statements.fed import read_fed
from books.money import Money
from books.practice_records import FedLine, FedStatement
from books.records import LedgerAccount
from books.refusal import Refusal

CHEQUE = LedgerAccount(id="1", code="090", name="Cheque", type="BANK", klass="ASSET", number="062000123")


def line(number: int, amount: str, kind: str = "", *, day: int = 5, gone: str = "") -> FedLine:
    return FedLine(
        id=f"L{number}",
        posted_on=dt.date(2026, 10, day),
        amount=Decimal(amount),
        kind=kind,
        payee="ACME",
        reference="INV-1",
        cheque="77",
        notes="thanks",
        is_deleted=gone == "deleted",
        is_duplicate=gone == "duplicate",
    )


def of_day(day: int, opening: str | None, closing: str | None, *lines: FedLine, summed: str = "") -> FedStatement:
    """A statement of one day; `summed` is what Xero adds up itself, from nothing."""
    return FedStatement(
        id=f"S{day}",
        start=dt.date(2026, 10, day),
        end=dt.date(2026, 10, day),
        currency="AUD",
        lines=lines,
        opening=Decimal(opening) if opening else None,
        closing=Decimal(closing) if closing else None,
        sum_opening=Decimal("0.00") if summed else None,
        sum_closing=Decimal(summed) if summed else None,
    )


def amounts(*fed: FedStatement) -> list[str]:
    reading = read_fed(fed, CHEQUE, "AUD")
    assert all(tie_out(each).holds for each in reading.statements)
    return [each.amount.plain() for statement in reading.statements for each in statement.lines]


def test_signed_amounts_are_taken_as_they_stand() -> None:
    assert amounts(of_day(5, "100.00", "80.00", line(1, "-30.00", "Debit"), line(2, "10.00", "Credit"))) == [
        "-30.00",
        "10.00",
    ]


@pytest.mark.parametrize(("out", "kept_in"), [("Debit", "Credit"), ("CREDIT", "DEBIT")])
def test_unsigned_amounts_get_the_sign_that_the_balances_prove(out: str, kept_in: str) -> None:
    """The bank calls money out a debit, the ledger money in: either may be meant."""
    fed = of_day(5, "100.00", "80.00", line(1, "30.00", out), line(2, "10.00", kept_in))
    assert amounts(fed) == ["-30.00", "10.00"]


def test_without_a_proof_nothing_is_taken() -> None:
    fed = of_day(5, "100.00", "85.00", line(1, "30.00", "Debit"), line(2, "10.00", "Credit"))
    with pytest.raises(Refusal, match="which way the money went") as no:
        read_fed([fed], CHEQUE, "AUD")
    assert "bank's own file" in no.value.next_step


def test_deleted_and_duplicate_lines_are_left_out_and_named() -> None:
    fed = of_day(
        5, "100.00", "70.00", line(1, "-30.00"), line(2, "-9.00", gone="deleted"), line(3, "-30.00", gone="duplicate")
    )
    reading = read_fed([fed], CHEQUE, "AUD")
    assert [each.position for each in reading.statements[0].lines] == ["Statement line L1"]
    assert [(each.position, each.why) for each in reading.skipped] == [
        ("Statement line L2", "deleted in Xero"),
        ("Statement line L3", "a duplicate in Xero"),
    ]
    assert reading.remarks == ("1 line left out: deleted in Xero.", "1 line left out: a duplicate in Xero.")
    assert tie_out(reading.statements[0]).holds


def test_the_days_of_a_feed_become_one_statement_as_long_as_they_go_on() -> None:
    first = of_day(5, "100.00", "70.00", line(1, "-30.00"))
    second = of_day(9, "70.00", "75.00", line(2, "5.00", day=9))
    later = of_day(20, "500.00", "490.00", line(3, "-10.00", day=20))
    reading = read_fed([second, later, first], CHEQUE, "AUD")
    told = [(each.start.day, each.end.day, str(each.opening), str(each.closing)) for each in reading.statements]
    assert told == [(5, 9, "A$100.00", "A$75.00"), (20, 20, "A$500.00", "A$490.00")]
    line_of_it = reading.statements[0].lines[0]
    assert (line_of_it.payer, line_of_it.reference, line_of_it.description) == ("ACME", "INV-1 77", "thanks")
    assert (line_of_it.bank_id, reading.statements[0].account) == ("", "062000123")
    again = read_fed([first], CHEQUE, "AUD").statements[0].lines[0]
    assert again.id == line_of_it.id, "the same line whatever days are asked for"


def test_what_xero_adds_up_stands_in_for_balances_that_the_bank_did_not_supply() -> None:
    reading = read_fed([of_day(5, None, None, line(1, "-30.00"), summed="-30.00")], CHEQUE, "AUD")
    assert reading.statements[0].closing == Money.of("-30.00", "AUD")
    assert "supplied no balances" in reading.remarks[0]
    off = read_fed([of_day(5, "100.00", "70.00", line(1, "-30.00"), summed="-30.00")], CHEQUE, "AUD")
    assert "conversion balance or a line of the bank is wrong" in off.remarks[0]
