"""Holds a books file to its layout before it is read: objects in lists, known words, refused in plain words."""

import json
from typing import Any

from sandbox.xero.setting_up import BooksRefusedError
from sandbox.xero.wire import Json, decode, ms_date, number, parse_date, truthy

LAYOUT = "See the layout in docs/sandbox.md."
COLLECTIONS = (
    "Accounts", "TaxRates", "TrackingCategories", "Contacts", "Invoices", "CreditNotes", "BankTransactions",
    "BankTransfers", "Payments", "ManualJournals", "Budgets", "Attachments", "Users", "Quotes", "PurchaseOrders",
    "RepeatingInvoices", "Prepayments", "Overpayments", "BatchPayments", "Items", "Currencies", "ContactGroups",
    "BrandingThemes",
)  # fmt: skip
_INVOICE = ("DRAFT", "SUBMITTED", "AUTHORISED", "PAID", "VOIDED", "DELETED")
_BANK = tuple(
    f"{way}{kind}" for way in ("RECEIVE", "SPEND") for kind in ("", "-OVERPAYMENT", "-PREPAYMENT", "-TRANSFER")
)
_WAYS = ("Exclusive", "Inclusive", "NoTax")
# The words a field of a collection may hold, in Xero's own spelling; another capitalisation of one is understood.
_WORDS: dict[str, dict[str, tuple[str, ...]]] = {
    "Accounts": {"Status": ("ACTIVE", "ARCHIVED", "DELETED")},
    "Invoices": {"Type": ("ACCREC", "ACCPAY"), "Status": _INVOICE, "LineAmountTypes": _WAYS},
    "CreditNotes": {"Type": ("ACCRECCREDIT", "ACCPAYCREDIT"), "Status": _INVOICE, "LineAmountTypes": _WAYS},
    "BankTransactions": {"Type": _BANK, "Status": ("AUTHORISED", "VOIDED", "DELETED"), "LineAmountTypes": _WAYS},
    "Payments": {"Status": ("AUTHORISED", "PAID", "DELETED")},
    "ManualJournals": {"Status": ("DRAFT", "POSTED", "VOIDED", "DELETED", "ARCHIVED"), "LineAmountTypes": _WAYS},
}  # fmt: skip
_NEEDED = {
    "Invoices": ("Type", "Date"), "CreditNotes": ("Type", "Date"), "BankTransactions": ("Type", "Date"),
    "ManualJournals": ("Date",), "Payments": ("Date", "Amount"), "BankTransfers": ("Date", "Amount"),
}  # fmt: skip
_FLAGS = ("IsReconciled", "FromIsReconciled", "ToIsReconciled")


def books_in(raw: bytes) -> list[Json]:
    """The organisations' books in the bytes of a JSON file, held to the layout; raises BooksRefusedError."""
    text = _text(raw)
    if not text.strip():
        raise BooksRefusedError("The file is empty.", LAYOUT)
    try:
        found = decode(text)
    except (ValueError, RecursionError) as error:
        raise BooksRefusedError(f"It is not valid JSON ({_fault(text, error)}).", _repair(text)) from error
    books = found if isinstance(found, list) else [found]
    if not books:
        raise BooksRefusedError("The list in the file is empty.", LAYOUT)
    return [in_shape(one) for one in books]


def _text(raw: bytes) -> str:
    """The file as text: UTF-8, or UTF-16 when its byte order mark says so."""
    try:
        return raw.decode("utf-16" if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
    except UnicodeDecodeError as error:
        place = raw[: error.start].count(b"\n") + 1
        raise BooksRefusedError(f"Line {place} is not UTF-8 text.", "Save the file as UTF-8.") from error


def _fault(text: str, error: Exception) -> str:
    """What is wrong with the JSON and on which line, for a person with an editor open."""
    try:
        json.loads(text)
    except json.JSONDecodeError as found:
        return f"line {found.lineno}, column {found.colno}: {found.msg}"
    except RecursionError:
        return "it is nested too deeply"
    return str(error)


def _repair(text: str) -> str:
    if text.lstrip()[:1] not in ("{", "["):
        return "A books file begins with { or [; a ledger in columns needs the ending .csv."
    return "Correct that line, for example a comma before a closing bracket, and load the file again."


def in_shape(books: Any) -> Json:
    """A copy of one organisation's books in which every collection is a list of objects that name known things."""
    if not isinstance(books, dict):
        raise BooksRefusedError('There is no "Organisation" object in the file.', LAYOUT)
    done = dict(books)
    _same_names(done)
    done["Organisation"] = _organisation(done)
    for plural in COLLECTIONS:
        rows = done.get(plural)
        if rows is None:
            continue
        if not isinstance(rows, list):
            raise BooksRefusedError(f"{plural} is no list.", f'Write "{plural}": [ … ].')
        done[plural] = [_row(plural, at, row) for at, row in enumerate(rows, start=1)]
    return done


def _same_names(books: Json) -> None:
    """A collection under a name that is nearly right would be left unread: it is named instead."""
    known = {"organisation": "Organisation"} | {name.lower(): name for name in COLLECTIONS}
    known |= {name.removesuffix("s"): right for name, right in known.items()}
    for name in books:
        right = known.get(str(name).lower().replace("_", ""))
        if right and name not in (right, "Organisations"):
            raise BooksRefusedError(f"The file says {name!r} where the layout has {right!r}.", f"Call it {right}.")


def _organisation(books: Json) -> Json:
    """The organisation, also as Xero answers GET /Organisation: alone in a list."""
    found = books.get("Organisation", books.get("Organisations"))
    if isinstance(found, list) and len(found) == 1:
        found = found[0]
    if not isinstance(found, dict):
        raise BooksRefusedError('There is no "Organisation" object in the file.', LAYOUT)
    return found


def _row(plural: str, at: int, row: Any) -> Json:
    if not isinstance(row, dict):
        raise BooksRefusedError(f"{plural} number {at} is no object.", LAYOUT)
    for field in _NEEDED.get(plural, ()):
        if row.get(field) in (None, "") and not row.get(f"{field}String"):
            raise BooksRefusedError(f"{plural} number {at} has no {field}.", f"Add its {field}.")
    done = {key: value for key, value in row.items() if value is not None}
    for field in ("Date", "DueDate"):
        if not done.get(field) and done.get(f"{field}String"):
            done[field] = done[f"{field}String"]
    for field, allowed in _WORDS.get(plural, {}).items():
        if done.get(field) not in (None, ""):
            done[field] = _word(f"{plural} number {at}", field, str(done[field]), allowed)
    for field in _FLAGS:
        if field in done:
            done[field] = truthy(done[field])
    for field in ("LineItems", "JournalLines"):
        lines = done.get(field, [])
        if not isinstance(lines, list) or not all(isinstance(line, dict) for line in lines):
            raise BooksRefusedError(f"The {field} of {plural} number {at} are no list of objects.", LAYOUT)
    return done


def _word(where: str, field: str, said: str, allowed: tuple[str, ...]) -> str:
    found = next((word for word in allowed if word.lower() == said.lower()), None)
    if found is None:
        raise BooksRefusedError(f"{where} has the unknown {field} {said!r}.", f"Use one of {', '.join(allowed)}.")
    return found


_NUMBERS = frozenset(
    {"Amount", "UnitAmount", "LineAmount", "TaxAmount", "Quantity", "QuantityOnHand", "TotalCostPool", "Total",
     "SubTotal", "TotalTax", "RemainingCredit", "AppliedAmount", "CurrencyRate", "Rate", "DisplayTaxRate",
     "EffectiveRate", "UnitPrice"}
)  # fmt: skip


def with_numbers(value: Any) -> Any:
    """A copy of a collection the sandbox only shows, in which amounts written as text are numbers."""
    if isinstance(value, list):
        return [with_numbers(one) for one in value]
    if not isinstance(value, dict):
        return value
    return {
        key: number(one) if key in _NUMBERS and isinstance(one, str) else with_numbers(one)
        for key, one in value.items()
    }


def with_xero_dates(row: Json) -> Json:
    """A copy of a document in which its dates stand as Xero writes them."""
    done = dict(row)
    for field, value in row.items():
        if field.endswith("Date") and isinstance(value, str) and value[:1].isdigit():
            done[field] = ms_date(parse_date(value))
    return done
