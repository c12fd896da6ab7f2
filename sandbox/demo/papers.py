"""The documents of a set of books, as plain records; `rendering` turns them into Xero's JSON."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from sandbox.demo.draw import cents
from sandbox.demo.taxes import tax_on, tax_within

LIVE = ("AUTHORISED", "PAID", "POSTED")
ONE = Decimal(1)


@dataclass(slots=True)
class Line:
    """One line of a document: quantity times unit price, coded to an account, with a tax code."""

    description: str
    code: str
    unit: Decimal
    tax: str
    quantity: Decimal = ONE
    tracking: str = ""
    percent: Decimal = Decimal(0)  # of its tax code in this country; the book fills it in

    @property
    def amount(self) -> Decimal:
        """Quantity times unit price, to the cent."""
        return cents(self.quantity * self.unit)

    @property
    def tax_on_top(self) -> Decimal:
        """The tax to add when the line excludes it."""
        return tax_on(self.amount, self.percent)

    @property
    def tax_inside(self) -> Decimal:
        """The tax contained when the line includes it."""
        return tax_within(self.amount, self.percent)


@dataclass(slots=True)
class Invoice:
    """A sales invoice (ACCREC) or a bill (ACCPAY); its lines exclude tax."""

    key: str
    type: str
    contact: str
    on: date
    due: date
    lines: list[Line]
    number: str = ""
    reference: str = ""
    status: str = "AUTHORISED"
    currency: str = ""
    rate: Decimal = ONE
    attached: bool = False
    held: bool = False  # kept out of payment runs and of customers' habits: it was planted
    payments: list[Payment] = field(default_factory=list)
    credited: list[tuple[date, Decimal]] = field(default_factory=list)

    @property
    def net(self) -> Decimal:
        """The total without tax."""
        return sum((line.amount for line in self.lines), Decimal(0))

    @property
    def tax(self) -> Decimal:
        """The tax, rounded on each line."""
        return sum((line.tax_on_top for line in self.lines), Decimal(0))

    @property
    def total(self) -> Decimal:
        """The total with tax."""
        return self.net + self.tax


@dataclass(slots=True)
class Payment:
    """Money applied to an invoice or bill; `amount` is in the invoice's currency, `bank_amount` in the bank's."""

    key: str
    invoice: Invoice
    on: date
    amount: Decimal
    bank: str
    rate: Decimal
    bank_amount: Decimal
    reference: str
    reconciled: bool


@dataclass(slots=True)
class Credit:
    """A credit note, allocated in full to one invoice or bill on its own date."""

    key: str
    number: str
    invoice: Invoice
    on: date
    lines: list[Line]
    reference: str

    @property
    def total(self) -> Decimal:
        """The total with tax."""
        return sum((line.amount + line.tax_on_top for line in self.lines), Decimal(0))


@dataclass(slots=True)
class BankEntry:
    """Spend or receive money that belongs to no invoice; its lines include tax."""

    key: str
    type: str
    bank: str
    contact: str
    on: date
    lines: list[Line]
    reference: str
    reconciled: bool
    status: str
    currency: str
    rate: Decimal
    attached: bool = False

    @property
    def total(self) -> Decimal:
        """The amount that moved through the bank."""
        return sum((line.amount for line in self.lines), Decimal(0))

    @property
    def tax(self) -> Decimal:
        """The tax contained in the total."""
        return sum((line.tax_inside for line in self.lines), Decimal(0))


@dataclass(slots=True)
class Transfer:
    """Money moved between two bank accounts of the same currency."""

    key: str
    on: date
    from_bank: str
    to_bank: str
    amount: Decimal
    reference: str
    reconciled: bool


@dataclass(slots=True)
class Journal:
    """A manual journal; debits are positive and the lines sum to zero."""

    key: str
    on: date
    narration: str
    lines: list[Line]
    status: str
    attached: bool = False


@dataclass(slots=True)
class Attachment:
    """A file on a document, as text."""

    entity: str
    id: str
    filename: str
    text: str
