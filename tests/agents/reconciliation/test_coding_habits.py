"""A line without a document is coded as people coded it before, and never when something speaks against that."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from agents.reconciliation.coding.records import CANDIDATES, LIKELY, NONE
from agents.reconciliation.matching.memory import Alias, Coding, Memory
from agents.reconciliation.matching.records import OpenItem
from books.money import Money
from tests.agents.reconciliation.coding_books import coder, entry, monthly
from tests.agents.reconciliation.desk_books import item, line

FEE = "404 EXEMPTEXPENSES"
BANK = "Southbank"


def test_a_fee_that_was_coded_each_month_is_coded_again() -> None:
    """Ten months of 12.00 to bank fees; in November the bank takes 12.00 again."""
    said = coder(*monthly(10, "-12.00", BANK, FEE)).propose(line("L1", "11-02", "-12.00", "SOUTHBANK", "FEE"))
    assert (said.tier, said.account_code, said.account_name, said.tax_type) == (
        LIKELY, "404", "Bank Fees", "EXEMPTEXPENSES")  # fmt: skip
    assert (said.contact_id, said.support, str(said.share)) == ("c-Southbank", 10, "1.000")
    assert said.because == (
        "Southbank was coded to 404 Bank Fees 10 of 10 times since January 2026, last on 2 Oct 2026."
    )
    assert said.last_id == "2026-10-02:Southbank:-12.00:"


def test_one_slip_among_fifteen_does_not_overturn_a_habit() -> None:
    """14 to motor vehicle, and the newest but one to the office by mistake."""
    past = [entry(f"2026-10-{n:02}", "-60.00", "Pump & Go Fuel", "449 INPUT") for n in range(1, 15)]
    slip = entry("2026-10-13", "-61.00", "Pump & Go Fuel", "453 INPUT")
    said = coder(*past, slip).propose(line("L1", "11-02", "-55.00", "PUMP & GO FUEL 0417 SYDNEY"))
    assert (said.tier, said.account_code, said.support, str(said.share)) == (LIKELY, "449", 14, "0.933")
    assert "14 of 15 times" in said.because


@pytest.mark.parametrize(
    ("name", "document", "account"),
    [
        ("a bill of the very amount", item("B-9", "10-28", "12.00", BANK, kind="ACCPAY"), ""),
        ("a bill that this may pay a part of", item("B-9", "10-28", "480.00", BANK, kind="ACCPAY"), ""),
        ("a bill entered some days late", item("B-9", "11-08", "12.00", BANK, kind="ACCPAY"), ""),
        ("somebody's bill that the line names", item("B-77412", "10-28", "99.00", "Acme", kind="ACCPAY"), ""),
        ("the entry itself, not yet reconciled", item("E-1", "11-02", "12.00", BANK, kind="SPEND"), ""),
        ("a sales invoice, which money out cannot pay", item("I-9", "10-28", "12.00", BANK), "404"),
        ("a bill of next month", item("B-9", "11-28", "12.00", BANK, kind="ACCPAY"), "404"),
        ("another payer's bill of the same amount", item("B-9", "10-28", "12.00", "Acme", kind="ACCPAY"), "404"),
        ("an entry of another amount", item("E-1", "11-02", "13.00", BANK, kind="SPEND"), "404"),
    ],
)
def test_the_source_document_comes_before_the_last_coding(name: str, document: OpenItem, account: str) -> None:
    """However often it was coded so, an open document that could explain the line makes it a question."""
    desk = coder(*monthly(10, "-12.00", BANK, FEE), open_items=[document])
    said = desk.propose(line("L1", "11-02", "-12.00", BANK, "PYMT 77412"))
    assert said.account_code == account, name
    if not account:
        assert said.tier == CANDIDATES
        assert "a document comes before any coding" in said.because
        assert [each.account_code for each in said.choices] == ["404"]


def test_two_accounts_that_both_have_support_are_a_choice() -> None:
    past = monthly(6, "-60.00", "Corner Store", "453 INPUT") + monthly(
        3, "-60.00", "Corner Store", "449 INPUT", first=7
    )
    said = coder(*past).propose(line("L1", "11-02", "-60.00", "Corner Store"))
    assert (said.tier, said.account_code) == (CANDIDATES, "")
    assert [(each.account_code, each.support) for each in said.choices] == [("453", 6), ("449", 3)]


def test_the_same_account_with_two_tax_types_is_a_choice_too() -> None:
    past = monthly(4, "-60.00", "Corner Store", "453 INPUT") + monthly(4, "-60.00", "Corner Store", "453 NONE", first=5)
    assert coder(*past).propose(line("L1", "11-02", "-60.00", "Corner Store")).tier == CANDIDATES


def test_people_who_changed_their_minds_are_not_outvoted() -> None:
    """Twelve times one account, the last two times another."""
    past = [entry(f"2026-09-{n:02}", "-60.00", "Corner Store", "453 INPUT") for n in range(1, 13)]
    past += [entry(f"2026-10-{n:02}", "-60.00", "Corner Store", "449 INPUT") for n in (1, 2)]
    said = coder(*past).propose(line("L1", "11-02", "-60.00", "Corner Store"))
    assert said.tier == CANDIDATES
    assert "the last 2 went elsewhere" in said.because


@pytest.mark.parametrize(("count", "tier"), [(0, NONE), (1, NONE), (2, NONE), (3, LIKELY)])
def test_fewer_than_three_are_no_habit(count: int, tier: str) -> None:
    assert coder(*monthly(count, "-12.00", BANK, FEE)).propose(line("L1", "11-02", "-12.00", BANK)).tier == tier


@pytest.mark.parametrize(
    ("amount", "tier"),
    [("-25.00", LIKELY), ("-30.00", LIKELY), ("-30.01", CANDIDATES), ("-5.00", LIKELY), ("-4.99", CANDIDATES)],
)
def test_an_amount_far_outside_the_habit_is_a_question(amount: str, tier: str) -> None:
    """10.00 to 15.00 so far: up to twice the most and down to half the least."""
    past = monthly(3, "-10.00", BANK, FEE) + monthly(3, "-15.00", BANK, FEE, first=4)
    said = coder(*past).propose(line("L1", "11-02", amount, BANK))
    assert said.tier == tier
    assert tier == LIKELY or "far outside what came before (A$10.00 to A$15.00)" in said.because


def test_money_in_is_never_coded_as_money_out() -> None:
    """A bank takes fees and pays interest: a habit has a direction and a currency."""
    desk = coder(*monthly(6, "-12.00", BANK, FEE))
    assert desk.propose(line("L1", "11-02", "12.00", BANK)).tier == NONE
    in_euro = msgspec.structs.replace(line("L2", "11-02", "-12.00", BANK), amount=Money.of("-12.00", "EUR"))
    assert desk.propose(in_euro).tier == NONE


def test_words_tell_apart_what_one_payer_gets() -> None:
    """The tax office gets PAYE forty times and a fine twice; nothing else of it is guessed."""
    paye = [entry(f"2026-{m:02}-{d:02}", "-900.00", "Tax Office", "449 INPUT", reference=f"PAYE {m}/26")
            for m in range(1, 11) for d in (5, 12, 19, 26)]  # fmt: skip
    income = [entry(f"2026-{m:02}-28", "-900.00", "Tax Office", "453 INPUT", reference="Income tax") for m in (3, 6, 9)]
    fines = [entry(f"2026-{m:02}-28", "-900.00", "Tax Office", FEE, reference="Fine") for m in (4, 5)]
    desk = coder(*paye, *income, *fines)

    def said(reference: str) -> tuple[str, str]:
        found = desk.propose(line("L1", "11-02", "-900.00", "TAX OFFICE", reference))
        return found.tier, found.account_code

    assert said("PAYE OCT 26") == (LIKELY, "449")
    assert said("INCOME TAX Q3") == (LIKELY, "453")
    assert said("FINE 0417") == (NONE, "")
    assert said("Penalty interest") == (CANDIDATES, "")


def test_a_split_whose_parts_the_line_does_not_tell_is_a_choice() -> None:
    """Card settlements arrive less a fee that differs each day."""
    past = monthly(6, "97.60", "Terminal", "855 BASEXCLUDED 100.00", "404 EXEMPTEXPENSES -2.40")
    said = coder(*past).propose(line("L1", "11-02", "97.60", "TERMINAL"))
    assert (said.tier, {each.account_code for each in said.choices}) == (CANDIDATES, {"855", "404"})
    assert "in parts that the line does not tell" in said.because


@pytest.mark.parametrize("codes", [("404",), ("453",), ("404", "453")])
def test_what_people_confirmed_outweighs_a_habit_that_says_otherwise(codes: tuple[str, ...]) -> None:
    memory = Memory(codings=tuple(Coding(payer="SOUTHBANK", account_code=code) for code in codes))
    said = coder(*monthly(8, "-12.00", BANK, FEE), memory=memory).propose(line("L1", "11-02", "-12.00", BANK))
    assert said.tier == (LIKELY if codes == ("404",) else CANDIDATES)


def test_a_confirmation_alone_is_a_choice_and_no_proposal() -> None:
    memory = Memory(codings=(Coding(payer="Parking 7", account_code="449"),))
    said = coder(memory=memory).propose(line("L1", "11-02", "-8.00", "PARKING 7"))
    assert (said.tier, [each.account_code for each in said.choices]) == (CANDIDATES, ["449"])


def test_a_payer_text_that_a_person_explained_has_that_contacts_habit() -> None:
    memory = Memory(aliases=(Alias(payer="SBK*4471", contact_id="c-Southbank"),))
    past = monthly(5, "-12.00", BANK, FEE)
    coded = line("L1", "11-02", "-12.00", "SBK*4471")
    assert coder(*past).propose(coded).tier == NONE
    assert coder(*past, memory=memory).propose(coded).account_code == "404"


@pytest.mark.parametrize(
    "changes",
    [{"status": "DELETED"}, {"kind": "SPEND-PREPAYMENT"}, {"kind": "SPEND-TRANSFER"}, {"kind": "SPEND-OVERPAYMENT"}],
)
def test_only_live_money_spent_and_received_teaches(changes: dict[str, Any]) -> None:
    assert coder(*monthly(6, "-12.00", BANK, FEE, **changes)).propose(line("L1", "11-02", "-12.00", BANK)).tier == NONE


@pytest.mark.parametrize(
    ("code", "why"), [("999", "no account 999"), ("610", "control account"), ("090", "control account")]
)
def test_an_account_that_takes_no_line_is_not_proposed(code: str, why: str) -> None:
    said = coder(*monthly(6, "-12.00", BANK, code)).propose(line("L1", "11-02", "-12.00", BANK))
    assert said.tier == NONE
    assert why in said.because
