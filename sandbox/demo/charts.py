"""The standard Xero chart of accounts, with the few accounts that differ between countries."""

from __future__ import annotations

from typing import NamedTuple

from sandbox.demo.identity import identifier
from sandbox.demo.taxes import Taxes

CLASSES = {
    "BANK": "ASSET", "CURRENT": "ASSET", "PREPAYMENT": "ASSET", "INVENTORY": "ASSET", "FIXED": "ASSET",
    "CURRLIAB": "LIABILITY", "TERMLIAB": "LIABILITY", "EQUITY": "EQUITY",
    "REVENUE": "REVENUE", "OTHERINCOME": "REVENUE",
    "DIRECTCOSTS": "EXPENSE", "EXPENSE": "EXPENSE", "OVERHEADS": "EXPENSE",
}  # fmt: skip


class Row(NamedTuple):
    """One line of a chart; `tax` says which of the country's codes is the default for it."""

    code: str
    name: str
    type: str
    tax: str = "none"
    system: str = ""
    payments: bool = False


class Bank(NamedTuple):
    """A bank account or credit card and the currency it is kept in."""

    code: str
    name: str
    number: str
    currency: str
    kind: str = "BANK"


COMMON = (
    Row("200", "Sales", "REVENUE", "income"),
    Row("260", "Other Revenue", "REVENUE", "income"),
    Row("270", "Interest Income", "REVENUE", "free_income"),
    Row("310", "Cost of Goods Sold", "DIRECTCOSTS", "expense"),
    Row("400", "Advertising", "EXPENSE", "expense"),
    Row("404", "Bank Fees", "EXPENSE", "free_expense"),
    Row("408", "Cleaning", "EXPENSE", "expense"),
    Row("412", "Consulting & Accounting", "EXPENSE", "expense"),
    Row("416", "Depreciation", "EXPENSE"),
    Row("420", "Entertainment", "EXPENSE", "expense"),
    Row("425", "Freight & Courier", "EXPENSE", "expense"),
    Row("429", "General Expenses", "EXPENSE", "expense"),
    Row("433", "Insurance", "EXPENSE", "expense"),
    Row("437", "Interest Expense", "EXPENSE", "free_expense"),
    Row("441", "Legal expenses", "EXPENSE", "expense"),
    Row("445", "Light, Power, Heating", "EXPENSE", "expense"),
    Row("449", "Motor Vehicle Expenses", "EXPENSE", "expense"),
    Row("453", "Office Expenses", "EXPENSE", "expense"),
    Row("469", "Rent", "EXPENSE", "expense"),
    Row("473", "Repairs and Maintenance", "EXPENSE", "expense"),
    Row("485", "Subscriptions", "EXPENSE", "expense"),
    Row("489", "Telephone & Internet", "EXPENSE", "expense"),
    Row("493", "Travel - National", "EXPENSE", "expense"),
    Row("497", "Bank Revaluations", "EXPENSE", system="BANKCURRENCYGAIN"),
    Row("498", "Unrealised Currency Gains", "EXPENSE", system="UNREALISEDCURRENCYGAIN"),
    Row("499", "Realised Currency Gains", "EXPENSE", system="REALISEDCURRENCYGAIN"),
    Row("610", "Accounts Receivable", "CURRENT", system="DEBTORS"),
    Row("710", "Office Equipment", "FIXED", "expense"),
    Row("711", "Less Accumulated Depreciation on Office Equipment", "FIXED"),
    Row("800", "Accounts Payable", "CURRLIAB", system="CREDITORS"),
    Row("801", "Unpaid Expense Claims", "CURRLIAB", system="UNPAIDEXPCLM"),
    Row("805", "Accruals", "CURRLIAB"),
    Row("840", "Historical Adjustment", "CURRLIAB", system="HISTORICAL"),
    Row("850", "Suspense", "CURRLIAB", payments=True),
    Row("860", "Rounding", "CURRLIAB", system="ROUNDING"),
    Row("877", "Tracking Transfers", "CURRLIAB", system="TRACKINGTRANSFERS"),
    Row("900", "Loan", "TERMLIAB"),
    Row("960", "Retained Earnings", "EQUITY", system="RETAINEDEARNINGS"),
)
AUSTRALIAN = (
    Row("477", "Wages and Salaries", "EXPENSE"),
    Row("478", "Superannuation", "EXPENSE"),
    Row("505", "Income Tax Expense", "EXPENSE"),
    Row("620", "Prepayments", "CURRENT"),
    Row("804", "Wages Payable - Payroll", "CURRLIAB", system="WAGEPAYABLES"),
    Row("820", "GST", "CURRLIAB", system="GST"),
    Row("825", "PAYG Withholdings Payable", "CURRLIAB"),
    Row("826", "Superannuation Payable", "CURRLIAB"),
    Row("970", "Owner A Share Capital", "EQUITY"),
)
NEW_ZEALANDER = (
    Row("477", "Salaries", "EXPENSE"),
    Row("478", "KiwiSaver Employer Contributions", "EXPENSE"),
    Row("505", "Income Tax Expense", "EXPENSE"),
    Row("620", "Prepayments", "PREPAYMENT"),
    Row("814", "Wages Payable - Payroll", "CURRLIAB", system="WAGEPAYABLES"),
    Row("820", "GST", "CURRLIAB", system="GST"),
    Row("825", "PAYE Payable", "CURRLIAB"),
    Row("970", "Owner A Share Capital", "EQUITY"),
)
BRITISH = (
    Row("463", "IT Software and Consumables", "OVERHEADS", "expense"),
    Row("465", "Rates", "OVERHEADS", "free_expense"),
    Row("477", "Salaries", "OVERHEADS"),
    Row("479", "Employers National Insurance", "OVERHEADS"),
    Row("482", "Pensions Costs", "OVERHEADS"),
    Row("500", "Corporation Tax", "OVERHEADS"),
    Row("620", "Prepayments", "CURRENT"),
    Row("814", "Wages Payable - Payroll", "CURRLIAB", system="WAGEPAYABLES"),
    Row("820", "VAT", "CURRLIAB", system="GST"),
    Row("825", "PAYE & NIC Payable", "CURRLIAB"),
    Row("858", "Pensions Payable", "CURRLIAB"),
    Row("950", "Capital - Ordinary Shares", "EQUITY"),
)


def accounts_json(
    client: str, banks: tuple[Bank, ...], rows: tuple[Row, ...], taxes: Taxes, updated: str
) -> list[dict[str, object]]:
    """The Accounts collection: banks first, then the chart in code order."""
    codes = taxes._asdict()
    chart = [_chart_json(client, row, str(codes[row.tax]), updated) for row in sorted(rows)]
    return [_bank_json(client, bank, taxes.none, updated) for bank in banks] + chart


def _bank_json(client: str, bank: Bank, tax: str, updated: str) -> dict[str, object]:
    return {
        "AccountID": identifier(client, "Account", bank.code),
        "Code": bank.code,
        "Name": bank.name,
        "Type": "BANK",
        "BankAccountNumber": bank.number,
        "BankAccountType": bank.kind,
        "CurrencyCode": bank.currency,
        "Class": "ASSET",
        "Status": "ACTIVE",
        "TaxType": tax,
        "EnablePaymentsToAccount": False,
        "ShowInExpenseClaims": False,
        "UpdatedDateUTC": updated,
    }


def _chart_json(client: str, row: Row, tax: str, updated: str) -> dict[str, object]:
    ledger: dict[str, object] = {
        "AccountID": identifier(client, "Account", row.code),
        "Code": row.code,
        "Name": row.name,
        "Type": row.type,
        "Class": CLASSES[row.type],
        "Status": "ACTIVE",
        "TaxType": tax,
        "EnablePaymentsToAccount": row.payments,
        "ShowInExpenseClaims": False,
        "UpdatedDateUTC": updated,
    }
    if row.system:
        ledger["SystemAccount"] = row.system
    return ledger
