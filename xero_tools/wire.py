"""The shapes of Xero's JSON that we read, named as Xero names them; whatever else Xero sends is passed over.

Amounts are decoded straight to Decimal. Statuses and types are text, so that a new one loses no page.
"""

from __future__ import annotations

from decimal import Decimal

import msgspec

Amount = Decimal | None
Text = str | None


class Wire(msgspec.Struct, gc=False):
    """Something Xero sends; any field may be missing or null. (No cycles, so the garbage collector may pass by.)"""


class Pagination(Wire):
    """Where a page stands in its list."""

    page: int = 1
    pageSize: int = 0  # noqa: N815
    pageCount: int = 0  # noqa: N815
    itemCount: int = -1  # noqa: N815


class WireTracking(Wire):
    """A tracking category with the option chosen on a line."""

    Name: Text = None
    Option: Text = None


class WireLine(Wire):
    """A line of a document."""

    AccountCode: Text = None
    Description: Text = None
    LineAmount: Amount = None
    TaxAmount: Amount = None
    TaxType: Text = None
    Tracking: list[WireTracking] | None = None


class WireContact(Wire):
    """A customer or supplier."""

    ContactID: Text = None
    Name: Text = None
    EmailAddress: Text = None


class WireDocument(Wire):
    """An invoice, a bill or a credit note, or the stub of one inside a payment."""

    InvoiceID: Text = None
    CreditNoteID: Text = None
    Type: Text = None
    InvoiceNumber: Text = None
    CreditNoteNumber: Text = None
    Reference: Text = None
    Contact: WireContact | None = None
    Status: Text = None
    Date: Text = None
    DateString: Text = None
    DueDate: Text = None
    DueDateString: Text = None
    SubTotal: Amount = None
    TotalTax: Amount = None
    Total: Amount = None
    AmountDue: Amount = None
    AmountPaid: Amount = None
    AmountCredited: Amount = None
    CurrencyCode: Text = None
    CurrencyRate: Amount = None
    LineAmountTypes: Text = None
    LineItems: list[WireLine] | None = None
    UpdatedDateUTC: Text = None


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
    UpdatedDateUTC: Text = None


class WireJournalLine(Wire):
    """A line of a manual journal; debit positive."""

    AccountCode: Text = None
    Description: Text = None
    LineAmount: Amount = None
    TaxType: Text = None
    Tracking: list[WireTracking] | None = None


class WireJournal(Wire):
    """A manual journal."""

    ManualJournalID: Text = None
    Narration: Text = None
    Date: Text = None
    Status: Text = None
    Url: Text = None
    JournalLines: list[WireJournalLine] | None = None
    UpdatedDateUTC: Text = None


class WireOrganisation(Wire):
    """An organisation."""

    OrganisationID: Text = None
    Name: Text = None
    BaseCurrency: Text = None
    ShortCode: Text = None
    CountryCode: Text = None
    Timezone: Text = None
    FinancialYearEndMonth: int | None = None
    FinancialYearEndDay: int | None = None
    PeriodLockDate: Text = None
    EndOfYearLockDate: Text = None


class WireAttribute(Wire):
    """What a report's cell is about."""

    Value: Text = None
    Id: Text = None


class WireCell(Wire):
    """A cell of a report."""

    Value: Text = None
    Attributes: list[WireAttribute] | None = None


class WireRow(Wire):
    """A row of a report; a section has rows of its own."""

    RowType: Text = None
    Title: Text = None
    Cells: list[WireCell] | None = None
    Rows: list[WireRow] | None = None


class WireReport(Wire):
    """A report."""

    ReportName: Text = None
    ReportTitles: list[str] | None = None
    Rows: list[WireRow] | None = None


class WireBudgetBalance(Wire):
    """A month of a budget line."""

    Period: Text = None
    Amount: Decimal | None = None


class WireBudgetLine(Wire):
    """A budget's line for one account."""

    AccountID: Text = None
    AccountCode: Text = None
    BudgetBalances: list[WireBudgetBalance] | None = None


class WireBudget(Wire):
    """A budget."""

    BudgetID: Text = None
    Type: Text = None
    Description: Text = None
    BudgetLines: list[WireBudgetLine] | None = None
    UpdatedDateUTC: Text = None


class WireHistory(Wire):
    """A line of History and Notes."""

    Details: Text = None
    Changes: Text = None
    User: Text = None
    DateUTC: Text = None


class WireAttachment(Wire):
    """A file attached to a document."""

    AttachmentID: Text = None
    FileName: Text = None
    MimeType: Text = None
    ContentLength: int | None = None


class WireTaxRate(Wire):
    """A tax rate."""

    Name: Text = None
    TaxType: Text = None
    Status: Text = None
    EffectiveRate: Amount = None


class WireTrackingOption(Wire):
    """An option of a tracking category."""

    TrackingOptionID: Text = None
    Name: Text = None
    Status: Text = None


class WireTrackingCategory(Wire):
    """A tracking category."""

    TrackingCategoryID: Text = None
    Name: Text = None
    Status: Text = None
    Options: list[WireTrackingOption] | None = None


class Envelope(Wire):
    """Any answer of the Accounting API: one of the lists is there."""

    pagination: Pagination | None = None
    Organisations: list[WireOrganisation] | None = None
    Accounts: list[WireAccount] | None = None
    Contacts: list[WireContact] | None = None
    Invoices: list[WireDocument] | None = None
    CreditNotes: list[WireDocument] | None = None
    BankTransactions: list[WireBankTransaction] | None = None
    Payments: list[WirePayment] | None = None
    ManualJournals: list[WireJournal] | None = None
    Reports: list[WireReport] | None = None
    Budgets: list[WireBudget] | WireBudget | None = None  # one budget may come bare: the OpenAPI file shows it so
    HistoryRecords: list[WireHistory] | None = None
    Attachments: list[WireAttachment] | None = None
    TaxRates: list[WireTaxRate] | None = None
    TrackingCategories: list[WireTrackingCategory] | None = None
