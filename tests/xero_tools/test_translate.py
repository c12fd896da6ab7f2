"""Xero's JSON into our records: to the cent, in both date forms, and past whatever Xero adds or leaves out."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from books.refusal import Refusal
from xero_tools import timezones, translate, wire
from xero_tools import translate_documents as documents

SPEC = Path(__file__).resolve().parents[3] / "shared" / "specs" / "xero" / "xero_accounting.yaml"


@given(st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**12), max_value=10**12))
def test_every_amount_comes_in_exactly(amount: Decimal) -> None:
    page = f'{{"Invoices":[{{"InvoiceID":"1","Date":"2026-10-31","CurrencyCode":"AUD","Total":{amount:f}}}]}}'
    (row,) = translate.envelope(page.encode()).Invoices or []
    assert translate.invoice(row, "AUD").total.amount == amount


@given(st.dates(min_value=dt.date(1900, 1, 1), max_value=dt.date(2200, 1, 1)))
def test_both_date_forms_say_the_same(day: dt.date) -> None:
    milliseconds = int(dt.datetime(day.year, day.month, day.day, tzinfo=dt.UTC).timestamp() * 1000)
    forms = (f"/Date({milliseconds})/", f"/Date({milliseconds}+0000)/", day.isoformat(), f"{day.isoformat()}T00:00:00")
    assert {translate.day(form) for form in forms} == {day}


def test_a_date_with_an_offset_is_the_day_xero_means() -> None:
    assert translate.moment("/Date(1573755038314+1300)/") == dt.datetime(2019, 11, 14, 18, 10, 38, 314000, dt.UTC)
    assert translate.moment("2026-10-31T01:02:03") == dt.datetime(2026, 10, 31, 1, 2, 3, tzinfo=dt.UTC)
    assert translate.moment("2026-10-31T01:02:03Z") == dt.datetime(2026, 10, 31, 1, 2, 3, tzinfo=dt.UTC)
    assert translate.moment(None) is None


def test_missing_null_and_new_fields_lose_nothing() -> None:
    page = {
        "Invoices": [
            {"InvoiceID": "1", "Date": "2026-10-31", "Total": 5, "Contact": None, "LineItems": None, "Nova": {"x": 1}},
            {"InvoiceID": "2", "Date": "2026-10-31", "Type": "NEWKIND", "Status": "NEWSTATUS", "LineItems": [{}]},
        ]
    }
    rows = translate.envelope(json.dumps(page).encode()).Invoices or []
    first, second = (translate.invoice(row, "NZD") for row in rows)
    assert (first.total.plain(), first.total.currency, first.contact.id, first.lines) == ("5.00", "NZD", "", ())
    assert (second.kind, second.status, len(second.lines)) == ("NEWKIND", "NEWSTATUS", 1)


@pytest.mark.parametrize("broken", [b"", b"<html>", b'{"Invoices":{}}', b'{"Invoices":[{"Total":"much"}]}'])
def test_an_answer_that_cannot_be_read_is_a_refusal(broken: bytes) -> None:
    with pytest.raises(Refusal) as refusal:
        translate.envelope(broken)
    assert refusal.value.code == "xero_unreadable"


def test_a_document_without_a_date_is_a_refusal_that_names_it() -> None:
    with pytest.raises(Refusal, match="INV-9"):
        translate.invoice(wire.WireDocument(InvoiceNumber="INV-9"), "AUD")


def test_xeros_time_zones_are_known() -> None:
    assert timezones.iana_zone("AUSEASTERNSTANDARDTIME") == "Australia/Sydney"
    assert timezones.iana_zone("NEWZEALANDSTANDARDTIME") == "Pacific/Auckland"
    assert timezones.iana_zone("GMTSTANDARDTIME") == "Europe/London"
    assert timezones.iana_zone("MARSSTANDARDTIME") == ""
    for zone in timezones._ZONES.values():
        assert ZoneInfo(zone)


@pytest.fixture(scope="module")
def examples() -> list[tuple[str, dict[str, Any]]]:
    """Every example answer to a GET in the Accounting API's OpenAPI file that our envelope knows."""
    if not SPEC.exists():
        pytest.skip("the OpenAPI files do not lie beside the checkout")
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    paths = yaml.load(SPEC.read_text(), Loader=loader)["paths"]  # a safe loader either way
    found = []
    for path, operations in paths.items():
        answer = operations.get("get", {}).get("responses", {}).get("200", {})
        example = answer.get("content", {}).get("application/json", {}).get("example")
        if isinstance(example, dict) and set(example) & set(wire.Envelope.__struct_fields__) - {"pagination"}:
            found.append((path, example))
    return found


def assert_credits_and_quotes_equal(path: str, example: dict[str, Any], answer: wire.Envelope) -> None:
    """Credits, transfers, batches, quotes and repeating invoices read to the same figures as they were given."""

    def given(plural: str, field: str) -> list[Decimal]:
        return [Decimal(str(row.get(field, 0))) for row in example.get(plural) or []]

    credit_lists = {"CreditNotes": answer.CreditNotes, "Overpayments": answer.Overpayments,
                    "Prepayments": answer.Prepayments}  # fmt: skip
    for plural, credit_rows in credit_lists.items():
        credits = [documents.credit(row, "NZD") for row in credit_rows or []]
        assert [each.total.amount for each in credits] == given(plural, "Total"), path
        assert [each.remaining.amount for each in credits] == given(plural, "RemainingCredit"), path
        allocated = [row for each in example.get(plural) or [] for row in each.get("Allocations") or []]
        assert [part.amount.amount for each in credits for part in each.allocations] == [
            Decimal(str(row.get("Amount", row.get("AppliedAmount", 0)))) for row in allocated
        ], path
    moved = [documents.transfer(row, "NZD") for row in answer.BankTransfers or [] if row.Date]
    assert [each.amount.amount for each in moved] == given("BankTransfers", "Amount"), path
    batches = [documents.batch(row, "NZD").total.amount for row in answer.BatchPayments or []]
    assert batches == given("BatchPayments", "TotalAmount"), path
    quotes = [documents.quote(row, "NZD") for row in answer.Quotes or []]
    assert [each.total.amount for each in quotes] == given("Quotes", "Total"), path
    repeats = [documents.repeating(row, "NZD").total.amount for row in answer.RepeatingInvoices or []]
    assert repeats == given("RepeatingInvoices", "Total"), path


def test_every_example_of_the_openapi_file_comes_through(examples: list[tuple[str, dict[str, Any]]]) -> None:
    assert len(examples) > 25
    for path, example in examples:
        answer = translate.envelope(json.dumps(example, default=str).encode())
        for invoice, given_row in zip(answer.Invoices or [], example.get("Invoices") or [], strict=True):
            read = translate.invoice(invoice, "NZD")
            assert read.total.amount == Decimal(str(given_row.get("Total", 0))), path
            assert len(read.lines) == len(given_row.get("LineItems") or []), path
        for bank in answer.BankTransactions or []:
            assert translate.bank_transaction(bank, "NZD").id == bank.BankTransactionID, path
        for payment, given_row in zip(answer.Payments or [], example.get("Payments") or [], strict=True):
            paid = translate.payment(payment, base="NZD", bank_currency="NZD")
            assert paid.amount.amount == Decimal(str(given_row.get("Amount", 0))), path
        for journal in answer.ManualJournals or []:
            assert translate.manual_journal(journal, "NZD").id == journal.ManualJournalID, path
        assert_credits_and_quotes_equal(path, example, answer)
        for organisation in answer.Organisations or []:
            assert translate.organisation(organisation).timezone, path
