"""Finds the columns of a general-ledger CSV under the names that accountants' systems give them."""

import re

# role -> header names, compared in lower case with everything but letters and digits taken out
_NAMES: dict[str, tuple[str, ...]] = {
    "date": ("date", "transaction date", "posting date", "posted date", "txn date", "trans date", "journal date",
             "entry date", "gl date", "document date", "doc date", "effective date", "accounting date", "value date"),
    "code": ("account code", "code", "account no", "account number", "account num", "acct", "acct no", "acct code",
             "acct number", "gl code", "gl account", "gl account code", "nominal code", "nominal", "n/c",
             "ledger code", "account id", "accountcode", "gl no"),
    "name": ("account name", "account", "account title", "account description", "gl account name", "nominal name",
             "nominal account name", "ledger account", "ledger", "ledger name", "acct name", "chart account"),
    "class": ("class", "account class", "account type", "type", "account category", "category", "account group",
              "classification", "acct type", "acct class", "account classification"),
    "debit": ("debit", "dr", "debits", "debit amount", "amount debit", "debit amt", "dr amount"),
    "credit": ("credit", "cr", "credits", "credit amount", "amount credit", "credit amt", "cr amount"),
    "amount": ("amount", "net", "net amount", "value", "signed amount", "amt", "base amount", "local amount"),
    "contact": ("contact", "contact name", "customer", "supplier", "vendor", "payee", "party", "counterparty",
                "customer supplier", "customer name", "supplier name", "vendor name", "entity", "name", "payee name"),
    "entry": ("journal no", "id no", "journal number", "journal id", "entry no", "entry number", "entry id",
              "transaction no", "transaction number", "transaction id", "txn id", "txn no", "trans no", "journal",
              "voucher", "voucher no", "voucher number", "batch no", "je number", "je no", "je", "entry",
              "journal entry"),
    "reference": ("reference", "ref", "reference number", "reference no", "ref no", "doc no", "document number",
                  "document no", "doc number", "invoice number", "invoice no", "cheque no", "check no", "num",
                  "source reference", "doc ref"),
    "description": ("description", "memo", "memo/description", "line memo", "narration", "details", "detail",
                    "particulars", "comment", "comments", "line description", "notes", "text",
                    "transaction description", "narrative", "explanation"),
    "reconciled": ("reconciled", "is reconciled", "cleared", "reconciled status", "clr"),
    "currency": ("currency", "currency code", "ccy", "base currency"),
}  # fmt: skip
_BRACKETS = re.compile(r"[(\[]\s*([^)\]]*)[)\]]")


def _plain(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", text.lower())


_ROLES = {_plain(name): role for role, names in _NAMES.items() for name in names}


def roles_of(header: list[str]) -> dict[str, int]:
    """Role -> column number of a header row; the first column that fits a role has it."""
    found: dict[str, int] = {}
    for place, title in enumerate(header):
        role = _ROLES.get(_plain(title)) or _ROLES.get(_plain(_BRACKETS.sub("", title)))
        if role is not None and role not in found:
            found[role] = place
    return found


def currency_in(header: list[str]) -> str:
    """The currency a header names in brackets, as in `Debit (NZD)`; nothing when it names none."""
    codes = [found.strip() for title in header for found in _BRACKETS.findall(title)]
    return next((code for code in codes if re.fullmatch(r"[A-Z]{3}", code)), "")


def missing_columns(roles: dict[str, int]) -> list[str]:
    """The columns a general ledger cannot do without and this header lacks, in words."""
    missing: list[str] = []
    if "date" not in roles:
        missing.append("date")
    if "code" not in roles and "name" not in roles:
        missing.append("account code or account name")
    if "amount" not in roles and not ("debit" in roles and "credit" in roles):
        missing.append("debit and credit (or one signed amount)")
    return missing
