"""What chat asks about a bank's file is answered on the command line: whether columns are right, and what pays what."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from sandbox.demo import books
from sandbox.demo_books import DEMO_TODAY
from sandbox.statements.feed import Feed, FeedLine, bank_accounts, feed_of
from sandbox.statements.formats import as_csv, as_ofx
from tests.stories.test_command_line import holds
from tests.support.tieout import Tieout, command_line, json_of

BONDI, THAMES = 0, 2
ALICE = ("--as", "alice")


def feed(client: int) -> Feed:
    """October of the client's first bank account."""
    shelf: dict[str, Any] = dict(books(DEMO_TODAY)[client])
    return feed_of(shelf, bank_accounts(shelf)[0], "2026-10")


def no(tieout: Tieout, *words: str) -> dict[str, Any]:
    """The refusal of a command."""
    done = command_line(tieout.home, "statement", *words, "--json")
    assert done.returncode == 2, done.stdout
    return dict(json.loads(done.stdout)["refused"])


def columns(tieout: Tieout, *words: str) -> dict[str, Any]:
    """What `statement columns` says of account 090 of Bondi, and in answer to a word."""
    said = json_of(tieout.home, "statement", "columns", "--client", "bondi", *ALICE, *words)
    holds(said, "statement columns")
    (account,) = [each for each in said["accounts"] if each["account"] == "090"]
    return {**account, "said": said["said"]}


def test_columns_are_named_shown_taken_back_and_confirmed(tieout: Tieout, tmp_path: Path) -> None:
    """A bank that heads its columns with letters and has three of figures: a person says what they are."""
    file, rows = tmp_path / "october.csv", as_csv(feed(BONDI)).decode().splitlines()[1:]
    file.write_text("\n".join(["A,B,C,D,E,F,G,H,I,J", *(f"{row},0.00" for row in rows)]))
    take = ("take", str(file), "--client", "bondi", "--account", "090", "--period", "2026-10", *ALICE)
    assert no(tieout, *take)["code"] == "ask_columns"
    assert no(tieout, *take, "--column", "6=money")["code"] == "column_unclear"
    assert no(tieout, *take, "--column", "6=amount")["code"] == "ask_columns", "no date is said"
    assert columns(tieout)["columns"] is None
    assert no(tieout, "columns", "--client", "bondi", *ALICE, "--confirm")["code"] == "which_account"

    said = ("--column", "2=date", "--column", "5=amount", "--column", "4=description", "--column", "6=nothing")
    assert no(tieout, *take, *said)["code"] == "unreadable_statement", "a reference is no amount"
    said = ("--column", "2=date", "--column", "6=amount", "--column", "3=payer", "--column", "9=bank_id")
    taken = json_of(tieout.home, "statement", *take, *said)["file"]
    assert taken["new"] == 67
    read = columns(tieout)
    assert read["columns"]["header"] == list("ABCDEFGHIJ")
    assert read["columns"]["roles"] == ["", "date", "payer", "", "", "amount", "", "", "bank_id", ""]
    assert not read["confirmed"]
    assert json_of(tieout.home, "statement", *take)["file"]["new"] == 0, "the account remembers what the columns are"

    assert "67 lines taken out" in columns(tieout, "--wrong")["said"]
    assert columns(tieout)["columns"] is None
    more = ("--column", "4=description", "--column", "5=reference", "--column", "7=balance")
    taken = json_of(tieout.home, "statement", *take, *said, *more)["file"]
    assert (taken["new"], taken["statements"][0]["holds"]) == (67, True), "with the balance it ties out"
    assert columns(tieout, "--confirm")["confirmed"]
    assert no(tieout, "columns", "--client", "bondi", "--as", "dana", "--wrong")["code"] == "may_not_prepare"
    assert no(tieout, *take[:-2], "--as", "dana")["code"] == "may_not_drop", "as in chat"


def test_what_pays_what_is_chosen_and_becomes_a_proposal(tieout: Tieout, tmp_path: Path) -> None:
    """In November 5,000.00 come from Elmhurst Theatre without a number, and two of its invoices are open."""
    october, file = feed(THAMES), tmp_path / "november.ofx"
    paid = FeedLine(date(2026, 11, 3), Decimal("5000.00"), "ELMHURST THEATRE", "", "Faster payment", "N1")
    start, end = date(2026, 11, 1), date(2026, 11, 4)
    file.write_bytes(as_ofx(replace(october, start=start, end=end, opening=october.closing, lines=(paid,))))
    json_of(tieout.home, "statement", "take", str(file), "--client", "thames", *ALICE)
    choose = ("statement", "choose", "--client", "thames", "--period", "2026-11", *ALICE)
    offered = json_of(tieout.home, *choose)
    holds(offered, "statement choose")
    (chosen,) = [each for each in offered["choices"] if each["label"].startswith("It pays INV-3606, Elmhurst")]
    assert len([each for each in offered["choices"] if each["line"] == chosen["line"]]) >= 2
    done = json_of(tieout.home, *choose, "--choice", chosen["choice"])
    holds(done, "statement choose")
    (proposal,) = done["proposals"]
    assert "£5,000.00 from Elmhurst Theatre" in proposal["title"]
    assert "chosen by a person" in proposal["because"]
    waiting = json_of(tieout.home, "queue", "list", "--client", "thames")["proposals"]
    assert [each["id"] for each in waiting if each["kind"] == proposal["kind"]] == [proposal["id"]]
    assert no(tieout, *choose[1:], "--choice", "nothing:like-it")["code"] == "not_open"
