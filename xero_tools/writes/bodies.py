"""The exact bytes of each write: the same record gives the same bytes, amounts without a float."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal

from books.documents import StandingLine
from books.money import Money
from books.records import JournalLine, Line
from xero_tools.writes.pen import ID_FIELDS, numbers

LINE_TYPES = ("Exclusive", "Inclusive", "NoTax")


def manual_journal_body(
    *,
    narration: str,
    date: dt.date,
    lines: Sequence[JournalLine],
    url: str = "",
    status: str = "POSTED",
    line_amount_types: str = "NoTax",
) -> bytes:
    """The exact bytes of a manual journal for Xero: the same journal gives the same bytes, amounts without a float.

    Raises ValueError when the lines do not balance, are fewer than two, or mix currencies: such a journal is never
    prepared. `line_amount_types` is Xero's NoTax, Exclusive or Inclusive.
    """
    if len(lines) < 2:
        raise ValueError("A manual journal has at least two lines.")
    if len({line.amount.currency for line in lines}) > 1:
        raise ValueError("A manual journal is in one currency.")
    if line_amount_types == "NoTax" and sum((line.amount.amount for line in lines), Decimal(0)):
        raise ValueError("The debits and credits of the manual journal differ.")
    journal: dict[str, object] = {
        "Narration": narration,
        "Date": date.isoformat(),
        "Status": status,
        "LineAmountTypes": line_amount_types,
        "JournalLines": [_journal_line(line) for line in lines],
    }
    if url:
        journal["Url"] = url
    return numbers.encode({"ManualJournals": [journal]})


def document_body(
    entity: str,
    *,
    contact_id: str,
    date: dt.date,
    lines: Sequence[Line],
    kind: str = "",
    due_date: dt.date | None = None,
    status: str = "DRAFT",
    reference: str = "",
    number: str = "",
    url: str = "",
    line_amount_types: str = "Exclusive",
    currency_rate: Decimal | None = None,
    bank_account_id: str = "",
    title: str = "",
    expiry_date: dt.date | None = None,
) -> bytes:
    """The bytes of an invoice or bill, credit note, quote or bank transaction (`entity` is Xero's plural).

    Only the contact's id is sent: any other field of it would change the contact. `kind` is Xero's Type; a quote has
    none. Raises ValueError for no line, lines of two currencies or an unknown `line_amount_types`.
    """
    if not lines or len({line.amount.currency for line in lines}) > 1:
        raise ValueError("A document has at least one line, and all its lines are in one currency.")
    if line_amount_types not in LINE_TYPES:
        raise ValueError(f"{line_amount_types!r} is none of {', '.join(LINE_TYPES)}.")
    quote = entity == "Quotes"
    said: dict[str, object] = {
        "Type": kind,
        "Contact": {"ContactID": contact_id},
        "Date": date.isoformat(),
        "DueDate": due_date.isoformat() if due_date else "",
        "ExpiryDate": expiry_date.isoformat() if expiry_date else "",
        "Status": "" if entity == "BankTransactions" else status,
        "LineAmountTypes": line_amount_types.upper() if quote else line_amount_types,
        "LineItems": [_line(line) for line in lines],
        _NUMBERS.get(entity, ""): number,
        "Reference": reference,
        "Url": url,
        "Title": title,
        "CurrencyCode": lines[0].amount.currency,
        "CurrencyRate": currency_rate,
        "BankAccount": {"AccountID": bank_account_id} if bank_account_id else "",
    }
    return numbers.encode({entity: [{name: one for name, one in said.items() if name and one not in ("", None)}]})


_NUMBERS = {"Invoices": "InvoiceNumber", "CreditNotes": "CreditNoteNumber", "Quotes": "QuoteNumber"}


def payment_body(
    *,
    amount: Money,
    date: dt.date,
    bank_account_id: str,
    reference: str,
    invoice_id: str = "",
    credit_note_id: str = "",
    overpayment_id: str = "",
    prepayment_id: str = "",
    currency_rate: Decimal | None = None,
) -> bytes:
    """The bytes of a payment of an invoice or bill, or of the refund of a credit; exactly one document is named.

    `amount` is in the document's currency. Raises ValueError when none or several are named, or for no amount.
    """
    documents = {"Invoice": invoice_id, "CreditNote": credit_note_id, "Overpayment": overpayment_id,
                 "Prepayment": prepayment_id}  # fmt: skip
    named = [(noun, identity) for noun, identity in documents.items() if identity]
    if len(named) != 1:
        raise ValueError("A payment names one document: an invoice, a credit note, an overpayment or a prepayment.")
    payment: dict[str, object] = {
        "Account": {"AccountID": bank_account_id},
        "Date": date.isoformat(),
        "Amount": _positive(amount),
        "Reference": reference,
    }
    noun, identity = named[0]
    payment[noun] = {f"{noun}ID": identity}
    if currency_rate is not None:
        payment["CurrencyRate"] = currency_rate
    return numbers.encode({"Payments": [payment]})


def batch_payment_body(
    *, bank_account_id: str, date: dt.date, payments: Mapping[str, Money], reference: str, details: str = ""
) -> bytes:
    """The bytes of a batch payment: the amount for each invoice's or bill's id.

    `reference` is shown where Xero has one for batches (New Zealand), `details` elsewhere: put the mark in both.
    Raises ValueError for no payment or an amount that is not positive.
    """
    if not payments:
        raise ValueError("A batch has at least one payment.")
    batch: dict[str, object] = {
        "Account": {"AccountID": bank_account_id},
        "Date": date.isoformat(),
        "Reference": reference,
        "Payments": [
            {"Invoice": {"InvoiceID": invoice_id}, "Amount": _positive(amount)}
            for invoice_id, amount in payments.items()
        ],
    }
    if details:
        batch["Details"] = details
    return numbers.encode({"BatchPayments": [batch]})


def bank_transfer_body(
    *, from_account_id: str, to_account_id: str, amount: Money, date: dt.date, reference: str
) -> bytes:
    """The bytes of a transfer between two bank accounts, in the currency of the account it leaves."""
    transfer = {
        "FromBankAccount": {"AccountID": from_account_id},
        "ToBankAccount": {"AccountID": to_account_id},
        "Amount": _positive(amount),
        "Date": date.isoformat(),
        "Reference": reference,
    }
    return numbers.encode({"BankTransfers": [transfer]})


def status_body(
    entity: str, document_id: str, status: str, *, contact_id: str = "", date: dt.date | None = None
) -> bytes:
    """The bytes that move a document to a status; of a quote Xero wants contact and date said again."""
    row: dict[str, object] = {ID_FIELDS[entity]: document_id, "Status": status}
    if entity == "Quotes":
        if not contact_id or date is None:
            raise ValueError("A quote's contact and date are said again.")
        row |= {"Contact": {"ContactID": contact_id}, "Date": date.isoformat()}
    return numbers.encode({entity: [row]})


def recoding_body(
    entity: str, document_id: str, lines: Sequence[StandingLine], *, line_amounts: str, status: str
) -> bytes:
    """The bytes that give a document's lines other accounts, tax types or tracking; `entity` is Xero's plural.

    Every line is said again with its id and all that it has: Xero deletes a line that is left out, makes a new one of
    a line without its id, and computes again what is not said. Raises ValueError for no line or a line without an id.
    """
    if not lines or not all(line.id for line in lines):
        raise ValueError("Every line is named by its id.")
    row: dict[str, object] = {
        ID_FIELDS[entity]: document_id,
        "Status": status,
        "LineAmountTypes": line_amounts,
        "LineItems": [_standing(line) for line in lines],
    }
    return numbers.encode({entity: [row]})


def allocations_body(*, parts: Mapping[str, Money], date: dt.date) -> bytes:
    """The bytes that set a credit against several invoices or bills at once: the amount for each one's id.

    Raises ValueError for no part or an amount that is not positive.
    """
    if not parts:
        raise ValueError("A credit is set against at least one document.")
    rows = [
        {"Invoice": {"InvoiceID": each}, "Amount": _positive(amount), "Date": date.isoformat()}
        for each, amount in parts.items()
    ]
    return numbers.encode({"Allocations": rows})


def repeating_body(
    *,
    kind: str,
    contact_id: str,
    lines: Sequence[Line],
    first: dt.date,
    every: int = 1,
    unit: str = "MONTHLY",
    due_day: int = 20,
    due_type: str = "OFFOLLOWINGMONTH",
    last: dt.date | None = None,
    reference: str = "",
    status: str = "DRAFT",
    line_amount_types: str = "Exclusive",
) -> bytes:
    """The bytes of a template of invoices (`kind` ACCREC) or bills (ACCPAY), made `every` so many weeks or months.

    `due_day` and `due_type` are Xero's terms, such as 20 and OFFOLLOWINGMONTH. A bill's template keeps no reference:
    let its first line's description carry the mark. Raises ValueError for no line or lines of two currencies.
    """
    if not lines or len({line.amount.currency for line in lines}) > 1:
        raise ValueError("A document has at least one line, and all its lines are in one currency.")
    schedule: dict[str, object] = {"Period": every, "Unit": unit, "DueDate": due_day, "DueDateType": due_type,
                                   "StartDate": first.isoformat(), "NextScheduledDate": first.isoformat()}  # fmt: skip
    if last is not None:
        schedule["EndDate"] = last.isoformat()
    template: dict[str, object] = {
        "Type": kind, "Status": status, "Contact": {"ContactID": contact_id}, "Schedule": schedule,
        "LineAmountTypes": line_amount_types, "LineItems": [_line(line) for line in lines],
        "CurrencyCode": lines[0].amount.currency,
    }  # fmt: skip
    if reference:
        template["Reference"] = reference
    return numbers.encode({"RepeatingInvoices": [template]})


def allocation_body(*, invoice_id: str, amount: Money, date: dt.date) -> bytes:
    """The bytes that set a part of a credit against one invoice or bill."""
    return allocations_body(parts={invoice_id: amount}, date=date)


def file_form(filename: str, mime: str, content: bytes, *, boundary: str) -> tuple[bytes, str]:
    """A file as the one part of a multipart form, the same file as the same bytes, and the form's content type."""
    name = filename.replace('"', "'").replace("\r", " ").replace("\n", " ")
    head = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"; filename="{name}"\r\n'
        f"Content-Type: {mime}\r\nContent-Transfer-Encoding: binary\r\n\r\n"
    )
    return head.encode() + content + f"\r\n--{boundary}--\r\n".encode(), f"multipart/form-data; boundary={boundary}"


def _positive(amount: Money) -> Decimal:
    rounded = amount.rounded().amount
    if rounded <= 0:
        raise ValueError("The amount must be more than nothing.")
    return rounded


def _line(line: Line) -> dict[str, object]:
    amount = line.amount.rounded().amount
    body: dict[str, object] = {
        "Description": line.description,
        "Quantity": 1,
        "UnitAmount": amount,
        "LineAmount": amount,
        "AccountCode": line.account_code,
    }
    if line.tax_type:
        body["TaxType"] = line.tax_type
    if line.tax.amount:
        body["TaxAmount"] = line.tax.rounded().amount
    return body | _tracking(line.tracking)


def _standing(line: StandingLine) -> dict[str, object]:
    said = {
        "LineItemID": line.id,
        "Description": line.description,
        "ItemCode": line.item_code or None,
        "Quantity": line.quantity,
        "UnitAmount": line.unit_amount,
        "DiscountRate": line.discount_rate,
        "DiscountAmount": line.discount_amount if line.discount_rate is None else None,
        "LineAmount": line.amount,
        "AccountCode": line.account_code,
        "TaxType": line.tax_type,
        "TaxAmount": line.tax,
        "Tracking": [{"Name": name, "Option": option} for name, option in line.tracking],
    }
    return {name: each for name, each in said.items() if each is not None}


def _journal_line(line: JournalLine) -> dict[str, object]:
    body: dict[str, object] = {
        "LineAmount": line.amount.rounded().amount,
        "AccountCode": line.account_code,
        "Description": line.description,
        "TaxType": line.tax_type,
    }
    return body | _tracking(line.tracking)


def _tracking(chosen: Sequence[tuple[str, str]]) -> dict[str, object]:
    return {"Tracking": [{"Name": name, "Option": option} for name, option in chosen]} if chosen else {}
