"""The HTTP side of the sandbox Xero: who may come in, and the Accounting API with its headers and limits."""

import asyncio
import time
from typing import Any

from aiohttp import web

from sandbox.xero.endpoints import JSON, Request, answer, split_path
from sandbox.xero.faults import Fault
from sandbox.xero.identity import claims_of, connections, identity
from sandbox.xero.other_apis import ROOTS
from sandbox.xero.pace import TooManyError
from sandbox.xero.refusals import BadRequestError, ProblemError, RefusedError
from sandbox.xero.replay import MOST_CHARACTERS, Answer, fingerprint
from sandbox.xero.scopes import is_allowed
from sandbox.xero.simulator import Simulator
from sandbox.xero.wire import Json, encode

API = "/api.xro/2.0"
OTHER_APIS = tuple(f"/{root}/" for root in ROOTS)
_UNAVAILABLE = b"The Xero API is currently offline for maintenance"


def xero_app(simulator: Simulator) -> web.Application:
    """The application to mount at /xero; every path below it is read without regard to case."""

    async def door(request: web.Request) -> web.StreamResponse:
        path = "/" + request.match_info["tail"]
        low = path.lower()
        answered = await identity(simulator, request, low.rstrip("/"))
        if answered is not None:
            return answered
        down = simulator.faults.strike("*", request.method, path, ("down",))
        if down is not None:
            return web.Response(status=503, body=_UNAVAILABLE, content_type="text/plain")
        if low.rstrip("/") == "/connections" or low.startswith("/connections/"):
            return connections(simulator, request, low)
        if low.startswith(API):
            return await _call(simulator, request, path[len(API) :])
        if low.startswith(OTHER_APIS):
            return await _call(simulator, request, path)
        return web.Response(status=404, text="The resource you're looking for cannot be found")

    application = web.Application(client_max_size=10 * 1024 * 1024)
    application.router.add_route("*", "/{tail:.*}", door)
    return application


async def _call(simulator: Simulator, request: web.Request, path: str) -> web.StreamResponse:
    """One Accounting API call, from its token to its line in the log."""
    organisation_id = request.headers.get("Xero-Tenant-Id", "").lower()
    began = time.monotonic()
    try:
        if simulator.faults.strike(organisation_id, request.method, path, ("expired_token",)):
            raise ProblemError(401, "Unauthorized", "TokenExpired: token expired")
        claims = claims_of(simulator, request)
        organisation = simulator.store.organisation(organisation_id)
        allowed = simulator.authority.may_open(claims, organisation_id)
        if organisation is None or not allowed or not is_allowed(request.method, path, claims["scope"]):
            raise ProblemError(403, "Forbidden", "AuthenticationUnsuccessful")
        response = await _paced(simulator, request, path, organisation)
    except RefusedError as refusal:
        response = _response(_answer_of(refusal))
    _log(simulator, request, path, organisation_id, response, began)
    if response is None:
        return await _hang_up(request)
    return response


async def _paced(simulator: Simulator, request: web.Request, path: str, organisation: Json) -> web.Response | None:
    """The answer within Xero's limits; None when a rehearsed fault drops the connection."""
    identity = str(organisation["OrganisationID"])
    try:
        headers = simulator.pace.enter(identity)
    except TooManyError as limit:
        more = {"Retry-After": str(limit.retry_after), "X-Rate-Limit-Problem": limit.problem}
        return web.Response(status=429, headers=simulator.pace.headers(identity) | more)
    try:
        body = await request.read()
        fault = simulator.faults.strike(identity, request.method, path, ("drop_before", "status"))
        if fault is not None:
            return _faulty(fault)
        reply = await _once(simulator, request, path, organisation, body)
        if simulator.faults.strike(identity, request.method, path, ("drop_after",)):
            return None
        response = _response(reply)
        response.headers.update(headers)
        return response
    finally:
        simulator.pace.leave(identity)


def _faulty(fault: Fault) -> web.Response | None:
    if fault.kind == "drop_before":
        return None
    limited = {"Retry-After": "2", "X-Rate-Limit-Problem": "minute"} if fault.status == 429 else {}
    return web.Response(status=fault.status, headers=limited, text="" if limited else "An error occurred in Xero.")


async def _once(simulator: Simulator, request: web.Request, path: str, organisation: Json, body: bytes) -> Answer:
    """The answer, or the stored one of the same Idempotency-Key; a concurrent repeat waits for the first."""
    key = request.headers.get("Idempotency-Key", "")
    if not key or request.method not in ("PUT", "POST", "PATCH"):
        return await _fresh(simulator, request, path, organisation, body)
    if len(key) > MOST_CHARACTERS:
        return _answer_of(BadRequestError(f"The Idempotency-Key must be at most {MOST_CHARACTERS} characters"))
    prints = fingerprint(request.method, path + "?" + request.query_string, str(organisation["OrganisationID"]), body)
    async with simulator.replays.lock(key):
        try:
            found = simulator.replays.find(key, prints)
        except RefusedError as refusal:
            return _answer_of(refusal)
        if found is None:
            found = await _fresh(simulator, request, path, organisation, body, key=key, prints=prints)
        return found


async def _fresh(
    simulator: Simulator,
    request: web.Request,
    path: str,
    organisation: Json,
    body: bytes,
    *,
    key: str = "",
    prints: str = "",
) -> Answer:
    """Do the work now; the write and the keeping of its answer are one transaction."""
    identity = str(organisation["OrganisationID"])
    slow = simulator.faults.strike(identity, request.method, path, ("latency",))
    if slow is not None:
        await asyncio.sleep(slow.seconds)
    asked = Request(
        request.method,
        split_path(path),
        request.query,
        request.headers.get("If-Modified-Since", ""),
        body,
        accept=request.headers.get("Accept", ""),
        content_type=request.headers.get("Content-Type", ""),
    )
    session = simulator.session(simulator.store.organisation(identity) or organisation)
    if not key:
        return _do(simulator, session, asked)
    with simulator.store.transaction():
        reply = _do(simulator, session, asked)
        simulator.replays.keep(key, prints, reply)
    return reply


def _do(simulator: Simulator, session: Any, asked: Request) -> Answer:
    try:
        reply = answer(session, asked)
        return Answer(reply.status, reply.mime, reply.body)
    except RefusedError as refusal:
        return _answer_of(refusal)


def _answer_of(refusal: RefusedError) -> Answer:
    body = refusal.body()
    if isinstance(body, str):
        return Answer(refusal.status, "text/plain; charset=utf-8", body.encode())
    return Answer(refusal.status, JSON, encode(body))


def _response(reply: Answer) -> web.Response:
    return web.Response(status=reply.status, body=reply.body, headers={"Content-Type": reply.mime})


async def _hang_up(request: web.Request) -> web.StreamResponse:
    """Drop the connection without a word, as a broken network does."""
    if request.transport is not None:
        request.transport.abort()
    raise asyncio.CancelledError


def _log(
    simulator: Simulator,
    request: web.Request,
    path: str,
    organisation: str,
    response: web.Response | None,
    began: float,
) -> None:
    simulator.log.append(
        {
            "at": time.time(),
            "method": request.method,
            "path": path,
            "query": request.query_string,
            "organisation": organisation,
            "status": response.status if response is not None else 0,
            "idempotency_key": request.headers.get("Idempotency-Key", ""),
            "milliseconds": round((time.monotonic() - began) * 1000, 1),
        }
    )
