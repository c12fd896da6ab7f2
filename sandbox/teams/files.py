"""Files in the local Teams: what a member sends to the bot lies in their own store, at an address good for minutes."""

from __future__ import annotations

import base64
import secrets
import time
import uuid
from typing import TYPE_CHECKING
from urllib.parse import quote

from aiohttp import web

from sandbox.chat_firm import Member
from sandbox.chat_store import Json

if TYPE_CHECKING:
    from sandbox.chat import ChatState

FILE_TYPE = "application/vnd.microsoft.teams.file.download.info"
VALID_SECONDS = 300.0


def keep_file(state: ChatState, member: Member, name: str, content: bytes) -> Json:
    """Keep a file and make the attachment that a chat with the bot carries; `downloadUrl` needs no other permission."""
    unique, permission = str(uuid.uuid4()).upper(), secrets.token_urlsafe(24)
    kept = {"name": name, "content": base64.b64encode(content).decode(), "permission": permission}
    state.teams.files.put(unique, {**kept, "until": time.time() + VALID_SECONDS})
    place = f"{state.base_url}/teams/personal/{quote(member.id)}"
    ending = name.rpartition(".")[2].lower() if "." in name else ""
    return {
        "contentType": FILE_TYPE,
        "contentUrl": f"{place}/Documents/Microsoft%20Teams%20Chat%20Files/{quote(name)}",
        "name": name,
        "content": {
            "downloadUrl": f"{place}/_layouts/15/download.aspx?UniqueId={unique}&tempauth={permission}",
            "uniqueId": unique,
            "fileType": ending,
        },
    }


async def send_file(state: ChatState, request: web.Request) -> web.Response:
    """The bytes, to whoever has the address while it is good; a bearer token of another service is refused."""
    kept = state.teams.files.get(request.query.get("UniqueId", ""))
    permission = request.query.get("tempauth", "")
    if kept is None or not secrets.compare_digest(str(kept["permission"]).encode(), permission.encode()):
        raise web.HTTPUnauthorized
    if time.time() > float(kept["until"]) or "Authorization" in request.headers:
        raise web.HTTPUnauthorized
    headers = {"Content-Disposition": "attachment", "X-Content-Type-Options": "nosniff"}
    return web.Response(
        body=base64.b64decode(kept["content"]), content_type="application/octet-stream", headers=headers
    )


async def send_page(_: web.Request) -> web.Response:
    """`contentUrl` is a page for people who are signed in; to a bot it shows the way to sign in."""
    raise web.HTTPForbidden
