"""What a person does by hand in Xero, because no API can: the OK on a statement line, and the import of a budget."""

import json
import re
from pathlib import Path
from urllib.parse import urlencode

from tests.sandbox.xero.paper_lantern import account_id, books, document_id
from tests.support.sandbox_server import RunningSandbox, start_sandbox
from tests.support.xero_wire import Answer, Wire, send

BANK = f"/go/!lant1/Bank/BankRec.aspx?accountID={account_id('090')}"
BUDGET = "/go/!lant1/Budgets/Import.aspx"


def post(sandbox: RunningSandbox, path: str, **form: str) -> Answer:
    """A form sent as a browser sends it."""
    kind = {"Content-Type": "application/x-www-form-urlencoded", "Origin": sandbox.url}
    return send(sandbox.url + path, "POST", headers=kind, body=urlencode(form).encode())


def hidden(page: str) -> dict[str, str]:
    """The fields behind the first OK on the page."""
    form = next(one for one in page.split("<form")[1:] if ">OK<" in one)
    return dict(re.findall(r'name="(\w+)" value="([^"]*)"', form))


def test_ok_on_a_statement_line_reconciles_the_entry(sandbox: RunningSandbox, xero: Wire) -> None:
    entry = f"BankTransactions/{document_id(31)}"
    assert xero.get(entry).json["BankTransactions"][0]["IsReconciled"] is False
    statement = "Date,Amount,Payee\n2026-09-29,-110.00,Harbour Rents\n2026-09-29,-3.20,Bank fee\n"
    shown = post(sandbox, BANK, statement=statement)
    assert "2 statement lines were imported." in shown.text
    assert "no entry of this amount" in shown.text
    assert "0 statement lines were imported." in post(sandbox, BANK, statement=statement).text
    pressed = hidden(shown.text)
    assert post(sandbox, BANK, **pressed).status == 200
    assert xero.get(entry).json["BankTransactions"][0]["IsReconciled"] is True
    assert "reconciled already" in post(sandbox, BANK, **pressed).text
    refused = xero.post(entry, {"BankTransactionID": document_id(31), "Status": "DELETED"})
    assert "reconciled with a Bank Statement" in refused.messages[0]


def test_a_payment_and_both_sides_of_a_transfer_are_reconciled(sandbox: RunningSandbox, xero: Wire) -> None:
    made = xero.put("Accounts", {"Name": "Savings", "Code": "091", "Type": "BANK", "BankAccountNumber": "1"})
    savings = made.json["Accounts"][0]["AccountID"]
    xero.put("BankTransfers", {"FromBankAccount": {"Code": "090"}, "ToBankAccount": {"Code": "091"}, "Amount": 40,
                               "Date": "2026-10-10"})  # fmt: skip
    pay = {"Invoice": {"InvoiceID": document_id(1)}, "Account": {"Code": "090"}, "Date": "2026-10-11", "Amount": 1100}
    payment = xero.put("Payments", pay).json["Payments"][0]
    other = BANK.replace(account_id("090"), savings)
    for path, amount in ((BANK, "1100.00"), (BANK, "-40.00"), (other, "40.00")):
        shown = post(sandbox, path, statement=f"Date,Amount\n2026-10-12,{amount}\n")
        assert "Reconciled." in post(sandbox, path, **hidden(shown.text)).text
    assert xero.get(f"Payments/{payment['PaymentID']}").json["Payments"][0]["IsReconciled"] is True
    assert xero.get(f"Invoices/{document_id(1)}").json["Invoices"][0]["Status"] == "PAID"
    transfer = xero.get("BankTransfers").json["BankTransfers"][0]
    assert (transfer["FromIsReconciled"], transfer["ToIsReconciled"]) == (True, True)


def test_statement_lines_come_with_the_books(tmp_path: Path) -> None:
    file = tmp_path / "books.json"
    line = {"BankAccount": {"Code": "090"}, "Date": "2026-09-28", "Amount": "-110.00", "Payee": "Harbour Rents"}
    file.write_text(json.dumps(books() | {"StatementLines": [line]}))
    sandbox = start_sandbox(tmp_path / "home", books=[file], today="2026-11-05")
    assert "Reconciled." in post(sandbox, BANK, **hidden(send(sandbox.url + BANK, "GET").text)).text
    sandbox.stop()


def test_an_unreadable_statement_and_a_foreign_form_change_nothing(sandbox: RunningSandbox) -> None:
    assert post(sandbox, BANK, statement="Date,Amount\nsoon,much\n").status == 400
    foreign = {"Content-Type": "application/x-www-form-urlencoded", "Origin": "https://elsewhere.example"}
    assert send(sandbox.url + BANK, "POST", headers=foreign, body=b"statement=x").status == 403
    assert send(sandbox.url + BANK.replace("090", "999"), "GET").status == 404


def test_a_budget_is_imported_cell_by_cell(sandbox: RunningSandbox, xero: Wire) -> None:
    sheet = 'Account,Oct-2026,Nov-2026\nRent (400),,"1,200.50"\nSales (200),99,\n'
    assert "2 figures were imported." in post(sandbox, BUDGET, budget=sheet).text
    lines = xero.get(f"Budgets/{document_id(51)}").json["Budgets"][0]["BudgetLines"]
    found = {line["AccountCode"]: {one["Period"]: one["Amount"] for one in line["BudgetBalances"]} for line in lines}
    assert found == {"400": {"2026-09": 90, "2026-10": 95, "2026-11": 1200.5}, "200": {"2026-10": 99}}
    for wrong in ("Account,October\nRent (400),1\n", "Account,Oct-2026\nNobody (999),1\n", "Account,Oct-2026\n"):
        answer = post(sandbox, BUDGET, budget=wrong)
        assert (answer.status, "Nothing was imported" in answer.text) == (400, True)
    assert xero.get(f"Budgets/{document_id(51)}").json["Budgets"][0]["BudgetLines"] == lines
