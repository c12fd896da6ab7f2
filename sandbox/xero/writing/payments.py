"""Payments of invoices and bills, and refunds of credits: made AUTHORISED, DELETED to reopen what they paid."""

import uuid

from sandbox.xero.books import complete_payment
from sandbox.xero.complete import settle_credit_note, settle_invoice
from sandbox.xero.ledger import settlement_postings
from sandbox.xero.refusals import InvalidError
from sandbox.xero.simulator import Session
from sandbox.xero.wire import Json, money, ms_date, number, truthy
from sandbox.xero.writing.rules import check_amounts, check_lock, given_date

# What a payment may name, in the order Xero looks: the noun of the body, the kind, its id and its number.
_PAID = (
    ("CreditNote", "creditnotes", "CreditNoteID", "CreditNoteNumber"),
    ("Overpayment", "overpayments", "OverpaymentID", ""),
    ("Prepayment", "prepayments", "PrepaymentID", ""),
    ("Invoice", "invoices", "InvoiceID", "InvoiceNumber"),
)
TOO_MUCH = "Payment amount exceeds the amount outstanding on this document"
NOT_AUTHORISED = "Payments can only be made against Authorised documents"
_FIELDS = (
    "Date",
    "Amount",
    "CurrencyRate",
    "BankAmount",
    "Reference",
    "IsReconciled",
    "Particulars",
    "Details",
    "Code",
    "BatchPaymentID",
)


def write_payment(session: Session, body: Json, existing: Json | None) -> Json:
    """Make one payment, or delete one ({"Status": "DELETED"}); raises InvalidError."""
    if existing is not None:
        return _delete(session, body, existing)
    kind, target = _target(session, body)
    if target["Status"] == "PAID":
        raise InvalidError(TOO_MUCH)
    if target["Status"] != "AUTHORISED":
        raise InvalidError(NOT_AUTHORISED)
    account = session.chart.find(body.get("Account") or body)
    if account is None or account["Status"] != "ACTIVE":
        raise InvalidError("The Account of a payment must be an active account.")
    if account["Type"] != "BANK" and not account.get("EnablePaymentsToAccount"):
        raise InvalidError("The Account of a payment must be a bank account or have payments enabled.")
    check_amounts([body], "Amount", "BankAmount", "CurrencyRate")
    amount = money(body.get("Amount") or 0)
    if amount <= 0:
        raise InvalidError("Payment amount must be greater than 0")
    if amount > (target["AmountDue"] if kind == "invoices" else target["RemainingCredit"]):
        raise InvalidError(TOO_MUCH)
    if body.get("CurrencyRate") is not None and number(body["CurrencyRate"]) <= 0:
        raise InvalidError("The CurrencyRate must be greater than 0")
    given = {field: body[field] for field in _FIELDS if body.get(field) is not None}
    given["IsReconciled"] = truthy(given.get("IsReconciled", False))
    given["Date"] = ms_date(given_date(body, "Date", session.today) or session.today)
    check_lock(session, given["Date"])
    payment = complete_payment(given | {"PaymentID": str(uuid.uuid4())}, target, account, session.chart)
    return _settle(session, kind, target, payment)


def _target(session: Session, body: Json) -> tuple[str, Json]:
    """The invoice or credit a payment names by id or number."""
    noun, kind, id_field, number_field = next(
        (row for row in _PAID if body.get(row[0]) or (row[3] and body.get(row[3]))), _PAID[-1]
    )
    named = body.get(noun) or {}
    found = session.get(kind, str(named[id_field])) if named.get(id_field) else None
    text = (named.get(number_field) or body.get(number_field)) if number_field else None
    if found is None and not named.get(id_field) and text:
        found = next(iter(session.store.numbered(session.identity, kind, str(text))), None)
    if found is None:
        raise InvalidError(f"{kind[:-1].capitalize()} could not be found")
    return kind, found


def _delete(session: Session, body: Json, existing: Json) -> Json:
    if body.get("Status") != "DELETED":
        raise InvalidError("A payment can only be deleted, not changed.")
    if existing.get("BatchPaymentID") and not body.get("WithItsBatch"):
        raise InvalidError("This payment is part of a batch and can only be deleted with it.")
    if existing["Status"] == "DELETED":
        raise InvalidError("Payment has already been deleted.")
    check_lock(session, existing["Date"])
    noun, kind, id_field, _ = next(row for row in _PAID if row[0] in existing)
    target = session.get(kind, str(existing[noun][id_field]))
    if target is None:
        raise InvalidError("The document of this payment could not be found")
    return _settle(session, kind, target, existing | {"Status": "DELETED"})


def _settle(session: Session, kind: str, target: Json, payment: Json) -> Json:
    """Save the payment, post all payments of the document anew and bring the document's figures up to date."""
    key = str(target[next(row[2] for row in _PAID if row[1] == kind)]).lower()
    saved = session.save("payments", payment["PaymentID"], payment, number=key)
    payments = session.store.numbered(session.identity, "payments", key)
    postings = settlement_postings(target, payments, session.chart, kind=kind)
    for one in payments:
        session.repost(one["PaymentID"], postings.get(one["PaymentID"], []))
    if kind == "invoices":
        settle_invoice(target, payments, target.get("CreditNotes") or [])
    else:
        settle_credit_note(target, payments)
    named = target.get("InvoiceNumber") or target.get("CreditNoteNumber")
    session.save(kind, key, target, number=named)
    deleted = payment["Status"] == "DELETED"
    session.note("payments", payment["PaymentID"], "Deleted" if deleted else "Created", f"{payment['Amount']:.2f}")
    session.note(kind, key, "Payment deleted" if deleted else "Paid", f"Payment of {payment['Amount']:.2f}")
    return saved
