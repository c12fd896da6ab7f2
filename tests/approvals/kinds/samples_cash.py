"""One draft of each cash kind, for the tests that hold every kind to the same rules."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import msgspec

from approvals.kinds.apply_payment import ApplyPayment, PaidDocument
from approvals.kinds.bank_transfer import BankTransfer, TransferSide
from approvals.kinds.confirm_reconciliation import ConfirmReconciliation, LedgerEntry
from approvals.kinds.receive_or_spend_money import MoneyLine, ReceiveOrSpendMoney
from approvals.kinds.refund import Refund
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


def money_line(code: str, amount: str, name: str = "Sales", **changes: Any) -> MoneyLine:
    """A line without tax."""
    said = {"account_code": code, "account_name": name, "description": "As on the statement", "amount": Decimal(amount)}
    return MoneyLine(**{**said, **changes})


def moving(sort: str, *lines: MoneyLine, **changes: Any) -> Draft:
    """Money received or spent in AUD through the bank account 090, unless `changes` say otherwise."""
    said: dict[str, Any] = {
        "sort": sort,
        "contact": "Acme",
        "contact_id": "contact-1",
        "bank_account": "Bank",
        "bank_account_code": "090",
        "bank_account_id": "bank-1",
        "date": DAY,
        "reference": "ACME 20 OCT",
        "currency": "AUD",
        "total": sum((each.amount for each in lines), Decimal(0)),
        "lines": lines,
    }
    payload = ReceiveOrSpendMoney(**{**said, **changes})
    base = (payload.total / payload.currency_rate).quantize(Decimal("0.01"))
    key = f"receive_or_spend_money:{payload.contact_id}:{base}"
    return cash_draft("receive_or_spend_money", payload, str(base), key=key)


def transferring(amount: str = "250.00", *, reached: dict[str, Any] | None = None, **changes: Any) -> Draft:
    """From the bank account 090 to the savings account 091, a day later there, unless `changes` say otherwise."""
    left = {"account": "Bank", "account_code": "090", "account_id": "bank-1", "date": DAY, "amount": Decimal(amount)}
    other = {"account": "Savings", "account_code": "091", "account_id": "bank-2", "date": DAY + dt.timedelta(days=1)}
    sides = {"left": TransferSide(**{**left, **changes.pop("left", {})}),
             "reached": TransferSide(**{**left, **other, **(reached or {})})}  # fmt: skip
    payload = BankTransfer(**{**sides, "currency": "AUD", "reference": "TFR 20 OCT", **changes})
    base = (payload.left.amount / payload.currency_rate).quantize(Decimal("0.01"))
    return cash_draft("bank_transfer", payload, str(base), key=f"bank_transfer:{base}")


def confirming(*entries: tuple[str, str, str], **changes: Any) -> Draft:
    """A person is to click OK for entries of 090, each (entity, id, amount)."""
    said: dict[str, Any] = {
        "bank_account": "Bank",
        "bank_account_code": "090",
        "bank_account_id": "bank-1",
        "currency": "AUD",
        "entries": tuple(
            LedgerEntry(entity=entity, document_id=identity, words=f"Acme {identity[:8]}", date=DAY,
                        amount=Decimal(amount), statement="ACME PTY LTD", statement_date=DAY)
            for entity, identity, amount in entries
        ),
    }  # fmt: skip
    payload = ConfirmReconciliation(**{**said, **changes})
    bound = (f"{each.entity}/{each.document_id}" for each in payload.entries)
    return cash_draft("confirm_reconciliation", payload, "0.00", *bound)


def refunding(entity: str, credit_id: str, amount: str, **changes: Any) -> Draft:
    """Pay back so much of 120.00 that remain of a customer's credit, unless `changes` say otherwise."""
    said: dict[str, Any] = {
        "entity": entity,
        "credit_id": credit_id,
        "sort": "ACCRECCREDIT",
        "words": "credit note CN-7",
        "contact": "Acme",
        "contact_id": "contact-1",
        "bank_account": "Bank",
        "bank_account_code": "090",
        "bank_account_id": "bank-1",
        "date": DAY,
        "reference": "REFUND ACME",
        "remaining": Decimal("120.00"),
        "amount": Decimal(amount),
        "currency": "AUD",
    }
    payload = Refund(**{**said, **changes})
    base = (payload.amount / payload.currency_rate).quantize(Decimal("0.01"))
    return cash_draft("refund", payload, str(base), f"{entity}/{credit_id}")


CASH_SAMPLES: dict[str, Draft] = {
    "void_or_correct": ending(
        "Allocations", "all-1", action="remove", status="PAID", parent_entity="CreditNotes", parent_id="note-1"
    ),
    "apply_payment": paying(("inv-1", "INV-1", "1500.00", "1200.00"), currency="USD", currency_rate=Decimal("0.65")),
    "receive_or_spend_money": moving(
        "RECEIVE",
        money_line("200", "1000.00", tax=Decimal("100.00"), tax_type="OUTPUT", tracking=(("Region", "North"),)),
        money_line("404", "-2.50", "Bank Fees"),
        total=Decimal("1097.50"),
        line_amounts="Exclusive",
    ),
    "refund": refunding("CreditNotes", "note-1", "45.00", currency="USD", currency_rate=Decimal("0.62")),
    "confirm_reconciliation": confirming(("BankTransactions", "bt-1", "97.60"), ("Payments", "pay-1", "-12.00")),
    "bank_transfer": transferring(currency="USD", currency_rate=Decimal("0.66")),
}
