"""The order of the passes: what cancels, what names documents, what the payer and the amount say, what is left."""

from __future__ import annotations

from agents.reconciliation.matching import by_payer, by_reference
from agents.reconciliation.matching.cancelling import set_aside_reversals, set_aside_transfers
from agents.reconciliation.matching.client_book import ClientBook
from agents.reconciliation.matching.engine import Matching


def match_client(
    book: ClientBook,
    *,
    confirmed: dict[str, tuple[int, ...]] | None = None,
    rejected: frozenset[tuple[str, str]] = frozenset(),
) -> Matching:
    """Matches one client's lines; `confirmed` has plain payer texts and the contacts people confirmed for them."""
    work = Matching(book, confirmed=confirmed, rejected=rejected)
    by_reference.read_numbers(work)
    set_aside_reversals(work)
    set_aside_transfers(work)
    by_reference.settle_exact(work)
    by_payer.settle_ledger(work)
    by_reference.settle_inexact(work)
    by_payer.settle_amounts(work)
    by_payer.settle_sets(work)
    by_payer.settle_instalments(work)
    by_payer.settle_near(work)
    return work
