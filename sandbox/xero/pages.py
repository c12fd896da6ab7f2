"""The pages a deep link opens: documents, the postings of an account, a contact, the chart of accounts."""

from collections.abc import Callable, Mapping
from decimal import Decimal

from sandbox.xero.kinds import KINDS
from sandbox.xero.markup import Html, Markup, day, facts, heading, join, link, subheading, table
from sandbox.xero.refusals import NotFoundError
from sandbox.xero.simulator import Session
from sandbox.xero.wire import Json, parse_date
from sandbox.xero.writing.history import read_history

Asked = Mapping[str, str]
Page = Callable[[Session, Asked], Markup]
MOST_ROWS = 500


def _document(session: Session, kind: str, identity: str) -> Json:
    found = session.get(kind, identity)
    if found is None:
        raise NotFoundError
    return found


def _history(session: Session, kind: str, identity: str) -> Markup:
    rows = [
        [row["DateUTCString"], row["Changes"], row["User"], row["Details"]]
        for row in read_history(session, KINDS[kind], identity)
    ]
    if not rows:
        return Markup("")
    return join([subheading("History and notes"), table(["When (UTC)", "Changes", "User", "Details"], rows)])


def _lines(lines: list[Json], session: Session) -> list[list[object]]:
    rows: list[list[object]] = []
    for line in lines:
        account = session.chart.find(line) or {}
        named = f"{account.get('Name', '')} ({account.get('Code', '')})" if account else ""
        linked = Html(link(account_address(session, account), named)) if account else ""
        options = ", ".join(f"{one.get('Name')}: {one.get('Option')}" for one in line.get("Tracking") or [])
        row = [
            line.get("Description"),
            linked,
            options,
            line.get("TaxType"),
            line.get("TaxAmount"),
            line.get("LineAmount"),
        ]
        rows.append(row)
    return rows


_LINE_TITLES = ["Description", "Account", "Tracking", "Tax", "Tax amount", "Amount"]


def account_address(session: Session, account: Json) -> str:
    """Where an account's postings are shown; a bank account has its own page."""
    name = "Bank/BankTransactions" if account.get("Type") == "BANK" else "Reports/AccountTransactions"
    return f"/go/{session.organisation['ShortCode']}/{name}.aspx?accountID={account.get('AccountID')}"


def invoice_page(session: Session, asked: Asked) -> Markup:
    """An invoice or a bill with its lines, payments and history."""
    one = _document(session, "invoices", asked.get("invoiceid", ""))
    name = "Invoice" if one["Type"] == "ACCREC" else "Bill"
    total: list[object] = ["", "", "", "Total", one["TotalTax"], one["Total"]]
    payments = [[day(row["Date"]), row["Reference"], row["Amount"]] for row in one["Payments"]]
    return join(
        [
            heading(f"{name} {one.get('InvoiceNumber') or one.get('Reference') or ''}", one["Status"]),
            facts(
                ("To" if name == "Invoice" else "From", (one.get("Contact") or {}).get("Name")),
                ("Date", day(one["Date"])),
                ("Due", day(one.get("DueDate"))),
                ("Reference", one.get("Reference")),
                ("Currency", one["CurrencyCode"]),
                ("Amount due", f"{one['AmountDue']:,.2f}"),
            ),
            table(_LINE_TITLES, [*_lines(one["LineItems"], session), total], last_is_sum=True),
            join([subheading("Payments"), table(["Date", "Reference", "Amount"], payments)])
            if payments
            else Markup(""),
            _history(session, "invoices", one["InvoiceID"]),
        ]
    )


def journal_page(session: Session, asked: Asked) -> Markup:
    """A manual journal with its lines, debit beside credit, and its history."""
    one = _document(session, "manualjournals", asked.get("invoiceid") or asked.get("manualjournalid", ""))
    rows: list[list[object]] = []
    for line, cells in zip(one["JournalLines"], _lines(one["JournalLines"], session), strict=True):
        amount = line["LineAmount"]
        rows.append([*cells[:4], amount if amount > 0 else "", -amount if amount < 0 else ""])
    debits = sum((line["LineAmount"] for line in one["JournalLines"] if line["LineAmount"] > 0), Decimal("0.00"))
    credits = -sum((line["LineAmount"] for line in one["JournalLines"] if line["LineAmount"] < 0), Decimal("0.00"))
    rows.append(["", "", "", "Total", debits, credits])
    titles = ["Description", "Account", "Tracking", "Tax", "Debit", "Credit"]
    return join(
        [
            heading("Manual journal", one["Status"]),
            facts(("Narration", one["Narration"]), ("Date", day(one["Date"])), ("Link", one.get("Url"))),
            table(titles, rows, last_is_sum=True),
            _history(session, "manualjournals", one["ManualJournalID"]),
        ]
    )


def journals_page(session: Session, asked: Asked) -> Markup:
    """The manual journals, newest first."""
    found = session.store.all(session.identity, "manualjournals")
    found.sort(key=lambda row: parse_date(row["Date"]), reverse=True)
    base = f"/go/{session.organisation['ShortCode']}/Journal/View.aspx?invoiceID="
    rows: list[list[object]] = [
        [day(one["Date"]), Html(link(base + one["ManualJournalID"], one["Narration"])), one["Status"]]
        for one in found[:MOST_ROWS]
    ]
    return join([heading("Manual journals"), table(["Date", "Narration", "Status"], rows)])


def bank_transaction_page(session: Session, asked: Asked) -> Markup:
    """A bank transaction with its lines and history."""
    one = _document(session, "banktransactions", asked.get("banktransactionid", ""))
    total: list[object] = ["", "", "", "Total", one["TotalTax"], one["Total"]]
    return join(
        [
            heading("Money in" if one["Type"].startswith("RECEIVE") else "Money out", one["Status"]),
            facts(
                ("Contact", (one.get("Contact") or {}).get("Name")),
                ("Bank account", one["BankAccount"].get("Name")),
                ("Date", day(one["Date"])),
                ("Reference", one.get("Reference")),
                ("Reconciled", "Yes" if one["IsReconciled"] else "No"),
            ),
            table(_LINE_TITLES, [*_lines(one["LineItems"], session), total], last_is_sum=True),
            _history(session, "banktransactions", one["BankTransactionID"]),
        ]
    )


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


def contact_page(session: Session, asked: Asked) -> Markup:
    """A contact with the invoices and bills that are open."""
    one = _document(session, "contacts", asked.get("contactid", ""))
    base = f"/go/{session.organisation['ShortCode']}/AccountsReceivable/View.aspx?InvoiceID="
    rows: list[list[object]] = [
        [
            Html(link(base + row["InvoiceID"], row.get("InvoiceNumber") or row.get("Reference") or row["Type"])),
            day(row["Date"]),
            day(row.get("DueDate")),
            row["CurrencyCode"],
            row["AmountDue"],
        ]
        for row in session.store.all(session.identity, "invoices")
        if row["Status"] == "AUTHORISED" and (row.get("Contact") or {}).get("ContactID") == one["ContactID"]
    ]
    titles = ["Document", "Date", "Due", "Currency", "Amount due"]
    return join(
        [heading(one["Name"]), facts(("E-mail", one.get("EmailAddress"))), subheading("Open"), table(titles, rows)]
    )


def home_page(session: Session, asked: Asked) -> Markup:
    """The organisation's front page: its bank accounts and the other accounts."""
    rows: list[list[object]] = [
        [one.get("Code"), Html(link(account_address(session, one), one["Name"])), one["Type"], one["Status"]]
        for one in sorted(session.chart.accounts, key=lambda row: (row["Type"] != "BANK", str(row.get("Code"))))
    ]
    return join([heading("Chart of accounts"), table(["Code", "Name", "Type", "Status"], rows)])


PAGES: dict[str, Page] = {
    "": home_page,
    "accountsreceivable/view.aspx": invoice_page,
    "accountsreceivable/edit.aspx": invoice_page,
    "accountspayable/view.aspx": invoice_page,
    "accountspayable/edit.aspx": invoice_page,
    "journal/view.aspx": journal_page,
    "journal/search.aspx": journals_page,
    "bank/viewtransaction.aspx": bank_transaction_page,
    "bank/banktransactions.aspx": account_page,
    "bank/bankrec.aspx": account_page,
    "reports/accounttransactions.aspx": account_page,
    "contacts/view.aspx": contact_page,
    "generalledger/chartofaccounts.aspx": home_page,
}
