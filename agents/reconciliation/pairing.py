"""Which lines of the bank stand in the ledger already: the same amount to the cent, nearest by day, alike in words."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import combinations

from rapidfuzz import fuzz

from agents.reconciliation.account_view import Entry
from agents.reconciliation.matching.payers import plain
from books.money import Money
from books.records import StatementLine

FAR_DAYS = 12
"""A cheque or a card payment reaches the statement days after it was entered; later than this it is another one."""
MOST_OF_A_DAY = 12
"""How many entries of one payer and one day are tried in twos."""
ALIKE = 60.0
"""Of 100: how alike two texts are from where on they speak of the same payer (rapidfuzz's token set ratio)."""


@dataclass(frozen=True)
class Paired:
    """What belongs together, and what is left on either side; a line that is two entries stands with each of them."""

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
    found = {one: (other,) for one, other in partner.items()} | _as_two(lines, entries, partner, used)
    used.update(each for others in found.values() for each in others)
    return Paired(
        tuple((lines[one], entries[other]) for one, others in sorted(found.items()) for other in others),
        tuple(line for at, line in enumerate(lines) if at not in found),
        tuple(entry for at, entry in enumerate(entries) if at not in used),
    )


def _as_two(
    lines: Sequence[StatementLine], entries: Sequence[Entry], partner: Mapping[int, int], used: Set[int]
) -> dict[int, tuple[int, ...]]:
    """Lines that are a payment and what was kept back of it: two entries of one day and one payer, in and out."""
    together: dict[tuple[str, dt.date], list[int]] = defaultdict(list)
    for at, entry in enumerate(entries):
        if at not in used and entry.who:
            together[entry.who, entry.date].append(at)
    sums: dict[Money, list[tuple[int, int]]] = defaultdict(list)
    for own in together.values():
        for one, other in combinations(own[:MOST_OF_A_DAY], 2):
            if (entries[one].amount.amount < 0) != (entries[other].amount.amount < 0):
                sums[entries[one].amount + entries[other].amount].append((one, other))
    found: dict[int, tuple[int, ...]] = {}
    taken: set[int] = set()
    for at, line in enumerate(lines):
        if at in partner or not sums.get(line.amount):
            continue
        fits = [
            pair
            for pair in sums[line.amount]
            if not taken & set(pair)
            and abs((line.date - entries[pair[0]].date).days) <= FAR_DAYS
            and _alike(line, entries[pair[0]])
        ]
        if len(fits) == 1:
            found[at] = fits[0]
            taken.update(fits[0])
    return found


def _alike(line: StatementLine, entry: Entry) -> bool:
    said = plain(f"{line.payer} {line.reference} {line.description}")
    known = plain(f"{entry.who} {entry.reference}")
    return not said or not known or fuzz.token_set_ratio(said, known) >= ALIKE
