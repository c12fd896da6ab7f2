"""`python -m sandbox` as app.py starts it: ready line, refusals in one sentence, a life as long as its parent's."""

import json
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.sandbox.xero.paper_lantern import ORGANISATION
from tests.sandbox.xero.test_manual_journals import journal
from tests.support.sandbox_server import ROOT, start_sandbox_process
from tests.support.xero_wire import Wire


def run(*arguments: str) -> "subprocess.CompletedProcess[str]":
    """The command, ended within seconds because its standard input is empty."""
    command = [sys.executable, "-m", "sandbox", "--parent-pipe", *arguments]
    return subprocess.run(command, cwd=ROOT, input="", capture_output=True, text=True, timeout=20, check=False)


def test_a_posted_journal_survives_a_restart(tmp_path: Path, books_file: Path) -> None:
    arguments = ("--books", str(books_file), "--today", "2026-11-05")
    first = start_sandbox_process(tmp_path / "home", *arguments)
    made = Wire(first.url, ORGANISATION).put("ManualJournals", journal(("400", "7.00"), ("620", "-7.00")), key="k")
    assert first.stop() == 0
    second = start_sandbox_process(tmp_path / "home", *arguments)
    xero = Wire(second.url, ORGANISATION)
    assert xero.put("ManualJournals", journal(("400", "7.00"), ("620", "-7.00")), key="k").body == made.body
    assert len(xero.rows("ManualJournals")) == 3
    assert xero.balance("Prepayments (620)", "2026-10-31") == "-7.00"
    assert second.stop() == 0


def test_it_ends_with_its_parents_pipe(tmp_path: Path, books_file: Path) -> None:
    done = run("--home", str(tmp_path), "--port", "0", "--books", str(books_file))
    assert done.returncode == 0
    ready = json.loads(done.stdout)
    assert ready["ready"] is True
    assert ready["port"] > 0


def test_a_taken_port_is_refused_with_a_next_step(tmp_path: Path, books_file: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = run("--home", str(tmp_path), "--port", str(taken.getsockname()[1]), "--books", str(books_file))
    assert done.returncode == 2
    assert "Next step: stop what listens there or pass --port" in done.stderr
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    ("content", "words"), [("{", "not valid JSON"), ('{"Organisation": {"Name": "A"}}', "no Accounts")]
)
def test_bad_books_are_refused_with_a_next_step(tmp_path: Path, content: str, words: str) -> None:
    file = tmp_path / "bad.json"
    file.write_text(content)
    done = run("--home", str(tmp_path), "--port", "0", "--books", str(file))
    assert done.returncode == 2
    assert words in done.stderr
    assert "Next step: " in done.stderr
    assert len(done.stderr.splitlines()) == 1
