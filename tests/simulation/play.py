"""Plays seeds: 200 random steps each, then a phase with no faults in which everything must finish."""

from __future__ import annotations

from dataclasses import dataclass

from structlog.testing import capture_logs

from tests.simulation.database import IN_MEMORY
from tests.simulation.mutants import Mutant, alive
from tests.simulation.verdict import Broken
from tests.simulation.world import World

STEPS = 200
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


def hunted(mutant: Mutant, *, first: int, within: int) -> int | None:
    """The first seed that finds a mutant, beginning with `first`; an exception that escapes is a find too."""
    for seed in (first, *range(within)):
        try:
            if play(seed, mutant=mutant).broken:
                return seed
        except Exception:
            return seed
    return None
