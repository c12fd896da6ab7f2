"""The pages a deep link opens: documents, the postings of an account, a contact, the chart of accounts."""

from decimal import Decimal

from sandbox.xero.kinds import KINDS
from sandbox.xero.ledger_pages import account_page, account_transactions_page, home_page, trial_balance_page
from sandbox.xero.markup import Html, Markup, day, facts, heading, join, link, subheading, table
from sandbox.xero.pages_shared import MOST_ROWS, Asked, Page, account_address
from sandbox.xero.refusals import NotFoundError
from sandbox.xero.simulator import Session
from sandbox.xero.wire import Json, parse_date
from sandbox.xero.writing.history import read_history


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
    identity = asked.get("banktransactionid", "")
    payment = session.get("payments", identity)
    if payment is not None:
        return payment_page(session, payment)
    one = _document(session, "banktransactions", identity)
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


def payment_page(session: Session, one: Json) -> Markup:
    """A payment, which Xero shows among the bank's transactions, with a link to what it paid."""
    short = one.get("Invoice") or one["CreditNote"]
    place = "AccountsReceivable/View.aspx?InvoiceID=" if "InvoiceID" in short else _CREDIT_NOTE
    base = f"/go/{session.organisation['ShortCode']}/{place}{short.get('InvoiceID') or short.get('CreditNoteID')}"
    words = short.get("InvoiceNumber") or short.get("CreditNoteNumber") or "document"
    return join(
        [
            heading("Payment", one["Status"]),
            facts(
                ("Contact", (short.get("Contact") or {}).get("Name")),
                ("Pays", Html(link(base, words))),
                ("Bank account", one["Account"].get("Name")),
                ("Date", day(one["Date"])),
                ("Amount", f"{one['Amount']:,.2f} {short.get('CurrencyCode') or ''}"),
                ("Reference", one.get("Reference")),
                ("Reconciled", "Yes" if one["IsReconciled"] else "No"),
            ),
            _history(session, "payments", one["PaymentID"]),
        ]
    )


def credit_note_page(session: Session, asked: Asked) -> Markup:
    """A credit note with its lines and what it was set against."""
    one = _document(session, "creditnotes", asked.get("creditnoteid", ""))
    total: list[object] = ["", "", "", "Total", one["TotalTax"], one["Total"]]
    used = [[day(row["Date"]), row["Invoice"].get("InvoiceNumber"), row["Amount"]] for row in one["Allocations"]]
    return join(
        [
            heading(f"Credit note {one.get('CreditNoteNumber') or ''}", one["Status"]),
            facts(
                ("Contact", (one.get("Contact") or {}).get("Name")),
                ("Date", day(one["Date"])),
                ("Remaining credit", f"{one['RemainingCredit']:,.2f} {one['CurrencyCode']}"),
            ),
            table(_LINE_TITLES, [*_lines(one["LineItems"], session), total], last_is_sum=True),
            join([subheading("Set against"), table(["Date", "Invoice", "Amount"], used)]) if used else Markup(""),
            _history(session, "creditnotes", one["CreditNoteID"]),
        ]
    )


def quote_page(session: Session, asked: Asked) -> Markup:
    """A quote with its lines and history."""
    one = _document(session, "quotes", asked.get("quoteid", ""))
    total: list[object] = ["", "", "", "Total", one["TotalTax"], one["Total"]]
    return join(
        [
            heading(f"Quote {one.get('QuoteNumber') or ''}", one["Status"]),
            facts(("To", (one.get("Contact") or {}).get("Name")), ("Date", day(one["Date"]))),
            table(_LINE_TITLES, [*_lines(one["LineItems"], session), total], last_is_sum=True),
            _history(session, "quotes", one["QuoteID"]),
        ]
    )


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


_CREDIT_NOTE = "AccountsReceivable/ViewCreditNote.aspx?creditNoteID="
PAGES: dict[str, Page] = {
    "": home_page,
    "accountsreceivable/view.aspx": invoice_page,
    "accountsreceivable/edit.aspx": invoice_page,
    "accountspayable/view.aspx": invoice_page,
    "accountspayable/edit.aspx": invoice_page,
    "accountsreceivable/viewcreditnote.aspx": credit_note_page,
    "accountspayable/viewcreditnote.aspx": credit_note_page,
    "quotes/view.aspx": quote_page,
    "journal/view.aspx": journal_page,
    "journal/search.aspx": journals_page,
    "bank/viewtransaction.aspx": bank_transaction_page,
    "bank/banktransactions.aspx": account_page,
    "reports/accounttransactions.aspx": account_page,
    "reporting": trial_balance_page,
    "reporting/v1/run/1009": account_transactions_page,
    "reporting/v1/run/1109": account_transactions_page,
    "reporting/v1/run/1209": account_transactions_page,
    "contacts/view.aspx": contact_page,
    "generalledger/chartofaccounts.aspx": home_page,
}
