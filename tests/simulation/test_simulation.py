"""The deterministic simulation: no seed breaks an invariant, the same seed plays the same, and each mutant is found.

`make simulate SEEDS=1000` plays more.
"""

from __future__ import annotations

from functools import cache

import pytest

from tests.simulation.mutants import FIRST_SEED, MUTANTS, alive
from tests.simulation.play import play

SEEDS = sorted({0, *FIRST_SEED.values()})
FOUND_WITHIN = 25
"""Seeds; the first that finds a mutant ends its test."""


@cache
def untouched(seed: int) -> str:
    """What the code as it is breaks in this seed."""
    return play(seed).broken


@pytest.mark.parametrize("seed", SEEDS)
def test_no_invariant_breaks_and_everything_finishes(seed: int) -> None:
    assert untouched(seed) == ""


def test_the_same_seed_gives_the_same_trace() -> None:
    assert play(3, steps=80) == play(3, steps=80)
    assert play(3, steps=80).trace != play(4, steps=80).trace


@pytest.mark.parametrize("name", MUTANTS)
def test_each_guard_taken_out_is_found(name: str) -> None:
    """By a seed that plays through while the guard is in its place."""
    with alive(name) as timings:
        seeds = (FIRST_SEED.get(name, 0), *range(FOUND_WITHIN))
        found = next((seed for seed in seeds if play(seed, timings=timings).broken), None)
    assert found is not None
    assert untouched(found) == ""
