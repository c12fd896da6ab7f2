"""Batch payments: many invoices or bills paid from one bank account in one sum; deleted whole."""

import uuid
from decimal import Decimal

from sandbox.xero.refusals import InvalidError
from sandbox.xero.simulator import Session
from sandbox.xero.wire import Json, money, ms_date
from sandbox.xero.writing.payments import write_payment
from sandbox.xero.writing.rules import given_date

_WORDS = ("Reference", "Particulars", "Code", "Details", "Narrative")


def write_batch_payment(session: Session, body: Json, existing: Json | None) -> Json:
    """Make one batch with its payments, or delete one with them ({"Status": "DELETED"}); raises InvalidError."""
    if existing is not None:
        return _delete(session, body, existing)
    rows = body.get("Payments") or []
    if not rows:
        raise InvalidError("A batch payment must have at least one payment.")
    account = session.chart.find(body.get("Account") or {})
    if account is None or account["Type"] != "BANK":
        raise InvalidError("The Account of a batch payment must be a bank account.")
    day = ms_date(given_date(body, "Date", session.today) or session.today)
    identity = str(uuid.uuid4())
    own = {word: str(body[word]) for word in _WORDS if body.get(word)}
    shared = {"Account": {"AccountID": account["AccountID"]}, "Date": day, "BatchPaymentID": identity}
    reference = {"Reference": own["Reference"]} if "Reference" in own else {}
    made = [write_payment(session, reference | row | shared, None) for row in rows]
    if len({payment["PaymentType"] for payment in made}) > 1:
        raise InvalidError("The payments of a batch must all be of invoices, or all of bills.")
    total = sum((money(payment["Amount"]) for payment in made), Decimal("0.00"))
    batch: Json = own | {
        "BatchPaymentID": identity, "Account": {"AccountID": account["AccountID"], "Code": account.get("Code") or ""},
        "Date": day, "Type": "RECBATCH" if made[0]["PaymentType"] == "ACCRECPAYMENT" else "PAYBATCH",
        "Status": "AUTHORISED", "TotalAmount": total, "IsReconciled": False,
        "Payments": [
            {"PaymentID": one["PaymentID"], "Amount": one["Amount"],
             "Invoice": {"InvoiceID": one["Invoice"]["InvoiceID"]}}
            for one in made
        ],
    }  # fmt: skip
    saved = session.save("batchpayments", identity, batch)
    session.note("batchpayments", identity, "Created", f"{total:.2f}")
    return saved


def _delete(session: Session, body: Json, existing: Json) -> Json:
    if body.get("Status") != "DELETED":
        raise InvalidError("A batch payment can only be deleted, not changed.")
    if existing["Status"] == "DELETED":
        raise InvalidError("Batch payment has already been deleted.")
    for row in existing["Payments"]:
        payment = session.get("payments", str(row["PaymentID"]))
        if payment and payment["Status"] != "DELETED":
            write_payment(session, {"Status": "DELETED", "WithItsBatch": True}, payment)
    identity = str(existing["BatchPaymentID"])
    session.note("batchpayments", identity, "Deleted", f"{existing['TotalAmount']:.2f}")
    return session.save("batchpayments", identity, existing | {"Status": "DELETED"})
