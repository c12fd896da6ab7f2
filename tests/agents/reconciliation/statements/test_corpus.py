"""Broken and odd statement files, each with the lines it must read as or the words it must be refused with."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from agents.reconciliation.statements.outcome import Expected, Reading
from agents.reconciliation.statements.reading import read_statement
from books.money import Money
from books.refusal import Refusal

CORPUS = Path(__file__).parent / "corpus"
EXPECTED: dict[str, dict[str, Any]] = yaml.safe_load((CORPUS / "expected.yml").read_text())


def told(reading: Reading) -> list[str]:
    """The lines as the corpus writes them: day, amount, payer|reference|description."""
    return [
        f"{line.date} {line.amount.plain()} {line.payer}|{line.reference}|{line.description}"
        for statement in reading.statements
        for line in statement.lines
    ]


def plain(amount: Money | None) -> str:
    """A balance as the corpus writes it."""
    return "none" if amount is None else amount.plain()


def test_every_file_has_its_expectation_and_there_are_enough() -> None:
    assert {path.name for path in CORPUS.iterdir()} - {"expected.yml"} == set(EXPECTED)
    assert len(EXPECTED) >= 60


@pytest.mark.parametrize("name", EXPECTED)
def test_a_file_reads_as_expected(name: str) -> None:
    wanted, content = EXPECTED[name], (CORPUS / name).read_bytes()
    given = Expected(**wanted.get("given", {}))
    if "refused" in wanted:
        with pytest.raises(Refusal) as refused:
            read_statement(content, given)
        code, words = wanted["refused"]
        assert refused.value.code == code
        assert words in refused.value.words
        assert refused.value.next_step
        return
    reading = read_statement(content, given)
    assert told(reading) == wanted["lines"]
    assert reading.format == wanted.get("format", reading.format)
    assert len(reading.statements) == wanted.get("statements", 1)
    first = reading.statements[0]
    assert plain(first.opening) == wanted.get("opening", plain(first.opening))
    assert plain(first.closing) == wanted.get("closing", plain(first.closing))
    assert first.account == wanted.get("account", first.account)
    assert [each.position for each in reading.breaks] == wanted.get("breaks", [])
    assert wanted.get("remark", "") in " ".join(reading.remarks)
    assert len(reading.skipped) == wanted.get("skipped", len(reading.skipped))
    ids = [line.id for statement in reading.statements for line in statement.lines]
    assert all(ids)
    assert len(set(ids)) == len(ids) or name == "mt940_two_days.sta", "the same lines stand in two statements there"
    assert read_statement(content, given) == reading, "the same bytes read to the same statements"
