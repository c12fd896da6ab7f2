"""Figures of statement files read as decimals: signs in every habit, and the decimal mark decided by a whole column."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from agents.reconciliation.statements.bounds import MAX_DIGITS
from agents.reconciliation.statements.words import ask, edged, unreadable
from books.money import Money, minor_units

_LONGEST = 60
"""Characters of a figure with its currency and grouping; a longer cell is none, and no pattern is tried on it."""
_SIGN = re.compile(r"^[-+−–]")
_SYMBOL = r"(?:(?:AU|NZ|US|A|C|S|HK)?\$|[£€¥₹]|(?-i:[A-Z]{3})(?=[\s\d,.+−–-]|$))"
_BEFORE = re.compile(rf"^{_SYMBOL}\s*")
_AFTER = re.compile(r"\s*(?:[$£€¥₹]|(?<![A-Z])[A-Z]{3})$")
_MARKED = re.compile(r"\s*\b(CR|DR|C|D)\.?$", re.IGNORECASE)
_GROUPS = {
    mark: re.compile(
        rf"(?:\d{{1,{MAX_DIGITS}}}|[1-9]\d{{0,2}}(?P<by>[{other}'’ \u00a0\u202f])\d{{3}}(?:(?P=by)\d{{3}})*"
        rf"|[1-9]\d?(?:{re.escape(other)}\d\d)*{re.escape(other)}\d{{3}})?(?:{re.escape(mark)}(?P<rest>\d{{1,8}}))?"
    )
    for mark, other in ((".", ","), (",", "."))
}
"""A figure with each decimal mark: bare, in groups of three, or in Indian groups."""
_PLAIN = re.compile(rf"[+-]?\d{{1,{MAX_DIGITS}}}(?:[.,]\d{{0,8}})?|[+-]?[.,]\d{{1,8}}")


@dataclass(frozen=True, slots=True)
class Figure:
    """A cell read as a figure: its value by decimal mark (one or two readings), and what was written around it.

    `mark` is C, D or empty. A minus, parentheses and Dr all make the value negative.
    """

    by_mark: dict[str, Decimal]
    mark: str

    @property
    def is_open(self) -> bool:
        """Whether the decimal mark changes the value: `1.234`."""
        return len(set(self.by_mark.values())) > 1


def figure(text: str) -> Figure | None:
    """What a cell says as a figure, or None: NaN, infinities, powers of ten, formulas and words are none."""
    body, negative, mark = edged(text), False, ""
    if len(body) > _LONGEST:
        return None
    if body.startswith("(") and body.endswith(")"):
        body, negative = edged(body[1:-1]), True
    if found := _MARKED.search(body):
        mark, body = found[1][0].upper(), body[: found.start()]
    body, minus = _unsigned(body)
    negative ^= minus
    if not body or not any(char.isdigit() for char in body):
        return None
    readings = {point: value for point in ".," if (value := _read(body, point)) is not None}
    if not readings:
        return None
    if negative or mark == "D":
        readings = {point: -value for point, value in readings.items()}
    return Figure(readings, mark)


def _unsigned(body: str) -> tuple[str, bool]:
    """The digits without sign and currency, in whatever order they stand around them; and whether it is negative."""
    negative = False
    for _ in range(2):  # the sign may stand before or after the currency: -$5, $-5
        if found := _SIGN.match(body):
            negative, body = negative or found[0] not in "+", body[1:].lstrip()
        body = _BEFORE.sub("", body, count=1)
    body = _AFTER.sub("", body)
    if body.endswith(("-", "−", "+")):
        negative, body = negative or body[-1] != "+", body[:-1].rstrip()
    return body, negative


def _read(body: str, mark: str) -> Decimal | None:
    found = _GROUPS[mark].fullmatch(body)
    if found is None or (not body.isascii() and not re.fullmatch(r"[0-9.,'’ \u00a0\u202f]+", body)):
        return None
    whole = body[: found.start("rest") - 1] if found["rest"] else body
    digits = re.sub(r"[^0-9]", "", whole) or "0"
    return Decimal(f"{digits}.{found['rest']}" if found["rest"] else digits)


def decimal_mark(cells: Iterable[tuple[str, str]], *, known: str = "") -> str:
    """The one decimal mark under which all figures of (place, text) can be read; asks when none of them shows it."""
    left, is_open, example = set(known or ".,"), False, ""
    for where, text in cells:
        read = figure(text)
        if read is None or not left & set(read.by_mark):
            other = "as in the rows before" if read else ""
            raise unreadable(where, f"an amount {other}".strip(), text)
        left &= set(read.by_mark)
        if read.is_open:
            is_open, example = True, example or text
    if len(left) == 1:
        return left.pop()
    if not is_open:
        return "."
    raise ask(
        f"“{edged(example)}” may be thousands or decimals, and no other amount of the file decides it.",
        "Say whether the bank writes decimals with a point or with a comma.",
        "ask_decimal_mark",
    )


def exact(text: str | None, where: str, what: str = "an amount") -> Decimal:
    """The amount of a field whose format fixes how it is written: digits, one decimal mark, a sign before them."""
    body = edged(text or "")
    if not _PLAIN.fullmatch(body) or not body.isascii():
        raise unreadable(where, what, text)
    return Decimal(body.replace(",", "."))


def money(value: Decimal, currency: str, where: str) -> Money:
    """Money of a statement: no more decimals than the currency keeps, and nothing has no sign."""
    unit = Decimal(1).scaleb(-minor_units(currency))
    kept = value.quantize(unit) if value.adjusted() < MAX_DIGITS else value
    if kept != value or value.adjusted() >= MAX_DIGITS:
        raise unreadable(where, f"an amount as {currency} keeps it", str(value))
    return Money(kept or abs(kept), currency)


def currency_code(text: str | None, where: str) -> str:
    """An ISO 4217 code of three letters."""
    code = edged(text or "").upper()
    if len(code) != 3 or not code.isascii() or not code.isalpha():
        raise unreadable(where, "a currency code such as AUD", text)
    return code


def figures(cells: Iterable[str]) -> Iterator[Figure]:
    """The figures among cells."""
    return (read for cell in cells if (read := figure(cell)))
