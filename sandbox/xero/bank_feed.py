"""The bank reconciliation page: statement lines beside what the ledger has for them, and the OK a person clicks."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from io import StringIO
from itertools import combinations

from sandbox.xero.ledger_pages import account_page
from sandbox.xero.markup import Markup, day, join, subheading, text
from sandbox.xero.pages_shared import Asked
from sandbox.xero.refusals import NotFoundError
from sandbox.xero.simulator import Session
from sandbox.xero.wire import Json, money, ms_date, parse_date, steady_id

PATH = "bank/bankrec.aspx"
KIND = "statementlines"
_OFFERED = (
    ("banktransactions", "BankTransactionID"),
    ("batchpayments", "BatchPaymentID"),
    ("payments", "PaymentID"),
)
"""What the page offers beside a line of the bank, by the name of its id."""
_COLUMNS = ("Date", "Amount", "Payee", "Description", "Reference")


def bank_feed_page(session: Session, asked: Asked, *, saved: str = "", problem: str = "") -> Markup:
    """A bank account's postings, its statement lines that wait for an OK, and the import of a statement."""
    account = _account(session, asked)
    lines = [line for line in _lines(session, account) if line["Status"] == "UNRECONCILED"]
    parts = [account_page(session, asked), subheading("Statement lines to reconcile")]
    if saved:
        parts.append(Markup(f'<p class="good" role="status">{text(saved)}</p>'))
    if problem:
        parts.append(Markup(f'<p class="bad" role="alert">{text(problem)}</p>'))
    parts += [_shown(session, account, line) for line in lines]
    if not lines:
        parts.append(Markup('<p class="mute">No statement line waits.</p>'))
    words = "Import a statement (CSV: Date, Amount, Payee, Description, Reference; money spent is negative)"
    parts.append(
        Markup(
            f'<form method="post"><label for="statement">{text(words)}</label>'
            '<textarea id="statement" name="statement" rows="4"></textarea><br>'
            '<button type="submit">Import statement</button></form>'
        )
    )
    return join(parts)


def _shown(session: Session, account: Json, line: Json) -> Markup:
    """One statement line with the entry it matches to the cent, and the OK for it."""
    said = f"{day(line['Date'])} {line.get('Payee') or ''} {line.get('Reference') or ''} {money(line['Amount']):.2f}"
    found = candidates(session, account, line)
    if not found:
        return Markup(f"<p>{text(said)} <i>no entry of this amount</i></p>")
    kind, identity, words = found[0]
    hidden = "".join(
        f'<input type="hidden" name="{name}" value="{text(value)}">'
        for name, value in (("line", line["StatementLineID"]), ("kind", kind), ("entry", identity))
    )
    return Markup(
        f'<form method="post"><p>{text(said)} = {text(words)} {hidden}<button type="submit">OK</button></p></form>'
    )


def candidates(session: Session, account: Json, line: Json) -> list[tuple[str, str, str]]:
    """(kind, id, words) of the unreconciled entries of this account with exactly this amount, the nearest first.

    Where there is none, of the two entries of one contact and day that come to it, joined by `+`: what a person finds
    there by Find & Match.
    """
    when, amount = parse_date(line["Date"]), money(line["Amount"])
    open_entries = list(_open_entries(session, account))
    found = [each for each in open_entries if each.amount == amount] or _in_twos(open_entries, amount)
    ranked = sorted((abs((each.on - when).days), each.kind, each.identity, each.words) for each in found)
    return [(kind, identity, words) for _, kind, identity, words in ranked]


@dataclass(frozen=True)
class _Entry:
    """What may stand beside a line: one entry, or two that are joined."""

    kind: str
    identity: str
    who: str
    on: date
    amount: Decimal
    words: str


def _in_twos(entries: list[_Entry], amount: Decimal) -> list[_Entry]:
    return [
        _Entry(
            f"{one.kind}+{other.kind}", f"{one.identity}+{other.identity}", one.who, one.on, amount,
            f"{one.words} {one.amount:.2f} + {other.words} {other.amount:.2f}",
        )
        for one, other in combinations(entries, 2)
        if one.amount + other.amount == amount and (one.who, one.on) == (other.who, other.on) and one.who
    ]  # fmt: skip


def _open_entries(session: Session, account: Json) -> Iterator[_Entry]:
    """The unreconciled entries of an account; a batch is one."""
    for kind, field in _OFFERED:
        for row in session.store.all(session.identity, kind):
            bank = (row.get("BankAccount") or row.get("Account") or {}).get("AccountID")
            if bank != account["AccountID"] or row["Status"] != "AUTHORISED" or row.get("IsReconciled"):
                continue
            if kind == "payments" and (row.get("BatchPaymentID") or row.get("BatchPayment")):
                continue  # the bank shows a batch as one sum, and so does this page
            who = (row.get("Contact") or (row.get("Invoice") or {}).get("Contact") or {}).get("Name") or ""
            words = f"{day(row['Date'])} {who} {row.get('Reference') or ''}"
            yield _Entry(kind, str(row[field]), who, parse_date(row["Date"]), _signed(row), words)


def _signed(row: Json) -> Decimal:
    """What an entry does to its bank account: received is positive."""
    if "TotalAmount" in row:
        return money(row["TotalAmount"]) * (1 if row["Type"] == "RECBATCH" else -1)
    if "PaymentID" in row:
        received = row["PaymentType"] in ("ACCRECPAYMENT", "APCREDITPAYMENT")
        return money(row["BankAmount"]) if received else -money(row["BankAmount"])
    return money(row["Total"]) if str(row["Type"]).startswith("RECEIVE") else -money(row["Total"])


def press(session: Session, asked: Asked, form: dict[str, str]) -> tuple[str, str]:
    """Do what the form asks, an OK or an import; returns (what was done, what is wrong), one of them empty."""
    account = _account(session, asked)
    if "statement" in form:
        return _import(session, account, form["statement"])
    line = session.get(KIND, form.get("line", ""))
    if line is None or line["Status"] != "UNRECONCILED":
        return "", "This statement line has been reconciled already."
    matches = [(kind, identity) for kind, identity, _ in candidates(session, account, line)]
    kind, identity = form.get("kind", ""), form.get("entry", "")
    if (kind, identity) not in matches:
        return "", "The entry no longer matches this statement line."
    with session.store.transaction():
        for one_kind, one in zip(kind.split("+"), identity.split("+"), strict=True):
            _reconcile(session, one_kind, one)
        session.save(KIND, str(line["StatementLineID"]), line | {"Status": "RECONCILED", "Entry": identity})
    return "Reconciled.", ""


def _reconcile(session: Session, kind: str, identity: str) -> None:
    entry = (session.get(kind, identity) or {}) | {"IsReconciled": True}
    if kind == "batchpayments":
        for paid in entry["Payments"]:
            _reconcile(session, "payments", str(paid["PaymentID"]))
    settled = entry.get("Invoice") or entry.get("CreditNote") or {}
    number = str(settled.get("InvoiceID") or settled.get("CreditNoteID") or "").lower()
    session.save(kind, identity, entry, number=number or None)
    session.note(kind, identity, "Reconciled", "Matched with a statement line")
    for transfer in session.store.mentioning(session.identity, "banktransfers", identity):
        for side in ("From", "To"):
            if transfer[f"{side}BankTransactionID"] == identity:
                transfer[f"{side}IsReconciled"] = True
        session.save("banktransfers", str(transfer["BankTransferID"]), transfer)


def _import(session: Session, account: Json, statement: str) -> tuple[str, str]:
    rows = list(csv.DictReader(StringIO(statement.strip())))
    try:
        lines = [statement_line(session.identity, account, dict(row), place) for place, row in enumerate(rows)]
    except (KeyError, TypeError, ValueError) as error:
        return "", f"The statement cannot be read: {error}. Its first line names {', '.join(_COLUMNS)}."
    known = {str(line["StatementLineID"]) for line in _lines(session, account)}
    fresh = [line for line in lines if line["StatementLineID"] not in known]
    with session.store.transaction():
        for line in fresh:
            session.save(KIND, str(line["StatementLineID"]), line)
    return f"{len(fresh)} statement lines were imported.", ""


def statement_line(organisation: str, account: Json, given: Json, place: int) -> Json:
    """A statement line of a bank account, waiting; the same line gets the same id. Raises KeyError, ValueError."""
    done = {name: str(given.get(name) or "") for name in _COLUMNS[2:]}
    when, amount = parse_date(given["Date"]), money(given["Amount"])
    identity = given.get("StatementLineID") or steady_id(organisation, account["AccountID"], when, amount, place)
    status = given.get("Status") or "UNRECONCILED"
    whose = {"StatementLineID": str(identity), "AccountID": account["AccountID"], "Status": status}
    return done | whose | {"Date": ms_date(when), "Amount": amount}


def _account(session: Session, asked: Asked) -> Json:
    found = session.chart.by_id.get(asked.get("accountid", "").lower())
    if found is None:
        raise NotFoundError
    return found


def _lines(session: Session, account: Json) -> list[Json]:
    rows = session.store.all(session.identity, KIND)
    return [row for row in rows if row["AccountID"] == account["AccountID"]]
