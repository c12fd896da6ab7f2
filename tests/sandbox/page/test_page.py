"""The page is served with its files, acts only in the name of members, and hears of every change."""

from __future__ import annotations

import json
from pathlib import Path

from sandbox.page.app import HERE
from tests.sandbox.slack.rig import running


async def test_the_page_and_its_files_are_there_under_a_strict_policy(tmp_path: Path) -> None:
    async with running(tmp_path) as sandbox:
        async with sandbox.http.get(sandbox.url) as response:
            assert "script-src 'self'" in response.headers["Content-Security-Policy"]
            text = await response.text()
        for path in ("page/static/main.js", "page/static/page.css", "page/vendor/adaptivecards.min.js"):
            assert path in text
            async with sandbox.http.get(f"{sandbox.url}/{path}") as response:
                assert response.status == 200


async def test_no_page_file_reaches_for_another_host(tmp_path: Path) -> None:
    static = HERE / "static"
    for file in static.iterdir():
        words = file.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
        assert "http://" not in words, file
        assert "https://" not in words, file
        assert "innerHTML" not in words, file


async def test_the_page_acts_only_in_the_name_of_members(tmp_path: Path) -> None:
    async with running(tmp_path) as sandbox:
        stranger = await sandbox.act("slack/message", "mallory", status=400, channel="C0BONDI", text="hi")
        assert stranger["error"] == "`as` must be one of: alice, priya, tom"
        elsewhere = await sandbox.act("slack/message", "tom", status=400, channel="C0BONDI", text="hi")
        assert elsewhere["error"] == "channel_not_found"
        silent = await sandbox.act("slack/message", "alice", status=400, channel="C0BONDI")
        assert silent["error"] == "`text` is missing"


async def test_the_overview_names_the_date_the_channels_and_what_is_unread(tmp_path: Path) -> None:
    async with running(tmp_path) as sandbox:
        await sandbox.act("slack/message", "alice", channel="close-kauri-export", text="hello")
        await sandbox.act("teams/message", "alice", conversation="kauri-export", text="hello")
        overview = await sandbox.read("state", "tom")
        assert (overview["business_date"], overview["firm"]) == ("2026-11-05", "Harbour & Finch")
        assert [client["id"] for client in overview["clients"]] == ["kauri-export"]
        unread = {channel["name"]: channel["unread"] for channel in overview["slack"]["channels"]}
        assert unread["close-kauri-export"] == 1
        await sandbox.act("slack/seen", "tom", channel="close-kauri-export")
        await sandbox.act("teams/seen", "tom", conversation="kauri-export")
        overview = await sandbox.read("state", "tom")
        assert {channel["unread"] for channel in overview["slack"]["channels"]} == {0}
        assert {conversation["unread"] for conversation in overview["teams"]["conversations"]} == {0}


async def test_every_change_is_told_to_open_pages(tmp_path: Path) -> None:
    async with running(tmp_path) as sandbox, sandbox.http.get(f"{sandbox.url}/page/api/events") as stream:
        await stream.content.readuntil(b"\n\n")
        await sandbox.act("slack/message", "alice", channel="C0BONDI", text="hello")
        line = await stream.content.readuntil(b"\n\n")
        notice = json.loads(line.removeprefix(b"data: "))
        assert (notice["workspace"], notice["what"], notice["channel"]) == ("slack", "message", "C0BONDI")
