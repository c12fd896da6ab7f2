"""The Bot Connector's REST door: what a bot calls to post, change and delete, and to ask who is there."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable

from aiohttp import web

from sandbox.chat import ChatState
from sandbox.chat_firm import Member
from sandbox.chat_store import Json
from sandbox.teams.directory import TEAM_ID, TEAM_NAME, personal_chat
from sandbox.teams.files import send_file, send_page
from sandbox.teams.pace import ThreadPace, TooFast
from sandbox.teams.posting import Refused, delete, post, update

Call = Callable[[ChatState, web.Request, ThreadPace], Awaitable[web.Response]]
LARGEST_BYTES = 100 * 1024


def teams_app(state: ChatState) -> web.Application:
    """Everything under /teams."""
    pace = ThreadPace(state.limits)

    async def download(request: web.Request) -> web.Response:
        return await send_file(state, request)

    app = web.Application(client_max_size=4 * 1024 * 1024)
    talk = "/v3/conversations/{conversation}"
    app.router.add_post("/v3/conversations", _guarded(state, pace, create))
    app.router.add_post(f"{talk}/activities", _guarded(state, pace, send))
    app.router.add_post(f"{talk}/activities/{{activity}}", _guarded(state, pace, send))
    app.router.add_put(f"{talk}/activities/{{activity}}", _guarded(state, pace, change))
    app.router.add_delete(f"{talk}/activities/{{activity}}", _guarded(state, pace, remove))
    app.router.add_get(f"{talk}/members", _guarded(state, pace, members))
    app.router.add_get(f"{talk}/pagedmembers", _guarded(state, pace, paged_members))
    app.router.add_get(f"{talk}/members/{{member}}", _guarded(state, pace, one_member))
    app.router.add_get(f"{talk}/activities/{{activity}}/members", _guarded(state, pace, members))
    app.router.add_get("/v3/teams/{team}", _guarded(state, pace, team))
    app.router.add_get("/v3/teams/{team}/conversations", _guarded(state, pace, team_channels))
    app.router.add_get("/personal/{member}/_layouts/15/download.aspx", download)
    app.router.add_get("/personal/{member}/Documents/{rest:.*}", send_page)
    app.cleanup_ctx.append(lambda _: _linked(state))
    return app


async def _linked(state: ChatState) -> AsyncIterator[None]:
    await state.bot_link.start()
    yield
    await state.bot_link.stop()


def _guarded(state: ChatState, pace: ThreadPace, call: Call) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def handle(request: web.Request) -> web.Response:
        try:
            return await call(state, request, pace)
        except Refused as no:
            return web.json_response({"error": {"code": no.code, "message": no.words}}, status=no.status)
        except TooFast as wait:
            error = {"error": {"code": "TooManyRequests", "message": "Too many requests in this thread."}}
            return web.json_response(error, status=429, headers={"Retry-After": str(wait.seconds)})

    return handle


async def _body(request: web.Request) -> Json:
    try:
        body = json.loads(await request.text())
    except ValueError:
        raise Refused(400, "BadSyntax", "The request body is not JSON.") from None
    if not isinstance(body, dict):
        raise Refused(400, "BadSyntax", "The request body is not an object.")
    if len(json.dumps(body, ensure_ascii=False).encode("utf-16-le")) > LARGEST_BYTES:
        raise Refused(413, "MessageSizeTooBig", "Message size too large.")
    return body


def _place(state: ChatState, request: web.Request) -> tuple[Json, str | None]:
    """The conversation of a path and the thread it names. Raises ConversationNotFound."""
    base, _, root = request.match_info["conversation"].partition(";messageid=")
    found = state.teams.conversations.get(base)
    if base == TEAM_ID and request.method == "GET":  # the roster of a team is asked under the team's own id
        found = {"id": TEAM_ID, "kind": "channel", "name": TEAM_NAME, "members": list(state.teams.people)}
    if found is None:
        raise Refused(404, "ConversationNotFound", "Conversation not found.")
    return found, root or None


async def create(state: ChatState, request: web.Request, pace: ThreadPace) -> web.Response:
    """POST v3/conversations: a new thread in a channel, or the chat with one person."""
    body = await _body(request)
    facts = body.get("channelData") or {}
    directory = body.get("tenantId") or (facts.get("tenant") or {}).get("id")
    if directory not in (None, state.firm.directory_id):
        raise Refused(403, "Forbidden", "The bot is not installed in this directory.")
    channel = (facts.get("channel") or {}).get("id") or facts.get("teamsChannelId")
    if channel:
        conversation = state.teams.conversations.get(str(channel))
        if conversation is None:
            raise Refused(404, "ConversationNotFound", "Conversation not found.")
        pace.count(conversation["id"])
        made = await post(state, conversation, body.get("activity") or {}, root=None)
        answer = {"id": f"{conversation['id']};messageid={made}", "activityId": made}
        return web.json_response(answer | {"serviceUrl": f"{state.base_url}/teams/"}, status=201)
    people = body.get("members") or []
    if body.get("isGroup") or len(people) != 1:
        raise Refused(400, "BadSyntax", "Bad format of conversation: exactly one member or a channel is needed.")
    member = _member(state, str(people[0].get("id")))
    chat = state.teams.conversations.get(personal_chat(member)) or {}
    answer = {"id": chat["id"], "serviceUrl": f"{state.base_url}/teams/"}
    if body.get("activity"):
        answer["activityId"] = await post(state, chat, body["activity"], root=None)
    return web.json_response(answer, status=201)


async def send(state: ChatState, request: web.Request, pace: ThreadPace) -> web.Response:
    """POST …/activities and …/activities/{id}: say something, in the thread named."""
    body = await _body(request)
    conversation, root = _place(state, request)
    pace.count(request.match_info["conversation"])
    answered = request.match_info.get("activity")
    if conversation["kind"] == "channel" and root is None and answered:
        held = state.teams.activities(conversation["id"]).get(answered)
        root = (held.get("root") or answered) if held else None
    made = await post(state, conversation, body, root=root if conversation["kind"] == "channel" else None)
    return web.json_response({"id": made}, status=201)


async def change(state: ChatState, request: web.Request, pace: ThreadPace) -> web.Response:
    """PUT …/activities/{id}: replace a message of the bot for everybody."""
    body = await _body(request)
    conversation, _ = _place(state, request)
    pace.count(request.match_info["conversation"])
    return web.json_response({"id": await update(state, conversation, request.match_info["activity"], body)})


async def remove(state: ChatState, request: web.Request, _: ThreadPace) -> web.Response:
    """DELETE …/activities/{id}."""
    conversation, _root = _place(state, request)
    await delete(state, conversation, request.match_info["activity"])
    return web.Response(status=200)


def _member(state: ChatState, reference: str, conversation: Json | None = None) -> Member:
    for mri, member in state.teams.people.items():
        is_there = conversation is None or mri in conversation["members"]
        if reference in (mri, member.teams_user) and is_there:
            return member
    raise Refused(404, "MemberNotFoundInConversation", "Member not found in conversation.")


def _described(state: ChatState, member: Member) -> Json:
    first, _, last = member.name.partition(" ")
    names = {"name": member.name, "givenName": first, "surname": last, "email": member.email}
    ids = {"id": state.teams.mri(member), "objectId": member.teams_user, "aadObjectId": member.teams_user}
    more = {"userPrincipalName": member.email, "tenantId": state.firm.directory_id, "userRole": "user"}
    return {**ids, **names, **more}


async def members(state: ChatState, request: web.Request, _: ThreadPace) -> web.Response:
    """GET …/members: everybody in the conversation."""
    conversation, _root = _place(state, request)
    return web.json_response([_described(state, state.teams.people[mri]) for mri in conversation["members"]])


async def paged_members(state: ChatState, request: web.Request, _: ThreadPace) -> web.Response:
    """GET …/pagedmembers."""
    conversation, _root = _place(state, request)
    return web.json_response({"members": [_described(state, state.teams.people[m]) for m in conversation["members"]]})


async def one_member(state: ChatState, request: web.Request, _: ThreadPace) -> web.Response:
    """GET …/members/{id}: by Teams id or directory object id."""
    conversation, _root = _place(state, request)
    return web.json_response(_described(state, _member(state, request.match_info["member"], conversation)))


async def team(state: ChatState, request: web.Request, _: ThreadPace) -> web.Response:
    """GET v3/teams/{id}."""
    if request.match_info["team"] != TEAM_ID:
        raise Refused(404, "TeamNotFound", "Team not found.")
    channels = [c for c in state.teams.conversations.all() if c["kind"] == "channel"]
    counted = {"channelCount": len(channels), "memberCount": len(state.teams.people)}
    return web.json_response({"id": TEAM_ID, "name": TEAM_NAME, **counted})


async def team_channels(state: ChatState, request: web.Request, _: ThreadPace) -> web.Response:
    """GET v3/teams/{id}/conversations."""
    if request.match_info["team"] != TEAM_ID:
        raise Refused(404, "TeamNotFound", "Team not found.")
    channels = [c for c in state.teams.conversations.all() if c["kind"] == "channel"]
    return web.json_response({"conversations": [{"id": c["id"], "name": c["name"]} for c in channels]})
