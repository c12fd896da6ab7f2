"""How an answer goes out: whole, cut in half, a few bytes at a time, or not at all."""

import asyncio

from aiohttp import web

from sandbox.xero.faults import HALF_BODY, LIMITS, SLOW_BODY, TOO_MANY, Fault

PIECES = 8


async def deliver(request: web.Request, response: web.Response, fault: Fault | None) -> web.StreamResponse:
    """The answer as the network lets it through; all the work is done by now."""
    body = response.body if isinstance(response.body, bytes) else b""
    if fault is not None and fault.kind == HALF_BODY:
        return await _cut(request, response, body)
    if fault is not None and fault.kind == SLOW_BODY:
        return await _trickle(request, response, body, fault.seconds)
    return response


async def hang_up(request: web.Request) -> web.StreamResponse:
    """Drop the connection without a word, as a broken network does."""
    if request.transport is not None:
        request.transport.abort()
    raise asyncio.CancelledError


def refusing(fault: Fault, remaining: dict[str, str]) -> web.Response:
    """The error status of a `status` or `too_many` fault; nothing was done."""
    if fault.kind != TOO_MANY and fault.status != 429:
        return web.Response(status=fault.status, text="An error occurred in Xero.")
    used_up, usual = LIMITS[fault.limit]
    told = {"Retry-After": str(int(fault.seconds) or usual), "X-Rate-Limit-Problem": fault.limit}
    return web.Response(status=429, headers=remaining | told | ({used_up: "0"} if used_up else {}))


async def _begun(request: web.Request, response: web.Response, body: bytes) -> web.StreamResponse:
    """The status line and headers are out, the right Content-Length among them."""
    stream = web.StreamResponse(status=response.status, headers=response.headers)
    stream.content_length = len(body)
    await stream.prepare(request)
    return stream


async def _cut(request: web.Request, response: web.Response, body: bytes) -> web.StreamResponse:
    """Half of the promised bytes, and then the connection ends."""
    if len(body) < 2:
        return await hang_up(request)
    stream = await _begun(request, response, body)
    await stream.write(body[: len(body) // 2])
    if request.transport is not None:
        request.transport.close()  # lets out what was written, unlike abort()
    raise asyncio.CancelledError


async def _trickle(request: web.Request, response: web.Response, body: bytes, seconds: float) -> web.StreamResponse:
    """All of it, in small pieces spread over so many seconds."""
    stream = await _begun(request, response, body)
    step = max(1, -(-len(body) // PIECES))
    try:
        for place in range(0, len(body), step):
            await asyncio.sleep(seconds / PIECES)
            await stream.write(body[place : place + step])
        await stream.write_eof()
    except ConnectionError:
        return await hang_up(request)  # the caller has given up
    return stream
