"""The real botbuilder adapter works against the local Teams: messages, cards, Execute, proactive posts, members."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

from botbuilder.core import CardFactory, MessageFactory, TurnContext

from sandbox.teams.cards import cards_of
from tests.sandbox.slack.rig import ALICE_IN_TEAMS, BONDI, DIRECTORY, Sandbox, running
from tests.sandbox.teams.echo_bot import card, echo_bot


async def until(true: Callable[[], Any]) -> None:
    """Wait, at most five seconds, until something is so."""
    for _ in range(500):
        if true():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it never came")


async def said(sandbox: Sandbox, conversation: str, who: str = "alice") -> list[dict[str, Any]]:
    """What was said in a conversation, as a member sees it."""
    shown = await sandbox.read("teams/messages", who, conversation=conversation)
    messages: list[dict[str, Any]] = shown["messages"]
    return messages


async def test_the_bot_is_introduced_to_every_conversation_and_hears_messages(tmp_path: Path) -> None:
    async with echo_bot() as (bot, url, _), running(tmp_path, bot_url=url) as sandbox:
        await until(lambda: sandbox.state.teams.introduced)
        assert {a.conversation.id for a in bot.heard} >= {BONDI, "19:kauri@thread.tacv2"}
        assert {a.type for a in bot.heard} == {"installationUpdate", "conversationUpdate"}
        sent = await sandbox.act("teams/message", "alice", conversation="dm", text="hello")
        assert sent["delivered"]
        heard = bot.heard[-1]
        assert (heard.text, heard.from_property.aad_object_id) == ("hello", ALICE_IN_TEAMS)
        assert heard.channel_data["tenant"]["id"] == DIRECTORY
        assert [m["text"] for m in await said(sandbox, "dm")] == ["hello", "Heard: hello"]


async def test_in_a_channel_only_a_mention_reaches_the_bot_and_the_answer_stays_in_the_thread(tmp_path: Path) -> None:
    async with echo_bot() as (bot, url, _), running(tmp_path, bot_url=url) as sandbox:
        assert not (await sandbox.act("teams/message", "alice", conversation=BONDI, text="hi"))["delivered"]
        asked = await sandbox.act("teams/message", "alice", conversation=BONDI, text="@Tieout is it ready?")
        first, root, answer = await said(sandbox, BONDI)
        assert (first["text"], root["text"]) == ("hi", "<at>Tieout</at> is it ready?")
        assert answer["root"] == asked["id"]
        heard = next(a for a in bot.heard if a.type == "message")
        assert heard.conversation.id == f"{BONDI};messageid={asked['id']}"
        assert [e.type for e in heard.entities] == ["clientInfo", "mention"]


async def test_execute_answers_with_a_card_and_changes_it_for_everybody(tmp_path: Path) -> None:
    async with echo_bot() as (_, url, _adapter), running(tmp_path, bot_url=url) as sandbox:
        await sandbox.act("teams/message", "alice", conversation=BONDI, text="@Tieout card")
        shown = (await said(sandbox, BONDI))[-1]
        press = {"conversation": BONDI, "activity_id": shown["id"], "verb": "approve"}
        answer = await sandbox.act("teams/execute", "priya", **press)
        assert (answer["status_code"], answer["reached"]) == (200, True)
        for who in ("alice", "priya"):
            changed = cards_of((await said(sandbox, BONDI, who))[-1])[0]
            assert changed["body"][0]["text"] == "Number 7 approved by Priya Sharma."
        gone = await sandbox.act("teams/execute", "priya", status=400, **press, stale=False)
        assert gone["error"] == "there is no such button on this card"
        again = await sandbox.act("teams/execute", "priya", **press)
        assert again["reached"]


async def test_a_bot_that_fails_shows_teams_own_words(tmp_path: Path) -> None:
    async with echo_bot() as (_, url, _adapter), running(tmp_path, bot_url=url) as sandbox:
        await sandbox.act("teams/message", "alice", conversation="dm", text="card")
        shown = (await said(sandbox, "dm"))[-1]
        press = {"conversation": "dm", "activity_id": shown["id"], "verb": "approve"}
        answer = await sandbox.act("teams/execute", "alice", **press, data={"number": 13})
        assert answer["message"] == "Unable to reach app. Please try again."


async def test_the_bot_posts_by_itself(tmp_path: Path) -> None:
    async with echo_bot() as (bot, url, adapter), running(tmp_path, bot_url=url) as sandbox:
        await until(lambda: sandbox.state.teams.introduced)

        async def speak(turn: TurnContext) -> None:
            await turn.send_activity(MessageFactory.attachment(CardFactory.adaptive_card(card("Good morning"))))

        await adapter.continue_conversation(bot.references[BONDI], speak, "")
        assert cards_of((await said(sandbox, BONDI))[-1])[0]["body"][0]["text"] == "Good morning"


async def test_the_bot_asks_who_is_there(tmp_path: Path) -> None:
    async with echo_bot() as (_, url, _adapter), running(tmp_path, bot_url=url) as sandbox:
        for conversation, there in (("dm", "Alice Nguyen"), (BONDI, "Alice Nguyen, Priya Sharma")):
            await sandbox.act("teams/message", "alice", conversation=conversation, text="@Tieout who")
            assert (await said(sandbox, conversation))[-1]["text"] == f"{there}; asked by alice@harbourfinch.example"


async def test_a_bot_that_is_down_is_noticed(tmp_path: Path) -> None:
    async with running(tmp_path, bot_url="http://127.0.0.1:9") as sandbox:
        sent = await sandbox.act("teams/message", "alice", conversation="dm", text="hello")
        assert not sent["delivered"]
        assert (await said(sandbox, "dm"))[0]["warning"] == "Tieout could not be reached."
        overview = await sandbox.read("state", "alice")
        assert overview["teams"]["bot"]["error"]


async def test_a_member_sees_only_the_channels_of_their_clients(tmp_path: Path) -> None:
    async with running(tmp_path) as sandbox:
        overview = await sandbox.read("state", "tom")
        assert [c["id"] for c in overview["teams"]["conversations"] if c["kind"] == "channel"] == [
            "19:kauri@thread.tacv2"
        ]
        assert [c["name"] for c in overview["slack"]["channels"] if c["name"]] == ["close-kauri-export", "general"]
        refused = await sandbox.act("teams/message", "tom", status=400, conversation=BONDI, text="hi")
        assert "Tom Fraser is in no conversation" in refused["error"]
