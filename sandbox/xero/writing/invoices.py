"""Invoices and bills: DRAFT -> SUBMITTED -> AUTHORISED -> (PAID by payment); DELETED or VOIDED, as Xero allows it."""

import re
import uuid

from sandbox.xero.complete import complete_invoice, settle_invoice
from sandbox.xero.ledger import invoice_postings
from sandbox.xero.refusals import InvalidError
from sandbox.xero.simulator import Session
from sandbox.xero.wire import Json, ms_date, number
from sandbox.xero.writing.rules import (
    LINE_AMOUNT_TYPES,
    account_messages,
    check_amounts,
    check_lock,
    check_tracking,
    contact_reference,
    given_date,
    tax_messages,
)

BAD_STATUS = "Invoice not of valid status for modification"
HAS_PAYMENTS = "This document cannot be edited as it has a payment or credit note allocated to it."
NOT_UNIQUE = "Invoice # must be unique."
NEXT_STATUS = {
    "DRAFT": ("DRAFT", "SUBMITTED", "AUTHORISED", "DELETED"),
    "SUBMITTED": ("DRAFT", "SUBMITTED", "AUTHORISED", "DELETED"),
    "AUTHORISED": ("AUTHORISED", "VOIDED"),
    "PAID": ("PAID",),
    "VOIDED": (),
    "DELETED": (),
}
_FIELDS = (
    "Type", "Contact", "Date", "DueDate", "Status", "LineAmountTypes", "LineItems", "InvoiceNumber", "Reference", "Url",
    "CurrencyCode", "CurrencyRate", "SentToContact", "ExpectedPaymentDate", "PlannedPaymentDate", "BrandingThemeID",
)  # fmt: skip
_ALWAYS = frozenset(
    {"Status", "DueDate", "Reference", "Url", "SentToContact", "ExpectedPaymentDate", "PlannedPaymentDate"}
)


def write_invoice(session: Session, body: Json, existing: Json | None) -> Json:
    """Create or change one invoice or bill, and post it when it is approved; raises InvalidError."""
    given = {field: body[field] for field in _FIELDS if body.get(field) is not None}
    invoice: Json = dict(existing) if existing else {"InvoiceID": str(uuid.uuid4()), "Status": "DRAFT"}
    before = existing["Status"] if existing else None
    if existing:
        _check_change(existing, given)
    invoice |= given
    _check_fields(session, invoice, existing, given)
    if existing is None or "LineItems" in given:
        keep_line_ids(invoice, existing)
    done = complete_invoice(invoice, session.chart)
    if done["Type"] == "ACCREC" and not done.get("InvoiceNumber"):
        done["InvoiceNumber"] = _next_number(session)
    if done["Status"] in ("SUBMITTED", "AUTHORISED", "PAID") and before != "PAID":
        _check_lines(session, done)
    _check_locks(session, before, done, existing)
    if existing is None or before not in ("AUTHORISED", "PAID"):
        settle_invoice(done, [], [])
    else:
        payments = session.store.numbered(session.identity, "payments", str(done["InvoiceID"]).lower())
        settle_invoice(done, payments, existing.get("CreditNotes") or [])
    session.repost(done["InvoiceID"], invoice_postings(done, session.chart))
    saved = session.save("invoices", done["InvoiceID"], done, number=done.get("InvoiceNumber"))
    label = f"INV {done.get('InvoiceNumber') or ''} to {done['Contact']['Name']} for {done['Total']:.2f}"
    session.note("invoices", done["InvoiceID"], change_word(before, done["Status"]), label)
    return saved


def change_word(before: str | None, after: str) -> str:
    """What a document's history calls a step from one status to the next, of invoices and credit notes alike."""
    if before is None:
        return "Created"
    names = {"AUTHORISED": "Approved", "VOIDED": "Voided", "DELETED": "Deleted", "SUBMITTED": "Submitted"}
    return names.get(after, "Edited") if before != after else "Edited"


def _check_change(existing: Json, given: Json) -> None:
    before, after = existing["Status"], given.get("Status", existing["Status"])
    if after not in NEXT_STATUS[before]:
        raise InvalidError(HAS_PAYMENTS if after == "VOIDED" and before == "PAID" else BAD_STATUS)
    settled = existing.get("Payments") or existing.get("CreditNotes")
    if settled and (after == "VOIDED" or any(given[f] != existing.get(f) for f in set(given) - _ALWAYS)):
        raise InvalidError(HAS_PAYMENTS)
    if given.get("Type", existing["Type"]) != existing["Type"]:
        raise InvalidError("The Type of an invoice cannot be changed.")


def _check_fields(session: Session, invoice: Json, existing: Json | None, given: Json) -> None:
    if invoice.get("Type") not in ("ACCREC", "ACCPAY"):
        raise InvalidError("The Type field must be ACCREC or ACCPAY.")
    if existing is None and invoice["Status"] not in ("DRAFT", "SUBMITTED", "AUTHORISED"):
        raise InvalidError(BAD_STATUS)
    if invoice.get("LineAmountTypes", "Exclusive") not in LINE_AMOUNT_TYPES:
        raise InvalidError(f"LineAmountTypes '{invoice['LineAmountTypes']}' is not valid.")
    if existing is None or "Contact" in given:
        invoice["Contact"] = contact_reference(session, invoice.get("Contact"))
    day = given_date(invoice, "Date", session.today)
    due = given_date(invoice, "DueDate", day if invoice["Status"] == "AUTHORISED" else None)
    invoice["Date"] = ms_date(day or session.today)
    if due:
        invoice["DueDate"] = ms_date(due)
    lines = invoice.get("LineItems") or []
    if not isinstance(lines, list):
        raise InvalidError("LineItems must be a list.")
    check_amounts(lines, "LineAmount", "TaxAmount", "UnitAmount", "Quantity", "DiscountRate", "DiscountAmount")
    invoice["LineItems"] = [dict(line) for line in lines]
    check_tracking(session, invoice["LineItems"])
    check_currency(session, invoice)
    wanted = invoice.get("InvoiceNumber")
    if wanted and invoice["Type"] == "ACCREC":
        same = session.store.numbered(session.identity, "invoices", str(wanted))
        if any(
            one["Type"] == "ACCREC" and one["InvoiceID"] != invoice["InvoiceID"] and one["Status"] != "DELETED"
            for one in same
        ):
            raise InvalidError(NOT_UNIQUE)


def check_currency(session: Session, invoice: Json) -> None:
    """Raise InvalidError for a currency that is none, or a foreign one without its rate."""
    code = invoice.get("CurrencyCode") or session.chart.currency
    if not re.fullmatch(r"[A-Z]{3}", str(code)):
        raise InvalidError(f"The currency code '{code}' is not valid.")
    if code != session.chart.currency:
        try:
            rate = number(invoice.get("CurrencyRate") or 0)
        except ValueError:
            rate = number(0)
        if rate <= 0:
            raise InvalidError(f"The sandbox knows no day rates: give a CurrencyRate for {code}.")


def keep_line_ids(invoice: Json, existing: Json | None) -> None:
    """Lines named by LineItemID stay; any other line is a new one (the old one is gone), as in Xero."""
    known = {line["LineItemID"] for line in (existing or {}).get("LineItems") or []}
    for line in invoice["LineItems"]:
        if line.get("LineItemID") not in known:
            line["LineItemID"] = str(uuid.uuid4())


def _check_lines(session: Session, invoice: Json) -> None:
    messages: list[str] = []
    if not invoice["LineItems"]:
        messages.append("One or more line items must be specified")
    for line in invoice["LineItems"]:
        if not line.get("AccountID"):
            line = line | {"AccountCode": line.get("AccountCode")}
        messages += account_messages(session, line) or tax_messages(session, line)
    if not invoice.get("DueDate"):
        messages.append("DueDate must be given for an invoice that is not a draft.")
    if invoice["Total"] < 0:
        messages.append("The document total must not be negative.")
    if messages:
        raise InvalidError(*dict.fromkeys(messages))


def _check_locks(session: Session, before: str | None, done: Json, existing: Json | None) -> None:
    """Drafts may lie in a locked period; approving, editing an approved document and voiding may not."""
    if done["Status"] in ("AUTHORISED", "VOIDED"):
        check_lock(session, done["Date"], *([existing["Date"]] if existing and before == "AUTHORISED" else []))


def _next_number(session: Session) -> str:
    """The number after the highest INV- number in use."""
    row = session.store.db.execute(
        "SELECT max(CAST(substr(number, 5) AS INTEGER)) FROM documents "
        "WHERE organisation = ? AND kind = 'invoices' AND number LIKE 'INV-%'",
        (session.identity,),
    ).fetchone()
    return f"INV-{int(row[0] or 0) + 1:04d}"
