"""XLSX of any bank: the archive measured before it is unpacked, one sheet read as rows and handed to `tables`."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from collections.abc import Iterator
from decimal import Decimal
from typing import Any
from zlib import error as BadCompression  # noqa: N812 - the module's own name says nothing

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet._read_only import ReadOnlyWorksheet

from agents.reconciliation.statements.bounds import (
    MAX_COLUMNS,
    MAX_FIELD,
    MAX_MARKS,
    MAX_PARTS,
    MAX_UNPACKED,
    MAX_WORKBOOK,
    check_rows,
    too_much,
    too_odd,
)
from agents.reconciliation.statements.headers import is_header
from agents.reconciliation.statements.layout import Row
from agents.reconciliation.statements.outcome import Expected, Reading
from agents.reconciliation.statements.tables import read_table
from agents.reconciliation.statements.words import unreadable
from books.refusal import Refusal

_DECLARED = re.compile(rb"<!(?:DOCTYPE|ENTITY)|<\x00!\x00(?:D\x00O\x00C|E\x00N\x00T)", re.IGNORECASE)
_FAR_COLUMN = re.compile(rb'<c [^>]*?r="[A-Z]{3,}\d|<c [^>]*?r="[D-Z][A-Z]\d')
_ROW = re.compile(rb"<(?:\w+:)?row\b")
_LONG_FORMAT = re.compile(rb"""formatCode=(?:"[^"]{256}|'[^']{256})""")
"""Excel's own limit is 255 characters; the library tries patterns on them that a longer one could keep busy."""
_HALF_READ = (
    zipfile.BadZipFile, BadCompression, InvalidFileException, KeyError, ValueError, TypeError, AttributeError,
    IndexError, SyntaxError, OverflowError, EOFError, RuntimeError, AssertionError,
)  # fmt: skip
"""What a damaged workbook makes the library raise: each part of it is XML with its own way of being wrong."""


def read_workbook(content: bytes, expected: Expected) -> Reading:
    """The statements of a workbook's only sheet with a table of lines in it; raises Refusal."""
    _check_archive(content)
    try:
        rows = _rows(content)
    except Refusal:
        raise
    except _HALF_READ as error:
        raise _damaged() from error
    return read_table(rows, expected, form="XLSX", delimiter="", encoding="")


def _damaged() -> Refusal:
    return Refusal(
        "The workbook is damaged and cannot be opened.",
        next_step="Export the statement again from the bank, as CSV or OFX if it can; nothing of this file was taken.",
        code="unreadable_statement",
    )


def _check_archive(content: bytes) -> None:
    """Refuses what unpacks to too much, declares entities, or is locked, by reading every part once within bounds."""
    if len(content) > MAX_WORKBOOK:
        size, most = -(-len(content) // 1_000_000), MAX_WORKBOOK // 1_000_000
        raise too_much(f"The workbook is {size:,} MB; a workbook may have {most} MB.")
    left = MAX_UNPACKED
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            if len(parts) > MAX_PARTS:
                raise too_odd(f"The workbook holds {len(parts):,} parts; it may have {MAX_PARTS}.")
            if sum(part.file_size for part in parts) > MAX_UNPACKED:
                raise too_much(f"The workbook unpacks to more than {MAX_UNPACKED // 1_000_000} MB.")
            if len({part.filename for part in parts}) != len(parts):
                raise _damaged()
            for part in parts:
                left -= _check_part(archive, part, left)
    except _HALF_READ as error:
        raise _damaged() from error


def _check_part(archive: zipfile.ZipFile, part: zipfile.ZipInfo, left: int) -> int:
    with archive.open(part) as opened:
        unpacked = opened.read(left + 1)
    if len(unpacked) > left:
        raise too_much(f"The workbook unpacks to more than {MAX_UNPACKED // 1_000_000} MB.")
    if part.filename.endswith((".xml", ".rels")) and _DECLARED.search(unpacked):
        raise unreadable(f"Part {part.filename}", "no declarations", "a document type or entity")
    if unpacked.count(b"<") > MAX_MARKS or _LONG_FORMAT.search(unpacked):
        raise too_odd(f"The workbook's part {part.filename[:60]} holds more than it may.")
    if part.filename.startswith("xl/worksheets/") and (_FAR_COLUMN.search(unpacked) or _is_wide(unpacked)):
        raise too_odd(f"The workbook has more than {MAX_COLUMNS} columns.")
    return len(unpacked)


def _is_wide(sheet: bytes) -> bool:
    """Whether a row holds far more cells than columns may be, numbered or not: the library keeps a whole row."""
    rows = _ROW.split(sheet.partition(b"</sheetData>")[0])[1:]
    return any(row.count(b"<c") + row.count(b":c") > 4 * MAX_COLUMNS for row in rows)


def _rows(content: bytes) -> list[Row]:
    """The rows of the one sheet that has a header of a statement; of the first sheet if none has."""
    workbook = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=False, keep_links=False)
    try:
        sheets = [sheet for sheet in workbook.worksheets if isinstance(sheet, ReadOnlyWorksheet)]
        read = [list(_read(sheet)) for sheet in sheets]
        found = [rows for rows in read if any(is_header(row.cells) for row in rows[:60])]
        if len(found) > 1:
            raise unreadable("The workbook", "one sheet of statement lines", f"{len(found)} sheets")
        return found[0] if found else (read[0] if read else [])
    finally:
        workbook.close()


def _read(sheet: Any) -> Iterator[Row]:
    sheet.reset_dimensions()
    for number, cells in enumerate(sheet.iter_rows(), 1):
        check_rows(number)
        yield Row(number, tuple(_text(cell, number) for cell in cells[:MAX_COLUMNS]))


def _text(cell: Any, number: int) -> str:
    """A cell as text: dates in ISO, figures in the fifteen digits that a spreadsheet keeps."""
    found = cell.value
    if found is None:
        return ""
    if cell.data_type == "f":
        raise unreadable(f"Row {number}, column {cell.column_letter}", "a figure or text", "a formula")
    if cell.data_type == "e":
        raise unreadable(f"Row {number}, column {cell.column_letter}", "a figure or text", str(found))
    if isinstance(found, dt.datetime | dt.date):
        return found.strftime("%Y-%m-%d") if found.year >= 1900 else str(found)
    if isinstance(found, float):
        # The file itself keeps a binary double; its fifteen digits are the figure that the bank's export showed.
        return format(Decimal(f"{found:.15g}"), "f") if abs(found) < 1e15 else str(found)
    text = str(found)
    if len(text) > MAX_FIELD:
        raise too_odd(f"Row {number}, column {cell.column_letter} is {len(text):,} characters long.")
    return text
