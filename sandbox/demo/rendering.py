"""Turns a finished book into the JSON collections that Xero's own API returns, as they stood on one day."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from zlib import crc32

from sandbox.demo.book import Book
from sandbox.demo.charts import accounts_json
from sandbox.demo.identity import identifier
from sandbox.demo.papers import Attachment, BankEntry, Credit, Invoice, Journal, Line, Payment, Transfer
from sandbox.demo.taxes import rates_json
from sandbox.demo.waiting import WAITING, Waiting

Json = dict[str, object]
OPENED = date(2024, 10, 1)


def as_json(book: Book, today: date) -> Json:
    """The books as on `today`: later documents do not exist yet and later payments have not been made."""
    return Rendering(book, today).collections()


class Rendering:
    """One book seen on one day."""

    def __init__(self, book: Book, today: date) -> None:
        """Look at `book` on `today`."""
        self.book = book
        self.today = today
        self.bank_names = {bank.code: bank.name for bank in book.banks}

    def collections(self) -> Json:
        """Every collection of the books file."""
        book, day = self.book, self.today
        return {
            "Organisation": book.organisation,
            "Accounts": accounts_json(book.client, book.banks, book.chart, book.taxes, self.stamp(OPENED, "chart")),
            "TaxRates": rates_json(book.taxes),
            "TrackingCategories": [self.tracking(name, options) for name, options in book.tracking.items()],
            "Contacts": [self.contact(name, mail) for name, mail in book.contacts.items()],
            "Invoices": [self.invoice(each) for each in book.invoices if each.on <= day],
            "CreditNotes": [self.credit(each) for each in book.credits if each.on <= day],
            "BankTransactions": [self.bank_entry(each) for each in book.bank_entries if each.on <= day],
            "BankTransfers": [self.transfer(each) for each in book.transfers if each.on <= day],
            "Payments": [self.payment(each) for each in book.payments if each.on <= day],
            "ManualJournals": [self.journal(each) for each in book.journals if each.on <= day],
            "StatementLines": [self.statement_line(each) for each in WAITING[book.client] if each.on <= day],
            "Budgets": book.budgets,
            "Attachments": self.attachments(),
        }

    def id(self, kind: str, key: str) -> str:
        """The uuid of one document of this client."""
        return identifier(self.book.client, kind, key)

    def stamp(self, on: date, key: str) -> str:
        """When a document of `on` was last touched, in office hours (UTC) and never after `today` begins."""
        at = datetime(on.year, on.month, on.day, 8, tzinfo=UTC).timestamp() + crc32(key.encode()) % 30_000
        latest = datetime(self.today.year, self.today.month, self.today.day, tzinfo=UTC).timestamp()
        return f"/Date({int(min(at, latest)) * 1000}+0000)/"

    def tracking(self, name: str, options: tuple[str, ...]) -> Json:
        """A tracking category with its options."""
        choices = [
            {"TrackingOptionID": self.id("TrackingOption", f"{name}/{option}"), "Name": option, "Status": "ACTIVE"}
            for option in options
        ]
        return {
            "TrackingCategoryID": self.id("TrackingCategory", name),
            "Name": name,
            "Status": "ACTIVE",
            "Options": choices,
        }

    def contact(self, name: str, email: str) -> Json:
        """A contact, a customer or supplier according to the invoices there are."""
        types = {each.type for each in self.book.invoices if each.contact == name}
        return {
            "ContactID": self.id("Contact", name),
            "Name": name,
            "EmailAddress": email,
            "ContactStatus": "ACTIVE",
            "IsCustomer": "ACCREC" in types,
            "IsSupplier": "ACCPAY" in types,
            "UpdatedDateUTC": self.stamp(OPENED, name),
        }

    def contact_link(self, name: str) -> Json:
        """A contact as documents carry it."""
        return {"ContactID": self.id("Contact", name), "Name": name}

    def line(self, owner: str, place: int, line: Line, tax: Decimal) -> Json:
        """One line item with its tax, and its tracking option where it has one."""
        tracks = [
            {"TrackingCategoryID": self.id("TrackingCategory", name), "Name": name, "Option": line.tracking,
             "TrackingOptionID": self.id("TrackingOption", f"{name}/{line.tracking}")}
            for name, options in self.book.tracking.items()
            if line.tracking in options
        ]  # fmt: skip
        return {
            "LineItemID": self.id("LineItem", f"{owner}/{place}"),
            "Description": line.description,
            "Quantity": str(line.quantity),
            "UnitAmount": str(line.unit),
            "LineAmount": str(line.amount),
            "AccountCode": line.code,
            "AccountID": self.id("Account", line.code),
            "TaxType": line.tax,
            "TaxAmount": str(tax),
            "Tracking": tracks,
        }

    def invoice(self, invoice: Invoice) -> Json:
        """An invoice or bill with what has been paid and credited by today."""
        key = f"{invoice.type}/{invoice.key}"
        payments = [each for each in invoice.payments if each.on <= self.today]
        paid = sum((each.amount for each in payments), Decimal(0))
        credited = sum((amount for on, amount in invoice.credited if on <= self.today), Decimal(0))
        total, due = invoice.total, invoice.total - paid - credited
        settled = invoice.status == "AUTHORISED" and due == 0
        touched = max([invoice.on, *(each.on for each in payments)])
        rendered: Json = {
            "Type": invoice.type,
            "InvoiceID": self.id("Invoice", key),
            "InvoiceNumber": invoice.number,
            "Reference": invoice.reference,
            "Contact": self.contact_link(invoice.contact),
            "Date": invoice.on.isoformat(),
            "DueDate": invoice.due.isoformat(),
            "Status": "PAID" if settled else invoice.status,
            "LineAmountTypes": "Exclusive",
            "LineItems": [self.line(key, place, line, line.tax_on_top) for place, line in enumerate(invoice.lines, 1)],
            "SubTotal": str(invoice.net),
            "TotalTax": str(invoice.tax),
            "Total": str(total),
            "AmountDue": str(due) if invoice.status not in ("VOIDED", "DELETED") else "0.00",
            "AmountPaid": str(paid),
            "AmountCredited": str(credited),
            "CurrencyCode": invoice.currency,
            "CurrencyRate": str(invoice.rate),
            "SentToContact": invoice.type == "ACCREC" and invoice.status == "AUTHORISED",
            "HasAttachments": invoice.attached,
            "UpdatedDateUTC": self.stamp(touched, key),
        }
        if settled:
            rendered["FullyPaidOnDate"] = touched.isoformat()
        return rendered

    def credit(self, credit: Credit) -> Json:
        """A credit note, allocated in full."""
        kind = "ACCRECCREDIT" if credit.invoice.type == "ACCREC" else "ACCPAYCREDIT"
        taxes = [line.tax_on_top for line in credit.lines]
        invoice_id = self.id("Invoice", f"{credit.invoice.type}/{credit.invoice.key}")
        return {
            "Type": kind,
            "CreditNoteID": self.id("CreditNote", credit.key),
            "CreditNoteNumber": credit.number,
            "Reference": credit.reference,
            "Contact": self.contact_link(credit.invoice.contact),
            "Date": credit.on.isoformat(),
            "Status": "PAID",
            "LineAmountTypes": "Exclusive",
            "LineItems": [
                self.line(credit.key, place, line, tax)
                for place, (line, tax) in enumerate(zip(credit.lines, taxes, strict=True), 1)
            ],
            "SubTotal": str(credit.total - sum(taxes, Decimal(0))),
            "TotalTax": str(sum(taxes, Decimal(0))),
            "Total": str(credit.total),
            "RemainingCredit": "0.00",
            "CurrencyCode": credit.invoice.currency,
            "CurrencyRate": str(credit.invoice.rate),
            "Allocations": [
                {
                    "AllocationID": self.id("Allocation", credit.key),
                    "Amount": str(credit.total),
                    "Date": credit.on.isoformat(),
                    "Invoice": {"InvoiceID": invoice_id, "InvoiceNumber": credit.invoice.number},
                }
            ],
            "UpdatedDateUTC": self.stamp(credit.on, credit.key),
        }

    def bank_entry(self, entry: BankEntry) -> Json:
        """Spend or receive money."""
        return {
            "BankTransactionID": self.id("BankTransaction", entry.key),
            "Type": entry.type,
            "BankAccount": self.bank_link(entry.bank),
            "Contact": self.contact_link(entry.contact),
            "Date": entry.on.isoformat(),
            "Reference": entry.reference,
            "Status": entry.status,
            "IsReconciled": entry.reconciled,
            "LineAmountTypes": "Inclusive",
            "LineItems": [
                self.line(entry.key, place, line, line.tax_inside) for place, line in enumerate(entry.lines, 1)
            ],
            "SubTotal": str(entry.total - entry.tax),
            "TotalTax": str(entry.tax),
            "Total": str(entry.total),
            "CurrencyCode": entry.currency,
            "CurrencyRate": str(entry.rate),
            "HasAttachments": entry.attached,
            "UpdatedDateUTC": self.stamp(entry.on, entry.key),
        }

    def bank_link(self, code: str) -> Json:
        """A bank account as documents carry it."""
        return {"AccountID": self.id("Account", code), "Code": code, "Name": self.bank_names.get(code, "")}

    def transfer(self, transfer: Transfer) -> Json:
        """Money moved between two of the client's own bank accounts."""
        return {
            "BankTransferID": self.id("BankTransfer", transfer.key),
            "FromBankAccount": self.bank_link(transfer.from_bank),
            "ToBankAccount": self.bank_link(transfer.to_bank),
            "Amount": str(transfer.amount),
            "Date": transfer.on.isoformat(),
            "Reference": transfer.reference,
            "CurrencyRate": "1",
            "FromIsReconciled": transfer.reconciled,
            "ToIsReconciled": transfer.reconciled,
            "HasAttachments": False,
            "CreatedDateUTC": self.stamp(transfer.on, transfer.key),
        }

    def payment(self, payment: Payment) -> Json:
        """A payment of an invoice or bill."""
        invoice = payment.invoice
        return {
            "PaymentID": self.id("Payment", payment.key),
            "Date": payment.on.isoformat(),
            "Amount": str(payment.amount),
            "BankAmount": str(payment.bank_amount),
            "CurrencyRate": str(payment.rate),
            "Reference": payment.reference,
            "PaymentType": f"{invoice.type}PAYMENT",
            "Status": "AUTHORISED",
            "IsReconciled": payment.reconciled,
            "Account": {"AccountID": self.id("Account", payment.bank), "Code": payment.bank},
            "Invoice": {
                "InvoiceID": self.id("Invoice", f"{invoice.type}/{invoice.key}"),
                "InvoiceNumber": invoice.number,
                "Type": invoice.type,
                "CurrencyCode": invoice.currency,
                "Contact": self.contact_link(invoice.contact),
            },
            "UpdatedDateUTC": self.stamp(payment.on, payment.key),
        }

    def journal(self, journal: Journal) -> Json:
        """A manual journal; debits are positive."""
        lines = [self.line(journal.key, place, line, Decimal("0.00")) for place, line in enumerate(journal.lines, 1)]
        kept = ("Description", "LineAmount", "AccountCode", "AccountID", "TaxType", "TaxAmount", "Tracking")
        return {
            "ManualJournalID": self.id("ManualJournal", journal.key),
            "Narration": journal.narration,
            "Date": journal.on.isoformat(),
            "Status": journal.status,
            "LineAmountTypes": "NoTax",
            "ShowOnCashBasisReports": True,
            "HasAttachments": journal.attached,
            "JournalLines": [{name: line[name] for name in kept} for line in lines],
            "UpdatedDateUTC": self.stamp(journal.on, journal.key),
        }

    def statement_line(self, waiting: Waiting) -> Json:
        """A line of the bank that nobody has entered yet."""
        return {
            "StatementLineID": self.id("StatementLine", f"{waiting.code}/{waiting.on}/{waiting.amount}"),
            "Code": waiting.code,
            "Date": waiting.on.isoformat(),
            "Amount": str(waiting.amount),
            "Payee": waiting.payee,
            "Reference": waiting.reference,
            "Description": waiting.description,
        }

    def attachments(self) -> list[Json]:
        """The attached files whose document exists by today."""
        keys = {self.id("Invoice", f"{each.type}/{each.key}") for each in self.book.invoices if each.on <= self.today}
        keys |= {self.id("ManualJournal", each.key) for each in self.book.journals if each.on <= self.today}
        return [self.attachment(each) for each in self.book.attachments if each.id in keys]

    def attachment(self, attachment: Attachment) -> Json:
        """One attached text file."""
        return {
            "entity": attachment.entity,
            "id": attachment.id,
            "filename": attachment.filename,
            "mime": "text/plain",
            "text": attachment.text,
        }
