"""Every demo client's October, exported by its bank in four formats: the readers find the same lines in each."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from agents.reconciliation.statements.continuity import tie_out
from agents.reconciliation.statements.outcome import Expected
from agents.reconciliation.statements.reading import read_statement
from books.records import Statement
from sandbox.demo import books
from sandbox.demo_books import DEMO_TODAY
from sandbox.statements.__main__ import main
from sandbox.statements.feed import bank_accounts, feed_of
from sandbox.statements.formats import FORMATS

BOOKS: list[Any] = books(DEMO_TODAY)
ACCOUNTS = [(client, account) for client in BOOKS for account in bank_accounts(client)]


def lines_of(statement: Statement) -> list[tuple[object, ...]]:
    """The lines with everything but where in the file they stood and their value dates."""
    return [
        (each.id, each.date, each.amount, each.payer, each.reference, each.description, each.bank_id)
        for each in statement.lines
    ]


@pytest.mark.parametrize(
    ("client", "account"), ACCOUNTS, ids=[f"{c['Organisation']['ShortCode']}-{a['Code']}" for c, a in ACCOUNTS]
)
def test_the_formats_read_back_to_the_same_lines(client: Any, account: Any) -> None:
    feed = feed_of(client, account, "2026-10")
    if not feed.lines:
        pytest.skip("a quiet month")
    found = {}
    for name, write in FORMATS.items():
        (statement,) = read_statement(write(feed), Expected(account=account["AccountID"])).statements
        found[name] = lines_of(statement)
        assert len(statement.lines) == len(feed.lines)
        assert sum(line.amount.amount for line in statement.lines) == feed.closing - feed.opening
        assert tie_out(statement).holds is (None if name == "ofx" else True)
        assert statement.closing is not None
        assert statement.closing.amount == feed.closing
        assert (statement.account, statement.currency) == (feed.number, feed.currency)
    assert found["csv"] == found["ofx"] == found["camt"] == found["mt940"]


def test_what_the_bank_has_not_seen_is_not_on_its_statement() -> None:
    """Bondi's October: B1 (a deposit entered, not banked) and B2 (a stale cheque) stand in the books alone."""
    client = BOOKS[0]
    feed = feed_of(client, bank_accounts(client)[0], "2026-10")
    assert len(feed.lines) > 40
    assert not {"Cash banked?", "Cheque 000417"} & {line.reference for line in feed.lines}
    entered = {row["Reference"] for row in client["BankTransactions"]}
    assert {"Cash banked?", "Cheque 000417"} <= entered


def test_the_command_writes_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "october.ofx"
    assert main(["--client", "thames", "--format", "ofx", "--out", str(file)]) == 0
    assert read_statement(file.read_bytes()).statements[0].currency == "GBP"
    assert main(["--client", "nobody", "--format", "csv", "--out", str(file)]) == 2
    assert "Next step" in capsys.readouterr().err
