"""Quotes: DRAFT -> SENT -> ACCEPTED or DECLINED -> INVOICED; DELETED from any. They post nothing."""

import uuid

from sandbox.xero.complete import complete_lines, total_lines
from sandbox.xero.refusals import InvalidError
from sandbox.xero.simulator import Session
from sandbox.xero.wire import Json, ms_date, number
from sandbox.xero.writing.invoices import check_currency, keep_line_ids
from sandbox.xero.writing.rules import account_messages, check_amounts, check_tracking, contact_reference, given_date

BAD_STATUS = "Quote not of valid status for modification"
_NEXT = {
    "DRAFT": ("DRAFT", "SENT", "DELETED"),
    "SENT": ("SENT", "DRAFT", "ACCEPTED", "DECLINED", "DELETED"),
    "DECLINED": ("DECLINED", "DRAFT", "SENT", "ACCEPTED", "DELETED"),
    "ACCEPTED": ("ACCEPTED", "SENT", "INVOICED", "DELETED"),
    "INVOICED": ("INVOICED", "DELETED"),
    "DELETED": (),
}
_TYPES = {"EXCLUSIVE": "Exclusive", "INCLUSIVE": "Inclusive", "NOTAX": "NoTax"}
_FIELDS = (
    "QuoteNumber", "Reference", "Terms", "Contact", "LineItems", "Date", "ExpiryDate", "Status", "CurrencyCode",
    "CurrencyRate", "Title", "Summary", "BrandingThemeID", "LineAmountTypes",
)  # fmt: skip


def write_quote(session: Session, body: Json, existing: Json | None) -> Json:
    """Create or change one quote; raises InvalidError."""
    given = {field: body[field] for field in _FIELDS if body.get(field) is not None}
    quote: Json = dict(existing) if existing else {"QuoteID": str(uuid.uuid4()), "Status": "DRAFT"}
    if existing and given.get("Status", existing["Status"]) not in _NEXT[existing["Status"]]:
        raise InvalidError(BAD_STATUS)
    quote |= given
    if existing is None and quote["Status"] not in ("DRAFT", "SENT"):
        raise InvalidError("A quote can only be created as DRAFT or SENT.")
    if existing is None or "Contact" in given:
        quote["Contact"] = contact_reference(session, quote.get("Contact"))
    _check_lines(session, quote)
    if existing is None or "LineItems" in given:
        keep_line_ids(quote, existing)
    done = _complete(session, quote)
    _check_number(session, done)
    saved = session.save("quotes", str(done["QuoteID"]), done, number=done["QuoteNumber"])
    change = "Created" if existing is None else "Edited" if existing["Status"] == done["Status"] else done["Status"]
    session.note("quotes", str(done["QuoteID"]), str(change).capitalize(), f"{done['QuoteNumber']} {done['Total']:.2f}")
    return saved


def _check_lines(session: Session, quote: Json) -> None:
    lines = [dict(line) for line in quote.get("LineItems") or []]
    if not lines:
        raise InvalidError("One or more line items must be specified")
    check_amounts(lines, "LineAmount", "TaxAmount", "UnitAmount", "Quantity")
    check_tracking(session, lines)
    check_currency(session, quote)
    for line in lines:
        if line.get("AccountCode") or line.get("AccountID"):
            messages = account_messages(session, line)
            if messages:
                raise InvalidError(*messages)
    quote["LineItems"] = lines


def _complete(session: Session, quote: Json) -> Json:
    kinds = str(quote.get("LineAmountTypes") or "EXCLUSIVE").upper()
    if kinds not in _TYPES:
        raise InvalidError(f"LineAmountTypes '{quote['LineAmountTypes']}' is not valid.")
    done = quote | {"LineAmountTypes": _TYPES[kinds]}
    done["LineItems"] = complete_lines(done, session.chart, str(done["QuoteID"]))
    total_lines(done)
    done["LineAmountTypes"] = kinds  # a quote says it in capitals
    for field in ("Date", "ExpiryDate"):
        day = given_date(done, field, session.today if field == "Date" else None)
        if day:
            done[field], done[f"{field}String"] = ms_date(day), f"{day.isoformat()}T00:00:00"
    done.setdefault("CurrencyCode", session.chart.currency)
    done["CurrencyRate"] = number(done.get("CurrencyRate") or 1)
    done.setdefault("Reference", "")
    return done


def _check_number(session: Session, quote: Json) -> None:
    wanted = quote.get("QuoteNumber")
    if not wanted:
        rows = session.store.all(session.identity, "quotes")
        highest = max((_place(row.get("QuoteNumber")) for row in rows), default=0)
        quote["QuoteNumber"] = f"QU-{highest + 1:04d}"
        return
    same = session.store.numbered(session.identity, "quotes", str(wanted))
    if any(one["QuoteID"] != quote["QuoteID"] and one["Status"] != "DELETED" for one in same):
        raise InvalidError("Quote # must be unique.")


def _place(number_text: object) -> int:
    digits = str(number_text or "").removeprefix("QU-")
    return int(digits) if digits.isdigit() else 0
