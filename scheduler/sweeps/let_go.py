"""Lets go of bank lines once their period has been locked in Xero for a while; once for each lock date of a client."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import structlog

from agents.reconciliation.letting_go import let_go
from agents.reconciliation.shelf import Shelf
from books.clock import Clock
from books.firm import Client, Firm
from books.refusal import Refusal
from books.store import Store
from scheduler import slots
from xero_tools import lock_history
from xero_tools.gateway import Gateway
from xero_tools.lock_history import LockDates

log = structlog.get_logger(__name__)
NAME = "bank_lines_let_go"
STANDS_DAYS = 7
"""A month that was locked too early is opened again within days, and its lines are then still here."""
LOOK_EVERY = dt.timedelta(hours=1)


def sweep(store: Store, clock: Clock, gateway: Gateway, shelf: Shelf, firm: Callable[[], Firm]) -> Callable[[], None]:
    """A sweep over the clients, each looked at once an hour."""
    looked: dict[str, dt.datetime] = {}

    def bank_lines_let_go() -> None:
        now = clock.now()
        for client in firm().clients:
            if now - looked.get(client.id, now - LOOK_EVERY) >= LOOK_EVERY:
                looked[client.id] = now
                _let_go(client, store, gateway, shelf, now)

    return bank_lines_let_go


def _let_go(client: Client, store: Store, gateway: Gateway, shelf: Shelf, now: dt.datetime) -> None:
    locked_to = standing_lock(lock_history.history(client.organisation, store), now=now)
    if locked_to is None or not shelf.accounts(client.organisation):
        return
    slot = locked_to.isoformat()
    if not slots.claim(store, NAME, client.id, slot, now=now):
        return
    try:
        gone = let_go(client.organisation, gateway, shelf, locked_to=locked_to)
    except Refusal as refusal:
        log.warning("bank_lines_not_let_go", client=client.id, why=str(refusal))
        return  # the claim runs out, and somebody tries again
    slots.finish(store, NAME, client.id, slot, now=now, outcome=f"{gone} lines")


def standing_lock(history: tuple[LockDates, ...], *, now: dt.datetime) -> dt.date | None:
    """The last day that has been locked for STANDS_DAYS without a break, or None."""
    line = now - dt.timedelta(days=STANDS_DAYS)
    since = [each for each in history if each.seen_at > line]
    before = [each for each in history if each.seen_at <= line]
    dates = [_later(each) for each in (*before[-1:], *since)]
    if not before or not all(dates):
        return None
    return min(each for each in dates if each is not None)


def _later(dates: LockDates) -> dt.date | None:
    known = [each for each in (dates.period_lock_date, dates.end_of_year_lock_date) if each is not None]
    return max(known, default=None)
