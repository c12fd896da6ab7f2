"""`kill -9` of a real process at named points between the click and the refreshed card: nothing lost, nothing doubled.

A slice; `make kill ROUNDS=200` plays all points under every fault.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.killed.rounds import FAULTS, Rounds, opened

STAGES = ("decide", "claim", "reading ManualJournals", "begin", "writing ManualJournals", "record_posted",
          "reading ManualJournals/…", "writing ManualJournals/…/History", "the card")  # fmt: skip
"""From the click to the card: decide, claim, look, send, record, read back, note, refresh."""


@pytest.fixture(scope="module")
def rounds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rounds]:
    """One sandbox and one nursery for the slice."""
    with opened(tmp_path_factory.mktemp("killed")) as game:
        yield game


def test_every_stage_has_its_points_and_every_fourth_kill_leaves_one_journal(rounds: Rounds) -> None:
    points = rounds.points()
    assert len(points) == len(set(points)) >= 20
    assert all(any(each.startswith(f"{stage}:") for each in points) for stage in STAGES)
    slice_of_them = [(point, FAULTS[n % len(FAULTS)]) for n, point in enumerate(points[::4])]
    wrong = [played for each in slice_of_them if (played := rounds.play(*each)).wrong]
    assert wrong == []
