"""Lists: where, order, paging, filters and what an unpaged list leaves out (books in paper_lantern.py)."""

import pytest

from sandbox.xero.refusals import BadRequestError
from sandbox.xero.where import compile_where
from tests.sandbox.xero.paper_lantern import document_id
from tests.support.xero_wire import Wire

NUMBERS = ["INV-0001", "INV-0002", "BILL-7", "INV-0003", "INV-0004"]

CLAUSES = {
    'Type=="ACCREC"': "INV-0001 INV-0002 INV-0003 INV-0004",
    'Type=="ACCPAY" AND Status=="AUTHORISED"': "BILL-7",
    'Status=="DRAFT" OR Status=="PAID"': "INV-0002 INV-0004",
    'Type=="ACCREC" && (Status=="DRAFT" || AmountDue>1000)': "INV-0001 INV-0004",
    "Date >= DateTime(2026,09,12) AND Date < DateTime(2026, 10, 01)": "BILL-7 INV-0003",
    'DueDate<=DateTime.Parse("2026-08-31")': "INV-0001",
    'Contact.Name=="Ada"': "INV-0001 INV-0004",
    'Contact.Name.Contains("sons")': "BILL-7",
    'InvoiceNumber.StartsWith("BILL")': "BILL-7",
    'Contact.Name.ToLower().Contains("sons")': "BILL-7",
    'Contact.Name.ToUpper()=="ADA"': "INV-0001 INV-0004",
    'InvoiceNumber.EndsWith("3")': "INV-0003",
    f'InvoiceID==guid("{document_id(2)}")': "INV-0002",
    f'InvoiceID==Guid("{document_id(2).upper()}")': "INV-0002",
    "FullyPaidOnDate != null": "INV-0002",
    "AmountDue!=0": "INV-0001 BILL-7 INV-0003 INV-0004",
    'CurrencyCode!="AUD"': "INV-0003",
    "Total==55.00": "INV-0004",
    "HasAttachments==true": "BILL-7",
    "HasAttachments": "BILL-7",
    'Reference.Contains("zzz")': "",
}


@pytest.mark.parametrize("clause", CLAUSES)
def test_where(reader: Wire, clause: str) -> None:
    assert [row["InvoiceNumber"] for row in reader.rows("Invoices", where=clause)] == CLAUSES[clause].split()


@pytest.mark.parametrize(
    "clause",
    ["Type=", "Type==", "(Status==1", 'Type=="x" AND', "DateTime(2026,13,1)==Date", "Date.Year==2026", "'", "((" * 200],
)
def test_a_where_nobody_can_read_is_400(reader: Wire, clause: str) -> None:
    answer = reader.get("Invoices", where=clause)
    assert (answer.status, answer.json["Type"]) == (400, "QueryParseException")


def test_a_missing_field_is_null_and_compares_with_nothing() -> None:
    assert compile_where("Nope == null")({})
    assert not compile_where("Nope > 3")({})
    assert not compile_where('Nope.Contains("a")')({})
    with pytest.raises(BadRequestError):
        compile_where("Name.Explode()")


@pytest.mark.parametrize(
    ("order", "numbers"),
    [
        ("DueDate DESC", "INV-0004 INV-0003 BILL-7 INV-0002 INV-0001"),
        ("Total", "INV-0004 INV-0002 BILL-7 INV-0003 INV-0001"),
        ("Status ASC, InvoiceNumber DESC", "INV-0003 INV-0001 BILL-7 INV-0004 INV-0002"),
    ],
)
def test_order(reader: Wire, order: str, numbers: str) -> None:
    assert [row["InvoiceNumber"] for row in reader.rows("Invoices", order=order)] == numbers.split()


def test_an_unpaged_list_has_no_lines_and_a_page_has(reader: Wire) -> None:
    assert all(row["LineItems"] == [] for row in reader.rows("Invoices"))
    assert all(row["LineItems"] for row in reader.rows("Invoices", page=1))
    assert all(row["LineItems"] == [] for row in reader.rows("Invoices", page=1, summaryOnly="True"))
    assert all(row["JournalLines"] == [] for row in reader.rows("ManualJournals"))
    assert reader.rows(f"Invoices/{document_id(1)}")[0]["LineItems"]
    assert reader.rows("Invoices/INV-0001")[0]["InvoiceID"] == document_id(1)


def test_pages_add_up(reader: Wire) -> None:
    seen: list[str] = []
    for page in (1, 2, 3):
        answer = reader.get("Invoices", page=page, pageSize=2).json
        assert answer["pagination"] == {"page": page, "pageSize": 2, "pageCount": 3, "itemCount": 5}
        seen += [row["InvoiceNumber"] for row in answer["Invoices"]]
    assert seen == NUMBERS
    assert reader.get("Invoices", page=9, pageSize=2).json["Invoices"] == []
    assert "pagination" not in reader.get("Invoices").json
    assert reader.get("Invoices", page="x").status == 400
    assert reader.get("Invoices", page=0).status == 400


def test_lists_of_ids_statuses_and_numbers(reader: Wire) -> None:
    both = f"{document_id(1)},{document_id(3)}"
    assert [row["InvoiceNumber"] for row in reader.rows("Invoices", IDs=both)] == ["INV-0001", "BILL-7"]
    assert [row["InvoiceNumber"] for row in reader.rows("Invoices", Statuses="DRAFT,PAID")] == ["INV-0002", "INV-0004"]
    assert [row["InvoiceNumber"] for row in reader.rows("Invoices", InvoiceNumbers="BILL-7")] == ["BILL-7"]
    assert [row["InvoiceNumber"] for row in reader.rows("Invoices", searchTerm="dora")] == ["INV-0003"]


def test_only_what_changed_since(xero: Wire) -> None:
    changed = xero.post(f"Invoices/{document_id(5)}", {"Reference": "PO 7"}).json["Invoices"][0]
    stamp = int(changed["UpdatedDateUTC"][6:-7])
    for text in ("2026-10-21T00:00:00", "Wed, 21 Oct 2026 00:00:00 GMT"):
        rows = xero.call("GET", "Invoices", headers={"If-Modified-Since": text}).json["Invoices"]
        assert [row["InvoiceNumber"] for row in rows] == ["INV-0004"]
    assert stamp > 1_700_000_000_000
    assert xero.call("GET", "Invoices", headers={"If-Modified-Since": "yesterday"}).status == 400


def test_contacts_carry_what_they_owe(reader: Wire) -> None:
    ada = next(row for row in reader.rows("Contacts", page=1) if row["Name"] == "Ada")
    assert ada["Balances"]["AccountsReceivable"] == {"Outstanding": 1100.0, "Overdue": 1100.0}
    assert (ada["IsCustomer"], ada["IsSupplier"]) == (True, False)
    assert reader.rows(f"Contacts/{ada['ContactID']}")[0]["Balances"] == ada["Balances"]
    assert "Balances" not in reader.rows("Contacts")[0]


def test_budgets_attachments_and_organisation(reader: Wire) -> None:
    assert "BudgetLines" not in reader.rows("Budgets")[0]
    lines = reader.rows(f"Budgets/{document_id(51)}", DateFrom="2026-10-01", DateTo="2026-10-31")[0]["BudgetLines"]
    assert lines[0]["BudgetBalances"] == [{"Period": "2026-10", "Amount": 95}]
    path = f"Invoices/{document_id(3)}/Attachments"
    listed = reader.get(path).json["Attachments"][0]
    assert (listed["FileName"], listed["MimeType"], listed["ContentLength"]) == ("bill-7.txt", "text/plain", 13)
    assert reader.get(f"{path}/bill-7.txt").text == "Tax invoice 7"
    assert reader.get(f"{path}/{listed['AttachmentID']}").body == b"Tax invoice 7"
    assert reader.get(f"{path}/other.txt").status == 404
    organisation = reader.get("Organisation").json["Organisations"][0]
    assert (organisation["PeriodLockDate"], organisation["ShortCode"]) == ("/Date(1785456000000+0000)/", "!lant1")
    actions = {row["Name"]: row["Status"] for row in reader.get("Organisation/Actions").json["Actions"]}
    assert actions["ApproveTransactionsBeforePeriodLockDate"] == "NOT-ALLOWED"
