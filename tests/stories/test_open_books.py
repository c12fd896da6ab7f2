"""Books that nobody here wrote are opened and asked about the same day: a general ledger as accountants export it.

The ledger below is a small consultancy's. In October its suspense account keeps 480.00, and its insurance bill of
1 July is prepaid for a year with no journal after September.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.tieout import Tieout, call, eventually, free_ports, json_of, words_of

LEDGER = """Date,Account Code,Account Name,Class,Debit,Credit,Contact,Reference,Description
01/07/2026,090,Business Bank Account,Asset,"25,000.00",,,OPEN,Opening balance
01/07/2026,970,Owner Funds Introduced,Equity,,"25,000.00",,OPEN,Opening balance
01/07/2026,620,Prepayments,Asset,"2,400.00",,Harbour Insurance,HI-77,Business insurance 1 Jul 2026 to 30 Jun 2027
01/07/2026,090,Business Bank Account,Asset,,"2,400.00",Harbour Insurance,HI-77,Paid by card
31/07/2026,433,Insurance,Expense,200.00,,,J-1,Insurance July (HI-77)
31/07/2026,620,Prepayments,Asset,,200.00,,J-1,Insurance July (HI-77)
31/08/2026,433,Insurance,Expense,200.00,,,J-2,Insurance August (HI-77)
31/08/2026,620,Prepayments,Asset,,200.00,,J-2,Insurance August (HI-77)
30/09/2026,433,Insurance,Expense,200.00,,,J-3,Insurance September (HI-77)
30/09/2026,620,Prepayments,Asset,,200.00,,J-3,Insurance September (HI-77)
14/10/2026,090,Business Bank Account,Asset,"6,600.00",,Wattle Council,R-9,Consulting
14/10/2026,200,Sales,Revenue,,"6,600.00",Wattle Council,R-9,Consulting
22/10/2026,090,Business Bank Account,Asset,480.00,,,R-10,Deposit of unknown origin
22/10/2026,850,Suspense,Liability,,480.00,,R-10,Deposit of unknown origin
"""


@pytest.fixture(scope="module")
def consultancy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tieout]:
    """A bot before the ledger's books."""
    home = tmp_path_factory.mktemp("ledger")
    books = home / "wattle-consulting.csv"
    books.write_text(LEDGER)
    running = Tieout(home, free_ports(), words=("--books", str(books), "--today", "2026-11-05")).start()
    yield running
    running.stop()


def test_the_ledger_becomes_a_client_with_its_channel(consultancy: Tieout) -> None:
    health = call(f"{consultancy.url}/control/health")
    assert [each["name"] for each in health["organisations"]] == ["Wattle Consulting"]


def test_what_stands_in_the_ledger_is_found_and_nothing_else(consultancy: Tieout) -> None:
    words = ("--client", "Wattle Consulting", "--period", "2026-10")
    findings = json_of(consultancy.home, "skill", "close_readiness", *words)["findings"]
    amounts = {(each["code"], each["amount"]["amount"]) for each in findings if each["blocks"] and each["amount"]}
    assert ("suspense_clearing", "-480.00") in amounts
    assert ("prepayments", "200.00") in amounts
    assert {code for code, _ in amounts} == {"bank_reconciled", "suspense_clearing", "prepayments"}


def test_the_missing_journal_is_drafted_from_the_ledger_alone(consultancy: Tieout) -> None:
    words = ("--client", "Wattle Consulting", "--period", "2026-10")
    (draft,) = json_of(consultancy.home, "skill", "prepayments", *words)["proposals"]
    lines = {(line["account_code"], line["amount"]) for line in draft["payload"]["lines"]}
    assert lines == {("433", "200.00"), ("620", "-200.00")}


def test_the_chat_knows_the_client_too(consultancy: Tieout) -> None:
    consultancy.slack_says("alice", "dm", "Is Wattle ready to close October?")
    asked = f"{consultancy.url}/page/api/slack/messages?channel=dm&as=alice"
    eventually("the verdict", lambda: "October 2026 is not ready" in words_of(call(asked)))


def test_another_file_replaces_nothing_when_it_does_not_balance(consultancy: Tieout, tmp_path: Path) -> None:
    broken = Tieout(tmp_path, free_ports(), words=("--books", str(tmp_path / "broken.csv")))
    (tmp_path / "broken.csv").write_text(LEDGER.replace("480.00,,,R-10", "489.00,,,R-10", 1))
    with pytest.raises(AssertionError):
        broken.start()
    assert "does not balance" in (tmp_path / "bot.log").read_text()
    assert "Next step" in (tmp_path / "bot.log").read_text()
