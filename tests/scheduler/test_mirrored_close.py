"""The morning's close readiness through the mirror: the same findings as from Xero itself, for few calls."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from agents.close.readiness import close_readiness
from agents.scope import Scope
from books.clock import Clock
from books.firm import Client, read_firm_file
from books.period import Period
from books.store import Store
from tests.support.sandbox_server import RunningSandbox, start_sandbox
from tests.xero_tools.conftest import gateway_to
from xero_tools.mirror import Mirror
from xero_tools.mirror_kinds import KINDS
from xero_tools.vault import Vault
from xero_tools.vault_keys import KeyFile

TODAY = date(2026, 11, 5)
DEMO_FIRM = Path(__file__).resolve().parents[2] / "sandbox" / "demo" / "firm.yml"
MOST_CALLS = 6
"""What changed of five lists, and the trial balance."""
CLIENTS = {client.id: client for client in read_firm_file(DEMO_FIRM).clients}


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSandbox]:
    """The demo books, without a pace."""
    running = start_sandbox(tmp_path_factory.mktemp("demo"), books=None, today=TODAY.isoformat())
    running.simulator.pace.unlimited = True
    yield running
    running.stop()


def change_a_page_of_each(sandbox: RunningSandbox, organisation: str) -> None:
    """Of each kind, as many as fit on a page were changed just now, says Xero."""
    for kind in KINDS:
        sandbox.simulator.store.db.execute(
            "UPDATE documents SET updated = ? WHERE rowid IN "
            "(SELECT rowid FROM documents WHERE organisation = ? AND kind = ? LIMIT 990)",
            (time.time_ns() // 1_000_000, organisation, kind),
        )


@pytest.mark.parametrize("client", CLIENTS.values(), ids=CLIENTS.keys())
def test_a_morning_costs_few_calls_and_finds_the_same(sandbox: RunningSandbox, tmp_path: Path, client: Client) -> None:
    """A full reading in the night; then a whole page of documents of each kind changes at once."""
    scope = Scope(client, Period(2026, 10), TODAY)
    store = Store(f"sqlite:///{tmp_path / 'tieout.db'}")
    store.create_tables()
    gateway = gateway_to(sandbox.url)
    mirror = Mirror(store, gateway, Vault(KeyFile(tmp_path)), Clock())
    mirror.refresh(client.organisation, kinds=KINDS, full=True)
    expected = close_readiness(scope, gateway)
    change_a_page_of_each(sandbox, client.organisation)
    sandbox.simulator.log.clear()
    found = close_readiness(scope, mirror.gateway())
    asked = [row["path"] for row in sandbox.simulator.log]
    store.close()
    assert found == expected
    assert any(check.findings for check in found.checks)
    assert len(asked) <= MOST_CALLS, asked
