"""What the tests of xero_tools share: a scripted Xero on the wire, and sandboxes with demo and small books."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.sandbox.xero import paper_lantern
from tests.support.sandbox_server import RunningSandbox, start_sandbox
from tests.xero_tools.scripted import ScriptedXero
from xero_tools.gateway import Gateway
from xero_tools.pace import Limits, Pace
from xero_tools.settings import XeroSettings
from xero_tools.tokens import Tokens

TODAY = "2026-11-05"


@pytest.fixture
def xero() -> Iterator[ScriptedXero]:
    """A scripted Xero of the test's own."""
    scripted = ScriptedXero()
    yield scripted
    scripted.close()


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSandbox]:
    """A sandbox with the demo books, for tests that only read; it keeps no pace, so that they may hurry."""
    running = start_sandbox(tmp_path_factory.mktemp("demo"), books=None, today=TODAY)
    running.simulator.pace.unlimited = True
    yield running
    running.stop()


@pytest.fixture
def lantern(tmp_path: Path) -> Iterator[RunningSandbox]:
    """A sandbox with the small books of Paper Lantern Ltd, for tests that write or count to the cent."""
    file = tmp_path / "paper_lantern.json"
    file.write_text(json.dumps(paper_lantern.books()))
    running = start_sandbox(tmp_path / "home", books=[file], today=TODAY)
    running.simulator.pace.unlimited = True
    yield running
    running.stop()


def gateway_to(url: str) -> Gateway:
    """A gateway to a sandbox, in no need of a pace."""
    settings = XeroSettings.sandbox(url)
    plenty = Limits(in_flight=50, per_minute=100_000, per_day=100_000, app_per_minute=100_000)
    return Gateway(settings, tokens=Tokens(settings), pace=UnheedingPace(plenty), sleep=lambda _seconds: None)


class UnheedingPace(Pace):
    """A pace that does not listen to the sandbox's remaining-headers, which count down even when it is unlimited."""

    def learn(self, organisation: str, status: int, headers: Mapping[str, str]) -> None:
        """Not heeded."""
