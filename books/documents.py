"""Records of the documents beside invoices: credits, transfers, batches, quotes, repeating invoices, groups, users."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from books.money import Money
from books.records import Contact, Line, Record


class Allocation(Record, frozen=True, kw_only=True):
    """A part of a credit set against one invoice; Xero gives older ones no id."""

    id: str
    invoice_id: str
    invoice_number: str
    amount: Money
    date: dt.date | None


class Credit(Record, frozen=True, kw_only=True):
    """A credit note, overpayment or prepayment of a customer or supplier; amounts are positive.

    `kind` is Xero's type: ACCRECCREDIT, ACCPAYCREDIT, RECEIVE-OVERPAYMENT, SPEND-OVERPAYMENT, RECEIVE-PREPAYMENT,
    SPEND-PREPAYMENT. `remaining` is what is not yet allocated or refunded.
    """

    id: str
    kind: str
    number: str
    reference: str
    contact: Contact
    status: str
    date: dt.date
    total: Money
    remaining: Money
    allocations: tuple[Allocation, ...] = ()
    lines: tuple[Line, ...] = ()
    currency_rate: Decimal = Decimal(1)
    lines_include_tax: bool = False
    updated_at: dt.datetime | None = None


class BankTransfer(Record, frozen=True, kw_only=True):
    """Money moved between two bank accounts of one organisation; each side is a bank transaction of its own."""

    id: str
    date: dt.date
    amount: Money
    from_account_id: str
    to_account_id: str
    from_transaction_id: str
    to_transaction_id: str
    from_is_reconciled: bool
    to_is_reconciled: bool
    reference: str
    status: str


class BatchPayment(Record, frozen=True, kw_only=True):
    """Invoices (kind RECBATCH) or bills (PAYBATCH) paid in one sum; `words` are all its texts, joined by spaces."""

    id: str
    kind: str
    date: dt.date
    total: Money
    bank_account_id: str
    words: str
    status: str
    is_reconciled: bool
    payment_ids: tuple[str, ...] = ()
    updated_at: dt.datetime | None = None


class InvoicePayment(Record, frozen=True, kw_only=True):
    """A payment as it stands on the invoice that it pays; the amount is in the invoice's currency."""

    id: str
    date: dt.date
    amount: Money


class Quote(Record, frozen=True, kw_only=True):
    """An offer to a customer: DRAFT, SENT, DECLINED, ACCEPTED, INVOICED or DELETED."""

    id: str
    number: str
    reference: str
    title: str
    contact: Contact
    status: str
    date: dt.date
    expiry_date: dt.date | None
    net: Money
    tax: Money
    total: Money
    lines: tuple[Line, ...] = ()
    currency_rate: Decimal = Decimal(1)
    lines_include_tax: bool = False
    updated_at: dt.datetime | None = None


class RepeatingInvoice(Record, frozen=True, kw_only=True):
    """A template that Xero makes an invoice or bill of `every` so many weeks or months (`unit` WEEKLY, MONTHLY)."""

    id: str
    kind: str
    contact: Contact
    reference: str
    status: str
    total: Money
    every: int
    unit: str
    next_date: dt.date | None
    end_date: dt.date | None
    lines: tuple[Line, ...] = ()


class ContactGroup(Record, frozen=True, kw_only=True):
    """A named group of contacts; a list of groups comes without its members."""

    id: str
    name: str
    status: str
    contact_ids: tuple[str, ...] = ()


class User(Record, frozen=True, kw_only=True):
    """A person who may sign in to an organisation, with Xero's role for them."""

    id: str
    name: str
    email: str
    role: str


class StandingLine(Record, frozen=True, kw_only=True):
    """A line of a document with all that says it again; None is what Xero does not say.

    `amount` is what quantity, unit price and discount come to; it includes `tax` where the document's lines do. Figures
    are in the document's currency.
    """

    id: str
    description: str
    item_code: str
    quantity: Decimal | None
    unit_amount: Decimal | None
    discount_rate: Decimal | None
    discount_amount: Decimal | None
    amount: Decimal
    account_code: str
    tax_type: str
    tax: Decimal
    tracking: tuple[tuple[str, str], ...] = ()


class StandingDocument(Record, frozen=True, kw_only=True):
    """An invoice, bill or bank transaction with its lines as they stand.

    `entity` is Xero's plural, `kind` its Type; `settled` is what is paid or credited; `line_amounts` is Exclusive,
    Inclusive or NoTax.
    """

    entity: str
    id: str
    kind: str
    status: str
    number: str
    reference: str
    contact_id: str
    contact: str
    date: dt.date
    total: Money
    settled: Money
    line_amounts: str
    lines: tuple[StandingLine, ...]
    currency_rate: Decimal = Decimal(1)
    is_reconciled: bool = False
    updated_at: dt.datetime | None = None
