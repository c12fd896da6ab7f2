"""An eighth of the seeds that every run of the suite plays, in eight files, so that both processes share them."""

from __future__ import annotations

import pytest

from tests.simulation.play import broken_in, share


@pytest.mark.parametrize("seeds", share(8), ids=str)
def test_no_invariant_breaks_and_everything_finishes(seeds: range) -> None:
    assert broken_in(seeds) == {}
