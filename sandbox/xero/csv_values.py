"""Reads the dates and amounts of a general-ledger CSV, deciding on one way of writing for the whole file."""

import re
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from sandbox.xero.setting_up import BooksRefusedError
from sandbox.xero.wire import money

Dated = list[tuple[int, str]]  # (line number, text)
_WORDY = ("%d %b %Y", "%d-%b-%Y", "%d-%b-%y", "%d %B %Y", "%b %d, %Y", "%B %d, %Y", "%d/%b/%Y", "%d %b %y", "%Y%m%d")
_NUMERIC = re.compile(r"^(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4}|\d{2})$")
_ISO = re.compile(r"^(\d{4})[/.\-](\d{1,2})[/.\-](\d{1,2})$")
_CLOCK = re.compile(r"[T ]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?\s*([AaPp][Mm])?(Z|[+-]\d{2}:?\d{2})?$")


def read_dates(dated: Dated) -> dict[str, date]:
    """Every date text of the file read one way; slashed dates are day/month unless one of them cannot be.

    Raises BooksRefusedError when no single way of writing fits them all.
    """
    texts = [(line, _CLOCK.sub("", text.strip()), text) for line, text in dated]
    readers: list[Callable[[str], date]] = [_iso, lambda text: _slashed(text, day_first=True)]
    readers.append(lambda text: _slashed(text, day_first=False))
    readers += [_by_format(form) for form in _WORDY]
    best: tuple[int, int, str] = (-1, 0, "")
    for reader in readers:
        done: dict[str, date] = {}
        for place, (line, text, original) in enumerate(texts):
            try:
                done[original] = reader(text)
            except ValueError:
                if place > best[0]:
                    best = (place, line, original)
                break
        else:
            return done
    raise BooksRefusedError(
        f"Line {best[1]}: the date {best[2]!r} is not written like the dates above it.",
        "Write all dates one way, YYYY-MM-DD at best.",
    )


def _iso(text: str) -> date:
    found = _ISO.match(text)
    if found is None:
        raise ValueError(text)
    return date(int(found[1]), int(found[2]), int(found[3]))


def _slashed(text: str, *, day_first: bool) -> date:
    found = _NUMERIC.match(text)
    if found is None:
        raise ValueError(text)
    first, second, year = int(found[1]), int(found[2]), int(found[3])
    year += 2000 if year < 70 else 1900 if year < 100 else 0
    return date(year, second, first) if day_first else date(year, first, second)


def _by_format(form: str) -> Callable[[str], date]:
    return lambda text: datetime.strptime(text, form).date()  # noqa: DTZ007 - a calendar date has no zone


def decimal_comma(texts: list[str]) -> bool:
    """Whether the file writes 1.234,50: some amounts end in a comma and two digits, none in a point and digits."""
    comma = any(re.search(r",\d{2}\D*$", text) for text in texts)
    point = any(re.search(r"\.\d{1,4}\D*$", text) for text in texts)
    return comma and not point


def read_amount(text: str, *, comma: bool, line: int) -> Decimal:
    """An amount to the cent: thousands marks, currency signs, (1,234.50), 1,234.50- and CR/DR are understood."""
    plain = text.strip().replace("\u2212", "-").replace("\u00a0", "")
    if plain in ("", "-", "–", "—"):
        return Decimal("0.00")
    negative = (plain.startswith("(") and plain.endswith(")")) or plain.endswith("-") or plain.upper().endswith("CR")
    digits = re.sub(r"[()\s'$£€]|(?i:[A-Z]{2,3})", "", plain)
    if digits.startswith("-"):
        negative, digits = not negative, digits[1:]
    digits = digits.removesuffix("-").removeprefix("+")
    digits = digits.replace(".", "").replace(",", ".") if comma else digits.replace(",", "")
    try:
        if not re.fullmatch(r"\d*\.?\d*", digits) or not any(sign.isdigit() for sign in digits):
            raise ValueError(text)
        amount = money(Decimal(digits))
    except (ValueError, InvalidOperation):
        problem = f"Line {line}: {text!r} is not an amount."
        raise BooksRefusedError(problem, "Correct it and load the file again.") from None
    return -amount if negative else amount
