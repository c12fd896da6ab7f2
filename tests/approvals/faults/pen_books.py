"""What must stand in the nursery's books before each write of the pen, and the bytes that the write sends."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from typing import Any

from books.records import Line
from tests.approvals.faults.bench import Bench
from tests.approvals.faults.pen_kind import Ids
from tests.approvals.kinds.till import DAY, aud
from tests.approvals.practice import ORGANISATION
from tests.xero_tools.conftest import gateway_to
from xero_tools.writes import Pen
from xero_tools.writes.bodies import (
    allocation_body,
    bank_transfer_body,
    batch_payment_body,
    document_body,
    payment_body,
    repeating_body,
)

_LINE = Line(account_code="200", description="Roses", amount=aud("12.00"), tax=aud("0"))


# What stands in the books before


def nothing(bench: Bench) -> Ids:
    return {}


def contact(bench: Bench) -> Ids:
    return {"contact": bench.till.contact()}


def invoice(bench: Bench) -> Ids:
    made = bench.till.invoice("500.00")
    return {"invoice": made["InvoiceID"], "bank": bench.till.bank["090"], "savings": bench.till.bank["091"]}


def bill(bench: Bench) -> Ids:
    return {"bill": bench.till.invoice("500.00", kind="ACCPAY")["InvoiceID"], "bank": bench.till.bank["090"]}


def _made(bench: Bench, entity: str, body: bytes) -> Any:
    answer = bench.wire.put(entity, body)
    assert answer.status == 200, answer.text
    return next(each for each in answer.json.values() if isinstance(each, list))[0]


def paid(bench: Bench) -> Ids:
    made = bench.till.pay(bench.till.invoice("500.00"), "500.00")
    return {"payment": made["PaymentID"]}


def template(bench: Bench) -> Ids:
    """A template that runs."""
    made = _made(bench, "RepeatingInvoices", template_bytes(contact(bench), "by hand"))
    return {"template": made["RepeatingInvoiceID"]}


def template_bytes(ids: Ids, mark: str) -> bytes:
    """A rent paid each month."""
    return repeating_body(kind="ACCREC", contact_id=ids["contact"], lines=[_LINE], first=DAY, reference=mark)


def stored(bench: Bench) -> Ids:
    """A file of the library that belongs to nothing."""
    file = Pen(gateway_to(bench.wire.base)).upload_file(
        ORGANISATION, filename=f"by hand {bench.number}.txt", mime="text/plain", content=b"agreed"
    )
    return {"file": file.id}


def tied(bench: Bench) -> Ids:
    """A file of the library that belongs to an invoice."""
    ids = stored(bench) | invoice(bench)
    Pen(gateway_to(bench.wire.base)).associate_file(ORGANISATION, ids["file"], ids["invoice"], group="Invoice")
    return ids


def batch(bench: Bench) -> Ids:
    ids = bill(bench)
    return {"batch": _made(bench, "BatchPayments", batch_bytes(ids, "by hand"))["BatchPaymentID"]}


def spent(bench: Bench) -> Ids:
    ids = contact(bench) | {"bank": bench.till.bank["090"]}
    return {"spent": _made(bench, "BankTransactions", money_bytes(ids, "by hand"))["BankTransactionID"]}


def moved(bench: Bench) -> Ids:
    ids = {"bank": bench.till.bank["090"], "savings": bench.till.bank["091"]}
    return {"transfer": _made(bench, "BankTransfers", transfer_bytes(ids, "by hand"))["BankTransferID"]}


def quoted(bench: Bench) -> Ids:
    ids = contact(bench)
    return ids | {"quote": _made(bench, "Quotes", quote_bytes(ids, "by hand"))["QuoteID"]}


def journal(bench: Bench) -> Ids:
    lines = [{"LineAmount": 4, "AccountCode": "433"}, {"LineAmount": -4, "AccountCode": "620"}]
    body = {"Narration": "By hand", "Date": "2026-10-31", "Status": "POSTED", "JournalLines": lines}
    return {"journal": bench.wire.put("ManualJournals", body).json["ManualJournals"][0]["ManualJournalID"]}


def credited(bench: Bench) -> Ids:
    contact = bench.till.contact()
    note, invoice = bench.till.credit_note(contact=contact), bench.till.invoice("500.00", contact=contact)
    return {"credit": note["CreditNoteID"], "invoice": invoice["InvoiceID"]}


def allocated(bench: Bench) -> Ids:
    ids = credited(bench)
    made = _made(bench, f"CreditNotes/{ids['credit']}/Allocations", allocation_bytes(ids, ""))
    return ids | {"allocation": made["AllocationID"]}


def mailable(bench: Bench) -> Ids:
    contact = _made(bench, "Contacts", _json({"Name": f"Ada {bench.number}", "EmailAddress": "ada@example.com"}))
    return {"invoice": bench.till.invoice("5.00", contact=contact["ContactID"])["InvoiceID"]}


def grouped(bench: Bench) -> Ids:
    made = _made(bench, "ContactGroups", _json({"Name": f"Group {bench.number}"}))
    return contact(bench) | {"group": made["ContactGroupID"]}


def member(bench: Bench) -> Ids:
    ids = grouped(bench)
    _made(bench, f"ContactGroups/{ids['group']}/Contacts", _json({"Contacts": [{"ContactID": ids["contact"]}]}))
    return ids


def category(bench: Bench) -> Ids:
    return {
        "category": _made(bench, "TrackingCategories", _json({"Name": f"By hand {bench.number}"}))["TrackingCategoryID"]
    }


def new_code(bench: Bench) -> Ids:
    letters = "".join(chr(ord("A") + bench.number // 26**place % 26) for place in range(2))
    return {"code": f"Q{letters}"}


def _json(content: object) -> bytes:
    return json.dumps(content).encode()


def without_labels(bench: Bench) -> None:
    """Xero keeps two active tracking categories and a hundred groups: these go again."""
    bench.mend()
    bench.new_cell_wire()
    for row in bench.wire.get("TrackingCategories").json["TrackingCategories"]:
        bench.wire.post(f"TrackingCategories/{row['TrackingCategoryID']}", {"Name": row["Name"], "Status": "ARCHIVED"})
    for row in bench.wire.get("ContactGroups").json["ContactGroups"]:
        body = {"ContactGroups": [{"ContactGroupID": row["ContactGroupID"], "Name": row["Name"], "Status": "DELETED"}]}
        bench.wire.post(f"ContactGroups/{row['ContactGroupID']}", body)


# The bytes


def document(entity: str, **said: Any) -> Callable[[Ids, str], bytes]:
    def body(ids: Ids, mark: str) -> bytes:
        return document_body(entity, contact_id=ids["contact"], date=DAY, lines=[_LINE], reference=mark, **said)

    return body


quote_bytes = document("Quotes", expiry_date=dt.date(2026, 11, 30), title="Roses")


def payment_bytes(ids: Ids, mark: str) -> bytes:
    return payment_body(
        amount=aud("500.00"), date=DAY, bank_account_id=ids["bank"], reference=mark, invoice_id=ids["invoice"]
    )


def batch_bytes(ids: Ids, mark: str) -> bytes:
    paid = {ids["bill"]: aud("500.00")}
    return batch_payment_body(bank_account_id=ids["bank"], date=DAY, payments=paid, reference=mark, details=mark)


def money_bytes(ids: Ids, mark: str) -> bytes:
    return document("BankTransactions", kind="SPEND", bank_account_id=ids["bank"])(ids, mark)


def transfer_bytes(ids: Ids, mark: str) -> bytes:
    return bank_transfer_body(
        from_account_id=ids["bank"], to_account_id=ids["savings"], amount=aud("4.00"), date=DAY, reference=mark
    )


def allocation_bytes(ids: Ids, mark: str) -> bytes:
    return allocation_body(invoice_id=ids["invoice"], amount=aud("6.00"), date=DAY)
