"""files.*: uploading in three steps, sharing, reading."""

from __future__ import annotations

import base64
import mimetypes
import time
from typing import TYPE_CHECKING
from urllib.parse import quote

from aiohttp import web

from sandbox.chat_store import Json
from sandbox.slack.arguments import Arguments
from sandbox.slack.errors import SlackError
from sandbox.slack.message_methods import bot_message, channel_of_bot, tell_dm
from sandbox.slack.payloads import message_event
from sandbox.slack.workspace import BOT_TOKEN, BOT_USER, new_id

if TYPE_CHECKING:
    from sandbox.chat import ChatState


ONLY_IN_INFO = ("shares", "channels", "groups", "ims")
"""What files.info says of a file and a message does not."""


def new_file(state: ChatState, user: str, name: str, content: bytes | None, title: str | None = None) -> Json:
    """Keep a file; its content may follow."""
    file_id = new_id("F")
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    place, named = f"{state.base_url}/slack/files-pri/{state.slack.team}-{file_id}", quote(name)
    ending = name.rpartition(".")[2].lower() if "." in name else "binary"
    now = int(time.time())
    described: Json = {
        "id": file_id, "created": now, "timestamp": now, "name": name, "title": title or name, "mimetype": kind,
        "filetype": ending, "pretty_type": ending.upper(), "user": user, "user_team": state.slack.team,
        "editable": False, "size": len(content or b""), "mode": "hosted", "is_external": False, "external_type": "",
        "is_public": False, "public_url_shared": False, "display_as_bot": False, "username": "",
        "url_private": f"{place}/{named}", "url_private_download": f"{place}/download/{named}",
        "permalink": f"{state.base_url}/slack/files/{user}/{file_id}/{named}", "has_rich_preview": False,
        "file_access": "visible", "shares": {}, "channels": [], "groups": [], "ims": [],
    }  # fmt: skip
    kept = {"file": described, "content": None if content is None else base64.b64encode(content).decode()}
    state.slack.files.put(file_id, kept)
    return described


async def where_to_upload(state: ChatState, arguments: Arguments) -> Json:
    """files.getUploadURLExternal."""
    name = arguments.required("filename", "missing_argument")
    if not arguments.required("length", "missing_argument").isdigit():
        raise SlackError("invalid_arguments")
    file = new_file(state, BOT_USER, name.replace("/", "_"), None)
    return {"upload_url": f"{state.base_url}/slack/upload/{file['id']}", "file_id": file["id"]}


async def receive_upload(state: ChatState, request: web.Request) -> web.Response:
    """The second step: the bytes, raw or as a form."""
    kept = state.slack.files.get(request.match_info["file_id"])
    if kept is None:
        raise web.HTTPNotFound
    if request.content_type.startswith("multipart/"):
        fields = (await request.post()).values()
        parts = [field.file.read() for field in fields if isinstance(field, web.FileField)]
        content = parts[0] if parts else b""
    else:
        content = await request.read()
    file = {**kept["file"], "size": len(content)}
    state.slack.files.put(file["id"], {"file": file, "content": base64.b64encode(content).decode()})
    return web.Response(text=f"OK - {len(content)}")


async def complete_upload(state: ChatState, arguments: Arguments) -> Json:
    """files.completeUploadExternal: shares the files in a channel when one is named."""
    named = arguments.structure("files", "invalid_arguments")
    if not isinstance(named, list) or not named:
        raise SlackError("invalid_arguments")
    shared = [_uploaded(state, entry) for entry in named]
    if arguments.text("channel_id"):
        channel = channel_of_bot(state, arguments, "channel_id")
        words = {"text": arguments.text("initial_comment") or "", "files": shared, "upload": True}
        message = bot_message(state, words) | {"subtype": "file_share", "ts": state.slack.new_ts()}
        if arguments.text("thread_ts"):
            message["thread_ts"] = arguments.text("thread_ts")
        message["files"] = [share(state, file, channel, message["ts"], arguments.text("thread_ts")) for file in shared]
        state.slack.keep(channel["id"], message)
        tell_dm(state, channel, message_event(message, channel, "message"))
    return {"files": shared}


def _uploaded(state: ChatState, entry: Json) -> Json:
    kept = state.slack.files.get(str(entry.get("id")))
    if kept is None or kept["content"] is None:
        raise SlackError("file_not_found")
    file: Json = {**kept["file"], "title": entry.get("title") or kept["file"]["title"]}
    return file


def share(state: ChatState, file: Json, channel: Json, ts: str, thread_ts: str | None = None) -> Json:
    """Note that a file was shown in a channel; the file as messages and their events carry it."""
    place, reach = ("ims", "private") if channel["user"] else ("channels", "public")
    entry = {"ts": ts, "channel_name": channel["name"], "team_id": state.slack.team, "share_user_id": file["user"]}
    entry |= {"source": "UNKNOWN"} | ({"thread_ts": thread_ts} if thread_ts else {})
    shared = {**file, place: [*file[place], channel["id"]], "is_public": file["is_public"] or reach == "public"}
    shares = {kind: dict(held) for kind, held in file["shares"].items()}
    shares.setdefault(reach, {})[channel["id"]] = [*shares.get(reach, {}).get(channel["id"], []), entry]
    shared["shares"] = shares
    kept = state.slack.files.get(file["id"])
    state.slack.files.put(file["id"], {"file": shared, "content": kept["content"] if kept else None})
    return {name: held for name, held in shared.items() if name not in ONLY_IN_INFO}


def _seen_by_bot(state: ChatState, file_id: str) -> Json | None:
    """A file as it is kept, if the bot may see it: its own, or one shown where it is a member."""
    kept = state.slack.files.get(file_id)
    if kept is None:
        return None
    places = [state.slack.channels.get(place) or {} for place in (*kept["file"]["channels"], *kept["file"]["ims"])]
    is_seen = kept["file"]["user"] == BOT_USER or any(BOT_USER in place.get("members", ()) for place in places)
    return kept if is_seen else None


async def file_info(state: ChatState, arguments: Arguments) -> Json:
    """files.info: what the bot may not see is not found."""
    kept = _seen_by_bot(state, arguments.required("file", "file_not_found"))
    if kept is None:
        raise SlackError("file_not_found")
    return {"file": kept["file"], "comments": [], "response_metadata": {"next_cursor": ""}}


async def send_file(state: ChatState, request: web.Request) -> web.Response:
    """The bytes of a file: to the bot with its token in the header, to the page by its own mark."""
    header = request.headers.get("Authorization", "")
    from_page = request.headers.get("Sec-Fetch-Site") == "same-origin"
    if header != f"Bearer {BOT_TOKEN}" and not from_page:
        raise web.HTTPFound(f"{state.base_url}/")  # Slack shows its sign-in page, with status 200
    team, _, file_id = request.match_info["file"].partition("-")
    kept = state.slack.files.get(file_id) if from_page else _seen_by_bot(state, file_id)
    if team != state.slack.team or kept is None or kept["content"] is None:
        raise web.HTTPNotFound
    headers = {"Content-Disposition": "attachment", "X-Content-Type-Options": "nosniff"}
    return web.Response(body=base64.b64decode(kept["content"]), content_type=kept["file"]["mimetype"], headers=headers)


METHODS = {
    "files.getUploadURLExternal": where_to_upload,
    "files.completeUploadExternal": complete_upload,
    "files.info": file_info,
}
