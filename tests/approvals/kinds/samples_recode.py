"""A draft that recodes a document: an invented one for the rules, or one that stands in the sandbox."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import msgspec

from approvals.kinds.recode_transaction import RecodeTransaction
from approvals.proposal import Draft
from approvals.recoding import Codes, RecodedLine
from tests.approvals.kinds.samples_cash import DAY, cash_draft
from tests.approvals.kinds.till import Till
from tests.approvals.practice import ORGANISATION
from xero_tools import document_lines

NAMES = {"200": "Sales", "260": "Other Revenue", "404": "Bank Fees", "433": "Insurance", "620": "Prepayments"}
POTS = RecodedLine(
    line_id="line-1",
    description="Pots",
    amount=Decimal("120.00"),
    was=Codes(account_code="200", account_name="Sales", tax_type="OUTPUT", tax=Decimal("12.00")),
    becomes=Codes(
        account_code="260", account_name="Other Revenue", tax_type="OUTPUT", tax=Decimal("12.00"),
        tracking=(("Region", "North"),),
    ),
    quantity=Decimal("8.5"),
    unit_amount=Decimal("14.7059"),
    discount_rate=Decimal("4"),
    discount_amount=Decimal("5.00"),
    item_code="POT-9",
)  # fmt: skip


def recoding(*lines: RecodedLine, **changes: Any) -> Draft:
    """Recode INV-77 of US$132.00 at 0.60, or whatever is said."""
    said: dict[str, Any] = {
        "entity": "Invoices",
        "document_id": "inv-1",
        "kind": "ACCREC",
        "words": "invoice INV-77",
        "contact": "Acme",
        "status": "AUTHORISED",
        "date": DAY,
        "currency": "USD",
        "currency_rate": Decimal("0.60"),
        "total": Decimal("132.00"),
        "line_amounts": "Exclusive",
        "lines": lines or (POTS,),
    }
    payload = RecodeTransaction(**{**said, **changes})
    base = (payload.moved.amount / payload.currency_rate).quantize(Decimal("0.01"))
    return cash_draft("recode_transaction", payload, str(base), f"{payload.entity}/{payload.document_id}")


def recoding_of(till: Till, entity: str, document_id: str, codes: dict[int, dict[str, Any]], **changes: Any) -> Draft:
    """Give the lines of a document that stands in Xero, counted from 0, these codes."""
    now = document_lines.get(ORGANISATION, till.practice.gateway, entity, document_id)
    lines = []
    for number, line in enumerate(now.lines):
        was = Codes(
            account_code=line.account_code,
            account_name=NAMES[line.account_code],
            tax_type=line.tax_type,
            tax=line.tax,
            tracking=line.tracking,
        )
        becomes = msgspec.structs.replace(was, **codes.get(number, {}))
        becomes = msgspec.structs.replace(becomes, account_name=NAMES.get(becomes.account_code, "?"))
        lines.append(
            RecodedLine(
                line_id=line.id, description=line.description, amount=line.amount, was=was, becomes=becomes,
                quantity=line.quantity, unit_amount=line.unit_amount, discount_rate=line.discount_rate,
                discount_amount=line.discount_amount, item_code=line.item_code,
            )
        )  # fmt: skip
    said: dict[str, Any] = {
        "entity": entity, "document_id": document_id, "kind": now.kind, "words": f"{now.kind} {now.number}".strip(),
        "contact": now.contact, "status": now.status, "date": now.date, "currency": now.total.currency,
        "currency_rate": now.currency_rate, "total": now.total.amount, "line_amounts": now.line_amounts,
    }  # fmt: skip
    return recoding(*lines, **{**said, **changes})


RECODE_SAMPLES: dict[str, Draft] = {"recode_transaction": recoding()}
