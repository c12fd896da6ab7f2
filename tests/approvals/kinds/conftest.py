"""A till over the practice: documents that people make by hand."""

from __future__ import annotations

import pytest

from tests.approvals.kinds.till import Till
from tests.approvals.practice import Practice


@pytest.fixture
def till(practice: Practice) -> Till:
    """The till of the nursery, on SQLite."""
    return Till(practice)
