"""xero-python 15.2.0 works against the sandbox with only its base URL and token URL changed."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from xero_python.accounting import (
    Account,
    AccountingApi,
    HistoryRecord,
    HistoryRecords,
    Invoice,
    ManualJournal,
    ManualJournalLine,
    ManualJournals,
    Payment,
)
from xero_python.api_client import ApiClient
from xero_python.api_client.configuration import Configuration
from xero_python.api_client.oauth2 import OAuth2Token, TokenApi
from xero_python.exceptions import AccountingBadRequestException, NotFoundException
from xero_python.identity import IdentityApi

from tests.sandbox.xero.paper_lantern import ORGANISATION, document_id
from tests.support.sandbox_server import RunningSandbox, start_sandbox

READS = (
    "get_organisations", "get_accounts", "get_contacts", "get_invoices", "get_credit_notes",
    "get_bank_transactions", "get_bank_transfers", "get_payments", "get_manual_journals", "get_tax_rates",
    "get_tracking_categories", "get_users", "get_budgets", "get_quotes", "get_prepayments", "get_overpayments",
    "get_batch_payments", "get_currencies", "get_repeating_invoices", "get_items", "get_contact_groups",
    "get_organisation_actions",
)  # fmt: skip


@pytest.fixture
def client(sandbox: RunningSandbox, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The SDK's client, its token fetched from the sandbox."""
    return connect(sandbox, monkeypatch)


def connect(sandbox: RunningSandbox, monkeypatch: pytest.MonkeyPatch) -> Any:
    """An SDK client without hidden retries."""
    for name in ("refresh_token_url", "client_credentials_token_url"):
        monkeypatch.setattr(TokenApi, name, f"{sandbox.url}/xero/connect/token")
    configuration = Configuration()
    configuration.oauth2_token = OAuth2Token(client_id="SANDBOXCLIENT", client_secret="sandbox-secret")
    kept: dict[str, Any] = {}
    client = ApiClient(
        configuration, oauth2_token_getter=lambda: kept.get("token"), oauth2_token_saver=lambda t: kept.update(token=t)
    )
    client.rest_client.pool_manager.connection_pool_kw["retries"] = False
    client.get_client_credentials_token()
    return client


@pytest.fixture
def api(sandbox: RunningSandbox, client: Any) -> Any:
    """The Accounting API of the SDK."""
    return AccountingApi(client, base_url=f"{sandbox.url}/xero/api.xro/2.0")


def test_connections(sandbox: RunningSandbox, client: Any) -> None:
    rows = IdentityApi(client, base_url=f"{sandbox.url}/xero").get_connections()
    assert [row.tenant_id for row in rows] == [ORGANISATION]


def test_every_list_is_read_without_a_complaint(api: Any) -> None:
    for read in READS:
        getattr(api, read)(ORGANISATION)


def test_every_list_of_the_demo_books_too(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    running = start_sandbox(tmp_path / "demo", books=None, today="2026-11-05")
    running.simulator.pace.unlimited = True
    try:
        api = AccountingApi(connect(running, monkeypatch), base_url=f"{running.url}/xero/api.xro/2.0")
        for organisation in [one["OrganisationID"] for one in running.simulator.store.organisations()]:
            for read in READS:
                getattr(api, read)(organisation)
            totals = (
                api.get_report_trial_balance(organisation, date=date(2026, 10, 31)).reports[0].rows[-1].rows[0].cells
            )
            assert totals[1].value == totals[2].value != "0.00"
            assert totals[3].value == totals[4].value != "0.00"
    finally:
        running.stop()


def test_a_journal_is_posted_noted_and_read_back(api: Any) -> None:
    lines = [
        ManualJournalLine(line_amount=Decimal("12.34"), account_code="400", description="Insurance"),
        ManualJournalLine(line_amount=Decimal("-12.34"), account_code="620", description="Insurance"),
    ]
    body = ManualJournals(
        manual_journals=[
            ManualJournal(
                narration="Amortise",
                date=date(2026, 10, 31),
                journal_lines=lines,
                status="POSTED",
                url="https://bot.example/p/1",
            )
        ]
    )
    made = api.create_manual_journals(ORGANISATION, body, idempotency_key="sdk-1").manual_journals[0]
    read = api.get_manual_journal(ORGANISATION, made.manual_journal_id).manual_journals[0]
    assert (read.status, read.date, read.url) == ("POSTED", date(2026, 10, 31), "https://bot.example/p/1")
    assert [line.line_amount for line in read.journal_lines] == [Decimal("12.34"), Decimal("-12.34")]
    notes = HistoryRecords(history_records=[HistoryRecord(details="Approved by Priya")])
    api.create_manual_journal_history_record(ORGANISATION, made.manual_journal_id, notes)
    history = api.get_manual_journals_history(ORGANISATION, made.manual_journal_id).history_records
    assert [(row.changes, row.details) for row in history] == [("Note", "Approved by Priya"), ("Created", "Amortise")]


def test_refusals_arrive_as_the_sdks_exceptions(api: Any) -> None:
    body = ManualJournals(
        manual_journals=[ManualJournal(narration="Half", date=date(2026, 10, 31), journal_lines=[], status="POSTED")]
    )
    with pytest.raises(AccountingBadRequestException) as refused:
        api.create_manual_journals(ORGANISATION, body)
    assert "two journal lines" in refused.value.reason
    with pytest.raises(NotFoundException):
        api.get_invoice(ORGANISATION, document_id(999))


def test_reports_and_a_payment(api: Any) -> None:
    profit = api.get_report_profit_and_loss(
        ORGANISATION, from_date=date(2026, 9, 1), to_date=date(2026, 9, 30), periods=1, timeframe="MONTH"
    )
    assert profit.reports[0].rows[-1].rows[0].cells[1].value == "600.00"
    assert api.get_report_balance_sheet(ORGANISATION, date=date(2026, 9, 30)).reports[0].report_name == "Balance Sheet"
    assert api.get_report_bank_summary(ORGANISATION).reports[0].report_type == "BankSummary"
    payment = Payment(
        invoice=Invoice(invoice_id=document_id(1)),
        account=Account(code="090"),
        date=date(2026, 10, 1),
        amount=Decimal("100"),
    )
    assert api.create_payment(ORGANISATION, payment).payments[0].amount == Decimal("100")
    invoice = api.get_invoice(ORGANISATION, document_id(1)).invoices[0]
    assert (invoice.amount_paid, invoice.amount_due) == (Decimal("100.00"), Decimal("1000.00"))
