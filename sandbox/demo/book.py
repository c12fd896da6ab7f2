"""The bookkeeper: collects one client's documents, in the words a bookkeeper uses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from unicodedata import normalize

from sandbox.demo.charts import Bank, Row
from sandbox.demo.draw import cents
from sandbox.demo.identity import identifier
from sandbox.demo.papers import LIVE, Attachment, BankEntry, Credit, Invoice, Journal, Line, Payment, Transfer
from sandbox.demo.taxes import Taxes

ONE = Decimal(1)


@dataclass(slots=True)
class Book:
    """One client's books while they are written; `rendering.as_json` hands them out."""

    client: str
    organisation: dict[str, object]
    currency: str
    taxes: Taxes
    banks: tuple[Bank, ...]
    chart: tuple[Row, ...]
    first_sale: int
    contacts: dict[str, str] = field(default_factory=dict)
    invoices: list[Invoice] = field(default_factory=list)
    payments: list[Payment] = field(default_factory=list)
    credits: list[Credit] = field(default_factory=list)
    bank_entries: list[BankEntry] = field(default_factory=list)
    transfers: list[Transfer] = field(default_factory=list)
    journals: list[Journal] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    tracking: dict[str, tuple[str, ...]] = field(default_factory=dict)
    budgets: list[dict[str, object]] = field(default_factory=list)

    def contact(self, name: str) -> str:
        """Know a contact by name; the mail address lies in the reserved .example domain."""
        if name not in self.contacts:
            plain = normalize("NFKD", name.lower()).encode("ascii", "ignore").decode()
            domain = "".join(letter for letter in plain if letter.isalnum())
            self.contacts[name] = f"accounts@{domain}.example"
        return name

    def _rated(self, lines: list[Line]) -> list[Line]:
        for line in lines:
            line.percent = self.taxes.percent(line.tax)
        return lines

    def sale(
        self, key: str, customer: str, on: date, due: date, lines: list[Line], *,
        reference: str = "", status: str = "AUTHORISED", currency: str = "", rate: Decimal = ONE, held: bool = False,
    ) -> Invoice:  # fmt: skip
        """Raise a sales invoice; its number is given in date order when the books are complete."""
        invoice = Invoice(
            key, "ACCREC", self.contact(customer), on, due, self._rated(lines), reference=reference, status=status
        )
        return self._add(invoice, currency, rate, held)

    def bill(
        self, number: str, supplier: str, on: date, due: date, lines: list[Line], *,
        status: str = "AUTHORISED", currency: str = "", rate: Decimal = ONE, held: bool = False, key: str = "",
    ) -> Invoice:  # fmt: skip
        """Enter a supplier's bill under the supplier's own number."""
        key = key or f"{supplier}/{number}"
        invoice = Invoice(
            key, "ACCPAY", self.contact(supplier), on, due, self._rated(lines), number=number, status=status
        )
        return self._add(invoice, currency, rate, held)

    def _add(self, invoice: Invoice, currency: str, rate: Decimal, held: bool) -> Invoice:
        invoice.currency, invoice.rate, invoice.held = currency or self.currency, rate, held
        self.invoices.append(invoice)
        return invoice

    def pay(
        self, invoice: Invoice, on: date, bank: str, *, amount: Decimal | None = None, rate: Decimal = ONE,
        bank_amount: Decimal | None = None, reference: str = "", reconciled: bool = True,
    ) -> Payment:  # fmt: skip
        """Pay an invoice or bill (in full unless an amount is given) from or into a bank or clearing account."""
        amount = (
            invoice.total - sum((paid.amount for paid in invoice.payments), Decimal(0)) if amount is None else amount
        )
        key = f"{invoice.type}/{invoice.key}/{len(invoice.payments) + 1}"
        banked = amount if bank_amount is None else bank_amount
        payment = Payment(key, invoice, on, amount, bank, rate, banked, reference, reconciled)
        invoice.payments.append(payment)
        self.payments.append(payment)
        return payment

    def credit(self, number: str, invoice: Invoice, on: date, lines: list[Line], reference: str) -> Credit:
        """Issue a credit note and allocate it in full to its invoice."""
        credit = Credit(number, number, invoice, on, self._rated(lines), reference)
        invoice.credited.append((on, credit.total))
        self.credits.append(credit)
        return credit

    def spend(
        self, key: str, on: date, bank: str, contact: str, lines: list[Line], *,
        reference: str = "", reconciled: bool = True, rate: Decimal = ONE,
    ) -> BankEntry:  # fmt: skip
        """Money out of a bank account that pays no bill."""
        return self._bank("SPEND", key, on, bank, contact, lines, reference, reconciled, rate)

    def receive(
        self, key: str, on: date, bank: str, contact: str, lines: list[Line], *,
        reference: str = "", reconciled: bool = True, rate: Decimal = ONE,
    ) -> BankEntry:  # fmt: skip
        """Money into a bank account that pays no invoice."""
        return self._bank("RECEIVE", key, on, bank, contact, lines, reference, reconciled, rate)

    def _bank(
        self, kind: str, key: str, on: date, bank: str, contact: str, lines: list[Line],
        reference: str, reconciled: bool, rate: Decimal,
    ) -> BankEntry:  # fmt: skip
        currency = next(each.currency for each in self.banks if each.code == bank)
        rated = self._rated(lines)
        entry = BankEntry(
            key, kind, bank, self.contact(contact), on, rated, reference, reconciled, "AUTHORISED", currency, rate
        )
        self.bank_entries.append(entry)
        return entry

    def move(self, key: str, on: date, from_bank: str, to_bank: str, amount: Decimal, reference: str = "") -> None:
        """Move money between two bank accounts of the same currency."""
        self.transfers.append(Transfer(key, on, from_bank, to_bank, amount, reference, reconciled=True))

    def journal(
        self, key: str, on: date, narration: str, lines: Sequence[tuple[str, Decimal | str, str]],
        status: str = "POSTED", tracking: str = "",
    ) -> Journal:  # fmt: skip
        """A manual journal of (code, amount, description); debits are positive and the lines must sum to zero."""
        entries = [
            Line(text or narration, code, Decimal(amount), self.taxes.none, tracking=tracking)
            for code, amount, text in lines
            if Decimal(amount)
        ]
        if sum(line.amount for line in entries):
            raise ValueError(f"{narration} does not balance")
        journal = Journal(key, on, narration, entries, status)
        self.journals.append(journal)
        return journal

    def attach(self, paper: Invoice | Journal, filename: str, text: str) -> None:
        """Keep the text of a bill or of a journal's working with the document."""
        entity = "Invoices" if isinstance(paper, Invoice) else "ManualJournals"
        kind = "Invoice" if isinstance(paper, Invoice) else "ManualJournal"
        key = f"{paper.type}/{paper.key}" if isinstance(paper, Invoice) else paper.key
        paper.attached = True
        self.attachments.append(Attachment(entity, identifier(self.client, kind, key), filename, text))

    def number_sales(self) -> None:
        """Give sales invoices their running numbers in date order, as Xero would have."""
        sales = sorted((each for each in self.invoices if each.type == "ACCREC"), key=lambda each: (each.on, each.key))
        for offset, invoice in enumerate(sales):
            invoice.number = f"INV-{self.first_sale + offset}"

    def sales_tax_due(self, first: date, last: date) -> Decimal:
        """Sales tax collected less sales tax paid on documents of a period (all taxed ones are in base currency)."""
        due = Decimal(0)
        for invoice in self.invoices:
            if first <= invoice.on <= last and invoice.status in LIVE:
                due += invoice.tax if invoice.type == "ACCREC" else -invoice.tax
        for credit in self.credits:
            if first <= credit.on <= last:
                tax = sum((line.tax_on_top for line in credit.lines), Decimal(0))
                due += -tax if credit.invoice.type == "ACCREC" else tax
        for entry in self.bank_entries:
            if first <= entry.on <= last and entry.status in LIVE:
                tax = sum((line.tax_inside for line in entry.lines), Decimal(0))
                due += tax if entry.type == "RECEIVE" else -tax
        return cents(due)
