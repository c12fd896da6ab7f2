"""Every write of the pen as a kind of its own, so that those that no kind uses yet pass through the same queue,
executor and protocol: the same frozen bytes, the same key, and the look by mark or by the proof that the method names.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import msgspec

from approvals.kinds.kind import Found, PenKind
from approvals.proposal import Description, Draft, Proposal
from books.firm import ApprovalRule
from books.money import Money
from books.records import Line
from tests.approvals.faults.bench import Bench
from tests.approvals.faults.samples import Sample
from tests.approvals.kinds.till import DAY, aud
from tests.approvals.practice import ORGANISATION
from xero_tools import currencies, history, tracking, translate
from xero_tools.gateway import Gateway
from xero_tools.writes import Pen
from xero_tools.writes.bodies import (
    allocation_body,
    bank_transfer_body,
    batch_payment_body,
    document_body,
    payment_body,
)

Ids = dict[str, str]
_LINE = Line(account_code="200", description="Roses", amount=aud("12.00"), tax=aud("0"))


@dataclass(frozen=True)
class Call:
    """What a row's method works on: the pen, the ids of what stands in the books, our mark, the bytes and the key."""

    pen: Pen
    ids: Ids
    mark: str
    since: dt.datetime
    body: bytes = b""
    key: str = ""

    @property
    def gateway(self) -> Gateway:
        """The pen's own way to Xero."""
        return self.pen._gateway

    def document(self, entity: str, identity: str) -> Any:
        """A document as Xero has it."""
        return json.loads(self.gateway.read(ORGANISATION, f"{entity}/{identity}"))[entity][0]


@dataclass(frozen=True)
class PenRow:
    """One method: what must stand in the books before, its bytes, the call, and how it is seen to be done."""

    prepare: Callable[[Bench], Ids]
    write: Callable[[Call], object]
    seen: Callable[[Call], object]
    body: Callable[[Ids, str], bytes] = lambda ids, mark: b""
    clear: Callable[[Bench], None] = lambda bench: None


class PenPayload(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The ids that the method works on."""

    ids: dict[str, str]


class PenRowKind(PenKind[PenPayload]):
    """A method of the pen, carried out and looked for as every kind is."""

    payload = PenPayload
    noun = "write"
    authority = ApprovalRule(role="approver")

    def __init__(self, method: str, row: PenRow) -> None:
        self.name, self._row = f"pen.{method}", row

    def check(self, draft: Draft, chart: Sequence[Any] | None) -> None:
        """Anything goes."""

    def still_open(self, proposal: Proposal, lock_date: dt.date | None) -> None:
        """Always."""

    def describe(self, proposal: Proposal) -> Description:
        """The ids."""
        return Description(title=self.name, sentence="A write.", facts=tuple(self.read(proposal).ids.items()), undo="-")

    def request(self, proposal: Proposal) -> bytes:
        """The method's bytes, where it takes any."""
        return self._row.body(self.read(proposal).ids, proposal.mark)

    def carry_out(self, pen: Pen, proposal: Proposal, body: bytes, *, key: str) -> Found:
        """One call of the method."""
        self._row.write(self._call(pen, proposal, body, key))
        return self._found(proposal)

    def find(self, pen: Pen, proposal: Proposal, *, since: dt.datetime) -> Found | None:
        """By its mark or its proof."""
        return self._found(proposal) if self._row.seen(self._call(pen, proposal, b"", "", since)) else None

    def read_back(self, gateway: Gateway, proposal: Proposal, document_id: str) -> Found:
        """The same question once more."""
        found = self.find(Pen(gateway), proposal, since=proposal.created_at)
        return found or msgspec.structs.replace(self._found(proposal), differs="it is not seen there")

    def link(self, *_: Any) -> str:
        """None."""
        return ""

    def _found(self, proposal: Proposal) -> Found:
        return Found(entity="Invoices", id=self.read(proposal).ids["noted"], status="done")

    def _call(self, pen: Pen, proposal: Proposal, body: bytes, key: str, since: dt.datetime | None = None) -> Call:
        return Call(pen, self.read(proposal).ids, proposal.mark, since or proposal.created_at, body, key)


def sample_of(method: str, row: PenRow) -> Sample:
    """The row's work, beside an invoice that takes the note."""

    def prepare(bench: Bench) -> Draft:
        noted = bench.till.invoice("1.00")["InvoiceID"]
        return Draft(
            kind=f"pen.{method}", organisation=ORGANISATION, client="wattle", period="2026-10",
            payload=PenPayload(ids={"noted": noted, **row.prepare(bench)}), because="A test asks for it.",
            amount=Money(Decimal(12), "AUD"), key=f"work {bench.number}",
        )  # fmt: skip

    return Sample(prepare, clear=row.clear)


# What stands in the books before


def _nothing(bench: Bench) -> Ids:
    return {}


def _contact(bench: Bench) -> Ids:
    return {"contact": bench.till.contact()}


def _invoice(bench: Bench) -> Ids:
    made = bench.till.invoice("500.00")
    return {"invoice": made["InvoiceID"], "bank": bench.till.bank["090"], "savings": bench.till.bank["091"]}


def _bill(bench: Bench) -> Ids:
    return {"bill": bench.till.invoice("500.00", kind="ACCPAY")["InvoiceID"], "bank": bench.till.bank["090"]}


def _made(bench: Bench, entity: str, body: bytes) -> Any:
    answer = bench.wire.put(entity, body)
    assert answer.status == 200, answer.text
    return next(each for each in answer.json.values() if isinstance(each, list))[0]


def _paid(bench: Bench) -> Ids:
    made = bench.till.pay(bench.till.invoice("500.00"), "500.00")
    return {"payment": made["PaymentID"]}


def _batch(bench: Bench) -> Ids:
    ids = _bill(bench)
    return {"batch": _made(bench, "BatchPayments", _batch_body(ids, "by hand"))["BatchPaymentID"]}


def _spent(bench: Bench) -> Ids:
    ids = _contact(bench) | {"bank": bench.till.bank["090"]}
    return {"spent": _made(bench, "BankTransactions", _money_body(ids, "by hand"))["BankTransactionID"]}


def _moved(bench: Bench) -> Ids:
    ids = {"bank": bench.till.bank["090"], "savings": bench.till.bank["091"]}
    return {"transfer": _made(bench, "BankTransfers", _transfer_body(ids, "by hand"))["BankTransferID"]}


def _quoted(bench: Bench) -> Ids:
    ids = _contact(bench)
    return ids | {"quote": _made(bench, "Quotes", _quote_body(ids, "by hand"))["QuoteID"]}


def _journal(bench: Bench) -> Ids:
    lines = [{"LineAmount": 4, "AccountCode": "433"}, {"LineAmount": -4, "AccountCode": "620"}]
    body = {"Narration": "By hand", "Date": "2026-10-31", "Status": "POSTED", "JournalLines": lines}
    return {"journal": bench.wire.put("ManualJournals", body).json["ManualJournals"][0]["ManualJournalID"]}


def _credited(bench: Bench) -> Ids:
    contact = bench.till.contact()
    note, invoice = bench.till.credit_note(contact=contact), bench.till.invoice("500.00", contact=contact)
    return {"credit": note["CreditNoteID"], "invoice": invoice["InvoiceID"]}


def _allocated(bench: Bench) -> Ids:
    ids = _credited(bench)
    made = _made(bench, f"CreditNotes/{ids['credit']}/Allocations", _allocation_body(ids, ""))
    return ids | {"allocation": made["AllocationID"]}


def _mailable(bench: Bench) -> Ids:
    contact = _made(bench, "Contacts", _json({"Name": f"Ada {bench.number}", "EmailAddress": "ada@example.com"}))
    return {"invoice": bench.till.invoice("5.00", contact=contact["ContactID"])["InvoiceID"]}


def _grouped(bench: Bench) -> Ids:
    made = _made(bench, "ContactGroups", _json({"Name": f"Group {bench.number}"}))
    return _contact(bench) | {"group": made["ContactGroupID"]}


def _member(bench: Bench) -> Ids:
    ids = _grouped(bench)
    _made(bench, f"ContactGroups/{ids['group']}/Contacts", _json({"Contacts": [{"ContactID": ids["contact"]}]}))
    return ids


def _category(bench: Bench) -> Ids:
    return {
        "category": _made(bench, "TrackingCategories", _json({"Name": f"By hand {bench.number}"}))["TrackingCategoryID"]
    }


def _new_code(bench: Bench) -> Ids:
    letters = "".join(chr(ord("A") + bench.number // 26**place % 26) for place in range(2))
    return {"code": f"Q{letters}"}


def _json(content: object) -> bytes:
    return json.dumps(content).encode()


def _without_labels(bench: Bench) -> None:
    """Xero keeps two active tracking categories and a hundred groups: these go again."""
    bench.mend()
    bench.new_cell_wire()
    for row in bench.wire.get("TrackingCategories").json["TrackingCategories"]:
        bench.wire.post(f"TrackingCategories/{row['TrackingCategoryID']}", {"Name": row["Name"], "Status": "ARCHIVED"})
    for row in bench.wire.get("ContactGroups").json["ContactGroups"]:
        body = {"ContactGroups": [{"ContactGroupID": row["ContactGroupID"], "Name": row["Name"], "Status": "DELETED"}]}
        bench.wire.post(f"ContactGroups/{row['ContactGroupID']}", body)


# The bytes


def _document(entity: str, **said: Any) -> Callable[[Ids, str], bytes]:
    def body(ids: Ids, mark: str) -> bytes:
        return document_body(entity, contact_id=ids["contact"], date=DAY, lines=[_LINE], reference=mark, **said)

    return body


_quote_body = _document("Quotes", expiry_date=dt.date(2026, 11, 30), title="Roses")


def _bill_body(ids: Ids, mark: str) -> bytes:
    return payment_body(
        amount=aud("500.00"), date=DAY, bank_account_id=ids["bank"], reference=mark, invoice_id=ids["invoice"]
    )


def _batch_body(ids: Ids, mark: str) -> bytes:
    paid = {ids["bill"]: aud("500.00")}
    return batch_payment_body(bank_account_id=ids["bank"], date=DAY, payments=paid, reference=mark, details=mark)


def _money_body(ids: Ids, mark: str) -> bytes:
    return _document("BankTransactions", kind="SPEND", bank_account_id=ids["bank"])(ids, mark)


def _transfer_body(ids: Ids, mark: str) -> bytes:
    return bank_transfer_body(
        from_account_id=ids["bank"], to_account_id=ids["savings"], amount=aud("4.00"), date=DAY, reference=mark
    )


def _allocation_body(ids: Ids, mark: str) -> bytes:
    return allocation_body(invoice_id=ids["invoice"], amount=aud("6.00"), date=DAY)


# How it is seen to be done


def _marked(entity: str) -> Callable[[Call], object]:
    return lambda call: call.pen.find_by_mark(ORGANISATION, entity, call.mark, since=call.since)


def _stands(entity: str, name: str, status: str) -> Callable[[Call], object]:
    return lambda call: call.document(entity, call.ids[name])["Status"] == status


def _allocations(call: Call) -> object:
    return call.pen.allocations_to(ORGANISATION, "CreditNotes", call.ids["credit"], call.ids["invoice"])[1]


def _options(call: Call) -> object:
    return any(
        call.mark in [name for _, name in each.options] for each in tracking.categories(ORGANISATION, call.gateway)
    )


def _promised(call: Call) -> object:
    said = str(call.document("Invoices", call.ids["invoice"]).get("ExpectedPaymentDate") or "")
    return said and translate.day(said) == dt.date(2026, 11, 20)


def _noted(call: Call) -> object:
    notes = history.notes(ORGANISATION, call.gateway, "Invoices", call.ids["noted"])
    return any(each.details == call.mark for each in notes)


def _attach(call: Call) -> object:
    return call.pen.attach(ORGANISATION, "Invoices", call.ids["noted"], filename=f"{call.mark}.txt",
                           mime="text/plain", content=b"agreed")  # fmt: skip


PEN_ROWS: dict[str, PenRow] = {
    "create_invoice": PenRow(
        _contact, lambda c: c.pen.create_invoice(ORGANISATION, c.body, key=c.key), _marked("Invoices"),
        _document("Invoices", kind="ACCREC", due_date=DAY),
    ),
    "create_credit_note": PenRow(
        _contact, lambda c: c.pen.create_credit_note(ORGANISATION, c.body, key=c.key), _marked("CreditNotes"),
        _document("CreditNotes", kind="ACCRECCREDIT"),
    ),
    "create_quote": PenRow(
        _contact, lambda c: c.pen.create_quote(ORGANISATION, c.body, key=c.key), _marked("Quotes"), _quote_body
    ),
    "set_status": PenRow(
        _invoice, lambda c: c.pen.set_status(ORGANISATION, "Invoices", c.ids["invoice"], "VOIDED", key=c.key),
        _stands("Invoices", "invoice", "VOIDED"),
    ),
    "set_quote_status": PenRow(
        _quoted,
        lambda c: c.pen.set_quote_status(
            ORGANISATION, c.ids["quote"], "SENT", contact_id=c.ids["contact"], date=DAY, key=c.key
        ),
        _stands("Quotes", "quote", "SENT"),
    ),
    "expect_payment": PenRow(
        _invoice,
        lambda c: c.pen.expect_payment(ORGANISATION, c.ids["invoice"], dt.date(2026, 11, 20), key=c.key),
        _promised,
    ),
    "create_contact": PenRow(
        _nothing, lambda c: c.pen.create_contact(ORGANISATION, f"New {c.mark}", number=c.mark, key=c.key),
        _marked("Contacts"),
    ),
    "update_contact": PenRow(
        _contact, lambda c: c.pen.update_contact(ORGANISATION, c.ids["contact"], email="new@example.com", key=c.key),
        lambda c: c.document("Contacts", c.ids["contact"]).get("EmailAddress") == "new@example.com",
    ),
    "create_payment": PenRow(
        _invoice, lambda c: c.pen.create_payment(ORGANISATION, c.body, key=c.key), _marked("Payments"), _bill_body
    ),
    "delete_payment": PenRow(
        _paid, lambda c: c.pen.delete_payment(ORGANISATION, c.ids["payment"], key=c.key),
        _stands("Payments", "payment", "DELETED"),
    ),
    "create_batch_payment": PenRow(
        _bill, lambda c: c.pen.create_batch_payment(ORGANISATION, c.body, key=c.key), _marked("BatchPayments"),
        _batch_body,
    ),
    "delete_batch_payment": PenRow(
        _batch, lambda c: c.pen.delete_batch_payment(ORGANISATION, c.ids["batch"], key=c.key),
        _stands("BatchPayments", "batch", "DELETED"),
    ),
    "create_bank_transaction": PenRow(
        lambda bench: _contact(bench) | {"bank": bench.till.bank["090"]},
        lambda c: c.pen.create_bank_transaction(ORGANISATION, c.body, key=c.key), _marked("BankTransactions"),
        _money_body,
    ),
    "delete_bank_transaction": PenRow(
        _spent, lambda c: c.pen.delete_bank_transaction(ORGANISATION, c.ids["spent"], key=c.key),
        _stands("BankTransactions", "spent", "DELETED"),
    ),
    "create_bank_transfer": PenRow(
        _invoice, lambda c: c.pen.create_bank_transfer(ORGANISATION, c.body, key=c.key), _marked("BankTransfers"),
        _transfer_body,
    ),
    "delete_bank_transfer": PenRow(
        _moved, lambda c: c.pen.delete_bank_transfer(ORGANISATION, c.ids["transfer"], key=c.key),
        _stands("BankTransfers", "transfer", "DELETED"),
    ),
    "allocate": PenRow(
        _credited, lambda c: c.pen.allocate(ORGANISATION, "CreditNotes", c.ids["credit"], c.body, key=c.key),
        _allocations, _allocation_body,
    ),
    "remove_allocation": PenRow(
        _allocated,
        lambda c: c.pen.remove_allocation(
            ORGANISATION, "CreditNotes", c.ids["credit"], c.ids["allocation"], key=c.key
        ),
        lambda c: not _allocations(c),
    ),
    "void_manual_journal": PenRow(
        _journal, lambda c: c.pen.void_manual_journal(ORGANISATION, c.ids["journal"], key=c.key),
        _stands("ManualJournals", "journal", "VOIDED"),
    ),
    "note": PenRow(_nothing, lambda c: c.pen.note(ORGANISATION, "Invoices", c.ids["noted"], c.mark), _noted),
    "attach": PenRow(
        _nothing, _attach,
        lambda c: c.pen.find_attachment(ORGANISATION, "Invoices", c.ids["noted"], f"{c.mark}.txt"),
    ),
    "email_invoice": PenRow(
        _mailable, lambda c: c.pen.email_invoice(ORGANISATION, c.ids["invoice"], key=c.key),
        lambda c: c.pen.times_emailed(ORGANISATION, c.ids["invoice"]) > 0,
    ),
    "create_contact_group": PenRow(
        _nothing, lambda c: c.pen.create_contact_group(ORGANISATION, f"Group {c.mark}", key=c.key),
        _marked("ContactGroups"), clear=_without_labels,
    ),
    "add_to_group": PenRow(
        _grouped, lambda c: c.pen.add_to_group(ORGANISATION, c.ids["group"], (c.ids["contact"],), key=c.key),
        lambda c: c.pen.in_group(ORGANISATION, c.ids["group"], c.ids["contact"]), clear=_without_labels,
    ),
    "remove_from_group": PenRow(
        _member, lambda c: c.pen.remove_from_group(ORGANISATION, c.ids["group"], c.ids["contact"], key=c.key),
        lambda c: not c.pen.in_group(ORGANISATION, c.ids["group"], c.ids["contact"]), clear=_without_labels,
    ),
    "create_tracking_category": PenRow(
        _nothing, lambda c: c.pen.create_tracking_category(ORGANISATION, f"Of {c.mark}", key=c.key),
        _marked("TrackingCategories"), clear=_without_labels,
    ),
    "create_tracking_option": PenRow(
        _category, lambda c: c.pen.create_tracking_option(ORGANISATION, c.ids["category"], c.mark, key=c.key),
        _options, clear=_without_labels,
    ),
    "add_currency": PenRow(
        _new_code, lambda c: c.pen.add_currency(ORGANISATION, c.ids["code"], key=c.key),
        lambda c: c.ids["code"] in currencies.codes(ORGANISATION, c.gateway),
    ),
}  # fmt: skip
