"""A client whose bank's statements Xero gives: closed at first, then read once each, and files serve as before."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from sandbox.demo import books
from sandbox.demo_books import DEMO_TODAY
from sandbox.statements.feed import bank_accounts, feed_of
from sandbox.statements.formats import as_csv
from tests.support.tieout import ROOT, Tieout, call, command_line, eventually, free_ports, json_of, words_of

FETCH = ("statement", "fetch", "--period", "2026-10", "--as", "alice", "--client")


@pytest.fixture(scope="module")
def firm(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo firm, with Bondi's statements from the Finance API."""
    content = yaml.safe_load((ROOT / "sandbox/demo/firm.yml").read_text())
    content["clients"][0]["bank_statements"] = "finance_api"
    file = tmp_path_factory.mktemp("firm") / "firm.yml"
    file.write_text(yaml.safe_dump(content))
    return file


@pytest.fixture(scope="module")
def tieout(tmp_path_factory: pytest.TempPathFactory, firm: Path) -> Iterator[Tieout]:
    running = Tieout(tmp_path_factory.mktemp("home"), free_ports(), env={"TIEOUT_FIRM": str(firm)}).start()
    call(f"{running.url}/control/pace", {"unlimited": True})
    yield running
    running.stop()


def no(tieout: Tieout, *words: str) -> dict[str, Any]:
    done = command_line(tieout.home, *words, "--json", env=tieout.env)
    assert done.returncode == 2, done.stdout
    return dict(json.loads(done.stdout)["refused"])


def test_1_closed_to_the_firm_it_says_so_and_what_to_do(tieout: Tieout) -> None:
    said = no(tieout, *FETCH, "bondi")
    assert said["code"] == "bank_statements_closed"
    assert said["next_step"].startswith("Drop the bank's own file")
    assert no(tieout, *FETCH, "kauri")["code"] == "not_switched_on"
    assert no(tieout, *FETCH[:-2], "dana", "--client", "bondi")["code"] == "may_not_drop"


def test_1_the_days_own_reading_says_it_once_in_the_clients_channel(tieout: Tieout) -> None:
    def told() -> list[dict[str, Any]]:
        return [each for each in tieout.slack_messages("C0BONDI") if "Finance API" in words_of(each)]

    assert len(eventually("the channel hears it", told, within=60)) == 1


def test_2_let_in_every_line_is_taken_once_and_the_month_is_tied_out(tieout: Tieout) -> None:
    shelf: dict[str, Any] = dict(books(DEMO_TODAY)[0])
    call(f"{tieout.url}/control/finance", {"organisation": shelf["Organisation"]["OrganisationID"]})
    answer = json_of(tieout.home, *FETCH, "bondi", env=tieout.env)
    months = {each["Code"]: feed_of(shelf, each, "2026-10") for each in bank_accounts(shelf)}
    taken = {each["account"]: each for each in answer["file"]["statements"]}
    assert {code: each["new"] for code, each in taken.items()} == {
        code: len(month.lines) for code, month in months.items() if month.lines
    }
    assert all(each["holds"] for each in taken.values())
    cheque = answer["reconciliation"]["accounts"][0]
    assert cheque["bank"]["amount"] == "72434.47"
    assert json_of(tieout.home, *FETCH, "bondi", env=tieout.env)["file"]["new"] == 0


def test_3_the_banks_own_file_adds_no_line_twice(tieout: Tieout, tmp_path: Path) -> None:
    shelf: dict[str, Any] = dict(books(DEMO_TODAY)[0])
    file = tmp_path / "october.csv"
    file.write_bytes(as_csv(feed_of(shelf, bank_accounts(shelf)[0], "2026-10")))
    words = ("statement", "take", str(file), "--client", "bondi", "--account", "090", "--as", "alice")
    (taken,) = json_of(tieout.home, *words, env=tieout.env)["file"]["statements"]
    assert (taken["new"], taken["known"]) == (0, 67)
