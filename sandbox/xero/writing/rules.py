"""Rules several kinds share: lock dates, accounts, tax types, amounts, tracking and contacts."""

from datetime import date

from sandbox.xero.refusals import InvalidError
from sandbox.xero.setting_up import new_contact, resolve_tracking
from sandbox.xero.simulator import Session
from sandbox.xero.wire import Json, money, number, parse_date, steady_id

NO_JOURNAL_ROLES = frozenset({"DEBTORS", "CREDITORS", "RETAINEDEARNINGS"})
NO_JOURNAL_TYPES = frozenset({"BANK", "INVENTORY"})
LINE_AMOUNT_TYPES = ("Exclusive", "Inclusive", "NoTax")


def lock_messages(session: Session, day: date) -> list[str]:
    """Why a document of this date may not be approved, posted, paid or voided; empty when it may."""
    organisation = session.organisation
    for field, words in (("EndOfYearLockDate", "end of year lock date"), ("PeriodLockDate", "period lock date")):
        locked = organisation.get(field)
        if not locked or (field == "PeriodLockDate" and session.connecting_user_is_adviser()):
            continue
        until = parse_date(locked)
        if day <= until:
            return [f"The document date cannot be before the {words}, currently set at {until:%d-%b-%Y}"]
    return []


def check_lock(session: Session, *days: object) -> None:
    """Raise InvalidError when one of these dates lies in a locked period."""
    for day in days:
        messages = lock_messages(session, parse_date(day))
        if messages:
            raise InvalidError(*messages)


def given_date(body: Json, field: str, otherwise: date | None = None) -> date | None:
    """A date of the body, or the other; InvalidError when it is not a date."""
    value = body.get(field)
    if value in (None, ""):
        return otherwise
    try:
        return parse_date(value)
    except ValueError:
        raise InvalidError(f"{field} '{value}' is not a valid date.") from None


def check_amounts(lines: list[Json], *fields: str) -> None:
    """Raise InvalidError when a line carries something that is not an amount."""
    for line in lines:
        if not isinstance(line, dict):
            raise InvalidError("A line item must be an object.")
        for field in fields:
            if line.get(field) is None:
                continue
            try:
                number(line[field])
                if field.endswith("Amount") and field != "UnitAmount":
                    money(line[field])
            except ValueError:
                raise InvalidError(f"{field} '{line[field]}' is not a valid number.") from None
        if {"LineAmount", "UnitAmount", "Quantity"} <= set(fields):
            _check_line_total(line)


def _check_line_total(line: Json) -> None:
    """InvalidError when a line says its amount, and quantity, unit price and discount come to another."""
    if any(line.get(field) is None for field in ("LineAmount", "UnitAmount", "Quantity")):
        return
    said, full = money(line["LineAmount"]), number(line["Quantity"]) * number(line["UnitAmount"])
    expected = money(full * (1 - number(line.get("DiscountRate") or 0) / 100) - number(line.get("DiscountAmount") or 0))
    if said != expected:
        raise InvalidError(f"The line total {said:.2f} does not match the expected line total {expected:.2f}")


def account_messages(session: Session, line: Json, *, journal: bool = False) -> list[str]:
    """What is wrong with a line's account: unknown, archived or not allowed in this kind of document."""
    account = session.chart.find(line)
    code = line.get("AccountCode") or line.get("AccountID")
    if account is None:
        return [f"Account code '{code}' is not a valid code for this document."]
    if account["Status"] != "ACTIVE":
        return [
            f"Account code '{code}' has been archived, or has been deleted. "
            "Each line item must reference a valid account."
        ]
    forbidden = account["Type"] == "BANK" or account.get("SystemAccount") in NO_JOURNAL_ROLES
    if forbidden or (journal and account["Type"] in NO_JOURNAL_TYPES):
        return [f"Account code '{code}' is not a valid code for this document."]
    return []


def tax_messages(session: Session, line: Json) -> list[str]:
    """What is wrong with a completed line's tax type."""
    tax_type, chart = line.get("TaxType") or "NONE", session.chart
    account = chart.find(line)
    if tax_type != "NONE" and tax_type not in chart.tax_rates:
        return [f"The TaxType code '{tax_type}' does not exist or cannot be used for this type of transaction."]
    if account is not None and not chart.applies(tax_type, account):
        return [f"The TaxType code '{tax_type}' cannot be used with account code '{account.get('Code')}'."]
    return []


def check_tax_types(session: Session, lines: list[Json]) -> None:
    """InvalidError for a tax type the organisation lacks, also where NoTax would then leave it out."""
    known = session.chart.tax_rates
    for line in lines:
        said = str(line.get("TaxType") or "NONE")
        if said != "NONE" and said not in known:
            raise InvalidError(
                f"The TaxType code '{said}' does not exist or cannot be used for this type of transaction."
            )


def check_tracking(session: Session, lines: list[Json]) -> None:
    """Resolve each line's tracking to ids; InvalidError for more than two or for an unknown category or option."""
    categories = session.store.all(session.identity, "trackingcategories")
    for line in lines:
        given = line.get("Tracking") or []
        if len(given) > 2:
            raise InvalidError("A line item can have at most two tracking categories.")
        line["Tracking"] = [_tracking(one, categories) for one in given]


def _tracking(given: Json, categories: list[Json]) -> Json:
    found = resolve_tracking(given, categories)
    if found is None:
        named = given.get("Option") or given.get("TrackingOptionID")
        raise InvalidError(f"The tracking option '{named}' does not exist or has been archived.")
    return found


def contact_reference(session: Session, given: object) -> Json:
    """The ContactID and Name for what a body says of its contact; other fields in it update the contact."""
    if not isinstance(given, dict) or not (given.get("ContactID") or given.get("Name")):
        raise InvalidError("A Contact must be specified for this type of transaction")
    if given.get("ContactID"):
        found = session.get("contacts", str(given["ContactID"]))
        if found is None:
            raise InvalidError(f"The Contact with ContactID '{given['ContactID']}' could not be found.")
    else:
        found = next(iter(session.store.numbered(session.identity, "contacts", str(given["Name"]))), None)
        found = found or new_contact({}, steady_id(session.identity, "contact", given["Name"]))
    changed = {key: value for key, value in given.items() if found.get(key) != value and key in _CONTACT_FIELDS}
    if changed or session.get("contacts", found["ContactID"]) is None:
        found |= changed
        session.save("contacts", found["ContactID"], found, number=found["Name"])
    return {"ContactID": found["ContactID"], "Name": found["Name"]}


_CONTACT_FIELDS = frozenset(
    {"Name", "EmailAddress", "FirstName", "LastName", "AccountNumber", "TaxNumber", "Addresses", "Phones",
     "BankAccountDetails", "ContactNumber", "ContactPersons", "DefaultCurrency", "PaymentTerms", "Website"}
)  # fmt: skip
