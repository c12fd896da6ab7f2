"""What each document kind works on in the fault table, put into the books as a person would."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import msgspec

from approvals.kinds import kind_of
from approvals.proposal import Draft
from tests.approvals.faults.bench import Bench
from tests.approvals.kinds.samples_documents import (
    allocating,
    approving,
    crediting,
    invoicing,
    part,
    plain_line,
    plainly,
    receipting,
    reminding,
)
from tests.approvals.kinds.samples_recode import recoding_of
from tests.approvals.kinds.till import DAY
from tests.approvals.test_policy import proposed


def _approval(bench: Bench) -> Draft:
    """Of an invoice that somebody drafted."""
    return approving(bench.till.invoice("500.00", Status="DRAFT"))


def _credit(bench: Bench) -> Draft:
    """A credit note of which a part is set against an invoice: two writes."""
    invoice = bench.till.invoice("500.00")
    return crediting(**plainly(invoice["Contact"], "120.00", part(invoice, "120.00", "500.00")))


def _allocation(bench: Bench) -> Draft:
    """Of a credit note that stands in the books already."""
    invoice = bench.till.invoice("500.00")
    note = bench.till.credit_note("120.00", contact=invoice["Contact"]["ContactID"])
    return allocating(
        credit_id=note["CreditNoteID"],
        contact=invoice["Contact"]["Name"],
        currency="AUD",
        currency_rate=Decimal(1),
        remaining=Decimal("120.00"),
        parts=(part(invoice, "120.00", "500.00"),),
    )


def _write_off(bench: Bench) -> Draft:
    """Of an invoice that nobody will pay: two writes."""
    invoice = bench.till.invoice("500.00")
    line = plain_line("500.00", "Bad debt", "433", "Insurance")
    return crediting("write_off", **plainly(invoice["Contact"], "500.00", part(invoice, "500.00", "500.00"),
                                            lines=(line,)))  # fmt: skip


def _taking_back(bench: Bench) -> Draft:
    """Of a credit note that is set against an invoice: two writes."""
    invoice = bench.till.invoice("500.00")
    note = bench.till.credit_note("120.00", contact=invoice["Contact"]["ContactID"])
    row = {"Amount": "120.00", "Date": DAY.isoformat(), "Invoice": {"InvoiceID": invoice["InvoiceID"]}}
    made = bench.wire.put(f"CreditNotes/{note['CreditNoteID']}/Allocations", row).json["Allocations"][0]
    first = crediting(**plainly(invoice["Contact"], "120.00", part(invoice, "120.00", "500.00")))
    receipt = {"id": note["CreditNoteID"], "link": "https://go.xero.com/", "parts": [made["AllocationID"]]}
    posted = msgspec.structs.replace(proposed(first), id=f"first-{bench.number}", receipt=receipt)
    return kind_of("credit_note").undoing(posted, None)


def _invoicing(bench: Bench) -> Draft:
    """Of a quote that the customer accepted: two writes."""
    return invoicing(bench.till.quote("500.00", to=("SENT", "ACCEPTED")))


def _reminder(bench: Bench) -> Draft:
    """Of an invoice whose customer has an address."""
    invoice = bench.till.invoice("500.00")
    contact = invoice["Contact"]["ContactID"]
    bench.wire.post(f"Contacts/{contact}", {"EmailAddress": "acme@example.com"})
    return reminding(invoice)


def _receipt(bench: Bench) -> Draft:
    """For an invoice that was paid, whose customer has an address."""
    invoice = bench.till.invoice("500.00")
    bench.till.pay(invoice, "500.00")
    bench.wire.post(f"Contacts/{invoice['Contact']['ContactID']}", {"EmailAddress": "acme@example.com"})
    return receipting(bench.till.one("Invoices", invoice["InvoiceID"]))


def _recoding(bench: Bench) -> Draft:
    """Of an invoice whose sale was coded to the wrong account."""
    invoice = bench.till.invoice("500.00")
    return recoding_of(bench.till, "Invoices", invoice["InvoiceID"], {0: {"account_code": "620"}})


DOCUMENT_WORK: dict[str, Callable[[Bench], Draft]] = {
    "approve_draft_document": _approval,
    "credit_note": _credit,
    "allocate_credit": _allocation,
    "write_off": _write_off,
    "take_back_credit": _taking_back,
    "quote_to_invoice": _invoicing,
    "send_reminder": _reminder,
    "send_receipt": _receipt,
    "recode_transaction": _recoding,
}
