"""The records of a client's books as every room knows them; no SDK type passes beyond xero_tools."""

from __future__ import annotations

import datetime as dt
import hashlib
from decimal import Decimal

import msgspec

from books.money import Money


class Record(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A frozen fact read from a client's books. (It can hold no cycle, so the garbage collector may pass by.)"""


class Organisation(Record, frozen=True, kw_only=True):
    """A Xero organisation (a client's set of books) and its lock dates."""

    id: str
    name: str
    currency: str
    short_code: str = ""
    country: str = ""
    timezone: str = ""
    year_end_month: int = 12
    year_end_day: int = 31
    period_lock_date: dt.date | None = None
    end_of_year_lock_date: dt.date | None = None

    @property
    def lock_date(self) -> dt.date | None:
        """The later of the two lock dates: nothing dated on or before it may change."""
        dates = [day for day in (self.period_lock_date, self.end_of_year_lock_date) if day]
        return max(dates) if dates else None


class LedgerAccount(Record, frozen=True, kw_only=True):
    """An account of the chart of accounts. `klass` is Xero's Class: ASSET, EQUITY, EXPENSE, LIABILITY, REVENUE.

    `number` is a bank account's own number as Xero has it, with or without its branch.
    """

    id: str
    code: str
    name: str
    type: str
    klass: str
    status: str = "ACTIVE"
    tax_type: str = ""
    system: str = ""
    currency: str = ""
    number: str = ""

    @property
    def is_bank(self) -> bool:
        """True of bank and credit-card accounts."""
        return self.type == "BANK"


class Contact(Record, frozen=True, kw_only=True):
    """A customer or supplier."""

    id: str
    name: str
    email: str = ""


class Payee(Record, frozen=True, kw_only=True):
    """A contact that money goes out to: the bank details Xero keeps, as one text, and when the contact was saved."""

    id: str
    name: str
    bank_details: str = ""
    updated_at: dt.datetime | None = None

    @property
    def fingerprint(self) -> str:
        """The bank details as eight hex digits, to tell them apart without writing them down."""
        return hashlib.sha256(f"{self.id}|{self.bank_details}".encode()).hexdigest()[:8]

    @property
    def bank_words(self) -> str:
        """Enough of the bank details to recognise them, and the fingerprint that covers them all."""
        if not self.bank_details:
            return "no bank details in Xero"
        return f"bank details ending {self.bank_details[-4:]} (fingerprint {self.fingerprint})"


class Line(Record, frozen=True, kw_only=True):
    """A line of a document; `amount` is signed as the document has it and excludes tax when the document's lines do."""

    account_code: str
    description: str
    amount: Money
    tax: Money
    tax_type: str = ""
    tracking: tuple[tuple[str, str], ...] = ()


class Invoice(Record, frozen=True, kw_only=True):
    """A sales invoice (kind ACCREC) or a bill (kind ACCPAY). `lines` is empty when a summary was read."""

    id: str
    kind: str
    number: str
    reference: str
    contact: Contact
    status: str
    date: dt.date
    due_date: dt.date | None
    net: Money
    tax: Money
    total: Money
    due: Money
    paid: Money
    lines: tuple[Line, ...] = ()
    currency_rate: Decimal = Decimal(1)
    lines_include_tax: bool = False
    updated_at: dt.datetime | None = None

    @property
    def is_bill(self) -> bool:
        """True of a supplier's bill."""
        return self.kind == "ACCPAY"


class BankTransaction(Record, frozen=True, kw_only=True):
    """The ledger's spend-money or receive-money transaction (not the bank's statement line)."""

    id: str
    kind: str
    bank_account_id: str
    bank_account_code: str
    contact: Contact | None
    reference: str
    status: str
    date: dt.date
    total: Money
    is_reconciled: bool
    lines: tuple[Line, ...] = ()
    updated_at: dt.datetime | None = None

    @property
    def is_receipt(self) -> bool:
        """True of money received."""
        return self.kind.startswith("RECEIVE")


class Payment(Record, frozen=True, kw_only=True):
    """A payment of an invoice, bill or credit note through a bank account.

    `amount` is in the document's currency, `bank_amount` in the bank account's; both are always positive.
    """

    id: str
    kind: str
    date: dt.date
    amount: Money
    bank_amount: Money
    reference: str
    status: str
    is_reconciled: bool
    bank_account_id: str
    bank_account_code: str = ""
    invoice_id: str = ""
    invoice_number: str = ""
    contact: Contact | None = None
    updated_at: dt.datetime | None = None

    @property
    def is_receipt(self) -> bool:
        """True of money received (a customer's payment, or a supplier's refund)."""
        return self.kind in ("ACCRECPAYMENT", "APCREDITPAYMENT", "APOVERPAYMENTPAYMENT", "APPREPAYMENTPAYMENT")


class JournalLine(Record, frozen=True, kw_only=True):
    """A line of a manual journal; a positive amount is a debit, a negative one a credit."""

    account_code: str
    description: str
    amount: Money
    tax_type: str = "NONE"
    tracking: tuple[tuple[str, str], ...] = ()


class ManualJournal(Record, frozen=True, kw_only=True):
    """A manual journal: DRAFT, POSTED, VOIDED or DELETED."""

    id: str
    narration: str
    date: dt.date
    status: str
    lines: tuple[JournalLine, ...]
    url: str = ""
    updated_at: dt.datetime | None = None


class TrialBalanceRow(Record, frozen=True, kw_only=True):
    """An account's balance at a date, in the base currency: debit positive, credit negative.

    Revenue and expense accounts show the financial year to date.
    """

    account_id: str
    account_code: str
    account_name: str
    section: str
    balance: Money


class BankBalance(Record, frozen=True, kw_only=True):
    """A bank account's book balance over a period, from the Bank Summary report."""

    account_id: str
    account_name: str
    opening: Money
    received: Money
    spent: Money
    closing: Money


class ReportLine(Record, frozen=True, kw_only=True):
    """An account's line of a profit and loss or balance sheet; one amount a column, newest first, signed as shown."""

    section: str
    account_id: str
    account_name: str
    amounts: tuple[Money, ...]


class BudgetLine(Record, frozen=True, kw_only=True):
    """An account's budget by period code (`2026-10`), in the base currency, signed as the profit and loss shows it."""

    account_id: str
    account_code: str
    amounts: dict[str, Decimal]


class Budget(Record, frozen=True, kw_only=True):
    """A budget of the organisation; kind OVERALL or TRACKING."""

    id: str
    kind: str
    description: str
    lines: tuple[BudgetLine, ...]
    updated_at: dt.datetime | None = None


class HistoryNote(Record, frozen=True, kw_only=True):
    """One entry of a document's History and Notes."""

    at: dt.datetime | None
    user: str
    change: str
    details: str


class TaxRate(Record, frozen=True, kw_only=True):
    """A tax rate of the organisation; `percent` is the effective rate (15 means 15 %)."""

    type: str
    name: str
    percent: Decimal
    status: str = "ACTIVE"


class TrackingCategory(Record, frozen=True, kw_only=True):
    """A tracking category with its options, each an id and a name."""

    id: str
    name: str
    status: str = "ACTIVE"
    options: tuple[tuple[str, str], ...] = ()


class Attachment(Record, frozen=True, kw_only=True):
    """A file attached to a document."""

    id: str
    filename: str
    mime: str
    length_bytes: int = 0


class StatementLine(Record, frozen=True, kw_only=True):
    """One line of a bank's statement; `amount` is signed as the account feels it: money in is positive.

    `id` is the same in every file the line stands in (agents/reconciliation/statements/identity.py); `bank_id` is the
    bank's own reference for it (FITID, AcctSvcrRef), if it gave one. `position` is where it stood in the file.
    """

    id: str
    date: dt.date
    amount: Money
    value_date: dt.date | None = None
    payer: str = ""
    reference: str = ""
    description: str = ""
    bank_id: str = ""
    position: str = ""


class Statement(Record, frozen=True, kw_only=True):
    """A bank's account of one bank account over a span of days, both included; lines stand in the bank's order.

    `account` is the account as the bank writes it (IBAN, or branch and number), empty where the file does not say.
    Balances are signed, an overdrawn account is negative; None where the file states none.
    """

    account: str
    currency: str
    start: dt.date
    end: dt.date
    opening: Money | None
    closing: Money | None
    lines: tuple[StatementLine, ...]
    number: str = ""
