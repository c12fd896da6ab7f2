"""How much a statement file may hold: what is beyond is refused before it can cost memory or time."""

from __future__ import annotations

from books.refusal import Refusal

MAX_BYTES = 100_000_000
"""A file. A month of a busy account is below 2 MB in every format; what is larger repeats itself, as CAMT does when a
line is a batch and tells every payment in it, and is read in a process of its own (`apart`)."""
MAX_WORKBOOK = 16_000_000
"""A workbook as it is packed; 50,000 lines of ten columns are 3 MB."""
MAX_LINES = 50_000
"""Statement lines in one file. Xero's own guide is 2,000 bank lines a month for an organisation, so that this is two
years of the busiest client it is meant for; all of them on one statement are still reconciled within seconds."""
MAX_ROWS = 60_000
"""Rows of a table or records of a file, the ones without a line included."""
MAX_COLUMNS = 64
"""Columns of a table."""
MAX_FIELD = 4_000
"""Characters of one field."""
MAX_LINE = MAX_COLUMNS * MAX_FIELD
"""Characters of one line of a text file: a row as wide as may be."""
MAX_DEPTH = 40
"""Elements inside each other; CAMT needs fifteen."""
MAX_ELEMENTS = 1_500_000
"""Elements of one OFX or CAMT file that are held at once; 50,000 lines of OFX are 600,000."""
MAX_SAID = 32_000_000
"""Bytes of all that a reading says, as JSON: twice what 50,000 ordinary lines say. Longer texts than that would make
every look at the account wait for them."""
MAX_UNPACKED = 48_000_000
"""Bytes of a workbook once unpacked."""
MAX_PARTS = 500
"""Files inside a workbook."""
MAX_MARKS = 2_500_000
"""Tags in one part of a workbook: 50,000 lines of ten cells."""
MAX_DIGITS = 15
"""Digits before the decimal mark; a quadrillion is no bank balance."""
_BLANK = b"\x00 \t\r\n\xef\xbb\xbf\xff\xfe"
_SMALLER = "Export one month at a time, or one account a file; nothing of this file was taken."
_OTHERWISE = "Export it in another format, OFX or CAMT.053 if the bank has them; nothing of this file was taken."


def too_much(words: str) -> Refusal:
    """The refusal of a file that holds more than it may: fewer days of it would be read."""
    return Refusal(words, next_step=_SMALLER, code="statement_too_large")


def too_odd(words: str) -> Refusal:
    """The refusal of a file whose parts are wider, longer or deeper than any bank's: fewer days would be no better."""
    return Refusal(words, next_step=_OTHERWISE, code="statement_too_large")


def check_size(content: bytes) -> None:
    """Refuses an empty file and one beyond MAX_BYTES."""
    if not content[:1_000].strip(_BLANK) and not content.strip(_BLANK):
        raise Refusal(
            "The file is empty.", next_step="Export the statement again from the bank.", code="empty_statement"
        )
    if len(content) > MAX_BYTES:
        raise too_much(
            f"The file is {-(-len(content) // 1_000_000):,} MB; a statement may have {MAX_BYTES // 1_000_000} MB."
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
        raise too_odd(f"The file nests elements more than {MAX_DEPTH} deep.")
    if elements > MAX_ELEMENTS:
        raise too_much(f"The file holds more than {MAX_ELEMENTS:,} elements.")
