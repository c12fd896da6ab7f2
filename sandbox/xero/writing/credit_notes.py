"""Credit notes of either side: DRAFT -> SUBMITTED -> AUTHORISED -> (PAID when used up); DELETED or VOIDED."""

import uuid

from sandbox.xero.complete import complete_invoice, settle_credit_note
from sandbox.xero.ledger import credit_note_postings
from sandbox.xero.refusals import InvalidError
from sandbox.xero.simulator import Session
from sandbox.xero.wire import Json, ms_date
from sandbox.xero.writing.invoices import (
    HAS_PAYMENTS,
    NEXT_STATUS,
    change_word,
    check_currency,
    keep_line_ids,
)
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

BAD_STATUS = "Credit note not of valid status for modification"
NOT_UNIQUE = "Credit note # must be unique."
_FIELDS = (
    "Type", "Contact", "Date", "DueDate", "Status", "LineAmountTypes", "LineItems", "CreditNoteNumber", "Reference",
    "CurrencyCode", "CurrencyRate", "SentToContact", "BrandingThemeID",
)  # fmt: skip
_ALWAYS = frozenset({"Status", "Reference", "SentToContact"})


def write_credit_note(session: Session, body: Json, existing: Json | None) -> Json:
    """Create or change one credit note, and post it when it is approved; raises InvalidError."""
    given = {field: body[field] for field in _FIELDS if body.get(field) is not None}
    note: Json = dict(existing) if existing else {"CreditNoteID": str(uuid.uuid4()), "Status": "DRAFT"}
    settled = bool(existing and (existing.get("Payments") or existing.get("Allocations")))
    if existing:
        _check_change(existing, given, settled=settled)
    note |= given
    _check_fields(session, note, existing, given)
    if existing is None or "LineItems" in given:
        keep_line_ids(note, existing)
    done = complete_invoice(note, session.chart, kind="creditnotes")
    if not done.get("CreditNoteNumber"):
        done["CreditNoteNumber"] = _next_number(session) if done["Type"] == "ACCRECCREDIT" else ""
    if done["Status"] in ("SUBMITTED", "AUTHORISED") and not settled:
        _check_lines(session, done)
    if done["Status"] in ("AUTHORISED", "VOIDED") and not settled:
        check_lock(session, done["Date"])
    if not settled:
        settle_credit_note(done, [])
        session.repost(done["CreditNoteID"], credit_note_postings(done, session.chart))
    saved = session.save("creditnotes", done["CreditNoteID"], done, number=done.get("CreditNoteNumber"))
    before = existing["Status"] if existing else None
    label = f"CN {done.get('CreditNoteNumber') or ''} to {done['Contact']['Name']} for {done['Total']:.2f}"
    session.note("creditnotes", done["CreditNoteID"], change_word(before, str(done["Status"])), label)
    return saved


def _check_change(existing: Json, given: Json, *, settled: bool) -> None:
    before, after = existing["Status"], given.get("Status", existing["Status"])
    if after not in NEXT_STATUS[before]:
        raise InvalidError(HAS_PAYMENTS if after == "VOIDED" and before == "PAID" else BAD_STATUS)
    if settled and (after == "VOIDED" or any(given[one] != existing.get(one) for one in set(given) - _ALWAYS)):
        raise InvalidError(HAS_PAYMENTS)
    if given.get("Type", existing["Type"]) != existing["Type"]:
        raise InvalidError("The Type of a credit note cannot be changed.")


def _check_fields(session: Session, note: Json, existing: Json | None, given: Json) -> None:
    if note.get("Type") not in ("ACCRECCREDIT", "ACCPAYCREDIT"):
        raise InvalidError("The Type field must be ACCRECCREDIT or ACCPAYCREDIT.")
    if existing is None and note["Status"] not in ("DRAFT", "SUBMITTED", "AUTHORISED"):
        raise InvalidError(BAD_STATUS)
    if note.get("LineAmountTypes", "Exclusive") not in LINE_AMOUNT_TYPES:
        raise InvalidError(f"LineAmountTypes '{note['LineAmountTypes']}' is not valid.")
    if existing is None or "Contact" in given:
        note["Contact"] = contact_reference(session, note.get("Contact"))
    note["Date"] = ms_date(given_date(note, "Date", session.today) or session.today)
    lines = note.get("LineItems") or []
    if not isinstance(lines, list):
        raise InvalidError("LineItems must be a list.")
    check_amounts(lines, "LineAmount", "TaxAmount", "UnitAmount", "Quantity")
    note["LineItems"] = [dict(line) for line in lines]
    check_tracking(session, note["LineItems"])
    check_currency(session, note)
    wanted = note.get("CreditNoteNumber")
    if wanted and note["Type"] == "ACCRECCREDIT":
        same = session.store.numbered(session.identity, "creditnotes", str(wanted))
        others = [one for one in same if one["CreditNoteID"] != note["CreditNoteID"] and one["Status"] != "DELETED"]
        if any(one["Type"] == "ACCRECCREDIT" for one in others):
            raise InvalidError(NOT_UNIQUE)


def _check_lines(session: Session, note: Json) -> None:
    messages: list[str] = []
    if not note["LineItems"]:
        messages.append("One or more line items must be specified")
    for line in note["LineItems"]:
        messages += account_messages(session, line) or tax_messages(session, line)
    if note["Total"] < 0:
        messages.append("The document total must not be negative.")
    if messages:
        raise InvalidError(*dict.fromkeys(messages))


def _next_number(session: Session) -> str:
    """The number after the highest CN- number in use."""
    row = session.store.db.execute(
        "SELECT max(CAST(substr(number, 4) AS INTEGER)) FROM documents "
        "WHERE organisation = ? AND kind = 'creditnotes' AND number LIKE 'CN-%'",
        (session.identity,),
    ).fetchone()
    return f"CN-{int(row[0] or 0) + 1:04d}"
