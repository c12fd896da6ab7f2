"""The writes Xero allows, one kind a file, each refusing what Xero refuses."""

from sandbox.xero.writing.bank_transactions import write_bank_transaction
from sandbox.xero.writing.batch import WriteOne
from sandbox.xero.writing.invoices import write_invoice
from sandbox.xero.writing.manual_journals import write_manual_journal
from sandbox.xero.writing.payments import write_payment
from sandbox.xero.writing.settings import write_account, write_contact

WRITERS: dict[str, WriteOne] = {
    "accounts": write_account,
    "banktransactions": write_bank_transaction,
    "contacts": write_contact,
    "invoices": write_invoice,
    "manualjournals": write_manual_journal,
    "payments": write_payment,
}
