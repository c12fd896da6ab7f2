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
    "an empty file": ("", "The file is empty"),
    "an empty list": ([], "list in the file is empty"),
    "a trailing comma": ('{"Organisation": {"Name": "A"},\n "Accounts": [],}', "line 2, column"),
    "words": ("hello", "needs the ending .csv"),
    "accounts that are no list": (broken(Accounts={"Code": "1"}), "Accounts is no list"),
    "an invoice that is a word": (broken(Invoices=["x"]), "Invoices number 1 is no object"),
    "a collection nearly named": (broken(bank_transactions=[]), "says 'bank_transactions'"),
    "an unknown status": (broken(ManualJournals=[{"Date": "2026-07-01", "Status": "OPEN"}]), "unknown Status 'OPEN'"),
    "a bill without a date": (broken(Invoices=[{"Type": "ACCPAY"}]), "Invoices number 1 has no Date"),
    "a day of another country": (broken(ManualJournals=[{"Date": "31/10/2026"}]), "ManualJournals number 1 cannot"),
    "a foreign bill without its rate": (
        broken(Invoices=[{"Type": "ACCPAY", "Date": "2026-07-01", "CurrencyCode": "USD"}], Payments=[]),
        "Invoices number 1 is in USD and has no CurrencyRate",
    ),
    "a number that two invoices have": (
        broken(
            Invoices=[{"Type": "ACCPAY", "InvoiceNumber": "7", "Date": "2026-07-01", "LineItems": []}] * 2,
            Payments=[{"Invoice": {"InvoiceNumber": "7"}, "Date": "2026-07-01", "Amount": 1}],
        ),
        "names '7', which 2 documents have",
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


def tiny(**more: object) -> Json:
    """An organisation with a bank account and an expense account."""
    accounts = [{"Code": "1", "Name": "Bank", "Type": "BANK"}, {"Code": "4", "Name": "Costs", "Type": "EXPENSE"}]
    return {"Organisation": {"Name": "Tiny"}, "Accounts": accounts} | more


def test_xeros_own_ways_of_writing_are_understood(store: Store, tmp_path: Path) -> None:
    """The organisation in a list, a flag and a date as text, a capital where Xero has none, fields that are null."""
    spent: Json = {"Type": "spend", "BankAccount": {"Code": "1"}, "DateString": "2026-10-02T00:00:00", "Date": None}
    lines = [{"AccountCode": "4", "LineAmount": "5.00"}]
    rows = [
        spent | {"LineItems": lines, "IsReconciled": flag, "LineAmountTypes": "NOTAX"} for flag in ("false", "true")
    ]
    given = tiny(BankTransactions=rows, Invoices=None, Payments=[], Notes="how these books came about")
    given["Organisations"] = [given.pop("Organisation")]
    identity = load_files(store, [write(tmp_path, given)])[0]
    read = store.all(identity, "banktransactions")
    assert sorted(row["IsReconciled"] for row in read) == [False, True]
    assert {(row["DateString"], row["Type"], str(row["Total"])) for row in read} == {
        ("2026-10-02T00:00:00", "SPEND", "5.00")
    }


@pytest.mark.parametrize("coding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_file_with_or_without_a_byte_order_mark(store: Store, tmp_path: Path, coding: str) -> None:
    file = tmp_path / "books.json"
    file.write_bytes(json.dumps(tiny() | {"Organisation": {"Name": "Café"}}, ensure_ascii=False).encode(coding))
    load_files(store, [file])
    assert [row["Name"] for row in store.organisations()] == ["Café"]


def test_a_file_that_is_no_utf8_names_the_line(store: Store, tmp_path: Path) -> None:
    file = tmp_path / "books.json"
    file.write_bytes(b'{\n"Organisation": {"Name": "Caf\xe9"}}')
    with pytest.raises(BooksRefusedError, match=r"Line 2 is not UTF-8 text.*Save the file as UTF-8"):
        load_files(store, [file])


def test_an_organisation_on_its_first_day_has_no_accounts_of_its_own(store: Store, tmp_path: Path) -> None:
    identity = load_files(store, [write(tmp_path, tiny(Accounts=[]))])[0]
    assert all(row["SystemAccount"] for row in store.all(identity, "accounts"))


def test_credit_notes_and_payments_may_name_documents_by_number(store: Store, tmp_path: Path) -> None:
    """A bill of 10.00, half credited and half paid; a sale has the same number."""
    line = [{"AccountCode": "4", "LineAmount": "10.00"}]
    bill = {"Type": "ACCPAY", "InvoiceNumber": "B-1", "Date": "2026-10-01", "LineItems": line}
    note = {"Type": "ACCPAYCREDIT", "Date": "2026-10-02", "LineItems": [line[0] | {"LineAmount": "5.00"}]}
    paid = {"Invoice": {"InvoiceNumber": "B-1", "Type": "ACCPAY"}, "Account": {"Code": "1"}, "Date": "2026-10-03"}
    given = tiny(
        Invoices=[bill, bill | {"Type": "ACCREC"}],
        CreditNotes=[note | {"Allocations": [{"Invoice": {"InvoiceNumber": "B-1", "Type": "ACCPAY"}, "Amount": 5}]}],
        Payments=[paid | {"Amount": "5.00"}],
    )
    identity = load_files(store, [write(tmp_path, given)])[0]
    assert {(row["Type"], row["Status"]) for row in store.all(identity, "invoices")} == {
        ("ACCPAY", "PAID"), ("ACCREC", "AUTHORISED"),
    }  # fmt: skip


def test_a_transfer_is_a_bank_transaction_on_either_side(store: Store, tmp_path: Path) -> None:
    """As Xero shows it: SPEND-TRANSFER reconciled in one account, RECEIVE-TRANSFER not yet in the other."""
    accounts = [{"Code": code, "Name": f"Bank {code}", "Type": "BANK"} for code in "12"]
    moved = {"FromBankAccount": {"Code": "1"}, "ToBankAccount": {"Code": "2"}, "Date": "2026-10-15", "Amount": "250.00"}
    given = tiny(Accounts=accounts, BankTransfers=[moved | {"FromIsReconciled": True}])
    identity = load_files(store, [write(tmp_path, given)])[0]
    sides = {
        (row["Type"], row["BankAccount"]["Code"], str(row["Total"]), row["IsReconciled"])
        for row in store.all(identity, "banktransactions")
    }
    assert sides == {("SPEND-TRANSFER", "1", "250.00", True), ("RECEIVE-TRANSFER", "2", "250.00", False)}
    (transfer,) = store.all(identity, "banktransfers")
    assert transfer["FromBankTransactionID"] != transfer["ToBankTransactionID"]
    posted = store.db.execute("SELECT count(*), sum(cents) FROM postings").fetchone()
    assert posted == (2, 0)


def test_names_from_file_names() -> None:
    assert pretty_name(Path("acme_trading-2026.csv")) == "Acme Trading 2026"
    assert pretty_name(Path("ABC holdings.csv")) == "ABC Holdings"
