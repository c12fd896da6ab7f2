"""Manual journals: balanced, two lines or more, no system accounts; DRAFT -> POSTED -> VOIDED, DRAFT -> DELETED."""

import uuid
from decimal import Decimal

from sandbox.xero.complete import complete_manual_journal
from sandbox.xero.ledger import manual_journal_postings
from sandbox.xero.refusals import InvalidError
from sandbox.xero.simulator import Session
from sandbox.xero.wire import Json, money, ms_date
from sandbox.xero.writing.rules import (
    LINE_AMOUNT_TYPES,
    account_messages,
    check_amounts,
    check_lock,
    check_tax_types,
    check_tracking,
    given_date,
    tax_messages,
)

_NEXT = {"DRAFT": ("DRAFT", "POSTED", "DELETED"), "POSTED": ("POSTED", "VOIDED"), "VOIDED": (), "DELETED": ()}
_FIELDS = ("Narration", "Date", "Status", "Url", "LineAmountTypes", "JournalLines", "ShowOnCashBasisReports")
BAD_STATUS = "Manual journal not of valid status for modification"


def write_manual_journal(session: Session, body: Json, existing: Json | None) -> Json:
    """Create or change one manual journal and post it when its status says so; raises InvalidError."""
    given = {field: body[field] for field in _FIELDS if body.get(field) is not None}
    if existing is None:
        journal: Json = {"ManualJournalID": str(uuid.uuid4()), "Status": "DRAFT"}
        if given.get("Status", "DRAFT") not in ("DRAFT", "POSTED"):
            raise InvalidError("A manual journal can only be created as DRAFT or POSTED.")
    else:
        journal = dict(existing)
        _check_change(session, existing, given)
    journal |= given
    before = existing["Status"] if existing else None
    warnings = _complete(session, journal)
    done = complete_manual_journal(journal, session.chart)
    if before == "POSTED" and done["Status"] == "VOIDED":
        check_lock(session, existing["Date"] if existing else done["Date"])
    else:
        _check_lines(session, done)
    if done["Status"] == "POSTED":
        check_lock(session, done["Date"])
    done["Warnings"] = warnings
    if not warnings:
        done.pop("Warnings")
    session.repost(done["ManualJournalID"], manual_journal_postings(done, session.chart))
    saved = session.save("manualjournals", done["ManualJournalID"], done)
    session.note("manualjournals", done["ManualJournalID"], _change(before, done["Status"]), str(done["Narration"]))
    return saved


def _change(before: str | None, after: str) -> str:
    if before is None:
        return "Created"
    names = {"POSTED": "Posted", "VOIDED": "Voided", "DELETED": "Deleted"}
    return "Edited" if before == after else names.get(after, "Edited")


def _check_change(session: Session, existing: Json, given: Json) -> None:
    """A posted journal may only be voided; a voided or deleted one not touched at all."""
    before, after = existing["Status"], given.get("Status", existing["Status"])
    if after not in _NEXT[before]:
        raise InvalidError(BAD_STATUS)
    if before == "POSTED":
        others = set(given) - {"Status", "Url"}
        if after != "VOIDED" and others:
            raise InvalidError(BAD_STATUS)
        for field in others:
            given.pop(field)


def _complete(session: Session, journal: Json) -> list[Json]:
    """Check the shape, set the date, and take unknown accounts off a draft with a warning, as Xero does."""
    if not str(journal.get("Narration") or "").strip():
        raise InvalidError("Narration must not be empty.")
    if journal.get("LineAmountTypes", "NoTax") not in LINE_AMOUNT_TYPES:
        raise InvalidError(f"LineAmountTypes '{journal['LineAmountTypes']}' is not valid.")
    lines = journal.get("JournalLines")
    if not isinstance(lines, list):
        raise InvalidError("A manual journal must have at least two journal lines.")
    check_amounts(lines, "LineAmount", "TaxAmount")
    day = given_date(journal, "Date", session.today)
    journal["Date"] = ms_date(day or session.today)
    journal["JournalLines"] = lines = [dict(line) for line in lines if not line.get("IsBlank")]
    check_tracking(session, lines)
    check_tax_types(session, lines)
    warnings: list[Json] = []
    for line in lines:
        if journal["Status"] == "DRAFT" and session.chart.find(line) is None:
            code = line.pop("AccountCode", None) or line.get("AccountID")
            line.pop("AccountID", None)
            text = f"Account code '{code}' has been removed as it does not match a recognised account."
            warnings.append({"Message": text})
    return warnings


def _check_lines(session: Session, journal: Json) -> None:
    lines = journal["JournalLines"]
    messages: list[str] = []
    if len(lines) < 2:
        messages.append("A manual journal must have at least two journal lines.")
    for line in lines:
        if line.get("AccountID") or journal["Status"] == "POSTED":
            messages += account_messages(session, line, journal=True)
        messages += tax_messages(session, line) if line.get("AccountID") else []
    debits, credits = Decimal("0.00"), Decimal("0.00")
    exclusive = journal["LineAmountTypes"] == "Exclusive"
    for line in lines:
        amount = money(line["LineAmount"]) + (money(line["TaxAmount"]) if exclusive else 0)
        debits, credits = (debits + amount, credits) if amount > 0 else (debits, credits + amount)
    if debits + credits != 0:
        messages.append(f"The total debits ({debits:.2f}) must equal total credits ({credits:.2f})")
    if messages:
        raise InvalidError(*dict.fromkeys(messages))
