"""What is said of a line that no rule settled: ranked candidates with what would settle them, or a category."""

from __future__ import annotations

import re

from agents.reconciliation.matching.engine import LEAST_PART, LIKELY, Matching
from agents.reconciliation.matching.memory import Memory

MOST_CANDIDATES = 5
MOST_SAME_AMOUNT = 12
_FEE = re.compile(r"\b(FEE|FEES|CHARGE|CHARGES|INTEREST|BANK|SURCHARGE|COMMISSION|OVERDRAFT)\b", re.I)
_TRANSFER = re.compile(r"\b(TRANSFER|TFR|XFER|SWEEP|OWN ACCOUNT|SAVINGS)\b", re.I)
_PAYOUT = re.compile(
    r"\b(STRIPE|PAYPAL|SQUARE|GOCARDLESS|ADYEN|WORLDPAY|SUMUP|ZETTLE|MOLLIE|PAYOUT|SETTLEMENT)\b", re.I
)
_PAYER = "who the payer is: confirm the name once"
_WHICH = "which of the documents it pays: ask for the remittance advice"


def ranked_candidates(work: Matching, line: int) -> list[tuple[int, str, float]]:
    """Up to five items the line may pay, best first: (item, what would settle it, between 0 and 1 how well it fits)."""
    if work.category[line] in ("reversal", "own_transfer"):
        return []
    book, due = work.book, work.due
    fits: dict[int, tuple[float, str]] = {item: (0.7, _WHICH) for item, _ in work.paid[line]}
    payer = work.payer_of(line)
    for item in work.named.get(line, ()):
        if work.may_pay(line, item):
            fits.setdefault(item, (0.6, _PAYER))
    for contact in payer.contacts[:3]:
        for item in work.open_of(line, contact):
            if abs(book.cents[line]) * LEAST_PART < abs(due[item]):
                continue
            near = abs(due[item] - book.cents[line]) / max(1, abs(due[item]))
            fits.setdefault(item, (0.5 if near == 0 else max(0.1, 0.4 - near / 2), _WHICH))
    same = [item for item in work.by_amount.get(book.cents[line], ()) if due[item] == book.cents[line]]
    if not payer.contacts and len(same) <= MOST_SAME_AMOUNT:
        for item in same:
            if work.may_pay(line, item):
                fits.setdefault(item, (0.3 / len(same), _PAYER))
    ranked = sorted(fits.items(), key=lambda each: (-each[1][0], book.item_days[each[0]]))
    return [(item, settles, fit) for item, (fit, settles) in ranked[:MOST_CANDIDATES]]


def category_of(work: Matching, line: int, memory: Memory) -> str:
    """The name of what a line without a match is."""
    if work.category[line]:
        return work.category[line]
    book = work.book
    text = f"{book.payers[line]} {book.descriptions[line]} {book.references[line]}"
    if memory.coding_of(book.payers[line]):
        return "recurring"
    if _PAYOUT.search(text):
        return "payout_report"
    if _FEE.search(text):
        return "bank_fee"
    if _TRANSFER.search(text):
        return "own_transfer"
    payer = work.payer_of(line)
    if payer.contacts:
        later = any(
            work.due[item] == book.cents[line] and book.item_days[item] > book.days[line]
            for contact in payer.contacts
            for item in work.of_contact[contact]
        )
        return "timing" if later else "missing_invoice"
    if book.payers[line].strip():
        return "unknown_payer"
    return "uncategorised_deposit" if book.cents[line] > 0 else "unknown_payer"


def is_settled(work: Matching, line: int) -> bool:
    """Whether a rule settled the line at least likely."""
    return bool(work.paid[line]) and work.confidence[line] >= LIKELY
