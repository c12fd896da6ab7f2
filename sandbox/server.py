"""The sandbox server: one process and one port for the Xero simulator, the chat workspaces, their page and control."""

import argparse
import asyncio
import json
import os
import signal
import socket
import sys
import threading
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import yaml
from aiohttp import web

from sandbox.control.app import control_app
from sandbox.control.business_date import BusinessDate
from sandbox.demo_books import DEMO_FIRM, DEMO_TODAY, load_demo
from sandbox.practice import write_firm_file
from sandbox.xero.app import xero_app
from sandbox.xero.go import go_app
from sandbox.xero.loading import load_files
from sandbox.xero.setting_up import BooksRefusedError
from sandbox.xero.simulator import Simulator
from sandbox.xero.webhooks import webhooks_app

DEFAULT_PORT = 8300


@dataclass(frozen=True)
class Settings:
    """How one sandbox is started; `books` None means the demo books."""

    home: Path
    port: int = DEFAULT_PORT
    books: list[Path] | None = None
    today: date | None = None
    firm: Path | None = None
    bot_url: str | None = None
    parent_pipe: bool = False
    name: str | None = None


class UnstartableError(Exception):
    """Why the sandbox cannot start, with the next step."""


def main(argv: list[str]) -> int:
    """Start the sandbox and serve until told to stop; 2 with one sentence when it cannot start."""
    settings = read_arguments(argv)
    try:
        return asyncio.run(serve(settings))
    except (UnstartableError, BooksRefusedError) as refusal:
        sys.stderr.write(f"{refusal}\n")
        return 2
    except KeyboardInterrupt:
        return 0


def read_arguments(argv: list[str]) -> Settings:
    """The settings of a command line."""
    parser = argparse.ArgumentParser(prog="sandbox", description="A sandbox Xero, Slack and Teams on one local port.")
    parser.add_argument("--port", type=int, default=DEFAULT_PORT, help="local port; 0 picks a free one")
    parser.add_argument("--home", type=Path, default=Path("var/sandbox"), help="folder of the sandbox's files")
    parser.add_argument("--books", type=Path, nargs="+", action="extend", help="books to open (JSON or ledger CSV)")
    parser.add_argument("--name", help="the organisation's name for a ledger CSV (default: from the file's name)")
    parser.add_argument("--today", type=date.fromisoformat, help="business date, YYYY-MM-DD")
    parser.add_argument("--firm", type=Path, help="firm.yml of members and channels (default: the demo firm)")
    parser.add_argument("--bot-url", help="where the bot listens, for Teams activities")
    parser.add_argument("--parent-pipe", action="store_true", help="stop when standard input ends")
    return Settings(**vars(parser.parse_args(argv)))


def open_simulator(settings: Settings) -> tuple[Simulator, BusinessDate]:
    """The simulator with its books loaded and its business date set; raises BooksRefusedError."""
    simulator = Simulator.open(settings.home / "xero.sqlite", today=date.today)
    business_date = BusinessDate(simulator.store)
    simulator.today = business_date.today
    try:
        if settings.books:
            load_files(simulator.store, settings.books, name=settings.name)
            business_date.begin(settings.today)
        else:
            business_date.begin(settings.today or DEMO_TODAY)
            load_demo(simulator.store, settings.today or DEMO_TODAY)
    except BaseException:
        simulator.store.close()
        raise
    return simulator, business_date


def build(settings: Settings, simulator: Simulator, business_date: BusinessDate, base_url: str) -> web.Application:
    """The whole server."""
    application = web.Application(client_max_size=64 * 1024 * 1024)
    application.add_subapp("/xero", xero_app(simulator))
    application.add_subapp("/go", go_app(simulator))
    application.add_subapp("/control/webhooks", webhooks_app(simulator))
    application.add_subapp("/control", control_app(simulator, business_date))
    _mount_chat(application, settings, _firm_file(settings, simulator), business_date, base_url)
    return application


def _firm_file(settings: Settings, simulator: Simulator) -> Path:
    """The sandbox's own firm file, whose clients are exactly the books that are open."""
    given = settings.firm or DEMO_FIRM
    open_books = [
        {"id": str(one["OrganisationID"]), "name": str(one["Name"]), "country": str(one.get("CountryCode", ""))}
        for one in simulator.store.organisations()
    ]
    try:
        return write_firm_file(given, open_books, settings.home / "firm.yml")
    except (OSError, ValueError, TypeError, KeyError, yaml.YAMLError) as error:
        raise UnstartableError(
            f"The firm file {given} cannot be read ({error}). Next step: put it right, or leave --firm away."
        ) from error


def _mount_chat(
    application: web.Application, settings: Settings, firm: Path, business_date: BusinessDate, base_url: str
) -> None:
    """The chat workspaces and their page, imported here so that the ledger alone stays light."""
    from sandbox.chat import ChatState
    from sandbox.chat_firm import FirmUnreadable
    from sandbox.page.app import index, page_app
    from sandbox.slack.app import slack_app
    from sandbox.teams.app import teams_app

    try:
        state = ChatState(
            home=settings.home, firm_file=firm, bot_url=settings.bot_url, base_url=base_url, today=business_date.today
        )
    except FirmUnreadable as error:
        raise UnstartableError(
            f"{error} Next step: put {firm} right, or leave --firm away for the demo firm."
        ) from error
    application.add_subapp("/slack", slack_app(state))
    application.add_subapp("/teams", teams_app(state))
    application.add_subapp("/page", page_app(state))
    application.router.add_get("/", index)

    async def close(_: web.Application) -> None:
        state.close()

    application.on_cleanup.append(close)


async def serve(settings: Settings) -> int:
    """Listen, say so in one line of JSON, and serve until SIGTERM, SIGINT or the end of the parent's pipe."""
    stop = asyncio.Event()
    _stop_on(stop, settings)
    running = await start(settings)
    try:
        sys.stdout.write(json.dumps({"ready": True, "port": running.port}) + "\n")
        sys.stdout.flush()
        await stop.wait()
    finally:
        await running.close()
    return 0


@dataclass
class Running:
    """A server that listens."""

    port: int
    runner: web.AppRunner
    simulator: Simulator

    @property
    def url(self) -> str:
        """Its base URL."""
        return f"http://127.0.0.1:{self.port}"

    async def close(self) -> None:
        """Stop listening and let go of the files."""
        await self.runner.cleanup()
        self.simulator.store.close()


async def start(settings: Settings) -> Running:
    """Open the books and listen on loopback; raises UnstartableError when the port is taken."""
    simulator, business_date = open_simulator(settings)
    try:
        listening = _listen(settings.port)
    except BaseException:
        simulator.store.close()
        raise
    port = int(listening.getsockname()[1])
    try:
        application = build(settings, simulator, business_date, f"http://127.0.0.1:{port}")
        runner = web.AppRunner(application, access_log=None, shutdown_timeout=1.0)
        await runner.setup()
        await web.SockSite(runner, listening).start()
    except BaseException:
        listening.close()
        simulator.store.close()
        raise
    return Running(port, runner, simulator)


def _listen(port: int) -> socket.socket:
    """A listening loopback socket."""
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind(("127.0.0.1", port))
        listening.listen(128)
    except (OSError, OverflowError) as error:
        listening.close()
        raise UnstartableError(
            f"Port {port} cannot be used ({getattr(error, 'strerror', None) or error}). "
            "Next step: stop what listens there or pass --port with another number."
        ) from error
    listening.setblocking(False)
    return listening


def _stop_on(stop: asyncio.Event, settings: Settings) -> None:
    """Stop on SIGTERM and SIGINT, and with the parent when it holds our standard input."""
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stop.set)
    if settings.parent_pipe:

        def watch() -> None:
            while os.read(sys.stdin.fileno(), 4096):
                continue
            loop.call_soon_threadsafe(stop.set)

        threading.Thread(target=watch, daemon=True, name="parent pipe").start()
