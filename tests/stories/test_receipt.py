"""A customer pays, and gets the receipt: from the bank's line to the one e-mail, each step decided in Slack.

The demo firm with one word more in its file: Bondi's customers get receipts. Of October's statement one line comes in,
Little Quokka Kitchen's 1,335.22 for INV-1917 (docs/demo-books.md). Kinds: `apply_payment`, then `send_receipt`.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sandbox.statements.__main__ import main as export
from tests.support.tieout import ROOT, Tieout, call, eventually, free_ports, json_of, words_of
from tests.support.xero_wire import Wire

BONDI, IN_SLACK, IN_TEAMS = "0b0d1c0f-0000-4000-8000-00000000a001", "C0BONDI", "19:bondi@thread.tacv2"
NUMBER, ADDRESS = "INV-1917", "accounts@littlequokka.example"


@pytest.fixture(scope="module")
def tieout(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tieout]:
    """The demo firm, where Bondi wants receipts."""
    home = tmp_path_factory.mktemp("home")
    demo = (ROOT / "sandbox" / "demo" / "firm.yml").read_text()
    (home / "firm.yml").write_text(demo.replace("    aliases: [Bondi,", "    receipts: true\n    aliases: [Bondi,", 1))
    running = Tieout(home, free_ports(), env={"TIEOUT_FIRM": str(home / "firm.yml")}).start()
    call(f"{running.url}/control/pace", {"unlimited": True})
    yield running
    running.stop()


def listed(tieout: Tieout, kind: str, status: str = "") -> list[dict[str, Any]]:
    """Bondi's proposals of a kind."""
    words = ("queue", "list", "--client", "bondi-coffee", "--kind", kind, "--all")
    found = json_of(tieout.home, *words, env=tieout.env)["proposals"]
    return [each for each in found if status in ("", each["status"])]


def card(tieout: Tieout, words: str) -> dict[str, Any]:
    """The newest card in Bondi's Slack channel that says these words."""

    def shown() -> dict[str, Any] | None:
        found = [each for each in tieout.slack_messages(IN_SLACK) if words in words_of(each)]
        return found[-1] if found else None

    return eventually(words, shown)


def mails(tieout: Tieout) -> list[str]:
    """What Xero's history of the invoice says of mails."""
    xero = Wire(tieout.url, BONDI)
    invoice = next(row for row in xero.rows("Invoices") if row["InvoiceNumber"] == NUMBER)
    rows = xero.get(f"Invoices/{invoice['InvoiceID']}/History").json["HistoryRecords"]
    return [row["Details"] for row in rows if row["Changes"] == "Invoice sent"]


def test_1_the_banks_line_is_proposed_approved_and_posted(tieout: Tieout, tmp_path: Path) -> None:
    xero = Wire(tieout.url, BONDI)
    invoice = next(row for row in xero.rows("Invoices") if row["InvoiceNumber"] == NUMBER)
    xero.post(f"Contacts/{invoice['Contact']['ContactID']}", {"EmailAddress": ADDRESS})
    month, file = tmp_path / "month.csv", tmp_path / "line.csv"
    export(["--client", "bondi", "--format", "csv", "--account", "090", "--out", str(month)])
    head, *lines = month.read_text().splitlines()
    file.write_text("\n".join([head, *(each for each in lines if f",{NUMBER}," in each)]) + "\n")
    take = ("statement", "take", str(file), "--client", "bondi-coffee", "--as", "alice")
    assert json_of(tieout.home, *take, env=tieout.env)["file"]["new"] == 1
    tieout.slack_says("alice", IN_SLACK, "@Tieout bank October")
    tieout.slack_click("alice", card(tieout, "Propose 1 entry"), "Propose 1 entry")
    tieout.slack_click("priya", card(tieout, "To approve: Payment of A$1,335.22"), "Approve")
    eventually("posted", lambda: listed(tieout, "apply_payment", "posted"), within=60)
    assert mails(tieout) == []


def test_2_the_receipt_is_proposed_with_who_gets_it_and_leaves_once_the_partner_says_so(tieout: Tieout) -> None:
    offered = card(tieout, f"To approve: Receipt for {NUMBER}")
    for words in (ADDRESS, "A$1,335.22 on 28 Oct 2026", "A$0.00, paid in full", "cannot be undone"):
        assert words in words_of(offered)
    eventually("in Teams too", lambda: f"Receipt for {NUMBER}" in words_of(tieout.teams_messages(IN_TEAMS)))
    assert mails(tieout) == []
    tieout.slack_click("priya", offered, "Approve")
    (receipt,) = eventually("mailed", lambda: listed(tieout, "send_receipt", "posted"), within=60)
    assert (receipt["decided_by"], receipt["receipt"]["verified"]) == ("priya", True)
    assert mails(tieout) == [f"This invoice has been sent to {ADDRESS}"]


def test_3_later_looks_add_nothing(tieout: Tieout) -> None:
    time.sleep(11)  # two more passes of the sweeps
    assert len(listed(tieout, "send_receipt")) == 1
    assert len(mails(tieout)) == 1
