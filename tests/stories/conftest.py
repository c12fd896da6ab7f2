"""The stories run the real bot before the real sandbox, each in a home of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.tieout import Tieout, call, free_ports


@pytest.fixture(scope="module")
def tieout(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tieout]:
    """`make run` with nothing configured: the demo firm and its three clients, on 5 November 2026."""
    running = Tieout(tmp_path_factory.mktemp("home"), free_ports()).start()
    call(f"{running.url}/control/pace", {"unlimited": True})  # a test asks more in a minute than a firm does in an hour
    yield running
    running.stop()


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """An empty home."""
    return tmp_path
