"""Makes Xero documents of balanced ledger entries: money through one bank account, transfers, and manual journals."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sandbox.xero.ledger_accounts import LedgerAccounts
from sandbox.xero.wire import Json, steady_id


@dataclass(frozen=True)
class Row:
    """One line of the ledger; a debit is positive."""

    line: int
    day: date
    account: str
    amount: Decimal
    entry: str = ""
    reference: str = ""
    contact: str = ""
    description: str = ""
    reconciled: bool = False


def documents_of(groups: list[list[Row]], accounts: LedgerAccounts, organisation: str) -> Json:
    """BankTransactions, BankTransfers and ManualJournals of these entries."""
    documents: Json = {"BankTransactions": [], "BankTransfers": [], "ManualJournals": []}
    for place, group in enumerate(groups, start=1):
        identity = steady_id(organisation, "entry", place)
        banks = {row.account for row in group if accounts.is_bank(row.account)}
        moved = {bank: sum((row.amount for row in group if row.account == bank), Decimal(0)) for bank in banks}
        others = [row for row in group if row.account not in banks]
        if len(banks) == 1 and others and any(moved.values()):
            documents["BankTransactions"].append(_bank_transaction(group, others, moved, accounts, identity))
        elif len(banks) == 2 and not others and any(moved.values()):
            documents["BankTransfers"].append(_transfer(group, moved, accounts, identity))
        else:
            documents["ManualJournals"].append(_journal(group, accounts, identity))
    return documents


def _first(rows: list[Row], field: str) -> str:
    return next((str(getattr(row, field)) for row in rows if getattr(row, field)), "")


def _bank_transaction(
    group: list[Row], others: list[Row], moved: dict[str, Decimal], accounts: LedgerAccounts, identity: str
) -> Json:
    bank, amount = next(iter(moved.items()))
    sign = -1 if amount > 0 else 1  # what is received is credited to the other accounts
    lines = [
        {
            "Description": row.description,
            "AccountID": accounts.rows[row.account]["AccountID"],
            "Quantity": 1,
            "UnitAmount": sign * row.amount,
            "LineAmount": sign * row.amount,
            "TaxType": "NONE",
        }
        for row in others
    ]
    document: Json = {
        "BankTransactionID": identity,
        "Type": "RECEIVE" if amount > 0 else "SPEND",
        "BankAccount": {"AccountID": accounts.rows[bank]["AccountID"]},
        "Date": group[0].day.isoformat(),
        "Status": "AUTHORISED",
        "LineAmountTypes": "NoTax",
        "LineItems": lines,
        "Reference": _first(group, "reference") or _first(group, "entry"),
        "IsReconciled": any(row.reconciled for row in group if row.account == bank),
    }
    contact = _first(group, "contact")
    if contact:
        document["Contact"] = {"Name": contact}
    return document


def _transfer(group: list[Row], moved: dict[str, Decimal], accounts: LedgerAccounts, identity: str) -> Json:
    (first, amount), (second, _) = moved.items()
    from_bank, to_bank = (second, first) if amount > 0 else (first, second)
    return {
        "BankTransferID": identity,
        "FromBankAccount": {"AccountID": accounts.rows[from_bank]["AccountID"]},
        "ToBankAccount": {"AccountID": accounts.rows[to_bank]["AccountID"]},
        "Amount": abs(amount),
        "Date": group[0].day.isoformat(),
        "Reference": _first(group, "reference") or _first(group, "entry"),
        "FromIsReconciled": any(row.reconciled for row in group if row.account == from_bank),
        "ToIsReconciled": any(row.reconciled for row in group if row.account == to_bank),
    }


def _journal(group: list[Row], accounts: LedgerAccounts, identity: str) -> Json:
    label = _first(group, "entry") or _first(group, "reference")
    words = [part for part in (label, _first(group, "contact"), _first(group, "description")) if part]
    return {
        "ManualJournalID": identity,
        "Date": group[0].day.isoformat(),
        "Status": "POSTED",
        "Narration": " · ".join(words) or "Ledger entry",
        "LineAmountTypes": "NoTax",
        "JournalLines": [
            {
                "AccountID": accounts.rows[row.account]["AccountID"],
                "LineAmount": row.amount,
                "Description": row.description,
                "TaxType": "NONE",
            }
            for row in group
        ],
    }
