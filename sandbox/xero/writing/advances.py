"""Overpayments and prepayments: the credit that money received or spent in advance leaves with a contact."""

from sandbox.xero.refusals import InvalidError
from sandbox.xero.simulator import Session
from sandbox.xero.wire import Json, steady_id
from sandbox.xero.writing.allocations import settle_credit

HAS_ALLOCATIONS = "This document cannot be edited as it has a payment or credit note allocated to it."
_SHARED = (
    "Type", "Contact", "Date", "DateString", "LineAmountTypes", "LineItems", "SubTotal", "TotalTax", "Total",
    "CurrencyCode", "CurrencyRate", "Reference",
)  # fmt: skip


def place_of(transaction_type: str) -> tuple[str, str] | None:
    """The (kind, id field) of the credit that a bank transaction of this type leaves; nothing for other types."""
    if transaction_type.endswith("-OVERPAYMENT"):
        return "overpayments", "OverpaymentID"
    return ("prepayments", "PrepaymentID") if transaction_type.endswith("-PREPAYMENT") else None


def prepare_lines(session: Session, transaction: Json) -> None:
    """An overpayment stands in the control account without tax, whatever its lines say."""
    kind = str(transaction.get("Type"))
    if not kind.endswith("-OVERPAYMENT"):
        return
    role = "DEBTORS" if kind.startswith("RECEIVE") else "CREDITORS"
    transaction["LineAmountTypes"] = "NoTax"
    for line in transaction["LineItems"]:
        line.pop("AccountCode", None)
        line |= {"AccountID": session.chart.system_id(role), "TaxType": "NONE"}


def check_untouched(session: Session, transaction: Json) -> None:
    """Raise InvalidError when the credit of a bank transaction has been allocated already."""
    found = _credit(session, transaction)
    if found and (found.get("Allocations") or found.get("Payments")):
        raise InvalidError(HAS_ALLOCATIONS)


def keep_credit(session: Session, transaction: Json) -> None:
    """Make the credit of a new bank transaction, follow a changed one, void that of a deleted one."""
    place = place_of(str(transaction["Type"]))
    if place is None:
        return
    kind, field = place
    found = _credit(session, transaction) or {"Allocations": [], "Payments": [], "HasAttachments": False}
    identity = str(found.get(field) or steady_id(transaction["BankTransactionID"], kind))
    transaction[field] = identity
    credit = found | {name: transaction[name] for name in _SHARED if name in transaction} | {field: identity}
    credit["Status"] = "VOIDED" if transaction["Status"] == "DELETED" else "AUTHORISED"
    settle_credit(credit)
    session.save(kind, identity, credit)
    session.note(kind, identity, "Voided" if credit["Status"] == "VOIDED" else "Created", f"{credit['Total']:.2f}")


def _credit(session: Session, transaction: Json) -> Json | None:
    place = place_of(str(transaction.get("Type")))
    identity = transaction.get(place[1]) if place else None
    return session.get(place[0], str(identity)) if place and identity else None
