"""Xero mails sales invoices that are submitted, approved or paid, to contacts with an address, and so many a day."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.approvals.practice import BOOKS, ORGANISATION
from tests.support.sandbox_server import RunningSandbox, start_sandbox
from tests.support.xero_wire import Wire


def books_with(tmp_path: Path, **said: Any) -> RunningSandbox:
    """The nursery's books, with more said of the organisation."""
    books: dict[str, Any] = {**BOOKS, "Organisation": {**BOOKS["Organisation"], **said}}  # type: ignore[dict-item]
    (tmp_path / "books.json").write_text(json.dumps(books))
    return start_sandbox(tmp_path, books=[tmp_path / "books.json"], today="2026-11-05")


def invoice_of(xero: Wire, *, name: str = "Ada", **more: Any) -> str:
    """An approved invoice of 5.00 to Ada, or what `more` says; its id."""
    people = [{"FirstName": "Bo", "EmailAddress": "bo@example.com", "IncludeInEmails": True},
              {"FirstName": "Cy", "EmailAddress": "cy@example.com", "IncludeInEmails": False}]  # fmt: skip
    contact = xero.put("Contacts", {"Name": name, "EmailAddress": "ada@example.com", "ContactPersons": people}).json
    line = {"Description": "Roses", "Quantity": 1, "UnitAmount": "5.00", "AccountCode": "433"}
    body = {"Type": "ACCREC", "Contact": {"ContactID": contact["Contacts"][0]["ContactID"]}, "Date": "2026-10-20",
            "Status": "AUTHORISED", "DueDate": "2026-11-20", "LineAmountTypes": "NoTax",
            "LineItems": [line]}  # fmt: skip
    return str(xero.put("Invoices", body | more).json["Invoices"][0]["InvoiceID"])


def mailed(xero: Wire, invoice: str) -> list[str]:
    """What the history says of mails."""
    rows = xero.get(f"Invoices/{invoice}/History").json["HistoryRecords"]
    return [row["Details"] for row in rows if row["Changes"] == "Invoice sent"]


@pytest.mark.parametrize("status", ["DRAFT", "DELETED", "VOIDED"])
def test_what_is_no_document_of_the_customers_is_not_mailed(tmp_path: Path, status: str) -> None:
    sandbox = books_with(tmp_path)
    xero = Wire(sandbox.url, ORGANISATION)
    invoice = invoice_of(xero, Status="AUTHORISED" if status == "VOIDED" else "DRAFT")
    if status != "DRAFT":
        xero.post(f"Invoices/{invoice}", {"Status": status})
    refused = xero.post(f"Invoices/{invoice}/Email", {})
    assert (refused.status, mailed(xero, invoice)) == (400, [])
    assert refused.messages == ["Only sales invoices that are submitted, approved or paid can be emailed."]
    sandbox.stop()


def test_a_bill_is_not_mailed_and_nobody_is_mailed_without_an_address(tmp_path: Path) -> None:
    sandbox = books_with(tmp_path)
    xero = Wire(sandbox.url, ORGANISATION)
    bill = invoice_of(xero, Type="ACCPAY", InvoiceNumber="B-1")
    assert xero.post(f"Invoices/{bill}/Email", {}).status == 400
    nowhere = xero.put("Contacts", {"Name": "Eve"}).json["Contacts"][0]["ContactID"]
    invoice = invoice_of(xero, name="Ben", Contact={"ContactID": nowhere})
    refused = xero.post(f"Invoices/{invoice}/Email", {})
    assert (refused.status, mailed(xero, invoice)) == (400, [])
    assert refused.messages == ["The contact of the invoice has no email address."]
    sandbox.stop()


@pytest.mark.parametrize("status", ["SUBMITTED", "AUTHORISED", "PAID"])
def test_the_contact_and_its_people_who_are_included_get_it_and_the_history_says_so(
    tmp_path: Path, status: str
) -> None:
    sandbox = books_with(tmp_path)
    xero = Wire(sandbox.url, ORGANISATION)
    invoice = invoice_of(xero, Status="SUBMITTED" if status == "SUBMITTED" else "AUTHORISED")
    if status == "PAID":
        body = {"Invoice": {"InvoiceID": invoice}, "Account": {"Code": "090"}, "Date": "2026-10-21", "Amount": "5.00"}
        assert xero.put("Payments", body).status == 200
    assert xero.post(f"Invoices/{invoice}/Email", {}).status == 204
    assert mailed(xero, invoice) == ["This invoice has been sent to ada@example.com, bo@example.com"]
    assert xero.get(f"Invoices/{invoice}").json["Invoices"][0]["Status"] == status
    sandbox.stop()


@pytest.mark.parametrize(("said", "most"), [({"IsDemoCompany": True}, 0), ({"Class": "TRIAL"}, 20)], ids=str)
def test_the_day_has_so_many_mails(tmp_path: Path, said: dict[str, Any], most: int) -> None:
    sandbox = books_with(tmp_path, **said)
    xero = Wire(sandbox.url, ORGANISATION)
    invoice = invoice_of(xero)
    for _ in range(most):
        assert xero.post(f"Invoices/{invoice}/Email", {}).status == 204
    refused = xero.post(f"Invoices/{invoice}/Email", {})
    assert (refused.status, refused.messages) == (400, [f"The daily e-mail limit of {most} has been reached."])
    sandbox.stop()
