"""The Web API says no in Slack's words, to the real client."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError

from sandbox.slack.limits import STRICT
from tests.sandbox.slack.bot import button, card, client, form, mrkdwn, plain, said
from tests.sandbox.slack.rig import Sandbox, running


async def refusal(call: Any) -> str:
    """The error of a refused call."""
    with pytest.raises(SlackApiError) as refused:
        await call
    return str(refused.value.response["error"])


async def test_tokens_and_methods_are_checked(tmp_path: Path) -> None:
    async with running(tmp_path) as sandbox:
        assert await refusal(client(sandbox, "xoxb-other").auth_test()) == "invalid_auth"
        assert await refusal(client(sandbox, "").auth_test()) == "not_authed"
        assert await refusal(client(sandbox, "xapp-sandbox").auth_test()) == "not_allowed_token_type"
        assert await refusal(client(sandbox).api_call("chat.shout")) == "unknown_method"
        assert (await client(sandbox).auth_test())["bot_id"] == "B0TIEOUT"


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"channel": "C0NOWHERE", "text": "hi"}, "channel_not_found"),
        ({"channel": "C0GENERAL", "text": "hi"}, "not_in_channel"),
        ({"channel": "C0BONDI"}, "no_text"),
        ({"channel": "C0BONDI", "text": "x" * 40_001}, "msg_too_long"),
        ({"channel": "C0BONDI", "blocks": "{"}, "invalid_blocks_format"),
        ({"channel": "C0BONDI", "text": "a", "markdown_text": "b"}, "markdown_text_conflict"),
        ({"channel": "C0BONDI", "text": "a", "thread_ts": "1.0"}, "thread_not_found"),
        ({"channel": "C0BONDI", "text": "a", "metadata": {"event_type": "x"}}, "invalid_metadata_schema"),
        ({"channel": "C0BONDI", "blocks": [mrkdwn("x" * 2900)] * 5}, "msg_blocks_too_long"),
    ],
)
async def test_posts_that_slack_refuses(tmp_path: Path, given: dict[str, Any], error: str) -> None:
    async with running(tmp_path) as sandbox:
        assert await refusal(client(sandbox).api_call("chat.postMessage", json=given)) == error


async def test_only_the_apps_own_messages_change(tmp_path: Path) -> None:
    async with running(tmp_path) as sandbox:
        web = client(sandbox)
        theirs = (await sandbox.act("slack/message", "alice", channel="C0BONDI", text="mine"))["ts"]
        assert await refusal(web.chat_update(channel="C0BONDI", ts=theirs, text="x")) == "cant_update_message"
        assert await refusal(web.chat_delete(channel="C0BONDI", ts=theirs)) == "cant_delete_message"
        assert await refusal(web.chat_update(channel="C0BONDI", ts="1.0", text="x")) == "message_not_found"
        own = (await web.chat_postMessage(channel="C0BONDI", text="?", blocks=card(button("approve"))))["ts"]
        await web.chat_update(channel="C0BONDI", ts=own, text="done")
        assert "blocks" not in (await said(sandbox))[-1]
        await web.chat_delete(channel="C0BONDI", ts=own)
        assert len(await said(sandbox)) == 1


async def _trigger(sandbox: Sandbox, lasting_seconds: float = 3.0) -> str:
    return sandbox.state.slack.new_trigger("U0ALICE", lasting_seconds)


async def test_a_trigger_opens_one_form_and_soon_expires(tmp_path: Path) -> None:
    async with running(tmp_path) as sandbox:
        web, trigger = client(sandbox), await _trigger(sandbox)
        opened = (await web.views_open(trigger_id=trigger, view=form()))["view"]
        assert await refusal(web.views_open(trigger_id=trigger, view=form())) == "exchanged_trigger_id"
        assert await refusal(web.views_open(trigger_id="1.2.x", view=form())) == "invalid_trigger_id"
        expired = await _trigger(sandbox, -1.0)
        assert await refusal(web.views_open(trigger_id=expired, view=form())) == "expired_trigger_id"
        changed = (await web.views_update(view_id=opened["id"], hash=opened["hash"], view=form()))["view"]
        assert changed["id"] == opened["id"]
        late = web.views_update(view_id=opened["id"], hash=opened["hash"], view=form())
        assert await refusal(late) == "hash_conflict"
        without_submit = {name: held for name, held in form().items() if name != "submit"}
        refused = web.views_open(trigger_id=await _trigger(sandbox), view=without_submit)
        assert await refusal(refused) == "invalid_arguments"


async def test_a_home_page_is_published_for_one_person(tmp_path: Path) -> None:
    async with running(tmp_path) as sandbox:
        view = {"type": "home", "blocks": [mrkdwn("Good morning")]}
        await client(sandbox).views_publish(user_id="U0ALICE", view=view)
        assert (await sandbox.read("slack/home", "alice"))["view"]["blocks"][0]["text"]["text"] == "Good morning"
        assert (await sandbox.read("slack/home", "priya"))["view"] is None


async def test_people_and_channels_are_found(tmp_path: Path) -> None:
    async with running(tmp_path) as sandbox:
        web = client(sandbox)
        found = await web.users_lookupByEmail(email="priya@harbourfinch.example")
        assert found["user"]["id"] == "U0PRIYA"
        assert await refusal(web.users_lookupByEmail(email="nobody@x.example")) == "users_not_found"
        assert (await web.conversations_open(users="U0TOM"))["channel"]["id"] == "D0TOM"
        names = [channel["name"] for channel in (await web.conversations_list())["channels"]]
        assert names == ["close-bondi-coffee", "close-kauri-export", "general"]
        await web.chat_postMessage(channel="U0TOM", text="Hello Tom")
        assert [m["text"] for m in (await web.conversations_history(channel="D0TOM"))["messages"]] == ["Hello Tom"]


async def test_only_members_of_the_channel_get_a_whisper(tmp_path: Path) -> None:
    async with running(tmp_path) as sandbox:
        web = client(sandbox)
        await web.chat_postEphemeral(channel="C0BONDI", user="U0ALICE", text="psst")
        stranger = web.chat_postEphemeral(channel="C0BONDI", user="U0TOM", text="psst")
        assert await refusal(stranger) == "user_not_in_channel"
        assert await said(sandbox) == []


async def test_a_stream_grows_and_ends(tmp_path: Path) -> None:
    async with running(tmp_path) as sandbox:
        web = client(sandbox)
        root = (await web.chat_postMessage(channel="C0BONDI", text="root"))["ts"]
        unaddressed = web.chat_startStream(channel="C0BONDI", thread_ts=root)
        assert await refusal(unaddressed) == "missing_recipient_team_id"
        whom: dict[str, Any] = {"recipient_team_id": "T0TIEOUT", "recipient_user_id": "U0ALICE"}
        ts = (await web.chat_startStream(channel="C0BONDI", thread_ts=root, markdown_text="One", **whom))["ts"]
        await web.chat_appendStream(channel="C0BONDI", ts=ts, markdown_text=", two")
        assert await refusal(web.chat_update(channel="C0BONDI", ts=ts, text="x")) == "streaming_state_conflict"
        await web.chat_stopStream(channel="C0BONDI", ts=ts, blocks=[{"type": "header", "text": plain("End")}])
        assert (await said(sandbox))[-1]["text"] == "One, two"
        ended = web.chat_appendStream(channel="C0BONDI", ts=ts, markdown_text="!")
        assert await refusal(ended) == "message_not_in_streaming_state"


async def test_too_many_posts_in_a_channel_are_held_up_for_a_second(tmp_path: Path) -> None:
    async with running(tmp_path, limits=STRICT) as sandbox:
        web = client(sandbox)
        for _ in range(3):
            await web.chat_postMessage(channel="C0BONDI", text="hi")
        with pytest.raises(SlackApiError) as refused:
            await web.chat_postMessage(channel="C0BONDI", text="hi")
        assert refused.value.response.status_code == 429
        assert refused.value.response.headers["Retry-After"] == "1"
        await web.chat_postMessage(channel="C0KAURI", text="another channel is free")
