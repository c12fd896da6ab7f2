"""The shapes of Xero's JSON that we read, named as Xero names them; whatever else Xero sends is passed over.

Amounts are decoded straight to Decimal. Statuses and types are text, so that a new one loses no page. The fields of
documents and lines stand in Xero's own order: the decoder looks for the next one first, which saves a tenth of a page.
"""

from __future__ import annotations

from decimal import Decimal

from xero_tools.wire_base import Amount, Text, Wire
from xero_tools.wire_goods import WireOrder, WireProduct
from xero_tools.wire_lists import (
    Pagination,
    WireAttachment,
    WireAttribute,
    WireBudget,
    WireBudgetBalance,
    WireBudgetLine,
    WireCell,
    WireHistory,
    WireNamed,
    WireOrganisation,
    WireReminder,
    WireReport,
    WireRow,
    WireSchedule,
    WireTaxRate,
    WireTrackingCategory,
    WireTrackingOption,
    WireUser,
)

__all__ = [
    "Amount",
    "Envelope",
    "Pagination",
    "Text",
    "Wire",
    "WireAccount",
    "WireAllocation",
    "WireAttachment",
    "WireAttribute",
    "WireBankTransaction",
    "WireBatch",
    "WireBudget",
    "WireBudgetBalance",
    "WireBudgetLine",
    "WireCell",
    "WireContact",
    "WireCredit",
    "WireDocument",
    "WireGroup",
    "WireHistory",
    "WireJournal",
    "WireJournalLine",
    "WireLine",
    "WireNamed",
    "WireOrder",
    "WireOrganisation",
    "WirePayment",
    "WireProduct",
    "WireQuote",
    "WireReminder",
    "WireRepeating",
    "WireReport",
    "WireRow",
    "WireSchedule",
    "WireTaxRate",
    "WireTracking",
    "WireTrackingCategory",
    "WireTrackingOption",
    "WireTransfer",
    "WireUser",
]


class WireTracking(Wire):
    """A tracking category with the option chosen on a line."""

    Name: Text = None
    Option: Text = None


class WireLine(Wire):
    """A line of a document."""

    Description: Text = None
    TaxType: Text = None
    TaxAmount: Amount = None
    LineAmount: Amount = None
    AccountCode: Text = None
    Tracking: tuple[WireTracking, ...] | None = None


class WireContact(Wire):
    """A customer or supplier."""

    ContactID: Text = None
    Name: Text = None
    EmailAddress: Text = None
    ContactStatus: Text = None


class WireDocument(Wire):
    """An invoice, a bill or a credit note, or the stub of one inside a payment."""

    Type: Text = None
    InvoiceID: Text = None
    InvoiceNumber: Text = None
    CreditNoteID: Text = None
    CreditNoteNumber: Text = None
    OverpaymentID: Text = None
    PrepaymentID: Text = None
    Reference: Text = None
    AmountDue: Amount = None
    AmountPaid: Amount = None
    CurrencyRate: Amount = None
    Contact: WireContact | None = None
    DateString: Text = None
    Date: Text = None
    DueDateString: Text = None
    DueDate: Text = None
    Status: Text = None
    LineAmountTypes: Text = None
    LineItems: list[WireLine] | None = None
    SubTotal: Amount = None
    TotalTax: Amount = None
    Total: Amount = None
    UpdatedDateUTC: Text = None
    CurrencyCode: Text = None


class WireAccount(Wire):
    """An account of the chart, or the stub of one inside a payment or bank transaction."""

    AccountID: Text = None
    Code: Text = None
    Name: Text = None
    Type: Text = None
    Class: Text = None
    Status: Text = None
    TaxType: Text = None
    SystemAccount: Text = None
    CurrencyCode: Text = None
    BankAccountNumber: Text = None


class WireBankTransaction(Wire):
    """Money spent or received in the ledger."""

    BankTransactionID: Text = None
    Type: Text = None
    Contact: WireContact | None = None
    BankAccount: WireAccount | None = None
    Reference: Text = None
    Status: Text = None
    Date: Text = None
    DateString: Text = None
    CurrencyCode: Text = None
    Total: Amount = None
    IsReconciled: bool | None = None
    LineItems: list[WireLine] | None = None
    UpdatedDateUTC: Text = None


class WirePayment(Wire):
    """A payment of an invoice, bill, credit note, prepayment or overpayment."""

    PaymentID: Text = None
    PaymentType: Text = None
    Date: Text = None
    Amount: Decimal | None = None
    BankAmount: Decimal | None = None
    Reference: Text = None
    Status: Text = None
    IsReconciled: bool | None = None
    Account: WireAccount | None = None
    Invoice: WireDocument | None = None
    CreditNote: WireDocument | None = None
    Overpayment: WireDocument | None = None
    Prepayment: WireDocument | None = None
    UpdatedDateUTC: Text = None


class WireJournalLine(Wire):
    """A line of a manual journal; debit positive."""

    AccountCode: Text = None
    Description: Text = None
    LineAmount: Amount = None
    TaxType: Text = None
    Tracking: tuple[WireTracking, ...] | None = None


class WireJournal(Wire):
    """A manual journal."""

    ManualJournalID: Text = None
    Narration: Text = None
    Date: Text = None
    Status: Text = None
    Url: Text = None
    JournalLines: list[WireJournalLine] | None = None
    UpdatedDateUTC: Text = None


class WireAllocation(Wire):
    """A part of a credit set against an invoice."""

    AllocationID: Text = None
    Amount: Amount = None
    Date: Text = None
    Invoice: WireDocument | None = None


class WireCredit(WireDocument):
    """A credit note, overpayment or prepayment."""

    RemainingCredit: Amount = None
    Allocations: list[WireAllocation] | None = None


class WireTransfer(Wire):
    """Money moved between two bank accounts."""

    BankTransferID: Text = None
    Date: Text = None
    DateString: Text = None
    Amount: Decimal | None = None
    FromBankAccount: WireAccount | None = None
    ToBankAccount: WireAccount | None = None
    FromBankTransactionID: Text = None
    ToBankTransactionID: Text = None
    FromIsReconciled: bool | None = None
    ToIsReconciled: bool | None = None
    Reference: Text = None
    Status: Text = None


class WireBatch(Wire):
    """Invoices or bills paid in one sum."""

    BatchPaymentID: Text = None
    Type: Text = None
    Date: Text = None
    DateString: Text = None
    TotalAmount: Amount = None
    Account: WireAccount | None = None
    Reference: Text = None
    Particulars: Text = None
    Code: Text = None
    Details: Text = None
    Narrative: Text = None
    Status: Text = None
    IsReconciled: bool | None = None
    Payments: list[WirePayment] | None = None
    UpdatedDateUTC: Text = None


class WireQuote(Wire):
    """An offer to a customer."""

    QuoteID: Text = None
    QuoteNumber: Text = None
    Reference: Text = None
    Title: Text = None
    Contact: WireContact | None = None
    Status: Text = None
    Date: Text = None
    DateString: Text = None
    ExpiryDate: Text = None
    ExpiryDateString: Text = None
    CurrencyCode: Text = None
    CurrencyRate: Amount = None
    SubTotal: Amount = None
    TotalTax: Amount = None
    Total: Amount = None
    LineAmountTypes: Text = None
    LineItems: list[WireLine] | None = None
    UpdatedDateUTC: Text = None


class WireRepeating(Wire):
    """A template of invoices or bills."""

    RepeatingInvoiceID: Text = None
    Type: Text = None
    Contact: WireContact | None = None
    Reference: Text = None
    Status: Text = None
    CurrencyCode: Text = None
    Total: Amount = None
    Schedule: WireSchedule | None = None
    LineItems: list[WireLine] | None = None


class WireGroup(Wire):
    """A contact group."""

    ContactGroupID: Text = None
    Name: Text = None
    Status: Text = None
    Contacts: list[WireContact] | None = None


class Envelope(Wire):
    """Any answer of the Accounting API: one of the lists is there."""

    pagination: Pagination | None = None
    Organisations: list[WireOrganisation] | None = None
    Accounts: list[WireAccount] | None = None
    Contacts: list[WireContact] | None = None
    Invoices: list[WireDocument] | None = None
    CreditNotes: list[WireCredit] | None = None
    Overpayments: list[WireCredit] | None = None
    Prepayments: list[WireCredit] | None = None
    Allocations: list[WireAllocation] | None = None
    BankTransfers: list[WireTransfer] | None = None
    BatchPayments: list[WireBatch] | None = None
    Quotes: list[WireQuote] | None = None
    RepeatingInvoices: list[WireRepeating] | None = None
    ContactGroups: list[WireGroup] | None = None
    Users: list[WireUser] | None = None
    Currencies: list[WireNamed] | None = None
    Actions: list[WireNamed] | None = None
    OnlineInvoices: list[WireNamed] | None = None
    Options: list[WireNamed] | None = None
    BankTransactions: list[WireBankTransaction] | None = None
    Payments: list[WirePayment] | None = None
    ManualJournals: list[WireJournal] | None = None
    Reports: list[WireReport] | None = None
    Budgets: list[WireBudget] | WireBudget | None = None  # one budget may come bare: the OpenAPI file shows it so
    HistoryRecords: list[WireHistory] | None = None
    Attachments: list[WireAttachment] | None = None
    Items: list[WireProduct] | None = None
    PurchaseOrders: list[WireOrder] | None = None
    InvoiceReminders: list[WireReminder] | None = None
    TaxRates: list[WireTaxRate] | None = None
    TrackingCategories: list[WireTrackingCategory] | None = None
