"""Deep links: their form on the real hosts, and that each opens in the sandbox."""

from __future__ import annotations

import urllib.request
from urllib.parse import parse_qs, urlsplit

from books.records import Organisation
from tests.support.sandbox_server import RunningSandbox
from tests.xero_tools.conftest import gateway_to
from tests.xero_tools.test_reads import BONDI, OCTOBER
from xero_tools import accounts, bank, invoices, journals, organisations
from xero_tools.links import Links

BOOKS = Organisation(id="o", name="Bondi", currency="AUD", short_code="!bnd01", country="AU")


def target(link: str) -> str:
    """Where a link leads after the login."""
    parts = urlsplit(link)
    query = parse_qs(parts.query)
    assert (parts.netloc, parts.path) == ("go.xero.com", "/organisationlogin/default.aspx")
    assert query["shortcode"] == ["!bnd01"]
    return query["redirecturl"][0]


def test_links_lead_to_xeros_documented_pages() -> None:
    links = Links()
    assert target(links.invoice(BOOKS, "1", "ACCREC")) == "/AccountsReceivable/View.aspx?InvoiceID=1"
    assert target(links.invoice(BOOKS, "1", "ACCPAY")) == "/AccountsPayable/Edit.aspx?InvoiceID=1"
    assert (
        target(links.credit_note(BOOKS, "1", "ACCPAYCREDIT")) == "/AccountsPayable/ViewCreditNote.aspx?creditNoteID=1"
    )
    assert target(links.contact(BOOKS, "1")) == "/Contacts/View/1"
    assert target(links.bank_transaction(BOOKS, "1")) == "/Bank/ViewTransaction.aspx?bankTransactionID=1"
    assert target(links.journal(BOOKS, "1")) == "/Journal/View.aspx?invoiceID=1"
    assert links.ledger_account(BOOKS, "1") == "https://reporting.xero.com/!bnd01/v1/Run/1009"
    assert links.trial_balance(BOOKS) == "https://reporting.xero.com/!bnd01"


def test_every_link_opens_in_the_sandbox(demo: RunningSandbox) -> None:
    gateway = gateway_to(demo.url)
    books, links = organisations.get(BONDI, gateway), gateway.links
    sale, bill = (invoices.outstanding(BONDI, gateway, kind=kind)[0] for kind in ("ACCREC", "ACCPAY"))
    cheque = bank.accounts(BONDI, gateway)[0]
    for link in (
        links.invoice(books, sale.id, sale.kind),
        links.invoice(books, bill.id, bill.kind),
        links.bank_account(books, cheque.id),
        links.reconcile(books, cheque.id),
        links.bank_transaction(books, bank.transactions(BONDI, gateway, since=OCTOBER[0])[0].id),
        links.journal(books, journals.manual(BONDI, gateway, since=OCTOBER[0])[0].id),
        links.ledger_account(books, accounts.chart(BONDI, gateway)[5].id),
        links.chart(books),
        links.lock_dates(books),
        links.trial_balance(books),
        links.contact(books, sale.contact.id),
    ):
        assert link.startswith(f"{demo.url}/go/")
        with urllib.request.urlopen(link, timeout=10) as page:
            assert page.status == 200
            assert "Bondi Coffee" in page.read().decode()
