"""Starts both sandbox workspaces and the page on a free loopback port, for the tests of this room."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web

from sandbox.chat import ChatState
from sandbox.page.app import index, page_app
from sandbox.slack.app import slack_app
from sandbox.slack.limits import GENEROUS, Limits
from sandbox.slack.socket import SocketPace
from sandbox.teams.app import teams_app

IMPATIENT = SocketPace(ack_seconds=0.15, retry_after_seconds=(0.05, 0.05, 0.05))
ALICE_IN_TEAMS = "aad00000-0000-4000-8000-000000000001"
DIRECTORY = "7e0c0000-0000-4000-8000-00000000f17e"
BONDI = "19:bondi@thread.tacv2"
FIRM = """
version: 1
firm: {name: Harbour & Finch, currency: AUD, timezone: Australia/Sydney}
members:
  - {id: alice, name: Alice Nguyen, role: preparer, email: alice@harbourfinch.example,
     slack: {team: T0TIEOUT, user: U0ALICE}, teams: {tenant: DIRECTORY, user: aad00000-0000-4000-8000-000000000001}}
  - {id: priya, name: Priya Sharma, role: partner, email: priya@harbourfinch.example,
     slack: {team: T0TIEOUT, user: U0PRIYA}, teams: {tenant: DIRECTORY, user: aad00000-0000-4000-8000-000000000002}}
  - {id: tom, name: Tom Fraser, role: viewer, email: tom@harbourfinch.example, clients: [kauri-export],
     slack: {team: T0TIEOUT, user: U0TOM}, teams: {tenant: DIRECTORY, user: aad00000-0000-4000-8000-000000000004}}
clients:
  - {id: bondi-coffee, name: Bondi Coffee Roasters Pty Ltd, organisation: 0b0d1c0f-0000-4000-8000-00000000a001,
     channels: {slack: C0BONDI, teams: "19:bondi@thread.tacv2"}}
  - {id: kauri-export, name: Kauri Export Ltd, organisation: 0b0d1c0f-0000-4000-8000-00000000a002,
     channels: {slack: C0KAURI, teams: "19:kauri@thread.tacv2"}}
""".replace("DIRECTORY", DIRECTORY)


@dataclass
class Sandbox:
    """A running sandbox and the page's own calls to it."""

    state: ChatState
    http: aiohttp.ClientSession

    @property
    def url(self) -> str:
        """Where it runs."""
        return self.state.base_url

    async def act(self, path: str, who: str, *, status: int = 200, **given: Any) -> dict[str, Any]:
        """POST a call of the page in a member's name."""
        async with self.http.post(f"{self.url}/page/api/{path}", json={"as": who, **given}) as response:
            assert response.status == status, await response.text()
            body: dict[str, Any] = await response.json()
            return body

    async def read(self, path: str, who: str, **query: str) -> dict[str, Any]:
        """GET a call of the page in a member's name."""
        async with self.http.get(f"{self.url}/page/api/{path}", params={"as": who, **query}) as response:
            body: dict[str, Any] = await response.json()
            return body


@asynccontextmanager
async def running(
    home: Path,
    *,
    bot_url: str | None = None,
    limits: Limits = GENEROUS,
    pace: SocketPace = SocketPace(),  # noqa: B008 - it is frozen
    today: Callable[[], date] = lambda: date(2026, 11, 5),
) -> AsyncIterator[Sandbox]:
    """A sandbox whose folder is `home`."""
    firm = home / "firm.yml"
    firm.write_text(FIRM, encoding="utf-8")
    state = ChatState(home, firm, bot_url=bot_url, base_url="", today=today, limits=limits, pace=pace)
    app = web.Application(client_max_size=64 * 1024 * 1024)
    app.add_subapp("/slack", slack_app(state))
    app.add_subapp("/teams", teams_app(state))
    app.add_subapp("/page", page_app(state))
    app.router.add_get("/", index)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    state.base_url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    async with aiohttp.ClientSession() as http:
        try:
            yield Sandbox(state, http)
        finally:
            await runner.cleanup()
            state.close()
