"""The sandbox Xero opens the demo books and its reports say what a second ledger says; the SDK can read them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import pytest

from tests.sandbox.demo.ledger import MONTH_END, Json, balances, demo, in_month
from tests.support.sandbox_server import start_sandbox

NAMES = tuple(book["Organisation"]["Name"] for book in demo().values())


class Wire:
    """Plain HTTP to the sandbox Xero."""

    def __init__(self, url: str) -> None:
        self.base = f"{url}/xero"
        form = {"grant_type": "client_credentials", "client_id": "SANDBOXCLIENT", "client_secret": "sandbox-secret"}
        with urlopen(Request(f"{self.base}/connect/token", data=urlencode(form).encode())) as answer:
            self.token = json.load(answer)["access_token"]

    def get(self, path: str, organisation: str, **query: str) -> Any:
        """The decoded answer of one GET."""
        address = f"{self.base}/api.xro/2.0/{path}?{urlencode(query)}"
        headers = {
            "Authorization": f"Bearer {self.token}",
            "Xero-Tenant-Id": organisation,
            "Accept": "application/json",
        }
        with urlopen(Request(address, headers=headers)) as answer:
            return json.load(answer, parse_float=Decimal)


@pytest.fixture(scope="module")
def wire(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Wire]:
    home: Path = tmp_path_factory.mktemp("sandbox")
    running = start_sandbox(home, books=None, today="2026-11-05")
    try:
        yield Wire(running.url)
    finally:
        running.stop()


@pytest.fixture(params=tuple(demo()), ids=NAMES)
def book(request: pytest.FixtureRequest) -> Json:
    return demo()[request.param]


def report_rows(report: Any) -> list[list[str]]:
    """The cells of every row of a report, section by section."""
    rows = [row for section in report["Reports"][0]["Rows"] for row in section.get("Rows", [])]
    return [[cell.get("Value", "") for cell in row["Cells"]] for row in rows]


def test_the_trial_balance_is_the_second_ledgers(wire: Wire, book: Json) -> None:
    rows = report_rows(wire.get("Reports/TrialBalance", book["Organisation"]["OrganisationID"], date="2026-10-31"))
    total = next(row for row in rows if row[0] == "Total")
    assert total[1] == total[2]
    assert total[3] == total[4]
    told = {row[0][-4:-1]: Decimal(row[3] or 0) - Decimal(row[4] or 0) for row in rows if row[0].endswith(")")}
    mine = balances(book, MONTH_END)
    # Rounding (860) takes the pence of conversions where the second ledger spreads them.
    kept = {row["Code"] for row in book["Accounts"] if row["Class"] in ("ASSET", "LIABILITY") and row["Code"] != "860"}
    assert {code: told.get(code, Decimal(0)) for code in kept} == {code: mine[code] for code in kept}
    assert abs(told.get("860", Decimal(0))) < 1


def test_october_earned_what_the_second_ledger_says(wire: Wire, book: Json) -> None:
    organisation = book["Organisation"]["OrganisationID"]
    rows = report_rows(wire.get("Reports/ProfitAndLoss", organisation, fromDate="2026-10-01", toDate="2026-10-31"))
    moved = in_month(book, "2026-10")
    mine = -sum(moved[row["Code"]] for row in book["Accounts"] if row["Class"] in ("REVENUE", "EXPENSE"))
    told = next(Decimal(row[1]) for row in rows if row[0] == "Net Profit")
    assert abs(told - mine) < Decimal("0.10")


def test_every_document_arrived(wire: Wire, book: Json) -> None:
    organisation = book["Organisation"]["OrganisationID"]
    for name in ("Invoices", "BankTransactions", "Payments", "ManualJournals", "CreditNotes"):
        page = wire.get(name, organisation, page="1", pageSize="1")
        transfers = 2 * len(book["BankTransfers"]) if name == "BankTransactions" else 0  # one entry on either side
        assert page["pagination"]["itemCount"] == len(book[name]) + transfers, name
