"""What the tests of xero_tools share: a scripted Xero on the wire."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.xero_tools.scripted import ScriptedXero


@pytest.fixture
def xero() -> Iterator[ScriptedXero]:
    """A scripted Xero of the test's own."""
    scripted = ScriptedXero()
    yield scripted
    scripted.close()
