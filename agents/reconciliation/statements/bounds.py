"""How much a statement file may hold: what is beyond is refused before it can cost memory or time."""

from __future__ import annotations

from books.refusal import Refusal

MAX_BYTES = 16_000_000
"""A file. A month of a busy account is below 2 MB in every format; a year of one day's hundred lines below 10 MB."""
MAX_LINES = 50_000
"""Statement lines in one file."""
MAX_ROWS = 60_000
"""Rows of a table or records of a file, the ones without a line included."""
MAX_COLUMNS = 64
"""Columns of a table."""
MAX_FIELD = 4_000
"""Characters of one field."""
MAX_DEPTH = 40
"""Elements inside each other; CAMT needs fifteen."""
MAX_ELEMENTS = 1_500_000
"""Elements of one OFX or CAMT file."""
MAX_UNPACKED = 48_000_000
"""Bytes of a workbook once unpacked."""
MAX_PARTS = 500
"""Files inside a workbook."""
MAX_MARKS = 2_500_000
"""Tags in one part of a workbook: 50,000 lines of ten cells."""
MAX_DIGITS = 15
"""Digits before the decimal mark; a quadrillion is no bank balance."""
_SMALLER = "Export fewer days at a time; nothing of this file was taken."


def too_much(words: str) -> Refusal:
    """The refusal of a file that holds more than it may."""
    return Refusal(words, next_step=_SMALLER, code="statement_too_large")


def check_size(content: bytes) -> None:
    """Refuses an empty file and one beyond MAX_BYTES."""
    if not content.strip(b"\x00 \t\r\n\xef\xbb\xbf\xff\xfe"):
        raise Refusal(
            "The file is empty.", next_step="Export the statement again from the bank.", code="empty_statement"
        )
    if len(content) > MAX_BYTES:
        raise too_much(
            f"The file is {len(content) / 1_000_000:,.0f} MB; a statement may have {MAX_BYTES // 1_000_000} MB."
        )


def check_lines(count: int) -> None:
    """Refuses more than MAX_LINES statement lines."""
    if count > MAX_LINES:
        raise too_much(f"The file holds more than {MAX_LINES:,} statement lines.")


def check_rows(count: int) -> None:
    """Refuses more than MAX_ROWS rows or records."""
    if count > MAX_ROWS:
        raise too_much(f"The file holds more than {MAX_ROWS:,} rows.")


def check_tree(depth: int, elements: int) -> None:
    """Refuses elements nested deeper than MAX_DEPTH, and more than MAX_ELEMENTS of them."""
    if depth > MAX_DEPTH:
        raise too_much(f"The file nests elements more than {MAX_DEPTH} deep.")
    if elements > MAX_ELEMENTS:
        raise too_much(f"The file holds more than {MAX_ELEMENTS:,} elements.")
