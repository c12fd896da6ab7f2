"""CSV of any bank: the delimiter found, the quotes held strictly, and the rows handed to `tables`."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator

from agents.reconciliation.statements import dates
from agents.reconciliation.statements.bounds import MAX_COLUMNS, MAX_FIELD, check_rows, too_odd
from agents.reconciliation.statements.layout import Row
from agents.reconciliation.statements.outcome import Expected, Reading
from agents.reconciliation.statements.tables import read_table
from agents.reconciliation.statements.words import encoding_of, head_of, lines_of, quoted, unreadable

_DELIMITERS = ",;\t|"
_SAMPLE = 40
_LOOKED_AT = 1_000_000
"""Characters by which a file is told from what is no text."""
_NOT_TEXT = 0.02
"""A file with more control characters than this is no table."""


def read_csv(content: bytes, expected: Expected) -> Reading:
    """The statements of a CSV file; raises Refusal."""
    encoding = encoding_of(content)
    head = head_of(content, encoding, _LOOKED_AT)
    controls = sum(head.count(chr(code)) for code in range(32) if code not in (0, 9, 10, 12, 13, 26))
    if controls > len(head) * _NOT_TEXT:
        raise unreadable("The file", "a bank statement", "no text")
    told = head[:7].lower().lstrip("\ufeff")
    skip = 1 if told.startswith("sep=") and len(told) > 5 and told[5] == "\n" else 0
    delimiter = told[4] if skip else _delimiter(head.rstrip("\x00\x1a"))
    rows = _rows(lines_of(content, encoding), delimiter)[skip:]
    return read_table(rows, expected, form="CSV", delimiter=delimiter, encoding=encoding)


def _delimiter(text: str) -> str:
    """The delimiter that gives most rows the same number of columns, more than one; a comma if none does."""
    lines = [line for line in text[:40_000].split("\n") if line.strip()][:_SAMPLE]

    def score(delimiter: str) -> tuple[int, int]:
        try:
            widths = Counter(len(row) for row in csv.reader(lines, delimiter=delimiter) if len(row) > 1)
        except csv.Error:
            return 0, 0
        width, often = max(widths.items(), key=lambda each: (each[1], each[0]), default=(0, 0))
        return often * (width > 2), width * often

    return max(_DELIMITERS, key=score)


def _rows(lines: Iterator[str], delimiter: str) -> list[Row]:
    last = [""]

    def fed() -> Iterator[str]:
        for last[0] in lines:  # kept, to know whether the file ends within a line
            yield last[0]

    reader = csv.reader(fed(), delimiter=delimiter, strict=True)
    rows, begins = list[Row](), 1
    try:
        for cells in reader:
            if len(cells) > MAX_COLUMNS:
                raise too_odd(f"Row {begins} has {len(cells):,} columns; a table may have {MAX_COLUMNS}.")
            if any(len(cell) > MAX_FIELD for cell in cells):
                longest = max(cells, key=len)
                raise unreadable(
                    f"Row {begins}", f"fields of at most {MAX_FIELD:,} characters", f"{len(longest):,} characters"
                )
            rows.append(Row(begins, tuple(cells)))
            check_rows(len(rows))
            begins = reader.line_num + 1
    except csv.Error as error:
        raise unreadable(f"Row {begins}", "a row with its quotes closed", quoted(str(error)).strip("“”")) from error
    was_cut = len(rows) > 1 and not last[0].endswith("\n") and 1 < len(rows[-1].cells) < len(rows[-2].cells)
    if was_cut and any(dates.reading(cell) for cell in rows[-1].cells):
        raise unreadable(f"Row {rows[-1].number}", "a whole row", "the end of the file")
    return rows
