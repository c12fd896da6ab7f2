"""The chart of accounts behind a general-ledger CSV: types, bank accounts and system accounts, told from words."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import count

from sandbox.xero.setting_up import BooksRefusedError
from sandbox.xero.wire import Json, steady_id

# (pattern over the class column, Xero account type); the first that fits counts
_TYPES: tuple[tuple[str, str], ...] = (
    (r"\bbank\b|^cash( and cash equivalents)?$|cash at bank", "BANK"),
    (r"receivable|debtor|prepayment|prepaid|current asset|inventory|stock", "CURRENT"),
    (r"non[- ]?current asset|long[- ]term asset|intangible", "NONCURRENT"),
    (r"fixed asset|property|plant|equipment|capital asset", "FIXED"),
    (r"non[- ]?current liab|long[- ]term liab|term liab", "TERMLIAB"),
    (r"payable|creditor|current liab|credit card|liabilit", "CURRLIAB"),
    (r"equity|capital|reserve|retained|shareholder", "EQUITY"),
    (r"cost of (goods|sales|revenue)|cogs|direct cost", "DIRECTCOSTS"),
    (r"depreciation|amorti[sz]ation", "DEPRECIATN"),
    (r"other (income|revenue)|non[- ]operating (income|revenue)", "OTHERINCOME"),
    (r"revenue|income|sales|turnover", "REVENUE"),
    (r"overhead", "OVERHEADS"),
    (r"expens|cost", "EXPENSE"),
    (r"asset", "CURRENT"),
)
_BY_NAME: tuple[tuple[str, str], ...] = (
    (
        r"expense|\bfees?\b|\brent\b|wages|salar|subscription|insurance|advertis|utilit|travel|repairs|interest paid",
        "EXPENSE",
    ),
    (r"^sales\b|revenue|\bincome\b", "REVENUE"),
    (r"receivable|debtors|prepayment|inventory", "CURRENT"),
    (r"payable|creditors|\bgst\b|\bvat\b|accru|\bloan\b", "CURRLIAB"),
    (r"retained|\bcapital\b|owner|drawings|equity", "EQUITY"),
    (r"suspense|clearing|undeposited|prepaid", "CURRENT"),
    (r"equipment|vehicle|furniture|computer", "FIXED"),
)
_BANK = re.compile(
    r"\b(bank|cheque|chequing|checking|savings?|current account|petty cash|cash (at|in|on) (bank|hand)|"
    r"cash account|operating account)\b|^cash$"
)
_NO_BANK = re.compile(r"clearing|suspense|receivable|guarantee|interest|deposits? paid|bond")
_ROLES: tuple[tuple[str, str, str], ...] = (
    ("DEBTORS", r"accounts? receivable|trade (debtors|receivables?)|^debtors( control)?( account)?$", "CURRENT"),
    ("CREDITORS", r"accounts? payable|trade (creditors|payables?)|^creditors( control)?( account)?$", "CURRLIAB"),
    ("GST", r"^(gst|vat|sales tax)( payable| control| collected| liability| account)*$", "CURRLIAB"),
    ("RETAINEDEARNINGS", r"retained (earnings|profits?)|accumulated (profits?|losses|surplus|funds)", "EQUITY"),
)


@dataclass
class LedgerAccounts:
    """The accounts met so far, by code or, without one, by name; each key is what rows refer to."""

    rows: dict[str, Json] = field(default_factory=dict)

    def take(self, code: str, name: str, class_text: str, line: int) -> str:
        """The key of the account a line names, added at its first use; raises BooksRefusedError when unnamed."""
        key = (code or name).lower()
        if not key:
            raise BooksRefusedError(f"Line {line} names no account.", "Give it an account code or name.")
        if key not in self.rows:
            kind = account_type(class_text, name or code)
            if kind is None:
                raise BooksRefusedError(
                    f"Line {line}: the account {name or code!r} has the class {class_text!r}, which is none of Asset, "
                    "Liability, Equity, Revenue and Expense.",
                    "Fill the class column.",
                )
            self.rows[key] = {
                "AccountID": steady_id("ledger account", code, name),
                "Code": code,
                "Name": name or code,
                "Type": kind,
                "TaxType": "NONE",
            }
        return key

    def is_bank(self, key: str) -> bool:
        """Whether the account is a bank account."""
        return bool(self.rows[key]["Type"] == "BANK")

    def as_xero(self) -> list[Json]:
        """The chart, with the control, tax and retained earnings accounts marked where a name tells them.

        An account without a code gets one: lines in Xero name their account by it.
        """
        taken = {row["Code"].lower() for row in self.rows.values()}
        free = (str(number) for number in count(1001) if str(number) not in taken)
        for row in self.rows.values():
            row["Code"] = row["Code"] or next(free)
        for role, pattern, kind in _ROLES:
            for row in self.rows.values():
                if "SystemAccount" not in row and row["Type"] == kind and re.search(pattern, row["Name"].lower()):
                    row["SystemAccount"] = role
                    break
        return list(self.rows.values())


def tells_classes(words: Iterable[str]) -> bool:
    """Whether a column's words are classes of accounts; a journal's own types (JD, Invoice, Bill) are none."""
    said = {word.strip().lower() for word in words} - {""}
    return not said or any(re.search(pattern, word) for pattern, _ in _TYPES for word in said)


def account_type(class_text: str, name: str) -> str | None:
    """Xero's account type for a class column and a name; nothing when neither tells."""
    words, low = class_text.strip().lower(), name.lower()
    found = next((kind for pattern, kind in _TYPES if re.search(pattern, words)), None) if words else None
    if found is None and not words:
        found = next((kind for pattern, kind in _BY_NAME if re.search(pattern, low)), None)
        if _BANK.search(low) and not _NO_BANK.search(low) and found in (None, "CURRENT"):
            return "BANK"
    if found == "CURRENT" and _BANK.search(low) and not _NO_BANK.search(low):
        return "BANK"
    if found == "EXPENSE" and re.search(r"cost of (goods|sales)|\bcogs\b", low):
        return "DIRECTCOSTS"
    return found
