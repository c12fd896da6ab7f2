"""Which lines of the bank stand in the ledger already: the same amount to the cent, nearest by day, alike in words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from agents.reconciliation.account_view import Entry
from agents.reconciliation.matching.payers import plain
from books.money import Money
from books.records import StatementLine

FAR_DAYS = 12
"""A cheque or a card payment reaches the statement days after it was entered; later than this it is another one."""
ALIKE = 60.0
"""Of 100: how alike two texts are from where on they speak of the same payer (rapidfuzz's token set ratio)."""


@dataclass(frozen=True)
class Paired:
    """What belongs together, and what is left on either side."""

    pairs: tuple[tuple[StatementLine, Entry], ...]
    lines: tuple[StatementLine, ...]
    entries: tuple[Entry, ...]


def pair(lines: Sequence[StatementLine], entries: Sequence[Entry]) -> Paired:
    """Pairs the lines of one bank account with its entries, each at most once.

    The closest pairs go first: alike in words before unlike, then fewest days apart. A pair that is far apart in days
    or unlike in words is taken only where neither has another partner of that amount.
    """
    waiting: dict[Money, list[int]] = defaultdict(list)
    for at, entry in enumerate(entries):
        waiting[entry.amount].append(at)
    by_amount: dict[Money, list[int]] = defaultdict(list)
    for at, line in enumerate(lines):
        by_amount[line.amount].append(at)
    ranked = []
    for amount, own in by_amount.items():
        alone = len(own) == 1 and len(waiting[amount]) == 1
        for line_at in own:
            for entry_at in waiting[amount]:
                days = abs((lines[line_at].date - entries[entry_at].date).days)
                unlike = not _alike(lines[line_at], entries[entry_at])
                if days <= FAR_DAYS and (not unlike or alone or days <= 1):
                    ranked.append((unlike, days, line_at, entry_at))
    partner: dict[int, int] = {}
    used: set[int] = set()
    for _, _, line_at, entry_at in sorted(ranked):
        if line_at not in partner and entry_at not in used:
            partner[line_at] = entry_at
            used.add(entry_at)
    return Paired(
        tuple((lines[one], entries[other]) for one, other in sorted(partner.items())),
        tuple(line for at, line in enumerate(lines) if at not in partner),
        tuple(entry for at, entry in enumerate(entries) if at not in used),
    )


def _alike(line: StatementLine, entry: Entry) -> bool:
    said = plain(f"{line.payer} {line.reference} {line.description}")
    known = plain(f"{entry.who} {entry.reference}")
    return not said or not known or fuzz.token_set_ratio(said, known) >= ALIKE
