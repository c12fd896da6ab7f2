"""Opens small books or the demo books in a simulator for a test, and closes it afterwards."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from agents.scope import Scope
from books.firm import Client, read_firm_file
from tests.agents.small_books import OCTOBER, TODAY, OpenBooks, SmallBooks, gateway_to, open_books
from tests.support.sandbox_server import RunningSandbox, start_sandbox
from xero_tools.gateway import Gateway

Opener = Callable[[SmallBooks], OpenBooks]
DEMO_FIRM = Path(__file__).resolve().parents[2] / "sandbox" / "demo" / "firm.yml"


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Opener]:
    """`opened(books)` reads them through the simulator."""
    running: list[OpenBooks] = []

    def open_them(books: SmallBooks) -> OpenBooks:
        running.append(open_books(books, tmp_path))
        return running[-1]

    yield open_them
    for each in running:
        each.sandbox.stop()


@dataclass
class Demo:
    """The demo books over HTTP, with the demo firm's clients."""

    sandbox: RunningSandbox
    clients: tuple[Client, ...]

    @property
    def gateway(self) -> Gateway:
        """A new gateway to a Xero whose minute has just begun."""
        self.sandbox.simulator.pace.reset()
        return gateway_to(self.sandbox)

    def scope(self, client_id: str) -> Scope:
        """October 2026 of a demo client, on the demo's business date."""
        client = next(each for each in self.clients if each.id == client_id)
        return Scope(client, OCTOBER, TODAY)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """The three demo clients on 5 November 2026."""
    sandbox = start_sandbox(tmp_path_factory.mktemp("demo"), books=None, today=TODAY.isoformat())
    yield Demo(sandbox, read_firm_file(DEMO_FIRM).clients)
    sandbox.stop()
