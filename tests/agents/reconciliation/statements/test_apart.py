"""Large files are read in a process of their own, to the same outcome; one that runs away takes nothing along."""

from __future__ import annotations

import resource
import sys
import zipfile
from io import BytesIO

import pytest

from agents.reconciliation.statements import apart, bounds
from agents.reconciliation.statements.apart import read_apart
from agents.reconciliation.statements.outcome import Expected
from agents.reconciliation.statements.reading import read_statement
from books.refusal import Refusal

AUD = Expected(currency="AUD", account="090")
HEADER = b"Date,Payee,Description,Amount,Balance\n"


def table(lines: int, said: str = "Thank you for the delivery") -> bytes:
    """A table whose balance runs on by one dollar a line."""
    rows = (f"31/10/2026,Harbour Trading,{said} {place},1.00,{place}.00\n" for place in range(1, lines + 1))
    return HEADER + "".join(rows).encode()


def refused(content: bytes) -> Refusal:
    with pytest.raises(Refusal) as no:
        read_apart(content, AUD)
    assert no.value.next_step.endswith("nothing of this file was taken.")
    return no.value


def children_seconds() -> float:
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    return spent.ru_utime + spent.ru_stime


def test_a_large_file_reads_to_the_same_lines_in_a_process_of_its_own() -> None:
    content, before = table(6_000), children_seconds()
    assert len(content) > apart.SMALL_BYTES
    assert read_apart(content, AUD) == read_statement(content, AUD)
    assert children_seconds() > before


def test_a_small_file_is_read_where_it_is_and_a_workbook_never() -> None:
    before = children_seconds()
    assert len(read_apart(table(10), AUD).statements[0].lines) == 10
    assert children_seconds() == before
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b" " * 60_000_000)
    assert "unpacks to more than 48 MB" in refused(packed.getvalue()).words
    assert children_seconds() > before


def test_what_is_no_statement_is_refused_with_the_same_words() -> None:
    content = table(6_000).replace(
        b"31/10/2026,Harbour Trading,Thank you for the delivery 5999,1.00", b"31/10/2026,,,x"
    )
    with pytest.raises(Refusal) as here:
        read_statement(content, AUD)
    there = refused(content)
    assert (there.words, there.next_step, there.code) == (here.value.words, here.value.next_step, here.value.code)
    assert "Row 6000" in there.words


def test_a_reader_that_takes_too_much_memory_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "MEMORY_BYTES", 90_000_000)
    no = refused(table(20_000, "word " * 400))
    assert no.code == "statement_too_large"
    assert "needs more memory" in no.words


def test_a_reader_that_runs_away_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    """Attributes without end in one tag keep the parser of XML busy for far longer than the file is large."""
    monkeypatch.setattr(apart, "CPU_SECONDS", 1)
    before = children_seconds()
    content = b"<Document><BkToCstmrStmt><Stmt " + b" ".join(b"a%d='1'" % place for place in range(3_000_000))
    no = refused(content)
    assert no.code == "statement_too_large"
    assert "given up" in no.words
    assert "one month at a time" in no.next_step
    assert children_seconds() - before < 3


def test_texts_beyond_what_lines_say_are_refused_before_they_are_handed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounds, "MAX_SAID", 1)  # of this process: the one that reads has its own
    assert len(read_apart(table(6_000), AUD).statements[0].lines) == 6_000
    assert "say more than 32 MB" in refused(table(12_000, "word " * 700)).words


def test_the_process_is_given_no_key_and_no_token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XERO_CLIENT_SECRET", "secret")
    told = "import json, os, sys; sys.stdin.buffer.read(); print(json.dumps({'words': ' '.join(os.environ)}))"
    monkeypatch.setattr(apart, "_READER", (sys.executable, "-c", told))
    with pytest.raises(Refusal) as said:
        read_apart(table(6_000), AUD)
    assert "SECRET" not in said.value.words
    assert "PATH" not in said.value.words


def test_a_reader_that_breaks_is_no_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "_READER", (sys.executable, "-c", "raise SystemExit('broken')"))
    with pytest.raises(RuntimeError, match="ended with 1: broken"):
        read_apart(table(6_000), AUD)


def test_the_entries_of_camt_are_let_go_of_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three hundred elements may be held; the file has thousands, in entries and in one batch."""
    monkeypatch.setattr(bounds, "MAX_ELEMENTS", 300)
    details = "<TxDtls><Refs><EndToEndId>E</EndToEndId></Refs><RmtInf><Ustrd>Thanks</Ustrd></RmtInf></TxDtls>"
    entry = (
        '<Ntry><Amt Ccy="EUR">1.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><BookgDt><Dt>2026-10-05</Dt></BookgDt>'
        "<NtryDtls>{}</NtryDtls></Ntry>"
    )
    entries = entry.format(details) * 100 + entry.format(details * 500)
    content = (
        "<Document><BkToCstmrStmt><Stmt><Id>1</Id><Acct><Id><IBAN>DE02120300000000202051</IBAN></Id></Acct>"
        f"{entries}</Stmt></BkToCstmrStmt></Document>"
    )
    (statement,) = read_statement(content.encode(), Expected()).statements
    assert len(statement.lines) == 101
    assert statement.lines[0].reference == "E"
    assert statement.lines[-1].description.startswith("Batch of 500: ")
    with pytest.raises(Refusal, match="more than 300 elements"):
        read_statement(content.replace("<Acct>", "<Acct>" + "<Nm/>" * 300).encode(), Expected())
