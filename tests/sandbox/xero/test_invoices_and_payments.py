"""Invoices, bills, bank transactions and payments against the books of Paper Lantern Ltd (see paper_lantern.py)."""

from typing import Any

import pytest

from tests.sandbox.xero.paper_lantern import account_id, document_id, line
from tests.support.xero_wire import Wire

Json = dict[str, Any]
AR = "Accounts Receivable (610)"


def sale(**more: object) -> Json:
    """An approved October invoice of 100.00 + GST to Ada."""
    return {
        "Type": "ACCREC",
        "Contact": {"Name": "Ada"},
        "Date": "2026-10-10",
        "DueDate": "2026-11-10",
        "Status": "AUTHORISED",
        "LineItems": [line("200", "100.00")],
    } | more


def payment(place: int, amount: str, **more: object) -> Json:
    """A payment of a document from the cheque account."""
    return {
        "Invoice": {"InvoiceID": document_id(place)},
        "Account": {"Code": "090"},
        "Date": "2026-10-15",
        "Amount": amount,
    } | more


def test_an_approved_invoice_is_posted_with_its_tax(xero: Wire) -> None:
    made = xero.put("Invoices", sale()).json["Invoices"][0]
    assert made["InvoiceNumber"] == "INV-0005"
    assert (made["SubTotal"], made["TotalTax"], made["Total"], made["AmountDue"]) == (100.0, 10.0, 110.0, 110.0)
    assert made["LineItems"][0]["TaxType"] == "OUTPUT"
    assert xero.balance(AR, "2026-10-31") == "2210.00"  # 1,100 + 1,000 + 110
    assert xero.balance("GST (820)", "2026-10-31") == "-70.00"  # 100 + 20 - 50 - 10 + 10


def test_tax_inclusive_lines_hold_their_tax(xero: Wire) -> None:
    made = xero.put("Invoices", sale(LineAmountTypes="Inclusive")).json["Invoices"][0]
    assert (made["SubTotal"], made["TotalTax"], made["Total"]) == (90.91, 9.09, 100.0)


def test_an_invoice_walks_its_states_and_no_others(xero: Wire) -> None:
    path = f"Invoices/{document_id(5)}"
    assert xero.post(path, {"Status": "SUBMITTED"}).json["Invoices"][0]["Status"] == "SUBMITTED"
    assert xero.post(path, {"Status": "AUTHORISED"}).json["Invoices"][0]["Status"] == "AUTHORISED"
    assert xero.post(path, {"Status": "DRAFT"}).messages == ["Invoice not of valid status for modification"]
    assert xero.post(path, {"Status": "VOIDED"}).json["Invoices"][0]["Status"] == "VOIDED"
    assert xero.post(path, {"Reference": "late"}).messages == ["Invoice not of valid status for modification"]
    assert xero.balance(AR, "2026-10-31") == "2100.00"


REFUSED = {
    "number taken": (sale(InvoiceNumber="INV-0001"), "Invoice # must be unique."),
    "unknown account": (
        sale(LineItems=[line("777", "1")]),
        "Account code '777' is not a valid code for this document.",
    ),
    "archived account": (sale(LineItems=[line("404", "1")]), "Account code '404' has been archived"),
    "tax": (
        sale(LineItems=[line("200", "1", TaxType="INPUT")]),
        "The TaxType code 'INPUT' cannot be used with account code '200'.",
    ),
    "no lines": (sale(LineItems=[]), "One or more line items must be specified"),
    "no contact": (sale(Contact=None), "A Contact must be specified for this type of transaction"),
    "locked": (sale(Date="2026-07-01"), "The document date cannot be before the period lock date"),
    "unknown contact": (sale(Contact={"ContactID": document_id(77)}), "could not be found"),
    "contact in words": (sale(Contact="Ada"), "Contact must be an object."),
    "lines in words": (sale(LineItems=["one"]), "LineItems must be a list of objects."),
    "a list for a type": (sale(Type=["ACCREC"]), "The Type field must be ACCREC or ACCPAY."),
    "no day rate": (sale(CurrencyCode="EUR"), "give a CurrencyRate"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_xero_refuses(reader: Wire, name: str) -> None:
    body, message = REFUSED[name]
    answer = reader.put("Invoices", body)
    assert answer.status == 400, answer.text
    assert any(message in one for one in answer.messages)
    assert len(reader.rows("Invoices")) == 5


def test_a_bill_may_repeat_a_number(xero: Wire) -> None:
    body = sale(Type="ACCPAY", InvoiceNumber="BILL-7", LineItems=[line("310", "1.00")])
    assert xero.put("Invoices", body).status == 200


def test_a_payment_in_full_closes_the_invoice_and_its_deletion_reopens_it(xero: Wire) -> None:
    made = xero.put("Payments", payment(1, "1100.00")).json["Payments"][0]
    paid = xero.rows(f"Invoices/{document_id(1)}")[0]
    assert (paid["Status"], paid["AmountDue"], paid["AmountPaid"]) == ("PAID", 0.0, 1100.0)
    assert paid["Payments"][0]["PaymentID"] == made["PaymentID"]
    assert xero.balance("Cheque Account (090)", "2026-10-31") == "11210.00"  # 10,000 + 220 - 110 + 1,100
    assert xero.post(f"Payments/{made['PaymentID']}", {"Status": "DELETED"}).status == 200
    reopened = xero.rows(f"Invoices/{document_id(1)}")[0]
    assert (reopened["Status"], reopened["AmountDue"], reopened["Payments"]) == ("AUTHORISED", 1100.0, [])
    assert xero.balance("Cheque Account (090)", "2026-10-31") == "10110.00"


def test_a_foreign_invoice_paid_at_another_rate_leaves_a_realised_gain(xero: Wire) -> None:
    """650.00 USD booked at 0.65 (1,000.00 AUD); 325 paid at 0.50 (650.00) and 325 at 0.625 (520.00): 170.00 gained."""
    assert xero.put("Payments", payment(4, "325.00", CurrencyRate=0.5)).status == 200
    assert xero.put("Payments", payment(4, "325.00", CurrencyRate=0.625)).status == 200
    assert xero.rows(f"Invoices/{document_id(4)}")[0]["Status"] == "PAID"
    assert xero.balance("Realised Currency Gains (499)", "2026-10-31") == "-170.00"
    assert xero.balance(AR, "2026-10-31") == "1100.00"


def test_payments_xero_refuses(xero: Wire) -> None:
    def refused(body: Json) -> str:
        answer = xero.put("Payments", body)
        assert answer.status == 400
        return answer.messages[0]

    assert refused(payment(1, "1100.01")) == "Payment amount exceeds the amount outstanding on this document"
    assert refused(payment(5, "10.00")) == "Payments can only be made against Authorised documents"
    assert "period lock date" in refused(payment(1, "10.00", Date="2026-07-30"))
    assert "active account" in refused(payment(1, "10.00", Account={"Code": "nope"}))
    assert refused(payment(99, "10.00")) == "Invoice could not be found"
    assert "greater than 0" in refused(payment(1, "-5"))


def test_an_invoice_with_a_payment_cannot_be_edited_or_voided(xero: Wire) -> None:
    xero.put("Payments", payment(1, "100.00"))
    path = f"Invoices/{document_id(1)}"
    text = "This document cannot be edited as it has a payment or credit note allocated to it."
    assert xero.post(path, {"LineItems": [line("200", "5.00")]}).messages == [text]
    assert xero.post(path, {"Status": "VOIDED"}).messages == [text]
    assert xero.post(path, {"DueDate": "2026-12-24"}).status == 200


def test_money_spent_is_posted_deleted_and_protected_once_reconciled(xero: Wire) -> None:
    body = {
        "Type": "SPEND", "Contact": {"Name": "Cafe"}, "BankAccount": {"AccountID": account_id("090")},
        "Date": "2026-10-03", "LineItems": [line("400", "40.00")],
    }  # fmt: skip
    made = xero.put("BankTransactions", body).json["BankTransactions"][0]
    assert (made["Total"], made["IsReconciled"]) == (44.0, False)
    assert xero.balance("Cheque Account (090)", "2026-10-31") == "10066.00"
    path = f"BankTransactions/{made['BankTransactionID']}"
    assert xero.post(path, {"IsReconciled": True}).status == 200
    assert "reconciled" in xero.post(path, {"Status": "DELETED"}).messages[0]
    assert xero.post(path, {"IsReconciled": "false"}).status == 200
    assert xero.post(path, {"Status": "DELETED"}).json["BankTransactions"][0]["Status"] == "DELETED"
    assert xero.balance("Cheque Account (090)", "2026-10-31") == "10110.00"


def test_contacts_are_unique_by_name_and_archived_ones_leave_the_list(xero: Wire) -> None:
    assert "already assigned" in xero.put("Contacts", {"Name": "Ada"}).messages[0]
    made = xero.put("Contacts", {"Name": "Eve", "EmailAddress": "eve@example.com"}).json["Contacts"][0]
    assert xero.post(f"Contacts/{made['ContactID']}", {"ContactStatus": "ARCHIVED"}).status == 200
    assert "Eve" not in [row["Name"] for row in xero.rows("Contacts")]
    assert "Eve" in [row["Name"] for row in xero.rows("Contacts", includeArchived="true")]


def test_an_account_can_be_opened_and_archived_but_not_a_system_account(xero: Wire) -> None:
    made = xero.put("Accounts", {"Code": "480", "Name": "Software", "Type": "EXPENSE", "TaxType": "INPUT"}).json[
        "Accounts"
    ][0]
    assert made["Class"] == "EXPENSE"
    assert xero.put("Accounts", {"Code": "480", "Name": "Other", "Type": "EXPENSE"}).messages == [
        "Please enter a unique Code."
    ]
    assert xero.post(f"Accounts/{made['AccountID']}", {"Status": "ARCHIVED"}).status == 200
    control = next(row for row in xero.rows("Accounts") if row.get("SystemAccount") == "DEBTORS")
    assert xero.post(f"Accounts/{control['AccountID']}", {"Status": "ARCHIVED"}).status == 400
