"""The running bot: the chat surfaces, the HTTP door and the clock of one process, started and stopped in order."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import sys
from collections.abc import AsyncIterator, Callable

import structlog

from bot.server import Server
from bot.shown import XERO_PAGES
from bot.slack.surface import SlackSurface
from bot.teams.surface import TeamsSurface
from bot.xero_door import XeroDoor
from bot.xero_hook import XeroHook
from scheduler.mirroring import subscribe
from scheduler.office import Office, open_office
from scheduler.settings import (
    SANDBOX_APP,
    SANDBOX_BOT,
    Settings,
    SlackSettings,
    TeamsSettings,
    note_run,
)
from xero_tools.links import REAL_GO
from xero_tools.settings import XeroSettings

log = structlog.get_logger(__name__)


def serve(settings: Settings, *, announce: Callable[[str, str], None]) -> int:
    """Runs the bot until Ctrl-C or SIGTERM; raises Refusal when something it needs is missing or wrong."""
    _log_to(sys.stderr)
    office = open_office(settings)
    try:
        with contextlib.suppress(KeyboardInterrupt):
            asyncio.run(_serve(office, announce))
    finally:
        office.close()
    return 0


async def _serve(office: Office, announce: Callable[[str, str], None]) -> None:
    async with surfaces(office):
        note_run(office.settings)
        office.runner.start()
        announce(_welcome(office), office.settings.sandbox_url)
        try:
            await _work(office)
        finally:
            await asyncio.to_thread(office.finish)  # before the platforms are let go: cards are still redrawn


async def _work(office: Office) -> None:
    """Until somebody stops it."""
    await asyncio.to_thread(office.assistant.preload)
    if office.settings.chat_is_sandbox:
        await _until_teams_spoke(office)
        await asyncio.to_thread(office.runner.catch_up)
    await asyncio.Event().wait()


async def _until_teams_spoke(office: Office) -> None:
    """The local Teams installs the bot a moment after it opens; before that nothing can be posted there."""
    teams = office.surfaces["teams"]
    for _ in range(100):
        if isinstance(teams, TeamsSurface) and teams.health()["heard_at"]:
            return
        await asyncio.sleep(0.1)


def _welcome(office: Office) -> str:
    settings = office.settings
    if settings.chat_is_sandbox:
        return f"Tieout is open: {settings.sandbox_url}/"
    return f"Tieout is open for {', '.join(sorted(office.surfaces)) or 'no chat platform (run doctor)'}."


@contextlib.asynccontextmanager
async def surfaces(office: Office) -> AsyncIterator[None]:
    """Connects each configured chat platform and opens the HTTP door; closes them again in the reverse order."""
    settings = office.settings
    talking, listening = connect(office)
    async with contextlib.AsyncExitStack() as stack:
        server = Server(host="127.0.0.1" if settings.chat_is_sandbox else "0.0.0.0", port=settings.port + 1)
        for surface in (listening, talking):
            if surface is not None:
                server.mount(surface)
        if office.xero.connect is not None:
            server.show(XeroDoor(office.xero.connect, office.directory.firm))
        if office.copies.inbox is not None:
            server.mount(XeroHook(office.copies.inbox, now=office.clock.now))
        await server.start()
        stack.push_async_callback(server.stop)
        if settings.xero_is_sandbox:
            await subscribe(settings, server.url)
        if listening is not None:
            stack.push_async_callback(listening.stop)
        if talking is not None:
            await talking.start()
            stack.push_async_callback(talking.stop)
        yield


def connect(office: Office) -> tuple[SlackSurface | None, TeamsSurface | None]:
    """Makes the configured surfaces and hands them to the office; they can post at once, and hear once started."""
    settings = office.settings
    slack, teams = _slack_settings(settings), _teams_settings(settings)
    pages = _pages(office.gateway.settings)
    talking = listening = None
    if slack is not None:
        talking = SlackSurface(
            bot_token=slack.bot_token,
            app_token=slack.app_token,
            signing_secret=slack.signing_secret,
            base_url=slack.api_url,
            store=office.store,
            desk=office.desk,
            links=pages,
        )
        office.surfaces["slack"] = talking
    if teams is not None:
        listening = TeamsSurface(
            app_id=teams.app_id,
            app_password=teams.app_password,
            tenant=teams.tenant,
            app_type=teams.app_type,
            store=office.store,
            desk=office.desk,
            service_urls=(f"{settings.sandbox_url}/teams/",) if settings.chat_is_sandbox else (),
            links=pages,
        )
        office.surfaces["teams"] = listening
    return talking, listening


def _pages(xero: XeroSettings) -> tuple[str, ...]:
    """What a card may link to: Xero's pages, and the one that leads to its consent."""
    theirs = XERO_PAGES if xero.go_url == REAL_GO else (f"{xero.go_url}/",)
    return (*theirs, f"{xero.connect_url.rpartition('/')[0]}/") if xero.connect_url else theirs


def _slack_settings(settings: Settings) -> SlackSettings | None:
    if settings.chat_is_sandbox:
        return SlackSettings(SANDBOX_BOT, SANDBOX_APP, api_url=f"{settings.sandbox_url}/slack/api/")
    return settings.slack


def _teams_settings(settings: Settings) -> TeamsSettings | None:
    return TeamsSettings(app_id="") if settings.chat_is_sandbox else settings.teams


def _log_to(stream: object) -> None:
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format="%(levelname)s %(name)s %(message)s")
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(),
            structlog.processors.JSONRenderer(),
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
