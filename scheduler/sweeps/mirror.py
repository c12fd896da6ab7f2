"""Keeps the mirror up with Xero where no webhook tells: every hour what changed, every night everything."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from functools import partial
from itertools import islice
from zoneinfo import ZoneInfo

import structlog

from books.clock import Clock
from books.firm import Client, Firm
from books.refusal import Refusal
from books.store import Store
from scheduler import slots
from scheduler.sweeps.many_organisations import Step, run_round
from xero_tools import lock_history, organisations
from xero_tools.gateway import Gateway
from xero_tools.mirror import Mirror
from xero_tools.mirror_kinds import KINDS

log = structlog.get_logger(__name__)
POLL_EVERY = dt.timedelta(hours=1)
TRY_AGAIN_AFTER = dt.timedelta(minutes=10)
NIGHT_HOURS = range(1, 6)
"""When a client's night reading may begin, by the client's own clock."""
NIGHT_BATCH = 200
"""Clients of one night round: it is over long before its claims are, and the next round follows at once."""
WORKERS = 16
POLLED = tuple(kind.name for kind in KINDS.values() if not kind.category and not kind.holds)
"""Bank transactions, transfers, payments, journals and quotes: Xero sends no word of them."""


class MirrorSweeps:
    """The sweeps over all clients of the firm; several replicas may run them."""

    def __init__(
        self, *, store: Store, mirror: Mirror, gateway: Gateway, firm: Callable[[], Firm], clock: Clock
    ) -> None:
        self._store = store
        self._mirror = mirror
        self._gateway = gateway
        self._firm = firm
        self._clock = clock
        self._tried: dict[str, dt.datetime] = {}
        self._nights: dict[str, dt.datetime] = {}

    def mirror_poll(self) -> None:
        """Lock dates of every client, and what changed of the polled kinds that somebody has asked for before."""
        steps = {
            client.organisation: [
                Step(1, partial(self._look_at_locks, client.organisation)),
                *self._changes(client.organisation),
            ]
            for client in self._firm().clients
            if self._is_due(client.organisation)
        }
        self._run(steps)

    def mirror_night(self) -> None:
        """Everything, once a night: some edits leave UpdatedDateUTC as it was, and what is gone sends no word."""
        firm = self._firm()
        waiting = [client for client in firm.clients if self._is_night(client)]
        sizes = {client.id: self._mirror.pages(client.organisation) for client in waiting}
        longest_first = sorted(waiting, key=lambda client: -sum(sizes[client.id].values()))
        claimed = list(islice(filter(self._is_ours_tonight, longest_first), NIGHT_BATCH))
        self._run({client.organisation: self._whole(client, sizes[client.id]) for client in claimed})
        for client in claimed:
            now = self._clock.now()
            slots.finish(self._store, "mirror_night", client.id, self._night(client), now=now, outcome="read")
        if claimed:
            self._mirror.forget_old(but=[client.organisation for client in firm.clients])

    def _is_due(self, organisation: str) -> bool:
        """Whether its lock dates were last seen an hour ago; after a refusal it is left alone for a while."""
        now, tried = self._clock.now(), self._tried.get(organisation)
        if tried and tried > now - TRY_AGAIN_AFTER:
            return False
        self._tried[organisation] = now
        looked_at = self._mirror.fresh_at(organisation, "organisations")
        return looked_at is None or looked_at <= now - POLL_EVERY

    def _look_at_locks(self, organisation: str) -> None:
        self._mirror.refresh(organisation, kinds=["organisations"])
        copies = self._mirror.gateway(not_older=POLL_EVERY)
        found = organisations.get(organisation, copies, interactive=False)
        lock_history.note(found, self._store, now=self._clock.now())

    def _changes(self, organisation: str) -> list[Step]:
        """What changed of each polled kind of which there is a copy."""
        kept = [kind for kind in POLLED if self._mirror.is_kept(organisation, kind)]
        return [Step(1, partial(self._mirror.refresh, organisation, kinds=[kind])) for kind in kept]

    def _whole(self, client: Client, pages: Mapping[str, int]) -> list[Step]:
        """Every kind in full, the longest first."""
        steps = [
            Step(pages.get(kind, 1), partial(self._mirror.refresh, client.organisation, kinds=[kind], full=True))
            for kind in KINDS
        ]
        return sorted(steps, key=lambda step: -step.calls)

    def _is_night(self, client: Client) -> bool:
        """Whether its night has come and nobody here has looked after it for as long as a claim lasts."""
        now, looked = self._clock.now(), self._nights.get(client.id)
        return now.astimezone(ZoneInfo(client.timezone)).hour in NIGHT_HOURS and (
            looked is None or looked <= now - slots.LEASE
        )

    def _is_ours_tonight(self, client: Client) -> bool:
        now = self._nights[client.id] = self._clock.now()
        return slots.claim(self._store, "mirror_night", client.id, self._night(client), now=now)

    def _night(self, client: Client) -> str:
        return self._clock.now().astimezone(ZoneInfo(client.timezone)).date().isoformat()

    def _run(self, steps: dict[str, list[Step]]) -> None:
        run_round(steps, workers=WORKERS, pause=self._gateway.pause, refused=_refused)


def _refused(organisation: str, refusal: Refusal) -> None:
    log.warning("mirror_not_refreshed", organisation=organisation, why=str(refusal))
