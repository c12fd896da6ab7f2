"""One draft of each cash kind, for the tests that hold every kind to the same rules."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import msgspec

from approvals.kinds.apply_payment import ApplyPayment, PaidDocument
from approvals.kinds.void_or_correct import VoidOrCorrect
from approvals.proposal import Draft, Evidence
from books.money import Money
from tests.approvals.practice import ORGANISATION

DAY = dt.date(2026, 10, 20)


def cash_draft(kind: str, payload: msgspec.Struct, amount: str, *bound: str, **changes: Any) -> Draft:
    """A draft of October that is bound to the documents `Entity/id`; the amount is in AUD."""
    draft: dict[str, Any] = {
        "kind": kind,
        "organisation": ORGANISATION,
        "client": "wattle",
        "period": "2026-10",
        "payload": payload,
        "because": "The bank's line of 20 October shows it.",
        "amount": Money.of(amount, "AUD"),
        "key": f"{kind}:{'+'.join(bound)}:{amount}",
        "evidence": tuple(Evidence(label=each, detail="as read from Xero", source=each) for each in bound),
    }
    return Draft(**{**draft, **changes})


def ending(entity: str = "Payments", document_id: str = "pay-1", **changes: Any) -> Draft:
    """Delete a payment of US$300.00 at 0.60, or whatever `changes` say."""
    said: dict[str, Any] = {
        "entity": entity,
        "document_id": document_id,
        "action": "delete",
        "status": "AUTHORISED",
        "words": "the payment of INV-77",
        "date": DAY,
        "amount": Decimal("300.00"),
        "currency": "USD",
        "currency_rate": Decimal("0.60"),
        "contact": "Acme",
        "contact_id": "contact-1",
    }
    payload = VoidOrCorrect(**{**said, **changes})
    base = (payload.amount / payload.currency_rate).quantize(Decimal("0.01"))
    return cash_draft("void_or_correct", payload, str(base), "/".join(payload.bound_to))


def paying(*documents: tuple[str, str, str, str], **changes: Any) -> Draft:
    """Pay documents, each (id, number, due, amount) in AUD, unless `changes` say otherwise."""
    said: dict[str, Any] = {
        "sort": "ACCREC",
        "contact": "Acme",
        "contact_id": "contact-1",
        "bank_account": "Bank",
        "bank_account_code": "090",
        "bank_account_id": "bank-1",
        "date": DAY,
        "reference": "ACME 20 OCT",
        "currency": "AUD",
        "documents": tuple(
            PaidDocument(invoice_id=identity, number=number, due=Decimal(due), amount=Decimal(amount))
            for identity, number, due, amount in documents
        ),
    }
    payload = ApplyPayment(**{**said, **changes})
    base = (payload.total.amount / payload.currency_rate).quantize(Decimal("0.01"))
    return cash_draft(
        "apply_payment", payload, str(base), *(f"Invoices/{each.invoice_id}" for each in payload.documents)
    )


CASH_SAMPLES: dict[str, Draft] = {
    "void_or_correct": ending(
        "Allocations", "all-1", action="remove", status="PAID", parent_entity="CreditNotes", parent_id="note-1"
    ),
    "apply_payment": paying(("inv-1", "INV-1", "1500.00", "1200.00"), currency="USD", currency_rate=Decimal("0.65")),
}
