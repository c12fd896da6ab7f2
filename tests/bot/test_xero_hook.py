"""Xero's deliveries at the door: empty answers without cookies, fast, and a 503 when nothing could be kept."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import statistics
import time
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from books.store import Store
from bot.server import Server
from bot.xero_hook import XeroHook
from xero_tools.webhooks import HEADER, Inbox, signature

KEY = "the-webhook-key"
MOST_MS = 50.0


def now() -> dt.datetime:
    """The moment."""
    return dt.datetime.now(dt.UTC)


class Door:
    """The bot's door with Xero's way in, as Xero sees it."""

    def __init__(self, server: Server, inbox: Inbox, http: aiohttp.ClientSession) -> None:
        self.server, self.inbox, self.http = server, inbox, http

    async def deliver(self, body: bytes, key: str = KEY) -> tuple[int, bytes, bool]:
        """One delivery: the answer's status, its body, and whether it sets a cookie."""
        headers = {HEADER: signature(key, body), "Content-Type": "application/json"}
        async with self.http.post(f"{self.server.url}/xero/webhooks", data=body, headers=headers) as response:
            return response.status, await response.read(), "Set-Cookie" in response.headers


@pytest.fixture
async def door(tmp_path: Path) -> AsyncIterator[Door]:
    """An open door."""
    store = Store(f"sqlite:///{tmp_path / 'tieout.db'}")
    store.create_tables()
    inbox = Inbox(store, KEY)
    server = Server(host="127.0.0.1", port=0)
    server.mount(XeroHook(inbox, now=now))
    await server.start()
    async with aiohttp.ClientSession() as http:
        yield Door(server, inbox, http)
    await server.stop()
    store.close()


def changed(number: int) -> bytes:
    """A delivery that an invoice was changed."""
    record = {"resourceId": f"i-{number}", "tenantId": "o-1", "eventCategory": "INVOICE", "eventType": "UPDATE"}
    return json.dumps({"events": [record | {"eventDateUtc": "2026-11-05T11:59:58"}]}).encode()


async def test_the_answers_are_empty_and_carry_no_cookie(door: Door) -> None:
    for body, key, status in ((b'{"events":[]}', KEY, 200), (changed(1), KEY, 200), (changed(2), "forged", 401)):
        assert await door.deliver(body, key) == (status, b"", False)
    assert [each.record for each in door.inbox.claim(now=now())] == ["i-1"]
    async with door.http.get(f"{door.server.url}/healthz") as response:
        told = (await response.json())["surfaces"]["xero"]
    assert told["refused"] == 1
    assert told["heard_at"]


async def test_the_answer_comes_within_fifty_milliseconds(door: Door) -> None:
    took = []
    for number in range(40):
        began = time.perf_counter()
        assert (await door.deliver(changed(number)))[0] == 200
        took.append((time.perf_counter() - began) * 1000)
    assert statistics.median(took) < MOST_MS


async def test_many_at_once_are_all_kept(door: Door) -> None:
    answers = await asyncio.gather(*(door.deliver(changed(number % 20)) for number in range(60)))
    assert {status for status, _, _ in answers} == {200}
    assert len(door.inbox.claim(now=now())) == 20


async def test_what_cannot_be_kept_is_asked_for_again(door: Door, tmp_path: Path) -> None:
    """Xero repeats what is not answered with 200."""
    broken = Store(f"sqlite:///{tmp_path / 'no tables.db'}")
    door.server.mount(XeroHook(Inbox(broken, KEY), now=now))
    assert (await door.deliver(changed(1)))[0] == 503
    broken.close()
