"""The aged reports of one contact and the budget summary, every figure added up by hand.

Paper Lantern Ltd (paper_lantern.py) with more in its books: Ada's INV-0001 of 1,100.00, due 31 August, has a credit of
110.00 set off on 10 September and 300.00 paid on 5 October. INV-0005 to Ada is 400.00 and 10 % GST, dated 2 October.
The budget of September, October, November: sales 1,000, 1,100, 1,200; cost of sales 400, 450, 500; rent 90, 95, none.
"""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.sandbox.xero.paper_lantern import ORGANISATION, books, document_id, invoice, line
from tests.support.sandbox_server import start_sandbox
from tests.support.xero_wire import Wire

Json = dict[str, Any]
INV_0001 = ("2026-08-10T00:00:00", "INV-0001", "2026-08-31T00:00:00")


def more_books() -> Json:
    """The books with what this page needs besides."""
    made = books()
    made["Invoices"].append(
        invoice(6, "ACCREC", "INV-0005", "Ada", "2026-10-02", "2026-11-01", [line("200", "400.00")])
    )
    made["Payments"].append(
        {"PaymentID": document_id(22), "Invoice": {"InvoiceID": document_id(1)}, "Account": {"Code": "090"},
         "Date": "2026-10-05", "Amount": "300.00"}
    )  # fmt: skip
    made["CreditNotes"] = [
        {"CreditNoteID": document_id(61), "CreditNoteNumber": "CN-1", "Type": "ACCRECCREDIT",
         "Contact": {"Name": "Ada"}, "Date": "2026-09-10", "Status": "PAID", "LineAmountTypes": "Exclusive",
         "LineItems": [line("200", "100.00")],
         "Allocations": [{"Amount": "110.00", "Date": "2026-09-10", "Invoice": {"InvoiceID": document_id(1)}}]}
    ]  # fmt: skip
    plan = {"200": (1000, 1100, 1200), "310": (400, 450, 500), "400": (90, 95)}
    made["Budgets"][0]["BudgetLines"] = [
        {
            "AccountCode": code,
            "BudgetBalances": [{"Period": f"2026-{9 + place:02d}", "Amount": one} for place, one in enumerate(amounts)],
        }
        for code, amounts in plan.items()
    ]
    return made


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Wire]:
    """A plain HTTP client of a sandbox with these books."""
    home = tmp_path_factory.mktemp("aged")
    file = home / "books.json"
    file.write_text(json.dumps(more_books()))
    running = start_sandbox(home / "home", books=[file], today="2026-11-05")
    yield Wire(running.url, ORGANISATION)
    running.stop()


def sections(reader: Wire, name: str, **query: object) -> list[list[list[str]]]:
    """The cells of each row of each section of a report; its header first."""
    answer = reader.get(f"Reports/{name}", **query)
    assert answer.status == 200, answer.text
    found = answer.json["Reports"][0]["Rows"]
    return [[[cell["Value"] for cell in row["Cells"]] for row in part.get("Rows", [part])] for part in found]


def aged(reader: Wire, name: str, who: str, **query: object) -> list[list[list[str]]]:
    """An aged report of a contact, without its header."""
    (contact,) = [row for row in reader.get("Contacts").json["Contacts"] if row["Name"] == who]
    return sections(reader, name, contactId=contact["ContactID"], **query)[1:]


def test_a_debtor_at_two_days(reader: Wire) -> None:
    """What was paid in October was due in September; the credit counts on both days, the draft INV-0004 on none."""
    assert aged(reader, "AgedReceivablesByContact", "Ada", date="2026-09-30") == [
        [["2026-08-10T00:00:00", "Opening Balance", "", "", "", "", "", "0.00"]],
        [
            [*INV_0001, "30 days overdue", "1100.00", "0.00", "110.00", "990.00"],
            ["Total", "", "", "", "1100.00", "0.00", "110.00", "990.00"],
        ],
        [["Closing Balance", "", "", "", "1100.00", "0.00", "110.00", "990.00"]],
    ]
    assert aged(reader, "AgedReceivablesByContact", "Ada", date="2026-10-31")[1:] == [
        [
            [*INV_0001, "61 days overdue", "1100.00", "300.00", "110.00", "690.00"],
            ["2026-10-02T00:00:00", "INV-0005", "2026-11-01T00:00:00", "", "440.00", "0.00", "0.00", "440.00"],
            ["Total", "", "", "", "1540.00", "300.00", "110.00", "1130.00"],
        ],
        [["Closing Balance", "", "", "", "1540.00", "300.00", "110.00", "1130.00"]],
    ]


def test_what_is_older_than_the_first_day_is_the_opening_balance(reader: Wire) -> None:
    opened, listed, closed = aged(
        reader, "AgedReceivablesByContact", "Ada", date="2026-10-31", fromDate="2026-09-01", toDate="2026-10-31"
    )
    assert opened == [["2026-09-01T00:00:00", "Opening Balance", "", "", "", "", "", "690.00"]]  # 1,100 - 110 - 300
    assert [row[1] for row in listed[:-1]] == ["INV-0005"]
    assert (listed[-1][-1], closed[0][-1]) == ("440.00", "1130.00")


def test_a_foreign_debtor_is_shown_in_the_base_currency(reader: Wire) -> None:
    _, listed, closed = aged(reader, "AgedReceivablesByContact", "Dora", date="2026-10-31")
    assert listed[0][1:] == ["INV-0003", "2026-10-15T00:00:00", "16 days overdue", "1000.00", "0.00", "0.00", "1000.00"]
    assert closed[0][-1] == "1000.00"  # USD 650.00 at 0.65


def test_who_has_paid_owes_nothing_after_that_day(reader: Wire) -> None:
    _, listed, _ = aged(reader, "AgedReceivablesByContact", "Ben", date="2026-09-19")
    assert [row[-1] for row in listed] == ["220.00", "220.00"]
    _, listed, closed = aged(reader, "AgedReceivablesByContact", "Ben", date="2026-09-20")
    assert [row[-1] for row in (*listed, *closed)] == ["0.00", "0.00"]


def test_a_creditor_is_no_debtor(reader: Wire) -> None:
    cole = "Cole & Sons <Ltd>"
    _, listed, closed = aged(reader, "AgedPayablesByContact", cole, date="2026-10-31")
    assert listed[0] == [
        "2026-09-12T00:00:00", "BILL-7", "2026-10-12T00:00:00", "19 days overdue", "550.00", "0.00", "0.00", "550.00",
    ]  # fmt: skip
    assert closed[0][-1] == "550.00"
    _, listed, _ = aged(reader, "AgedReceivablesByContact", cole, date="2026-10-31")
    assert [row[0] for row in listed] == ["Total"]


def test_an_aged_report_needs_a_contact(reader: Wire) -> None:
    assert reader.get("Reports/AgedReceivablesByContact").status == 400


def test_the_budget_by_month(reader: Wire) -> None:
    assert sections(reader, "BudgetSummary", date="2026-09-01", periods=3, timeframe=1) == [
        [["Account", "Sep-26", "Oct-26", "Nov-26"]],
        [["Sales", "1000.00", "1100.00", "1200.00"], ["Total Income", "1000.00", "1100.00", "1200.00"]],
        [
            ["Cost of Goods Sold", "400.00", "450.00", "500.00"],
            ["Total Cost of Sales", "400.00", "450.00", "500.00"],
        ],
        [["Gross Profit", "600.00", "650.00", "700.00"]],
        [["Rent", "90.00", "95.00", "0.00"], ["Total Expenses", "90.00", "95.00", "0.00"]],
        [["Net Profit", "510.00", "555.00", "700.00"]],
    ]


def test_the_budget_by_quarter(reader: Wire) -> None:
    found = sections(reader, "BudgetSummary", date="2026-09-01", periods=1, timeframe=3)
    assert [row for part in found for row in part] == [
        ["Account", "Nov-26"],
        ["Sales", "3300.00"],
        ["Total Income", "3300.00"],
        ["Cost of Goods Sold", "1350.00"],
        ["Total Cost of Sales", "1350.00"],
        ["Gross Profit", "1950.00"],
        ["Rent", "185.00"],
        ["Total Expenses", "185.00"],
        ["Net Profit", "1765.00"],
    ]
