"""One organisation's chart of accounts, tax rates and base currency, as the rules and the ledger look things up."""

from decimal import Decimal

from sandbox.xero.store import Store
from sandbox.xero.wire import Json, number

CLASS_OF_TYPE = {
    "BANK": "ASSET", "CURRENT": "ASSET", "FIXED": "ASSET", "INVENTORY": "ASSET", "NONCURRENT": "ASSET",
    "PREPAYMENT": "ASSET", "CURRLIAB": "LIABILITY", "LIABILITY": "LIABILITY", "TERMLIAB": "LIABILITY",
    "PAYGLIABILITY": "LIABILITY", "SUPERANNUATIONLIABILITY": "LIABILITY", "PAYG": "LIABILITY",
    "WAGESPAYABLELIABILITY": "LIABILITY", "EQUITY": "EQUITY", "REVENUE": "REVENUE", "SALES": "REVENUE",
    "OTHERINCOME": "REVENUE", "EXPENSE": "EXPENSE", "DIRECTCOSTS": "EXPENSE", "OVERHEADS": "EXPENSE",
    "DEPRECIATN": "EXPENSE", "WAGESEXPENSE": "EXPENSE", "SUPERANNUATIONEXPENSE": "EXPENSE",
}  # fmt: skip

# (SystemAccount, usual code, name, type) of the accounts every Xero organisation has from its first day.
SYSTEM_ACCOUNTS = (
    ("DEBTORS", "610", "Accounts Receivable", "CURRENT"),
    ("CREDITORS", "800", "Accounts Payable", "CURRLIAB"),
    ("GST", "820", "GST", "CURRLIAB"),
    ("HISTORICAL", "840", "Historical Adjustment", "CURRLIAB"),
    ("ROUNDING", "860", "Rounding", "CURRLIAB"),
    ("TRACKINGTRANSFERS", "877", "Tracking Transfers", "CURRLIAB"),
    ("RETAINEDEARNINGS", "960", "Retained Earnings", "EQUITY"),
    ("BANKCURRENCYGAIN", "497", "Bank Revaluations", "EXPENSE"),
    ("UNREALISEDCURRENCYGAIN", "498", "Unrealised Currency Gains", "EXPENSE"),
    ("REALISEDCURRENCYGAIN", "499", "Realised Currency Gains", "EXPENSE"),
)

_APPLIES = {
    "ASSET": "CanApplyToAssets", "LIABILITY": "CanApplyToLiabilities", "EQUITY": "CanApplyToEquity",
    "REVENUE": "CanApplyToRevenue", "EXPENSE": "CanApplyToExpenses",
}  # fmt: skip


class Chart:
    """Accounts by code, id and system role; tax rates by type."""

    def __init__(self, organisation: Json, accounts: list[Json], tax_rates: list[Json]) -> None:
        self.organisation = organisation
        self.currency = str(organisation.get("BaseCurrency", ""))
        self.accounts = accounts
        self.by_id: dict[str, Json] = {str(row["AccountID"]).lower(): row for row in accounts}
        self.by_code: dict[str, Json] = {str(row["Code"]).lower(): row for row in accounts if row.get("Code")}
        self.system: dict[str, Json] = {row["SystemAccount"]: row for row in accounts if row.get("SystemAccount")}
        self.tax_rates = {str(row["TaxType"]): row for row in tax_rates}

    @classmethod
    def of(cls, store: Store, organisation: str) -> "Chart":
        """The chart as the store holds it now."""
        body = store.organisation(organisation) or {}
        return cls(body, store.all(organisation, "accounts"), store.all(organisation, "taxrates"))

    def find(self, reference: Json) -> Json | None:
        """The account a body names by AccountID, AccountCode or Code; nothing when it is unknown."""
        identity = reference.get("AccountID")
        if identity and str(identity).lower() in self.by_id:
            return self.by_id[str(identity).lower()]
        code = reference.get("AccountCode") or reference.get("Code")
        return self.by_code.get(str(code).lower()) if code not in (None, "") else None

    def system_id(self, role: str) -> str:
        """The AccountID of a system account; books are completed at loading, so that it always exists."""
        return str(self.system[role]["AccountID"])

    def rate_percent(self, tax_type: str | None) -> Decimal:
        """The effective rate of a tax type in percent; 0 for NONE and for types the organisation lacks."""
        rate = self.tax_rates.get(tax_type or "NONE")
        return number(rate.get("EffectiveRate", 0)) if rate else Decimal(0)

    def applies(self, tax_type: str, account: Json) -> bool:
        """Whether Xero lets this tax type stand on a line of this account."""
        rate = self.tax_rates.get(tax_type)
        if rate is None or tax_type == "NONE":
            return True
        return bool(rate.get(_APPLIES.get(str(account.get("Class")), ""), True))


def in_base_currency(account: Json, chart: Chart) -> bool:
    """Whether an account is kept in the organisation's own currency."""
    return str(account.get("CurrencyCode") or chart.currency) == chart.currency
