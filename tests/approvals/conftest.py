"""One Xero simulator for the room's tests; each test begins with no faults, an empty log and nothing locked."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from books.store import Store
from tests.approvals.practice import Practice, Xero, write_books
from tests.support.databases import open_store, stores
from tests.support.sandbox_server import start_sandbox

__all__ = ["stores"]


@pytest.fixture(scope="session")
def simulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Xero]:
    """The simulator with the nursery's books, over HTTP."""
    home = tmp_path_factory.mktemp("xero")
    sandbox = start_sandbox(home, books=[write_books(home)], today="2026-11-05")
    xero = Xero(sandbox)
    yield xero
    sandbox.stop()


@pytest.fixture
def xero(simulator: Xero) -> Xero:
    """The simulator, as if it had just been started."""
    simulator.control("DELETE", "faults")
    simulator.control("DELETE", "log")
    simulator.control("POST", "pace", {})
    simulator.lock_up_to(None)
    return simulator


@pytest.fixture
def practice(xero: Xero, tmp_path: Path) -> Iterator[Practice]:
    """A practice on SQLite."""
    with open_store("sqlite", tmp_path) as store:
        yield Practice.open(store, xero)


@pytest.fixture
def either_practice(xero: Xero, stores: Store) -> Practice:
    """A practice on each database in turn."""
    return Practice.open(stores, xero)
