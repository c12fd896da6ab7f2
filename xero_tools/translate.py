"""Xero's JSON into the records of the house: exact Decimals, both date forms, unknown statuses kept as text."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from functools import lru_cache

import msgspec

from books.money import Money
from books.records import (
    Attachment,
    BankTransaction,
    Budget,
    BudgetLine,
    Contact,
    HistoryNote,
    Invoice,
    JournalLine,
    LedgerAccount,
    Line,
    ManualJournal,
    Organisation,
    Payment,
    TaxRate,
    TrackingCategory,
)
from books.refusal import Refusal
from xero_tools import wire
from xero_tools.timezones import iana_zone

_MILLISECONDS = re.compile(r"^/Date\((-?\d+)(?:[+-]\d{4})?\)/$")
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_ZERO = Decimal(0)
_from_seconds = dt.datetime.fromtimestamp
_envelope = msgspec.json.Decoder(wire.Envelope)


def envelope(content: bytes) -> wire.Envelope:
    """An answer of the Accounting API, typed; raises Refusal when it is not JSON of Xero's shape."""
    try:
        return _envelope.decode(content)
    except msgspec.DecodeError as error:
        raise Refusal(
            "Xero's answer cannot be read.",
            next_step="Try again; if it stays so, report it to whoever looks after Tieout.",
            code="xero_unreadable",
            detail=str(error),
        ) from error


@lru_cache(maxsize=8192)
def day(text: str) -> dt.date:
    """The date in `/Date(ms+0000)/` or an ISO text (its calendar date as written)."""
    if found := _MILLISECONDS.match(text):
        return (_EPOCH + dt.timedelta(milliseconds=int(found[1]))).date()
    return dt.date.fromisoformat(text[:10])


def moment(text: str | None) -> dt.datetime | None:
    """The moment in `/Date(ms+0000)/` or an ISO text (UTC unless it says otherwise)."""
    if not text:
        return None
    if text[:6] == "/Date(" and text[-7:] == "+0000)/":  # as Xero nearly always writes it, in half the time
        return _from_seconds(int(text[6:-7]) / 1000, dt.UTC)  # whole milliseconds survive the division
    if found := _MILLISECONDS.match(text):
        return _EPOCH + dt.timedelta(milliseconds=int(found[1]))
    read = dt.datetime.fromisoformat(text)
    return read if read.tzinfo else read.replace(tzinfo=dt.UTC)


def optional_day(text: str | None) -> dt.date | None:
    """The date in a text that may be missing."""
    return day(text) if text else None


def required_day(text: str | None, what: str) -> dt.date:
    """The date in a text; raises Refusal, naming what lacks it."""
    if not text:
        raise Refusal(
            f"Xero sent {what} without a date.",
            next_step="Open it in Xero and give it a date.",
            code="xero_unreadable",
        )
    return day(text)


def organisation(row: wire.WireOrganisation) -> Organisation:
    """An organisation; its time zone by its IANA name, empty when Xero's is not known."""
    return Organisation(
        id=row.OrganisationID or "",
        name=row.Name or "",
        currency=row.BaseCurrency or "",
        short_code=row.ShortCode or "",
        country=row.CountryCode or "",
        timezone=iana_zone(row.Timezone or ""),
        year_end_month=row.FinancialYearEndMonth or 12,
        year_end_day=row.FinancialYearEndDay or 31,
        period_lock_date=optional_day(row.PeriodLockDate),
        end_of_year_lock_date=optional_day(row.EndOfYearLockDate),
    )


def ledger_account(row: wire.WireAccount) -> LedgerAccount:
    """An account of the chart."""
    return LedgerAccount(
        id=row.AccountID or "",
        code=row.Code or "",
        name=row.Name or "",
        type=row.Type or "",
        klass=row.Class or "",
        status=row.Status or "ACTIVE",
        tax_type=row.TaxType or "",
        system=row.SystemAccount or "",
        currency=row.CurrencyCode or "",
        number=row.BankAccountNumber or "",
    )


def contact(row: wire.WireContact | None) -> Contact:
    """A contact; one that Xero left out has an empty id."""
    if row is None:
        return Contact(id="", name="")
    return Contact(id=row.ContactID or "", name=row.Name or "", email=row.EmailAddress or "")


def _tracking(rows: tuple[wire.WireTracking, ...]) -> tuple[tuple[str, str], ...]:
    return tuple([(row.Name or "", row.Option or "") for row in rows])


def lines(rows: list[wire.WireLine] | None, currency: str) -> tuple[Line, ...]:
    """The lines of a document in its currency. (A list first: a generator would cost a third more.)"""
    if not rows:
        return ()
    zero = Money(_ZERO, currency)
    return tuple(
        [
            Line(
                account_code=row.AccountCode or "",
                description=row.Description or "",
                amount=Money(row.LineAmount, currency) if row.LineAmount else zero,
                tax=Money(row.TaxAmount, currency) if row.TaxAmount else zero,
                tax_type=row.TaxType or "",
                tracking=_tracking(row.Tracking) if row.Tracking else (),
            )
            for row in rows
        ]
    )


def invoice(row: wire.WireDocument, base: str) -> Invoice:
    """A sales invoice or bill; `base` is the currency when the document names none."""
    currency = row.CurrencyCode or base
    net, tax, zero = row.SubTotal or _ZERO, row.TotalTax or _ZERO, Money(_ZERO, currency)
    return Invoice(
        id=row.InvoiceID or "",
        kind=row.Type or "",
        number=row.InvoiceNumber or "",
        reference=row.Reference or "",
        contact=contact(row.Contact),
        status=row.Status or "",
        date=required_day(row.DateString or row.Date, f"the invoice {row.InvoiceNumber or row.InvoiceID}"),
        due_date=optional_day(row.DueDateString or row.DueDate),
        net=Money(net, currency),
        tax=Money(tax, currency),
        total=Money(row.Total if row.Total is not None else net + tax, currency),
        due=Money(row.AmountDue, currency) if row.AmountDue else zero,
        paid=Money(row.AmountPaid, currency) if row.AmountPaid else zero,
        lines=lines(row.LineItems, currency),
        currency_rate=row.CurrencyRate or Decimal(1),
        lines_include_tax=row.LineAmountTypes == "Inclusive",
        updated_at=moment(row.UpdatedDateUTC),
    )


def bank_transaction(row: wire.WireBankTransaction, base: str) -> BankTransaction:
    """Money spent or received; `base` is the currency when the transaction names none."""
    bank = row.BankAccount or wire.WireAccount()
    currency = row.CurrencyCode or base
    return BankTransaction(
        id=row.BankTransactionID or "",
        kind=row.Type or "",
        bank_account_id=bank.AccountID or "",
        bank_account_code=bank.Code or "",
        contact=contact(row.Contact) if row.Contact else None,
        reference=row.Reference or "",
        status=row.Status or "",
        date=required_day(row.DateString or row.Date, f"the bank transaction {row.BankTransactionID}"),
        total=Money(row.Total or _ZERO, currency),
        is_reconciled=bool(row.IsReconciled),
        lines=lines(row.LineItems, currency),
        updated_at=moment(row.UpdatedDateUTC),
    )


def payment(row: wire.WirePayment, *, base: str, bank_currency: str) -> Payment:
    """A payment: `base` is the currency of a document that names none, `bank_currency` the bank account's."""
    document = row.Invoice or row.CreditNote or row.Overpayment or row.Prepayment or wire.WireDocument()
    bank = row.Account or wire.WireAccount()
    amount = row.Amount or _ZERO
    return Payment(
        id=row.PaymentID or "",
        kind=row.PaymentType or "",
        date=required_day(row.Date, f"the payment {row.PaymentID}"),
        amount=Money(amount, document.CurrencyCode or base),
        bank_amount=Money(row.BankAmount if row.BankAmount is not None else amount, bank_currency),
        reference=row.Reference or "",
        status=row.Status or "",
        is_reconciled=bool(row.IsReconciled),
        bank_account_id=bank.AccountID or "",
        bank_account_code=bank.Code or "",
        invoice_id=document.InvoiceID or document.CreditNoteID or document.OverpaymentID or document.PrepaymentID or "",
        invoice_number=document.InvoiceNumber or document.CreditNoteNumber or "",
        contact=contact(document.Contact) if document.Contact else None,
        updated_at=moment(row.UpdatedDateUTC),
    )


def manual_journal(row: wire.WireJournal, base: str) -> ManualJournal:
    """A manual journal, always in the base currency."""
    lines = tuple(
        JournalLine(
            account_code=line.AccountCode or "",
            description=line.Description or "",
            amount=Money(line.LineAmount or _ZERO, base),
            tax_type=line.TaxType or "NONE",
            tracking=_tracking(line.Tracking or ()),
        )
        for line in row.JournalLines or ()
    )
    return ManualJournal(
        id=row.ManualJournalID or "",
        narration=row.Narration or "",
        date=required_day(row.Date, f"the manual journal {row.ManualJournalID}"),
        status=row.Status or "",
        lines=lines,
        url=row.Url or "",
        updated_at=moment(row.UpdatedDateUTC),
    )


def budget(row: wire.WireBudget) -> Budget:
    """A budget with its lines, by period code."""
    lines = tuple(
        BudgetLine(
            account_id=line.AccountID or "",
            account_code=line.AccountCode or "",
            amounts={each.Period: each.Amount or _ZERO for each in line.BudgetBalances or () if each.Period},
        )
        for line in row.BudgetLines or ()
    )
    return Budget(
        id=row.BudgetID or "",
        kind=row.Type or "",
        description=row.Description or "",
        lines=lines,
        updated_at=moment(row.UpdatedDateUTC),
    )


def history_note(row: wire.WireHistory) -> HistoryNote:
    """An entry of History and Notes."""
    return HistoryNote(at=moment(row.DateUTC), user=row.User or "", change=row.Changes or "", details=row.Details or "")


def attachment(row: wire.WireAttachment) -> Attachment:
    """A file attached to a document."""
    return Attachment(
        id=row.AttachmentID or "",
        filename=row.FileName or "",
        mime=row.MimeType or "",
        length_bytes=row.ContentLength or 0,
    )


def tax_rate(row: wire.WireTaxRate) -> TaxRate:
    """A tax rate; its percentage is the effective one."""
    return TaxRate(
        type=row.TaxType or "",
        name=row.Name or "",
        status=row.Status or "ACTIVE",
        percent=row.EffectiveRate or _ZERO,
    )


def tracking_category(row: wire.WireTrackingCategory) -> TrackingCategory:
    """A tracking category with its active options."""
    options = tuple(
        (each.TrackingOptionID or "", each.Name or "")
        for each in row.Options or ()
        if each.Status in (None, "", "ACTIVE")
    )
    return TrackingCategory(
        id=row.TrackingCategoryID or "", name=row.Name or "", status=row.Status or "ACTIVE", options=options
    )
