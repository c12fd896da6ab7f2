"""The writes Xero allows, one kind a file, each refusing what Xero refuses."""

from sandbox.xero.writing.bank_transactions import write_bank_transaction
from sandbox.xero.writing.bank_transfers import write_bank_transfer
from sandbox.xero.writing.batch import WriteOne
from sandbox.xero.writing.batch_payments import write_batch_payment
from sandbox.xero.writing.credit_notes import write_credit_note
from sandbox.xero.writing.invoices import write_invoice
from sandbox.xero.writing.labels import write_contact_group, write_currency, write_tracking_category
from sandbox.xero.writing.manual_journals import write_manual_journal
from sandbox.xero.writing.payments import write_payment
from sandbox.xero.writing.quotes import write_quote
from sandbox.xero.writing.repeating import write_repeating
from sandbox.xero.writing.settings import write_account, write_contact

WRITERS: dict[str, WriteOne] = {
    "accounts": write_account,
    "banktransactions": write_bank_transaction,
    "banktransfers": write_bank_transfer,
    "batchpayments": write_batch_payment,
    "contactgroups": write_contact_group,
    "contacts": write_contact,
    "creditnotes": write_credit_note,
    "currencies": write_currency,
    "invoices": write_invoice,
    "manualjournals": write_manual_journal,
    "payments": write_payment,
    "quotes": write_quote,
    "repeatinginvoices": write_repeating,
    "trackingcategories": write_tracking_category,
}
