"""A sample of every kind of approval for the fault table: valid in the nursery's books, new work each time.

To add a kind, add its sample here: `prepare` puts what it works on into the books (through `bench.till`, as a person
would) and returns the draft; `bench.number` keeps keys and numbers apart. For a step that a person does in Xero,
`by_hand` does it, and `clear` puts the books back.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

import msgspec

from approvals.kinds.reverse_journal import reversing
from approvals.proposal import Draft
from tests.approvals.faults.bench import Bench
from tests.approvals.faults.samples_documents import DOCUMENT_WORK
from tests.approvals.kinds.samples_budget import planning, standing, upload
from tests.approvals.kinds.samples_cash import confirming, ending, money_line, moving, paying, refunding, transferring
from tests.approvals.practice import journal, lock
from tests.approvals.test_policy import proposed


def _nothing(bench: Bench) -> None:
    """Nothing."""


@dataclass(frozen=True)
class Sample:
    """How one kind's work comes to be, and what a person does for it in Xero."""

    prepare: Callable[[Bench], Draft]
    by_hand: Callable[[Bench], None] = _nothing
    clear: Callable[[Bench], None] = _nothing


def _journal(bench: Bench) -> Draft:
    return journal("40.00", key=f"work {bench.number}")


def _reversal(bench: Bench) -> Draft:
    """Of a journal that stands in the books already."""
    lines = [{"LineAmount": 40, "AccountCode": "433"}, {"LineAmount": -40, "AccountCode": "620"}]
    body = {"Narration": "Insurance", "Date": "2026-10-31", "Status": "POSTED", "JournalLines": lines}
    made = bench.wire.put("ManualJournals", body).json["ManualJournals"][0]["ManualJournalID"]
    first = journal("40.00", key=f"work {bench.number}")
    posted = msgspec.structs.replace(
        proposed(first), id=f"first-{bench.number}", receipt={"id": made, "link": "https://go.xero.com/"}
    )
    return msgspec.structs.replace(reversing(posted, first.payload, None), evidence=())  # type: ignore[arg-type]


def _deletion(bench: Bench) -> Draft:
    """Of a payment that somebody entered by mistake."""
    payment = bench.till.pay(bench.till.invoice("500.00"), "500.00")
    said = {"amount": Decimal(500), "currency": "AUD", "currency_rate": Decimal(1)}
    return ending("Payments", payment["PaymentID"], **said)


def _payment(bench: Bench) -> Draft:
    """Of a customer's invoice, in full."""
    invoice = bench.till.invoice("500.00")
    return paying(
        (invoice["InvoiceID"], invoice["InvoiceNumber"], "500.00", "500.00"),
        contact=invoice["Contact"]["Name"],
        contact_id=invoice["Contact"]["ContactID"],
        bank_account_id=bench.till.bank["090"],
    )


def _money(bench: Bench) -> Draft:
    """Interest that the bank paid."""
    contact = bench.till.contact("Bank")
    draft = moving(
        "RECEIVE",
        money_line("200", "12.00"),
        contact=bench.till.one("Contacts", contact)["Name"],
        contact_id=contact,
        bank_account_id=bench.till.bank["090"],
    )
    return msgspec.structs.replace(draft, key=f"work {bench.number}")


def _transfer(bench: Bench) -> Draft:
    """To the savings account."""
    ids = bench.till.bank
    draft = transferring("25.00", left={"account_id": ids["090"]}, reached={"account_id": ids["091"]})
    return msgspec.structs.replace(draft, key=f"work {bench.number}")


def _to_confirm(bench: Bench) -> str:
    """Another amount each time: the bank's line of one day and amount arrives once."""
    return f"{6100 + bench.number}.00"


def _confirmation(bench: Bench) -> Draft:
    """Of a customer's payment, which the bank shows as well."""
    amount = _to_confirm(bench)
    payment = bench.till.pay(bench.till.invoice(amount), amount)
    return confirming(("Payments", payment["PaymentID"], amount), bank_account_id=bench.till.bank["090"])


def _click_ok(bench: Bench) -> None:
    """Once; while Xero is away a person cannot click either."""
    payment = bench.till.last_payment
    answer = bench.wire.get(f"Payments/{payment}")
    if answer.status == 200 and not answer.json["Payments"][0]["IsReconciled"]:
        bench.till.reconciled("Payments", payment, f"{answer.json['Payments'][0]['Amount']:.2f}")


def _refund(bench: Bench) -> Draft:
    """Of a customer's credit note, in full."""
    note = bench.till.credit_note("120.00")
    return refunding(
        "CreditNotes",
        note["CreditNoteID"],
        "120.00",
        contact=note["Contact"]["Name"],
        contact_id=note["Contact"]["ContactID"],
        bank_account_id=bench.till.bank["090"],
    )


def _lock(bench: Bench) -> Draft:
    return lock(key=f"lock {bench.number}")


def _budget(bench: Bench) -> Draft:
    """Another figure each time, over whatever stands there."""
    return planning(("433", "Insurance", standing(bench.wire, "433", "2026-11"), f"{6100 + bench.number}.00"))


def _import(bench: Bench) -> None:
    """What a person pastes; a second time changes nothing."""
    upload(bench.xero.sandbox.url, f"Account,Nov-2026\nInsurance (433),{6100 + bench.number}.00\n".encode())


SAMPLES: dict[str, Sample] = {
    "post_journal": Sample(_journal),
    "reverse_journal": Sample(_reversal),
    "void_or_correct": Sample(_deletion),
    "apply_payment": Sample(_payment),
    "receive_or_spend_money": Sample(_money),
    "bank_transfer": Sample(_transfer),
    "refund": Sample(_refund),
    "confirm_reconciliation": Sample(_confirmation, by_hand=_click_ok),
    **{name: Sample(prepare) for name, prepare in DOCUMENT_WORK.items()},
    "publish_budget": Sample(_budget, by_hand=_import),
    "lock_period": Sample(
        _lock,
        by_hand=lambda bench: bench.xero.lock_up_to(dt.date(2026, 10, 31).isoformat()),
        clear=lambda bench: bench.xero.lock_up_to(None),
    ),
}
