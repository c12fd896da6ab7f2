"""Completes an organisation's settings at loading: its accounts (system accounts too), contacts, tracking and users."""

from sandbox.xero.chart import CLASS_OF_TYPE, SYSTEM_ACCOUNTS
from sandbox.xero.wire import Json, is_guid, ms_date, parse_date, steady_id

_TYPE_OF_CLASS = {
    "ASSET": "CURRENT", "LIABILITY": "CURRLIAB", "EQUITY": "EQUITY", "REVENUE": "REVENUE", "EXPENSE": "EXPENSE",
}  # fmt: skip
_TIMEZONES = {"AU": "AUSEASTERNSTANDARDTIME", "NZ": "NEWZEALANDSTANDARDTIME", "GB": "GMTSTANDARDTIME"}
_CURRENCIES = {"AU": "AUD", "NZ": "NZD", "GB": "GBP", "US": "USD", "CA": "CAD", "SG": "SGD", "ZA": "ZAR"}
_YEAR_ENDS = {"AU": (30, 6), "NZ": (31, 3), "GB": (31, 3)}


class BooksRefusedError(Exception):
    """Books that cannot be loaded: what is wrong, and what to do next."""

    def __init__(self, problem: str, next_step: str) -> None:
        super().__init__(f"{problem} Next step: {next_step}")
        self.problem, self.next_step = problem, next_step


def complete_organisation(given: Json) -> Json:
    """The organisation with every setting Xero always has; its lock dates as Xero writes dates."""
    name = str(given.get("Name") or "").strip()
    if not name:
        raise BooksRefusedError("The Organisation has no Name.", "Add its Name.")
    country = str(given.get("CountryCode") or "AU")
    day, month = _YEAR_ENDS.get(country, (31, 12))
    identity = str(given.get("OrganisationID") or steady_id("organisation", name)).lower()
    if not is_guid(identity):
        raise BooksRefusedError(f"OrganisationID {identity!r} is not a GUID.", "Leave it out or correct it.")
    usual: Json = {
        "Name": name, "LegalName": name, "PaysTax": True, "Version": country, "OrganisationType": "COMPANY",
        "BaseCurrency": _CURRENCIES.get(country, "USD"), "CountryCode": country, "IsDemoCompany": False,
        "OrganisationStatus": "ACTIVE", "FinancialYearEndDay": day, "FinancialYearEndMonth": month,
        "SalesTaxBasis": "ACCRUALS", "SalesTaxPeriod": "QUARTERLY", "DefaultSalesTax": "Tax Exclusive",
        "DefaultPurchasesTax": "Tax Exclusive", "CreatedDateUTC": "/Date(1704067200000)/",
        "OrganisationEntityType": "COMPANY", "Timezone": _TIMEZONES.get(country, "UTC"),
        "ShortCode": "!" + identity.replace("-", "")[-5:], "Edition": "BUSINESS", "Class": "PREMIUM", "Addresses": [],
        "Phones": [], "ExternalLinks": [], "PaymentTerms": {},
    }  # fmt: skip
    done = usual | {key: value for key, value in given.items() if value is not None}
    done["OrganisationID"] = identity
    for field in ("PeriodLockDate", "EndOfYearLockDate"):
        if done.get(field):
            done[field] = ms_date(parse_date(done[field]))
        else:
            done.pop(field, None)
    return done


def complete_accounts(given: list[Json] | None, organisation: Json) -> list[Json]:
    """The chart of accounts with ids, classes and every system account Xero keeps; an empty list is a first day."""
    if given is None:
        raise BooksRefusedError("There are no Accounts in the file.", "Add the chart of accounts.")
    owner = organisation["OrganisationID"]
    done = [complete_account(dict(row), organisation, place) for place, row in enumerate(given, start=1)]
    codes = [row["Code"].lower() for row in done if row.get("Code")]
    twice = next((code for code in codes if codes.count(code) > 1), None)
    if twice:
        raise BooksRefusedError(
            f"The account code {twice!r} stands twice in Accounts.", "Give each account its own code."
        )
    roles = {row.get("SystemAccount") for row in done}
    for role, code, name, kind in SYSTEM_ACCOUNTS:
        if role in roles:
            continue
        same = next((row for row in done if row["Name"].lower() == name.lower() and not row.get("SystemAccount")), None)
        if same is not None and same["Class"] == CLASS_OF_TYPE[kind]:
            same["SystemAccount"] = role
            continue
        row = {"Code": _free_code(code, codes), "Name": name, "Type": kind, "SystemAccount": role, "TaxType": "NONE"}
        codes.append(str(row["Code"]).lower())
        row["AccountID"] = steady_id(owner, "system", role)
        done.append(complete_account(row, organisation, 0))
    return done


def _free_code(code: str, taken: list[str]) -> str:
    while code.lower() in taken:
        code += "A"
    return code


def complete_account(row: Json, organisation: Json, place: int) -> Json:
    """One account with every field Xero shows; `place` is its number in the file, for refusals."""
    if not row.get("Name"):
        raise BooksRefusedError(f"Accounts number {place} has no Name.", "Add its Name.")
    kind = str(row.get("Type") or _TYPE_OF_CLASS.get(str(row.get("Class", "")).upper(), "")).upper()
    if kind not in CLASS_OF_TYPE:
        raise BooksRefusedError(
            f"The account {row['Name']!r} has the unknown Type {kind!r}.", "Use one of Xero's types."
        )
    row["Code"] = str(row.get("Code") or "")
    row["AccountID"] = str(
        row.get("AccountID") or steady_id(organisation["OrganisationID"], "account", row["Code"], row["Name"])
    )
    row["Type"], row["Class"] = kind, CLASS_OF_TYPE[kind]
    row.setdefault("Status", "ACTIVE")
    row.setdefault("TaxType", "NONE")
    if kind == "BANK":
        row.setdefault("BankAccountType", "BANK")
        row.setdefault("CurrencyCode", organisation["BaseCurrency"])
        row.setdefault("BankAccountNumber", "")
    if not row.get("SystemAccount"):
        row.pop("SystemAccount", None)
    row.setdefault("EnablePaymentsToAccount", False)
    row.setdefault("ShowInExpenseClaims", False)
    row.setdefault("ReportingCode", "")
    row.setdefault("HasAttachments", False)
    row.setdefault("AddToWatchlist", False)
    return row


class Contacts:
    """The contacts of the books by id and by name; a name the file does not list becomes a contact."""

    def __init__(self, organisation: str) -> None:
        self.organisation = organisation
        self.rows: list[Json] = []
        self._by_id: dict[str, Json] = {}
        self._by_name: dict[str, Json] = {}

    def add(self, given: Json) -> Json:
        """One contact with every field Xero shows."""
        name = str(given.get("Name") or "").strip() or "Unnamed contact"
        row = new_contact(
            given | {"Name": name}, str(given.get("ContactID") or steady_id(self.organisation, "contact", name))
        )
        self.rows.append(row)
        self._by_id[row["ContactID"].lower()] = row
        self._by_name.setdefault(name.lower(), row)
        return row

    def reference(self, given: Json) -> Json:
        """The ContactID and Name that stand in a document for what it says of its contact."""
        row = self._by_id.get(str(given.get("ContactID", "")).lower())
        row = row or self._by_name.get(str(given.get("Name", "")).strip().lower())
        row = row or self.add(given)
        return {"ContactID": row["ContactID"], "Name": row["Name"]}


def new_contact(given: Json, identity: str) -> Json:
    """A contact as Xero shows it."""
    usual: Json = {
        "ContactStatus": "ACTIVE", "EmailAddress": "", "BankAccountDetails": "", "Addresses": [], "Phones": [],
        "ContactGroups": [], "IsSupplier": False, "IsCustomer": False, "ContactPersons": [], "HasAttachments": False,
        "HasValidationErrors": False,
    }  # fmt: skip
    return usual | given | {"ContactID": identity}


def complete_contacts(books: Json, organisation: str) -> Contacts:
    """All contacts of the books, those that only documents name included; customers and suppliers marked."""
    contacts = Contacts(organisation)
    for row in books.get("Contacts") or []:
        contacts.add(dict(row))
    sold_to: set[str] = set()
    bought_from: set[str] = set()
    for plural in ("Invoices", "CreditNotes", "BankTransactions"):
        for row in books.get(plural) or []:
            if row.get("Contact"):
                identity = contacts.reference(row["Contact"])["ContactID"]
                kind = str(row.get("Type", ""))
                (sold_to if kind.startswith(("ACCREC", "RECEIVE")) else bought_from).add(identity)
    for row in contacts.rows:
        row["IsCustomer"] = bool(row["IsCustomer"]) or row["ContactID"] in sold_to
        row["IsSupplier"] = bool(row["IsSupplier"]) or row["ContactID"] in bought_from
    return contacts


def complete_tracking(given: list[Json], organisation: str) -> list[Json]:
    """Tracking categories with ids for themselves and their options."""
    done: list[Json] = []
    for row in given:
        name = str(row["Name"])
        options = [
            {
                "TrackingOptionID": option.get("TrackingOptionID")
                or steady_id(organisation, "option", name, option["Name"]),
                "Name": option["Name"],
                "Status": option.get("Status") or "ACTIVE",
                "HasValidationErrors": False,
            }
            for option in row.get("Options") or []
        ]
        identity = row.get("TrackingCategoryID") or steady_id(organisation, "tracking", name)
        status = row.get("Status") or "ACTIVE"
        done.append({"Name": name, "Status": status, "TrackingCategoryID": identity, "Options": options})
    return done


def resolve_tracking(given: Json, categories: list[Json]) -> Json | None:
    """The names and ids of a tracking option named either way; nothing when the organisation lacks it."""
    for category in categories:
        if given.get("TrackingCategoryID") != category["TrackingCategoryID"] and given.get("Name") != category["Name"]:
            continue
        for option in category["Options"]:
            if given.get("TrackingOptionID") == option["TrackingOptionID"] or given.get("Option") == option["Name"]:
                return {
                    "Name": category["Name"],
                    "Option": option["Name"],
                    "TrackingCategoryID": category["TrackingCategoryID"],
                    "TrackingOptionID": option["TrackingOptionID"],
                }
    return None


def default_users(organisation: str) -> list[Json]:
    """The connecting user, a standard user and no adviser, so that the period lock date binds the API."""
    return [
        {
            "UserID": steady_id(organisation, "user"),
            "EmailAddress": "close-bot@sandbox.example",
            "FirstName": "Close",
            "LastName": "Desk",
            "IsSubscriber": False,
            "OrganisationRole": "STANDARD",
        }
    ]
