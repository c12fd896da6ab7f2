"""Files sent to the bot in Teams: from a chat they reach the desk, in a channel people are asked into the chat."""

from __future__ import annotations

import asyncio
import base64
from pathlib import Path
from typing import Any

import pytest

from books.refusal import Refusal
from bot import fetching
from bot.surface import Answered
from bot.teams import files
from bot.teams.references import may_fetch
from sandbox.teams.activities import activity
from tests.bot.rig import Desk, eventually, refusing, words
from tests.bot.teams.test_surface import InTeams, in_teams, text
from tests.sandbox.slack.rig import ALICE_IN_TEAMS, BONDI, DIRECTORY

CSV = b"Date,Amount\n01/10/2026,-12.50\n"
READ = Answered(words("Bondi: 1 bank line"))


async def drop(teams: InTeams, who: str, conversation: str = "dm", content: bytes = CSV, **more: Any) -> dict[str, Any]:
    given = {"name": "Okt & Nov.csv", "content": base64.b64encode(content).decode(), **more}
    return await teams.sandbox.act("teams/file", who, conversation=conversation, **given)


async def test_a_file_in_the_chat_reaches_the_desk_with_the_words_beside_it(tmp_path: Path) -> None:
    async with in_teams(tmp_path, Desk(answered=READ)) as teams:
        await drop(teams, "alice", text="this is Bondi")
        assert "Bondi: 1 bank line" in text(await eventually(lambda: teams.said("dm")))
        (dropped,) = teams.desk.drops
        assert (dropped.name, dropped.content, dropped.text) == ("Okt & Nov.csv", CSV, "this is Bondi")
        assert dropped.is_direct
        assert (dropped.speaker.workspace, dropped.speaker.user) == (DIRECTORY, ALICE_IN_TEAMS)
        assert teams.desk.asks == [], "what is said with a file is no question"


async def test_a_file_without_a_word_is_heard_and_several_are_each_answered(tmp_path: Path) -> None:
    async with in_teams(tmp_path, Desk(answered=READ)) as teams:
        some = [{"name": f"{n}.csv", "content": base64.b64encode(CSV + str(n).encode()).decode()} for n in range(3)]
        await drop(teams, "alice", files=some)

        async def three() -> bool:
            return len(await teams.said("dm")) == 3

        await eventually(three)
        assert [(each.name, each.content) for each in teams.desk.drops] == [
            (f"{n}.csv", CSV + str(n).encode()) for n in range(3)
        ]


async def test_in_a_channel_the_bot_gets_no_file_and_says_where_to_drop_it(tmp_path: Path) -> None:
    async with in_teams(tmp_path) as teams:
        sent = await drop(teams, "alice", BONDI, text="@Tieout October")
        (answer,) = await eventually(lambda: teams.said(BONDI))
        assert "Drop the file in our own chat and name the client" in answer["text"]
        assert answer["root"] == sent["id"]
        assert (teams.desk.drops, teams.desk.asks) == ([], [])


async def test_an_activity_that_comes_again_is_taken_once(tmp_path: Path) -> None:
    async with in_teams(tmp_path, Desk(answered=READ)) as teams:
        state = teams.sandbox.state
        sent = await drop(teams, "alice")
        await eventually(lambda: teams.said("dm"))
        member = state.firm.member("alice")
        chat = next(c for c in state.teams.conversations.all() if c["kind"] == "personal" and "alice" in c["id"])
        held = state.teams.activities(chat["id"]).get(sent["id"])
        assert held is not None
        again = activity(state, member, chat, "message", id=sent["id"], attachments=held["attachments"])
        assert (await state.bot_link.post(again)).is_good
        await asyncio.sleep(0.3)
        assert len(teams.desk.drops) == 1


async def test_what_takes_long_says_so_and_becomes_the_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "PATIENCE_SECONDS", 0.02)
    async with in_teams(tmp_path, Desk(answered=READ, seconds=0.4)) as teams:
        await drop(teams, "alice")
        assert (await eventually(lambda: teams.said("dm")))[0]["text"] == "Reading the statement…"

        async def replaced() -> bool:
            return "Bondi: 1 bank line" in text(await teams.said("dm"))

        await eventually(replaced)
        assert len(await teams.said("dm")) == 1


async def test_who_may_not_is_told_so_and_nothing_is_fetched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "fetch", None)
    no = Refusal("I cannot tell which client this file is for.", next_step="Say which.", code="which_client")
    async with in_teams(tmp_path, Desk(not_admitted=no)) as teams:
        await drop(teams, "alice")
        assert "Say which." in text(await eventually(lambda: teams.said("dm")))


async def test_a_refusal_and_a_file_too_large_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "LARGEST_BYTES", 1024 * 1024)
    async with in_teams(tmp_path, Desk(raises=refusing("Row 3 has no date."))) as teams:
        await drop(teams, "alice", content=b"1" * (1024 * 1024 + 1))
        assert "has more than 1 MB" in text(await eventually(lambda: teams.said("dm")))
        assert teams.desk.drops == []
        await drop(teams, "priya")
        assert "Row 3 has no date." in text(await eventually(lambda: teams.said("dm", "priya")))


async def test_an_address_that_is_no_longer_good_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sandbox.teams.files.VALID_SECONDS", -1.0)
    async with in_teams(tmp_path) as teams:
        await drop(teams, "alice")
        assert "could not be fetched" in text(await eventually(lambda: teams.said("dm")))


async def test_nothing_is_fetched_from_another_host(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "fetch", None)
    async with in_teams(tmp_path) as teams:
        state = teams.sandbox.state
        member = state.firm.member("alice")
        chat = next(c for c in state.teams.conversations.all() if c["kind"] == "personal" and "alice" in c["id"])
        for facts in ({"downloadUrl": "http://169.254.169.254/latest"}, {"downloadUrl": None}, "no facts"):
            attached = [{"contentType": files.FILE_TYPE, "name": "x.csv", "content": facts}]
            await state.bot_link.post(activity(state, member, chat, "message", attachments=attached))

        async def three() -> bool:
            return (
                text(await teams.said("dm")).count("does not lie in Teams itself, so Tieout does not fetch it. ") >= 3
            )

        await eventually(three)
        assert teams.desk.drops == []


@pytest.mark.parametrize(
    ("url", "is_good"),
    [
        ("https://harbourfinch-my.sharepoint.com/personal/alice/_layouts/15/download.aspx?UniqueId=1&tempauth=x", True),
        ("https://harbourfinch-my.sharepoint.com:443/x", True),
        ("http://harbourfinch-my.sharepoint.com/x", False),
        ("https://sharepoint.com.evil.example/x", False),
        ("https://evilsharepoint.com/x", False),
        ("https://a@harbourfinch-my.sharepoint.com/x", False),
        ("https://harbourfinch-my.sharepoint.com:8443/x", False),
        ("https://evil.example\\.sharepoint.com/x", False),
        ("https://127.0.0.1/x", False),
        ("", False),
    ],
)
def test_real_files_come_from_microsofts_file_store_alone(url: str, is_good: bool) -> None:
    assert may_fetch(url, ()) is is_good
    assert not may_fetch(url, ("http://127.0.0.1:8300/teams/",)), "a pinned installation fetches nowhere else"
