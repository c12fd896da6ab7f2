"""A sandbox Xero with the books of Paper Lantern Ltd, over real HTTP on a free port."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.sandbox.xero.paper_lantern import ORGANISATION, books
from tests.support.sandbox_server import RunningSandbox, start_sandbox
from tests.support.xero_wire import Wire

TODAY = "2026-11-05"


@pytest.fixture
def books_file(tmp_path: Path) -> Path:
    """The books as a file."""
    file = tmp_path / "paper_lantern.json"
    file.write_text(json.dumps(books()))
    return file


@pytest.fixture
def sandbox(tmp_path: Path, books_file: Path) -> Iterator[RunningSandbox]:
    """The running sandbox, without Xero's pace limits."""
    running = start_sandbox(tmp_path / "home", books=[books_file], today=TODAY)
    running.simulator.pace.unlimited = True
    yield running
    running.stop()


@pytest.fixture
def xero(sandbox: RunningSandbox) -> Wire:
    """A plain HTTP client of the organisation."""
    return Wire(sandbox.url, ORGANISATION)


@pytest.fixture(scope="session")
def untouched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSandbox]:
    """One sandbox for all tests that only read, or whose writes are all refused."""
    home = tmp_path_factory.mktemp("untouched")
    file = home / "paper_lantern.json"
    file.write_text(json.dumps(books()))
    running = start_sandbox(home / "home", books=[file], today=TODAY)
    running.simulator.pace.unlimited = True
    yield running
    running.stop()


@pytest.fixture
def reader(untouched: RunningSandbox) -> Wire:
    """A plain HTTP client of the sandbox that stays as it is."""
    return Wire(untouched.url, ORGANISATION)
