"""Every write of the pen: those that no kind uses yet too, each with the same frozen bytes, the same key, and the look
by mark or by the proof that the method names.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from tests.approvals.faults.pen_books import (
    allocated,
    allocation_bytes,
    batch,
    batch_bytes,
    bill,
    category,
    contact,
    credited,
    document,
    grouped,
    invoice,
    journal,
    mailable,
    member,
    money_bytes,
    moved,
    new_code,
    nothing,
    paid,
    payment_bytes,
    quote_bytes,
    quoted,
    spent,
    stored,
    template,
    template_bytes,
    tied,
    transfer_bytes,
    without_labels,
)
from tests.approvals.faults.pen_kind import Call, PenRow
from tests.approvals.kinds.till import DAY
from tests.approvals.practice import ORGANISATION
from xero_tools import currencies, files, history, tracking, translate

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
        contact, lambda c: c.pen.create_invoice(ORGANISATION, c.body, key=c.key), _marked("Invoices"),
        document("Invoices", kind="ACCREC", due_date=DAY),
    ),
    "create_credit_note": PenRow(
        contact, lambda c: c.pen.create_credit_note(ORGANISATION, c.body, key=c.key), _marked("CreditNotes"),
        document("CreditNotes", kind="ACCRECCREDIT"),
    ),
    "create_quote": PenRow(
        contact, lambda c: c.pen.create_quote(ORGANISATION, c.body, key=c.key), _marked("Quotes"), quote_bytes
    ),
    "set_status": PenRow(
        invoice, lambda c: c.pen.set_status(ORGANISATION, "Invoices", c.ids["invoice"], "VOIDED", key=c.key),
        _stands("Invoices", "invoice", "VOIDED"),
    ),
    "set_quote_status": PenRow(
        quoted,
        lambda c: c.pen.set_quote_status(
            ORGANISATION, c.ids["quote"], "SENT", contact_id=c.ids["contact"], date=DAY, key=c.key
        ),
        _stands("Quotes", "quote", "SENT"),
    ),
    "expect_payment": PenRow(
        invoice,
        lambda c: c.pen.expect_payment(ORGANISATION, c.ids["invoice"], dt.date(2026, 11, 20), key=c.key),
        _promised,
    ),
    "create_contact": PenRow(
        nothing, lambda c: c.pen.create_contact(ORGANISATION, f"New {c.mark}", number=c.mark, key=c.key),
        _marked("Contacts"),
    ),
    "update_contact": PenRow(
        contact, lambda c: c.pen.update_contact(ORGANISATION, c.ids["contact"], email="new@example.com", key=c.key),
        lambda c: c.document("Contacts", c.ids["contact"]).get("EmailAddress") == "new@example.com",
    ),
    "create_payment": PenRow(
        invoice, lambda c: c.pen.create_payment(ORGANISATION, c.body, key=c.key), _marked("Payments"), payment_bytes
    ),
    "delete_payment": PenRow(
        paid, lambda c: c.pen.delete_payment(ORGANISATION, c.ids["payment"], key=c.key),
        _stands("Payments", "payment", "DELETED"),
    ),
    "create_batch_payment": PenRow(
        bill, lambda c: c.pen.create_batch_payment(ORGANISATION, c.body, key=c.key), _marked("BatchPayments"),
        batch_bytes,
    ),
    "delete_batch_payment": PenRow(
        batch, lambda c: c.pen.delete_batch_payment(ORGANISATION, c.ids["batch"], key=c.key),
        _stands("BatchPayments", "batch", "DELETED"),
    ),
    "create_bank_transaction": PenRow(
        lambda bench: contact(bench) | {"bank": bench.till.bank["090"]},
        lambda c: c.pen.create_bank_transaction(ORGANISATION, c.body, key=c.key), _marked("BankTransactions"),
        money_bytes,
    ),
    "delete_bank_transaction": PenRow(
        spent, lambda c: c.pen.delete_bank_transaction(ORGANISATION, c.ids["spent"], key=c.key),
        _stands("BankTransactions", "spent", "DELETED"),
    ),
    "create_bank_transfer": PenRow(
        invoice, lambda c: c.pen.create_bank_transfer(ORGANISATION, c.body, key=c.key), _marked("BankTransfers"),
        transfer_bytes,
    ),
    "delete_bank_transfer": PenRow(
        moved, lambda c: c.pen.delete_bank_transfer(ORGANISATION, c.ids["transfer"], key=c.key),
        _stands("BankTransfers", "transfer", "DELETED"),
    ),
    "allocate": PenRow(
        credited, lambda c: c.pen.allocate(ORGANISATION, "CreditNotes", c.ids["credit"], c.body, key=c.key),
        _allocations, allocation_bytes,
    ),
    "remove_allocation": PenRow(
        allocated,
        lambda c: c.pen.remove_allocation(
            ORGANISATION, "CreditNotes", c.ids["credit"], c.ids["allocation"], key=c.key
        ),
        lambda c: not _allocations(c),
    ),
    "void_manual_journal": PenRow(
        journal, lambda c: c.pen.void_manual_journal(ORGANISATION, c.ids["journal"], key=c.key),
        _stands("ManualJournals", "journal", "VOIDED"),
    ),
    "note": PenRow(nothing, lambda c: c.pen.note(ORGANISATION, "Invoices", c.ids["noted"], c.mark), _noted),
    "attach": PenRow(
        nothing, _attach,
        lambda c: c.pen.find_attachment(ORGANISATION, "Invoices", c.ids["noted"], f"{c.mark}.txt"),
    ),
    "email_invoice": PenRow(
        mailable, lambda c: c.pen.email_invoice(ORGANISATION, c.ids["invoice"], key=c.key),
        lambda c: c.pen.times_emailed(ORGANISATION, c.ids["invoice"]) > 0,
    ),
    "create_repeating": PenRow(
        contact, lambda c: c.pen.create_repeating(ORGANISATION, c.body, key=c.key),
        lambda c: c.pen.find_repeating_by_mark(ORGANISATION, c.mark), template_bytes,
    ),
    "delete_repeating": PenRow(
        template, lambda c: c.pen.delete_repeating(ORGANISATION, c.ids["template"], key=c.key),
        _stands("RepeatingInvoices", "template", "DELETED"),
    ),
    "upload_file": PenRow(
        nothing,
        lambda c: c.pen.upload_file(ORGANISATION, filename=f"{c.mark}.txt", mime="text/plain", content=b"agreed"),
        lambda c: any(each.name == f"{c.mark}.txt" for each in files.listing(ORGANISATION, c.gateway)),
    ),
    "associate_file": PenRow(
        stored, lambda c: c.pen.associate_file(ORGANISATION, c.ids["file"], c.ids["noted"], group="Invoice"),
        lambda c: c.ids["file"] in files.of_document(ORGANISATION, c.gateway, c.ids["noted"]),
    ),
    "part_file": PenRow(
        tied, lambda c: c.pen.part_file(ORGANISATION, c.ids["file"], c.ids["invoice"], key=c.key),
        lambda c: c.ids["file"] not in files.of_document(ORGANISATION, c.gateway, c.ids["invoice"]),
    ),
    "create_contact_group": PenRow(
        nothing, lambda c: c.pen.create_contact_group(ORGANISATION, f"Group {c.mark}", key=c.key),
        _marked("ContactGroups"), clear=without_labels,
    ),
    "add_to_group": PenRow(
        grouped, lambda c: c.pen.add_to_group(ORGANISATION, c.ids["group"], (c.ids["contact"],), key=c.key),
        lambda c: c.pen.in_group(ORGANISATION, c.ids["group"], c.ids["contact"]), clear=without_labels,
    ),
    "remove_from_group": PenRow(
        member, lambda c: c.pen.remove_from_group(ORGANISATION, c.ids["group"], c.ids["contact"], key=c.key),
        lambda c: not c.pen.in_group(ORGANISATION, c.ids["group"], c.ids["contact"]), clear=without_labels,
    ),
    "create_tracking_category": PenRow(
        nothing, lambda c: c.pen.create_tracking_category(ORGANISATION, f"Of {c.mark}", key=c.key),
        _marked("TrackingCategories"), clear=without_labels,
    ),
    "create_tracking_option": PenRow(
        category, lambda c: c.pen.create_tracking_option(ORGANISATION, c.ids["category"], c.mark, key=c.key),
        _options, clear=without_labels,
    ),
    "add_currency": PenRow(
        new_code, lambda c: c.pen.add_currency(ORGANISATION, c.ids["code"], key=c.key),
        lambda c: c.ids["code"] in currencies.codes(ORGANISATION, c.gateway),
    ),
}  # fmt: skip
