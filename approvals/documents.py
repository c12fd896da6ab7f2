"""Documents of Xero as a proposal names them: one shape for all sorts, shown on cards and compared."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal

import msgspec

from approvals.ground_rules import broken, exact, summed
from books.documents import Credit, Quote
from books.money import Money
from books.period import spoken
from books.records import Invoice, LedgerAccount, Line, Organisation
from xero_tools import credits, invoices, quotes
from xero_tools.gateway import Gateway
from xero_tools.links import Links

INVOICES, CREDIT_NOTES, QUOTES = "Invoices", "CreditNotes", "Quotes"
EXCLUSIVE, INCLUSIVE = "Exclusive", "Inclusive"
NOUNS = {
    "ACCREC": "invoice",
    "ACCPAY": "bill",
    "ACCRECCREDIT": "credit note",
    "ACCPAYCREDIT": "supplier's credit note",
    "QUOTE": "quote",
}
"""What people call a document of Xero's type."""


class DocumentLine(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One line; `amount` includes `tax` where the document's lines do, and is in the document's currency."""

    account_code: str
    account_name: str
    description: str
    amount: Decimal
    tax: Decimal = Decimal(0)
    tax_type: str = "NONE"
    tracking: tuple[tuple[str, str], ...] = ()


class Document(msgspec.Struct, frozen=True, kw_only=True):
    """A document as Xero has it now; `open` is what is still due, remaining or, of a quote, its total."""

    entity: str
    id: str
    kind: str
    number: str
    reference: str
    contact_id: str
    contact: str
    status: str
    date: dt.date
    due_date: dt.date | None
    total: Money
    open: Money
    lines: tuple[Line, ...]
    includes_tax: bool
    rate: Decimal
    version: str

    @property
    def label(self) -> str:
        """`INV-77`, or the sort of document where it has no number."""
        return self.number or NOUNS.get(self.kind, self.kind)


def read(organisation: str, gateway: Gateway, entity: str, document_id: str) -> Document:
    """One document of Invoices, CreditNotes, Overpayments, Prepayments or Quotes; raises Refusal."""
    match entity:
        case "Invoices":
            return _of_invoice(invoices.get(organisation, gateway, document_id))
        case "Quotes":
            return _of_quote(quotes.get(organisation, gateway, document_id))
        case _:
            return _of_credit(entity, credits.get(organisation, gateway, entity, document_id))


def link(links: Links, organisation: Organisation, entity: str, kind: str, document_id: str) -> str:
    """The page of an invoice, bill, credit note or quote in Xero."""
    match entity:
        case "Invoices":
            return links.invoice(organisation, document_id, kind)
        case "CreditNotes":
            return links.credit_note(organisation, document_id, kind)
        case _:
            return links.quote(organisation, document_id)


def _version(at: dt.datetime | None) -> str:
    return at.isoformat() if at else ""


def _of_invoice(each: Invoice) -> Document:
    return Document(
        entity=INVOICES, id=each.id, kind=each.kind, number=each.number, reference=each.reference,
        contact_id=each.contact.id, contact=each.contact.name, status=each.status, date=each.date,
        due_date=each.due_date, total=each.total, open=each.due, lines=each.lines,
        includes_tax=each.lines_include_tax, rate=each.currency_rate, version=_version(each.updated_at),
    )  # fmt: skip


def _of_credit(entity: str, each: Credit) -> Document:
    return Document(
        entity=entity, id=each.id, kind=each.kind, number=each.number, reference=each.reference,
        contact_id=each.contact.id, contact=each.contact.name, status=each.status, date=each.date, due_date=None,
        total=each.total, open=each.remaining, lines=each.lines, includes_tax=each.lines_include_tax,
        rate=each.currency_rate, version=_version(each.updated_at),
    )  # fmt: skip


def _of_quote(each: Quote) -> Document:
    return Document(
        entity=QUOTES, id=each.id, kind="QUOTE", number=each.number, reference=each.reference,
        contact_id=each.contact.id, contact=each.contact.name, status=each.status, date=each.date,
        due_date=each.expiry_date, total=each.total, open=each.total, lines=each.lines,
        includes_tax=each.lines_include_tax, rate=each.currency_rate, version=_version(each.updated_at),
    )  # fmt: skip


# What a payload says of its lines


def tidied(lines: Sequence[DocumentLine], currency: str, noun: str) -> tuple[DocumentLine, ...]:
    """The lines with each figure in its one written form; raises Refusal where that would lose a part of it."""
    return tuple(
        msgspec.structs.replace(line, amount=exact(line.amount, currency, noun), tax=exact(line.tax, currency, noun))
        for line in lines
    )


def check_lines(lines: Sequence[DocumentLine], total: Money, tax: str, noun: str) -> None:
    """Raises Refusal unless there are lines and they come to the total; `tax` is Exclusive or Inclusive."""
    if tax not in (EXCLUSIVE, INCLUSIVE):
        raise broken(noun, f"says neither Exclusive nor Inclusive of tax, but {tax}", "unknown_tax")
    if not lines:
        raise broken(noun, "has no line", "no_lines")
    sums = sum((line.amount + (line.tax if tax == EXCLUSIVE else 0) for line in lines), Decimal(0))
    if sums != total.amount:
        raise broken(noun, f"says {total}, but its lines come to {Money(sums, total.currency)}", "wrong_amount")


def check_accounts(lines: Sequence[DocumentLine], chart: Sequence[LedgerAccount] | None, noun: str) -> None:
    """Raises Refusal for an account that is unknown, archived, or a bank or control account, which no line may use."""
    if chart is None:
        return
    by_code = {each.code: each for each in chart}
    for line in lines:
        known = by_code.get(line.account_code)
        if known is None:
            raise broken(noun, f"uses the account {line.account_code}, which Xero does not have", "unknown_account")
        if known.status != "ACTIVE":
            raise broken(noun, f"uses the account {line.account_code}, which is archived", "archived_account")
        if known.is_bank or known.system.upper() in ("DEBTORS", "CREDITORS", "RETAINEDEARNINGS"):
            raise broken(noun, f"uses {known.name} ({known.code}), which no line may use", "system_account")


def to_write(lines: Sequence[DocumentLine], currency: str) -> list[Line]:
    """The lines as the pen's bodies take them."""
    return [
        Line(
            account_code=line.account_code,
            description=line.description,
            amount=Money(line.amount, currency),
            tax=Money(line.tax, currency),
            tax_type=line.tax_type,
            tracking=line.tracking,
        )
        for line in lines
    ]


def rows(lines: Sequence[DocumentLine], currency: str) -> tuple[tuple[str, ...], ...]:
    """The lines under their heading row, all that the digest covers of them."""
    heading = ("Account", "Description", "Amount", "Tax", "Tax type", "Tracking")
    return (heading, *(
        (
            f"{line.account_code} {line.account_name}",
            line.description,
            str(Money(line.amount, currency)),
            str(Money(line.tax, currency)),
            line.tax_type,
            ", ".join(f"{category}: {option}" for category, option in line.tracking),
        )
        for line in lines
    ))  # fmt: skip


def lines_differ(lines: Sequence[DocumentLine], actual: Sequence[Line]) -> str:
    """Where Xero's lines are not those of the payload, in words; empty when they are the same."""
    said = sorted((x.account_code, x.description, x.amount, x.tax, x.tax_type, x.tracking) for x in lines)
    found = sorted(
        (x.account_code, x.description, x.amount.amount, x.tax.amount, x.tax_type or "NONE", x.tracking) for x in actual
    )
    return "" if said == found else "the lines in Xero are not those that were approved"


def spread(contact: str, total: Money, lines: Sequence[DocumentLine], rate: Decimal) -> dict[str, Decimal]:
    """What goes to the contact and to each account, in the base currency."""
    sums: dict[str, Decimal] = {f"payee {contact}": abs(total.amount / rate)}
    for line in lines:
        name = f"account {line.account_code}"
        sums[name] = sums.get(name, Decimal(0)) + abs(line.amount / rate)
    return sums


def moved(lines: Sequence[DocumentLine], tax: str, rate: Decimal, way: int) -> dict[str, Decimal]:
    """What the lines do to their accounts without tax, in the base currency; `way` is 1 for debits, -1 for credits."""
    amounts = ((each.account_code, each.amount - each.tax if tax == INCLUSIVE else each.amount) for each in lines)
    return summed(((code, way * amount) for code, amount in amounts), rate)


def dated(day: dt.date | None) -> str:
    """A date for a card, or none."""
    return spoken(day) if day else "none"
