"""Templates of repeating invoices and bills: made DRAFT or AUTHORISED, and DELETED; nothing else of one can change."""

import uuid

from sandbox.xero.complete import complete_lines, total_lines
from sandbox.xero.refusals import InvalidError
from sandbox.xero.simulator import Session
from sandbox.xero.wire import Json, ms_date
from sandbox.xero.writing.invoices import check_currency
from sandbox.xero.writing.rules import (
    LINE_AMOUNT_TYPES,
    account_messages,
    check_amounts,
    check_tracking,
    contact_reference,
    given_date,
    tax_messages,
)

_UNITS = ("WEEKLY", "MONTHLY")
_TERMS = ("DAYSAFTERBILLDATE", "DAYSAFTERBILLMONTH", "DAYSAFTERINVOICEDATE", "DAYSAFTERINVOICEMONTH",
          "OFCURRENTMONTH", "OFFOLLOWINGMONTH")  # fmt: skip
_FIELDS = ("Type", "Contact", "LineItems", "LineAmountTypes", "Reference", "BrandingThemeID", "CurrencyCode", "Status",
           "ApprovedForSending", "SendCopy", "MarkAsSent", "IncludePDF")  # fmt: skip


def write_repeating(session: Session, body: Json, existing: Json | None) -> Json:
    """Make one template, or delete one ({"Status": "DELETED"}); raises InvalidError."""
    if existing is not None:
        return _delete(session, body, existing)
    template: Json = {field: body[field] for field in _FIELDS if body.get(field) is not None}
    identity = str(uuid.uuid4())
    template |= {"RepeatingInvoiceID": identity, "ID": identity}
    if template.get("Type") not in ("ACCREC", "ACCPAY"):
        raise InvalidError("The Type field must be ACCREC or ACCPAY.")
    if template.setdefault("Status", "DRAFT") not in ("DRAFT", "AUTHORISED"):
        raise InvalidError("A repeating invoice can only be created as DRAFT or AUTHORISED.")
    if template.setdefault("LineAmountTypes", "Exclusive") not in LINE_AMOUNT_TYPES:
        raise InvalidError(f"LineAmountTypes '{template['LineAmountTypes']}' is not valid.")
    template["Contact"] = contact_reference(session, template.get("Contact"))
    template["Schedule"] = _schedule(session, body.get("Schedule"))
    if template["Type"] == "ACCPAY":
        template.pop("Reference", None)  # only a sales invoice's template keeps one
    _complete_lines(session, template, identity)
    saved = session.save("repeatinginvoices", identity, template)
    session.note("repeatinginvoices", identity, "Created", f"{template['Total']:.2f}")
    return saved


def _complete_lines(session: Session, template: Json, identity: str) -> None:
    lines = [dict(line) for line in template.get("LineItems") or []]
    if not lines:
        raise InvalidError("One or more line items must be specified")
    check_amounts(lines, "LineAmount", "TaxAmount", "UnitAmount", "Quantity")
    check_tracking(session, lines)
    template["LineItems"] = lines
    template["LineItems"] = complete_lines(template, session.chart, identity)
    for line in template["LineItems"]:
        messages = account_messages(session, line) or tax_messages(session, line)
        if messages and (template["Status"] == "AUTHORISED" or line.get("AccountCode")):
            raise InvalidError(*messages)
    total_lines(template)
    template.setdefault("CurrencyCode", session.chart.currency)
    check_currency(session, template)
    template["HasAttachments"] = False


def _schedule(session: Session, given: object) -> Json:
    if not isinstance(given, dict):
        raise InvalidError("A Schedule must be specified for a repeating invoice.")
    period, due = str(given.get("Period") or ""), str(given.get("DueDate") or "")
    if not period.isdigit() or int(period) < 1 or given.get("Unit") not in _UNITS:
        raise InvalidError("The Schedule must have a Period of 1 or more, and a Unit of WEEKLY or MONTHLY.")
    if not due.isdigit() or given.get("DueDateType") not in _TERMS:
        raise InvalidError("The Schedule must have a DueDate and a valid DueDateType.")
    start = given_date(given, "StartDate", session.today) or session.today
    upcoming, end = given_date(given, "NextScheduledDate", start) or start, given_date(given, "EndDate")
    if end is not None and end < start:
        raise InvalidError("The EndDate of the Schedule must not be before its StartDate.")
    done: Json = {
        "Period": int(period),
        "Unit": given["Unit"],
        "DueDate": int(due),
        "DueDateType": given["DueDateType"],
    }
    done |= {"StartDate": ms_date(start), "NextScheduledDate": ms_date(upcoming)}
    return done | ({"EndDate": ms_date(end)} if end else {})


def _delete(session: Session, body: Json, existing: Json) -> Json:
    if body.get("Status") != "DELETED":
        raise InvalidError("A repeating invoice can only be deleted, not changed.")
    if existing["Status"] == "DELETED":
        raise InvalidError("The repeating invoice has already been deleted.")
    identity = str(existing["RepeatingInvoiceID"])
    saved = session.save("repeatinginvoices", identity, existing | {"Status": "DELETED"})
    session.note("repeatinginvoices", identity, "Deleted", "")
    return saved
