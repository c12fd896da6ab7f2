"""Money spent and received: created approved, changed until reconciled, AUTHORISED -> DELETED."""

import uuid

from sandbox.xero.complete import complete_bank_transaction
from sandbox.xero.ledger import bank_transaction_postings
from sandbox.xero.refusals import InvalidError
from sandbox.xero.simulator import Session
from sandbox.xero.wire import Json, ms_date, truthy
from sandbox.xero.writing.advances import check_untouched, keep_credit, prepare_lines
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

RECONCILED = "This Bank Transaction cannot be edited as it has been reconciled with a Bank Statement."
_TYPES = ("SPEND", "RECEIVE", "SPEND-OVERPAYMENT", "RECEIVE-OVERPAYMENT", "SPEND-PREPAYMENT", "RECEIVE-PREPAYMENT")
_FIELDS = (
    "Type", "Contact", "BankAccount", "Date", "Status", "LineAmountTypes", "LineItems", "Reference", "Url",
    "CurrencyCode", "CurrencyRate", "IsReconciled",
)  # fmt: skip


def write_bank_transaction(session: Session, body: Json, existing: Json | None) -> Json:
    """Create, change or delete one bank transaction and post it; raises InvalidError."""
    given = {field: body[field] for field in _FIELDS if body.get(field) is not None}
    done: Json = dict(existing) if existing else {"BankTransactionID": str(uuid.uuid4()), "Status": "AUTHORISED"}
    if existing:
        _check_change(session, existing, given)
    done |= given
    done["IsReconciled"] = truthy(done.get("IsReconciled", False))
    _check_fields(session, done, given, new=existing is None)
    prepare_lines(session, done)
    done = complete_bank_transaction(done, session.chart)
    if done["Status"] == "AUTHORISED":
        _check_lines(session, done)
    check_lock(session, done["Date"], *([existing["Date"]] if existing else []))
    keep_credit(session, done)
    session.repost(done["BankTransactionID"], bank_transaction_postings(done, session.chart))
    saved = session.save("banktransactions", done["BankTransactionID"], done)
    changes = "Created" if existing is None else "Deleted" if done["Status"] == "DELETED" else "Edited"
    session.note("banktransactions", done["BankTransactionID"], changes, f"{done['Type']} {done['Total']:.2f}")
    return saved


def _check_change(session: Session, existing: Json, given: Json) -> None:
    if existing["Status"] != "AUTHORISED":
        raise InvalidError("Bank transaction not of valid status for modification")
    if set(given) - {"IsReconciled", "Url"}:
        check_untouched(session, existing)
    others = {field for field in set(given) - {"IsReconciled", "Url"} if given[field] != existing.get(field)}
    if existing.get("IsReconciled") and others - {"Type", "BankAccount", "LineItems", "Contact", "Date"}:
        raise InvalidError(RECONCILED)
    if existing.get("IsReconciled") and given.get("Status") == "DELETED":
        raise InvalidError(RECONCILED)


def _check_fields(session: Session, done: Json, given: Json, *, new: bool) -> None:
    if done.get("Type") not in _TYPES and not (not new and str(done.get("Type", "")).endswith("-TRANSFER")):
        raise InvalidError("The Type field must be SPEND or RECEIVE, or one of their overpayment and prepayment forms.")
    if done["Status"] not in ("AUTHORISED", "DELETED") or (new and done["Status"] == "DELETED"):
        raise InvalidError(f"Status '{done['Status']}' is not valid for a bank transaction.")
    if done.get("LineAmountTypes", "Exclusive") not in LINE_AMOUNT_TYPES:
        raise InvalidError(f"LineAmountTypes '{done['LineAmountTypes']}' is not valid.")
    bank = session.chart.find(done.get("BankAccount") or {})
    if bank is None or bank["Type"] != "BANK" or bank["Status"] != "ACTIVE":
        raise InvalidError("The bank account for this transaction must be an active account of type BANK.")
    if new or "Contact" in given:
        done["Contact"] = contact_reference(session, done.get("Contact"))
    done["Date"] = ms_date(given_date(done, "Date", session.today) or session.today)
    lines = done.get("LineItems") or []
    if not isinstance(lines, list):
        raise InvalidError("LineItems must be a list.")
    check_amounts(lines, "LineAmount", "TaxAmount", "UnitAmount", "Quantity")
    done["LineItems"] = [dict(line) for line in lines]
    check_tracking(session, done["LineItems"])


def _check_lines(session: Session, done: Json) -> None:
    messages: list[str] = []
    if not done["LineItems"]:
        messages.append("One or more line items must be specified")
    for line in done["LineItems"]:
        if not done["Type"].endswith(("OVERPAYMENT", "PREPAYMENT")):
            messages += account_messages(session, line) or tax_messages(session, line)
    if done["Total"] <= 0:
        messages.append("The document total must be greater than zero.")
    if messages:
        raise InvalidError(*dict.fromkeys(messages))
