"""Reads the bank's statements from Xero's Finance API, once a day, for the clients where that is switched on."""

from __future__ import annotations

from collections.abc import Callable

import structlog

from books.clock import Clock
from books.firm import Client, Firm
from books.period import Period
from books.refusal import Refusal
from books.store import Store
from bot.banking import Banking
from bot.cards.plain_words import refusal_card
from bot.courier import Courier
from scheduler import slots

log = structlog.get_logger(__name__)
NAME = "fed_statements"
LATE_DAYS = 7
"""A bank's last lines of a month come into Xero days after it ended; until then the month before is read too."""


def sweep(
    store: Store, clock: Clock, banking: Banking, courier: Courier, firm: Callable[[], Firm]
) -> Callable[[], None]:
    """A sweep over the clients; each is read once on each of its days, by one process.

    Where nothing is taken, the client's channels hear why.
    """

    def fed_statements() -> None:
        for client in firm().clients:
            if client.bank_statements == "finance_api":
                _read(client, store, clock, banking, courier)

    return fed_statements


def _read(client: Client, store: Store, clock: Clock, banking: Banking, courier: Courier) -> None:
    today, now = clock.today(client.timezone), clock.now()
    slot = today.isoformat()
    if not slots.claim(store, NAME, client.id, slot, now=now):
        return
    month = Period.containing(today)
    new = 0
    for period in (month.previous(), month) if today.day <= LATE_DAYS else (month,):
        try:
            new += banking.fetch_by_schedule(client, period).new
        except Refusal as refusal:
            if refusal.code == "no_bank_statement":
                continue
            log.warning("bank_statements_not_read", client=client.id, why=str(refusal))
            if refusal.code.startswith("xero_"):
                return  # Xero is away: the claim runs out, and it is tried again
            slots.finish(store, NAME, client.id, slot, now=now, outcome=refusal.code)
            courier.announce(client.channels, refusal_card(refusal))
            return
    slots.finish(store, NAME, client.id, slot, now=now, outcome=f"{new} lines")
