"""The payment that a bank line is, as Xero takes it: the same whether the line pays all, a part, or less a fee."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from approvals.kinds.apply_payment import ApplyPayment, PaidDocument
from books.money import Money
from books.records import Invoice, LedgerAccount, StatementLine

LONGEST = 200
"""How many letters of a reference are kept."""


def reference_of(line: StatementLine) -> str:
    """What stands on the entry: the line's reference, or who paid, or the bank's text."""
    return (line.reference or line.payer or line.description)[:LONGEST]


def paying(
    line: StatementLine, account: LedgerAccount, paid: Sequence[tuple[Invoice, Money]], rate: Decimal
) -> ApplyPayment:
    """So much of each of these documents of one contact and currency, through `account` on the line's day.

    `rate` is Xero's CurrencyRate: units of the documents' currency for one of the base.
    """
    first = paid[0][0]
    return ApplyPayment(
        sort=first.kind,
        contact=first.contact.name,
        contact_id=first.contact.id,
        bank_account=account.name,
        bank_account_code=account.code,
        bank_account_id=account.id,
        date=line.date,
        reference=reference_of(line),
        currency=first.total.currency,
        documents=tuple(
            PaidDocument(
                invoice_id=each.id,
                number=each.number or each.reference,
                due=each.due.amount,
                amount=amount.rounded().amount,
            )
            for each, amount in paid
        ),
        currency_rate=rate,
    )
