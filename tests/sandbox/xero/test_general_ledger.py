"""A general ledger exported as CSV becomes books, whatever the export calls and orders its columns."""

from pathlib import Path

import pytest

from sandbox.xero.general_ledger import books_of_csv
from sandbox.xero.loading import load_files
from sandbox.xero.setting_up import BooksRefusedError
from sandbox.xero.store import Store

PLAIN = """\
date,account code,account name,class,debit,credit,contact,reference,description
2025-07-01,100,Cheque Account,Asset,10000.00,,Owner,CAP,Capital paid in
2025-07-01,900,Owner Capital,Equity,,10000.00,Owner,CAP,Capital paid in
2025-07-15,610,Accounts Receivable,Asset,1100.00,,Bob,INV1,Sale
2025-07-15,200,Sales,Revenue,,1000.00,Bob,INV1,Sale
2025-07-15,820,GST,Liability,,100.00,Bob,INV1,GST
2025-07-20,400,Rent,Expense,500.00,,Landlord,R7,July rent
2025-07-20,100,Cheque Account,Asset,,500.00,Landlord,R7,July rent
2025-07-31,100,Cheque Account,Asset,,200.00,,T1,To savings
2025-07-31,101,Savings Account,Asset,200.00,,,T1,To savings
"""
OTHER_WAY = """\
Acme Pty Ltd;;;;;;;;
General Ledger, July 2025;;;;;;;;

Narration;Cr;Dr;Account Type;Account;Acct No;Txn Date;Ref;Payee
Capital paid in;;10.000,00;Asset;Cheque Account;100;01/07/2025;CAP;Owner
Capital paid in;10.000,00;;Equity;Owner Capital;900;01/07/2025;CAP;Owner

Sale;;1.100,00;Asset;Accounts Receivable;610;15/07/2025;INV1;Bob
Sale;1.000,00;;Revenue;Sales;200;15/07/2025;INV1;Bob
GST;100,00;;Liability;GST;820;15/07/2025;INV1;Bob
July rent;;500,00;Expense;Rent;400;20/07/2025;R7;Landlord
July rent;500,00;;Asset;Cheque Account;100;20/07/2025;R7;Landlord
To savings;200,00;;Asset;Cheque Account;100;31/07/2025;T1;
To savings;;200,00;Asset;Savings Account;101;31/07/2025;T1;
Total;11.800,00;11.800,00;;;;;;
"""


def loaded(tmp_path: Path, content: bytes, name: str = "acme_trading.csv") -> tuple[Store, str]:
    """The file loaded into an empty ledger."""
    file = tmp_path / name
    file.write_bytes(content)
    store = Store(tmp_path / "ledger.sqlite")
    return store, load_files(store, [file])[0]


def balances(store: Store, organisation: str) -> dict[str, str]:
    """Name -> balance, debit positive."""
    names = {row["AccountID"]: row["Name"] for row in store.all(organisation, "accounts")}
    rows = store.db.execute("SELECT account, sum(cents) FROM postings GROUP BY account").fetchall()
    return {names[account]: f"{cents / 100:.2f}" for account, cents in rows}


EXPECTED = {
    "Cheque Account": "9300.00",
    "Savings Account": "200.00",
    "Owner Capital": "-10000.00",
    "Accounts Receivable": "1100.00",
    "Sales": "-1000.00",
    "GST": "-100.00",
    "Rent": "500.00",
}


@pytest.mark.parametrize(
    "content",
    [
        PLAIN.encode(),
        b"\xef\xbb\xbf" + PLAIN.replace("\n", "\r\n").encode(),
        PLAIN.encode("utf-16"),
        OTHER_WAY.encode(),
        OTHER_WAY.replace(";", "\t").encode("cp1252"),
        PLAIN.replace("10000.00", '"$10,000.00"').replace("1100.00", '"1,100.00 "').encode(),
        PLAIN.replace("2025-07-01", "07/01/25").replace("2025-07-15", "07/15/25").replace("2025-07-20", "07/20/25")
        .replace("2025-07-31", "07/31/25").encode(),
    ],
    ids=["plain", "bom and crlf", "utf-16", "semicolons, commas, titles", "tabs", "thousands", "month first"],
)  # fmt: skip
def test_the_same_ledger_in_many_coats(tmp_path: Path, content: bytes) -> None:
    store, organisation = loaded(tmp_path, content)
    assert balances(store, organisation) == EXPECTED
    assert [row["Name"] for row in store.organisations()] == ["Acme Trading"]
    bank = store.all(organisation, "banktransactions")
    assert [(row["Type"], str(row["Total"]), row.get("Contact", {}).get("Name")) for row in bank] == [
        ("RECEIVE", "10000.00", "Owner"),
        ("SPEND", "500.00", "Landlord"),
        ("SPEND-TRANSFER", "200.00", None),
        ("RECEIVE-TRANSFER", "200.00", None),
    ]
    assert [str(row["Amount"]) for row in store.all(organisation, "banktransfers")] == ["200.00"]
    journals = store.all(organisation, "manualjournals")
    assert [(row["Narration"], len(row["JournalLines"])) for row in journals] == [("INV1 · Bob · Sale", 3)]
    types = {row["Name"]: (row["Type"], row.get("SystemAccount")) for row in store.all(organisation, "accounts")}
    assert types["Cheque Account"] == ("BANK", None)
    assert types["Accounts Receivable"] == ("CURRENT", "DEBTORS")
    assert types["GST"] == ("CURRLIAB", "GST")


def test_a_signed_amount_column_parentheses_and_one_date_an_entry() -> None:
    text = "Date,Account,Type,Amount\n31/12/2025,Petty cash,Asset,(12.50)\n,Postage,Expense,12.50\n\nTotal,,,0.00\n"
    made = books_of_csv(text.encode(), "Small")
    assert made["BankTransactions"][0]["Date"] == "2025-12-31"
    assert made["BankTransactions"][0]["Type"] == "SPEND"
    assert made["Organisation"]["BaseCurrency"] == "AUD"


def test_a_currency_in_the_header_is_the_ledgers() -> None:
    text = "Date,Account,Class,Debit (NZD),Credit (NZD)\n2025-01-01,Cash,Asset,5,\n2025-01-01,Sales,Income,,5\n"
    assert books_of_csv(text.encode(), "Small")["Organisation"]["CountryCode"] == "NZ"


def test_entries_without_a_reference_are_cut_where_they_balance() -> None:
    text = "Date,Account,Class,Debit,Credit\n" + "".join(
        f"2025-01-01,Rent,Expense,{amount},\n2025-01-01,Cheque Account,Asset,,{amount}\n" for amount in (5, 6, 7)
    )
    assert [
        str(row["LineItems"][0]["LineAmount"]) for row in books_of_csv(text.encode(), "Small")["BankTransactions"]
    ] == [
        "5.00",
        "6.00",
        "7.00",
    ]


REFUSED = {
    "out of balance": (
        PLAIN.replace("500.00,,Landlord", "501.00,,Landlord"),
        "debits are 11801.00 and credits 11800.00; the first entry out of balance is that of 2025-07-20, 'R7', at "
        "line 7, by 1.00",
    ),
    "no date column": (PLAIN.replace("date,", "when,"), "column for date was found"),
    "no amounts": ("date,account\n2025-01-01,Cash\n", "debit and credit (or one signed amount)"),
    "a date that is none": (PLAIN.replace("2025-07-31,101", "2025-07-32,101"), "Line 10: the date '2025-07-32'"),
    "an amount that is none": (PLAIN.replace("1100.00", "1100.0.0"), "Line 4: '1100.0.0' is not an amount"),
    "an unknown class": (PLAIN.replace("Revenue", "Magic"), "Line 5: the account 'Sales' has the class 'Magic'"),
    "only a header": (PLAIN.splitlines()[0] + "\n", "no dated line"),
    "empty": ("", "No header"),
    "no account": (PLAIN.replace("400,Rent,", ",,"), "Line 7 names no account"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_ledger_that_cannot_be_read_says_where_and_loads_nothing(tmp_path: Path, name: str) -> None:
    content, words = REFUSED[name]
    file = tmp_path / "ledger.csv"
    file.write_text(content)
    store = Store(tmp_path / "ledger.sqlite")
    with pytest.raises(BooksRefusedError) as refused:
        load_files(store, [file])
    assert words in str(refused.value)
    assert str(refused.value).startswith("ledger.csv: ")
    assert store.db.execute("SELECT count(*) FROM organisations").fetchone() == (0,)


def test_a_column_of_journal_types_is_no_class_and_accounts_without_a_code_get_one() -> None:
    """Sage's export: the column Type holds JD, JC and BP; names alone tell the accounts."""
    text = (
        "No,Type,Date,Nominal Name,Ref,Amount\n1,JD,01/04/2026,Bank Current Account,OB,1000.00\n"
        "2,JC,01/04/2026,Capital,OB,-1000.00\n3,BP,30/04/2026,Suspense Account,Q1,25.00\n"
        "4,BP,30/04/2026,Bank Current Account,Q1,-25.00\n"
    )
    made = books_of_csv(text.encode(), "Sage")
    assert [(row["Code"], row["Name"], row["Type"]) for row in made["Accounts"]] == [
        ("1001", "Bank Current Account", "BANK"),
        ("1002", "Capital", "EQUITY"),
        ("1003", "Suspense Account", "CURRENT"),
    ]


def test_quickbooks_names_its_description_memo_description() -> None:
    text = (
        "Date,Transaction Type,Num,Memo/Description,Account,Account Type,Debit,Credit\n"
        "03/31/2026,Check,101,Policy 03/01/2026 - 02/28/2027,Prepaid Insurance,Other Current Assets,12.00,\n"
        ",,,,Checking,Bank,,12.00\n"
    )
    (spent,) = books_of_csv(text.encode(), "Small")["BankTransactions"]
    assert spent["LineItems"][0]["Description"] == "Policy 03/01/2026 - 02/28/2027"
