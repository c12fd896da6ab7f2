"""Works through what Xero has sent: events carry no amounts, so what they name is read again into the mirror."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Sequence

import structlog

from books.clock import Clock
from books.firm import Firm
from books.refusal import Refusal
from xero_tools.mirror import Mirror
from xero_tools.mirror_kinds import BY_CATEGORY
from xero_tools.webhooks import Event, Inbox

log = structlog.get_logger(__name__)
AGAIN_AFTER = dt.timedelta(minutes=5)
TIDY_EVERY = dt.timedelta(hours=1)
MOST_SINGLE_READS = 10
"""So many records of one kind are looked at singly when the list of what changed did not bring them."""


def sweep(inbox: Inbox, mirror: Mirror, firm: Callable[[], Firm], clock: Clock) -> Callable[[], None]:
    """A sweep over the events that wait, one reading for each client and category however many events there are."""

    tidied: list[dt.datetime] = []

    def webhook_inbox() -> None:
        now = clock.now()
        if not tidied or tidied[-1] <= now - TIDY_EVERY:
            tidied[:] = [now]
            inbox.forget(now=now)
        events = inbox.claim(now=now)
        if not events:
            return
        ours = {client.organisation.lower(): client.organisation for client in firm().clients}
        for (organisation, category), told in _together(events).items():
            if organisation not in ours:
                inbox.finish(told, "not a client of the firm", now=clock.now())
            elif category not in BY_CATEGORY:
                inbox.finish(told, f"{category or 'no category'}: nothing to read", now=clock.now())
            else:
                _read_again(inbox, mirror, clock, ours[organisation], told)

    return webhook_inbox


def _together(events: Sequence[Event]) -> dict[tuple[str, str], list[Event]]:
    found: dict[tuple[str, str], list[Event]] = defaultdict(list)
    for event in events:
        found[(event.organisation, event.category)].append(event)
    return found


def _read_again(inbox: Inbox, mirror: Mirror, clock: Clock, organisation: str, told: list[Event]) -> None:
    """What changed since the last look; then the records that this list left out, each by its id.

    Without a copy there is nothing to bring up to date: whoever asks first reads everything.
    """
    kind = BY_CATEGORY[told[0].category].name
    if not mirror.is_kept(organisation, kind):
        inbox.finish(told, "no copy is kept", now=clock.now())
        return
    try:
        done = mirror.refresh(organisation, kinds=[kind])
        brought = {record for _, record in done.changed}
        latest = {event.record: event for event in sorted(told, key=_moment) if event.record not in brought}
        calls = done.calls + sum(
            mirror.read_again(organisation, kind, event.record, happened_at=event.happened_at)
            for event in list(latest.values())[-MOST_SINGLE_READS:]
        )
    except Refusal as refusal:
        log.warning("xero_events_wait", organisation=organisation, kind=kind, why=str(refusal))
        inbox.postpone(told, str(refusal), until=clock.now() + AGAIN_AFTER)
        return
    inbox.finish(told, f"read again in {calls} calls", now=clock.now())


def _moment(event: Event) -> str:
    return event.happened_at.isoformat() if event.happened_at else ""
