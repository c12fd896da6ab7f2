"""The observer of `benchmarks.pace` sees what passes a limit, and how much of a limit is used."""

from __future__ import annotations

import pytest

from benchmarks.pace import CASES, ORGANISATIONS, count, over_in_flight, over_minute, used_in_flight, used_of_minute


def test_a_call_too_many_in_any_minute_is_seen() -> None:
    """Two calls a minute of ten seconds: at 0, 1 and 10.5 all is well; the one at 9.9 is the third within ten."""
    calls = [(0.0, 0.1), (1.0, 1.1), (10.5, 10.6)]
    assert over_minute(calls, 2, 10.0) == 0
    assert over_minute([*calls[:2], (9.9, 10.0)], 2, 10.0) == 1


def test_a_call_too_many_at_once_is_seen() -> None:
    assert over_in_flight([(0.0, 2.0), (1.0, 3.0), (2.0, 4.0)], 2) == 0
    assert over_in_flight([(0.0, 2.0), (1.0, 3.0), (1.9, 4.0)], 2) == 1


def test_the_used_share_is_the_rate_that_was_kept_up() -> None:
    """Two calls every 12.5 seconds where two in every ten are allowed: four fifths."""
    calls = [(at, at) for at in (0.0, 1.0, 12.5, 13.5, 25.0, 26.0)]
    assert used_of_minute(calls, 2, 10.0) == pytest.approx(0.8)
    assert used_of_minute(calls[:2], 2, 10.0) == 0.0
    assert used_in_flight([(0.0, 4.0), (0.0, 2.0), (3.0, 9.0)], 2, 5.0) == pytest.approx(0.8)


def test_a_limit_that_nobody_uses_up_is_no_success() -> None:
    lazy = {f"organisation {number}": [(0.0, 0.5)] for number in range(ORGANISATIONS)}
    assert [count(case, lazy, ends_at=8.0).is_good for case in CASES] == [False] * len(CASES)
