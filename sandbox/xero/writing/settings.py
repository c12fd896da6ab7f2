"""Contacts and accounts: created, changed and archived."""

import uuid

from sandbox.xero.chart import CLASS_OF_TYPE
from sandbox.xero.refusals import InvalidError
from sandbox.xero.setting_up import complete_account, new_contact
from sandbox.xero.simulator import Session
from sandbox.xero.wire import Json

_CONTACT_STATUS = ("ACTIVE", "ARCHIVED")
_ACCOUNT_FIELDS = (
    "Code", "Name", "Type", "Status", "Description", "TaxType", "EnablePaymentsToAccount", "ShowInExpenseClaims",
    "BankAccountNumber", "BankAccountType", "CurrencyCode",
)  # fmt: skip
_CONTACT_FIELDS = (
    "Name", "ContactNumber", "AccountNumber", "ContactStatus", "FirstName", "LastName", "EmailAddress",
    "ContactPersons", "BankAccountDetails", "TaxNumber", "AccountsReceivableTaxType", "AccountsPayableTaxType",
    "Addresses", "Phones", "DefaultCurrency", "PaymentTerms", "Website", "CompanyNumber",
)  # fmt: skip


def write_contact(session: Session, body: Json, existing: Json | None) -> Json:
    """Create, change or archive one contact; raises InvalidError."""
    given = {field: body[field] for field in _CONTACT_FIELDS if body.get(field) is not None}
    name = str(given.get("Name", (existing or {}).get("Name", ""))).strip()
    if not name:
        raise InvalidError("The contact name must be specified.")
    if given.get("ContactStatus", "ACTIVE") not in _CONTACT_STATUS:
        raise InvalidError(f"ContactStatus '{given['ContactStatus']}' is not valid.")
    identity = str((existing or {}).get("ContactID") or uuid.uuid4())
    same = session.store.numbered(session.identity, "contacts", name)
    if any(one["ContactID"] != identity and one["ContactStatus"] == "ACTIVE" for one in same):
        raise InvalidError(
            f"The contact name {name} is already assigned to another contact. "
            "The contact name must be unique across all active contacts."
        )
    done = new_contact((existing or {}) | given | {"Name": name}, identity)
    saved = session.save("contacts", identity, done, number=name)
    session.note("contacts", identity, "Created" if existing is None else "Edited", name)
    return saved


def write_account(session: Session, body: Json, existing: Json | None) -> Json:
    """Create, change or archive one account of the chart; raises InvalidError."""
    given = {field: body[field] for field in _ACCOUNT_FIELDS if body.get(field) is not None}
    account = dict(existing or {"AccountID": str(uuid.uuid4())}) | given
    if not str(account.get("Name") or "").strip():
        raise InvalidError("Please enter a Name.")
    if account.get("Type") not in CLASS_OF_TYPE:
        raise InvalidError(f"The account Type '{account.get('Type')}' is not valid.")
    if not account.get("Code") and account["Type"] != "BANK":
        raise InvalidError("Please enter a unique Code.")
    same = session.chart.by_code.get(str(account.get("Code")).lower())
    if same is not None and same["AccountID"] != account["AccountID"]:
        raise InvalidError("Please enter a unique Code.")
    if account.get("Status", "ACTIVE") not in ("ACTIVE", "ARCHIVED"):
        raise InvalidError(f"Status '{account['Status']}' is not valid.")
    if existing is not None and existing.get("SystemAccount") and account.get("Status") == "ARCHIVED":
        raise InvalidError("System accounts cannot be archived.")
    if existing is not None and account["Type"] != existing["Type"] and existing.get("SystemAccount"):
        raise InvalidError("The Type of a system account cannot be changed.")
    done = complete_account(account, session.organisation, 1)
    return session.save("accounts", done["AccountID"], done, number=done["Code"])
