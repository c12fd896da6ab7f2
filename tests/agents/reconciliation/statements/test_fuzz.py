"""A slice of the fuzz run (`make fuzz-statements` plays more), and files as large as may be and larger."""

from __future__ import annotations

import io
import zipfile

import pytest

from agents.reconciliation.statements.outcome import Expected
from agents.reconciliation.statements.reading import read_statement
from books.refusal import Refusal
from tests.agents.reconciliation.statements.fuzz import play

FILES = 1_500
AUD = Expected(currency="AUD")


def test_damaged_files_are_read_or_refused() -> None:
    became, wrong = play(0, FILES)
    assert not wrong
    assert became["read"] > FILES // 20, "damage this small must leave some files readable"
    assert became["unreadable_statement"] > FILES // 3


def test_more_than_a_hundred_megabytes_are_refused_before_they_are_read() -> None:
    with pytest.raises(Refusal, match="101 MB; a statement may have 100 MB"):
        read_statement(b"Date,Description,Amount\n" + b" " * 100_000_000 + b"x")
    with pytest.raises(Refusal, match="17 MB; a workbook may have 16 MB"):
        read_statement(b"PK" + b" " * 16_000_000 + b"x")


def test_more_lines_than_a_statement_may_hold_are_refused() -> None:
    rows = b"31/10/2026,a,1.00\n" * 50_001
    with pytest.raises(Refusal, match="more than 50,000 statement lines"):
        read_statement(b"Date,Description,Amount\n" + rows, AUD)
    blank = b"Date,Description,Amount\n" + b"\n" * 1_000_000
    with pytest.raises(Refusal, match="more than 60,000 rows"):
        read_statement(blank, AUD)


def test_a_workbook_that_lies_about_its_size_is_refused() -> None:
    """The directory says ten bytes, the part unpacks to sixty million."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b" " * 60_000_000)
    content = packed.getvalue().replace((60_000_000).to_bytes(4, "little"), (10).to_bytes(4, "little"))
    with pytest.raises(Refusal, match=r"damaged|unpacks"):
        read_statement(content, AUD)
