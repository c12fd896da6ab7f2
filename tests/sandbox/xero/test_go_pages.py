"""The pages that deep links open in a person's browser (books in paper_lantern.py)."""

import urllib.parse

import pytest

from tests.sandbox.xero.paper_lantern import ORGANISATION, account_id, document_id
from tests.sandbox.xero.test_manual_journals import journal
from tests.support.sandbox_server import RunningSandbox
from tests.support.xero_wire import Wire, send

LOGIN = "/go/organisationlogin/default.aspx?shortcode=!lant1&redirecturl="
PLACES = {
    f"/AccountsReceivable/View.aspx?InvoiceID={document_id(1)}": "Invoice INV-0001",
    f"/AccountsPayable/Edit.aspx?InvoiceID={document_id(3)}": "Bill BILL-7",
    f"/AccountsPayable/View.aspx?invoiceID={document_id(3)}": "Bill BILL-7",
    f"/Journal/View.aspx?invoiceID={document_id(41)}": "Manual journal",
    f"/Bank/ViewTransaction.aspx?bankTransactionID={document_id(31)}&accountID={account_id('090')}": "Money out",
    f"/Bank/BankTransactions.aspx?accountID={account_id('090')}": "Cheque Account (090)",
    f"/Reports/AccountTransactions.aspx?accountID={account_id('200')}": "Sales (200)",
    "/Setup/FinancialSettings.aspx": "Lock dates",
    "/Journal/Search.aspx": "Manual journals",
    "/GeneralLedger/ChartOfAccounts.aspx": "Chart of accounts",
    f"/Bank/BankRec.aspx?accountID={account_id('090')}": "Cheque Account (090)",
    f"/Bank/ViewTransaction.aspx?bankTransactionID={document_id(21)}": "Payment",
    "/": "Chart of accounts",
}


@pytest.mark.parametrize("escaped", [True, False])
@pytest.mark.parametrize("place", PLACES)
def test_a_deep_link_leads_to_its_page(untouched: RunningSandbox, place: str, escaped: bool) -> None:
    answer = send(untouched.url + LOGIN + (urllib.parse.quote(place, safe="") if escaped else place), "GET")
    assert answer.status == 200
    assert f"<h1>{PLACES[place]}" in answer.text
    assert "Paper Lantern Ltd" in answer.text


def test_the_reporting_links(untouched: RunningSandbox) -> None:
    answer = send(f"{untouched.url}/go/reporting/!lant1", "GET")
    assert "<h1>Trial Balance" in answer.text
    assert "Sales (200)" in answer.text
    account = send(f"{untouched.url}/go/reporting/!lant1/v1/Run/1009?accountID={account_id('200')}", "GET")
    assert "<h1>Sales (200)" in account.text
    assert "<h1>Chart of accounts" in send(f"{untouched.url}/go/reporting/!lant1/v1/Run/1009", "GET").text


def test_a_link_without_a_short_code_finds_its_organisation(untouched: RunningSandbox) -> None:
    answer = send(f"{untouched.url}/go/Journal/View.aspx?invoiceID={document_id(41)}", "GET")
    assert "Conversion balances" in answer.text
    assert "Paper Lantern Ltd" in send(f"{untouched.url}/go/Setup/FinancialSettings.aspx", "GET").text


def test_a_link_that_names_an_organisation_opens_it(untouched: RunningSandbox) -> None:
    """The chat page's “Open in Xero” knows the OrganisationID."""
    answer = send(f"{untouched.url}/go/?organisation={ORGANISATION}", "GET")
    assert "<h1>Chart of accounts" in answer.text
    assert "<h1>Organisations" in send(f"{untouched.url}/go/?organisation=nobody", "GET").text


@pytest.mark.parametrize(
    "target", ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)", "http://["]
)
def test_a_link_never_leads_out(untouched: RunningSandbox, target: str) -> None:
    answer = send(untouched.url + LOGIN + urllib.parse.quote(target, safe=""), "GET")
    assert answer.status == 400
    assert send(f"{untouched.url}/go/organisationlogin/default.aspx?shortcode=!nope&redirecturl=/", "GET").status == 404
    assert send(f"{untouched.url}/go/!lant1/AccountsReceivable/View.aspx?InvoiceID=7", "GET").status == 404


def test_the_lock_dates_page_really_locks(sandbox: RunningSandbox, xero: Wire) -> None:
    page = f"{sandbox.url}/go/!lant1/Setup/FinancialSettings.aspx"
    body = b"PeriodLockDate=2026-10-31&EndOfYearLockDate=2026-06-30"
    assert "saved" in send(page, "POST", body=body).text
    organisation = xero.get("Organisation").json["Organisations"][0]
    assert organisation["PeriodLockDate"] == "/Date(1793404800000+0000)/"
    assert organisation["EndOfYearLockDate"] == "/Date(1782777600000+0000)/"
    refused = xero.put("ManualJournals", journal(("400", "5"), ("620", "-5")))
    assert "period lock date, currently set at 31-Oct-2026" in refused.messages[0]
    assert send(page, "POST", body=b"PeriodLockDate=").status == 200
    assert xero.put("ManualJournals", journal(("400", "5"), ("620", "-5"))).status == 200
    assert send(page, "POST", body=b"PeriodLockDate=tomorrow").status == 400


def test_the_form_is_taken_from_its_own_site_only(untouched: RunningSandbox) -> None:
    page = f"{untouched.url}/go/!lant1/Setup/FinancialSettings.aspx"
    answer = send(page, "POST", headers={"Origin": "https://evil.example"}, body=b"PeriodLockDate=2026-10-31")
    assert answer.status == 403


def test_what_the_books_say_is_never_markup(sandbox: RunningSandbox, xero: Wire) -> None:
    made = xero.put("ManualJournals", journal(("400", "5"), ("620", "-5"), Narration="<script>alert(1)</script>"))
    identity = made.json["ManualJournals"][0]["ManualJournalID"]
    xero.put(f"ManualJournals/{identity}/History", {"HistoryRecords": [{"Details": '"><img src=x onerror=alert(1)>'}]})
    for path in (f"Journal/View.aspx?invoiceID={identity}", "Journal/Search.aspx"):
        answer = send(f"{sandbox.url}/go/!lant1/{path}", "GET")
        assert "<script>" not in answer.text
        assert "<img" not in answer.text
        assert "&lt;script&gt;" in answer.text
        assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert (
        "Cole &amp; Sons &lt;Ltd&gt;"
        in send(f"{sandbox.url}{LOGIN}/AccountsPayable/View.aspx?InvoiceID={document_id(3)}", "GET").text
    )
