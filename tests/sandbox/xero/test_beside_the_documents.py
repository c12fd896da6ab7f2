"""What stands beside documents, and what Xero refuses of credits, groups, transfers and files."""

import pytest

from sandbox.xero.kinds import KINDS
from tests.sandbox.xero.paper_lantern import document_id
from tests.support.xero_wire import Wire

WITH_HISTORY = {
    "BankTransactions", "BankTransfers", "BatchPayments", "Contacts", "CreditNotes", "ExpenseClaims", "Invoices",
    "Items", "ManualJournals", "Overpayments", "Payments", "Prepayments", "PurchaseOrders", "Quotes", "Receipts",
    "RepeatingInvoices",
}  # fmt: skip
NOTE = {"HistoryRecords": [{"Details": "Seen"}]}


def test_sixteen_kinds_have_a_history() -> None:
    assert {kind.plural for kind in KINDS.values() if kind.history} == WITH_HISTORY


@pytest.mark.parametrize("path", ["Invoices", "BankTransactions", "Payments", "ManualJournals"])
def test_a_note_stands_in_the_history(xero: Wire, path: str) -> None:
    whole = KINDS[path.lower()]
    identity = xero.get(path).json[path][0][whole.id_field]
    assert xero.put(f"{path}/{identity}/History", NOTE).status == 200
    assert xero.get(f"{path}/{identity}/History").json["HistoryRecords"][0]["Details"] == "Seen"


def test_the_hundred_and_first_group_is_refused(xero: Wire) -> None:
    groups = [{"Name": f"Group {place}"} for place in range(100)]
    assert xero.put("ContactGroups", {"ContactGroups": groups}).status == 200
    refused = xero.put("ContactGroups", {"Name": "One more"})
    assert refused.messages == ["You've reached the limit of 100 contact groups."]


REFUSED = {
    "an allocation to nobody": ({"Invoice": {"InvoiceID": document_id(99)}, "Amount": 1}, "could not be found"),
    "to another contact": ({"Invoice": {"InvoiceID": document_id(4)}, "Amount": 1}, "same contact"),
    "to a bill": ({"Invoice": {"InvoiceID": document_id(3)}, "Amount": 1}, "same side"),
    "of nothing": ({"Invoice": {"InvoiceID": document_id(1)}, "Amount": 0}, "greater than 0"),
    "to a draft": ({"Invoice": {"InvoiceID": document_id(5)}, "Amount": 1}, "Authorised"),
    "in a locked month": (
        {"Invoice": {"InvoiceID": document_id(1)}, "Amount": 1, "Date": "2026-07-31"}, "period lock date",
    ),
}  # fmt: skip


def test_allocations_xero_would_refuse(xero: Wire) -> None:
    ada = xero.get(f"Invoices/{document_id(1)}").json["Invoices"][0]["Contact"]["ContactID"]
    line = {"Description": "Back", "AccountCode": "200", "LineAmount": 10}
    note = {"Type": "ACCRECCREDIT", "Contact": {"ContactID": ada}, "Date": "2026-10-01", "Status": "AUTHORISED",
            "LineItems": [line]}  # fmt: skip
    made = xero.put("CreditNotes", note).json["CreditNotes"][0]
    assert made["CreditNoteNumber"] == "CN-0001"
    for what, (body, words) in REFUSED.items():
        answer = xero.put(f"CreditNotes/{made['CreditNoteID']}/Allocations", {"Allocations": [body]})
        assert (answer.status, words in answer.messages[0]) == (400, True), what
    assert xero.get(f"Invoices/{document_id(1)}").json["Invoices"][0]["AmountCredited"] == 0


def test_posts_that_would_make_what_post_cannot(xero: Wire) -> None:
    transfer = {"FromBankAccount": {"Code": "090"}, "ToBankAccount": {"Code": "090"}, "Amount": 1}
    assert xero.post("BankTransfers", transfer).status == 405
    assert "must be different" in xero.put("BankTransfers", transfer).messages[0]
    assert xero.post("BatchPayments", {"Payments": []}).status == 405


def test_an_eleventh_file_is_refused(xero: Wire) -> None:
    path = f"Invoices/{document_id(1)}/Attachments"
    answers = [xero.put(f"{path}/{place}.json", {"place": place}) for place in range(11)]
    assert [answer.status for answer in answers] == [200] * 10 + [400]
    assert xero.get(f"Invoices/{document_id(1)}").json["Invoices"][0]["HasAttachments"] is True


def test_a_credit_in_another_rate_posts_its_gain(xero: Wire) -> None:
    invoice = xero.get(f"Invoices/{document_id(4)}").json["Invoices"][0]
    line = {"Description": "Back", "AccountCode": "200", "LineAmount": 65, "TaxType": "EXEMPTEXPORT"}
    note = {"Type": "ACCRECCREDIT", "Contact": {"ContactID": invoice["Contact"]["ContactID"]}, "Date": "2026-10-01",
            "Status": "AUTHORISED", "CurrencyCode": "USD", "CurrencyRate": 0.5, "LineItems": [line]}  # fmt: skip
    made = xero.put("CreditNotes", note).json["CreditNotes"][0]
    part = {"Invoice": {"InvoiceID": document_id(4)}, "Amount": 65, "Date": "2026-10-02"}
    path = f"CreditNotes/{made['CreditNoteID']}/Allocations"
    allocation = xero.put(path, part).json["Allocations"][0]
    assert balance(xero, "499") == "30.00"  # 130.00 was credited, 100.00 of it cleared the invoice: a gain
    removed = xero.call("DELETE", f"{path}/{allocation['AllocationID']}")
    assert removed.json["IsDeleted"] is True
    assert balance(xero, "499") == ""


def balance(xero: Wire, code: str) -> str:
    """An account's credit in the trial balance, or nothing."""
    report = xero.get("Reports/TrialBalance?date=2026-10-31").json["Reports"][0]
    rows = [row["Cells"] for section in report["Rows"] for row in section.get("Rows", [])]
    return next((cells[2]["Value"] for cells in rows if f"({code})" in cells[0]["Value"]), "")
