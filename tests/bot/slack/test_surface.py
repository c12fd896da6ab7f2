"""The bot in Slack: a real Bolt app before the sandbox's Slack server, with a desk that answers as told."""

from __future__ import annotations

import asyncio
import json
import time
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from books.refusal import Refusal
from books.store import Store
from bot.inbox import ChatEvent
from bot.slack import listeners
from bot.slack.surface import SlackSurface
from bot.surface import Answered, MessageRef, Place
from sandbox.slack.payloads import event_callback, message_event
from sandbox.slack.socket import SocketPace
from sandbox.slack.workspace import APP_TOKEN
from tests.bot.rig import Desk, InSlack, eventually, in_slack, refusing, words
from tests.bot.sample_cards import PROPOSAL


def texts(message: Any) -> str:
    return json.dumps(message, ensure_ascii=False)


async def test_a_mention_is_answered_where_it_was_asked(tmp_path: Path) -> None:
    async with in_slack(tmp_path) as slack:
        await slack.sandbox.act("slack/message", "alice", channel="C0BONDI", text="@Tieout is Bondi ready & <closed>?")
        answer = (await eventually(lambda: slack.said("C0BONDI")))[0]
        assert answer["blocks"][0]["text"]["text"] == "✖ October 2026 is not ready: 2 things block it"
        ask = slack.desk.asks[0]
        assert (ask.text, ask.channel, ask.is_direct) == ("is Bondi ready & <closed>?", "C0BONDI", False)
        assert (ask.speaker.workspace, ask.speaker.user, ask.speaker.stranger) == ("T0TIEOUT", "U0ALICE", False)


async def test_a_direct_message_and_the_command_reach_the_desk(tmp_path: Path) -> None:
    async with in_slack(tmp_path) as slack:
        await slack.sandbox.act("slack/message", "alice", channel="dm", text="what waits for me?")
        await eventually(lambda: slack.said("dm"))
        done = await slack.sandbox.act(
            "slack/command", "alice", channel="C0BONDI", command="/close", text="status Bondi"
        )
        assert done["acked"]
        await eventually(lambda: slack.said("C0BONDI"))
        direct, command = slack.desk.asks
        assert (direct.is_direct, direct.command) == (True, "")
        assert (command.command, command.text, command.is_direct) == ("/close", "status Bondi", False)


async def test_a_private_answer_is_seen_by_the_asker_only(tmp_path: Path) -> None:
    async with in_slack(tmp_path, Desk(answered=Answered(words("Your queue"), private=True))) as slack:
        await slack.sandbox.act("slack/message", "alice", channel="C0BONDI", text="@Tieout queue")
        assert "Your queue" in texts(await eventually(lambda: slack.whispered("alice")))
        assert await slack.said("C0BONDI") == []
        assert await slack.whispered("priya") == []


async def test_a_refusal_and_a_failure_are_small_cards_without_a_traceback(tmp_path: Path) -> None:
    async with in_slack(tmp_path, Desk(raises=refusing("October is locked."))) as slack:
        await slack.sandbox.act("slack/message", "alice", channel="C0BONDI", text="@Tieout post it")
        assert "Ask a partner." in texts(await eventually(lambda: slack.whispered("alice")))
        slack.desk.raises = ZeroDivisionError("secret detail")
        await slack.sandbox.act("slack/message", "priya", channel="C0BONDI", text="@Tieout post it")
        said = texts(await eventually(lambda: slack.whispered("priya")))
        assert "Something went wrong here (error " in said
        assert "secret detail" not in said
        assert "Traceback" not in said


async def test_a_slow_answer_shows_that_work_is_under_way_and_then_replaces_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listeners, "PATIENCE_SECONDS", 0.02)
    async with in_slack(tmp_path, Desk(seconds=0.2)) as slack:
        await slack.sandbox.act("slack/message", "alice", channel="C0BONDI", text="@Tieout is Bondi ready?")
        working = (await eventually(lambda: slack.said("C0BONDI")))[0]
        assert working["text"] == "Looking at the books…"

        async def replaced() -> list[dict[str, Any]]:
            return [message for message in await slack.said("C0BONDI") if message.get("blocks")]

        answer = (await eventually(replaced))[0]
        assert answer["ts"] == working["ts"]
        assert len(await slack.said("C0BONDI")) == 1


async def test_an_event_that_slack_sends_twice_is_answered_once(tmp_path: Path) -> None:
    async with in_slack(tmp_path) as slack:
        state = slack.sandbox.state
        message = {"type": "message", "user": "U0ALICE", "text": "<@U0BOT> ready?", "ts": state.slack.new_ts()}
        event = event_callback("T0TIEOUT", message_event(message, state.slack.channel("C0BONDI"), "app_mention"))
        for _ in range(3):
            await state.hub.deliver("events_api", event, accepts_payload=False)
        await eventually(lambda: slack.said("C0BONDI"))
        await asyncio.sleep(0.1)
        assert len(slack.desk.asks) == 1
        with slack.store.reading() as session:
            assert session.scalar(select(func.count()).select_from(ChatEvent)) == 1


async def test_words_in_the_thread_of_a_card_are_heard_and_other_talk_is_not(tmp_path: Path) -> None:
    async with in_slack(tmp_path, Desk(kept=words("It stands on the card"))) as slack:
        ref = (await post(slack))["ts"]
        await slack.sandbox.act("slack/message", "alice", channel="C0BONDI", text="lunch?")
        await slack.sandbox.act("slack/message", "alice", channel="C0BONDI", text="It is May's.", thread_ts=ref)
        ask = await eventually(lambda: _first(slack.desk.overheard))
        assert (ask.text, ask.thread, ask.speaker.user, ask.is_direct) == ("It is May's.", ref, "U0ALICE", False)
        await asyncio.sleep(0.1)
        assert (len(slack.desk.overheard), slack.desk.asks) == (1, [])
        assert await slack.whispered("alice") == [], "the card shows the comment; nothing more is said"


async def test_a_mention_in_the_thread_of_a_card_is_heard_once_and_answered_where_nothing_is_kept(
    tmp_path: Path,
) -> None:
    async with in_slack(tmp_path) as slack:
        ref = (await post(slack))["ts"]
        await slack.sandbox.act("slack/message", "alice", channel="C0BONDI", text="@Tieout ready?", thread_ts=ref)
        ask = await eventually(lambda: _first(slack.desk.asks))
        assert ask.text == "ready?"
        assert [each.thread for each in slack.desk.overheard] == [ref]


async def test_a_no_to_words_in_a_thread_is_whispered_there(tmp_path: Path) -> None:
    async with in_slack(tmp_path, Desk(raises=refusing("I do not know you as a member yet."))) as slack:
        ref = (await post(slack))["ts"]
        await slack.sandbox.act("slack/message", "alice", channel="C0BONDI", text="It is May's.", thread_ts=ref)
        said = await eventually(lambda: slack.whispered("alice"))
        assert "I do not know you" in texts(said)


async def _first(found: list[Any]) -> Any:
    return found[0] if found else None


async def test_a_reply_stands_in_the_thread_of_its_card(tmp_path: Path) -> None:
    async with in_slack(tmp_path) as slack:
        ref = await asyncio.to_thread(slack.surface.post, Place("slack", "C0BONDI"), PROPOSAL)
        await asyncio.to_thread(slack.surface.reply, ref, words("Priya asks"))
        below = (await slack.said("C0BONDI"))[-1]
        assert (below["thread_ts"], "Priya asks" in texts([below])) == (ref.message, True)


async def post(slack: InSlack) -> dict[str, Any]:
    ref = await asyncio.to_thread(slack.surface.post, Place("slack", "C0BONDI"), PROPOSAL)
    return next(message for message in await slack.said("C0BONDI") if message["ts"] == ref.message)


def button(message: dict[str, Any], label: str) -> dict[str, Any]:
    elements = [element for block in message["blocks"] if block["type"] == "actions" for element in block["elements"]]
    return next(element for element in elements if element["text"]["text"] == label)


async def click(slack: InSlack, who: str, message: dict[str, Any], label: str) -> dict[str, Any]:
    chosen = button(message, label)
    given = {"ts": message["ts"], "action_id": chosen["action_id"], "value": chosen["value"]}
    return await slack.sandbox.act("slack/click", who, channel="C0BONDI", **given)


async def test_a_click_carries_subject_and_digest_and_its_answer_is_for_the_clicker(tmp_path: Path) -> None:
    async with in_slack(tmp_path, Desk(pressed=words("Nothing was changed"))) as slack:
        acked = await click(slack, "priya", await post(slack), "Approve")
        assert acked["acked"]
        assert "Nothing was changed" in texts(await eventually(lambda: slack.whispered("priya")))
        press = slack.desk.presses[0]
        assert (press.act, press.subject, press.digest) == ("approve", "p_01", "9f2c" * 16)
        assert press.speaker.user == "U0PRIYA"


async def test_a_rejection_asks_for_its_reason_in_a_form(tmp_path: Path) -> None:
    async with in_slack(tmp_path) as slack:
        await click(slack, "priya", await post(slack), "Reject…")

        async def open_form() -> Any:
            return (await slack.sandbox.read("slack/view", "priya"))["view"]

        view = await eventually(open_form)
        assert view["blocks"][0]["label"]["text"] == "Why is it rejected?"
        assert slack.desk.presses == []
        empty = await slack.sandbox.act("slack/submit", "priya", view_id=view["id"], values={"words": "  "}, status=200)
        assert "Please write a few words." in texts(empty)
        await slack.sandbox.act("slack/submit", "priya", view_id=view["id"], values={"words": "Wrong account"})

        async def rejected() -> Any:
            return slack.desk.presses

        press = (await eventually(rejected))[0]
        assert (press.act, press.words, press.channel) == ("reject", "Wrong account", "C0BONDI")


async def test_a_button_nobody_knows_any_more_says_so(tmp_path: Path) -> None:
    async with in_slack(tmp_path) as slack:
        message = await post(slack)
        kept = slack.sandbox.state.slack.message("C0BONDI", message["ts"])
        old = {"type": "button", "text": {"type": "plain_text", "text": "Old"}, "action_id": "old", "value": "{}"}
        kept["blocks"].append({"type": "actions", "block_id": "old", "elements": [old]})
        given = {"ts": message["ts"], "action_id": "old", "value": "{}"}
        acked = await slack.sandbox.act("slack/click", "alice", channel="C0BONDI", **given)
        assert acked["acked"]
        assert "not known any more" in texts(await eventually(lambda: slack.whispered("alice")))


@pytest.mark.parametrize("mark", ["is_restricted", "is_ultra_restricted", "is_stranger", "deleted", "foreign team"])
async def test_guests_and_outsiders_are_strangers(tmp_path: Path, mark: str) -> None:
    async with in_slack(tmp_path) as slack:
        person = slack.sandbox.state.slack.users["U0TOM"]
        person |= {"team_id": "T0OTHER"} if mark == "foreign team" else {mark: True}
        await slack.sandbox.act("slack/message", "tom", channel="dm", text="queue")

        async def asked() -> Any:
            return slack.desk.asks

        assert (await eventually(asked))[0].speaker.stranger


async def test_the_home_tab_says_what_can_be_asked(tmp_path: Path) -> None:
    async with in_slack(tmp_path) as slack:
        await slack.sandbox.act("slack/home", "alice", tab="home")

        async def shown() -> Any:
            return (await slack.sandbox.read("slack/home", "alice"))["view"]

        assert "/close status" in texts(await eventually(shown))


async def test_a_card_is_redrawn_and_posted_anew_where_it_cannot_be_edited(tmp_path: Path) -> None:
    async with in_slack(tmp_path) as slack:
        ref = await asyncio.to_thread(slack.surface.post, Place("slack", "C0BONDI"), PROPOSAL)
        assert await asyncio.to_thread(slack.surface.update, ref, words("Posted")) is None
        assert [m["blocks"][0]["text"]["text"] for m in await slack.said("C0BONDI")] == ["Posted"]
        gone = MessageRef("slack", "C0BONDI", "1.000001")
        fresh = await asyncio.to_thread(slack.surface.update, gone, words("Anew"))
        assert fresh is not None
        assert fresh.message not in (ref.message, gone.message)


async def test_slacks_no_is_a_refusal_with_a_next_step(tmp_path: Path) -> None:
    async with in_slack(tmp_path) as slack:
        with pytest.raises(Refusal) as refused:
            await asyncio.to_thread(slack.surface.post, Place("slack", "C0NOWHERE"), PROPOSAL)
        assert "/invite @Tieout" in refused.value.next_step
        base = f"{slack.sandbox.url}/slack/api/"
        wrong = SlackSurface(bot_token="xoxb-wrong", app_token=APP_TOKEN, base_url=base, store=slack.store, desk=Desk())
        with pytest.raises(Refusal) as refused:
            await wrong.start()
        assert refused.value.code == "slack_token"


async def test_a_slack_that_is_away_at_the_start_is_tried_again(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'tieout.db'}")
    surface = SlackSurface(
        bot_token="x", app_token="y", base_url="http://127.0.0.1:9/api/", store=store, desk=Desk(), links=()
    )
    await surface.start()
    assert surface.health() == {"mode": "socket", "connected": False}
    with pytest.raises(Refusal) as refused:
        await asyncio.to_thread(surface.post, Place("slack", "C0BONDI"), PROPOSAL)
    assert refused.value.code == "slack_unreachable"
    await surface.stop()


async def test_many_clicks_at_once_are_all_acknowledged_before_the_work(tmp_path: Path) -> None:
    async with in_slack(tmp_path, Desk(seconds=0.01), pace=SocketPace()) as slack:
        message = await post(slack)
        began = time.perf_counter()
        acks = await asyncio.gather(*(click(slack, "priya", message, "Approve") for _ in range(40)))
        assert all(ack["acked"] for ack in acks)
        assert time.perf_counter() - began < 3

        async def all_pressed() -> bool:
            return len(slack.desk.presses) == 40

        await eventually(all_pressed)
        assert len(slack.desk.threads) <= 8


async def test_it_reconnects_when_slack_asks_for_it(tmp_path: Path) -> None:
    async with in_slack(tmp_path) as slack:
        assert slack.surface.health() == {"mode": "socket", "connected": True}
        await slack.sandbox.act("slack/refresh-connections", "alice")
        await asyncio.sleep(0.1)
        await slack.sandbox.act("slack/message", "alice", channel="C0BONDI", text="@Tieout ready?")
        await eventually(lambda: slack.said("C0BONDI"))
