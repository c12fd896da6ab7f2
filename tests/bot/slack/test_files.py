"""Files that people drop in Slack reach the desk once, whole and from Slack alone, and each is answered."""

from __future__ import annotations

import asyncio
import base64
import json
import tracemalloc
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from slack_sdk.web.async_client import AsyncWebClient

from books.refusal import Refusal
from bot import fetching
from bot.slack import files
from bot.surface import Answered
from sandbox.slack.payloads import event_callback, message_event
from tests.bot.rig import Desk, InSlack, eventually, in_slack, refusing, words
from tests.sandbox.slack.rig import Sandbox

CSV = b"Date,Amount\n01/10/2026,-12.50\n"
READ = Answered(words("Bondi: 1 bank line"))


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """What only file_shared tells of is taken after a moment, not after three seconds."""
    monkeypatch.setattr(files, "LATER_SECONDS", 0.1)


def texts(message: Any) -> str:
    return json.dumps(message, ensure_ascii=False)


async def drop(
    sandbox: Sandbox, who: str, channel: str, name: str = "oct.csv", content: bytes = CSV, **more: Any
) -> Any:
    given = {"channel": channel, "name": name, "content": base64.b64encode(content).decode(), **more}
    return await sandbox.act("slack/file", who, **given)


async def quiet(slack: InSlack, seconds: float = 0.4) -> None:
    """Time for everything that is under way to come to an end."""
    await asyncio.sleep(seconds)


async def test_a_file_dropped_in_a_channel_reaches_the_desk_once_though_three_events_tell_of_it(tmp_path: Path) -> None:
    async with in_slack(tmp_path, Desk(answered=READ)) as slack:
        await drop(slack.sandbox, "alice", "C0BONDI", text="@Tieout October for <Bondi> & all")
        assert "Bondi: 1 bank line" in texts(await eventually(lambda: slack.said("C0BONDI")))
        await quiet(slack)
        (dropped,) = slack.desk.drops
        assert (dropped.name, dropped.content, dropped.channel) == ("oct.csv", CSV, "C0BONDI")
        assert (dropped.text, dropped.is_direct) == ("October for <Bondi> & all", False)
        assert (dropped.speaker.workspace, dropped.speaker.user) == ("T0TIEOUT", "U0ALICE")
        assert slack.desk.asks == [], "what is said with a file is no question"
        assert len(await slack.said("C0BONDI")) == 1


async def test_a_file_in_a_thread_is_answered_there_and_one_in_a_direct_message_there(tmp_path: Path) -> None:
    async with in_slack(tmp_path, Desk(answered=READ)) as slack:
        begun = await slack.sandbox.act("slack/message", "priya", channel="C0BONDI", text="the statement, please")
        await drop(slack.sandbox, "alice", "C0BONDI", thread_ts=begun["ts"])
        answer = (await eventually(lambda: slack.said("C0BONDI")))[0]
        assert answer["thread_ts"] == begun["ts"]
        await drop(slack.sandbox, "alice", "dm", text="Bondi")
        await eventually(lambda: slack.said("dm"))
        assert [(each.text, each.is_direct) for each in slack.desk.drops] == [("", False), ("Bondi", True)]


async def test_several_files_in_one_message_are_each_answered(tmp_path: Path) -> None:
    async with in_slack(tmp_path, Desk(answered=READ)) as slack:
        some = [{"name": f"{n}.csv", "content": base64.b64encode(CSV + str(n).encode()).decode()} for n in range(3)]
        await slack.sandbox.act("slack/file", "alice", channel="C0BONDI", files=some)

        async def three() -> bool:
            return len(await slack.said("C0BONDI")) == 3

        await eventually(three)
        await quiet(slack)
        assert [each.name for each in slack.desk.drops] == ["0.csv", "1.csv", "2.csv"]
        assert [each.content for each in slack.desk.drops] == [CSV + str(n).encode() for n in range(3)]


async def test_file_shared_alone_is_enough(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A workspace may keep the app from reading messages; then the ids of file_shared are all it hears."""
    async with in_slack(tmp_path, Desk(answered=READ)) as slack:
        announce = slack.sandbox.state.hub.announce

        def without_messages(payload: dict[str, Any]) -> Any:
            return announce(payload) if payload["event"]["type"] == "file_shared" else None

        monkeypatch.setattr(slack.sandbox.state.hub, "announce", without_messages)
        await drop(slack.sandbox, "alice", "C0BONDI")
        await eventually(lambda: slack.said("C0BONDI"))
        assert [each.content for each in slack.desk.drops] == [CSV]


async def test_an_event_that_comes_again_and_a_file_shared_again_are_told_apart(tmp_path: Path) -> None:
    async with in_slack(tmp_path, Desk(answered=READ)) as slack:
        done = await drop(slack.sandbox, "alice", "C0BONDI")
        await eventually(lambda: slack.said("C0BONDI"))
        state = slack.sandbox.state
        channel = state.slack.channel("C0BONDI")
        message = state.slack.message("C0BONDI", done["ts"])
        state.hub.announce(event_callback("T0TIEOUT", message_event(message, channel, "message")))
        await quiet(slack)
        assert len(slack.desk.drops) == 1, "the same message, under another event id"
        await drop(slack.sandbox, "alice", "C0BONDI")
        await quiet(slack)
        assert len(slack.desk.drops) == 2, "the same content, dropped anew"


async def test_what_takes_long_says_so_and_becomes_the_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "PATIENCE_SECONDS", 0.02)
    async with in_slack(tmp_path, Desk(answered=READ, seconds=0.3)) as slack:
        await drop(slack.sandbox, "alice", "C0BONDI")
        first = await eventually(lambda: slack.said("C0BONDI"))
        assert first[0]["text"] == "Reading the statement…"

        async def replaced() -> bool:
            return "Bondi: 1 bank line" in texts(await slack.said("C0BONDI"))

        await eventually(replaced)
        assert len(await slack.said("C0BONDI")) == 1


async def test_who_may_not_is_told_so_alone_and_nothing_is_fetched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def never(*_: Any, **__: Any) -> bytes:
        raise AssertionError("it was fetched")

    monkeypatch.setattr(files, "fetch", never)
    no = Refusal(
        "Your role (viewer) does not hand over bank statements.", next_step="Ask a preparer.", code="may_not_drop"
    )
    async with in_slack(tmp_path, Desk(not_admitted=no)) as slack:
        await drop(slack.sandbox, "alice", "C0BONDI")
        assert "Ask a preparer." in texts(await eventually(lambda: slack.whispered("alice")))
        assert await slack.said("C0BONDI") == []


async def test_in_a_channel_nobody_is_bothered_about_pictures_or_files_that_are_nobodys(tmp_path: Path) -> None:
    no = Refusal("I cannot tell which client this file is for.", next_step="Say which.", code="which_client")
    async with in_slack(tmp_path, Desk(not_admitted=no)) as slack:
        await drop(slack.sandbox, "alice", "C0BONDI", name="lunch.png", content=b"\x89PNG")
        await drop(slack.sandbox, "alice", "C0BONDI")
        await quiet(slack)
        assert (await slack.said("C0BONDI"), await slack.whispered("alice")) == ([], [])
        await drop(slack.sandbox, "alice", "C0BONDI", text="@Tieout here")
        assert "Say which." in texts(await eventually(lambda: slack.whispered("alice")))
        await drop(slack.sandbox, "alice", "dm")
        assert "Say which." in texts(await eventually(lambda: slack.said("dm")))


async def test_a_refusal_of_the_desk_is_for_the_one_who_dropped_the_file(tmp_path: Path) -> None:
    async with in_slack(tmp_path, Desk(raises=refusing("Row 3 has no date."))) as slack:
        await drop(slack.sandbox, "alice", "C0BONDI")
        assert "Row 3 has no date." in texts(await eventually(lambda: slack.whispered("alice")))
        assert await slack.said("C0BONDI") == []


@pytest.mark.parametrize("stated", [True, False], ids=["by what Slack states", "while it comes in"])
async def test_a_file_that_is_too_large_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stated: bool
) -> None:
    monkeypatch.setattr(fetching, "LARGEST_BYTES", 1024 * 1024)
    async with in_slack(tmp_path) as slack:
        if not stated:
            seen_by_bot = slack.sandbox.state.slack.files.put

            def smaller(label: str, kept: Any) -> Any:
                return seen_by_bot(label, {**kept, "file": {**kept["file"], "size": 10}})

            monkeypatch.setattr(slack.sandbox.state.slack.files, "put", smaller)
        else:
            monkeypatch.setattr(files, "fetch", None)  # nothing is asked for
        await drop(slack.sandbox, "alice", "C0BONDI", content=b"1" * (1024 * 1024 + 1))
        assert "has more than 1 MB" in texts(await eventually(lambda: slack.whispered("alice")))
        assert slack.desk.drops == []


# Where a file may be fetched from


@contextmanager
def told(monkeypatch: pytest.MonkeyPatch, **changed: Any) -> Iterator[None]:
    """Slack's files.info says something else about every file."""
    ask = AsyncWebClient.files_info

    async def info(self: AsyncWebClient, *, file: str) -> Any:
        answer = await ask(self, file=file)
        return {"file": answer["file"] | {k: v(answer["file"]) if callable(v) else v for k, v in changed.items()}}

    with monkeypatch.context() as patched:
        patched.setattr(AsyncWebClient, "files_info", info)
        yield


@pytest.mark.parametrize(
    "url",
    [
        "http://files.slack.com/files-pri/T0-F0/x.csv",
        "https://files.slack.com.evil.example/x.csv",
        "https://files.slack.com:8443/x.csv",
        "https://bot@files.slack.com/x.csv",
        "https://evil.example/files.slack.com/x.csv",
        "https://evil.example\\@files.slack.com/x.csv",
        "file:///etc/passwd",
        "//files.slack.com/x.csv",
        "http://127.0.0.1:1/x.csv",
        "http://169.254.169.254/latest/meta-data",
        "",
    ],
)
async def test_the_token_goes_to_no_other_host(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setattr(files, "fetch", None)
    async with in_slack(tmp_path) as slack:
        with told(monkeypatch, url_private_download=url):
            await drop(slack.sandbox, "alice", "C0BONDI")
            said = texts(await eventually(lambda: slack.whispered("alice")))
        assert "does not lie in Slack itself" in said
        assert slack.desk.drops == []


async def test_a_file_of_another_service_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with in_slack(tmp_path) as slack:
        with told(monkeypatch, is_external=True):
            await drop(slack.sandbox, "alice", "C0BONDI")
            assert "does not lie in Slack" in texts(await eventually(lambda: slack.whispered("alice")))


async def test_slacks_sign_in_page_is_never_taken_for_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a token that may not read files, Slack redirects to a page that answers 200."""
    monkeypatch.setattr("sandbox.slack.file_methods.BOT_TOKEN", "xoxb-another")
    async with in_slack(tmp_path) as slack:
        await drop(slack.sandbox, "alice", "C0BONDI")
        assert "files:read" in texts(await eventually(lambda: slack.whispered("alice")))
        assert slack.desk.drops == []


async def test_a_file_taken_away_meanwhile_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with in_slack(tmp_path) as slack:
        monkeypatch.setattr(slack.sandbox.state.slack.files, "get", lambda _: None)
        await drop(slack.sandbox, "alice", "C0BONDI")
        assert "does not show me that file any more" in texts(await eventually(lambda: slack.whispered("alice")))


# The fetching itself


Serve = Callable[[web.Request], Awaitable[web.StreamResponse]]


async def serving(serve: Serve) -> tuple[web.AppRunner, str]:
    app = web.Application()
    app.router.add_get("/{name:.*}", serve)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    return runner, f"http://127.0.0.1:{runner.addresses[0][1]}"


async def refused(serve: Serve, **more: Any) -> Refusal:
    runner, url = await serving(serve)
    try:
        with pytest.raises(Refusal) as no:
            await fetching.fetch(f"{url}/file", **more)
        return no.value
    finally:
        await runner.cleanup()


async def test_an_endless_answer_is_broken_off_at_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "LARGEST_BYTES", 1024 * 1024)
    sent = 0

    async def endless(request: web.Request) -> web.StreamResponse:
        nonlocal sent
        response = web.StreamResponse()
        await response.prepare(request)
        while sent < 64 * 1024 * 1024:
            await response.write(b"1" * 65536)
            sent += 65536
        return response

    assert (await refused(endless)).code == "file_too_large"
    assert sent < 16 * 1024 * 1024


async def test_a_large_file_is_never_held_twice() -> None:
    size = 24 * 1024 * 1024

    async def large(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        for _ in range(size // 65536):
            await response.write(b"1" * 65536)
        return response

    runner, url = await serving(large)
    tracemalloc.start()
    try:
        content = await fetching.fetch(f"{url}/file")
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
        await runner.cleanup()
    assert len(content) == size
    assert most < 1.5 * size


async def test_half_a_file_is_no_file() -> None:
    async def half(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Length": "1000"})
        await response.prepare(request)
        await response.write(b"Date,Amount\n")
        assert request.transport is not None
        request.transport.close()
        return response

    assert (await refused(half)).code == "file_not_fetched"


@pytest.mark.parametrize("status", [403, 404, 500])
async def test_another_status_is_no_file(status: int) -> None:
    async def error(_: web.Request) -> web.StreamResponse:
        return web.Response(status=status, text="Date,Amount")

    assert (await refused(error)).code == "file_not_fetched"


async def test_a_redirect_is_not_followed_even_to_the_same_host() -> None:
    asked = []

    async def elsewhere(request: web.Request) -> web.StreamResponse:
        asked.append(request.path)
        raise web.HTTPFound("/other")

    assert (await refused(elsewhere, token="xoxb-1")).code == "file_redirected"
    assert asked == ["/file"]
