"""What login.xero.com, identity.xero.com and the list of connections answer: consent, tokens, revocation."""

from typing import Any
from urllib.parse import urlencode, urlsplit

from aiohttp import web

from sandbox.xero.consent import consent_page, problem_page
from sandbox.xero.markup import POLICY
from sandbox.xero.refusals import NotFoundError, ProblemError, RefusedError
from sandbox.xero.scopes import is_known
from sandbox.xero.simulator import Simulator
from sandbox.xero.tokens import CLIENTS, TokenRefusedError, client_of
from sandbox.xero.wire import encode

_LOOPBACK = ("127.0.0.1", "localhost", "::1")


async def identity(simulator: Simulator, request: web.Request, path: str) -> web.Response | None:
    """The answer when the path (small letters, no slash at its end) is one of these; None when it is not."""
    if path in ("/authorize", "/identity/connect/authorize"):
        return await _authorize(simulator, request)
    if path == "/connect/token":
        return await _token(simulator, request)
    if path == "/connect/revocation":
        return await _revocation(simulator, request)
    return None


def claims_of(simulator: Simulator, request: web.Request) -> dict[str, Any]:
    """What the request's access token allows; raises ProblemError 401."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    claims = simulator.authority.claims(token.strip()) if scheme.lower() == "bearer" else None
    if claims is None:
        raise ProblemError(401, "Unauthorized", "AuthenticationUnsuccessful")
    return claims


def connections(simulator: Simulator, request: web.Request, path: str) -> web.Response:
    """GET /connections, and DELETE /connections/{id}."""
    try:
        claims = claims_of(simulator, request)
        one = path.removeprefix("/connections").strip("/")
        if request.method == "DELETE" and one:
            if not simulator.authority.disconnect(claims, one):
                raise NotFoundError
            return web.Response(status=204)
        if request.method != "GET" or one:
            raise NotFoundError
        event = request.query.get("authEventId", "").lower()
        rows = simulator.authority.connections(claims, event)
        standing = [row for row in rows if not simulator.faults.is_revoked(row["tenantId"])]
        return web.Response(body=encode(standing), content_type="application/json")
    except RefusedError as refusal:
        body = refusal.body()
        if isinstance(body, str):
            return web.Response(status=refusal.status, text=body)
        return web.json_response(body, status=refusal.status)


async def _token(simulator: Simulator, request: web.Request) -> web.Response:
    form = {key: str(value) for key, value in (await request.post()).items()}
    try:
        client = client_of(form, request.headers.get("Authorization", ""))
        return web.json_response(simulator.authority.issue(client, form))
    except TokenRefusedError as error:
        return web.json_response({"error": error.error}, status=error.status)


async def _revocation(simulator: Simulator, request: web.Request) -> web.Response:
    form = {key: str(value) for key, value in (await request.post()).items()}
    try:
        client = client_of(form, request.headers.get("Authorization", ""))
    except TokenRefusedError as error:
        return web.json_response({"error": error.error}, status=error.status)
    simulator.authority.revoke(client, form.get("token", ""))
    return web.Response()


async def _authorize(simulator: Simulator, request: web.Request) -> web.Response:
    """The consent page, and what the person's button does."""
    posted = await request.post() if request.method == "POST" else None
    asked = {name: str(value) for name, value in (request.query if posted is None else posted).items()}
    problem = _problem(asked)
    if problem:
        return _html(problem_page(problem), status=400)
    if posted is None:
        body = consent_page(asked, simulator.store.organisations())
        return _html(body, to=asked["redirect_uri"])
    origin = request.headers.get("Origin")
    if origin is not None and urlsplit(origin).netloc != request.host:
        return web.Response(status=403, text="This form was sent from another site.")
    return _decided(simulator, asked, [str(one) for one in posted.getall("organisation", [])])


def _decided(simulator: Simulator, asked: dict[str, str], chosen: list[str]) -> web.Response:
    back = {"state": asked["state"]} if "state" in asked else {}
    if asked.get("decision") != "allow":
        return _back(asked, {"error": "access_denied"} | back)
    known = {str(one["OrganisationID"]).lower() for one in simulator.store.organisations()}
    organisations = [one for one in chosen if one.lower() in known]
    if not organisations:
        body = consent_page(asked, simulator.store.organisations(), nothing_chosen=True)
        return _html(body, to=asked["redirect_uri"], status=400)
    code = simulator.authority.allow(
        asked["client_id"], asked["scope"], organisations, asked["redirect_uri"], asked.get("code_challenge", "")
    )
    return _back(asked, {"code": code, "scope": asked["scope"]} | back)


def _back(asked: dict[str, str], answer: dict[str, str]) -> web.Response:
    joint = "&" if urlsplit(asked["redirect_uri"]).query else "?"
    headers = {"Location": f"{asked['redirect_uri']}{joint}{urlencode(answer)}", "Cache-Control": "no-store"}
    return web.Response(status=302, headers=headers)


def _problem(asked: dict[str, str]) -> str:
    """Why Xero shows an error page in place of the question, or nothing."""
    client, redirect = asked.get("client_id", ""), urlsplit(asked.get("redirect_uri", ""))
    if client not in CLIENTS:
        return "unauthorized_client: Unknown client or client not enabled"
    if redirect.scheme not in ("http", "https") or redirect.hostname not in _LOOPBACK or redirect.fragment:
        return "unauthorized_client: Invalid redirect_uri. The sandbox leads back to this machine only."
    if asked.get("response_type") != "code":
        return "unsupported_response_type: response_type must be code"
    unknown = [scope for scope in asked.get("scope", "").split() if not is_known(scope)]
    if unknown or not asked.get("scope", "").strip():
        return f"unauthorized_client: Invalid scope for client ({' '.join(unknown)})"
    if asked.get("code_challenge") and asked.get("code_challenge_method") != "S256":
        return "invalid_request: Transform algorithm not supported"
    if not CLIENTS[client] and not asked.get("code_challenge"):
        return "invalid_request: code challenge required"
    return ""


def _html(whole: str, *, to: str = "", status: int = 200) -> web.Response:
    """A page whose form may end at the app's own address: a browser counts the redirect after a form as the form's."""
    parts = urlsplit(to)
    policy = (
        POLICY.replace("form-action 'self'", f"form-action 'self' {parts.scheme}://{parts.netloc}") if to else POLICY
    )
    headers = {"Content-Security-Policy": policy, "Cache-Control": "no-store", "Referrer-Policy": "same-origin"}
    return web.Response(status=status, text=whole, content_type="text/html", headers=headers)
