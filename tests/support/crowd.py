"""A crowd presses the cards of a running bot: at random, twice, at once, on stale copies, in both platforms.

Everything goes over HTTP as the sandbox's page sends it; what changed is heard from the page's stream of notices, so
that a time is from the press sent to the copy changed in the workspace.
"""

from __future__ import annotations

import asyncio
import json
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from tests.support.crowd_world import TENANT, Person, Place, World

Json = dict[str, Any]
SLACK, TEAMS = "slack", "teams"
APPROVE, REJECT = "approve", "reject"


@dataclass
class CrowdCard:
    """One proposal's card: where its copies stand, when it was first pressed with effect, when each copy changed."""

    proposal: str
    digest: str
    place: Place
    copies: dict[str, str] = field(default_factory=dict)
    pressed_at: float = 0.0
    pressed_in: str = ""
    changed_at: dict[str, float] = field(default_factory=dict)

    def took(self, platform: str) -> float:
        """Seconds from the press to this copy's change."""
        return self.changed_at[platform] - self.pressed_at


@dataclass(frozen=True)
class Pressing:
    """One member's press: when (seconds from the start), where, what; `is_forged` is on other content."""

    at: float
    who: Person
    card: CrowdCard
    platform: str
    verdict: str
    is_again: bool = False
    is_forged: bool = False

    @property
    def decides(self) -> bool:
        """Whether this member may decide so, if nobody was faster."""
        return not self.is_forged and (self.who.role == "partner" or self.verdict == REJECT)


def plan(world: World, cards: Sequence[CrowdCard], *, seconds: float, chance: random.Random) -> list[Pressing]:
    """Presses spread evenly over `seconds`, open loop: nobody waits for an answer before the next one presses.

    Each card is pressed by somebody, twice; a third of them at the same moment by somebody else, in any platform with
    any verdict; a fifth again later, on the screen that was not refreshed; a twentieth with a digest that is not its
    own.
    """
    presses: list[Pressing] = []
    for each in chance.sample(list(cards), len(cards)):
        at, who, platform = chance.uniform(0, seconds), chance.choice(world.people), chance.choice((SLACK, TEAMS))
        verdict = APPROVE if chance.random() < 0.6 else REJECT
        presses.append(Pressing(at, who, each, platform, verdict))
        presses.append(Pressing(at + chance.uniform(0, 0.15), who, each, platform, verdict, is_again=True))
        if chance.random() < 1 / 3:
            other, where = chance.choice(world.people), chance.choice((SLACK, TEAMS))
            presses.append(Pressing(at + chance.uniform(0, 0.2), other, each, where, chance.choice((APPROVE, REJECT))))
        if chance.random() < 1 / 5:
            later = at + chance.uniform(2, 8)
            presses.append(Pressing(later, chance.choice(world.people), each, chance.choice((SLACK, TEAMS)), APPROVE))
        if chance.random() < 1 / 20:
            presses.append(Pressing(at, chance.choice(world.people), each, TEAMS, APPROVE, is_forged=True))
    return sorted(presses, key=lambda press: press.at)


def at_once(world: World, cards: Sequence[CrowdCard], *, chance: random.Random) -> list[Pressing]:
    """Members press each a card of their own at the same moment, twice; whoever may not approve rejects."""
    presses = []
    people = chance.sample(world.people, len(world.people))
    for who, card in zip(people * (1 + len(cards) // len(people)), cards, strict=False):
        platform = chance.choice((SLACK, TEAMS))
        verdict = APPROVE if who.role == "partner" and chance.random() < 0.6 else REJECT
        presses += [Pressing(0.0, who, card, platform, verdict, is_again) for is_again in (False, True)]
    return presses


class Crowd:
    """Presses over HTTP, and hears what changes."""

    def __init__(self, http: aiohttp.ClientSession, url: str, bot_url: str) -> None:
        self._http, self._url, self._bot_url = http, url, bot_url
        self.of_copy: dict[tuple[str, str], CrowdCard] = {}
        self.odd: list[str] = []

    async def find(self, cards: Sequence[CrowdCard]) -> None:
        """Where each card's copies stand in the workspaces now."""
        wanted = {each.proposal: each for each in cards}
        for place in {each.place for each in cards}:
            said = await self._read("slack/messages", channel=place.slack)
            posted = await self._read("teams/messages", conversation=place.teams)
            for platform, name, messages in ((SLACK, "ts", said), (TEAMS, "id", posted)):
                for message in messages["messages"]:
                    found = wanted.get(_subject(message))
                    if found is not None:
                        found.copies[platform] = message[name]
                        self.of_copy[platform, message[name]] = found

    async def listen(self, is_open: asyncio.Event) -> None:
        """Notes the first change of each copy after its card was pressed; runs until it is cancelled."""
        timeout = aiohttp.ClientTimeout(total=None)
        async with self._http.get(f"{self._url}/page/api/events", timeout=timeout) as stream:
            is_open.set()
            async for line in stream.content:
                if line.startswith(b"data: "):
                    self._heard(json.loads(line[6:]))

    def _heard(self, notice: Json) -> None:
        platform, copy = str(notice.get("workspace")), str(notice.get("ts") or notice.get("id") or "")
        card = self.of_copy.get((platform, copy))
        if card is not None and card.pressed_at:
            card.changed_at.setdefault(platform, time.perf_counter())

    async def run(self, presses: Sequence[Pressing]) -> None:
        """Sends each press at its moment, whatever became of those before."""
        begun = time.perf_counter()
        async with asyncio.TaskGroup() as tasks:
            for press in presses:
                await asyncio.sleep(max(0.0, begun + press.at - time.perf_counter()))
                tasks.create_task(self._press(press))

    async def _press(self, press: Pressing) -> None:
        if press.is_forged:
            await self._forged(press)
        elif press.platform == TEAMS:
            await self._in_teams(press)
        else:
            await self._in_slack(press)

    def _sent(self, press: Pressing) -> None:
        card = press.card
        if press.decides and not card.pressed_at:
            card.pressed_at, card.pressed_in = time.perf_counter(), press.platform

    async def _in_teams(self, press: Pressing) -> None:
        words = {"words_1": "Not this month."} if press.verdict == REJECT else {}
        given = {"conversation": press.card.place.teams, "activity_id": press.card.copies[TEAMS], "verb": press.verdict}
        self._sent(press)
        answer = await self._act("teams/execute", press.who, **given, data=words)
        if answer.get("reached") is False:
            self.odd.append(f"Teams: {answer.get('message')}")

    async def _in_slack(self, press: Pressing) -> None:
        if press.is_again and press.verdict == REJECT:
            return  # the form that the first press opened covers the card
        place, copy = press.card.place.slack, press.card.copies[SLACK]
        number = 1 if press.verdict == APPROVE else 2
        if press.verdict == APPROVE:
            self._sent(press)
        given = {"channel": place, "ts": copy, "action_id": f"tieout:{press.verdict}:{number}"}
        answer = await self._act("slack/click", press.who, **given)
        if not answer.get("acked"):
            self.odd.append(f"Slack: {answer}")
        elif press.verdict == REJECT:
            await self._send_form(press)

    async def _send_form(self, press: Pressing) -> None:
        """The form that asks why; a member who has another one open sends that one, as on a real screen."""
        for _ in range(100):
            view = (await self._read("slack/view", **{"as": press.who.id}))["view"]
            if view is not None:
                break
            await asyncio.sleep(0.03)
        else:
            self.odd.append("Slack: no form opened")
            return
        if press.card.proposal in view["private_metadata"]:
            self._sent(press)
        await self._act("slack/submit", press.who, view_id=view["id"], values={"words": "Not this month."})

    async def _forged(self, press: Pressing) -> None:
        """A press on other content than the card shows, as a Teams that was tampered with would send it."""
        channel = {"id": press.card.place.teams, "conversationType": "channel", "isGroup": True, "tenantId": TENANT}
        data = {"subject": press.card.proposal, "digest": "0" * 64}
        invoke = {
            "type": "invoke", "name": "adaptiveCard/action", "id": f"f:{press.card.proposal}", "channelId": "msteams",
            "serviceUrl": f"{self._url}/teams/", "conversation": channel, "recipient": {"id": "28:tieout-sandbox"},
            "from": {"id": press.who.mri, "aadObjectId": press.who.teams},
            "channelData": {"tenant": {"id": TENANT}, "channel": {"id": press.card.place.teams}},
            "value": {"action": {"type": "Action.Execute", "verb": press.verdict, "data": data}, "trigger": "manual"},
        }  # fmt: skip
        async with self._http.post(f"{self._bot_url}/api/messages", json=invoke) as response:
            if response.status != 200:
                self.odd.append(f"Teams: {response.status} to a press on other content")

    async def _read(self, path: str, **query: str) -> Json:
        async with self._http.get(f"{self._url}/page/api/{path}", params=query) as response:
            return dict(await response.json())

    async def _act(self, path: str, who: Person, **given: Any) -> Json:
        async with self._http.post(f"{self._url}/page/api/{path}", json={"as": who.id, **given}) as response:
            return dict(await response.json())


def _subject(message: Json) -> str:
    """The proposal that a message is the card of, if it has the buttons of one."""
    for block in message.get("blocks") or []:
        for element in block.get("elements") or []:
            if str(element.get("action_id", "")).startswith("tieout:approve:"):
                return str(json.loads(element["value"])["s"])
    for attachment in message.get("attachments") or []:
        for action in (attachment.get("content") or {}).get("actions") or []:
            if action.get("verb") == APPROVE:
                return str(action["data"]["subject"])
    return ""
