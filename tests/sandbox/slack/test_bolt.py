"""The real Bolt app lives in the local Slack: it hears, posts, changes, opens forms and answers commands."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.sandbox.slack.bot import bolt, button, card, client, connected, form, said, until
from tests.sandbox.slack.rig import running


async def test_a_mention_reaches_the_app_with_the_fields_slack_sends(tmp_path: Path) -> None:
    async with running(tmp_path) as sandbox:
        app, heard = bolt(sandbox), []

        @app.event("app_mention")
        async def mentioned(body: dict[str, Any]) -> None:
            heard.append(body)

        async with connected(sandbox, app):
            await sandbox.act("slack/message", "alice", channel="close-bondi-coffee", text="@Tieout is <it> ready?")
            await until(lambda: heard)
        body = heard[0]
        assert (body["team_id"], body["api_app_id"], body["type"]) == ("T0TIEOUT", "A0TIEOUT", "event_callback")
        assert body["authorizations"][0]["user_id"] == "U0BOT"
        event = body["event"]
        assert (event["user"], event["channel"]) == ("U0ALICE", "C0BONDI")
        assert event["text"] == "<@U0BOT> is &lt;it&gt; ready?"
        assert event["ts"] == event["event_ts"]


async def test_a_direct_message_arrives_as_message_im_and_bolt_ignores_the_echo_of_its_own_words(
    tmp_path: Path,
) -> None:
    async with running(tmp_path) as sandbox:
        app, heard = bolt(sandbox), []

        @app.event("message")
        async def message(event: dict[str, Any], say: Any) -> None:
            heard.append(event)
            if event.get("subtype") is None:
                posted = await say("Hello")
                await client(sandbox).chat_update(channel=posted["channel"], ts=posted["ts"], text="Hello again")

        async with connected(sandbox, app):
            await sandbox.act("slack/message", "alice", channel="dm", text="hello")
            await until(lambda: len(sandbox.state.slack.messages("D0ALICE")) == 2)
            await until(lambda: sandbox.state.slack.messages("D0ALICE").all()[1].get("edited"))
        assert [(event["channel_type"], event["channel"], event["text"]) for event in heard] == [
            ("im", "D0ALICE", "hello")
        ]


async def test_a_press_carries_its_message_and_state_and_the_message_changes(tmp_path: Path) -> None:
    async with running(tmp_path) as sandbox:
        app, pressed = bolt(sandbox), []

        @app.action("approve")
        async def approve(ack: Any, body: dict[str, Any], client: Any) -> None:
            await ack()
            pressed.append(body)
            await client.chat_update(channel=body["channel"]["id"], ts=body["message"]["ts"], text="Done", blocks=[])

        async with connected(sandbox, app):
            choose = {
                "type": "static_select",
                "action_id": "month",
                "options": [_option("2026-10"), _option("2026-11")],
            }
            posted = await client(sandbox).chat_postMessage(
                channel="C0BONDI", text="?", blocks=card(button("approve"), choose)
            )
            pressing = {"channel": "C0BONDI", "ts": posted["ts"], "action_id": "approve"}
            answer = await sandbox.act("slack/click", "priya", **pressing, values={"month": "2026-11"})
            assert answer["acked"]
            await until(lambda: sandbox.state.slack.messages("C0BONDI").get(posted["ts"])["text"] == "Done")  # type: ignore[index]
            gone = await sandbox.act("slack/click", "priya", status=400, **pressing, stale=False)
            assert gone["error"] == "action_not_found"
            late = await sandbox.act("slack/click", "priya", **pressing)
            assert late["acked"]
        body = pressed[0]
        assert body["user"] == {"id": "U0PRIYA", "username": "priya", "name": "priya", "team_id": "T0TIEOUT"}
        assert body["container"]["message_ts"] == posted["ts"]
        assert body["actions"][0]["value"] == "7"
        assert body["state"]["values"]["decide"]["month"]["selected_option"]["value"] == "2026-11"
        assert body["response_url"].startswith(sandbox.url)


def _option(value: str) -> dict[str, Any]:
    return {"text": {"type": "plain_text", "text": value}, "value": value}


async def test_a_form_is_checked_by_slack_then_by_the_app_then_closes(tmp_path: Path) -> None:
    async with running(tmp_path) as sandbox:
        app, sent = bolt(sandbox), []

        @app.action("reject")
        async def reject(ack: Any, body: dict[str, Any], client: Any) -> None:
            await ack()
            await client.views_open(trigger_id=body["trigger_id"], view=form(min_length=3) | {"private_metadata": "42"})

        @app.view("rejection")
        async def rejection(ack: Any, view: dict[str, Any]) -> None:
            words = view["state"]["values"]["why"]["words"]["value"]
            sent.append((words, view["private_metadata"]))
            await (ack(response_action="errors", errors={"why": "Say more."}) if len(words) < 8 else ack())

        async with connected(sandbox, app):
            posted = await client(sandbox).chat_postMessage(channel="C0BONDI", text="?", blocks=card(button("reject")))
            await sandbox.act("slack/click", "priya", channel="C0BONDI", ts=posted["ts"], action_id="reject")
            await until(lambda: sandbox.state.slack.open_modals.get("U0PRIYA"))
            view = (await sandbox.read("slack/view", "priya"))["view"]

            async def send(words: str) -> dict[str, Any]:
                return await sandbox.act("slack/submit", "priya", view_id=view["id"], values={"why": words})

            assert (await send(""))["errors"] == {"why": "Please complete this required field."}
            assert (await send("no"))["errors"] == {"why": "Please enter at least 3 characters."}
            assert (await send("wrong"))["errors"] == {"why": "Say more."}
            assert (await send("wrong month"))["closed"]
        assert sent == [("wrong", "42"), ("wrong month", "42")]
        assert (await sandbox.read("slack/view", "priya"))["view"] is None


async def test_a_command_is_answered_at_once_and_later_by_its_response_url(tmp_path: Path) -> None:
    async with running(tmp_path) as sandbox:
        app = bolt(sandbox)

        @app.command("/close")
        async def close(ack: Any, command: dict[str, Any], respond: Any) -> None:
            await ack(f"Looking at {command['text']}")
            await respond(text="It is ready.", response_type="in_channel")

        async with connected(sandbox, app):
            await sandbox.act("slack/command", "alice", channel="C0BONDI", command="/close", text="status bondi")
            await until(lambda: len(sandbox.state.slack.messages("C0BONDI")) == 1)
        whispers = (await sandbox.read("slack/ephemerals", "alice"))["ephemerals"]
        assert [w["text"] for w in whispers] == ["Looking at status bondi"]
        assert (await sandbox.read("slack/ephemerals", "priya"))["ephemerals"] == []
        assert (await said(sandbox))[0]["text"] == "It is ready."


async def test_a_response_url_replaces_deletes_and_ends_after_five_uses(tmp_path: Path) -> None:
    async with running(tmp_path) as sandbox:
        app, urls = bolt(sandbox), []

        @app.action("approve")
        async def approve(ack: Any, body: dict[str, Any], respond: Any) -> None:
            await ack()
            urls.append(body["response_url"])
            await respond(text="Replaced", replace_original=True)

        async with connected(sandbox, app):
            posted = await client(sandbox).chat_postMessage(channel="C0BONDI", text="?", blocks=card(button("approve")))
            await sandbox.act("slack/click", "alice", channel="C0BONDI", ts=posted["ts"], action_id="approve")
            await until(lambda: sandbox.state.slack.messages("C0BONDI").get(posted["ts"])["text"] == "Replaced")  # type: ignore[index]
        statuses = []
        for _ in range(5):
            async with sandbox.http.post(urls[0], json={"text": "again"}) as response:
                statuses.append(response.status)
        assert statuses == [200, 200, 200, 200, 404]


async def test_a_dropped_file_is_announced_by_its_id_and_read_with_the_token(tmp_path: Path) -> None:
    async with running(tmp_path) as sandbox:
        app, heard = bolt(sandbox), []

        @app.event("file_shared")
        async def shared(event: dict[str, Any]) -> None:
            heard.append(event)

        async with connected(sandbox, app):
            await sandbox.act("slack/file", "alice", channel="C0BONDI", name="bank.csv", content="YSxiCg==")
            await until(lambda: heard)
        assert heard[0]["file"] == {"id": heard[0]["file_id"]}
        file = (await client(sandbox).files_info(file=heard[0]["file_id"]))["file"]
        bearer = {"Authorization": "Bearer xoxb-sandbox"}
        async with sandbox.http.get(file["url_private_download"], headers=bearer) as response:
            assert await response.read() == b"a,b\n"


async def test_the_apps_own_upload_is_shown_in_the_channel(tmp_path: Path) -> None:
    async with running(tmp_path) as sandbox:
        await client(sandbox).files_upload_v2(
            channel="C0BONDI", filename="pack.txt", content="pack", initial_comment="The pack"
        )
        message = (await said(sandbox))[0]
        assert (message["text"], message["files"][0]["name"]) == ("The pack", "pack.txt")


async def test_an_invitation_brings_the_app_into_a_channel(tmp_path: Path) -> None:
    async with running(tmp_path) as sandbox:
        app, heard = bolt(sandbox), []

        @app.event("member_joined_channel")
        async def joined(event: dict[str, Any]) -> None:
            heard.append(event)

        async with connected(sandbox, app):
            await sandbox.act("slack/message", "alice", channel="general", text="@Tieout hello")
            hint = (await sandbox.read("slack/ephemerals", "alice"))["ephemerals"][0]["text"]
            assert "/invite @Tieout" in hint
            await sandbox.act("slack/command", "alice", channel="general", command="/invite", text="@Tieout")
            await until(lambda: heard)
        assert (heard[0]["user"], heard[0]["inviter"], heard[0]["channel"]) == ("U0BOT", "U0ALICE", "C0GENERAL")
