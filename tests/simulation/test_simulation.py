"""The deterministic simulation: no seed breaks an invariant, the same seed plays the same, and each mutant is found.

The seeds stand in several files, so that both processes of `make test` play them; `make simulate SEEDS=10000` plays
more, and `make mutants` hunts each mutant anew.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.simulation.mutants import FIRST_SEED, MUTANTS
from tests.simulation.play import IN_THE_SUITE, STEPS, UNTOUCHED, found_by_its_story, play
from tests.simulation.stories import STORIES
from tests.support.databases import postgres_schema, why_no_postgres

ON_POSTGRES = range(10)
FOUND_WITHIN = 40
"""Seeds; the first that finds a mutant ends its test."""


def test_the_same_seed_gives_the_same_trace() -> None:
    assert play(3, steps=80) == play(3, steps=80)
    assert play(3, steps=80).trace != play(4, steps=80).trace


@pytest.mark.parametrize("name", [name for name in MUTANTS if name not in STORIES])
def test_each_guard_taken_out_is_found(name: str) -> None:
    """By a seed that plays through while the guard is in its place: the other tests play them all."""
    seeds = (FIRST_SEED.get(name, 0), *range(FOUND_WITHIN))
    assert any(play(seed, mutant=MUTANTS[name]).broken for seed in seeds)


@pytest.mark.parametrize("name", STORIES)
def test_each_story_holds_and_without_its_guard_does_not(name: str) -> None:
    """Six mutants take several unlucky things at once: chance finds each in hundreds of seeds, a story at once."""
    assert not found_by_its_story(name, UNTOUCHED)
    assert found_by_its_story(name, MUTANTS[name])


@pytest.mark.postgres
def test_postgresql_plays_each_seed_as_sqlite_does() -> None:
    if reason := why_no_postgres():
        pytest.skip(reason)
    with postgres_schema(durable=False) as url:
        played = {seed: (play(seed, database=url), play(seed)) for seed in ON_POSTGRES}
    assert {seed: one.broken for seed, (one, _) in played.items() if one.broken} == {}
    assert [seed for seed, (one, other) in played.items() if one != other] == []


def test_the_steps_are_those_that_the_pages_promise() -> None:
    page = Path("docs/simulation.md").read_text()
    assert f"{STEPS} random steps" in page
    assert f"{len(MUTANTS)} mutants" in page
    assert f"{IN_THE_SUITE:,} seeds" in page
