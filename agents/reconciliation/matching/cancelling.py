"""Lines that pay nothing because another line takes them back: reversals, and transfers between own accounts."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence

from agents.reconciliation.matching.engine import Matching

REVERSAL_DAYS, TRANSFER_DAYS = 14, 4
_REVERSAL = re.compile(r"REVERS|DISHONO|RETURNED|CHARGEBACK|CHARGE BACK|BOUNCED|UNPAID|CANCELL?ED|STOPPED", re.I)
_TRANSFER = re.compile(r"TRANSFER|TFR|XFER|SWEEP|SAVINGS|OWN ACCOUNT|INTERNAL", re.I)


def set_aside_reversals(work: Matching) -> None:
    """A line that says it takes another back, and the nearest earlier one of the opposite amount and the same payer."""
    book = work.book
    by_cents: dict[int, list[int]] = {}
    for line in work.order:
        by_cents.setdefault(book.cents[line], []).append(line)
    for back in work.order:
        earlier = by_cents.get(-book.cents[back])
        if not earlier:
            continue
        text = f"{book.descriptions[back]} {book.references[back]} {book.payers[back]}"
        if not _REVERSAL.search(text):
            continue
        first = _opposite(work, back, earlier)
        if first is not None:
            work.category[back] = work.category[first] = "reversal"
            work.other_line[back], work.other_line[first] = first, back


def _opposite(work: Matching, back: int, earlier: Sequence[int]) -> int | None:
    book, best = work.book, None
    for line in earlier:
        if (
            0 <= book.days[back] - book.days[line] <= REVERSAL_DAYS
            and line != back
            and not work.category[line]
            and (book.payers[line] == book.payers[back] or _same_payer(work, line, back) or not book.payers[back])
        ):
            best = line
    return best


def _same_payer(work: Matching, one: int, other: int) -> bool:
    return bool(set(work.payer_of(one).contacts) & set(work.payer_of(other).contacts))


def _pays_somebody(work: Matching, line: int) -> bool:
    """Whether the line names an open document, or a contact: "credit transfer" is also how banks call any payment."""
    return line in work.named or bool(work.payer_of(line).contacts)


def set_aside_transfers(work: Matching) -> None:
    """Two lines of opposite amount in two accounts of the client within four days, one reading like a transfer."""
    book = work.book
    if len(set(book.accounts)) < 2:
        return
    leaving: dict[int, list[int]] = {}
    for line in work.order:
        if book.cents[line] < 0 and not work.category[line]:
            leaving.setdefault(-book.cents[line], []).append(line)
    for home in work.order:
        if book.cents[home] <= 0 or work.category[home]:
            continue
        aways = leaving.get(book.cents[home], [])
        first = bisect_left(aways, book.days[home] - TRANSFER_DAYS, key=book.days.__getitem__)
        for away in aways[first:]:
            if book.days[away] > book.days[home] + TRANSFER_DAYS:
                break
            if (
                not work.category[away]
                and book.accounts[away] != book.accounts[home]
                and not _pays_somebody(work, home)
                and not _pays_somebody(work, away)
                and _TRANSFER.search(
                    f"{book.payers[home]} {book.descriptions[home]} {book.payers[away]} {book.descriptions[away]}"
                )
            ):
                work.category[home] = work.category[away] = "own_transfer"
                work.other_line[home], work.other_line[away] = away, home
                break
