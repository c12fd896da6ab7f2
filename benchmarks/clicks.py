"""Click to acknowledgement, 200 clicks at once: a bare Bolt app and Tieout's Slack surface, side by side.

`python -m benchmarks.clicks` starts the sandbox and, in turn, each bot as a process of its own. The sandbox measures
each click from sending its envelope to receiving the acknowledgement, as Slack does. The goal: Tieout's p99 at most 1.5
times the bare app's in the same run, and at most one second.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
from slack_sdk import WebClient

ROOT = Path(__file__).resolve().parent.parent
BOTS = ("bare", "tieout")
CHANNEL, WHO, BUTTON = "C0BONDI", "priya", "tieout:approve:1"
MOST_TIMES, MOST_MS = 1.5, 1_000.0


# The two bots, each served by a process of its own


def serve_bare(url: str) -> None:
    """The smallest Bolt app that acknowledges a click."""
    from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
    from slack_bolt.async_app import AsyncAck, AsyncApp
    from slack_sdk.web.async_client import AsyncWebClient

    async def run() -> None:
        client = AsyncWebClient("xoxb-sandbox", base_url=f"{url}/slack/api/")
        app = AsyncApp(client=client, signing_secret="unused")

        @app.action(BUTTON)
        async def clicked(ack: AsyncAck) -> None:
            await ack()

        handler = AsyncSocketModeHandler(app, "xapp-sandbox", web_client=client)
        await handler.connect_async()  # type: ignore[no-untyped-call]
        print("ready", flush=True)
        await asyncio.Event().wait()

    asyncio.run(run())


def serve_tieout(url: str, home: Path) -> None:
    """Tieout's surface before a desk that works 20 ms on each click and answers with a card."""
    from books.store import Store
    from bot.card import Card, Field, Heading
    from bot.slack.surface import SlackSurface
    from bot.surface import Answered, Ask, Dropped, Press

    class Desk:
        def answer(self, _ask: Ask) -> Answered:
            return Answered(Card("Nothing", (Heading("Nothing"),)))

        def overhear(self, _ask: Ask) -> Card | None:
            return None

        def form(self, _press: Press) -> tuple[Field, ...]:
            return ()

        def admit(self, _dropped: Dropped) -> None:
            return None

        def receive(self, _dropped: Dropped) -> Answered:
            return Answered(Card("Nothing", (Heading("Nothing"),)))

        def press(self, _press: Press) -> Card | None:
            time.sleep(0.02)
            return Card("Nothing was changed", (Heading("Nothing was changed"),))

    async def run() -> None:
        store = Store(f"sqlite:///{home / 'tieout.db'}")
        store.create_tables()
        surface = SlackSurface(
            bot_token="xoxb-sandbox",
            app_token="xapp-sandbox",
            base_url=f"{url}/slack/api/",
            store=store,
            desk=Desk(),
        )
        await surface.start()
        print("ready", flush=True)
        await asyncio.Event().wait()

    asyncio.run(run())


# The measurement


@dataclass
class Burst:
    """The times from click to acknowledgement of one kind of bot, in milliseconds."""

    name: str
    took_ms: list[float] = field(default_factory=list)
    missed: int = 0

    def at(self, percent: int) -> float:
        """A percentile."""
        return statistics.quantiles(self.took_ms, n=100, method="inclusive")[percent - 1]


@contextlib.contextmanager
def child(*words: str) -> Iterator[str]:
    """A process that prints one line when it is ready, and is ended afterwards; yields the line."""
    process = subprocess.Popen([sys.executable, "-m", *words], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        line = process.stdout.readline()
        if not line:
            raise RuntimeError(f"python -m {' '.join(words)} did not start")
        yield line
    finally:
        process.terminate()
        process.wait(10)


def post_card(url: str) -> str:
    """A message with one button; its ts."""
    text = {"type": "plain_text", "text": "Approve"}
    button = {"type": "button", "text": text, "action_id": BUTTON, "value": json.dumps({"s": "p_1", "d": "digest"})}
    blocks = [{"type": "actions", "elements": [button]}]
    client = WebClient("xoxb-sandbox", base_url=f"{url}/slack/api/")
    return str(client.chat_postMessage(channel=CHANNEL, text="Approve?", blocks=blocks)["ts"])


async def click_all(url: str, ts: str, clicks: int) -> list[dict[str, Any]]:
    """All clicks at once; what the sandbox says of each."""
    content = {"as": WHO, "channel": CHANNEL, "ts": ts, "action_id": BUTTON}
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector) as http:

        async def one() -> dict[str, Any]:
            async with http.post(f"{url}/page/api/slack/click", json=content) as response:
                return dict(await response.json())

        await one()
        return await asyncio.gather(*(one() for _ in range(clicks)))


def measure(url: str, home: Path, *, clicks: int, rounds: int) -> list[Burst]:
    """The bots take turns, so that a busy machine is unfair to neither."""
    bursts = [Burst(name) for name in BOTS]
    for _ in range(rounds):
        for burst in bursts:
            with child("benchmarks.clicks", "--serve", burst.name, "--url", url, "--home", str(home)):
                for answer in asyncio.run(click_all(url, post_card(url), clicks)):
                    if answer.get("acked"):
                        burst.took_ms.append(float(answer["ack_ms"]))
                    else:
                        burst.missed += 1
    return bursts


def report(bursts: list[Burst], clicks: int, rounds: int) -> bool:
    """Prints both side by side; True when the goal is met."""
    print(f"Click to acknowledgement, {clicks} clicks at once, {rounds} rounds each (milliseconds)")
    print(f"{'bot':<10}{'median':>9}{'p95':>9}{'p99':>9}{'max':>9}{'missed':>9}")
    for burst in bursts:
        numbers = (burst.at(50), burst.at(95), burst.at(99), max(burst.took_ms))
        print(f"{burst.name:<10}" + "".join(f"{number:>9.0f}" for number in numbers) + f"{burst.missed:>9}")
    bare, tieout = bursts
    times = tieout.at(99) / bare.at(99)
    is_met = times <= MOST_TIMES and tieout.at(99) <= MOST_MS and not tieout.missed
    print(f"p99 is {times:.2f} times the bare app's (goal: {MOST_TIMES}, and 1 s): {'met' if is_met else 'NOT met'}")
    return is_met


def main(argv: list[str] | None = None) -> int:
    """The command line; exit code 1 when the goal is missed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.clicks", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--clicks", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--serve", choices=BOTS, help=argparse.SUPPRESS)
    parser.add_argument("--url", default="", help=argparse.SUPPRESS)
    parser.add_argument("--home", type=Path, default=Path("."), help=argparse.SUPPRESS)
    chosen = parser.parse_args(argv or [])
    if chosen.serve == "bare":
        serve_bare(chosen.url)
    elif chosen.serve == "tieout":
        serve_tieout(chosen.url, chosen.home)
    with (
        tempfile.TemporaryDirectory() as folder,
        child("sandbox", "--port", "0", "--home", f"{folder}/sandbox") as line,
    ):
        url = f"http://127.0.0.1:{json.loads(line)['port']}"
        bursts = measure(url, Path(folder), clicks=chosen.clicks, rounds=chosen.rounds)
    return 0 if report(bursts, chosen.clicks, chosen.rounds) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
