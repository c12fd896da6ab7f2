"""The names that banks give their columns, in seven languages, and which column of a table is what."""

from __future__ import annotations

import re
from collections.abc import Sequence
from unicodedata import normalize

from agents.reconciliation.statements.words import ask, clean

_NAMES = {
    "date": "booking date|buchungstag|buchungsdatum|posted date|posting date|post date|date posted|entry date|"
    "processed date|process date|processing date|boekdatum|date comptable|date de comptabilisation|"
    "fecha contable|fecha operacion|data contabile|"
    "date|datum|fecha|data|transaction date|trans date|txn date|date of transaction|tran date|effective date|"
    "date operation|date de l operation|data operazione|data mov|transactiedatum|completed date|started date|"
    "date utc|bank date|statement date",
    "value_date": "value date|valuta|valutadatum|wertstellung|wert|date valeur|date de valeur|fecha valor|data valuta|"
    "rentedatum|interest date|effective date",
    "amount": "amount|betrag|umsatz|montant|importe|importo|bedrag|transaction amount|net amount|net|"
    "amount local|value|sum|monto|transactiebedrag|paid amount|billing amount|value in account currency",
    "debit": "debit|debits|debit amount|money out|paid out|withdrawal|withdrawals|withdrawal amount|withdrawal amt|"
    "payments|soll|belastung|lastschrift|debe|cargo|cargos|dare|uscite|debito|af|out|spent|amount out|expense|"
    "money out gbp|dr|dr amount|debit amt",
    "credit": "credit|credits|credit amount|money in|paid in|deposit|deposits|deposit amount|deposit amt|receipts|"
    "haben|gutschrift|haber|abono|abonos|avere|entrate|credito|bij|in|received|amount in|cr|cr amount|credit amt",
    "indicator": "dr cr|cr dr|debit credit|credit debit|debit credit indicator|credit debit indicator|"
    "cr dr indicator|dr cr indicator|indicator|d c|c d|soll haben|s h|af bij|sens|sign|direction|"
    "type|transaction type|credit or debit|kind",
    "balance": "balance|running balance|account balance|closing balance|saldo|solde|balance after|kontostand|"
    "ledger balance|saldo nach buchung|saldo na mutatie|available balance|saldo contabile|current balance",
    "payer": "payee|payer|other party|other party name|counterparty|counter party|counterparty name|name|"
    "beguenstigter zahlungspflichtiger|auftraggeber empfaenger|auftraggeber|empfaenger|zahlungsbeteiligter|"
    "zahlungspflichtiger|zahlungsempfaenger|naam tegenpartij|naam|tegenpartij|tiers|beneficiaire|nombre|"
    "naam omschrijving|merchant|merchant name|contact|from to|to from|beguenstigter|name zahlungsbeteiligter",
    "reference": "reference|ref|customer reference|payment reference|your reference|referenz|kundenreferenz|"
    "kundenreferenz end to end|end to end|betalingskenmerk|kenmerk|referencia|riferimento|cheque number|check number|"
    "cheque no|chq no|cheque|check no|serial|chq ref no|code",
    "description": "description|transaction description|details|transaction details|narrative|narration|memo|"
    "particulars|verwendungszweck|buchungstext|text|vorgang|omschrijving|mededelingen|libelle|concepto|descripcion|"
    "descrizione|causale|remarks|note|notes|additional information|information|mitteilung|motif|remittance "
    "information|analysis|payment details|bank description|avisierungstext",
    "currency": "currency|ccy|curr|waehrung|devise|divisa|moneda|valuta code|munt|currency code|account currency",
    "account": "account|account number|account no|iban|konto|kontonummer|auftragskonto|rekening|iban bban|compte|"
    "cuenta|conto|acc number|acct|account id|bank account|own account|iban auftragskonto",
    "bank_id": "transaction id|transaction number|transaction reference|fitid|fit id|unique id|id|bank reference|"
    "transaction no|tran id|transactie id|volgnr|volgnummer|sequence number|mandatsreferenz intern|bank id|"
    "transaction unique id|statementlineid|entry reference",
    "status": "status|state|transaction status|buchungsstatus",
}
_PLACE = {name: (role, place) for role, names in _NAMES.items() for place, name in enumerate(names.split("|"))}
_PLACE["valuta"] = ("value_date", 1)
SEVERAL = ("description", "reference", "payer")
"""Roles whose columns are read together; of the others the best-named column counts."""
_LONGEST = 80
"""Characters of a column's name that are compared."""
_FOLDED = str.maketrans({"ß": "ss", "ä": "ae", "ö": "oe", "ü": "ue", "Ä": "ae", "Ö": "oe", "Ü": "ue"})
_IN_BRACKETS = re.compile(r"[(\[]([A-Za-z]{3})[)\]]\s*$|\b(AUD|NZD|GBP|EUR|USD|CAD|SGD|HKD|CHF|ZAR|JPY)$")


def plain(name: str) -> str:
    """A column's name for comparing: small letters and figures, one space between words."""
    folded = normalize("NFKD", clean(name[:_LONGEST]).translate(_FOLDED)).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", " ", re.sub(r"[(\[].*?[)\]]", " ", folded)).strip()


def role_of(name: str) -> tuple[str, int] | None:
    """(role, how far down the list of its names) of a column's name, or None; a currency behind it is left out."""
    known = plain(name)
    shorter = re.sub(r" (?:in )?[a-z]{3}$", "", known)
    return _PLACE.get(known) or _PLACE.get(shorter)


def is_header(cells: Sequence[str]) -> bool:
    """Whether a row names columns: at least one of dates and one of money."""
    found = {role[0] for cell in cells if (role := role_of(cell))}
    return bool(found & {"date", "value_date"}) and bool(found & {"amount", "debit", "credit"})


def roles_of(header: Sequence[str]) -> tuple[str, ...]:
    """One role a column; empty for a column that is not read. Asks when two columns claim the same name."""
    roles, best = [""] * len(header), dict[str, tuple[int, int]]()
    for place, name in enumerate(header):
        if (found := role_of(name)) is None:
            continue
        role, rank = found
        if role in SEVERAL:
            roles[place] = role
        elif role not in best or rank < best[role][0]:
            best[role] = (rank, place)
        elif rank == best[role][0]:
            raise ask(
                f"Two columns are called “{clean(name)[:40]}”.",
                "Say which of them is the one to read, or leave the other out of the export.",
                "ask_columns",
            )
    for role, (_, place) in best.items():
        roles[place] = role
    if "date" not in best and "value_date" in best:
        roles[best["value_date"][1]] = "date"
    if "amount" in best and {"debit", "credit"} <= set(best):
        roles[best["amount"][1]] = ""
    return tuple(roles)


def currency_in(header: Sequence[str], roles: Sequence[str]) -> str:
    """The currency that the money columns' own names give (`Amount (GBP)`), or nothing."""
    for name, role in zip(header, roles, strict=False):  # a bare table has no header
        found = _IN_BRACKETS.search(clean(name)) if role in ("amount", "debit", "credit", "balance") else None
        if found and role_of(clean(name)[: found.start()] or name):
            code = (found[1] or found[2]).upper()
            if plain(name) != code.lower():
                return code
    return ""
