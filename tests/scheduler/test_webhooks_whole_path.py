"""From a change in the sandbox's Xero to the mirror: the signed delivery, the door, the inbox and the sweep."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from books.clock import Clock
from books.firm import Client
from books.store import Store
from bot.server import Server
from bot.xero_hook import XeroHook
from scheduler.mirroring import subscribe
from scheduler.settings import SANDBOX_HOOK_KEY, Settings, settings_from
from scheduler.sweeps import webhook_inbox
from tests.sandbox.xero import paper_lantern
from tests.scheduler.test_mirror_sweeps import firm_of
from tests.support.sandbox_server import RunningSandbox, start_sandbox
from tests.xero_tools.conftest import gateway_to
from xero_tools import contacts
from xero_tools.mirror import Mirror
from xero_tools.vault import Vault
from xero_tools.vault_keys import KeyFile
from xero_tools.webhooks import Inbox

ROOT = Path(__file__).resolve().parents[2]
LANTERN = Client(id="lantern", name="Paper Lantern Ltd", organisation=paper_lantern.ORGANISATION)


@pytest.fixture
def sandbox(tmp_path: Path) -> Iterator[RunningSandbox]:
    """Paper Lantern's books."""
    file = tmp_path / "paper_lantern.json"
    file.write_text(json.dumps(paper_lantern.books()))
    running = start_sandbox(tmp_path / "home", books=[file], today="2026-11-05")
    running.simulator.pace.unlimited = True
    yield running
    running.stop()


def settings_for(sandbox: RunningSandbox, home: Path) -> Settings:
    """An installation beside that sandbox."""
    return settings_from({"TIEOUT_HOME": str(home), "TIEOUT_SANDBOX_URL": sandbox.url}, ROOT)


async def test_a_new_contact_reaches_the_mirror_by_itself(sandbox: RunningSandbox, tmp_path: Path) -> None:
    store, gateway, clock = Store(f"sqlite:///{tmp_path / 'tieout.db'}"), gateway_to(sandbox.url), Clock()
    store.create_tables()
    mirror, inbox = Mirror(store, gateway, Vault(KeyFile(tmp_path)), clock), Inbox(store, SANDBOX_HOOK_KEY)
    work = webhook_inbox.sweep(inbox, mirror, lambda: firm_of(LANTERN), clock)
    await asyncio.to_thread(mirror.refresh, LANTERN.organisation, kinds=["contacts"])
    server = Server(host="127.0.0.1", port=0)
    server.mount(XeroHook(inbox, now=clock.now))
    await server.start()
    try:
        assert await subscribe(settings_for(sandbox, tmp_path), server.url) == "ok"
        body = json.dumps({"Contacts": [{"Name": "Ines"}]}).encode()
        await asyncio.to_thread(
            gateway.write, LANTERN.organisation, "POST", "Contacts", body, idempotency_key="one contact"
        )
        for _ in range(100):
            if inbox.waiting():
                break
            await asyncio.sleep(0.03)
        await asyncio.to_thread(work)
        assert inbox.waiting() == 0
        copies = mirror.gateway(not_older=dt.timedelta(minutes=1))
        assert "Ines" in {each.name for each in await asyncio.to_thread(contacts.every, LANTERN.organisation, copies)}
    finally:
        await server.stop()
        store.close()


async def test_a_door_that_is_shut_is_told_and_stops_nobody(sandbox: RunningSandbox, tmp_path: Path) -> None:
    settings = settings_for(sandbox, tmp_path)
    assert await subscribe(settings, "http://127.0.0.1:9") == "intent to receive failed"
    nobody = replace(settings, sandbox_url="http://127.0.0.1:9")
    assert await subscribe(nobody, "http://127.0.0.1:9") == "ClientConnectorError"


def test_real_books_have_webhooks_only_with_a_key(tmp_path: Path) -> None:
    real = {"TIEOUT_HOME": str(tmp_path), "XERO_CLIENT_ID": "id", "XERO_CLIENT_SECRET": "secret"}
    assert settings_from(real, ROOT).xero_webhook_key == ""
    assert settings_from(real | {"XERO_WEBHOOK_KEY": "key"}, ROOT).xero_webhook_key == "key"
