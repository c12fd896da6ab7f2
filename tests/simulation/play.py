"""Plays seeds: 200 random steps each, then a phase with no faults in which everything must finish."""

from __future__ import annotations

from dataclasses import dataclass

from structlog.testing import capture_logs

from approvals.executor import Timings
from tests.simulation.oracle import Broken
from tests.simulation.world import TIMINGS, World

STEPS = 200


@dataclass(frozen=True)
class Played:
    """What came of one seed; `broken` names the invariant that did not hold."""

    seed: int
    trace: str
    writes: int
    proposals: int
    broken: str = ""


def play(seed: int, *, steps: int = STEPS, timings: Timings = TIMINGS) -> Played:
    """One seed from its first step to its end."""
    world, broken = World(seed, timings), ""
    with capture_logs():
        try:
            for _ in range(steps):
                world.step()
            world.settle()
        except Broken as error:
            broken = str(error)
    return Played(seed, world.close(), world.oracle.writes, len(world.ids), broken)
