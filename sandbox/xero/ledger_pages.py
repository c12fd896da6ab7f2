"""Pages that show the ledger rather than one document: an account's postings, the trial balance, the chart."""

from decimal import Decimal

from sandbox.xero.markup import Html, Markup, day, facts, heading, join, link, table
from sandbox.xero.pages_shared import MOST_ROWS, Asked, account_address
from sandbox.xero.refusals import NotFoundError
from sandbox.xero.reports.requests import make_report
from sandbox.xero.simulator import Session


def account_page(session: Session, asked: Asked) -> Markup:
    """The postings of one account with a running balance, newest last; a bank account's with reconciled flags."""
    account = session.chart.by_id.get(asked.get("accountid", "").lower())
    if account is None:
        raise NotFoundError
    postings = session.store.postings(session.identity, account=account["AccountID"])
    flags = _reconciled_flags(session) if account["Type"] == "BANK" else {}
    balance = Decimal(0)
    rows: list[list[object]] = []
    for posting in postings:
        amount = Decimal(posting.cents) / 100
        balance += amount
        address = _source_address(session, posting.source, posting.source_id)
        words = Html(link(address, posting.text or posting.source)) if address else posting.text
        row: list[object] = [
            day(posting.date),
            words,
            amount if amount > 0 else "",
            -amount if amount < 0 else "",
            balance,
        ]
        rows.append([*row, flags.get(posting.source_id, "")] if flags else row)
    shown = rows[-MOST_ROWS:]
    titles = ["Date", "Transaction", "Debit", "Credit", "Balance"] + (["Reconciled"] if flags else [])
    title = f"{account['Name']} ({account['Code']})" if account.get("Code") else account["Name"]
    count = f"{len(shown)} of {len(rows)}" if len(shown) < len(rows) else str(len(rows))
    summary = facts(("Balance", f"{balance:,.2f} {session.chart.currency}"), ("Transactions", count))
    return join([heading(title, account["Type"]), summary, table(titles, shown)])


def _reconciled_flags(session: Session) -> dict[str, str]:
    flags: dict[str, str] = {}
    for kind, field in (("banktransactions", "BankTransactionID"), ("payments", "PaymentID")):
        for one in session.store.all(session.identity, kind):
            flags[one[field]] = "Yes" if one.get("IsReconciled") else "No"
    return flags


_SOURCES = {
    "invoices": "AccountsReceivable/View.aspx?InvoiceID=",
    "manualjournals": "Journal/View.aspx?invoiceID=",
    "banktransactions": "Bank/ViewTransaction.aspx?bankTransactionID=",
}


def _source_address(session: Session, source: str, identity: str) -> str:
    path = _SOURCES.get(source)
    return f"/go/{session.organisation['ShortCode']}/{path}{identity}" if path else ""


def trial_balance_page(session: Session, asked: Asked) -> Markup:
    """The trial balance as at the business date (or ?date=), each account linked to its postings."""
    report = make_report(session, "trialbalance", {"date": asked["date"]} if asked.get("date") else {})
    rows: list[list[object]] = []
    for section in report["Rows"][1:]:
        for one in section["Rows"]:
            cells = [cell["Value"] for cell in one["Cells"]]
            attributes = one["Cells"][0].get("Attributes")
            account = session.chart.by_id.get(attributes[0]["Value"].lower()) if attributes else None
            name = Html(link(account_address(session, account), cells[0])) if account else cells[0]
            rows.append([name, *(Decimal(cell) if cell else "" for cell in cells[1:])])
    titles = [cell["Value"] for cell in report["Rows"][0]["Cells"]]
    lead = Markup(f'<p class="mute">{report["ReportTitles"][2]}</p>')
    return join([heading("Trial Balance"), lead, table(titles, rows, last_is_sum=True)])


def account_transactions_page(session: Session, asked: Asked) -> Markup:
    """The postings of the account asked for, or the chart to pick one from."""
    return account_page(session, asked) if asked.get("accountid") else home_page(session, asked)


def home_page(session: Session, asked: Asked) -> Markup:
    """The organisation's front page: its bank accounts and the other accounts."""
    rows: list[list[object]] = [
        [one.get("Code"), Html(link(account_address(session, one), one["Name"])), one["Type"], one["Status"]]
        for one in sorted(session.chart.accounts, key=lambda row: (row["Type"] != "BANK", str(row.get("Code"))))
    ]
    return join([heading("Chart of accounts"), table(["Code", "Name", "Type", "Status"], rows)])
