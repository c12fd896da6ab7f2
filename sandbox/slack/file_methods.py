"""files.*: uploading in three steps, sharing, reading."""

from __future__ import annotations

import base64
import mimetypes
import time
from typing import TYPE_CHECKING

from aiohttp import web

from sandbox.chat_store import Json
from sandbox.slack.arguments import Arguments
from sandbox.slack.errors import SlackError
from sandbox.slack.message_methods import bot_message, channel_of_bot, tell_dm
from sandbox.slack.payloads import message_event
from sandbox.slack.workspace import BOT_TOKEN, BOT_USER, new_id

if TYPE_CHECKING:
    from sandbox.chat import ChatState


def new_file(state: ChatState, user: str, name: str, content: bytes | None, title: str | None = None) -> Json:
    """Keep a file; its content may follow."""
    file_id = new_id("F")
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    url = f"{state.base_url}/slack/files/{file_id}/{name}"
    ending = name.rpartition(".")[2].lower() if "." in name else "binary"
    shown = {"id": file_id, "name": name, "title": title or name, "mimetype": kind, "filetype": ending}
    stamp = {"created": int(time.time()), "timestamp": int(time.time()), "size": len(content or b"")}
    urls = {"url_private": url, "url_private_download": url, "permalink": url}
    where: Json = {"channels": [], "groups": [], "ims": [], "shares": {}, "is_external": False, "mode": "hosted"}
    described = {**shown, "user": user, "pretty_type": ending.upper(), **stamp, **urls, **where}
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
        message["files"] = [share(state, file, channel, message["ts"]) for file in shared]
        state.slack.keep(channel["id"], message)
        tell_dm(state, channel, message_event(message, channel, "message"))
    return {"files": shared}


def _uploaded(state: ChatState, entry: Json) -> Json:
    kept = state.slack.files.get(str(entry.get("id")))
    if kept is None or kept["content"] is None:
        raise SlackError("file_not_found")
    file: Json = {**kept["file"], "title": entry.get("title") or kept["file"]["title"]}
    return file


def share(state: ChatState, file: Json, channel: Json, ts: str) -> Json:
    """Note that a file was shown in a channel; the file as it then is."""
    place = "ims" if channel["user"] else "channels"
    shared = {**file, place: [*file[place], channel["id"]]}
    shared["shares"] = {"private" if channel["user"] else "public": {channel["id"]: [{"ts": ts}]}}
    kept = state.slack.files.get(file["id"])
    state.slack.files.put(file["id"], {"file": shared, "content": kept["content"] if kept else None})
    return shared


async def file_info(state: ChatState, arguments: Arguments) -> Json:
    """files.info."""
    kept = state.slack.files.get(arguments.required("file", "file_not_found"))
    if kept is None:
        raise SlackError("file_not_found")
    return {"file": kept["file"], "comments": [], "response_metadata": {"next_cursor": ""}}


async def send_file(state: ChatState, request: web.Request) -> web.Response:
    """The bytes of a file: to the bot with its token, to the page by its own mark."""
    header = request.headers.get("Authorization", "")
    from_page = request.headers.get("Sec-Fetch-Site") == "same-origin"
    if header != f"Bearer {BOT_TOKEN}" and not from_page:
        raise web.HTTPFound(f"{state.base_url}/")  # Slack shows its sign-in page, with status 200
    kept = state.slack.files.get(request.match_info["file_id"])
    if kept is None or kept["content"] is None:
        raise web.HTTPNotFound
    headers = {"Content-Disposition": "attachment", "X-Content-Type-Options": "nosniff"}
    return web.Response(body=base64.b64decode(kept["content"]), content_type=kept["file"]["mimetype"], headers=headers)


METHODS = {
    "files.getUploadURLExternal": where_to_upload,
    "files.completeUploadExternal": complete_upload,
    "files.info": file_info,
}
