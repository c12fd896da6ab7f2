"""BAI2, the cash management format of American and Australian banks: records, continuations and control totals.

Source: BAI Cash Management Balance Reporting Specifications, version 2 (ANSI X9.121): amounts are whole minor units;
type codes 100-399 and 920-959 are credits, 400-699 and 960-999 debits; each level states how many records and what sum
it holds, and a file whose totals do not agree is not whole.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from agents.reconciliation.statements.amounts import currency_code, money
from agents.reconciliation.statements.bounds import MAX_DIGITS, MAX_FIELD, check_lines, check_rows, too_odd
from agents.reconciliation.statements.dates import compact
from agents.reconciliation.statements.finishing import identified, statement_of
from agents.reconciliation.statements.outcome import Expected, Reading
from agents.reconciliation.statements.words import clean, encoding_of, lines_of, unreadable
from books.money import Money, minor_units
from books.records import Statement, StatementLine

_AMOUNT = re.compile(rf"[+-]?\d{{1,{MAX_DIGITS + 3}}}")
_OPENING, _CLOSING = "010", "015"
_CREDITS, _DEBITS = ((100, 399), (920, 959)), ((400, 699), (960, 999))
_PARENT = {"02": "01", "03": "02", "16": "03", "49": "03", "98": "02", "99": "01"}


@dataclass(frozen=True, slots=True)
class _Record:
    """A logical record with its continuations: its fields, and the lines of the file that it takes up."""

    code: str
    fields: tuple[str, ...]
    line: int
    lines: int

    @property
    def where(self) -> str:
        return f"Line {self.line}, record {self.code}"

    def said(self, place: int) -> str:
        """The field at a place, empty where the record is shorter."""
        return self.fields[place].strip() if place < len(self.fields) else ""


@dataclass
class _Account:
    """An open 03 with what has been read of it; `total` is the algebraic sum of its amounts as written."""

    record: _Record
    currency: str
    day: dt.date
    total: int = 0
    records: int = 0
    balances: dict[str, Money] = field(default_factory=dict)
    lines: list[StatementLine] = field(default_factory=list)


@dataclass
class _Level:
    """A group or the file while it is open: the sum of what it holds, and its records and parts."""

    total: int = 0
    records: int = 1
    parts: int = 0


def read_bai2(content: bytes, expected: Expected) -> Reading:
    """The statements of a BAI2 file, one for each account of each group. Raises Refusal."""
    encoding = encoding_of(content)
    statements = tuple(_statements(list(_records(lines_of(content, encoding))), expected))
    if not statements:
        raise unreadable("The file", "an account (record 03)", "none")
    return Reading(format="BAI2", encoding=encoding, statements=statements)


def _records(lines: Iterator[str]) -> Iterator[_Record]:
    """The records with their continuations (88) put back; a slash ends a record's fields."""
    held: tuple[str, str, int, int] | None = None
    for number, raw in enumerate(lines, 1):
        check_rows(number // 4)
        line = raw.removesuffix("\n").lstrip("\ufeff").rstrip(" \x00\x1a")
        if not line:
            continue
        code, _, rest = line.partition(",")
        if code == "88":
            if held is None:
                raise unreadable(f"Line {number}", "a record to continue", line)
            before = held[1]
            joint = before.removesuffix("/") + "," if before.endswith("/") else before + " "
            held = (held[0], joint + rest, held[2], held[3] + 1)
            if len(held[1]) > 4 * MAX_FIELD:
                raise too_odd(f"Line {number}: the record is longer than it may be.")
            continue
        if held:
            yield _Record(held[0], tuple(held[1].removesuffix("/").split(",")), held[2], held[3])
        if code not in ("01", *_PARENT):
            raise unreadable(f"Line {number}", "a record of BAI2 (01, 02, 03, 16, 49, 88, 98 or 99)", line)
        held = (code, rest, number, 1)
    if held:
        yield _Record(held[0], tuple(held[1].removesuffix("/").split(",")), held[2], held[3])


def _statements(records: Sequence[_Record], expected: Expected) -> Iterator[Statement]:
    """Walks the records, holding each trailer against what came since its header."""
    open_: list[str] = []
    file, group, group_record, account = _Level(), _Level(), None, None
    count = 0
    for record in records:
        parent = open_[-1] if open_ else ""
        if (record.code == "01" and open_) or (record.code != "01" and parent != _PARENT[record.code]):
            raise unreadable(record.where, f"what may follow record {parent or '(nothing)'}", record.code)
        if record.code in ("01", "02", "03"):
            open_.append(record.code)
        if record.code == "01":
            file = _Level(records=record.lines)
        elif record.code == "02":
            group, group_record = _Level(records=record.lines), record
        elif record.code == "03":
            assert group_record is not None
            account = _account(record, group_record, expected)
        elif record.code == "16":
            assert account is not None
            _detail(account, record)
            count += 1
            check_lines(count)
        elif record.code == "49":
            assert account is not None
            _check(record, account.total, account.records + record.lines, "records", 1)
            group.total, group.records = group.total + account.total, group.records + account.records + record.lines
            group.parts += 1
            yield _statement(account, expected)
            open_.pop()
        elif record.code == "98":
            _check(record, group.total, group.parts, "accounts", 1)
            _check_count(record, group.records + record.lines, 2)
            file.total, file.records = file.total + group.total, file.records + group.records + record.lines
            file.parts += 1
            open_.pop()
        else:
            _check(record, file.total, file.parts, "groups", 1)
            _check_count(record, file.records + record.lines, 2)
            open_.pop()
    if open_:
        raise unreadable(f"Line {records[-1].line}", "the trailers of the file (49, 98, 99)", "the end of the file")


def _check(record: _Record, total: int, parts: int, what: str, place: int) -> None:
    if _whole(record, 0) != total:
        raise unreadable(record.where, f"records that add up to {record.said(0)[:20]}", str(total))
    if record.said(place) and _whole(record, place) != parts:
        raise unreadable(record.where, f"{record.said(place)[:20]} {what}", str(parts))


def _check_count(record: _Record, lines: int, place: int) -> None:
    if record.said(place) and _whole(record, place) != lines:
        raise unreadable(record.where, f"{record.said(place)[:20]} records", str(lines))


def _whole(record: _Record, place: int) -> int:
    said = record.said(place)
    if not _AMOUNT.fullmatch(said) or not said.isascii():
        raise unreadable(f"{record.where}, field {place + 2}", "a whole number", said)
    return int(said)


def _money(units: int, currency: str, where: str) -> Money:
    return money(Decimal(units).scaleb(-minor_units(currency)), currency, where)


def _account(record: _Record, group: _Record, expected: Expected) -> _Account:
    """An account with its status and summary amounts: type, amount, count, funds type, over and over."""
    given = record.said(1) or group.said(5) or expected.currency or "USD"  # the format's own default
    currency = currency_code(given, record.where)
    found = _Account(record, currency, compact(group.said(3), group.where, what="a date as YYMMDD"))
    found.records = record.lines
    place = 2
    while place < len(record.fields):
        code = record.said(place)
        if not code and not record.said(place + 1):
            place += 4
            continue
        if not re.fullmatch(r"\d{3}", code, re.ASCII):
            raise unreadable(f"{record.where}, field {place + 2}", "a type code of three digits", code)
        if record.said(place + 1):
            units = _whole(record, place + 1)
            found.total += units
            found.balances.setdefault(code, _money(units, currency, record.where))
        place = _after_funds(record, place + 3)[0]
    return found


def _after_funds(record: _Record, place: int) -> tuple[int, dt.date | None]:
    """The place after a funds type with its own fields, and the value date if it is V."""
    funds = record.said(place).upper()
    if funds == "V":
        said = record.said(place + 1)
        return place + 3, compact(said, record.where, what="a value date as YYMMDD") if said else None
    if funds == "S":
        return place + 4, None
    if funds == "D":
        pairs = _whole(record, place + 1)
        if not 0 <= pairs <= 30:
            raise unreadable(record.where, "a number of distributions", str(pairs))
        return place + 2 + 2 * pairs, None
    if funds not in ("", "Z", "0", "1", "2"):
        raise unreadable(record.where, "a funds type (Z, 0, 1, 2, V, S or D)", funds)
    return place + 1, None


def _detail(account: _Account, record: _Record) -> None:
    code, units = record.said(0), _whole(record, 1) if record.said(1) else 0
    if not re.fullmatch(r"\d{3}", code, re.ASCII):
        raise unreadable(f"{record.where}, field 2", "a type code of three digits", code)
    account.total += units
    account.records += record.lines
    is_credit = any(low <= int(code) <= high for low, high in _CREDITS)
    if not is_credit and not any(low <= int(code) <= high for low, high in _DEBITS):
        raise unreadable(f"{record.where}, field 2", "a type code of a credit or a debit", code)
    place, valued = _after_funds(record, 2)
    bank, customer = clean(record.said(place)), clean(record.said(place + 1))
    account.lines.append(
        StatementLine(
            id="",
            date=account.day,
            amount=_money(units if is_credit else -units, account.currency, record.where),
            value_date=valued,
            reference=customer,
            description=clean(",".join(record.fields[place + 2 :])),
            bank_id="" if not bank.strip("0") else bank,
            position=f"line {record.line}",
        )
    )


def _statement(account: _Account, expected: Expected) -> Statement:
    made = statement_of(
        account.lines, clean(account.record.said(0)), account.currency, opening=account.balances.get(_OPENING),
        closing=account.balances.get(_CLOSING), days=(account.day,),
    )  # fmt: skip
    return identified(made, expected.account)
