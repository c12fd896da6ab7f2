"""What recurs in every firm: monthly bills, payment runs, customers' habits, payroll, depreciation, tax returns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from sandbox.demo.book import Book
from sandbox.demo.dates import add_months, day_in, month_end, month_name, next_thursday, spoken
from sandbox.demo.draw import Draw, cents
from sandbox.demo.papers import Invoice, Line

FIRST_MONTH = date(2024, 11, 1)
CLOSING_MONTH = date(2026, 10, 1)
CLOSING_END = date(2026, 10, 31)
BUSINESS_DATE = date(2026, 11, 5)


class Overhead(NamedTuple):
    """A bill that comes every month; `wobble` is how many per cent it varies, 0 for a fixed charge."""

    supplier: str
    prefix: str
    code: str
    amount: str
    day: int
    terms: int
    description: str
    wobble: int = 0
    tax: str = ""
    tracking: str = ""


class Prepaid(NamedTuple):
    """An annual bill coded to 620 and the account its monthly share belongs to; it starts on the first of a month."""

    number: str
    supplier: str
    billed: date
    starts: date
    what: str
    amount: str
    expense: str
    tax: str = ""

    @property
    def ends(self) -> date:
        """The last day of the twelve months that are paid for."""
        return add_months(self.starts, 12) - timedelta(days=1)

    @property
    def description(self) -> str:
        """What the bill says, with its term: "Business insurance 1 Jul 2026 – 30 Jun 2027"."""
        return f"{self.what} {spoken(self.starts)} – {spoken(self.ends)}"

    @property
    def monthly(self) -> Decimal:
        """One twelfth of the amount without tax."""
        return cents(Decimal(self.amount) / 12)


def monthly_bills(book: Book, draw: Draw, month: date, overheads: Sequence[Overhead], absent: str = "") -> None:
    """Enter a month's recurring bills; the supplier named `absent` sends none."""
    serial = (month.year - 2024) * 12 + month.month
    for place, bill in enumerate(overheads):
        if bill.supplier == absent:
            continue
        on = day_in(month, bill.day)
        amount = draw.wobble(Decimal(bill.amount), bill.wobble) if bill.wobble else Decimal(bill.amount)
        number = f"{bill.prefix}{4000 + serial * 37 + place * 11}"
        text = f"{bill.description} – {month_name(month)}"
        line = Line(text, bill.code, amount, bill.tax or book.taxes.expense, tracking=bill.tracking)
        book.bill(number, bill.supplier, on, on + timedelta(days=bill.terms), [line])


def prepay(book: Book, prepaid: Prepaid, amortised_until: date) -> Invoice:
    """Enter an annual bill to 620 and post its monthly journals up to the month of `amortised_until`."""
    tax = prepaid.tax or book.taxes.expense
    due = prepaid.billed + timedelta(days=14)
    line = Line(prepaid.description, "620", Decimal(prepaid.amount), tax)
    bill = book.bill(prepaid.number, prepaid.supplier, prepaid.billed, due, [line])
    left = Decimal(prepaid.amount)
    for place in range(12):
        month = add_months(prepaid.starts, place)
        if month > amortised_until:
            break
        share = prepaid.monthly if place < 11 else left
        left -= share
        amortise(book, prepaid, month, place + 1, share)
    return bill


def amortise(book: Book, prepaid: Prepaid, month: date, place: int, share: Decimal) -> None:
    """Post one month's share of a prepayment to its expense account."""
    narration = f"Prepayment amortisation {month_name(month)}: {prepaid.what} ({prepaid.number}), {place} of 12"
    lines = [(prepaid.expense, share, prepaid.description), ("620", -share, prepaid.description)]
    book.journal(f"amortise/{prepaid.number}/{month:%Y-%m}", month_end(month), narration, lines)


def pay_bills(book: Book, bank: str) -> None:
    """Pay each approved bill in the Thursday run before its due date; runs after the closing month are unreconciled."""
    for bill in book.invoices:
        if bill.type != "ACCPAY" or bill.status != "AUTHORISED" or bill.held or bill.payments:
            continue
        if bill.currency != book.currency:
            continue
        on = max(next_thursday(bill.due - timedelta(days=6)), date(2024, 11, 7), bill.on)
        if on <= BUSINESS_DATE and bill.total:
            book.pay(bill, on, bank, reference=bill.number, reconciled=on <= CLOSING_END)


def credit_one(book: Book, number: str, customer: str, since: date, line: Line) -> None:
    """Credit a customer's first invoice since a day, three days after it was sent."""
    sale = next(each for each in book.invoices if each.contact == customer and each.on >= since)
    book.credit(number, sale, sale.on + timedelta(days=3), [line], f"Credit for {customer}")


def customers_pay(book: Book, draw: Draw, habits: Mapping[str, int], bank: str) -> None:
    """Customers pay some days before or after the due date, each by habit; never on a weekend."""
    for sale in book.invoices:
        if sale.type != "ACCREC" or sale.status != "AUTHORISED" or sale.held or sale.payments:
            continue
        if sale.currency != book.currency:
            continue
        on = paid_on(draw, sale, habits.get(sale.contact, 0))
        if on <= BUSINESS_DATE and sale.total:
            owed = sale.total - sum((amount for _, amount in sale.credited), Decimal(0))
            book.pay(sale, on, bank, amount=owed, reference=sale.contact, reconciled=on <= CLOSING_END)


def paid_on(draw: Draw, sale: Invoice, habit: int) -> date:
    """The working day on which a customer pays an invoice, `habit` days after it is due, more or less."""
    on = max(sale.due + timedelta(days=habit + draw.whole(-4, 5)), date(2024, 11, 4), sale.on + timedelta(days=1))
    return on + timedelta(days=(7 - on.weekday()) if on.weekday() > 4 else 0)


def depreciation(book: Book, month: date, code: str, amount: str, status: str = "POSTED") -> None:
    """The month's depreciation journal."""
    narration = f"Depreciation {month_name(month)}"
    lines = [("416", Decimal(amount), narration), (code, -Decimal(amount), narration)]
    book.journal(f"depreciation/{month:%Y-%m}", month_end(month), narration, lines, status)


def loan_repayment(book: Book, month: date, bank: str, lender: str, principal: Decimal, interest: Decimal) -> None:
    """One loan instalment, split into principal and interest."""
    lines = [
        Line("Loan principal", "900", principal, book.taxes.none),
        Line("Loan interest", "437", interest, book.taxes.free_expense),
    ]
    book.spend(f"loan/{month:%Y-%m}", day_in(month, 18), bank, lender, lines, reference="Equipment loan")


def return_period(book: Book, first: date, last: date, paid: date, bank: str, office: str, brought: Decimal) -> None:
    """Pay (or receive) the sales tax of a period in whole units of currency, as the returns do."""
    due = (book.sales_tax_due(first, last) + brought).quantize(Decimal(1))
    label = f"Sales tax return to {spoken(last)}"
    line = Line(label, "820", abs(due), book.taxes.none)
    if due > 0:
        book.spend(f"return/{last:%Y-%m}", paid, bank, office, [line], reference=label)
    elif due < 0:
        book.receive(f"return/{last:%Y-%m}", paid, bank, office, [line], reference=label)
