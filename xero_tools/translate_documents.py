"""Xero's JSON into the records of books.documents: credits, transfers, batches, quotes, repeating invoices and more."""

from __future__ import annotations

from decimal import Decimal

from books.documents import (
    Allocation,
    BankTransfer,
    BatchPayment,
    ContactGroup,
    Credit,
    Quote,
    RepeatingInvoice,
    User,
)
from books.money import Money
from xero_tools import wire
from xero_tools.translate import contact, lines, moment, optional_day, required_day

_ZERO = Decimal(0)


def credit(row: wire.WireCredit, base: str) -> Credit:
    """A credit note, overpayment or prepayment; `base` is the currency when it names none."""
    currency = row.CurrencyCode or base
    net, tax = row.SubTotal or _ZERO, row.TotalTax or _ZERO
    identity = row.CreditNoteID or row.OverpaymentID or row.PrepaymentID or ""
    return Credit(
        id=identity,
        kind=row.Type or "",
        number=row.CreditNoteNumber or "",
        reference=row.Reference or "",
        contact=contact(row.Contact),
        status=row.Status or "",
        date=required_day(row.DateString or row.Date, f"the credit {row.CreditNoteNumber or identity}"),
        total=Money(row.Total if row.Total is not None else net + tax, currency),
        remaining=Money(row.RemainingCredit or _ZERO, currency),
        allocations=tuple(allocation(each, currency) for each in row.Allocations or ()),
        lines=lines(row.LineItems, currency),
        currency_rate=row.CurrencyRate or Decimal(1),
        lines_include_tax=row.LineAmountTypes == "Inclusive",
        updated_at=moment(row.UpdatedDateUTC),
    )


def allocation(row: wire.WireAllocation, currency: str) -> Allocation:
    """A part of a credit set against an invoice."""
    invoice = row.Invoice or wire.WireDocument()
    return Allocation(
        id=row.AllocationID or "",
        invoice_id=invoice.InvoiceID or "",
        invoice_number=invoice.InvoiceNumber or "",
        amount=Money(row.Amount or _ZERO, currency),
        date=optional_day(row.Date),
    )


def transfer(row: wire.WireTransfer, currency: str) -> BankTransfer:
    """Money moved between two bank accounts; `currency` is that of the account it left."""
    left, reached = row.FromBankAccount or wire.WireAccount(), row.ToBankAccount or wire.WireAccount()
    return BankTransfer(
        id=row.BankTransferID or "",
        date=required_day(row.DateString or row.Date, f"the bank transfer {row.BankTransferID}"),
        amount=Money(row.Amount or _ZERO, currency),
        from_account_id=left.AccountID or "",
        to_account_id=reached.AccountID or "",
        from_transaction_id=row.FromBankTransactionID or "",
        to_transaction_id=row.ToBankTransactionID or "",
        from_is_reconciled=bool(row.FromIsReconciled),
        to_is_reconciled=bool(row.ToIsReconciled),
        reference=row.Reference or "",
        status=row.Status or "AUTHORISED",
    )


def batch(row: wire.WireBatch, currency: str) -> BatchPayment:
    """Invoices or bills paid in one sum; `currency` is the bank account's."""
    words = (row.Reference, row.Particulars, row.Code, row.Details, row.Narrative)
    return BatchPayment(
        id=row.BatchPaymentID or "",
        kind=row.Type or "",
        date=required_day(row.DateString or row.Date, f"the batch payment {row.BatchPaymentID}"),
        total=Money(row.TotalAmount or _ZERO, currency),
        bank_account_id=(row.Account.AccountID if row.Account else None) or "",
        words=" ".join(each for each in words if each),
        status=row.Status or "",
        is_reconciled=bool(row.IsReconciled),
        payment_ids=tuple(each.PaymentID for each in row.Payments or () if each.PaymentID),
        updated_at=moment(row.UpdatedDateUTC),
    )


def quote(row: wire.WireQuote, base: str) -> Quote:
    """An offer; `base` is the currency when it names none."""
    currency = row.CurrencyCode or base
    net, tax = row.SubTotal or _ZERO, row.TotalTax or _ZERO
    return Quote(
        id=row.QuoteID or "",
        number=row.QuoteNumber or "",
        reference=row.Reference or "",
        title=row.Title or "",
        contact=contact(row.Contact),
        status=row.Status or "",
        date=required_day(row.DateString or row.Date, f"the quote {row.QuoteNumber or row.QuoteID}"),
        expiry_date=optional_day(row.ExpiryDateString or row.ExpiryDate),
        net=Money(net, currency),
        tax=Money(tax, currency),
        total=Money(row.Total if row.Total is not None else net + tax, currency),
        lines=lines(row.LineItems, currency),
        currency_rate=row.CurrencyRate or Decimal(1),
        lines_include_tax=row.LineAmountTypes == "INCLUSIVE",  # a quote says it in capitals
        updated_at=moment(row.UpdatedDateUTC),
    )


def repeating(row: wire.WireRepeating, base: str) -> RepeatingInvoice:
    """A template of invoices or bills; `base` is the currency when it names none."""
    schedule = row.Schedule or wire.WireSchedule()
    currency = row.CurrencyCode or base
    return RepeatingInvoice(
        id=row.RepeatingInvoiceID or "",
        kind=row.Type or "",
        contact=contact(row.Contact),
        reference=row.Reference or "",
        status=row.Status or "",
        total=Money(row.Total or _ZERO, currency),
        every=schedule.Period or 1,
        unit=schedule.Unit or "",
        next_date=optional_day(schedule.NextScheduledDate),
        end_date=optional_day(schedule.EndDate),
        lines=lines(row.LineItems, currency),
    )


def group(row: wire.WireGroup) -> ContactGroup:
    """A contact group."""
    members = tuple(each.ContactID for each in row.Contacts or () if each.ContactID)
    return ContactGroup(id=row.ContactGroupID or "", name=row.Name or "", status=row.Status or "", contact_ids=members)


def user(row: wire.WireUser) -> User:
    """A person who may sign in."""
    name = " ".join(each for each in (row.FirstName, row.LastName) if each)
    return User(id=row.UserID or "", name=name, email=row.EmailAddress or "", role=row.OrganisationRole or "")
