"""The form of a planted fact.

Amounts are in the currency of the document (balances and shares of prepayments in the organisation's base currency);
a balance is signed as a trial balance is, debits positive. `against` is the figure the amount is held against: what
is left in 620 Prepayments for a prepayment, what belongs there for a year charged to one month, the budget for a
budget line, the usual bill for a missing one.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from sandbox.demo.identity import identifier

ORGANISATIONS = {
    "bondi-coffee": "0b0d1c0f-0000-4000-8000-00000000a001",
    "kauri-export": "0b0d1c0f-0000-4000-8000-00000000a002",
    "thames-studio": "0b0d1c0f-0000-4000-8000-00000000a003",
}
BANK, PAPERS, JOURNALS = "bank_reconciled", "drafts_and_approvals", "draft_journals"
CLEARING, PREPAYMENTS, LOCK = "suspense_clearing", "prepayments", "lock_date"


@dataclass(frozen=True, slots=True)
class Planted:
    """One planted fact: which check must report it (None: a later issue's), and the figure it must report."""

    id: str
    check: str | None
    kind: str
    number: str  # the document's number, the journal's narration, or the account's code and name
    amount: Decimal
    currency: str
    note: str
    on: date | None = None
    against: Decimal | None = None
    document: str = ""  # the uuid, where a document has no number of its own
    client: str = ""
    organisation: str = ""


def of_client(client: str, rows: tuple[Planted, ...]) -> tuple[Planted, ...]:
    """Sign a client's facts with the client, its organisation and the uuids of its documents."""
    named = (replace(row, client=client, organisation=ORGANISATIONS[client]) for row in rows)
    return tuple(
        replace(row, document=identifier(client, *row.document.split(":", 1))) if row.document else row for row in named
    )
