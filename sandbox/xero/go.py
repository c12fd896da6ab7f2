"""What go.xero.com serves to a person's browser: the few pages that deep links open."""

from aiohttp import web

from sandbox.xero.simulator import Simulator


def go_app(simulator: Simulator) -> web.Application:
    """The application to mount at /go."""
    return web.Application()
