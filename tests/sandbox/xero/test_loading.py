"""Books from a JSON file: completed, refused with a next step, kept over restarts, replaced when changed."""

import json
from pathlib import Path
from typing import Any

import pytest

from sandbox.xero.loading import load_files, load_made, pretty_name
from sandbox.xero.setting_up import BooksRefusedError
from sandbox.xero.store import Store
from tests.sandbox.xero.paper_lantern import ORGANISATION, books, document_id

Json = dict[str, Any]


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """An empty ledger."""
    return Store(tmp_path / "ledger.sqlite")


def write(folder: Path, content: object, name: str = "books.json") -> Path:
    """A books file."""
    file = folder / name
    file.write_text(content if isinstance(content, str) else json.dumps(content))
    return file


def test_the_smallest_books_are_an_organisation_and_an_account(store: Store, tmp_path: Path) -> None:
    small = {"Organisation": {"Name": "Tiny"}, "Accounts": [{"Code": "1", "Name": "Bank", "Type": "BANK"}]}
    identity = load_files(store, [write(tmp_path, small)])[0]
    roles = {row.get("SystemAccount") for row in store.all(identity, "accounts")}
    assert {"DEBTORS", "CREDITORS", "GST", "ROUNDING", "RETAINEDEARNINGS", "REALISEDCURRENCYGAIN"} <= roles
    assert {row["TaxType"] for row in store.all(identity, "taxrates")} >= {"OUTPUT", "INPUT", "NONE"}


def test_the_same_file_is_not_read_twice_and_a_changed_one_replaces_it(store: Store, tmp_path: Path) -> None:
    file = write(tmp_path, books())
    load_files(store, [file])
    store.db.execute("DELETE FROM documents WHERE kind = 'contacts'")  # a sign that would vanish with a second reading
    load_files(store, [file])
    assert store.count(ORGANISATION, "contacts") == 0
    changed = books()
    changed["Organisation"]["Name"] = "Paper Lantern 2"
    load_files(store, [write(tmp_path, changed)])
    assert [one["Name"] for one in store.organisations()] == ["Paper Lantern 2"]
    assert store.count(ORGANISATION, "contacts") > 0


def test_only_the_organisations_of_the_last_start_are_connected(store: Store, tmp_path: Path) -> None:
    other = books()
    other["Organisation"] |= {"OrganisationID": document_id(900), "Name": "Other Ltd"}
    one, two = write(tmp_path, books(), "one.json"), write(tmp_path, other, "two.json")
    load_files(store, [two, one])
    assert [row["Name"] for row in store.organisations()] == ["Other Ltd", "Paper Lantern Ltd"]
    load_files(store, [one])
    assert [row["Name"] for row in store.organisations()] == ["Paper Lantern Ltd"]
    load_made(store, "demo", "1", lambda: [other | {"Organisation": {"Name": "Made"}}])
    assert [row["Name"] for row in store.organisations()] == ["Made"]


def broken(**more: object) -> Json:
    """The books with some collections replaced."""
    return books() | more


REFUSED: dict[str, tuple[object, str]] = {
    "no json": ("{", "not valid JSON"),
    "deep": ("[" * 100_000, "not valid JSON"),
    "a list of words": (["x"], 'no "Organisation"'),
    "no organisation": ({"Accounts": []}, 'no "Organisation"'),
    "no accounts": ({"Organisation": {"Name": "A"}}, "no Accounts"),
    "an unknown type": (broken(Accounts=[{"Name": "A", "Type": "PIGGY"}]), "unknown Type 'PIGGY'"),
    "a code twice": (broken(Accounts=[{"Code": "1", "Name": n, "Type": "BANK"} for n in "AB"]), "stands twice"),
    "an unknown account": (
        broken(ManualJournals=[{"Date": "2026-07-01", "JournalLines": [{"AccountCode": "5", "LineAmount": 1}]}]),
        "names the account '5'",
    ),
    "an unbalanced journal": (
        broken(ManualJournals=[{"Date": "2026-07-01", "JournalLines": [{"AccountCode": "200", "LineAmount": 5}]}]),
        "does not balance",
    ),
    "paid with no payment": (broken(Payments=[]), "leave 220.00 due of 220.00"),
    "a payment of nothing known": (broken(Payments=[{"Date": "2026-07-01", "Amount": 1}]), "not in the file"),
    "a date that is none": (broken(ManualJournals=[{"Date": "soon", "JournalLines": []}]), "ManualJournals number 1"),
    "an amount that is none": (
        broken(ManualJournals=[{"Date": "2026-07-01", "JournalLines": [{"AccountCode": "200", "LineAmount": "x"}]}]),
        "is not an amount",
    ),
    "two invoices with one id": (broken(Payments=[], Invoices=[books()["Invoices"][0]] * 2), "the id of another"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_books_that_cannot_be_true_are_refused_whole(store: Store, tmp_path: Path, name: str) -> None:
    content, words = REFUSED[name]
    with pytest.raises(BooksRefusedError) as refused:
        load_files(store, [write(tmp_path, content)])
    assert words in str(refused.value)
    assert "Next step: " in str(refused.value)
    assert store.db.execute("SELECT count(*) FROM organisations").fetchone() == (0,)
    assert store.db.execute("SELECT count(*) FROM postings").fetchone() == (0,)


def test_a_bad_second_file_keeps_the_first_out_too(store: Store, tmp_path: Path) -> None:
    with pytest.raises(BooksRefusedError, match=r"two\.json"):
        load_files(store, [write(tmp_path, books()), write(tmp_path, "{", "two.json")])
    assert store.organisations() == []
    with pytest.raises(BooksRefusedError, match=r"cannot be read .*Check the path"):
        load_files(store, [tmp_path / "absent.json"])


def test_names_from_file_names() -> None:
    assert pretty_name(Path("acme_trading-2026.csv")) == "Acme Trading 2026"
    assert pretty_name(Path("ABC holdings.csv")) == "ABC Holdings"
