"""Ten members press thirty cards at random, twice, at once, on stale copies, in both platforms: each is decided once.

`python -m benchmarks.crowd` is the same with a hundred members and a thousand cards, and with a clock.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Iterator
from pathlib import Path

import aiohttp
import pytest

from books.store import Store
from tests.support.crowd import Crowd, CrowdCard, at_once, plan
from tests.support.crowd_proof import carried_out, in_the_log, not_decided_once, proposed, still_open
from tests.support.crowd_world import World, make_world
from tests.support.tieout import Tieout, call, free_ports

MEMBERS, CARDS, ORGANISATIONS = 10, 30, 3
PATIENCE = 240.0


@pytest.fixture
def world(tmp_path: Path) -> World:
    return make_world(tmp_path, members=MEMBERS, organisations=ORGANISATIONS, cards=CARDS)


@pytest.fixture
def bot(world: World, tmp_path: Path) -> Iterator[Tieout]:
    (tmp_path / "home").mkdir()
    env = {"TIEOUT_FIRM": str(world.firm)}
    running = Tieout(tmp_path / "home", free_ports(), ["--books", str(world.books)], env).start()
    call(f"{running.url}/control/pace", {"unlimited": True})
    yield running
    running.stop()


def test_every_card_is_decided_once_whoever_presses_whatever_wherever(bot: Tieout, world: World) -> None:
    store, chance = Store(f"sqlite:///{bot.home / 'tieout.db'}"), random.Random(7)
    cards = proposed(store, world, CARDS, within=PATIENCE)
    odd = asyncio.run(pressed(bot, world, store, cards, chance))
    carried_out(store, within=PATIENCE)
    assert [*odd, *not_decided_once(store, bot, cards), *in_the_log(bot.home / "bot.log")] == []
    store.close()


async def pressed(bot: Tieout, world: World, store: Store, cards: list[CrowdCard], chance: random.Random) -> list[str]:
    """All of it, and again for what only people without the right pressed, or Xero's pace did not allow at once."""
    async with aiohttp.ClientSession() as http:
        crowd = Crowd(http, bot.url, f"http://127.0.0.1:{bot.port + 1}")
        await crowd.find(cards)
        assert {tuple(sorted(each.copies)) for each in cards} == {("slack", "teams")}
        await crowd.run(plan(world, cards, seconds=6, chance=chance))
        for _ in range(12):
            left = await asyncio.to_thread(still_open, store, cards)
            if not left:
                break
            await crowd.run(at_once(world, left, chance=chance))
            await asyncio.sleep(10)
        return crowd.odd
