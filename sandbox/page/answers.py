"""How the page's calls are read and refused."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Awaitable, Callable

from aiohttp import web

from sandbox.chat import ChatState
from sandbox.chat_firm import Member
from sandbox.chat_store import Json
from sandbox.slack.errors import SlackError
from sandbox.teams.acts import NotInTeams

Act = Callable[[ChatState, Json], Awaitable[Json]]


class NotPossible(Exception):  # noqa: N818 - it is an answer, not a failure
    """A call of the page that cannot be done; the text says why."""


def member_of(state: ChatState, given: Json) -> Member:
    """The member in whose name the page acts. Raises NotPossible."""
    try:
        return state.firm.member(str(given.get("as", "")))
    except KeyError:
        known = ", ".join(member.id for member in state.firm.members)
        raise NotPossible(f"`as` must be one of: {known}") from None


def wanted(given: Json, name: str) -> str:
    """A text the call needs. Raises NotPossible."""
    value = given.get(name)
    if not isinstance(value, str) or not value:
        raise NotPossible(f"`{name}` is missing")
    return value


def files_of(given: Json) -> list[tuple[str, bytes]]:
    """The files of a call: `files`, each with `name` and `content` in base64, or one `name` and `content`."""
    listed = given.get("files") or [{"name": given.get("name"), "content": given.get("content")}]
    if not isinstance(listed, list) or not all(isinstance(each, dict) for each in listed):
        raise NotPossible("`files` must be a list of name and content")
    try:
        return [(wanted(each, "name"), base64.b64decode(wanted(each, "content"), validate=True)) for each in listed]
    except binascii.Error:
        raise NotPossible("`content` is not base64") from None


def handler(state: ChatState, act: Act) -> Callable[[web.Request], Awaitable[web.Response]]:
    """An aiohttp handler around one act: its arguments from the query or the JSON body."""

    async def handle(request: web.Request) -> web.Response:
        try:
            given: Json = dict(request.query)
            if request.method == "POST":
                body = await request.json()
                given |= body if isinstance(body, dict) else {}
            return web.json_response({"ok": True, **await act(state, given)})
        except (NotPossible, NotInTeams) as why:
            return web.json_response({"ok": False, "error": str(why)}, status=400)
        except SlackError as refused:
            return web.json_response(refused.envelope(), status=400)
        except ValueError:
            return web.json_response({"ok": False, "error": "the body is not JSON"}, status=400)

    return handle
