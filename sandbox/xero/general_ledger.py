"""Turns a general ledger exported as CSV into books: an account a code, a document for each balanced entry."""

import csv
import io
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sandbox.xero.csv_columns import currency_in, missing_columns, roles_of
from sandbox.xero.csv_values import decimal_comma, read_amount, read_dates
from sandbox.xero.ledger_accounts import LedgerAccounts, tells_classes
from sandbox.xero.ledger_documents import Row, documents_of
from sandbox.xero.setting_up import BooksRefusedError
from sandbox.xero.wire import Json, steady_id, truthy

_COUNTRIES = {"AUD": "AU", "NZD": "NZ", "GBP": "GB", "USD": "US", "CAD": "CA", "SGD": "SG", "ZAR": "ZA"}
_HEADER_WITHIN = 40
_NOT_ENTRIES = ("total", "opening balance", "closing balance", "balance", "net movement", "grand total", "subtotal")


@dataclass(frozen=True)
class _Sheet:
    """The lines of the file: the header's roles, and each further line with its number."""

    header: list[str]
    roles: dict[str, int]
    lines: list[tuple[int, list[str]]]

    def text(self, cells: list[str], role: str) -> str:
        """The cell of a role, or nothing."""
        place = self.roles.get(role)
        return cells[place].strip() if place is not None and place < len(cells) else ""


def books_of_csv(raw: bytes, name: str, currency: str = "") -> Json:
    """The books of one general ledger; raises BooksRefusedError when it cannot be read or does not balance."""
    sheet = _sheet(_decoded(raw))
    rows, accounts = _rows(sheet)
    if not rows:
        raise BooksRefusedError("There is no dated line with an amount below the header.", "Export the ledger again.")
    groups = balanced_groups(rows)
    currency = currency or _currency(sheet)
    organisation = steady_id("organisation", name)
    return {
        "Organisation": {
            "Name": name,
            "OrganisationID": organisation,
            "BaseCurrency": currency,
            "CountryCode": _COUNTRIES.get(currency, "AU"),
        },
        "Accounts": accounts.as_xero(),
        **documents_of(groups, accounts, organisation),
    }


def _decoded(raw: bytes) -> str:
    """The text of the file: UTF-8 or UTF-16 by their marks, Windows-1252 otherwise."""
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return raw.decode("utf-16", errors="replace")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp1252", errors="replace")


def _sheet(text: str) -> _Sheet:
    """Find the header among the first lines, title lines above it passed over."""
    sample = text[:20_000]
    separator = max(",;\t|", key=lambda sign: sum(line.count(sign) for line in sample.splitlines()[:_HEADER_WITHIN]))
    try:
        reader = csv.reader(io.StringIO(text.replace("\x00", "")), delimiter=separator)
        lines = [(reader.line_num, cells) for cells in reader if any(cell.strip() for cell in cells)]
    except csv.Error as error:
        raise BooksRefusedError(f"It is not a CSV file ({error}).", "Export the ledger as CSV again.") from error
    for place, (_, cells) in enumerate(lines[:_HEADER_WITHIN]):
        roles = roles_of(cells)
        if not missing_columns(roles):
            return _Sheet(cells, roles, lines[place + 1 :])
    best = max((roles_of(cells) for _, cells in lines[:_HEADER_WITHIN]), key=len, default={})
    raise BooksRefusedError(
        f"No header with a column for {' and for '.join(missing_columns(best))} was found.",
        "Export one line for each posting, the account on every line, and name the columns date, account code, "
        "account name, class, debit, credit, contact, reference, description.",
    )


def _currency(sheet: _Sheet) -> str:
    """The ledger's currency where the file says so (a column with one value, or a header); AUD otherwise."""
    column = {sheet.text(cells, "currency").upper() for _, cells in sheet.lines} - {""}
    return column.pop() if len(column) == 1 else currency_in(sheet.header) or "AUD"


def _is_entry(sheet: _Sheet, cells: list[str]) -> bool:
    """Whether a line is part of an entry, and no total, balance or heading."""
    words = " ".join(cell.strip().lower() for cell in cells if cell.strip())
    if any(sign.isdigit() for sign in sheet.text(cells, "date")):
        return not words.startswith(_NOT_ENTRIES)
    return bool(words) and not words.startswith(_NOT_ENTRIES) and "total" not in words


def _rows(sheet: _Sheet) -> tuple[list[Row], LedgerAccounts]:
    lines = [(line, cells) for line, cells in sheet.lines if _is_entry(sheet, cells)]
    dated = [(line, sheet.text(cells, "date")) for line, cells in lines]
    dates = read_dates([(line, text) for line, text in dated if text])
    columns = [role for role in ("debit", "credit", "amount") if role in sheet.roles]
    comma = decimal_comma([sheet.text(cells, role) for _, cells in lines for role in columns])
    classed = tells_classes(sheet.text(cells, "class") for _, cells in lines)
    accounts = LedgerAccounts()
    rows: list[Row] = []
    day, entry, reference = date.min, "", ""
    for line, cells in lines:
        text = sheet.text
        amount = _amount(sheet, cells, comma=comma, line=line)
        if text(cells, "date"):
            day, entry, reference = dates[text(cells, "date")], text(cells, "entry"), text(cells, "reference")
        elif not (text(cells, "code") or text(cells, "name")) or not rows:
            continue  # a heading between entries
        if amount == 0 and not (text(cells, "code") or text(cells, "name")):
            continue
        account = accounts.take(text(cells, "code"), text(cells, "name"), text(cells, "class") if classed else "", line)
        rows.append(
            Row(
                line=line,
                day=day,
                account=account,
                amount=amount,
                entry=entry,
                reference=reference,
                contact=text(cells, "contact"),
                description=text(cells, "description"),
                reconciled=truthy(text(cells, "reconciled")) or text(cells, "reconciled").lower() in ("y", "yes", "x"),
            )
        )
    return rows, accounts


def _amount(sheet: _Sheet, cells: list[str], *, comma: bool, line: int) -> Decimal:
    """Debit less credit, or the signed amount where the file has no such pair."""
    if "debit" in sheet.roles and "credit" in sheet.roles:
        debit, credit = sheet.text(cells, "debit"), sheet.text(cells, "credit")
        credited = read_amount(credit, comma=comma, line=line)
        if credit.upper().endswith("CR"):  # a mark in its own column says nothing new
            credited = -credited
        return read_amount(debit, comma=comma, line=line) - credited
    return read_amount(sheet.text(cells, "amount"), comma=comma, line=line)


def balanced_groups(rows: list[Row]) -> list[list[Row]]:
    """The entries: lines of one date and one journal or reference number that balance.

    Where such lines do not balance alone, runs of neighbouring lines and then all open lines of that date are tried.
    Raises BooksRefusedError naming the totals and the first line that stays out of balance.
    """
    keyed: dict[tuple[date, str], list[Row]] = defaultdict(list)
    for row in rows:
        keyed[row.day, row.entry or row.reference].append(row)
    groups: list[list[Row]] = []
    open_rows: dict[date, list[Row]] = defaultdict(list)
    for (day, key), group in keyed.items():
        runs, rest = _runs(group) if not key else ([group], []) if _sum(group) == 0 else ([], group)
        groups += runs
        open_rows[day] += rest
    for group in open_rows.values():
        if not group:
            continue
        if _sum(group) != 0:
            raise _unbalanced(rows, group)
        groups += _runs(sorted(group, key=lambda row: row.line))[0]
    return sorted(groups, key=lambda group: (group[0].day, group[0].line))


def _sum(rows: list[Row]) -> Decimal:
    return sum((row.amount for row in rows), Decimal("0.00"))


def _runs(rows: list[Row]) -> tuple[list[list[Row]], list[Row]]:
    """Neighbouring lines cut wherever they have balanced so far, and what is left open at the end."""
    runs: list[list[Row]] = []
    run: list[Row] = []
    total = Decimal("0.00")
    for row in rows:
        run.append(row)
        total += row.amount
        if total == 0 and len(run) > 1:
            runs.append(run)
            run = []
    return runs, run


def _unbalanced(rows: list[Row], group: list[Row]) -> BooksRefusedError:
    debits = sum((row.amount for row in rows if row.amount > 0), Decimal("0.00"))
    credits = -sum((row.amount for row in rows if row.amount < 0), Decimal("0.00"))
    first = min(group, key=lambda row: row.line)
    label = first.entry or first.reference
    named = f", {label!r}," if label else ""
    return BooksRefusedError(
        f"The ledger does not balance: debits are {debits:.2f} and credits {credits:.2f}; the first entry out of "
        f"balance is that of {first.day.isoformat()}{named} at line {first.line}, by {_sum(group):.2f}.",
        "Complete that entry and load the file again.",
    )
