"""One draft of each document kind, for the tests that hold every kind to the same rules."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import msgspec

from approvals.allocating import Part
from approvals.documents import DocumentLine
from approvals.kinds import kind_of
from approvals.kinds.allocate_credit import AllocateCredit
from approvals.kinds.approve_draft_document import ApproveDraftDocument
from approvals.kinds.credit_note import CreditNote
from approvals.kinds.quote_to_invoice import QuoteToInvoice
from approvals.kinds.send_receipt import ReceivedPayment, SendReceipt
from approvals.kinds.send_reminder import SendReminder
from approvals.kinds.write_off import WriteOff
from approvals.proposal import Draft, Proposal
from tests.approvals.kinds.samples_cash import DAY, cash_draft
from tests.approvals.test_policy import proposed

ROSES = DocumentLine(
    account_code="200", account_name="Sales", description="Roses", amount=Decimal("120.00"), tax=Decimal("12.00"),
    tax_type="OUTPUT", tracking=(("Region", "North"),),
)  # fmt: skip


def plain_line(amount: str, description: str = "Roses", code: str = "200", name: str = "Sales") -> DocumentLine:
    """A line without tax."""
    return DocumentLine(account_code=code, account_name=name, description=description, amount=Decimal(amount))


def approving(document: Any = None, **changes: Any) -> Draft:
    """Approve a draft invoice of US$132.00 at 0.60, or the document that Xero has, or whatever `changes` say."""
    said: dict[str, Any] = {
        "document_id": "inv-1",
        "kind": "ACCREC",
        "number": "INV-77",
        "status": "DRAFT",
        "reference": "PO 9",
        "contact": "Acme",
        "contact_id": "contact-1",
        "date": DAY,
        "due_date": dt.date(2026, 11, 20),
        "currency": "USD",
        "currency_rate": Decimal("0.60"),
        "lines": (ROSES,),
        "total": Decimal("132.00"),
    }
    if document is not None:
        said |= of_document(document)
    payload = ApproveDraftDocument(**{**said, **changes})
    base = (payload.total / payload.currency_rate).quantize(Decimal("0.01"))
    return cash_draft("approve_draft_document", payload, str(base), f"{payload.entity}/{payload.document_id}")


def of_document(document: Any) -> dict[str, Any]:
    """What a payload says of an untaxed document as the sandbox answers it."""
    identity = document.get("InvoiceID") or document.get("CreditNoteID") or document["QuoteID"]
    number = document.get("InvoiceNumber") or document.get("CreditNoteNumber") or document.get("QuoteNumber") or ""
    due = document.get("DueDateString") or document.get("ExpiryDateString")
    return {
        "document_id": identity,
        "kind": document.get("Type", "QUOTE"),
        "number": number,
        "status": document["Status"],
        "reference": document.get("Reference") or "",
        "contact": document["Contact"]["Name"],
        "contact_id": document["Contact"]["ContactID"],
        "due_date": dt.date.fromisoformat(due[:10]) if due else None,
        "currency": "AUD",
        "currency_rate": Decimal(1),
        "lines": tuple(plain_line(str(x["LineAmount"]), x["Description"]) for x in document["LineItems"]),
        "total": Decimal(str(document["Total"])).quantize(Decimal("0.01")),
    }


def part(invoice: Any = None, amount: str = "66.00", due: str = "66.00") -> Part:
    """So much of what an invoice is due."""
    if invoice is None:
        return Part(invoice_id="inv-1", number="INV-77", amount=Decimal(amount), due=Decimal(due))
    return Part(invoice_id=invoice["InvoiceID"], number=invoice["InvoiceNumber"], amount=Decimal(amount),
                due=Decimal(due))  # fmt: skip


def crediting(kind: str = "credit_note", /, **changes: Any) -> Draft:
    """Raise a credit note of US$132.00 at 0.60 for Acme and set 66.00 of it off, or whatever `changes` say."""
    said: dict[str, Any] = {
        "kind": "ACCRECCREDIT",
        "contact": "Acme",
        "contact_id": "contact-1",
        "date": DAY,
        "reference": "Broken pots",
        "currency": "USD",
        "currency_rate": Decimal("0.60"),
        "lines": (ROSES,),
        "total": Decimal("132.00"),
        "parts": (part(),),
    }
    shape = WriteOff if kind == "write_off" else CreditNote
    payload = shape(**{**said, **changes})
    base = (payload.total / payload.currency_rate).quantize(Decimal("0.01"))
    return cash_draft(kind, payload, str(base), *(f"Invoices/{each.invoice_id}" for each in payload.parts))


def plainly(contact: Any, amount: str, *parts: Part, **changes: Any) -> dict[str, Any]:
    """An untaxed credit note in AUD for a contact as Xero answers it, in the words of `crediting`."""
    return {
        "contact": contact["Name"],
        "contact_id": contact["ContactID"],
        "currency": "AUD",
        "currency_rate": Decimal(1),
        "lines": (plain_line(amount),),
        "total": Decimal(amount),
        "parts": parts,
        **changes,
    }


def allocating(**changes: Any) -> Draft:
    """Set US$66.00 of a credit note at 0.60 against INV-77, or whatever `changes` say."""
    said: dict[str, Any] = {
        "entity": "CreditNotes",
        "credit_id": "note-1",
        "kind": "ACCRECCREDIT",
        "words": "credit note CN-9",
        "contact": "Acme",
        "date": DAY,
        "currency": "USD",
        "currency_rate": Decimal("0.60"),
        "remaining": Decimal("132.00"),
        "parts": (part(),),
    }
    payload = AllocateCredit(**{**said, **changes})
    base = (payload.money.amount / payload.currency_rate).quantize(Decimal("0.01"))
    bound = (f"Invoices/{each.invoice_id}" for each in payload.parts)
    return cash_draft("allocate_credit", payload, str(base), f"{payload.entity}/{payload.credit_id}", *bound)


def invoicing(quote: Any = None, **changes: Any) -> Draft:
    """Invoice quote QU-9 of US$132.00 at 0.60, or the quote that Xero has, or whatever `changes` say."""
    said: dict[str, Any] = {
        "quote_id": "quote-1", "quote_number": "QU-9", "quote_date": dt.date(2026, 10, 3), "contact": "Acme",
        "contact_id": "contact-1", "date": DAY, "due_date": dt.date(2026, 11, 20), "status": "AUTHORISED",
        "reference": "PO 9", "currency": "USD", "currency_rate": Decimal("0.60"), "lines": (ROSES,),
        "total": Decimal("132.00"),
    }  # fmt: skip
    if quote is not None:
        read = of_document(quote)
        said |= {name: read[name] for name in ("contact", "contact_id", "currency", "currency_rate", "lines", "total")}
        said |= {"quote_id": quote["QuoteID"], "quote_number": quote["QuoteNumber"], "quote_date": DAY}
    payload = QuoteToInvoice(**{**said, **changes})
    base = (payload.total / payload.currency_rate).quantize(Decimal("0.01"))
    return cash_draft("quote_to_invoice", payload, str(base), f"Quotes/{payload.quote_id}")


def reminding(invoice: Any = None, **changes: Any) -> Draft:
    """E-mail INV-77, US$132.00 due at 0.60, or the invoice that Xero has, or whatever `changes` say."""
    said: dict[str, Any] = {
        "invoice_id": "inv-1", "number": "INV-77", "contact": "Acme", "contact_id": "contact-1",
        "addresses": ("pay@acme.example", "boss@acme.example"), "date": DAY, "due_date": dt.date(2026, 11, 2),
        "due": Decimal("132.00"), "currency": "USD", "currency_rate": Decimal("0.60"), "times_sent": 1,
    }  # fmt: skip
    if invoice is not None:
        due = Decimal(str(invoice["AmountDue"])).quantize(Decimal("0.01"))
        said |= {"invoice_id": invoice["InvoiceID"], "number": invoice["InvoiceNumber"], "times_sent": 0, "due": due,
                 "contact": invoice["Contact"]["Name"], "contact_id": invoice["Contact"]["ContactID"],
                 "addresses": ("acme@example.com",), "currency": "AUD", "currency_rate": Decimal(1)}  # fmt: skip
    payload = SendReminder(**{**said, **changes})
    base = (payload.due / payload.currency_rate).quantize(Decimal("0.01"))
    bound = (f"Invoices/{payload.invoice_id}", f"Addressees/{payload.contact_id}")
    return cash_draft("send_reminder", payload, str(base), *bound)


def receipting(invoice: Any = None, *, paid: Any = None, **changes: Any) -> Draft:
    """Receipt US$66.00 of INV-77's 132.00 at 0.60, or the payment `paid` of Xero's invoice, or what `changes` say."""
    said: dict[str, Any] = {
        "invoice_id": "inv-1", "number": "INV-77", "contact": "Acme", "contact_id": "contact-1",
        "addresses": ("pay@acme.example", "boss@acme.example"), "date": DAY, "due": Decimal("66.00"),
        "currency": "USD", "currency_rate": Decimal("0.60"), "times_sent": 1,
        "payments": (ReceivedPayment(payment_id="pay-1", date=dt.date(2026, 10, 28), amount=Decimal("66.00")),),
    }  # fmt: skip
    if invoice is not None:
        due = Decimal(str(invoice["AmountDue"])).quantize(Decimal("0.01"))
        rows = [paid] if isinstance(paid, dict) else paid or invoice["Payments"]
        payments = tuple(
            ReceivedPayment(payment_id=each["PaymentID"], date=DAY, amount=Decimal(str(each["Amount"])))
            for each in rows
        )
        said |= {"invoice_id": invoice["InvoiceID"], "number": invoice["InvoiceNumber"], "times_sent": 0, "due": due,
                 "contact": invoice["Contact"]["Name"], "contact_id": invoice["Contact"]["ContactID"],
                 "addresses": ("acme@example.com",), "currency": "AUD", "currency_rate": Decimal(1),
                 "payments": payments}  # fmt: skip
    payload = SendReceipt(**{**said, **changes})
    base = (payload.paid.amount / payload.currency_rate).quantize(Decimal("0.01"))
    bound = (f"Invoices/{payload.invoice_id}", f"Addressees/{payload.contact_id}")
    return cash_draft("send_receipt", payload, str(base), *bound)


def _posted(draft: Draft) -> Proposal:
    receipt = {"id": "note-1", "link": "https://go.xero.com/", "parts": ["all-1"]}
    return msgspec.structs.replace(proposed(draft), receipt=receipt)


DOCUMENT_SAMPLES: dict[str, Draft] = {
    "approve_draft_document": approving(),
    "credit_note": crediting(),
    "allocate_credit": allocating(),
    "write_off": crediting("write_off", parts=(part(amount="132.00", due="132.00"),)),
    "take_back_credit": kind_of("credit_note").undoing(_posted(crediting()), None),
    "quote_to_invoice": invoicing(),
    "send_reminder": reminding(),
    "send_receipt": receipting(),
}
