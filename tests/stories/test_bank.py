"""The bank's month, lived through: October's statement comes in, ties out, is matched, approved and clicked OK.

Bondi's bank shows eight lines that nobody has entered (docs/demo-books.md). The reconciliation proposes what pays open
invoices and bills as kinds `apply_payment` and then `confirm_reconciliation`; the fee and the unknown deposit stay
exceptions. Nothing else is invented.
"""

from __future__ import annotations

import contextlib
import html
import re
import subprocess
import sys
import urllib.parse
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from tests.support.tieout import ROOT, Tieout, command_line, eventually, json_of, words_of

BONDI = "0b0d1c0f-0000-4000-8000-00000000a001"
SKILL = "reconciliation"
PLANTED = {"Osko deposit 4471", "Account keeping fee", "INV-1905", "Cash banked?", "Cheque 000417"}


@pytest.fixture(scope="module")
def statement(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """October of Bondi's cheque account, as its bank exports it."""
    file = tmp_path_factory.mktemp("bank") / "october.csv"
    words = ["--client", "bondi", "--format", "csv", "--account", "090", "--out", str(file)]
    subprocess.run([sys.executable, "-m", "sandbox.statements", *words], cwd=ROOT, check=True, capture_output=True)
    return file


def reconciled(tieout: Tieout) -> dict[str, Any]:
    return dict(json_of(tieout.home, "skill", SKILL, "--client", "bondi-coffee", "--period", "2026-10"))


def cheque_account(answer: dict[str, Any]) -> dict[str, Any]:
    return dict(next(each for each in answer["accounts"] if each["code"] == "090"))


def test_1_the_statement_is_taken_once_and_ties_out(tieout: Tieout, statement: Path) -> None:
    words = ("statement", "take", str(statement), "--client", "bondi-coffee", "--as", "alice")
    first = json_of(tieout.home, *words)
    assert first["file"]["statements"][0]["account"] == "090"
    assert first["file"]["new"] == 67
    assert json_of(tieout.home, *words)["file"]["new"] == 0, "the same file again brings nothing"
    tied = cheque_account(first["reconciliation"])
    assert (tied["holds"], tied["difference"]["amount"]) == (True, "0.00")
    titles = " ".join(each["title"] for each in first["reconciliation"]["findings"])
    assert {each for each in PLANTED if each in titles} == PLANTED
    assert len(first["reconciliation"]["findings"]) == len(PLANTED), "nothing is invented"


def test_2_a_viewer_and_a_stranger_file_are_refused(tieout: Tieout, tmp_path: Path) -> None:
    broken = tmp_path / "broken.csv"
    broken.write_text("Date,Amount\n01/10/2026,abc\n")
    done = command_line(tieout.home, "statement", "take", str(broken), "--client", "bondi-coffee", "--as", "alice")
    assert done.returncode == 2
    assert "Next step:" in done.stderr
    assert cheque_account(reconciled(tieout))["holds"]


def test_3_the_card_in_slack_offers_the_entries_and_alice_proposes_them(tieout: Tieout) -> None:
    tieout.slack_says("alice", "C0BONDI", "@Tieout bank October")

    def card() -> dict[str, Any] | None:
        shown = [each for each in tieout.slack_messages("C0BONDI") if "exceptions left" in words_of(each)]
        return shown[-1] if shown else None

    offered = eventually("the bank's card", card)
    assert "Osko deposit 4471" in words_of(offered)
    tieout.slack_click("alice", offered, "Propose 6 entries")
    for _ in range(2):
        # A client's sixty calls a minute are shared with the morning's posts: a second click proposes what had to wait.
        with contextlib.suppress(AssertionError):
            eventually("some", lambda: len(payments(tieout)) == 6, within=65)
            break
        tieout.slack_click("alice", offered, "Propose 6 entries")
    waiting = eventually("the payments", lambda: payments(tieout) if len(payments(tieout)) == 6 else None)
    numbers = {each["number"] for one in waiting for each in one["payload"]["documents"]}
    expected = {"INV-1917", "INV-1913", "INV-1904", "INV-1923", "INV-1920", "INV-1918", "KFL-5280"}
    assert numbers == expected


def test_3_one_account_is_shown_as_accountants_write_it_down_to_the_ledger(tieout: Tieout) -> None:
    tieout.slack_says("alice", "C0BONDI", "@Tieout bank 090 October")

    def card() -> dict[str, Any] | None:
        shown = [each for each in tieout.slack_messages("C0BONDI") if "Balance of the ledger" in words_of(each)]
        return shown[-1] if shown else None

    shown = eventually("the account's card", card, within=90)
    words = words_of(shown)
    for each in ("Business Cheque ties out", "14 Aug Coogee Shopfitters, Cheque 000417", "27 Oct Osko deposit 4471"):
        assert each in words
    before = len(tieout.slack_ephemerals("alice"))
    tieout.slack_click("alice", shown, "Look again")
    again = eventually("the same again", lambda: tieout.slack_ephemerals("alice")[before:], within=90)
    assert "Balance of the ledger" in words_of(again)


def test_3_the_banks_of_all_clients_in_one_look(tieout: Tieout) -> None:
    said = command_line(tieout.home, "ask", "bank all October", "--as", "alice").stdout
    lines = {each.split("  ")[0]: each for each in said.splitlines() if each.count("  ") > 2}
    assert "2 accounts without a statement" in lines["Bondi Coffee Roasters Pty Ltd"]
    assert "no statement yet" in lines["Kauri Export Ltd"]
    assert "0 of 3 banks tie out" in said


def payments(tieout: Tieout, *more: str) -> list[dict[str, Any]]:
    listed = json_of(tieout.home, "queue", "list", "--client", "bondi-coffee", "--kind", "apply_payment", *more)
    return list(listed["proposals"])


def test_4_the_partner_approves_them_together_and_each_is_posted_once(tieout: Tieout) -> None:
    gathered = json_of(tieout.home, "queue", "batches", "--client", "bondi-coffee", "--kind", "apply_payment")
    (batch,) = gathered["batches"]
    together = len(batch["proposals"])
    assert together + len(gathered["apart"]) == 6
    json_of(tieout.home, "queue", "batch", "approve", batch["id"], "--as", "priya")
    for each in gathered["apart"]:
        json_of(tieout.home, "queue", "approve", each["id"], "--as", "priya")

    def posted() -> bool:
        return [each["status"] for each in payments(tieout, "--all")].count("posted") == 6

    eventually("all posted", posted, within=150)
    answer = reconciled(tieout)
    assert (answer["tiers"].get("in the ledger"), answer["tiers"].get("sure", 0)) == (6, 0)
    assert cheque_account(answer)["holds"]


def test_5_a_person_clicks_ok_in_xero_and_it_is_proved(tieout: Tieout) -> None:
    (draft,) = reconciled(tieout)["proposals"]
    assert draft["kind"] == "confirm_reconciliation"
    tieout.slack_says("alice", "C0BONDI", "@Tieout bank October please")

    def card() -> dict[str, Any] | None:
        shown = [each for each in tieout.slack_messages("C0BONDI") if "Propose 1 entry" in words_of(each)]
        return shown[-1] if shown else None

    tieout.slack_click("alice", eventually("the card", card), "Propose 1 entry")

    def waiting() -> dict[str, Any] | None:
        listed = json_of(tieout.home, "queue", "list", "--client", "bondi-coffee", "--kind", "confirm_reconciliation")
        return next(iter(listed["proposals"]), None)

    proposal = eventually("the confirmation", waiting)
    approved = json_of(tieout.home, "queue", "approve", proposal["id"], "--as", "priya")
    assert approved["status"] == "awaiting_person"
    click_ok_for_all(str(approved["receipt"]["link"]))

    def proved() -> bool:
        return bool(json_of(tieout.home, "queue", "show", proposal["id"])["status"] == "posted")

    eventually("read back", proved, within=100)
    answer = reconciled(tieout)
    assert answer["tiers"] == {"done": 65, "in the ledger": 0, "none": 2}
    assert cheque_account(answer)["holds"]


def click_ok_for_all(link: str) -> None:
    """Presses OK beside every line for which Xero's page offers an entry."""
    for _ in range(20):
        with urllib.request.urlopen(link, timeout=10) as answer:
            address, page = answer.url, answer.read().decode()
        offered = [
            each for each in re.findall(r'<form method="post">(.*?)</form>', page, re.S) if 'name="line"' in each
        ]
        if not offered:
            return
        fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', offered[0]))
        body = urllib.parse.urlencode({name: html.unescape(value) for name, value in fields.items()}).encode()
        with urllib.request.urlopen(urllib.request.Request(address, body, method="POST"), timeout=10):
            pass
