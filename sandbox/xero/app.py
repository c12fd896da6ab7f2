"""The HTTP side of the sandbox Xero: who may come in, and the Accounting API with its headers and limits."""

import asyncio
import time
from email.utils import formatdate
from typing import Any

from aiohttp import web

from sandbox.xero.delivery import deliver, hang_up, refusing
from sandbox.xero.endpoints import JSON, Request, answer, split_path
from sandbox.xero.faults import (
    DOWN,
    DROP_AFTER,
    DROP_BEFORE,
    EXPIRED_TOKEN,
    HALF_BODY,
    LATENCY,
    REVOKED,
    SLOW_BODY,
    STATUS,
    TOO_MANY,
)
from sandbox.xero.identity import claims_of, connections, identity
from sandbox.xero.other_apis import ROOTS
from sandbox.xero.pace import TooManyError
from sandbox.xero.refusals import BadRequestError, ProblemError, RefusedError
from sandbox.xero.replay import MOST_CHARACTERS, Answer, fingerprint
from sandbox.xero.scopes import is_allowed
from sandbox.xero.simulator import Simulator
from sandbox.xero.wire import SKEW_MS, Json, encode, now_seconds

API = "/api.xro/2.0"
OTHER_APIS = tuple(f"/{root}/" for root in ROOTS)
Asked = tuple[str, str, str]
"""Organisation (empty when none is named), method and path: what a fault strikes."""
WORK = web.RequestKey("work", str)
_UNAVAILABLE = b"The Xero API is currently offline for maintenance"


def xero_app(simulator: Simulator) -> web.Application:
    """The application to mount at /xero; every path below it is read without regard to case."""

    async def door(request: web.Request) -> web.StreamResponse:
        path = "/" + request.match_info["tail"]
        asked = (request.headers.get("Xero-Tenant-Id", "").lower(), request.method, path)
        is_call = path.lower().startswith((API, *OTHER_APIS))
        SKEW_MS.set(int(simulator.faults.skew_seconds(*asked) * 1000))
        response = await (_called if is_call else _identified)(simulator, request, path, asked)
        if response is None:
            return await hang_up(request)
        response.headers["Date"] = formatdate(now_seconds(), usegmt=True)
        return await deliver(
            request, response, simulator.faults.strike(*asked, HALF_BODY, SLOW_BODY, named=not is_call)
        )

    application = web.Application(client_max_size=10 * 1024 * 1024)
    application.router.add_route("*", "/{tail:.*}", door)
    return application


async def _called(simulator: Simulator, request: web.Request, path: str, asked: Asked) -> web.Response | None:
    """The answer of the Accounting API or one beside it; None when a rehearsed fault drops the connection."""
    if simulator.faults.strike(*asked, DOWN):
        return _unavailable()
    return await _call(simulator, request, path[len(API) :] if path.lower().startswith(API) else path)


async def _identified(simulator: Simulator, request: web.Request, path: str, asked: Asked) -> web.Response | None:
    """The answer of login and identity, and of the list of connections; only faults that name the path strike here."""
    low = path.lower()
    fault = simulator.faults.strike(*asked, LATENCY, DROP_BEFORE, STATUS, TOO_MANY, named=True)
    if fault is not None and fault.kind != LATENCY:
        return None if fault.kind == DROP_BEFORE else refusing(fault, {})
    await asyncio.sleep(fault.seconds if fault else 0)
    response = await identity(simulator, request, low.rstrip("/"))
    if response is None and simulator.faults.strike(*asked, DOWN):
        return _unavailable()
    if response is None and (low.rstrip("/") == "/connections" or low.startswith("/connections/")):
        response = connections(simulator, request, low)
    if simulator.faults.strike(*asked, DROP_AFTER, named=True):
        return None
    return response or web.Response(status=404, text="The resource you're looking for cannot be found")


def _unavailable() -> web.Response:
    return web.Response(status=503, body=_UNAVAILABLE, content_type="text/plain")


async def _call(simulator: Simulator, request: web.Request, path: str) -> web.Response | None:
    """One Accounting API call, from its token to its line in the log."""
    organisation_id = request.headers.get("Xero-Tenant-Id", "").lower()
    began = time.monotonic()
    try:
        if simulator.faults.strike(organisation_id, request.method, path, EXPIRED_TOKEN):
            raise ProblemError(401, "Unauthorized", "TokenExpired: token expired")
        claims = claims_of(simulator, request)
        organisation = simulator.store.organisation(organisation_id)
        revoked = simulator.faults.strike(organisation_id, request.method, path, REVOKED)
        allowed = simulator.authority.may_open(claims, organisation_id) and not revoked
        if organisation is None or not allowed or not is_allowed(request.method, path, claims["scope"]):
            raise ProblemError(403, "Forbidden", "AuthenticationUnsuccessful")
        response = await _paced(simulator, request, path, organisation)
    except RefusedError as refusal:
        response = _response(_answer_of(refusal))
    _log(simulator, request, path, organisation_id, response, began)
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
        fault = simulator.faults.strike(identity, request.method, path, DROP_BEFORE, STATUS, TOO_MANY)
        if fault is not None:
            return None if fault.kind == DROP_BEFORE else refusing(fault, headers)
        reply = await _once(simulator, request, path, organisation, body)
        request[WORK] = "repeated" if reply.is_repeated else "done" if reply.status < 300 else "refused"
        if simulator.faults.strike(identity, request.method, path, DROP_AFTER):
            return None
        response = _response(reply)
        response.headers.update(headers)
        return response
    finally:
        simulator.pace.leave(identity)


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
    slow = simulator.faults.strike(identity, request.method, path, LATENCY)
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
            "work": request.get(WORK, "none"),
            "idempotency_key": request.headers.get("Idempotency-Key", ""),
            "milliseconds": round((time.monotonic() - began) * 1000, 1),
        }
    )
