"""The pen's endings: a document is voided or deleted, an allocation removed; each carries no mark of ours."""

from __future__ import annotations

import datetime as dt

from books.refusal import Refusal
from xero_tools import credits
from xero_tools.one import segment
from xero_tools.writes import marks
from xero_tools.writes.bodies import status_body
from xero_tools.writes.pen import Nib, Receipt, numbers

ENDED = ("VOIDED", "DELETED")
ALLOCATIONS = "Allocations"
_BARE = ("Payments", "BatchPayments")
"""Xero takes the new status of these without an envelope around it."""


def ending_body(
    entity: str, document_id: str, status: str, *, contact_id: str = "", date: dt.date | None = None
) -> bytes:
    """The bytes that give a document its last status (VOIDED or DELETED); none for an allocation, which is removed.

    Xero wants a quote's contact and date said again.
    """
    if entity == ALLOCATIONS:
        return b""
    if entity in _BARE:
        return numbers.encode({"Status": status})
    return status_body(entity, document_id, status, contact_id=contact_id, date=date)


class EndingPen(Nib):
    """Takes documents out of the books. Proof: the document's own Status; of an allocation, that it is gone."""

    def end(self, organisation: str, entity: str, document_id: str, body: bytes, *, key: str) -> Receipt:
        """Sends the body of ending_body for a document."""
        path = entity if entity == "BankTransfers" else f"{entity}/{segment(document_id)}"
        return self.put(organisation, "POST", path, body, entity=entity, key=key)

    def end_of(self, organisation: str, entity: str, document_id: str) -> Receipt | None:
        """The document when it has been voided or deleted, by whomever; None while it stands. Raises Refusal."""
        now = marks.one(organisation, self._gateway, entity, document_id)
        return now if now.status in ENDED else None

    def allocation_stands(self, organisation: str, entity: str, credit_id: str, allocation_id: str) -> bool:
        """Whether a credit (CreditNotes, Overpayments, Prepayments) still has the allocation; raises Refusal."""
        if not allocation_id:
            raise Refusal(
                "Xero gives this allocation no id.", next_step="Remove it in Xero by hand.", code="cannot_be_undone"
            )
        credit = credits.get(organisation, self._gateway, entity, credit_id)
        return any(each.id == allocation_id for each in credit.allocations)
