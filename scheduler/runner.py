"""APScheduler fires the timetable in each client's own time; a slot's row makes each firing happen once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from zoneinfo import ZoneInfo

import structlog
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.cron import CronTrigger

from books.clock import Clock
from books.firm import Client, Firm, Member
from books.period import Period
from books.refusal import Refusal
from books.store import Store
from bot.courier import Courier
from bot.desk import Desk
from bot.surface import Place
from scheduler import slots
from scheduler.timetable import TIMETABLE, Row
from xero_tools.gateway import Gateway

log = structlog.get_logger(__name__)
SWEEP_SECONDS = 5


class Runner:
    """Runs the timetable and the sweeps; several replicas may run it at once.

    `reading` hands out a gateway for one post, such as the mirror's: what has not changed is then not read again.
    """

    def __init__(
        self,
        *,
        store: Store,
        clock: Clock,
        reading: Callable[[], Gateway],
        courier: Courier,
        firm: Callable[[], Firm],
        sweeps: Sequence[Callable[[], None]] = (),
    ) -> None:
        self._store = store
        self._clock = clock
        self._reading = reading
        self._courier = courier
        self._firm = firm
        self._sweeps = sweeps
        self.desk: Desk
        self._scheduler = BackgroundScheduler(
            executors={"default": ThreadPoolExecutor(4)},
            job_defaults={"coalesce": True, "misfire_grace_time": 3600, "max_instances": 1},
            timezone=dt.UTC,
        )

    def start(self) -> None:
        """Puts every row of the timetable and every sweep on the clock."""
        firm = self._firm()
        for client in firm.clients:
            for row in TIMETABLE:
                hour, minute = (int(part) for part in firm.schedule.get(row.name, row.at).split(":"))
                zone = ZoneInfo(client.timezone)
                trigger = CronTrigger(hour=hour, minute=minute, timezone=zone)
                self._scheduler.add_job(self.fire, trigger, args=(row, client), id=f"{row.name}|{client.id}")
        for sweep in self._sweeps:
            self._scheduler.add_job(sweep, "interval", seconds=SWEEP_SECONDS, id=f"sweep|{sweep.__name__}")
        self._scheduler.start()

    def stop(self) -> None:
        """Stops the clock and waits for what is being posted."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=True)

    def catch_up(self) -> None:
        """Fires today's slots at once: the sandbox's business date stands still, so its morning never comes."""
        for row in TIMETABLE:
            for client in self._firm().clients:
                self.fire(row, client)

    def fire(self, row: Row, client: Client) -> str:
        """One firing, whose slot is the client's business date; says what came of it ("": another replica has it)."""
        slot = self._clock.today(client.timezone).isoformat()
        if not slots.claim(self._store, row.name, client.id, slot, now=self._clock.now()):
            return ""
        try:
            outcome = self.post(row, client)
        except Refusal as refusal:
            outcome = f"refused: {refusal}"
            log.warning("post_refused", post=row.name, client=client.id, why=str(refusal))
        slots.finish(self._store, row.name, client.id, slot, now=self._clock.now(), outcome=outcome)
        return outcome

    def post_now(self, name: str, client: Client, asked_by: Member | None = None) -> str:
        """Sends a scheduled post now, whatever the slot says; raises Refusal for an unknown name."""
        row = next((row for row in TIMETABLE if row.name == name), None)
        if row is None:
            known = ", ".join(row.name for row in TIMETABLE)
            raise Refusal(
                f"There is no scheduled post “{name}”.", next_step=f"Use one of: {known}.", code="unknown_post"
            )
        return self.post(row, client, asked_by)

    def post(self, row: Row, client: Client, asked_by: Member | None = None) -> str:
        """Makes the post's card and sends it; returns in words where it went."""
        today = self._clock.today(client.timezone)
        card = row.card(client, Period.containing(today).previous(), self._reading(), self.desk, asked_by)
        if card is None:
            return f"{row.name}: nothing to post for {client.name}."
        platform = row.platform if row.platform in client.channels else next(iter(client.channels), "")
        if not platform:
            raise Refusal(f"{client.name} has no channel.", next_step="Add one in firm.yml.", code="no_channel")
        ref = self._courier.post(Place(platform, client.channels[platform]), card)
        return f"{row.name}: posted to {platform} {ref.channel} ({card.summary})"
