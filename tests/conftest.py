"""What every test may ask for: an empty store on each database (`stores`); and the order of the files."""

from __future__ import annotations

import pytest

pytest_plugins = ["tests.support.databases"]
LONG_FIRST = ("tests/stories/", "tests/killed/", "tests/simulation/", "tests/approvals/faults/")
"""A file stays on one process: a long one that is begun last keeps the other process waiting."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long files first, each file's tests in their own order."""
    items.sort(key=lambda item: not item.nodeid.startswith(LONG_FIRST))
