"""The two pages on the way to Xero's consent and back; everything that decides stands in xero_tools.connect."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from html import escape

import structlog
from aiohttp import web

from books.firm import Firm, Member
from books.refusal import Refusal
from bot.server import Handler
from xero_tools.connect import Connect, Landed
from xero_tools.settings import CALLBACK, CONNECT

log = structlog.get_logger(__name__)
COOKIE = "tieout_connect"
_HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",  # the address of the answer holds Xero's code
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
}
_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:40rem;margin:12vh auto;padding:0 1.5rem;color:#1b2733}"
    "h1{font-size:1.5rem}li{margin:.25rem 0}code{font-size:.85em}.step{color:#5b6b7b}"
)


def who_may_connect(firm: Firm) -> tuple[Member, ...]:
    """The administrators, or the partners of a firm that has none."""
    for role in ("administrator", "partner"):
        found = tuple(member for member in firm.members if member.role == role)
        if found:
            return found
    return ()


def check_may_connect(firm: Firm, member_id: str) -> Member:
    """The member, if they may connect the firm to Xero; raises Refusal."""
    able = who_may_connect(firm)
    for member in able:
        if member.id == member_id:
            return member
    names = ", ".join(member.name for member in able) or "an administrator, whom firm.yml must name first"
    raise Refusal(
        "Connecting the firm to Xero is for its administrators.", next_step=f"Ask {names}.", code="not_administrator"
    )


class XeroDoor:
    """Answers GET /xero/connect with the way to Xero, and GET /xero/callback with what came of it."""

    def __init__(self, connect: Connect, firm: Callable[[], Firm]) -> None:
        self._connect, self._firm = connect, firm
        self._is_secure = connect.settings.redirect_url.startswith("https:")

    def pages(self) -> Mapping[str, Handler]:
        """The two pages."""
        return {CONNECT: self._begin, CALLBACK: self._finish}

    async def _begin(self, request: web.Request) -> web.StreamResponse:
        try:
            address, browser = await asyncio.to_thread(self._to_xero, request.query.get("link", ""))
        except Refusal as refusal:
            return _refused(refusal)
        response = web.Response(status=302, headers=_HEADERS | {"Location": address})
        response.set_cookie(
            COOKIE, browser, max_age=600, httponly=True, samesite="Lax", secure=self._is_secure, path=CALLBACK
        )
        return response

    def _to_xero(self, link: str) -> tuple[str, str]:
        check_may_connect(self._firm(), self._connect.asks.asked_by(link))
        return self._connect.begin(link)

    async def _finish(self, request: web.Request) -> web.StreamResponse:
        asked = request.query
        try:
            landed = await asyncio.to_thread(
                self._connect.finish,
                state=asked.get("state", ""),
                browser=request.cookies.get(COOKIE, ""),
                code=asked.get("code", ""),
                error=asked.get("error", ""),
                allowed=lambda member: check_may_connect(self._firm(), member),
            )
        except Refusal as refusal:
            log.warning("xero_not_connected", code=refusal.code, detail=refusal.detail)
            return _refused(refusal)
        log.info(
            "xero_connected", by=landed.asked_by, organisations=[each.organisation for each in landed.organisations]
        )
        return _page("Connected to Xero", _landed(landed, await asyncio.to_thread(self._firm)))


def _landed(landed: Landed, firm: Firm) -> Sequence[str]:
    lines = []
    strangers = False
    for each in landed.organisations:
        client = firm.client_of(each.organisation)
        strangers = strangers or client is None
        what = (
            f"client {escape(client.name)}"
            if client
            else f"not in firm.yml yet: <code>{escape(each.organisation)}</code>"
        )
        lines.append(f"<li><strong>{escape(each.name)}</strong>, {what}</li>")
    step = "You may close this page."
    if strangers:
        step = "Add the organisations that are not in firm.yml yet as clients, then they can be asked about. " + step
    return (f"<ul>{''.join(lines)}</ul>", f'<p class="step">{step}</p>')


def _refused(refusal: Refusal) -> web.Response:
    detail = f" ({escape(refusal.detail)})" if refusal.detail else ""
    status = 502 if refusal.code == "xero_unreachable" else 400
    return _page(
        "Not connected",
        (f"<p>{escape(refusal.words)}{detail}</p>", f'<p class="step">{escape(refusal.next_step)}</p>'),
        status=status,
    )


def _page(title: str, body: Sequence[str], *, status: int = 200) -> web.Response:
    whole = (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title} · Tieout</title>'
        f'<meta name="viewport" content="width=device-width,initial-scale=1"><style>{_STYLE}</style></head>'
        f"<body><h1>{title}</h1>{''.join(body)}</body></html>"
    )
    response = web.Response(status=status, text=whole, content_type="text/html", headers=_HEADERS)
    response.del_cookie(COOKIE, path=CALLBACK)
    return response
