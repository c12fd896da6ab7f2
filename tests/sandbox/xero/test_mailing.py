"""Xero mails so many invoices a day and no more: none for a demo organisation, twenty on trial."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.approvals.practice import BOOKS, ORGANISATION
from tests.support.sandbox_server import start_sandbox
from tests.support.xero_wire import Wire


@pytest.mark.parametrize(("said", "most"), [({"IsDemoCompany": True}, 0), ({"Class": "TRIAL"}, 20)], ids=str)
def test_the_day_has_so_many_mails(tmp_path: Path, said: dict[str, Any], most: int) -> None:
    books: dict[str, Any] = {**BOOKS, "Organisation": {**BOOKS["Organisation"], **said}}  # type: ignore[dict-item]
    (tmp_path / "books.json").write_text(json.dumps(books))
    sandbox = start_sandbox(tmp_path, books=[tmp_path / "books.json"], today="2026-11-05")
    xero = Wire(sandbox.url, ORGANISATION)
    contact = xero.put("Contacts", {"Name": "Ada", "EmailAddress": "ada@example.com"}).json["Contacts"][0]
    line = {"Description": "Roses", "Quantity": 1, "UnitAmount": "5.00", "AccountCode": "433"}
    body = {"Type": "ACCREC", "Contact": {"ContactID": contact["ContactID"]}, "Date": "2026-10-20",
            "Status": "AUTHORISED", "DueDate": "2026-11-20", "LineAmountTypes": "NoTax",
            "LineItems": [line]}  # fmt: skip
    invoice = xero.put("Invoices", body).json["Invoices"][0]["InvoiceID"]
    for _ in range(most):
        assert xero.post(f"Invoices/{invoice}/Email", {}).status == 204
    refused = xero.post(f"Invoices/{invoice}/Email", {})
    assert (refused.status, refused.messages) == (400, [f"The daily e-mail limit of {most} has been reached."])
    sandbox.stop()
