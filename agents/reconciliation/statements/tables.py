"""Rows of a table, from CSV or a workbook, read as statements once it is known which column is what."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from agents.reconciliation.statements import amounts, dates
from agents.reconciliation.statements.bounds import check_lines
from agents.reconciliation.statements.chain import Entry, Ordered, ordered
from agents.reconciliation.statements.finishing import identified, statement_of
from agents.reconciliation.statements.headers import currency_in
from agents.reconciliation.statements.layout import Layout, Row, layout_of
from agents.reconciliation.statements.outcome import BrokenLink, ColumnMap, Expected, Reading, Skipped
from agents.reconciliation.statements.words import ask, clean, edged, joined, quoted, unreadable
from books.records import Statement, StatementLine
from books.refusal import Refusal

_IN = {"c", "cr", "credit", "h", "haben", "bij", "+", "in", "crdt", "deposit", "gutschrift", "credito", "credits"}
_OUT = {"d", "dr", "debit", "s", "soll", "af", "-", "out", "dbit", "withdrawal", "belastung", "debito", "debits"}
_PENDING = {"pending", "pendiente", "vorgemerkt", "en attente", "in attesa", "declined", "reverted", "failed",
            "cancelled", "canceled", "pdng"}  # fmt: skip
_OPENING = re.compile(
    r"opening|brought forward|b/?fwd|anfangssaldo|previous balance|start(ing)? balance|beginning|solde initial", re.I
)
_CLOSING = re.compile(
    r"closing|carried forward|c/?fwd|endsaldo|ending|end balance|final balance|solde final|current balance", re.I
)
_SUM_LENGTH = 500
"""Characters within which a row says that it is a balance or a sum; a bank's free text may be far longer."""
_SUMS = re.compile(r"\b(totals?|summe|balance|saldo|solde|subtotal|page|seite|end of)\b", re.I)


@dataclass(slots=True)
class _Body:
    """The rows below the header, sorted out: lines to read, and what the other rows say."""

    rows: list[tuple[Row, str]] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    opening: str = ""
    closing: str = ""


def read_table(rows: Sequence[Row], expected: Expected, *, form: str, delimiter: str, encoding: str) -> Reading:
    """The statements of a table, one for each account and currency it holds.

    Raises Refusal naming the row, or asking (`ask_…`) for what the file leaves open.
    """
    layout = layout_of(rows, expected)
    body = _sorted_out(rows, layout)
    if not body.rows:
        raise unreadable(f"Row {rows[-1].number}", "a statement line", None)
    check_lines(len(body.rows))
    known_order = expected.columns.day_first if expected.columns and expected.day_first is None else expected.day_first
    dated = [(row.where, layout.cell(row, "date")) for row, _ in body.rows]
    others = [layout.cell(row, "value_date") for row, _ in body.rows] + [
        found for row in layout.before for cell in row.cells for found in re.findall(r"[\d./-]{8,10}", cell)
    ]
    day_first = dates.day_comes_first(dated, others, known=known_order)
    mark = _decimal_mark(layout, body, expected)
    if not (expected.currency or "currency" in layout.roles or _currency(layout)):
        raise _no_currency()
    entries = _entries(layout, body, day_first, mark)
    done = _by_account(layout, body, entries, expected, mark)
    columns = ColumnMap(
        delimiter=delimiter,
        encoding=encoding,
        header=layout.header,
        roles=layout.roles,
        day_first=day_first if any(_is_open(text) for _, text in dated) else None,
        decimal_mark=mark,
        is_flipped=any(order.is_flipped for order, _ in done),
    )
    return Reading(
        format=form,
        encoding=encoding,
        statements=tuple(statement for _, statement in done),
        columns=columns,
        skipped=tuple(body.skipped),
        breaks=tuple(BrokenLink(position=each.where, date=each.date) for order, _ in done for each in order.breaks),
        remarks=tuple(_remarks([order for order, _ in done])),
    )


def _is_open(text: str) -> bool:
    read = dates.reading(text)
    return read is not None and read.day_first != read.month_first


def _sorted_out(rows: Sequence[Row], layout: Layout) -> _Body:
    body = _Body()
    for row in layout.before:
        _keep_balance(row, body)
    for row in rows[layout.first :]:
        if not any(edged(cell) for cell in row.cells):
            continue
        why = _why_not(row, layout, body)
        if why:
            body.skipped.append(Skipped(position=row.where, why=why, text=joined(*map(clean, row.cells))[:120]))
    return body


def _why_not(row: Row, layout: Layout, body: _Body) -> str:
    """Files a row as a line and returns nothing, or returns why it is none; refuses what it cannot place."""
    if layout.is_header_again(row):
        return "the header again"
    words, when = " ".join(row.cells)[:_SUM_LENGTH], layout.cell(row, "date")
    money = [text for role in ("amount", "debit", "credit") if edged(text := layout.cell(row, role))]
    is_date = dates.reading(when) is not None
    if is_date and money:
        if clean(layout.cell(row, "status")).casefold() in _PENDING:
            return "not booked yet"
        layout.check_width(row)
        if (_OPENING.search(words) or _CLOSING.search(words)) and layout.cell(row, "balance") and _is_nothing(money):
            _keep_balance(row, body, layout)
            return "a balance or a sum"
        body.rows.append((row, ""))
        return ""
    is_sum = bool(_SUMS.search(words) or _OPENING.search(words) or _CLOSING.search(words))
    if is_sum and (is_date or not edged(when) or not any(char.isdigit() for char in when)):
        _keep_balance(row, body, layout)
        return "a balance or a sum"
    if is_date:
        raise unreadable(row.where, "an amount", layout.cell(row, "description"))
    if not money and not edged(when) and body.rows and layout.is_only_text(row):
        last, more = body.rows[-1]
        body.rows[-1] = (last, joined(more, layout.texts(row, "description")))
        return "more text of the row above"
    if money or (layout.cell(row, "balance") and edged(when)):
        raise unreadable(row.where, "a date", when)
    return "neither date nor amount"


def _is_nothing(money: Sequence[str]) -> bool:
    """Whether all these figures are zero."""
    return all((read := amounts.figure(text)) is not None and not any(read.by_mark.values()) for text in money)


def _keep_balance(row: Row, body: _Body, layout: Layout | None = None) -> None:
    """Keeps the figure of a row such as “Opening balance; 1,234.50”."""
    words = " ".join(row.cells)
    cells = [layout.cell(row, "balance") or layout.cell(row, "amount")] if layout else list(row.cells[1:])
    found = next((cell for cell in cells if amounts.figure(cell) is not None), "")
    if found and _OPENING.search(words):
        body.opening = body.opening or found
    elif found and _CLOSING.search(words):
        body.closing = found


def _decimal_mark(layout: Layout, body: _Body, expected: Expected) -> str:
    known = expected.decimal_mark or (expected.columns.decimal_mark if expected.columns else "")
    cells = [
        (row.where, text)
        for row, _ in body.rows
        for role in ("amount", "debit", "credit", "balance")
        if edged(text := layout.cell(row, role))
    ]
    return amounts.decimal_mark(cells, known=known)


def _entries(layout: Layout, body: _Body, day_first: bool, mark: str) -> list[tuple[Entry, Row]]:
    # An indicator column counts when the amounts carry no sign of their own.
    own_sign = any(
        read.by_mark[mark] < 0 or read.mark
        for row, _ in body.rows
        if (read := amounts.figure(layout.cell(row, "amount"))) and mark in read.by_mark
    )
    signs = [clean(layout.cell(row, "indicator")).casefold() for row, _ in body.rows]
    has_indicator = bool(signs) and all(sign in _IN | _OUT for sign in signs)
    entries = []
    for (row, more), sign in zip(body.rows, signs, strict=True):
        amount = _amount(layout, row, mark)
        if has_indicator:
            if own_sign and amount and (amount < 0) != (sign in _OUT):
                raise unreadable(row.where, f"an amount with the sign of “{sign}”", str(amount))
            amount = -abs(amount) if sign in _OUT else abs(amount)
        when = dates.chosen(layout.cell(row, "date"), day_first)
        assert when is not None  # day_comes_first has looked at every one
        valued = edged(layout.cell(row, "value_date"))
        value_date = dates.chosen(valued, day_first)
        if valued and value_date is None:
            raise unreadable(row.where, "a value date", valued)
        balance = amounts.figure(layout.cell(row, "balance"))
        entry = Entry(
            row=row.number,
            where=row.where,
            date=when,
            value_date=value_date,
            amount=amount,
            balance=balance.by_mark[mark] if balance else None,
            payer=layout.texts(row, "payer"),
            reference=layout.texts(row, "reference"),
            description=joined(layout.texts(row, "description"), more),
            bank_id=clean(layout.cell(row, "bank_id")),
            is_signed=has_indicator or own_sign or "amount" not in layout.roles,
        )
        entries.append((entry, row))
    return entries


def _amount(layout: Layout, row: Row, mark: str) -> Decimal:
    def read(role: str) -> Decimal | None:
        found = amounts.figure(layout.cell(row, role))
        return found.by_mark[mark] if found else None

    if (amount := read("amount")) is not None:
        return amount
    debit, credit = read("debit"), read("credit")
    if debit and credit:
        raise unreadable(row.where, "a debit or a credit", f"{debit} and {credit}")
    return credit if credit else -abs(debit or Decimal(0))


def _currency(layout: Layout) -> str:
    """The currency that the table's head states, or nothing."""
    return currency_in(layout.header, layout.roles) or layout.stated_currency


def _no_currency() -> Refusal:
    return ask(
        "The file does not say which currency its amounts are in.",
        "Say the account's currency, for example AUD.",
        "ask_currency",
    )


def _by_account(
    layout: Layout, body: _Body, entries: list[tuple[Entry, Row]], expected: Expected, mark: str
) -> list[tuple[Ordered, Statement]]:
    groups: dict[tuple[str, str], list[Entry]] = {}
    by_head = _currency(layout)
    for entry, row in entries:
        code = clean(layout.cell(row, "currency")) or by_head
        currency = amounts.currency_code(code, row.where) if code else expected.currency
        if not currency:
            raise _no_currency()
        groups.setdefault((clean(layout.cell(row, "account")) or layout.stated_account, currency), []).append(entry)
    alone = len(groups) == 1
    stated = amounts.figure(body.opening) if alone else None
    opening = stated.by_mark.get(mark) if stated else None
    ended = amounts.figure(body.closing) if alone else None
    flipped = bool(expected.columns and expected.columns.is_flipped)
    done = []
    for (account, currency), group in groups.items():
        order = ordered(group, opening=opening, flipped=flipped)
        closing = order.closing if order.closing is not None else ended.by_mark.get(mark) if ended else None
        done.append((order, _statement(order, account, currency, closing, expected)))
    return done


def _statement(order: Ordered, account: str, currency: str, closing: Decimal | None, expected: Expected) -> Statement:
    if expected.currency and currency != expected.currency:
        raise ask(
            f"The file is in {quoted(currency)}, the account in {expected.currency}.",
            "Choose the account that this statement belongs to.",
            "ask_account",
        )
    first, last = order.entries[0], order.entries[-1]
    lines = [
        StatementLine(
            id="",
            date=each.date,
            amount=amounts.money(each.amount, currency, each.where),
            value_date=each.value_date,
            payer=each.payer,
            reference=each.reference,
            description=each.description,
            bank_id=each.bank_id,
            position=each.where,
        )
        for each in order.entries
    ]
    opening = None if order.opening is None else amounts.money(order.opening, currency, first.where)
    ending = None if closing is None else amounts.money(closing, currency, last.where)
    days: tuple[dt.date, ...] = ()
    made = statement_of(lines, account, currency, opening=opening, closing=ending, days=days)
    return identified(made, expected.account)


def _remarks(orders: list[Ordered]) -> list[str]:
    remarks = []
    if any(order.is_flipped for order in orders):
        remarks.append("The bank writes money out as positive; its balances prove it, and the signs were turned.")
    if any(order.was_sorted for order in orders):
        remarks.append("The rows were not in the order of their dates and were put in it.")
    if any(order.breaks for order in orders):
        remarks.append("Some balances do not follow from the amounts.")
    unproved = [order for order in orders if sum(each.balance is not None for each in order.entries) < 2]
    if unproved and not any(each.is_signed or each.amount < 0 for order in unproved for each in order.entries):
        remarks.append("Every amount is positive and no balance proves it: look whether money out is marked elsewhere.")
    return remarks
