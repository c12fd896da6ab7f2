"""The door of the room: bytes of a file in, statements out; the format is told from the content, not the name."""

from __future__ import annotations

import re

from agents.reconciliation.statements.amounts import currency_code
from agents.reconciliation.statements.bounds import check_size
from agents.reconciliation.statements.outcome import Expected, Reading
from agents.reconciliation.statements.words import ask
from books.refusal import Refusal

_OTHERS = (
    (b"%PDF", "a PDF"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook (.xls)"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"\x1f\x8b", "a compressed file"),
    (b"Rar!", "a compressed file"),
    (b"7z\xbc\xaf", "a compressed file"),
    (b"{\\rtf", "a text document"),
)
_HTML = re.compile(r"<!doctype html|<html|<table|<body", re.IGNORECASE)


def read_statement(content: bytes, expected: Expected | None = None) -> Reading:
    """Reads a whole bank statement file: OFX, QFX, CAMT.052/053/054, MT940/942, BAI2, CSV or XLSX.

    Raises Refusal naming the place and what was expected; a code that begins with `ask_` means that an answer in
    `expected` (currency, day_first, decimal_mark, columns) makes the same file readable. Nothing is ever half read.
    """
    expected = expected or Expected()
    check_size(content)
    if expected.currency:
        currency_code(expected.currency, "The account's currency")
    return in_currency(_read(content, expected), expected.currency)


def in_currency(reading: Reading, currency: str) -> Reading:
    """The reading, if its statements are in the account's currency (empty: any); else raises Refusal (ask_account)."""
    for statement in reading.statements:
        if currency and statement.currency != currency:
            raise ask(
                f"The statement is in {statement.currency}, the account in {currency}.",
                "Choose the account that this statement belongs to.",
                "ask_account",
            )
    return reading


def _read(content: bytes, expected: Expected) -> Reading:
    """Hands the content to the one reader whose mark it bears; readers are imported when they are needed."""
    for mark, name in _OTHERS:
        if content.startswith(mark):
            raise _not_a_statement(name)
    if content.startswith(b"PK"):
        from agents.reconciliation.statements.workbook import read_workbook

        return read_workbook(content, expected)
    head = _head(content)
    if re.search(r"OFXHEADER|<OFX>", head, re.IGNORECASE):
        from agents.reconciliation.statements.ofx import read_ofx

        return read_ofx(content, expected)
    if head.startswith("<"):
        if _HTML.search(head):
            raise _not_a_statement("a web page")
        from agents.reconciliation.statements.camt import read_camt

        return read_camt(content, expected)
    if re.match(r"01,[^\n]*[\r\n]+02,", head):
        from agents.reconciliation.statements.bai2 import read_bai2

        return read_bai2(content, expected)
    if re.search(r"^(\{1:[^\n]*|:20:)", head, re.MULTILINE) and re.search(r"^:(20|25P?|28C?|60[FM]):", head, re.M):
        from agents.reconciliation.statements.swift import read_swift

        return read_swift(content, expected)
    from agents.reconciliation.statements.csv_file import read_csv

    return read_csv(content, expected)


def _head(content: bytes) -> str:
    """The first characters, well enough decoded to see a format's mark."""
    head = content[:4_000]
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return head.decode("utf-16", "replace").lstrip()
    return head.replace(b"\x00", b"").decode("utf-8", "replace").lstrip("\ufeff \t\r\n")


def _not_a_statement(what: str) -> Refusal:
    return Refusal(
        f"The file is {what}, not a bank statement that can be read.",
        next_step="Export the statement from the bank as OFX, CAMT.053, MT940, BAI2, CSV or XLSX.",
        code="not_a_statement",
    )
