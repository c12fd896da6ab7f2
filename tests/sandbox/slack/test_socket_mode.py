"""Socket Mode keeps Slack's promises: acknowledgements, second tries, several connections, refreshes."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import aiohttp

from tests.sandbox.slack.bot import bolt, button, card, client, connected, until
from tests.sandbox.slack.rig import IMPATIENT, Sandbox, running


async def _dial(sandbox: Sandbox) -> aiohttp.ClientWebSocketResponse:
    url = (await client(sandbox).apps_connections_open(app_token="xapp-sandbox"))["url"]
    socket = await sandbox.http.ws_connect(url)
    assert (await socket.receive_json())["type"] == "hello"
    return socket


async def test_an_event_without_acknowledgement_comes_again_with_the_same_id(tmp_path: Path) -> None:
    async with running(tmp_path, pace=IMPATIENT) as sandbox:
        socket = await _dial(sandbox)
        await sandbox.act("slack/message", "alice", channel="C0BONDI", text="hello")
        first = await socket.receive_json()
        second = await socket.receive_json()
        assert (first["retry_attempt"], second["retry_attempt"], second["retry_reason"]) == (0, 1, "timeout")
        assert first["payload"]["event_id"] == second["payload"]["event_id"]
        assert first["envelope_id"] != second["envelope_id"]
        await socket.send_json({"envelope_id": second["envelope_id"]})
        await asyncio.sleep(0.2)
        await socket.close()


async def test_a_press_nobody_acknowledges_warns_the_member(tmp_path: Path) -> None:
    async with running(tmp_path, pace=IMPATIENT) as sandbox, connected(sandbox, bolt(sandbox)):
        posted = await client(sandbox).chat_postMessage(channel="C0BONDI", text="?", blocks=card(button("nobody")))
        pressed = await sandbox.act("slack/click", "alice", channel="C0BONDI", ts=posted["ts"], action_id="nobody")
        assert pressed["warning"] == "Tieout is not responding. Try again in a moment."


async def test_a_command_with_no_app_connected_says_dispatch_failed(tmp_path: Path) -> None:
    async with running(tmp_path) as sandbox:
        await sandbox.act("slack/command", "alice", channel="C0BONDI", command="/close", text="")
        whisper = (await sandbox.read("slack/ephemerals", "alice"))["ephemerals"][0]
        assert whisper["text"] == "/close failed with the error “dispatch_failed”"


async def test_two_connections_share_the_envelopes_and_a_url_opens_once(tmp_path: Path) -> None:
    async with running(tmp_path) as sandbox:
        sockets = [await _dial(sandbox), await _dial(sandbox)]
        for _ in range(2):
            await sandbox.act("slack/message", "alice", channel="C0BONDI", text="@Tieout hello")
        for socket in sockets:
            envelope = await socket.receive_json()
            await socket.send_json({"envelope_id": envelope["envelope_id"]})
        url = (await client(sandbox).apps_connections_open(app_token="xapp-sandbox"))["url"]
        async with sandbox.http.ws_connect(url):
            refused = await sandbox.http.get(url.replace("ws://", "http://"))
            assert refused.status == 403
        for socket in sockets:
            await socket.close()


async def test_what_was_said_while_the_app_was_away_reaches_it_when_it_comes_back(tmp_path: Path) -> None:
    async with running(tmp_path) as sandbox:
        app, heard = bolt(sandbox), []

        @app.event("app_mention")
        async def mentioned(event: dict[str, Any]) -> None:
            heard.append(event["text"])

        await sandbox.act("slack/message", "alice", channel="C0BONDI", text="@Tieout are you there?")
        async with connected(sandbox, app):
            await until(lambda: heard)
            assert await sandbox.state.hub.refresh() == 1
            await sandbox.act("slack/message", "alice", channel="C0BONDI", text="@Tieout still there?")
            await until(lambda: len(heard) == 2)


async def test_messages_and_invitations_survive_a_restart(tmp_path: Path) -> None:
    async with running(tmp_path) as sandbox:
        await sandbox.act("slack/message", "alice", channel="C0BONDI", text="remember this")
        await client(sandbox).conversations_join(channel="C0GENERAL")
    async with running(tmp_path) as sandbox:
        shown = await sandbox.read("slack/messages", "priya", channel="close-bondi-coffee")
        assert [m["text"] for m in shown["messages"]] == ["remember this"]
        assert "U0BOT" in (await client(sandbox).conversations_members(channel="C0GENERAL"))["members"]


async def test_in_a_direct_message_the_app_gets_the_echo_of_its_own_words(tmp_path: Path) -> None:
    async with running(tmp_path) as sandbox:
        socket = await _dial(sandbox)
        posted = await client(sandbox).chat_postMessage(channel="U0ALICE", text="Hello")
        echoed = await socket.receive_json()
        await socket.send_json({"envelope_id": echoed["envelope_id"]})
        await client(sandbox).chat_update(channel="D0ALICE", ts=posted["ts"], text="Hello again")
        changed = await socket.receive_json()
        await socket.send_json({"envelope_id": changed["envelope_id"]})
        assert echoed["payload"]["event"]["bot_id"] == "B0TIEOUT"
        event = changed["payload"]["event"]
        assert (event["subtype"], event["message"]["text"]) == ("message_changed", "Hello again")
        await socket.close()


async def test_an_app_hears_what_is_said_where_it_is_and_a_mention_a_second_time(tmp_path: Path) -> None:
    """Slack sends message.channels for every message, and app_mention besides, each with an event id of its own."""
    async with running(tmp_path) as sandbox:
        socket = await _dial(sandbox)
        await sandbox.act("slack/message", "alice", channel="C0BONDI", text="lunch?")
        await sandbox.act("slack/message", "alice", channel="C0BONDI", text="@Tieout ready?")
        events = [(await socket.receive_json())["payload"] for _ in range(3)]
        assert [each["event"]["type"] for each in events] == ["message", "message", "app_mention"]
        assert len({each["event_id"] for each in events}) == 3
