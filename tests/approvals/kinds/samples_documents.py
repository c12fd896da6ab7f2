"""One draft of each document kind, for the tests that hold every kind to the same rules."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from approvals.documents import DocumentLine
from approvals.kinds.approve_draft_document import ApproveDraftDocument
from approvals.proposal import Draft
from tests.approvals.kinds.samples_cash import DAY, cash_draft

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


DOCUMENT_SAMPLES: dict[str, Draft] = {
    "approve_draft_document": approving(),
}
