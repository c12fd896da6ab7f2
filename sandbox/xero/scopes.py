"""Which scope a call needs: the granular ones of 2026, and the broad ones that they replace."""

import re

_SETTINGS = (
    "accounts", "brandingthemes", "currencies", "invoicereminders", "organisation", "organisations", "paymentservices",
    "setup", "taxrates", "trackingcategories", "users",
)  # fmt: skip
_NOUNS = dict.fromkeys(_SETTINGS, ("settings",)) | {
    "contacts": ("contacts",),
    "contactgroups": ("contacts",),
    "invoices": ("invoices", "transactions"),
    "creditnotes": ("invoices", "transactions"),
    "quotes": ("invoices", "transactions"),
    "purchaseorders": ("invoices", "transactions"),
    "repeatinginvoices": ("invoices", "transactions"),
    "linkedtransactions": ("invoices", "transactions"),
    "items": ("invoices", "settings"),
    "payments": ("payments", "transactions"),
    "batchpayments": ("payments", "transactions"),
    "overpayments": ("payments", "transactions"),
    "prepayments": ("payments", "transactions"),
    "banktransactions": ("banktransactions", "transactions"),
    "banktransfers": ("banktransactions", "transactions"),
    "manualjournals": ("manualjournals", "transactions"),
}
_REPORTS = {
    "agedpayablesbycontact": "aged",
    "agedreceivablesbycontact": "aged",
    "balancesheet": "balancesheet",
    "banksummary": "banksummary",
    "budgetsummary": "budgetsummary",
    "executivesummary": "executivesummary",
    "profitandloss": "profitandloss",
    "trialbalance": "trialbalance",
}
_OTHER_NOUNS = {"files.xro": "files", "payroll.xro": "payroll.payruns", "projects.xro": "projects",
                "finance.xro": "finance.bankstatementsplus"}  # fmt: skip
_WRITABLE = ("settings", "contacts", "attachments", "transactions", "invoices", "payments", "banktransactions",
             "manualjournals")  # fmt: skip
_READABLE = ("journals", "budgets", "reports", *(f"reports.{one}" for one in (*_REPORTS.values(), "taxreports")))
_OTHER = re.compile(r"(files|assets|projects)(\.read)?|(payroll|finance|bankfeeds|practicemanager)(\.[a-z]+)*")
KNOWN = frozenset(
    {"openid", "profile", "email", "offline_access"}
    | {f"accounting.{one}" for one in _WRITABLE}
    | {f"accounting.{one}.read" for one in (*_WRITABLE, *_READABLE)}
)
EVERYTHING = " ".join(
    sorted(
        {f"accounting.{one}" for one in _WRITABLE if one != "transactions"}
        | {f"accounting.{one}.read" for one in _READABLE if one != "reports"}
        | {"files", "payroll.payruns.read", "projects.read", "finance.bankstatementsplus.read"}
    )
)
"""What a custom connection of the sandbox may do: all of it, in granular scopes."""


def is_known(scope: str) -> bool:
    """Whether Xero has a scope of this name."""
    return scope in KNOWN or _OTHER.fullmatch(scope) is not None


def is_allowed(method: str, path: str, scopes: list[str]) -> bool:
    """Whether a token with these scopes may make this call; `path` stands below /api.xro/2.0."""
    needed = _needed(method, path)
    return not needed or bool(needed & set(scopes))


def _needed(method: str, path: str) -> set[str]:
    """The scopes of which one is enough; none for a path that nobody knows."""
    steps = [step.lower() for step in path.split("/") if step]
    noun = steps[0] if steps else ""
    if noun == "reports":
        report = _REPORTS.get(steps[1] if len(steps) > 1 else "", "taxreports")
        return {"accounting.reports.read", f"accounting.reports.{report}.read"}
    if noun in _OTHER_NOUNS:
        return {f"{_OTHER_NOUNS[noun]}{end}" for end in (("", ".read") if method in ("GET", "HEAD") else ("",))}
    if noun in ("journals", "budgets"):
        return {f"accounting.{noun}.read"}
    names = ("attachments",) if "attachments" in steps[1:] else _NOUNS.get(noun, ())
    whole = {f"accounting.{name}" for name in names}
    return whole | {f"{name}.read" for name in whole} if method in ("GET", "HEAD") else whole
