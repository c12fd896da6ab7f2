"""The document kinds of the API: their path, id and number fields, and what an unpaged list leaves out."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Kind:
    """One collection of the Accounting API."""

    plural: str
    id_field: str
    number_field: str | None = None
    lines: str | None = None
    paged: bool = False
    history: bool = False
    attachments: bool = False

    @property
    def name(self) -> str:
        """The lower-case name under which the store keeps it."""
        return self.plural.lower()


KINDS = {
    kind.name: kind
    for kind in (
        Kind("Accounts", "AccountID", "Code", attachments=True),
        Kind("BankTransactions", "BankTransactionID", None, "LineItems", True, True, True),
        Kind("BankTransfers", "BankTransferID", history=True, attachments=True),
        Kind("BatchPayments", "BatchPaymentID", history=True),
        Kind("BrandingThemes", "BrandingThemeID"),
        Kind("Budgets", "BudgetID"),
        Kind("ContactGroups", "ContactGroupID"),
        Kind("Contacts", "ContactID", "Name", None, True, True, True),
        Kind("CreditNotes", "CreditNoteID", "CreditNoteNumber", "LineItems", True, True, True),
        Kind("Currencies", "Code"),
        Kind("ExpenseClaims", "ExpenseClaimID", history=True),
        Kind("Invoices", "InvoiceID", "InvoiceNumber", "LineItems", True, True, True),
        Kind("Items", "ItemID", history=True),
        Kind("ManualJournals", "ManualJournalID", None, "JournalLines", True, True, True),
        Kind("Overpayments", "OverpaymentID", None, "LineItems", True, True),
        Kind("Payments", "PaymentID", None, None, True, True),
        Kind("Prepayments", "PrepaymentID", None, "LineItems", True, True),
        Kind("PurchaseOrders", "PurchaseOrderID", None, None, True, True, True),
        Kind("Quotes", "QuoteID", "QuoteNumber", None, True, True, True),
        Kind("Receipts", "ReceiptID", history=True, attachments=True),
        Kind("RepeatingInvoices", "RepeatingInvoiceID", history=True, attachments=True),
        Kind("TaxRates", "TaxType"),
        Kind("TrackingCategories", "TrackingCategoryID"),
        Kind("Users", "UserID"),
    )
}
