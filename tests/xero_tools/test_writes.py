"""The pen against the sandbox: a journal posted once, found again by its mark, noted, and voided."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from books.money import Money
from books.records import JournalLine
from tests.sandbox.xero.paper_lantern import ORGANISATION
from tests.support.sandbox_server import RunningSandbox
from tests.xero_tools.conftest import gateway_to
from tests.xero_tools.scripted import ScriptedXero, reply
from xero_tools import history, journals, reports
from xero_tools.gateway import OutcomeUnknown, XeroRejected
from xero_tools.writes import Pen, manual_journal_body

MARK = "TIE-7Q4M2K"
OCTOBER_END = dt.date(2026, 10, 31)
LONG_AGO = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


def line(code: str, amount: str) -> JournalLine:
    """A line in Australian dollars."""
    return JournalLine(account_code=code, description="Insurance, 3 of 12", amount=Money.of(amount, "AUD"))


def body(date: dt.date = OCTOBER_END, mark: str = MARK) -> bytes:
    """The amortisation journal that these tests post."""
    lines = [line("400", "250.10"), line("620", "-250.10")]
    return manual_journal_body(
        narration=f"Prepayment amortisation October 2026 [{mark}]",
        date=date,
        lines=lines,
        url=f"https://tieout.example/p/{mark}",
    )


def test_a_journal_is_posted_once_found_noted_and_voided(lantern: RunningSandbox) -> None:
    gateway = gateway_to(lantern.url)
    pen = Pen(gateway)
    assert pen.find_journal_by_mark(ORGANISATION, MARK, since=LONG_AGO) is None

    receipt = pen.post_manual_journal(ORGANISATION, body(), key="k" * 64)
    again = pen.post_manual_journal(ORGANISATION, body(), key="k" * 64)  # the same key: Xero repeats its answer
    assert (receipt.entity, receipt.status) == ("ManualJournals", "POSTED")
    assert again.id == receipt.id
    assert receipt.at

    found = pen.find_journal_by_mark(ORGANISATION, MARK, since=receipt.at)
    assert found
    assert (found.id, found.date) == (receipt.id, OCTOBER_END)
    assert [each.amount.plain() for each in found.lines] == ["250.10", "-250.10"]
    assert len([each for each in journals.manual(ORGANISATION, gateway) if MARK in each.narration]) == 1
    rows = {each.account_code: each.balance.amount
            for each in reports.trial_balance(ORGANISATION, gateway, as_at=OCTOBER_END)}  # fmt: skip
    assert rows["620"] == Decimal("-250.10")

    assert pen.note(ORGANISATION, "ManualJournals", receipt.id, "Approved by Priya Sharma.") is True
    assert pen.note(ORGANISATION, "ManualJournals", receipt.id, "Approved by Priya Sharma.") is False
    notes = history.notes(ORGANISATION, gateway, "ManualJournals", receipt.id)
    assert [each.details for each in notes].count("Approved by Priya Sharma.") == 1

    voided = pen.void_manual_journal(ORGANISATION, receipt.id, key="v" * 64)
    assert (voided.id, voided.status) == (receipt.id, "VOIDED")
    still = pen.find_journal_by_mark(ORGANISATION, MARK, since=LONG_AGO)
    assert still
    assert still.status == "VOIDED"  # a mark is found whatever became of its journal


def test_a_locked_period_is_refused_in_xeros_words(lantern: RunningSandbox) -> None:
    with pytest.raises(XeroRejected, match="period lock date"):
        Pen(gateway_to(lantern.url)).post_manual_journal(ORGANISATION, body(dt.date(2026, 7, 31)), key="k")


@pytest.mark.parametrize("kind", ["drop_before", "drop_after"])
def test_a_lost_answer_is_settled_by_looking_for_the_mark(lantern: RunningSandbox, kind: str) -> None:
    pen = Pen(gateway_to(lantern.url))
    pen.find_journal_by_mark(ORGANISATION, MARK, since=LONG_AGO)
    lantern.simulator.faults.add({"kind": kind, "endpoint": "ManualJournals", "method": "PUT"})

    with pytest.raises(OutcomeUnknown):
        pen.post_manual_journal(ORGANISATION, body(), key="k")
    found = pen.find_journal_by_mark(ORGANISATION, MARK, since=LONG_AGO)
    assert (found is not None) == (kind == "drop_after")


def test_an_accepted_journal_without_an_id_stays_open(xero: ScriptedXero) -> None:
    xero.script(reply({"ManualJournals": []}))
    with pytest.raises(OutcomeUnknown):
        Pen(xero.gateway()[0]).post_manual_journal(ORGANISATION, body(), key="k")


def test_the_same_journal_is_the_same_bytes() -> None:
    assert body() == body()
    assert body() == (
        b'{"ManualJournals":[{"Narration":"Prepayment amortisation October 2026 [TIE-7Q4M2K]","Date":"2026-10-31",'
        b'"Status":"POSTED","LineAmountTypes":"NoTax","JournalLines":['
        b'{"LineAmount":250.10,"AccountCode":"400","Description":"Insurance, 3 of 12","TaxType":"NONE"},'
        b'{"LineAmount":-250.10,"AccountCode":"620","Description":"Insurance, 3 of 12","TaxType":"NONE"}],'
        b'"Url":"https://tieout.example/p/TIE-7Q4M2K"}]}'
    )


@given(st.decimals(min_value="0.01", max_value="999999999999.99", places=2))
def test_every_amount_goes_out_exactly(amount: Decimal) -> None:
    out = manual_journal_body(
        narration="n", date=OCTOBER_END, lines=[line("400", str(amount)), line("620", str(-amount))]
    )
    read = json.loads(out, parse_float=Decimal, parse_int=Decimal)["ManualJournals"][0]["JournalLines"]
    assert [each["LineAmount"] for each in read] == [amount, -amount]


def test_a_journal_that_cannot_be_right_is_never_written() -> None:
    dollars, pounds = line("1", "5"), JournalLine(account_code="2", description="", amount=Money.of("-5", "GBP"))
    for lines in ([dollars], [dollars, line("2", "-4.99")], [dollars, pounds]):
        with pytest.raises(ValueError):
            manual_journal_body(narration="n", date=OCTOBER_END, lines=lines)


def test_a_mark_must_be_one(lantern: RunningSandbox) -> None:
    with pytest.raises(ValueError):
        Pen(gateway_to(lantern.url)).find_journal_by_mark(ORGANISATION, " ", since=LONG_AGO)
