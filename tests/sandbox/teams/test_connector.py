"""The Bot Connector's REST says yes and no as Teams does."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sandbox.slack.limits import STRICT
from tests.sandbox.slack.rig import ALICE_IN_TEAMS, BONDI, DIRECTORY, Sandbox, running
from tests.sandbox.teams.test_cards import EXECUTE, TEXT, card

CARD_TYPE = "application/vnd.microsoft.card.adaptive"


async def call(sandbox: Sandbox, method: str, path: str, body: Any = None) -> tuple[int, Any]:
    """One call of the connector: status and body."""
    async with sandbox.http.request(method, f"{sandbox.url}/teams/v3/{path}", json=body) as response:
        return response.status, await response.json() if "json" in response.content_type else None


def with_card(content: Any) -> dict[str, Any]:
    """A message with a card."""
    return {"type": "message", "attachments": [{"contentType": CARD_TYPE, "content": content}]}


async def test_a_new_thread_in_a_channel_and_an_answer_in_it(tmp_path: Path) -> None:
    async with running(tmp_path) as sandbox:
        facts = {"channel": {"id": BONDI}, "tenant": {"id": DIRECTORY}}
        new = {"isGroup": True, "channelData": facts, "activity": {"type": "message", "text": "Morning digest"}}
        status, made = await call(sandbox, "POST", "conversations", new)
        assert (status, made["id"]) == (201, f"{BONDI};messageid={made['activityId']}")
        await call(sandbox, "POST", f"conversations/{made['id']}/activities", {"type": "message", "text": "One more"})
        shown = (await sandbox.read("teams/messages", "alice", conversation="bondi-coffee"))["messages"]
        assert [(m["text"], m["root"]) for m in shown] == [("Morning digest", None), ("One more", made["activityId"])]


async def test_a_personal_chat_is_found_by_directory_id(tmp_path: Path) -> None:
    async with running(tmp_path) as sandbox:
        asked = {"members": [{"id": ALICE_IN_TEAMS}], "tenantId": DIRECTORY}
        _, chat = await call(sandbox, "POST", "conversations", asked)
        await call(sandbox, "POST", f"conversations/{chat['id']}/activities", {"type": "message", "text": "Hello"})
        shown = (await sandbox.read("teams/messages", "alice", conversation="dm"))["messages"]
        assert shown[0]["text"] == "Hello"
        wrong = {"members": [{"id": ALICE_IN_TEAMS}], "tenantId": "another"}
        assert (await call(sandbox, "POST", "conversations", wrong))[0] == 403


@pytest.mark.parametrize(
    ("place", "body", "status", "code"),
    [
        ("19:nowhere@thread.tacv2", {"type": "message", "text": "x"}, 404, "ConversationNotFound"),
        (BONDI, {"type": "message"}, 400, "BadSyntax"),
        (BONDI, {"type": "trace", "text": "x"}, 400, "BadSyntax"),
        (BONDI, with_card(card({"type": "Nothing"})), 400, "BadSyntax"),
        (BONDI, {"type": "message", "text": "x" * 52_000}, 413, "MessageSizeTooBig"),
        (f"{BONDI};messageid=1", {"type": "message", "text": "x"}, 404, "ActivityNotFoundInConversation"),
    ],
)
async def test_posts_that_teams_refuses(tmp_path: Path, place: str, body: Any, status: int, code: str) -> None:
    async with running(tmp_path) as sandbox:
        answered, refusal = await call(sandbox, "POST", f"conversations/{place}/activities", body)
        assert (answered, refusal["error"]["code"]) == (status, code)


async def test_the_bot_changes_and_deletes_its_own_messages_only(tmp_path: Path) -> None:
    async with running(tmp_path) as sandbox:
        theirs = (await sandbox.act("teams/message", "alice", conversation=BONDI, text="mine"))["id"]
        path = f"conversations/{BONDI}/activities"
        assert (await call(sandbox, "PUT", f"{path}/{theirs}", {"type": "message", "text": "x"}))[0] == 403
        _, made = await call(sandbox, "POST", path, with_card(card(TEXT, actions=[EXECUTE])))
        status, _ = await call(sandbox, "PUT", f"{path}/{made['id']}", {"type": "message", "text": "changed"})
        assert status == 200
        shown = (await sandbox.read("teams/messages", "priya", conversation=BONDI))["messages"]
        assert (shown[1]["text"], shown[1]["edited"]) == ("changed", True)
        assert (await call(sandbox, "DELETE", f"{path}/{made['id']}"))[0] == 200
        assert (await call(sandbox, "PUT", f"{path}/{made['id']}", {"type": "message", "text": "x"}))[0] == 404


async def test_too_many_messages_in_one_thread_are_held_up(tmp_path: Path) -> None:
    async with running(tmp_path, limits=STRICT) as sandbox:
        path, body = f"conversations/{BONDI}/activities", {"type": "message", "text": "x"}
        statuses = [(await call(sandbox, "POST", path, body))[0] for _ in range(8)]
        assert statuses == [201] * 7 + [429]


async def test_the_roster_is_given_by_conversation(tmp_path: Path) -> None:
    async with running(tmp_path) as sandbox:
        _, there = await call(sandbox, "GET", f"conversations/{BONDI}/members")
        assert [member["name"] for member in there] == ["Alice Nguyen", "Priya Sharma"]
        assert there[0]["aadObjectId"] == ALICE_IN_TEAMS
        _, page = await call(sandbox, "GET", "conversations/19:kauri@thread.tacv2/pagedmembers")
        assert len(page["members"]) == 3
        tom = "aad00000-0000-4000-8000-000000000004"
        status, _ = await call(sandbox, "GET", f"conversations/{BONDI}/members/{tom}")
        assert status == 404
