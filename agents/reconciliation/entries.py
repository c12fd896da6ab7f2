"""What the ledger says of a bank account: one entry for each thing that Xero would offer beside a line of the bank."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from agents.reconciliation.account_view import Entry
from books.documents import BatchPayment
from books.money import Money
from books.records import BankTransaction, Payment
from xero_tools import bank, batch_payments
from xero_tools.gateway import Gateway

BANK_TRANSACTION, PAYMENT, BATCH_PAYMENT = "BankTransactions", "Payments", "BatchPayments"


BEFORE_DAYS = 14
"""How long before the first line an entry may have been made that the bank then shows."""


def entries(organisation: str, gateway: Gateway, *, first_line: dt.date, until: dt.date) -> tuple[Entry, ...]:
    """Every unreconciled entry up to `until`, and the reconciled ones that a line from `first_line` on may show.

    A batch is one entry.
    """
    since = first_line - dt.timedelta(days=BEFORE_DAYS)
    waiting = bank.transactions(organisation, gateway, until=until, reconciled=False)
    done = bank.transactions(organisation, gateway, since=since, until=until, reconciled=True)
    unpaired = bank.payments(organisation, gateway, until=until, reconciled=False)
    paired = bank.payments(organisation, gateway, since=since, until=until, reconciled=True)
    batches = [each for each in batch_payments.every(organisation, gateway) if each.status == "AUTHORISED"]
    payments = [*unpaired, *paired]
    return (*(_of_bank_transaction(each) for each in (*waiting, *done)), *_of_payments(payments, batches))


def _of_payments(payments: Sequence[Payment], batches: Iterable[BatchPayment]) -> list[Entry]:
    """Payments of a batch stand on the bank's statement as one sum."""
    known = {each.id: each for each in payments}
    found, together = list[Entry](), set[str]()
    for batch in batches:
        own = [known[each] for each in batch.payment_ids if each in known]
        if not own:
            continue
        together.update(each.id for each in own)
        sign = 1 if batch.kind == "RECBATCH" else -1
        who = ", ".join(dict.fromkeys(each.contact.name for each in own if each.contact))
        total = Money(batch.total.amount * sign, own[0].bank_amount.currency)
        found.append(
            Entry(
                entity=BATCH_PAYMENT,
                id=batch.id,
                bank_account_id=batch.bank_account_id,
                date=batch.date,
                amount=total,
                who=who,
                reference=batch.words,
                is_reconciled=batch.is_reconciled or all(each.is_reconciled for each in own),
            )
        )
    return [*found, *(_of_payment(each) for each in payments if each.id not in together)]


def _of_payment(payment: Payment) -> Entry:
    return Entry(
        entity=PAYMENT,
        id=payment.id,
        bank_account_id=payment.bank_account_id,
        date=payment.date,
        amount=payment.bank_amount if payment.is_receipt else -payment.bank_amount,
        who=payment.contact.name if payment.contact else "",
        reference=payment.invoice_number or payment.reference,
        is_reconciled=payment.is_reconciled,
    )


def _of_bank_transaction(entry: BankTransaction) -> Entry:
    return Entry(
        entity=BANK_TRANSACTION,
        id=entry.id,
        bank_account_id=entry.bank_account_id,
        date=entry.date,
        amount=entry.total if entry.is_receipt else -entry.total,
        who=entry.contact.name if entry.contact else "",
        reference=entry.reference,
        is_reconciled=entry.is_reconciled,
    )
