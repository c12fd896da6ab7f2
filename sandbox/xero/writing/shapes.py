"""The shape of what a body may carry: objects where Xero has objects, lists of objects where it has lists."""

from sandbox.xero.refusals import InvalidError
from sandbox.xero.wire import Json

_OBJECTS = frozenset(
    {
        "Contact",
        "BankAccount",
        "Account",
        "Invoice",
        "CreditNote",
        "FromBankAccount",
        "ToBankAccount",
        "Overpayment",
        "Prepayment",
        "Schedule",
    }
)
_LISTS = frozenset({"LineItems", "JournalLines", "Tracking", "Payments"})
_TEXTS = frozenset(
    {"AccountCode", "Code", "Description", "InvoiceNumber", "CreditNoteNumber", "Name", "Narration", "Reference", "Url"}
)
_KEPT = frozenset({"Addresses", "Phones", "ContactPersons", "PaymentTerms"})


def shaped(given: Json) -> Json:
    """A copy of a body with what the rules read; InvalidError where an object or a list is something else.

    Lists and objects the rules do not read (the SDK sends Payments, Attachments and the like back) are left out.
    """
    done: Json = {}
    for field, value in given.items():
        if value is None:
            continue
        if field in _OBJECTS:
            if not isinstance(value, dict):
                raise InvalidError(f"{field} must be an object.")
            done[field] = shaped(value)
        elif field in _LISTS:
            if not isinstance(value, list) or any(not isinstance(one, dict) for one in value):
                raise InvalidError(f"{field} must be a list of objects.")
            done[field] = [shaped(one) for one in value]
        elif field in _TEXTS and not isinstance(value, list | dict):
            done[field] = str(value)
        elif field in _KEPT or not isinstance(value, list | dict):
            done[field] = value
    return done
