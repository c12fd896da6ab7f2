"""Manual journals against the books of Paper Lantern Ltd (see paper_lantern.py)."""

from typing import Any

import pytest

from tests.sandbox.xero.paper_lantern import document_id
from tests.support.xero_wire import Wire

Json = dict[str, Any]


def journal(*lines: tuple[str, str], **more: object) -> Json:
    """A posted October journal of (account code, signed amount) lines."""
    rows = [{"AccountCode": code, "LineAmount": amount, "Description": "Insurance"} for code, amount in lines]
    return {"Narration": "Amortise insurance", "Date": "2026-10-31", "Status": "POSTED", "JournalLines": rows} | more


def test_a_posted_journal_moves_the_trial_balance(xero: Wire) -> None:
    before = xero.balance("Rent (400)", "2026-10-31")
    answer = xero.put("ManualJournals", journal(("400", "125.50"), ("620", "-125.50")))
    assert answer.status == 200
    made = answer.json["ManualJournals"][0]
    assert made["Status"] == "POSTED"
    assert made["LineAmountTypes"] == "NoTax"
    assert [line["LineAmount"] for line in made["JournalLines"]] == [125.50, -125.50]
    assert (before, xero.balance("Rent (400)", "2026-10-31")) == ("100.00", "225.50")
    assert xero.balance("Prepayments (620)", "2026-10-31") == "-125.50"
    assert xero.rows(f"ManualJournals/{made['ManualJournalID']}")[0]["Narration"] == "Amortise insurance"


def test_a_draft_moves_nothing_until_it_is_posted_and_a_void_takes_it_back(xero: Wire) -> None:
    made = xero.put("ManualJournals", journal(("400", "10"), ("620", "-10"), Status="DRAFT")).json["ManualJournals"][0]
    path = f"ManualJournals/{made['ManualJournalID']}"
    assert xero.balance("Prepayments (620)", "2026-10-31") == "0.00"
    assert xero.post(path, {"Status": "POSTED"}).status == 200
    assert xero.balance("Prepayments (620)", "2026-10-31") == "-10.00"
    assert xero.post(path, {"Status": "VOIDED"}).status == 200
    assert xero.balance("Prepayments (620)", "2026-10-31") == "0.00"
    refused = xero.post(path, {"Status": "POSTED"})
    assert refused.messages == ["Manual journal not of valid status for modification"]


REFUSED = {
    "tax type": (
        journal(JournalLines=[{"AccountCode": "400", "LineAmount": 0, "TaxType": "X"}]),
        "The TaxType code 'X' does not exist or cannot be used for this type of transaction.",
    ),
    "unbalanced": (
        journal(("400", "100.00"), ("620", "-10.00")),
        "The total debits (100.00) must equal total credits (-10.00)",
    ),
    "one line": (journal(("400", "0")), "A manual journal must have at least two journal lines."),
    "bank account": (journal(("090", "5"), ("400", "-5")), "Account code '090' is not a valid code for this document."),
    "receivables": (journal(("610", "5"), ("400", "-5")), "Account code '610' is not a valid code for this document."),
    "payables": (journal(("800", "5"), ("400", "-5")), "Account code '800' is not a valid code for this document."),
    "retained": (journal(("960", "5"), ("400", "-5")), "Account code '960' is not a valid code for this document."),
    "unknown": (journal(("999", "5"), ("400", "-5")), "Account code '999' is not a valid code for this document."),
    "archived": (
        journal(("404", "5"), ("400", "-5")),
        "Account code '404' has been archived, or has been deleted. Each line item must reference a valid account.",
    ),
    "locked": (
        journal(("400", "5"), ("620", "-5"), Date="2026-07-31"),
        "The document date cannot be before the period lock date, currently set at 31-Jul-2026",
    ),
    "no narration": (journal(("400", "5"), ("620", "-5"), Narration=" "), "Narration must not be empty."),
    "not a number": (journal(("400", "abc"), ("620", "-5")), "LineAmount 'abc' is not a valid number."),
    "tax of the wrong side": (
        journal(("200", "5"), ("620", "-5"), LineAmountTypes="Exclusive")
        | {"JournalLines": [
            {"AccountCode": "200", "LineAmount": "5", "TaxType": "INPUT"},
            {"AccountCode": "620", "LineAmount": "-5.50", "TaxType": "NONE"},
        ]},
        "The TaxType code 'INPUT' cannot be used with account code '200'.",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_xero_refuses_leaves_no_trace(reader: Wire, name: str) -> None:
    body, message = REFUSED[name]
    answer = reader.put("ManualJournals", body)
    assert answer.status == 400
    assert (answer.json["ErrorNumber"], answer.json["Type"]) == (10, "ValidationException")
    assert answer.json["Message"] == "A validation exception occurred"
    assert message in answer.messages
    assert len(reader.rows("ManualJournals")) == 2


def test_a_draft_may_lie_in_a_locked_period_but_not_be_posted_there(xero: Wire) -> None:
    draft = journal(("400", "5"), ("620", "-5"), Date="2026-07-31", Status="DRAFT")
    made = xero.put("ManualJournals", draft).json["ManualJournals"][0]
    refused = xero.post(f"ManualJournals/{made['ManualJournalID']}", {"Status": "POSTED"})
    assert "period lock date" in refused.messages[0]


def test_a_draft_with_an_unknown_account_loses_it_with_a_warning(xero: Wire) -> None:
    made = xero.put("ManualJournals", journal(("476", "5"), ("620", "-5"), Status="DRAFT")).json["ManualJournals"][0]
    text = "Account code '476' has been removed as it does not match a recognised account."
    assert made["Warnings"] == [{"Message": text}]


def test_one_bad_journal_keeps_all_out_unless_errors_come_one_by_one(xero: Wire) -> None:
    good, bad = journal(("400", "5"), ("620", "-5")), journal(("400", "5"), ("620", "-4"))
    assert xero.put("ManualJournals", {"ManualJournals": [good, bad]}).status == 400
    assert len(xero.rows("ManualJournals")) == 2
    answer = xero.put("ManualJournals", {"ManualJournals": [good, bad]}, summarizeErrors="false")
    assert answer.status == 200
    assert [row["StatusAttributeString"] for row in answer.json["ManualJournals"]] == ["OK", "ERROR"]
    assert len(xero.rows("ManualJournals")) == 3


def test_an_unknown_id_in_the_path_is_404_in_words_and_in_the_body_400(xero: Wire) -> None:
    missing = document_id(999)
    answer = xero.post(f"ManualJournals/{missing}", {"Status": "POSTED"})
    assert (answer.status, answer.text) == (404, "The resource you're looking for cannot be found")
    inside = journal(("400", "5"), ("620", "-5"), ManualJournalID=missing)
    assert xero.post("ManualJournals", inside).status == 400


def test_a_note_is_kept_in_the_history_by_system_generated(xero: Wire) -> None:
    path = f"ManualJournals/{document_id(42)}/History"
    answer = xero.put(path, {"HistoryRecords": [{"Details": "Prepared by <b>Alice</b>, approved by Priya"}]})
    assert answer.status == 200
    row = xero.get(path).json["HistoryRecords"][0]
    assert (row["Changes"], row["User"]) == ("Note", "System Generated")
    assert row["Details"] == "Prepared by <b>Alice</b>, approved by Priya"
    assert xero.put(path, {"HistoryRecords": [{"Details": "x" * 2501}]}).status == 400
    assert xero.put(path, {"HistoryRecords": [{"Details": "x" * 2500}]}).status == 200


def test_tracking_is_resolved_and_an_unknown_option_refused(xero: Wire) -> None:
    body = journal(("400", "5"), ("620", "-5"))
    body["JournalLines"][0]["Tracking"] = [{"Name": "Region", "Option": "South"}]
    made = xero.put("ManualJournals", body).json["ManualJournals"][0]
    assert made["JournalLines"][0]["Tracking"][0]["TrackingOptionID"]
    body["JournalLines"][0]["Tracking"] = [{"Name": "Region", "Option": "West"}]
    assert "West" in xero.put("ManualJournals", body).messages[0]
