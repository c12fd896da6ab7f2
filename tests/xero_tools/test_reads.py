"""Every read against the sandbox over HTTP; Paper Lantern's figures can be added up by hand (its books say how)."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from books.money import Money
from books.records import TrialBalanceRow
from books.refusal import Refusal
from tests.sandbox.xero.paper_lantern import ORGANISATION, account_id, document_id
from tests.support.sandbox_server import RunningSandbox
from tests.xero_tools.conftest import gateway_to
from xero_tools import (
    accounts,
    attachments,
    bank,
    budgets,
    contacts,
    history,
    invoices,
    journals,
    organisations,
    paging,
    reports,
    tax_rates,
    tracking,
)
from xero_tools.gateway import Gateway

BONDI, KAURI, THAMES = (f"0b0d1c0f-0000-4000-8000-00000000a00{number}" for number in (1, 2, 3))
OCTOBER = (dt.date(2026, 10, 1), dt.date(2026, 10, 31))


def aud(amount: str) -> Money:
    """Australian dollars."""
    return Money.of(amount, "AUD")


@pytest.fixture
def gateway(lantern: RunningSandbox) -> Gateway:
    """A gateway to Paper Lantern's books."""
    return gateway_to(lantern.url)


@pytest.fixture(scope="session")
def demo_gateway(demo: RunningSandbox) -> Gateway:
    """A gateway to the demo books."""
    return gateway_to(demo.url)


def test_paper_lantern_whole(gateway: Gateway) -> None:
    """One sandbox for all small reads: starting one costs more than reading it."""
    check_organisation_and_chart(gateway)
    check_invoices(gateway)
    check_bank(gateway)
    check_journals_and_budget(gateway)
    check_reports(gateway)
    check_papers(gateway)


def check_organisation_and_chart(gateway: Gateway) -> None:
    """The settings of the organisation."""
    read = organisations.get(ORGANISATION, gateway)
    assert (read.name, read.currency, read.short_code) == ("Paper Lantern Ltd", "AUD", "!lant1")
    assert read.lock_date == dt.date(2026, 7, 31)

    by_code = {each.code: each for each in accounts.chart(ORGANISATION, gateway)}
    assert (by_code["200"].klass, by_code["404"].status) == ("REVENUE", "ARCHIVED")
    assert [each.code for each in bank.accounts(ORGANISATION, gateway)] == ["090"]
    assert {each.name for each in contacts.every(ORGANISATION, gateway)} >= {"Ada", "Cole & Sons <Ltd>"}
    assert any(each.percent == 10 for each in tax_rates.every(ORGANISATION, gateway))
    (region,) = tracking.categories(ORGANISATION, gateway)
    assert (region.name, [name for _, name in region.options]) == ("Region", ["North", "South"])


def check_invoices(gateway: Gateway) -> None:
    """Invoices and bills by status, date and kind."""
    drafts = invoices.with_status(ORGANISATION, gateway, statuses=("DRAFT", "SUBMITTED"), until=OCTOBER[1])
    (draft,) = drafts
    assert (draft.number, draft.net, draft.lines[0].account_code) == ("INV-0004", aud("50.00"), "200")

    open_sales = invoices.outstanding(ORGANISATION, gateway, kind="ACCREC")
    assert {each.number: str(each.due.amount) for each in open_sales} == {"INV-0001": "1100.00", "INV-0003": "650.00"}
    abroad = next(each for each in open_sales if each.number == "INV-0003")
    assert (abroad.due.currency, abroad.currency_rate, abroad.lines) == ("USD", Decimal("0.65"), ())

    (bill,) = invoices.summaries(ORGANISATION, gateway, kind="ACCPAY", since=dt.date(2026, 9, 12))
    assert bill.is_bill
    assert invoices.summaries(ORGANISATION, gateway, kind="ACCPAY", since=dt.date(2026, 9, 13)) == ()
    whole = invoices.get(ORGANISATION, gateway, bill.id)
    assert (whole.lines[0].amount, whole.lines[0].tax, whole.total) == (aud("500.00"), aud("50.00"), aud("550.00"))
    with pytest.raises(Refusal) as refusal:
        invoices.get(ORGANISATION, gateway, document_id(99))
    assert refusal.value.code == "not_found"


def check_bank(gateway: Gateway) -> None:
    """What is not reconciled, and what is."""
    (rent,) = bank.transactions(ORGANISATION, gateway, reconciled=False, until=OCTOBER[1], account_code="090")
    assert (rent.total, rent.is_receipt, rent.lines[0].tracking) == (aud("110.00"), False, (("Region", "North"),))
    assert bank.transactions(ORGANISATION, gateway, reconciled=True) == ()
    assert bank.transactions(ORGANISATION, gateway, until=dt.date(2026, 9, 27)) == ()
    assert bank.transactions(ORGANISATION, gateway, account_code="091") == ()
    assert bank.transaction(ORGANISATION, gateway, rent.id) == rent

    (paid,) = bank.payments(ORGANISATION, gateway)
    assert (paid.amount, paid.bank_amount, paid.is_reconciled) == (aud("220.00"), aud("220.00"), True)
    assert (paid.invoice_number, paid.bank_account_id, paid.is_receipt) == ("INV-0002", account_id("090"), True)
    assert bank.payments(ORGANISATION, gateway, reconciled=False) == ()


def check_journals_and_budget(gateway: Gateway) -> None:
    """Journals of either status, and the budget cut to its months."""
    every = journals.manual(ORGANISATION, gateway)
    assert {each.status for each in every} == {"POSTED", "DRAFT"}
    (draft,) = journals.manual(ORGANISATION, gateway, statuses=("DRAFT",), since=OCTOBER[0], until=OCTOBER[1])
    assert [line.amount for line in draft.lines] == [aud("75.00"), aud("-75.00")]
    assert journals.get(ORGANISATION, gateway, draft.id) == draft

    (plan,) = budgets.every(ORGANISATION, gateway, start=OCTOBER[0], end=OCTOBER[1])
    assert [(line.account_code, line.amounts) for line in plan.lines] == [("400", {"2026-10": Decimal(95)})]


def check_reports(gateway: Gateway) -> None:
    """Share capital 10,000 + 220 received − 110 rent = 10,110 in the bank; 2,200 of sales since July."""
    rows = {each.account_code: each for each in reports.trial_balance(ORGANISATION, gateway, as_at=OCTOBER[1])}
    assert isinstance(rows["090"], TrialBalanceRow)
    assert (rows["090"].balance, rows["090"].account_name) == (aud("10110.00"), "Cheque Account")
    assert (rows["200"].balance, rows["970"].balance) == (aud("-2200.00"), aud("-10000.00"))
    assert sum(each.balance.amount for each in rows.values()) == 0

    september = (dt.date(2026, 9, 1), dt.date(2026, 9, 30))
    lines = reports.profit_and_loss(ORGANISATION, gateway, start=september[0], end=september[1], periods=1)
    sales = next(each for each in lines if each.account_id == account_id("200"))
    assert sales.amounts == (aud("1200.00"), aud("1000.00"))  # September, then August
    sheet = reports.balance_sheet(ORGANISATION, gateway, as_at=OCTOBER[1])
    assert next(each for each in sheet if each.account_id == account_id("090")).amounts[0] == aud("10110.00")
    (cheque,) = reports.bank_summary(ORGANISATION, gateway, start=september[0], end=september[1])
    assert (cheque.opening, cheque.received, cheque.spent, cheque.closing) == (
        aud("10000.00"), aud("220.00"), aud("110.00"), aud("10110.00"),
    )  # fmt: skip


def check_papers(gateway: Gateway) -> None:
    """What is attached to a bill, and its history."""
    (paper,) = attachments.listing(ORGANISATION, gateway, "Invoices", document_id(3))
    assert (paper.filename, paper.mime) == ("bill-7.txt", "text/plain")
    assert attachments.content(ORGANISATION, gateway, "Invoices", document_id(3), paper) == b"Tax invoice 7"
    assert isinstance(history.notes(ORGANISATION, gateway, "Invoices", document_id(3)), tuple)


@pytest.mark.parametrize("organisation", [BONDI, KAURI, THAMES])
def test_the_demo_books_balance_through_our_records(demo_gateway: Gateway, organisation: str) -> None:
    rows = reports.trial_balance(organisation, demo_gateway, as_at=OCTOBER[1])
    assert sum(each.balance.amount for each in rows) == 0
    assert all(each.account_id and each.account_name for each in rows)
    banks = reports.bank_summary(organisation, demo_gateway, start=OCTOBER[0], end=OCTOBER[1])
    assert all((each.opening + each.received - each.spent) == each.closing for each in banks)


def test_a_foreign_payment_has_both_of_its_currencies(demo_gateway: Gateway) -> None:
    abroad = [each for each in bank.payments(KAURI, demo_gateway) if each.amount.currency != "NZD"]
    assert {each.bank_amount.currency for each in abroad} >= {"USD"}
    assert all(each.amount.amount > 0 and each.bank_amount.amount > 0 for each in abroad)


def test_pages_are_read_to_the_end(demo_gateway: Gateway, monkeypatch: pytest.MonkeyPatch) -> None:
    at_once = invoices.summaries(BONDI, demo_gateway)
    assert len(at_once) > 1000  # two of Xero's largest pages
    monkeypatch.setattr(paging, "PAGE_SIZE", 400)
    assert {each.id for each in invoices.summaries(BONDI, demo_gateway)} == {each.id for each in at_once}


def test_only_what_changed_is_read(demo_gateway: Gateway) -> None:
    since = dt.datetime(2026, 10, 25, tzinfo=dt.UTC)
    every = invoices.summaries(BONDI, demo_gateway)
    changed = invoices.summaries(BONDI, demo_gateway, modified_since=since)
    assert {each.id for each in changed} == {each.id for each in every if each.updated_at and each.updated_at >= since}
    assert 0 < len(changed) < len(every)


def test_what_we_filter_here_is_what_xero_filters_there(demo_gateway: Gateway) -> None:
    """The where clauses save bytes and change nothing."""
    everything = bank.transactions(BONDI, demo_gateway)
    for reconciled in (True, False):
        narrow = bank.transactions(BONDI, demo_gateway, reconciled=reconciled, until=OCTOBER[1])
        wanted = [each for each in everything if each.is_reconciled == reconciled and each.date <= OCTOBER[1]]
        assert {each.id for each in narrow} == {each.id for each in wanted}


def test_an_organisation_that_is_not_connected_is_refused(demo_gateway: Gateway) -> None:
    with pytest.raises(Refusal) as refusal:
        organisations.get("99999999-0000-4000-8000-000000000000", demo_gateway)
    assert refusal.value.code == "xero_forbidden"


def test_the_connections_are_the_three_clients(demo_gateway: Gateway) -> None:
    assert {each.id for each in demo_gateway.connections()} == {BONDI, KAURI, THAMES}
