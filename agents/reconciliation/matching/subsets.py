"""Which open items together make an amount, and how many sets would do so by accident.

A set is looked for in the simplest class first: all that is open, the oldest ones, neighbours by date, any set. The
expected number of accidental hits of a class is the number of its sets times the chance that a sum of them falls on
the amount, sums being spread over what is open in steps of the amounts' greatest common divisor.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

MOST_ITEMS = 22
"""Above this, whole enumeration costs too much; small sets and their complements are still looked for."""
MOST_SOLUTIONS = 3
ROUND_STEPS = (100, 500, 1000, 5000)
LARGER_SETS = 5
"""Sets of four to twelve documents are about so many times as frequent as those of two or three."""


@dataclass(frozen=True, slots=True)
class Found:
    """A set of places that make the amount; `accidental` is how many such sets were to be expected by chance."""

    places: tuple[int, ...]
    accidental: float
    shape: str
    rivals: int


def neighbours(amounts: Sequence[int], amount: int) -> Found | None:
    """Two or more items that follow each other and make `amount`; the oldest window wins, rivals are counted."""
    count, first, begin, total = len(amounts), None, 0, 0
    rivals = 0
    for end in range(count):
        total += amounts[end]
        while total > amount and begin <= end:
            total -= amounts[begin]
            begin += 1
        if total == amount and end > begin:
            if first is None:
                first = (begin, end + 1)
            else:
                rivals += 1
    if first is None:
        return None
    whole = sum(amounts)
    step = math.gcd(*amounts)
    oldest = first[0] == 0
    windows = count if oldest else count * (count - 1) / 2
    if min(amounts) == max(amounts):  # so many of equal documents: only which of them is open
        return Found(tuple(range(*first)), 0.2, "oldest", 0)
    shape = "all" if oldest and first[1] == count else "oldest" if oldest else "neighbours"
    return Found(tuple(range(*first)), windows * step / max(whole, 1), shape, rivals)


def any_set(amounts: Sequence[int], amount: int) -> Found | None:
    """Any set of two or more items that makes `amount`, with its rivals of other content."""
    count = len(amounts)
    if count < 2 or sum(amounts) < amount:
        return None
    solutions = _small_sets(amounts, amount) if count > MOST_ITEMS else _all_sets(amounts, amount)
    solutions = [each for each in solutions if len(each) > 1]
    if not solutions:
        return None
    best = min(solutions)
    content = sorted(amounts[place] for place in best)
    rivals = sum(sorted(amounts[place] for place in each) != content for each in solutions if each is not best)
    expect = expected_sets if count <= MOST_ITEMS else _expected_small_sets
    expected = max(expect(group, amount) for group in (amounts, *_round_groups(amounts, amount)))
    return Found(best, expected, "same" if len(solutions) > 1 and not rivals else "set", rivals)


def expected_sets(amounts: Sequence[int], amount: int) -> float:
    """How many of all sets make `amount` by accident, their sums being about normally spread."""
    mean = sum(amounts) / 2
    spread = math.sqrt(sum(each * each for each in amounts)) / 2 or 1.0
    density = math.exp(-(((amount - mean) / spread) ** 2) / 2) / (spread * math.sqrt(2 * math.pi))
    return 2.0 ** min(len(amounts), 60) * math.gcd(*amounts) * density


def _round_groups(amounts: Sequence[int], amount: int) -> Iterator[list[int]]:
    """The round ones among the amounts, when the sum is as round: their sums fall on it more often than others' do."""
    for step in ROUND_STEPS:
        if amount % step == 0:
            group = [each for each in amounts if each % step == 0]
            if 1 < len(group) < len(amounts):
                yield group


def _expected_small_sets(amounts: Sequence[int], amount: int) -> float:
    """The same for small sets and their complements; larger sets, not looked at, make it so much more doubtful."""
    count = len(amounts)
    sets = 2 * (math.comb(count, 2) + math.comb(count, 3))
    return LARGER_SETS * sets * math.gcd(*amounts) / (3 * max(amounts))


def _sums(amounts: Sequence[int]) -> np.ndarray:
    sums = np.zeros(1, dtype=np.int64)
    for each in amounts:
        sums = np.concatenate((sums, sums + each))
    return sums


def _all_sets(amounts: Sequence[int], amount: int) -> list[tuple[int, ...]]:
    """Meet in the middle: the sums of one half are looked up among those of the other."""
    half = len(amounts) // 2
    left, right = _sums(amounts[:half]), _sums(amounts[half:])
    order = np.argsort(right, kind="stable")
    ranked = right[order]
    wanted = amount - left
    begins = np.searchsorted(ranked, wanted, side="left")
    hits = np.nonzero(ranked[np.minimum(begins, len(ranked) - 1)] == wanted)[0]
    found: list[tuple[int, ...]] = []
    for hit in hits[:MOST_SOLUTIONS]:
        at = int(begins[hit])
        while at < len(ranked) and ranked[at] == wanted[hit] and len(found) < MOST_SOLUTIONS:
            found.append(_places(int(hit), 0) + _places(int(order[at]), half))
            at += 1
    return found


def _places(bits: int, first: int) -> tuple[int, ...]:
    return tuple(first + place for place in range(bits.bit_length()) if bits >> place & 1)


def _small_sets(amounts: Sequence[int], amount: int) -> list[tuple[int, ...]]:
    """Sets of two or three, and all but one, two or three."""
    everything = set(range(len(amounts)))
    found = _up_to_three(amounts, amount)
    for few in _up_to_three(amounts, sum(amounts) - amount):
        found.append(tuple(sorted(everything - set(few))))
    return found[:MOST_SOLUTIONS]


def _up_to_three(amounts: Sequence[int], amount: int) -> list[tuple[int, ...]]:
    found: list[tuple[int, ...]] = [(place,) for place, each in enumerate(amounts) if each == amount]
    column = np.array(amounts, dtype=np.int64)
    firsts, seconds = _pairs(len(amounts))
    pairs = column[firsts] + column[seconds]
    found += [(int(firsts[hit]), int(seconds[hit])) for hit in np.nonzero(pairs == amount)[0]]
    ranked = np.sort(pairs)
    wanted = amount - column
    if not (ranked[np.minimum(np.searchsorted(ranked, wanted), len(ranked) - 1)] == wanted).any():
        return found
    places: dict[int, list[int]] = {}
    for place, each in enumerate(amounts):
        places.setdefault(amount - each, []).append(place)
    for hit in np.nonzero(np.isin(pairs, wanted))[0][:MOST_ITEMS]:
        last = int(seconds[hit])
        found += [(int(firsts[hit]), last, place) for place in places[int(pairs[hit])] if place > last]
    return found


@cache
def _pairs(count: int) -> tuple[np.ndarray, np.ndarray]:
    return np.triu_indices(count, 1)
