"""The doctor says of each part what is configured, what is missing or broken, and the next step."""

from __future__ import annotations

import socket
import sys
import urllib.error
import urllib.request
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from books.refusal import Refusal
from books.store import Store
from scheduler.firm_file import read_firm
from scheduler.settings import Settings

if TYPE_CHECKING:
    from xero_tools.connect import Connect
    from xero_tools.gateway import Gateway

MARKS = {"ready": "✓", "sandbox": "○", "missing": "–", "broken": "✗"}


@dataclass(frozen=True)
class Row:
    """One part's state: ready, sandbox (the local stand-in), missing (optional, not configured) or broken."""

    name: str
    state: str
    words: str
    next_step: str = ""

    @property
    def mark(self) -> str:
        """A sign for the terminal."""
        return MARKS[self.state]


def examine(settings: Settings, running: str) -> list[Row]:
    """Looks at every part; `running` is the URL of the sandbox that the last run noted."""
    looks = (_python, _firm, _database, _redis)
    rows = [look(settings) for look in looks]
    rows += [_xero(settings, running), _slack(settings), _teams(settings), _model(settings), _ports(settings, running)]
    return rows


def _python(_settings: Settings) -> Row:
    return Row("python", "ready", ".".join(str(part) for part in sys.version_info[:3]))


def _firm(settings: Settings) -> Row:
    try:
        firm = read_firm(settings.firm)
    except Refusal as refusal:
        return Row("firm", "broken", str(refusal.words), refusal.next_step)
    words = f"{firm.name}: {len(firm.members)} members, {len(firm.clients)} clients ({settings.firm.name})"
    if settings.firm_is_demo:
        return Row("firm", "sandbox", f"the demo firm, {words}", "Write your own firm.yml; docs/firm.md shows how.")
    return Row("firm", "ready", words)


def _database(settings: Settings) -> Row:
    try:
        store = Store(settings.database_url)
        store.create_tables()
        store.close()
    except Refusal as refusal:
        return Row("database", "broken", f"{refusal.words} {refusal.detail}".strip(), refusal.next_step)
    kind = "SQLite" if store.is_sqlite else "PostgreSQL"
    return Row("database", "ready", f"{kind}, {store.engine.url.render_as_string(hide_password=True)}")


def _redis(settings: Settings) -> Row:
    if not settings.redis_url:
        return Row(
            "redis", "missing", "not configured; one process does without", "Set REDIS_URL to run several processes."
        )
    import redis

    try:
        redis.Redis.from_url(settings.redis_url, socket_timeout=2, socket_connect_timeout=2).ping()
    except redis.RedisError as error:
        return Row("redis", "broken", f"no answer: {error}", "Check REDIS_URL, or unset it.")
    return Row("redis", "ready", "answers")


def _xero(settings: Settings, running: str) -> Row:
    if settings.xero_is_sandbox:
        state = (
            f"open at {running}" if running and _answers(f"{running}/control/health") else "started with each command"
        )
        words = f"the simulator, {state}{_used(settings)}"
        return Row("xero", "sandbox", words, "Set XERO_CLIENT_ID and XERO_CLIENT_SECRET (docs/connect-xero.md).")
    from scheduler.xero import open_xero

    store = Store(settings.database_url)
    try:
        store.create_tables()
        xero = open_xero(settings, store)
        row = _connected(xero.connect) if xero.connect else _custom_connection(xero.gateway)
        return replace(row, words=f"{row.words}{_used(settings)}")
    except Refusal as refusal:
        return Row("xero", "broken", f"{refusal.words} {refusal.detail}".strip(), refusal.next_step)
    finally:
        store.close()


def _custom_connection(gateway: Gateway) -> Row:
    connections = gateway.connections()
    return Row("xero", "ready", f"{len(connections)} organisations: {', '.join(each.name for each in connections)}")


def _connected(connect: Connect) -> Row:
    """What people have consented to: ended connections first, then scopes that the phase lacks."""
    again = "Run `app.py connect xero` and connect them again."
    if ended := connect.ended():
        return Row("xero", "broken", f"the connection has ended: {', '.join(each.name for each in ended)}", again)
    connected = connect.survey()
    if not connected:
        return Row("xero", "missing", "nothing is connected", "Run `app.py connect xero` and open its link.")
    lacking = connect.lacking()
    if lacking:
        names = ", ".join(each.name for each in connected if each.organisation in lacking)
        features = connect.settings.features
        wants = f"XERO_PHASE {connect.settings.phase}" + (f" with {', '.join(features)}" if features else "")
        return Row("xero", "broken", f"{wants} needs more than was allowed: {names}", again)
    return Row("xero", "ready", f"{len(connected)} organisations: {', '.join(each.name for each in connected)}")


def _used(settings: Settings) -> str:
    """The calls and bytes of all organisations together; `app.py xero usage` has each one's."""
    from scheduler.commands.xero import usage

    try:
        rows = usage(settings).content["organisations"]
    except Refusal:  # the database cannot be opened, and its own row says so
        return ""
    if not rows:
        return ""
    megabytes = sum(row["bytes_billed_month"] for row in rows) / 1_000_000
    return f"; {sum(row['calls_today'] for row in rows)} calls today, {megabytes:.1f} MB this month"


def _slack(settings: Settings) -> Row:
    if settings.chat_is_sandbox:
        return Row(
            "slack",
            "sandbox",
            "the local workspace",
            "Set SLACK_BOT_TOKEN and SLACK_APP_TOKEN (docs/connect-slack.md).",
        )
    if settings.slack is None:
        return Row(
            "slack", "missing", "not configured", "Set SLACK_BOT_TOKEN and SLACK_APP_TOKEN (docs/connect-slack.md)."
        )
    if not (settings.slack.app_token or settings.slack.signing_secret):
        return Row("slack", "broken", "no way in", "Set SLACK_APP_TOKEN (Socket Mode) or SLACK_SIGNING_SECRET (HTTP).")
    from bot.slack.greeting import who_am_i

    try:
        user, team = who_am_i(settings.slack.bot_token, settings.slack.api_url)
    except Refusal as refusal:
        return Row("slack", "broken", f"{refusal.words} {refusal.detail}".strip(), refusal.next_step)
    return Row("slack", "ready", f"{user} in {team}")


def _teams(settings: Settings) -> Row:
    if settings.chat_is_sandbox:
        return Row(
            "teams", "sandbox", "the local workspace", "Set TEAMS_APP_ID and its fellows (docs/connect-teams.md)."
        )
    if settings.teams is None:
        return Row("teams", "missing", "not configured", "Set TEAMS_APP_ID and its fellows (docs/connect-teams.md).")
    if not (settings.teams.app_password and settings.teams.tenant):
        return Row("teams", "broken", "half configured", "Set TEAMS_APP_PASSWORD and TEAMS_TENANT_ID too.")
    return Row("teams", "ready", f"app {settings.teams.app_id}; messages arrive at /api/messages")


def _model(settings: Settings) -> Row:
    if settings.model is None:
        return Row(
            "model", "missing", "none: the deterministic router answers", "Set OPENAI_API_KEY for freer questions."
        )
    return Row("model", "ready", f"{settings.model.name} at {settings.model.base_url or 'OpenAI'}")


def _ports(settings: Settings, running: str) -> Row:
    needed = [settings.port, settings.port + 1] if settings.chat_is_sandbox else [settings.port + 1]
    taken = [port for port in needed if _taken(port)]
    if not taken:
        return Row("ports", "ready", ", ".join(map(str, needed)) + " are free")
    if running.endswith(f":{settings.port}") and _answers(f"{running}/control/health"):
        return Row("ports", "ready", "Tieout is running")
    words = f"port {taken[0]} is used by another program"
    return Row("ports", "broken", words, "Stop it, or choose another with --port or TIEOUT_PORT.")


def _taken(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:  # noqa: S310 - our own loopback URL
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False
