"""What each document kind works on in the fault table, put into the books as a person would."""

from __future__ import annotations

from collections.abc import Callable

from approvals.proposal import Draft
from tests.approvals.faults.bench import Bench
from tests.approvals.kinds.samples_documents import approving


def _approval(bench: Bench) -> Draft:
    """Of an invoice that somebody drafted."""
    return approving(bench.till.invoice("500.00", Status="DRAFT"))


DOCUMENT_WORK: dict[str, Callable[[Bench], Draft]] = {
    "approve_draft_document": _approval,
}
