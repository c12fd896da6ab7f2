"""Every demo client's October as its banks export it: dropped in Slack, tied out, approved, clicked OK, read back.

What is planted stands in `sandbox.demo`: the entries that no statement shows (PLANTED, check `bank_reconciled`) and
the lines that nobody entered (WAITING). Those, and nothing else, are named. The tests of one client follow each other;
those of different clients take turns, so that nobody waits for Xero.
"""

from __future__ import annotations

import base64
import contextlib
import functools
import html
import re
import sqlite3
import urllib.parse
import urllib.request
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from sandbox.demo import books
from sandbox.demo.planted import PLANTED
from sandbox.demo.planting import BANK, ORGANISATIONS
from sandbox.demo.waiting import WAITING
from sandbox.demo_books import DEMO_TODAY
from sandbox.statements.feed import Feed, FeedLine, bank_accounts, feed_of
from sandbox.statements.formats import FORMATS
from tests.support.tieout import Tieout, call, eventually, json_of, words_of

CHANNELS = {"bondi-coffee": "C0BONDI", "kauri-export": "C0KAURI", "thames-studio": "C0THAMES"}
THREE = {
    "bondi-coffee": ("csv", "ofx", "camt"),
    "kauri-export": ("csv", "ofx", "mt940"),
    "thames-studio": ("ofx", "mt940", "csv"),
}
"""In what each client's files come, in this order; the last one is the one that is worked off."""
READ_AS = {"csv": "CSV", "ofx": "OFX", "camt": "CAMT.053", "mt940": "MT940"}
EVERY = [(client, form) for client, forms in THREE.items() for form in forms]
OURS = re.compile(
    r": (Payment of|\d+ payments|Done: \d+ payments|To approve: \d+ payments|Credit note|Money spent|Spend|Reconcile)"
)
"""How what is proposed for a bank's lines begins, after the client's name."""
DONE = "I have done it: check Xero"


@functools.cache
def feeds(client: str) -> dict[str, Feed]:
    """October of each of the client's bank accounts by the account's code."""
    organisation = ORGANISATIONS[client]
    every: list[dict[str, Any]] = list(books(DEMO_TODAY))
    shelf = next(each for each in every if each["Organisation"]["OrganisationID"] == organisation)
    return {each["Code"]: feed_of(shelf, each, "2026-10") for each in bank_accounts(shelf)}


def exported(client: str, form: str) -> dict[str, tuple[bytes, int]]:
    """The same as files, each with the number of its lines."""
    return {code: (FORMATS[form](feed), len(feed.lines)) for code, feed in feeds(client).items()}


def planted(client: str) -> set[tuple[str, str]]:
    """What is to be named, each by words of its title and its amount."""
    entries = {(each.number, f"{each.amount:,.2f}") for each in PLANTED if each.client == client and each.check == BANK}
    unknown = [each for each in WAITING[client] if not each.means.startswith("pays")]
    lines = {(f"{each.payee} {each.description}".strip(), f"{abs(each.amount):,.2f}") for each in unknown}
    return entries | lines


def cards(tieout: Tieout, client: str) -> list[dict[str, Any]]:
    """What the bot said in the client's channel, oldest first."""
    return [each for each in tieout.slack_messages(CHANNELS[client]) if each.get("bot_id")]


def named_on(card: dict[str, Any]) -> list[str]:
    """The titles of a card's exceptions, each with its figure."""
    return re.findall(r'"text": "\S \d+\. ([^"]+? · [^"]+?)"', words_of(card))


def unexplained_on(card: dict[str, Any]) -> dict[str, str]:
    """What the card's tie-out leaves unexplained, by the bank account's code."""
    (table,) = [each for each in card["blocks"] if each["type"] == "table"]
    head, *rows = [[cell["text"] for cell in row] for row in table["rows"]]
    (last,) = [row for row in rows if row[0] == "Unexplained"]
    return {name[:3]: figure for name, figure in zip(head[1:], last[1:], strict=True)}


def is_tied_out(card: dict[str, Any], client: str) -> bool:
    """Whether nothing is unexplained in any account of the base currency; Xero gives no balance in another."""
    foreign = {"091"} if client == "kauri-export" else set()
    figures = [figure for code, figure in unexplained_on(card).items() if code not in foreign]
    return {re.sub(r"[^\d.]", "", each) for each in figures} == {"0.00"}


def assert_only_planted(card: dict[str, Any], client: str) -> None:
    titles, expected = named_on(card), planted(client)
    assert {each for each in expected if any(each[0] in one and one.endswith(each[1]) for one in titles)} == expected
    assert len(titles) == len(expected), f"nothing is invented: {titles}"


def dropped(tieout: Tieout, client: str, form: str) -> list[dict[str, Any]]:
    """Alice drops the client's files together, and each is answered with a card."""
    files, before = exported(client, form), len(cards(tieout, client))
    given = [
        {"name": f"{code}.{form}", "content": base64.b64encode(content).decode()}
        for code, (content, _) in files.items()
    ]
    place = {"as": "alice", "channel": CHANNELS[client], "text": "October" if form == "csv" else ""}
    call(f"{tieout.url}/page/api/slack/file", place | {"files": given})

    def answers() -> list[dict[str, Any]] | None:
        found = [each for each in cards(tieout, client)[before:] if "read as" in words_of(each)]
        return found if len(found) == len(files) else None

    return eventually("a card for each file", answers)


def forget_the_lines(tieout: Tieout, client: str) -> None:
    """Clears the client's shelf, so that the next format is not the same lines once more."""
    with contextlib.closing(sqlite3.connect(tieout.home / "tieout.db", timeout=10)) as database, database:
        for table in ("bank_statement_lines", "bank_statements", "bank_feeds"):
            database.execute(f"DELETE FROM {table} WHERE organisation = ?", (ORGANISATIONS[client],))


def buttons(message: dict[str, Any], beginning: str) -> list[str]:
    """The labels on a message that begin so."""
    elements = [each for block in message.get("blocks", []) for each in block.get("elements", [])]
    labels = [each["text"]["text"] for each in elements if isinstance(each.get("text"), dict)]
    return [each for each in labels if each.startswith(beginning)]


def looked_at(tieout: Tieout, client: str) -> dict[str, Any]:
    """The card that Alice gets when she asks for the bank's month."""
    before = len(cards(tieout, client))
    tieout.slack_says("alice", CHANNELS[client], "@Tieout bank October")

    def shown() -> dict[str, Any] | None:
        return next((each for each in cards(tieout, client)[before:] if "lines of the bank" in words_of(each)), None)

    return eventually("the bank's card", shown)


def of_the_bank(tieout: Tieout, client: str) -> list[dict[str, Any]]:
    """The cards of proposals that came from the bank's lines."""
    return [each for each in cards(tieout, client) if OURS.search(each["text"])]


def waiting(tieout: Tieout, client: str) -> list[dict[str, Any]]:
    """Those of them that wait for a decision."""
    return [each for each in of_the_bank(tieout, client) if buttons(each, "Approve")]


def proposed(tieout: Tieout, client: str) -> int:
    """How many proposals they stand for: a batch has several."""
    counted = [re.search(r"To approve: (\d+) payments", each["text"]) for each in waiting(tieout, client)]
    return sum(int(found[1]) if found else 1 for found in counted)


def all_is_done(tieout: Tieout, client: str) -> bool:
    """Whether everything that was approved is done; where a person's OK is asked for, Alice gives it and says so."""
    for each in of_the_bank(tieout, client):
        if buttons(each, DONE):
            (link,) = set(re.findall(r'"url": "([^"]*BankRec[^"]*)"', words_of(each)))
            click_ok_for_all(link)
            tieout.slack_click("alice", each, DONE)
    return all(re.search("Done|Waiting|To approve", each["text"]) for each in of_the_bank(tieout, client))


# The story --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("client", "form"), EVERY)
def test_1_the_files_tie_out_and_what_is_planted_is_named_and_nothing_else(
    tieout: Tieout, client: str, form: str
) -> None:
    forget_the_lines(tieout, client)
    answers = dropped(tieout, client, form)
    said = " ".join(words_of(card) for card in answers)
    for code, (_, lines) in exported(client, form).items():
        counted = f"{lines} {'line' if lines == 1 else 'lines'}"
        assert re.search(rf"{code}\.{form}, read as {READ_AS[form]}[^:]*: {counted} of .*?{lines} new, 0 already", said)
    *_, last = answers
    assert is_tied_out(last, client)
    assert_only_planted(last, client)


@pytest.mark.parametrize(("number", "client"), [(number, client) for number in (1, 2, 3) for client in CHANNELS])
def test_2_what_is_proposed_is_approved_posted_and_clicked_ok(tieout: Tieout, number: int, client: str) -> None:
    """First the payments; then a person's OK beside them, and the payment that a credit note made exact; then its."""
    eventually("all done", lambda: all_is_done(tieout, client), within=90)
    card = looked_at(tieout, client)
    if not (labels := buttons(card, "Propose")):
        assert number > 2
        return
    tieout.slack_click("alice", card, labels[0])
    eventually("all of it", lambda: proposed(tieout, client) == int(labels[0].split()[1]))
    for each in waiting(tieout, client):
        (label,) = buttons(each, "Approve")
        tieout.slack_click("priya", each, label)
    eventually("approved", lambda: not waiting(tieout, client))


@pytest.mark.parametrize("client", CHANNELS)
def test_3_every_line_that_anybody_knows_is_read_back_as_reconciled(tieout: Tieout, client: str) -> None:
    eventually("all done", lambda: all_is_done(tieout, client), within=90)
    last = looked_at(tieout, client)
    reconciled = sum(lines for _, lines in exported(client, "csv").values()) - 2
    assert re.search(rf"reconciled in Xero +█+ +{reconciled}\\nnothing explains it +█+ +2\"", words_of(last))
    assert not buttons(last, "Propose")
    assert is_tied_out(last, client)
    assert_only_planted(last, client)


def test_4_the_metrics_say_that_people_took_everything_as_it_stood(tieout: Tieout) -> None:
    told = json_of(tieout.home, "statement", "metrics")["tiers"]
    found = {(each["client"], each["tier"]): (each["accepted"], each["corrected"], each["rejected"]) for each in told}
    assert found[("bondi-coffee", "sure")] == (6, 0, 0)
    assert found[("kauri-export", "sure")] == (6, 0, 0), "with the payment that the credit note made exact"
    assert found[("kauri-export", "short")] == (1, 0, 0)
    assert found[("thames-studio", "short")] == (2, 0, 0), "the payment in full and the fee"
    assert {each["precision"] for each in told} == {"1.0000"}


def test_5_where_several_documents_fit_a_person_chooses_one_by_a_click(tieout: Tieout) -> None:
    """In November 5,000.00 come from Elmhurst Theatre without a number, and two of its invoices are open."""
    client, elmhurst = "thames-studio", "INV-3606, Elmhurst Theatre"
    feed = feeds(client)["090"]
    paid = FeedLine(date(2026, 11, 3), Decimal("5000.00"), "ELMHURST THEATRE", "", "Faster payment", "N1")
    november = replace(feed, start=date(2026, 11, 1), end=date(2026, 11, 4), opening=feed.closing, lines=(paid,))
    given = {"name": "november.ofx", "content": base64.b64encode(FORMATS["ofx"](november)).decode()}
    place = {"as": "alice", "channel": CHANNELS[client], "text": ""}
    call(f"{tieout.url}/page/api/slack/file", place | {"files": [given]})

    def shown() -> dict[str, Any] | None:
        return next((each for each in cards(tieout, client) if buttons(each, f"It pays {elmhurst}")), None)

    card = eventually("the choices", shown)
    assert buttons(card, "It pays INV-3549, Elmhurst Theatre"), "the other one is offered too"
    tieout.slack_click("alice", card, f"It pays {elmhurst}")
    (proposal,) = eventually("the payment", lambda: waiting(tieout, client))
    assert "£5,000.00 from Elmhurst Theatre" in proposal["text"]
    assert "chosen by a person" in words_of(proposal)
    tieout.slack_click("alice", card, f"It pays {elmhurst}")
    assert len(waiting(tieout, client)) == 1


def click_ok_for_all(link: str) -> int:
    """Presses OK beside every line for which Xero's page offers an entry; says how many there were."""
    for pressed in range(20):
        with urllib.request.urlopen(link, timeout=10) as answer:
            address, page = answer.url, answer.read().decode()
        forms = [each for each in re.findall(r'<form method="post">(.*?)</form>', page, re.S) if 'name="line"' in each]
        if not forms:
            return pressed
        fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', forms[0]))
        body = urllib.parse.urlencode({name: html.unescape(value) for name, value in fields.items()}).encode()
        with urllib.request.urlopen(urllib.request.Request(address, body, method="POST"), timeout=10):
            pass
    raise AssertionError("the page offers more than there is")
