"""Opens the mirror with its sweeps and the inbox of Xero's webhooks, as the settings say."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import aiohttp
import structlog

from books.clock import Clock
from books.firm import Firm
from books.store import Store
from scheduler.settings import Settings
from scheduler.sweeps import webhook_inbox
from scheduler.sweeps.mirror import MirrorSweeps
from scheduler.xero import vault_of
from xero_tools.gateway import Gateway
from xero_tools.mirror import Mirror
from xero_tools.webhooks import PATH, Inbox

log = structlog.get_logger(__name__)
SUBSCRIBE_SECONDS = 15.0


@dataclass(frozen=True)
class Copies:
    """What one process keeps of Xero; `inbox` is None where no webhook is expected."""

    mirror: Mirror
    inbox: Inbox | None
    sweeps: tuple[Callable[[], None], ...]


def open_copies(settings: Settings, store: Store, gateway: Gateway, firm: Callable[[], Firm], clock: Clock) -> Copies:
    """The mirror, sealed with this installation's keys, and what keeps it up with Xero."""
    mirror = Mirror(store, gateway, vault_of(settings), clock)
    by_clock = MirrorSweeps(store=store, mirror=mirror, gateway=gateway, firm=firm, clock=clock)
    sweeps: tuple[Callable[[], None], ...] = (by_clock.mirror_poll, by_clock.mirror_night)
    if not settings.xero_webhook_key:
        return Copies(mirror, None, sweeps)
    inbox = Inbox(store, settings.xero_webhook_key)
    return Copies(mirror, inbox, (webhook_inbox.sweep(inbox, mirror, firm, clock), *sweeps))


async def subscribe(settings: Settings, bot_url: str) -> str:
    """Asks the sandbox's Xero to send its webhooks here, which a person does once in Xero's own pages; says how it
    went."""
    content = {"url": f"{bot_url}{PATH}", "key": settings.xero_webhook_key}
    timeout = aiohttp.ClientTimeout(total=SUBSCRIBE_SECONDS)
    try:
        async with (
            aiohttp.ClientSession(timeout=timeout) as http,
            http.post(f"{settings.sandbox_url}/control/webhooks", json=content) as response,
        ):
            status = str((await response.json()).get("status"))
    except (aiohttp.ClientError, TimeoutError, ValueError) as error:
        status = type(error).__name__
    if status != "ok":
        log.warning("no_webhooks_from_the_sandbox", why=status)
    return status
