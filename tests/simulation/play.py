"""Plays seeds: 200 random steps each, then a phase with no faults in which everything must finish."""

from __future__ import annotations

from dataclasses import dataclass

from structlog.testing import capture_logs

from tests.simulation import stories
from tests.simulation.database import IN_MEMORY
from tests.simulation.mutants import Mutant, alive
from tests.simulation.verdict import Broken
from tests.simulation.world import World

STEPS = 200
IN_THE_SUITE, FILES = 1_000, 8
"""Seeds that every run of the suite plays, and in how many files."""
UNTOUCHED = Mutant("the code as it is")


@dataclass(frozen=True)
class Played:
    """What came of one seed; `broken` names the invariant that did not hold."""

    seed: int
    trace: str
    writes: int
    proposals: int
    broken: str = ""


def play(seed: int, *, steps: int = STEPS, mutant: Mutant = UNTOUCHED, database: str = IN_MEMORY) -> Played:
    """One seed from its first step to its end."""
    broken = ""
    with capture_logs(), alive(mutant):
        world = World(seed, mutant.timings, database, mutant.without)
        try:
            for _ in range(steps):
                world.step()
            world.settle()
        except Broken as error:
            broken = str(error)
    return Played(seed, world.close(), world.oracle.writes, len(world.ids), broken)


def found_by_its_story(name: str, mutant: Mutant) -> str:
    """What does not hold at the end of a story, with this mutant alive; empty: everything does."""
    with capture_logs(), alive(mutant):
        world = World(0, mutant.timings, IN_MEMORY, mutant.without)
        try:
            stories.tell(name, world)
        except Broken as error:
            return str(error)
        finally:
            world.close()
    return ""


def hunted(mutant: Mutant, *, first: int, within: int) -> int | None:
    """The first seed that finds a mutant, beginning with `first`."""
    return next((seed for seed in (first, *range(within)) if play(seed, mutant=mutant).broken), None)


def share(number: int) -> list[range]:
    """The seeds of the suite's `number`th file, 25 a test."""
    each = IN_THE_SUITE // FILES
    return [range(first, first + 25) for first in range(each * (number - 1), each * number, 25)]


def broken_in(seeds: range) -> dict[int, str]:
    """What did not hold, by seed."""
    return {seed: played.broken for seed in seeds if (played := play(seed)).broken}
