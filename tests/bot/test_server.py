"""The one HTTP door: health, sizes, Slack over HTTP with its signature, a port in use; and what importing it costs."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from books.refusal import Refusal
from books.store import Store
from bot.server import Server
from bot.slack.surface import SlackSurface
from tests.bot.rig import Desk, Sandbox, eventually
from tests.sandbox.slack.rig import running

SECRET = "signing-secret"


@dataclass
class OverHttp:
    """The bot behind its door, reached by Slack over HTTP."""

    server: Server
    sandbox: Sandbox
    desk: Desk

    async def send(self, body: str, *, secret: str = SECRET, age: int = 0, kind: str = "application/json") -> int:
        stamp = str(int(time.time()) - age)
        signed = hmac.new(secret.encode(), f"v0:{stamp}:{body}".encode(), hashlib.sha256).hexdigest()
        headers = {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={signed}", "Content-Type": kind}
        url = f"{self.server.url}/slack/events"
        async with self.sandbox.http.post(url, data=body, headers=headers) as response:
            assert "Traceback" not in await response.text()
            return response.status


@asynccontextmanager
async def over_http(home: Path) -> AsyncIterator[OverHttp]:
    desk, store = Desk(), Store(f"sqlite:///{home / 'tieout.db'}")
    store.create_tables()
    async with running(home) as sandbox:
        server = Server(host="127.0.0.1", port=0)
        await server.start()
        base = f"{sandbox.url}/slack/api/"
        slack = SlackSurface(bot_token="xoxb-sandbox", signing_secret=SECRET, base_url=base, store=store, desk=desk)
        server.mount(slack)
        await slack.start()
        try:
            yield OverHttp(server, sandbox, desk)
        finally:
            await slack.stop()
            await server.stop()
            store.close()


def mention() -> dict[str, Any]:
    event = {"type": "app_mention", "user": "U0ALICE", "text": "<@U0BOT> ready?", "channel": "C0BONDI", "ts": "1.1"}
    return {
        "type": "event_callback",
        "team_id": "T0TIEOUT",
        "event_id": "Ev1",
        "event": event,
        "api_app_id": "A0TIEOUT",
    }


async def test_slack_over_http_is_answered_when_the_signature_is_right(tmp_path: Path) -> None:
    async with over_http(tmp_path) as bot:
        assert await bot.send(json.dumps(mention())) == 200

        async def asked() -> Any:
            return bot.desk.asks

        assert (await eventually(asked))[0].text == "ready?"
        assert await bot.send(json.dumps(mention()), secret="wrong") == 401
        assert await bot.send(json.dumps(mention()), age=400) == 401
        assert await bot.send("{") in (400, 401)
        assert await bot.send("x" * 1_100_000) == 413
        await asyncio.sleep(0.05)
        assert len(bot.desk.asks) == 1


async def test_health_tells_how_each_surface_is(tmp_path: Path) -> None:
    async with over_http(tmp_path) as bot, aiohttp.ClientSession() as http:
        async with http.get(f"{bot.server.url}/healthz") as response:
            assert response.status == 200
            assert (await response.json())["surfaces"]["slack"] == {"mode": "http", "connected": True}
        async with http.post(f"{bot.server.url}/elsewhere", json={}) as response:
            assert response.status == 404


async def test_a_port_in_use_is_a_refusal_with_a_next_step() -> None:
    first = Server(host="127.0.0.1", port=0)
    await first.start()
    port = int(first.url.rpartition(":")[2])
    with pytest.raises(Refusal) as refused:
        await Server(host="127.0.0.1", port=port).start()
    assert (refused.value.code, "--port" in refused.value.next_step) == ("port_in_use", True)
    await first.stop()


def test_slack_without_a_way_in_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refusal) as refused:
        SlackSurface(bot_token="x", store=Store(f"sqlite:///{tmp_path / 't.db'}"), desk=Desk())
    assert refused.value.code == "slack_configuration"


@pytest.mark.parametrize(
    ("module", "absent"),
    [
        ("bot.slack.surface", ("botbuilder", "botframework", "langchain", "langchain_core", "openai", "xero_python")),
        ("bot.teams.surface", ("slack_bolt", "slack_sdk", "langchain", "langchain_core", "openai", "xero_python")),
        ("bot.server", ("slack_bolt", "botbuilder", "langchain", "openai")),
        ("bot.teams.package.__main__", ("slack_bolt", "botbuilder", "aiohttp", "sqlalchemy")),
    ],
)
def test_a_platform_loads_nothing_of_the_other_and_no_model(module: str, absent: tuple[str, ...]) -> None:
    script = f"import sys, {module}; print([name for name in {absent!r} if name in sys.modules])"
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run([sys.executable, "-c", script], cwd=root, capture_output=True, text=True, timeout=60)
    assert done.stdout.strip() == "[]", done.stdout + done.stderr
