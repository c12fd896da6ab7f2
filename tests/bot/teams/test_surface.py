"""The bot in Teams: the real Bot Framework connector before the sandbox's Teams, with a desk that answers as told."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from books.refusal import Refusal
from books.store import Store
from bot.server import Server
from bot.surface import Answered, MessageRef, Place
from bot.teams import listener
from bot.teams.surface import TeamsSurface
from tests.bot.rig import Desk, eventually, refusing, words
from tests.bot.sample_cards import PROPOSAL, READINESS
from tests.sandbox.slack.rig import ALICE_IN_TEAMS, BONDI, DIRECTORY, Sandbox, running


@dataclass
class InTeams:
    """The bot in the sandbox's Teams."""

    sandbox: Sandbox
    desk: Desk
    surface: TeamsSurface
    server: Server

    async def said(self, conversation: str = BONDI, who: str = "alice") -> list[dict[str, Any]]:
        """What the bot said in a conversation."""
        found = await self.sandbox.read("teams/messages", who, conversation=conversation)
        return [message for message in found["messages"] if message["from"]["name"] == "Tieout"]

    async def ask(self, who: str, text: str, conversation: str = BONDI) -> dict[str, Any]:
        return await self.sandbox.act("teams/message", who, conversation=conversation, text=text)

    async def posted(self, card: Any = PROPOSAL) -> MessageRef:
        return await asyncio.to_thread(self.surface.post, Place("teams", BONDI), card)

    async def press(self, who: str, ref: MessageRef, verb: str, **inputs: str) -> dict[str, Any]:
        given: dict[str, Any] = {"conversation": BONDI, "activity_id": ref.message, "verb": verb, "data": inputs}
        return await self.sandbox.act("teams/execute", who, **given)


@asynccontextmanager
async def in_teams(home: Path, desk: Desk | None = None) -> AsyncIterator[InTeams]:
    """A sandbox Teams with the bot behind its HTTP door; every conversation has introduced itself."""
    desk = desk or Desk()
    store = Store(f"sqlite:///{home / 'tieout.db'}")
    store.create_tables()
    server = Server(host="127.0.0.1", port=0)
    await server.start()
    async with running(home, bot_url=server.url) as sandbox:
        links = ("https://go.xero.com/",)
        pinned = [f"{sandbox.url}/"]
        surface = TeamsSurface(app_id="", tenant=DIRECTORY, store=store, desk=desk, service_urls=pinned, links=links)
        server.mount(surface)

        async def introduced() -> bool:
            return sandbox.state.teams.introduced

        try:
            await eventually(introduced, within=10)
            yield InTeams(sandbox, desk, surface, server)
        finally:
            await surface.stop()
            await server.stop()
            store.close()


def text(found: Any) -> str:
    return json.dumps(found, ensure_ascii=False)


async def test_a_mention_in_a_channel_is_answered_in_its_thread(tmp_path: Path) -> None:
    async with in_teams(tmp_path) as teams:
        asked = await teams.ask("alice", "@Tieout is Bondi ready & done?")
        answer = (await eventually(teams.said))[0]
        assert answer["root"] == asked["id"]
        assert "October 2026 is not ready" in text(answer["attachments"][0]["content"])
        ask = teams.desk.asks[0]
        assert (ask.text, ask.channel, ask.is_direct) == ("is Bondi ready & done?", BONDI, False)
        assert (ask.speaker.workspace, ask.speaker.user, ask.speaker.stranger) == (DIRECTORY, ALICE_IN_TEAMS, False)


async def test_a_reply_stands_in_the_thread_of_its_card_and_words_there_are_heard(tmp_path: Path) -> None:
    async with in_teams(tmp_path, Desk(kept=words("It stands on the card"))) as teams:
        ref = await teams.posted()
        await asyncio.to_thread(teams.surface.reply, ref, words("Priya asks"))
        below = (await teams.said())[-1]
        assert (below["root"], "Priya asks" in text(below)) == (ref.message, True)
        await teams.sandbox.act(
            "teams/message", "alice", conversation=BONDI, text="@Tieout It is May's.", root=ref.message
        )

        async def kept() -> bool:
            return "It stands on the card" in text(await teams.said())

        await eventually(kept)
        (ask,) = teams.desk.overheard
        assert (ask.text, ask.thread, ask.channel) == ("It is May's.", ref.message, BONDI)
        assert teams.desk.asks == [], "a comment is no question to Tieout"


async def test_a_question_that_begins_a_thread_is_no_comment(tmp_path: Path) -> None:
    async with in_teams(tmp_path) as teams:
        await teams.ask("alice", "@Tieout ready?")
        await eventually(teams.said)
        assert (len(teams.desk.asks), teams.desk.overheard) == (1, [])


async def test_a_private_answer_goes_to_the_persons_own_chat(tmp_path: Path) -> None:
    async with in_teams(tmp_path, Desk(answered=Answered(words("Your queue"), private=True))) as teams:
        await teams.ask("alice", "@Tieout queue")

        async def in_chat() -> list[dict[str, Any]]:
            return await teams.said("dm")

        assert "Your queue" in text(await eventually(in_chat))
        line = (await eventually(teams.said))[0]
        assert line["text"] == "I have answered you in our chat; it is for you only."


async def test_a_card_reaches_a_person_who_never_wrote_to_the_bot(tmp_path: Path) -> None:
    """By the directory id, as `firm.yml` has it; the second card goes to the same chat."""
    async with in_teams(tmp_path) as teams:
        place = Place("teams", ALICE_IN_TEAMS)
        first = await asyncio.to_thread(teams.surface.post, place, words("Connect Xero again"))
        second = await asyncio.to_thread(teams.surface.post, place, words("And again"))
        said = await teams.said("dm")
        assert [each["id"] for each in said] == [first.message, second.message]
        assert first.channel == second.channel != ALICE_IN_TEAMS
        nobody = Place("teams", "aad00000-0000-4000-8000-0000000000ff")
        with pytest.raises(Refusal) as refused:
            await asyncio.to_thread(teams.surface.post, nobody, words("Who?"))
        assert refused.value.code == "teams_channel"


async def test_a_slow_answer_shows_that_work_is_under_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listener, "PATIENCE_SECONDS", 0.02)
    async with in_teams(tmp_path, Desk(seconds=0.2)) as teams:
        await teams.ask("alice", "@Tieout is Bondi ready?")
        working = (await eventually(teams.said))[0]
        assert working["text"] == "Looking at the books…"

        async def replaced() -> Any:
            return [message for message in await teams.said() if message.get("attachments")]

        assert (await eventually(replaced))[0]["id"] == working["id"]
        await teams.ask("alice", "hello", conversation="dm")

        async def answered() -> Any:
            return await teams.said("dm")

        await eventually(answered)


async def test_an_execute_reaches_the_desk_and_is_answered_in_a_line(tmp_path: Path) -> None:
    async with in_teams(tmp_path) as teams:
        ref = await teams.posted()
        answer = await teams.press("priya", ref, "approve")
        assert answer["reached"]
        assert answer["message"] == "Recorded. The card shows where it stands."
        press = teams.desk.presses[0]
        assert (press.act, press.subject, press.digest, press.channel) == ("approve", "p_01", "9f2c" * 16, BONDI)


async def test_a_rejection_brings_its_reason(tmp_path: Path) -> None:
    async with in_teams(tmp_path) as teams:
        await teams.press("priya", await teams.posted(), "reject", words_1="Wrong account")
        assert (teams.desk.presses[0].act, teams.desk.presses[0].words) == ("reject", "Wrong account")


async def test_a_no_is_a_line_and_leaves_the_card_as_it_is(tmp_path: Path) -> None:
    async with in_teams(tmp_path, Desk(raises=refusing("You prepared this."))) as teams:
        ref = await teams.posted()
        answer = await teams.press("priya", ref, "approve")
        assert answer["message"] == "You prepared this. Ask a partner."
        teams.desk.raises = KeyError("secret detail")
        answer = await teams.press("priya", ref, "approve")
        assert "Something went wrong here (error " in answer["message"]
        assert "secret" not in answer["message"]


async def test_a_fresh_card_replaces_the_one_that_was_pressed(tmp_path: Path) -> None:
    """botbuilder 4.17.1 answers such an invoke with 500; people then read “Unable to reach app”."""
    async with in_teams(tmp_path, Desk(pressed=READINESS)) as teams:
        answer = await teams.press("priya", await teams.posted(READINESS), "recheck")
        assert answer["status"] == 200
        assert answer["type"] == "application/vnd.microsoft.card.adaptive"


async def test_a_press_that_takes_long_is_answered_at_once_and_told_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listener, "INVOKE_SECONDS", 0.02)
    async with in_teams(tmp_path, Desk(pressed=words("Nothing was changed"), seconds=0.15)) as teams:
        answer = await teams.press("priya", await teams.posted(), "approve")
        assert "takes a moment" in answer["message"]

        async def told() -> Any:
            return await teams.said("dm", who="priya")

        assert "Nothing was changed" in text(await eventually(told))


async def test_a_posted_card_is_redrawn_and_one_that_is_gone_is_posted_anew(tmp_path: Path) -> None:
    async with in_teams(tmp_path) as teams:
        ref = await teams.posted()
        assert ";messageid=" not in ref.channel
        assert await asyncio.to_thread(teams.surface.update, ref, words("Posted")) is None
        assert "Posted" in text((await teams.said())[0])
        fresh = await asyncio.to_thread(teams.surface.update, MessageRef("teams", BONDI, "12345"), words("Anew"))
        assert fresh is not None
        assert fresh.message != "12345"


async def test_a_post_after_a_question_opens_a_new_thread(tmp_path: Path) -> None:
    async with in_teams(tmp_path) as teams:
        await teams.ask("alice", "@Tieout is Bondi ready?")
        await eventually(teams.said)
        ref = await teams.posted()
        card = next(message for message in await teams.said() if message["id"] == ref.message)
        assert card["root"] is None


async def test_teams_no_is_a_refusal_with_a_next_step(tmp_path: Path) -> None:
    async with in_teams(tmp_path) as teams:
        with pytest.raises(Refusal) as refused:
            await asyncio.to_thread(teams.surface.post, Place("teams", "19:nowhere@thread.tacv2"), PROPOSAL)
        assert refused.value.code == "teams_channel"


async def test_the_same_message_twice_is_answered_once(tmp_path: Path) -> None:
    async with in_teams(tmp_path) as teams:
        for _ in range(2):
            assert (await send(teams, message("Hello"))) == 200
        await asyncio.sleep(0.1)
        assert len(teams.desk.asks) == 1


def message(said: str, **more: Any) -> dict[str, Any]:
    """A message as Teams sends it."""
    return {
        "type": "message",
        "id": "1",
        "text": said,
        "serviceUrl": "SANDBOX/teams/",
        "channelId": "msteams",
        "from": {"id": "29:1alice", "aadObjectId": ALICE_IN_TEAMS},
        "recipient": {"id": "28:tieout-sandbox"},
        "conversation": {"id": BONDI, "conversationType": "channel"},
        "channelData": {"tenant": {"id": DIRECTORY}},
        **more,
    }


async def send(teams: InTeams, activity: Any, **headers: str) -> int:
    """Posts to the bot's door; the status."""
    body = activity if isinstance(activity, str) else json.dumps(activity).replace("SANDBOX", teams.sandbox.url)
    kind = {"Content-Type": "application/json"} | headers
    url = f"{teams.server.url}/api/messages"
    async with teams.sandbox.http.post(url, data=body, headers=kind) as response:
        assert "Traceback" not in await response.text()
        return response.status


async def test_what_is_no_activity_from_teams_is_turned_away(tmp_path: Path) -> None:
    async with in_teams(tmp_path) as teams:
        assert await send(teams, "{") == 400
        assert await send(teams, "[1]") == 400
        assert await send(teams, {"type": "message"}) == 400
        assert await send(teams, message("x", channelData="x")) == 400
        assert await send(teams, message("x", serviceUrl="https://evil.example/")) == 403
        assert await send(teams, message("x"), **{"Content-Type": "text/plain"}) == 415
        assert await send(teams, message("", serviceUrl="http://127.0.0.1:1/other/")) == 200, (
            "a local Teams beside ours"
        )
        assert await send(teams, '"' + "x" * 1_100_000 + '"') == 413
        assert await send(teams, message("x", type="invoke", name="task/fetch")) == 501
        assert teams.desk.asks == []


@pytest.mark.parametrize(
    "more",
    [
        {"from": {"id": "29:x"}},
        {"channelData": {"tenant": {"id": "11111111-0000-4000-8000-000000000000"}}},
        {"channelData": {}},
        {"from": {"id": "28:x", "aadObjectId": ALICE_IN_TEAMS, "role": "bot"}},
    ],
)
async def test_who_is_not_of_the_tenant_is_a_stranger(tmp_path: Path, more: dict[str, Any]) -> None:
    async with in_teams(tmp_path) as teams:
        await send(teams, message("hi", **more))

        async def asked() -> Any:
            return teams.desk.asks

        assert (await eventually(asked))[0].speaker.stranger


async def test_a_strange_press_says_that_the_button_is_not_known(tmp_path: Path) -> None:
    async with in_teams(tmp_path) as teams:
        for value in (None, {}, {"action": "x"}, {"action": {"verb": "approve", "data": {"subject": 7}}}):
            assert await send(teams, message("", type="invoke", name="adaptiveCard/action", value=value)) == 200
        assert teams.desk.presses == []
