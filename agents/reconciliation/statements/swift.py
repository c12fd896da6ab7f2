"""MT940 and MT942 of SWIFT: the tags are told apart here, with their lines; what a tag says is mt940's to read."""

from __future__ import annotations

import datetime as dt
import logging
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from mt940 import Options
from mt940.models import Transactions
from mt940.processors import transaction_details_post_processor
from mt940.tags import TAG_BY_ID, Tag

from agents.reconciliation.statements.amounts import currency_code, money
from agents.reconciliation.statements.bounds import MAX_FIELD, check_lines, check_rows, too_odd
from agents.reconciliation.statements.dates import day
from agents.reconciliation.statements.finishing import identified, statement_of
from agents.reconciliation.statements.outcome import Expected, Reading
from agents.reconciliation.statements.words import clean, encoding_of, head_of, joined, lines_of, unreadable
from books.money import Money
from books.records import Statement, StatementLine

logging.getLogger("mt940").addHandler(logging.NullHandler())
logging.getLogger("mt940").propagate = False  # it logs what it cannot read, and that is a client's bank statement

_TAG = re.compile(r"^:(\d\d[A-Z]?|NS):")
_KNOWN = {"13", "13D", "20", "21", "25", "25P", "28", "28C", "34F", "60F", "60M", "61", "62F", "62M", "64", "65",
          "86", "90C", "90D", "NS"}  # fmt: skip
_TRANSACTIONS = Transactions(options=Options.all())
_SLASHED = re.compile(r"/(NAME|REMI|EREF|ORDP|BENM|IBAN|BIC|CREF|MARF|CSID|PREF|TRTP|ISDT|RTRN|ADDR|ID|CNTP|PURP)/")
_BLOCK = re.compile(r"^\{[1-5]:.*?(?=:20:)|^-?\}.*$|^\{[1-5]:.*$")


@dataclass(frozen=True, slots=True)
class _Field:
    """A tag with its text and the line of the file it begins on."""

    tag: str
    text: str
    line: int

    @property
    def where(self) -> str:
        return f"Line {self.line}, :{self.tag}:"


@dataclass
class _Message:
    """The tags of one message while they are read; balances as (amount, currency, day, place)."""

    line: int
    account: str = ""
    number: str = ""
    currency: str = ""
    opening: Money | None = None
    closing: Money | None = None
    goes_on: bool = False
    days: list[dt.date] = field(default_factory=list)
    lines: list[StatementLine] = field(default_factory=list)
    sums: list[tuple[_Field, dict[str, Any]]] = field(default_factory=list)
    raw: list[tuple[_Field, str]] = field(default_factory=list)


def read_swift(content: bytes, expected: Expected) -> Reading:
    """The statements of an MT940 or MT942 file; pages of one statement are put together. Raises Refusal."""
    encoding = encoding_of(content)
    messages = list(_messages(_fields(lines_of(content, encoding))))
    if not messages:
        raise unreadable("The file", ":20: of an MT940", head_of(content, encoding, 40))
    is_interim = any(field_.tag in ("34F", "90C", "90D") for message in messages for field_ in message)
    read = [_read(message, expected, is_interim) for message in messages]
    check_lines(sum(len(each.lines) for each in read))
    statements = tuple(_statement(each, expected) for each in _pages_together(read))
    return Reading(format="MT942" if is_interim else "MT940", encoding=encoding, statements=statements)


def _fields(lines: Iterator[str]) -> Iterator[_Field]:
    """The tags in order; a line without a tag goes on with the one above it. Raises Refusal for what is neither."""
    tag, parts, began, tags = "", list[str](), 0, 0
    for number, raw in enumerate(lines, 1):
        line = _BLOCK.sub("", raw.removesuffix("\n").lstrip("\ufeff")).rstrip(
            "\x00\x1a\x03"
        )  # a space at an end may part two words
        found = _TAG.match(line)
        if found and (found[1] in _KNOWN or tag != "86"):
            if tag:
                yield _Field(tag, "\n".join(parts), began)
            if found[1] not in _KNOWN:
                raise unreadable(f"Line {number}", "a tag of MT940", found[0])
            tag, parts, began, tags = found[1], [line[found.end() :]], number, tags + 1
            check_rows(tags // 4)  # up to four tags (:61:, :86: and what stands between) make one statement line
        elif line.strip() not in ("", "-"):
            if not tag:
                raise unreadable(f"Line {number}", ":20: of an MT940", line)
            parts.append(line)
            if len(parts) > 40 or len(line) > MAX_FIELD:
                raise too_odd(f"Line {number}: the text of :{tag}: is longer than it may be.")
    if tag:
        yield _Field(tag, "\n".join(parts), began)


def _messages(fields: Iterator[_Field]) -> Iterator[list[_Field]]:
    message: list[_Field] = []
    for each in fields:
        if each.tag == "20" and message:
            yield message
            message = []
        if not message and each.tag != "20":
            raise unreadable(each.where, ":20:, which begins a statement", each.text)
        message.append(each)
    if message:
        yield message


def _parsed(each: _Field) -> dict[str, Any]:
    """What mt940 reads in a tag; raises Refusal where it cannot."""
    if (strict := _STRICT.get(each.tag[:2])) and not strict.match(each.text):
        raise unreadable(each.where, _EXPECTED[each.tag[:2]], each.text)
    tag: Tag = TAG_BY_ID.get(each.tag) or TAG_BY_ID[int(each.tag[:2])]
    try:
        return dict(tag(_TRANSACTIONS, tag.parse(_TRANSACTIONS, each.text)))
    except (RuntimeError, ValueError, InvalidOperation, TypeError, OverflowError) as error:
        raise unreadable(each.where, _EXPECTED.get(each.tag[:2], "what SWIFT describes"), each.text) from error


_STRICT = {
    "60": re.compile(r"[CD]\d{6}[A-Z]{3}\d{1,15},\d{0,4}\s*$", re.ASCII),
    "62": re.compile(r"[CD]\d{6}[A-Z]{3}\d{1,15},\d{0,4}\s*$", re.ASCII),
    "61": re.compile(r"\d{6}(?:\d{4}| {4})?R?[CD][A-Z]?[\n ]?\d{1,15},\d{0,4}[NSF][A-Z0-9 ]{3}", re.ASCII),
    "90": re.compile(r"\d{1,5}[A-Z]{3}\d{1,15},\d{0,4}\s*$", re.ASCII),
}
"""mt940 takes what it can of a field (“2x,00” as 2); a figure is either whole or the file is refused."""
_EXPECTED = {
    "60": "an opening balance such as C261001EUR1234,50",
    "62": "a closing balance such as C261031EUR1234,50",
    "61": "a line such as 2610051005D120,50NTRFNONREF",
    "90": "a sum such as 3EUR1234,50",
}


def _read(fields: Sequence[_Field], expected: Expected, is_interim: bool) -> _Message:
    message = _Message(fields[0].line)
    for each in fields:
        kind = each.tag[:2]
        if kind == "25":
            message.account = clean(each.text)
        elif kind == "28":
            message.number = clean(each.text)
        elif kind == "34":
            message.currency = message.currency or currency_code(each.text[:3], each.where)
        elif kind in ("60", "62"):
            _balance(message, each)
        elif kind == "90":
            message.sums.append((each, _parsed(each)))
        elif kind == "61":
            message.raw.append((each, ""))
        elif kind == "86" and message.raw and message.closing is None:
            line, told = message.raw[-1]
            if len(told) > MAX_FIELD:
                raise too_odd(f"{each.where}: the text of one line is longer than {MAX_FIELD:,} characters.")
            message.raw[-1] = (line, f"{told}\n{each.text}" if told else each.text)
        elif kind == "13" and len(each.text) >= 6 and each.text[:6].isdecimal():
            message.days += [found] if (found := _day(each.text[:6])) else []
    message.currency = message.currency or expected.currency
    if not is_interim and (message.opening is None or message.closing is None):
        lacks = "opening balance (:60F:)" if message.opening is None else "closing balance (:62F:)"
        raise unreadable(f"Line {fields[-1].line}", f"the {lacks} of the statement", "the end of it")
    if not message.currency:
        raise unreadable(f"Line {message.line}", "a currency in :60F: or :34F:", None)
    message.lines = [_line(each, told, message.currency) for each, told in message.raw]
    _check_sums(message)
    return message


def _day(text: str) -> dt.date | None:
    return day(2000 + int(text[:2]), int(text[2:4]), int(text[4:6]))


def _balance(message: _Message, each: _Field) -> None:
    found = next(iter(_parsed(each).values()))
    currency = currency_code(found.amount.currency, each.where)
    if message.currency and currency != message.currency:
        raise unreadable(each.where, f"a balance in {message.currency}", currency)
    message.currency = currency
    when = found.date
    if each.tag.startswith("60"):
        message.opening = money(found.amount.amount, currency, each.where)
    else:
        message.closing = money(found.amount.amount, currency, each.where)
        message.goes_on = each.tag == "62M"
        message.days.append(dt.date(when.year, when.month, when.day))


def _line(each: _Field, told: str, currency: str) -> StatementLine:
    found = _parsed(each)
    entered, valued = found.get("entry_date"), found["date"]
    booked = entered or valued
    details = _details(told)
    references = [clean(found.get("customer_reference")), clean(details.get("end_to_end_reference"))]
    bank_id = clean(found.get("bank_reference"))
    return StatementLine(
        id="",
        date=dt.date(booked.year, booked.month, booked.day),
        amount=money(found["amount"].amount, currency, each.where),
        value_date=dt.date(valued.year, valued.month, valued.day),
        payer=clean(details.get("applicant_name")),
        reference=joined(*(text for text in references if text.upper() not in ("NONREF", "NOTPROVIDED"))),
        description=joined(
            clean(details.get("purpose") or details.get("transaction_details") or details.get("posting_text")),
            clean(details.get("additional_purpose")),
            clean(found.get("extra_details")),
        ),
        bank_id="" if bank_id.upper() == "NONREF" else bank_id,
        position=f"line {each.line}",
    )


def _details(told: str) -> dict[str, str | None]:
    """The :86: of a line: in the German structure (?20…), in the Dutch one (/REMI/…), or as it stands."""
    if not told:
        return {}
    plain = "".join(told.split("\n"))
    if parts := _SLASHED.split(plain)[1:]:
        named = dict(zip(parts[::2], (part.strip(" /") for part in parts[1::2]), strict=True))
        return {
            "applicant_name": named.get("NAME"),
            "purpose": named.get("REMI") or plain,
            "end_to_end_reference": named.get("EREF"),
        }
    given = {"transaction_details": told}
    tag = TAG_BY_ID[86]
    return dict(transaction_details_post_processor(_TRANSACTIONS, tag, given, dict(given)))


def _check_sums(message: _Message) -> None:
    """An MT942 states how many debits and credits it holds, and their sums: a file that was cut does not agree."""
    for each, found in message.sums:
        side = -1 if each.tag == "90D" else 1
        stated = next(iter(found.values()))
        lines = [line.amount.amount for line in message.lines if line.amount.amount * side > 0]
        if abs(stated.amount) != abs(sum(lines, Decimal(0))):
            raise unreadable(each.where, f"lines that add up to {abs(stated.amount)}", str(abs(sum(lines, Decimal(0)))))


def _pages_together(read: Sequence[_Message]) -> Iterator[_Message]:
    """One message for the pages (:62M: then :60M:) of one statement."""
    begun: _Message | None = None
    for page in read:
        if begun and begun.goes_on and (page.account, page.opening) == (begun.account, begun.closing):
            begun.lines += page.lines
            begun.days += page.days
            begun.closing, begun.goes_on = page.closing, page.goes_on
            continue
        if begun:
            yield begun
        begun = page
    if begun:
        yield begun


def _statement(message: _Message, expected: Expected) -> Statement:
    if not message.lines and not message.days:
        raise unreadable(f"Line {message.line}", "lines or a balance", None)
    made = statement_of(
        message.lines, message.account, message.currency, opening=message.opening, closing=message.closing,
        number=message.number, days=message.days,
    )  # fmt: skip
    return identified(made, expected.account)
