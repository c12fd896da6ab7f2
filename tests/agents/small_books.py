"""Small books for the agents' tests: written as a bookkeeper would, opened by the simulator, read over HTTP.

Fern Street Bakery (AUD), chart: 090 Bank, 091 Card, 200 Sales, 400 Advertising, 433 Insurance, 469 Rent,
485 Subscriptions, 610 Accounts Receivable, 620 Prepayments, 800 Accounts Payable, 820 GST, 850 Suspense,
855 Stripe Clearing, 960 Retained Earnings. Locked to 30 September 2026; October 2026 is being closed on 5 November.
"""

from __future__ import annotations

import datetime as dt
import itertools
import json
import uuid
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from agents.scope import Scope
from books.firm import Client, Materiality
from books.period import Period
from tests.support.sandbox_server import RunningSandbox, start_sandbox
from xero_tools.gateway import Gateway, Patience, XeroSettings
from xero_tools.pace import Limits, Pace
from xero_tools.tokens import Tokens

OCTOBER = Period(2026, 10)
TODAY = dt.date(2026, 11, 5)
CHART: tuple[tuple[str, str, str, dict[str, Any]], ...] = (
    ("090", "Bank", "BANK", {"BankAccountNumber": "06200012345678"}),
    ("091", "Card", "BANK", {"BankAccountNumber": "4564111122223333", "BankAccountType": "CREDITCARD"}),
    ("200", "Sales", "REVENUE", {}),
    ("400", "Advertising", "EXPENSE", {}),
    ("433", "Insurance", "EXPENSE", {}),
    ("469", "Rent", "EXPENSE", {}),
    ("485", "Subscriptions", "EXPENSE", {}),
    ("610", "Accounts Receivable", "CURRENT", {"SystemAccount": "DEBTORS"}),
    ("620", "Prepayments", "CURRENT", {}),
    ("800", "Accounts Payable", "CURRLIAB", {"SystemAccount": "CREDITORS"}),
    ("820", "GST", "CURRLIAB", {"SystemAccount": "GST"}),
    ("850", "Suspense", "CURRLIAB", {}),
    ("855", "Stripe Clearing", "CURRENT", {"EnablePaymentsToAccount": True}),
    ("960", "Retained Earnings", "EQUITY", {"SystemAccount": "RETAINEDEARNINGS"}),
)
_serial = itertools.count(1)


@dataclass
class SmallBooks:
    """The books while they are written; amounts are text, dates `2026-10-31`."""

    locked: str | None = "2026-09-30"
    country: str = "AU"
    organisation: str = field(default_factory=lambda: f"5a5a0000-0000-4000-8000-{next(_serial):012d}")
    collections: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.collections["Accounts"] = [
            {"Code": code, "Name": name, "Type": kind, **more} for code, name, kind, more in CHART
        ]

    def _add(self, collection: str, row: dict[str, Any]) -> str:
        self.collections.setdefault(collection, []).append(row)
        return str(next(value for key, value in row.items() if key.endswith("ID")))

    def ledger_account(self, code: str, name: str, kind: str) -> None:
        """One more account in the chart."""
        self.collections["Accounts"].append({"Code": code, "Name": name, "Type": kind})

    def bill(
        self, number: str, on: str, account: str, net: str, words: str, *, supplier: str = "Acorn Insurance",
        status: str = "AUTHORISED", kind: str = "ACCPAY", **more: Any,
    ) -> str:  # fmt: skip
        """A bill of one line without tax (or a sales invoice: kind ACCREC)."""
        line = {"Description": words, "Quantity": 1, "UnitAmount": net, "AccountCode": account, "TaxType": "NONE"}
        row = {
            "InvoiceID": str(uuid.uuid4()), "Type": kind, "InvoiceNumber": number, "Contact": {"Name": supplier},
            "Date": on, "DueDate": on, "Status": status, "LineAmountTypes": "Exclusive", "LineItems": [line],
        }  # fmt: skip
        return self._add("Invoices", row | more)

    def sale(
        self, number: str, on: str, net: str, *, customer: str = "Mill Lane Deli", status: str = "AUTHORISED"
    ) -> str:
        """A sales invoice of one line without tax."""
        return self.bill(number, on, "200", net, "Bread", supplier=customer, status=status, kind="ACCREC")

    def journal(self, on: str, narration: str, *lines: tuple[str, str, str], status: str = "POSTED") -> str:
        """A manual journal of (account, amount, description); debits are positive."""
        rows = [{"AccountCode": code, "LineAmount": amount, "Description": text} for code, amount, text in lines]
        row = {"ManualJournalID": str(uuid.uuid4()), "Narration": narration, "Date": on, "Status": status}
        return self._add("ManualJournals", row | {"LineAmountTypes": "NoTax", "JournalLines": rows})

    def amortise(self, on: str, amount: str, narration: str, *, expense: str = "433", status: str = "POSTED") -> str:
        """A journal that moves an amount from Prepayments to an expense account."""
        credit = str(-Decimal(amount))
        return self.journal(on, narration, (expense, amount, narration), ("620", credit, narration), status=status)

    def money(
        self, kind: str, on: str, account: str, amount: str, words: str, *, bank: str = "090",
        contact: str = "Somebody", reconciled: bool = True, reference: str = "",
    ) -> str:  # fmt: skip
        """Money spent (SPEND) or received (RECEIVE), without tax."""
        line = {"Description": words, "Quantity": 1, "UnitAmount": amount, "AccountCode": account, "TaxType": "NONE"}
        row = {
            "BankTransactionID": str(uuid.uuid4()), "Type": kind, "Contact": {"Name": contact}, "Date": on,
            "BankAccount": {"Code": bank}, "Reference": reference, "Status": "AUTHORISED",
            "IsReconciled": reconciled, "LineAmountTypes": "Inclusive", "LineItems": [line],
        }  # fmt: skip
        return self._add("BankTransactions", row)

    def pay(self, invoice: str, on: str, amount: str, *, bank: str = "090", reconciled: bool = True) -> str:
        """A payment of an invoice or bill."""
        row = {
            "PaymentID": str(uuid.uuid4()), "Invoice": {"InvoiceID": invoice}, "Account": {"Code": bank}, "Date": on,
            "Amount": amount, "IsReconciled": reconciled, "Status": "AUTHORISED",
        }  # fmt: skip
        return self._add("Payments", row)

    def budget(self, **amounts: dict[str, str]) -> None:
        """The overall budget: `_400={"2026-10": "500.00"}`."""
        lines = [
            {"AccountCode": code.strip("_"), "BudgetBalances": [{"Period": p, "Amount": a} for p, a in months.items()]}
            for code, months in amounts.items()
        ]
        row = {"BudgetID": str(uuid.uuid4()), "Type": "OVERALL", "Description": "Overall Budget", "Status": "APPROVED"}
        self._add("Budgets", row | {"BudgetLines": lines})

    def write(self, folder: Path) -> Path:
        """The books as a file for the sandbox."""
        organisation = {
            "OrganisationID": self.organisation, "Name": "Fern Street Bakery Pty Ltd", "BaseCurrency": "AUD",
            "CountryCode": self.country, "ShortCode": "!frn01", "FinancialYearEndDay": 30, "FinancialYearEndMonth": 6,
            "Timezone": "AUSEASTERNSTANDARDTIME", "PeriodLockDate": self.locked,
        }  # fmt: skip
        path = folder / f"{self.organisation}.json"
        content = {"Organisation": {k: v for k, v in organisation.items() if v}, **self.collections}
        path.write_text(json.dumps(content))
        return path


@dataclass
class OpenBooks:
    """Books that the simulator has opened, and the way to read them."""

    sandbox: RunningSandbox
    gateway: Gateway
    client: Client

    def scope(self, period: Period = OCTOBER, today: dt.date = TODAY) -> Scope:
        """What a skill is asked about."""
        return Scope(self.client, period, today)

    def fault(self, **fault: Any) -> None:
        """Rehearses a fault of the simulator's."""
        self.sandbox.simulator.faults.add(fault)

    @property
    def calls(self) -> int:
        """Calls made to Xero so far."""
        return self.gateway.usage(self.client.organisation).calls


def gateway_to(sandbox: RunningSandbox) -> Gateway:
    """A real gateway, with a pace and patience that a test does not wait for."""
    settings = XeroSettings.sandbox(sandbox.url)
    pace = Pace(Limits(per_minute=100_000, per_day=10_000_000, app_per_minute=1_000_000))
    return Gateway(
        settings, tokens=Tokens(settings), pace=pace, patience=Patience(attempts=1), sleep=lambda seconds: None
    )


def open_books(books: SmallBooks, home: Path, *, materiality: str = "100.00") -> OpenBooks:
    """Starts a simulator with these books; the caller stops its sandbox."""
    sandbox = start_sandbox(home, books=[books.write(home)], today=TODAY.isoformat())
    client = Client(
        id="fern-street",
        name="Fern Street Bakery Pty Ltd",
        organisation=books.organisation,
        aliases=("Fern Street",),
        materiality=Materiality(amount=Decimal(materiality), percent=Decimal(10)),
    )
    return OpenBooks(sandbox, gateway_to(sandbox), client)
