"""The lines that documents have put on a ledger account, whichever kind of document they came from."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from agents.ledger import Ledger
from books.money import Money
from books.records import BankTransaction, Invoice, Line, ManualJournal

BILL, SALE, CREDIT, SPENT, JOURNAL = "bill", "sale", "credit", "bank", "journal"
SUPPLIER_CREDIT = "ACCPAYCREDIT"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a document on a ledger account: `amount` without tax, in the base currency, debit positive.

    `words` is the line's own description, `also` what the document says as a whole: its reference or narration, and
    lines of mere text.
    """

    kind: str
    document: str
    position: int
    number: str
    date: dt.date
    contact: str
    words: str
    also: str
    amount: Money
    account_code: str
    version: str
    link: str
    tracking: tuple[tuple[str, str], ...] = ()

    @property
    def text(self) -> str:
        """Everything that the document says about the line."""
        return f"{self.words} {self.also}".strip()

    @property
    def title(self) -> str:
        """`Bill BI-2026-127 from Austral Mutual`."""
        named = {
            BILL: f"Bill {self.number}".strip(),
            SALE: f"Sales invoice {self.number}".strip(),
            CREDIT: f"Credit note {self.number}".strip(),
            SPENT: "Spend money",
            JOURNAL: f"Journal “{self.also}”",
        }[self.kind]
        return f"{named} from {self.contact}" if self.contact and self.kind in (BILL, CREDIT) else named


def bills_on(ledger: Ledger, codes: Collection[str]) -> Iterator[Entry]:
    """The lines of approved bills on these accounts."""
    yield from _documents_on(ledger, codes, ledger.bills)


def sales_on(ledger: Ledger, codes: Collection[str]) -> Iterator[Entry]:
    """The lines of approved sales invoices on these accounts."""
    yield from _documents_on(ledger, codes, ledger.sales)


def supplier_credits_on(ledger: Ledger, codes: Collection[str]) -> Iterator[Entry]:
    """The lines of suppliers' approved credit notes on these accounts; their amounts are negative."""
    notes = [each for each in ledger.credit_notes if each.kind == SUPPLIER_CREDIT]
    yield from _documents_on(ledger, codes, [each for each in notes if each.status in ("AUTHORISED", "PAID")])


def _documents_on(ledger: Ledger, codes: Collection[str], documents: Collection[Invoice]) -> Iterator[Entry]:
    for document in documents:
        for position, line in enumerate(document.lines, start=1):
            if line.account_code in codes:
                yield _of_document(ledger, document, position, line)


def _of_document(ledger: Ledger, document: Invoice, position: int, line: Line) -> Entry:
    net = line.amount - line.tax if document.lines_include_tax else line.amount
    # Xero's CurrencyRate is units of the document's currency for one of the base currency.
    base = Money(net.amount / document.currency_rate, ledger.currency).rounded()
    kind = BILL if document.is_bill else CREDIT if document.kind == SUPPLIER_CREDIT else SALE
    blank = " ".join(each.description for each in document.lines if not each.amount and not each.account_code)
    return Entry(
        kind=kind,
        document=document.id,
        position=position,
        number=document.number,
        date=document.date,
        contact=document.contact.name,
        words=line.description,
        also=f"{document.reference} {blank}".strip(),
        amount=base if document.is_bill else -base,
        account_code=line.account_code,
        version=document.updated_at.isoformat() if document.updated_at else "",
        link=_link(ledger, document),
        tracking=line.tracking,
    )


def _link(ledger: Ledger, document: Invoice) -> str:
    if document.kind.endswith("CREDIT"):
        return ledger.links.credit_note(ledger.organisation, document.id, document.kind)
    return ledger.links.invoice(ledger.organisation, document.id, document.kind)


def spent_on(ledger: Ledger, codes: Collection[str]) -> Iterator[Entry]:
    """The lines of spend and receive money on these accounts; those in a foreign currency are left out.

    (Our record of them has no exchange rate; what they put on an account shows as a difference in the tie-out.)
    """
    for each in ledger.spent:
        if each.total.currency != ledger.currency:
            continue
        for position, line in enumerate(each.lines, start=1):
            if line.account_code in codes:
                yield _of_bank_transaction(ledger, each, position, line)


def _of_bank_transaction(ledger: Ledger, entry: BankTransaction, position: int, line: Line) -> Entry:
    whole = Money.total((each.amount for each in entry.lines), entry.total.currency)
    net = line.amount - line.tax if whole == entry.total else line.amount
    return Entry(
        kind=SPENT,
        document=entry.id,
        position=position,
        number=entry.reference,
        date=entry.date,
        contact=entry.contact.name if entry.contact else "",
        words=line.description,
        also=entry.reference,
        amount=-net if entry.is_receipt else net,
        account_code=line.account_code,
        version=entry.updated_at.isoformat() if entry.updated_at else "",
        link=ledger.links.bank_transaction(ledger.organisation, entry.id),
        tracking=line.tracking,
    )


def journals_on(ledger: Ledger, codes: Collection[str], journals: Collection[ManualJournal]) -> Iterator[Entry]:
    """The lines of these manual journals on these accounts."""
    for journal in journals:
        for position, line in enumerate(journal.lines, start=1):
            if line.account_code in codes:
                yield Entry(
                    kind=JOURNAL,
                    document=journal.id,
                    position=position,
                    number="",
                    date=journal.date,
                    contact="",
                    words=line.description,
                    also=journal.narration,
                    amount=line.amount,
                    account_code=line.account_code,
                    version=journal.updated_at.isoformat() if journal.updated_at else "",
                    link=ledger.links.journal(ledger.organisation, journal.id),
                    tracking=line.tracking,
                )
