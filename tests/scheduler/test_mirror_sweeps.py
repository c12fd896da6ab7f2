"""The sweeps over the mirror, against the sandbox: what Xero sends, what is polled by the hour, and the night."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from sqlalchemy import select

from books.clock import Clock
from books.firm import Client, Firm, read_firm_file
from books.store import Store
from scheduler import slots
from scheduler.sweeps import webhook_inbox
from scheduler.sweeps.mirror import POLL_EVERY, POLLED, MirrorSweeps
from tests.sandbox.xero import paper_lantern
from tests.sandbox.xero.paper_lantern import ORGANISATION, document_id
from tests.support.sandbox_server import RunningSandbox, start_sandbox
from tests.xero_tools.conftest import gateway_to
from xero_tools import bank, lock_history
from xero_tools.mirror import Mirror
from xero_tools.mirror_kinds import KINDS
from xero_tools.vault import Vault
from xero_tools.vault_keys import KeyFile
from xero_tools.webhooks import EventRow, Inbox, signature

KEY = "the-webhook-key"
NIGHT = dt.datetime(2026, 11, 5, 16, 30, tzinfo=dt.UTC)  # 03:30 in Sydney
MORNING = dt.datetime(2026, 11, 5, 21, 0, tzinfo=dt.UTC)  # 08:00 in Sydney
DEMO_FIRM = Path(__file__).resolve().parents[2] / "sandbox" / "demo" / "firm.yml"


@dataclass(frozen=True)
class StandingClock(Clock):
    """A clock that a test moves by hand."""

    at: list[dt.datetime] = field(default_factory=lambda: [MORNING])

    def now(self) -> dt.datetime:
        return self.at[0]


def firm_of(client: Client) -> Firm:
    """The demo firm with that one client."""
    return replace(read_firm_file(DEMO_FIRM), clients=(client,))


class Practice:
    """A firm with Paper Lantern as its client, its mirror and its sweeps."""

    client = Client(id="lantern", name="Paper Lantern Ltd", organisation=ORGANISATION, timezone="Australia/Sydney")

    def __init__(self, sandbox: RunningSandbox, home: Path) -> None:
        self.sandbox = sandbox
        self.store = Store(f"sqlite:///{home / 'tieout.db'}")
        self.store.create_tables()
        self.clock = StandingClock()
        gateway = gateway_to(sandbox.url)
        self.mirror = Mirror(self.store, gateway, Vault(KeyFile(home)), self.clock)
        self.inbox = Inbox(self.store, KEY)
        self.sweeps = MirrorSweeps(
            store=self.store, mirror=self.mirror, gateway=gateway, firm=self.firm, clock=self.clock
        )
        self.work = webhook_inbox.sweep(self.inbox, self.mirror, self.firm, self.clock)

    def firm(self) -> Firm:
        """The firm as it is now."""
        return firm_of(self.client)

    def calls(self) -> list[str]:
        """What was asked of Xero since the last look."""
        paths = [row["path"].lstrip("/") for row in self.sandbox.simulator.log]
        self.sandbox.simulator.log.clear()
        return paths

    def tell(self, *events: tuple[str, str], organisation: str = ORGANISATION) -> None:
        """Xero sends these (category, record)."""
        sent = [
            {"tenantId": organisation, "eventCategory": category, "eventType": "UPDATE", "resourceId": record,
             "eventDateUtc": self.clock.now().isoformat()}
            for category, record in events
        ]  # fmt: skip
        body = json.dumps({"events": sent}).encode()
        assert self.inbox.receive(body, signature(KEY, body), now=self.clock.now()).status == 200

    def lock(self, day: dt.date) -> None:
        """An adviser moves the lock date in Xero."""
        store = self.sandbox.simulator.store
        body = store.organisation(ORGANISATION)
        assert body is not None
        store.save_organisation(ORGANISATION, body | {"PeriodLockDate": day.isoformat()})


@pytest.fixture
def practice(tmp_path: Path) -> Iterator[Practice]:
    """Paper Lantern's practice on a morning."""
    file = tmp_path / "paper_lantern.json"
    file.write_text(json.dumps(paper_lantern.books()))
    sandbox = start_sandbox(tmp_path / "home", books=[file], today="2026-11-05")
    sandbox.simulator.pace.unlimited = True
    made = Practice(sandbox, tmp_path)
    yield made
    made.store.close()
    sandbox.stop()


def test_many_events_of_one_kind_are_one_reading(practice: Practice) -> None:
    practice.mirror.refresh(ORGANISATION, kinds=["invoices", "contacts"])
    practice.calls()
    practice.tell(*(("INVOICE", document_id(number)) for number in (1, 2, 3)), ("INVOICE", document_id(1)))
    practice.work()
    asked = practice.calls()
    assert asked.count("Invoices") == 1
    assert len(asked) <= 4  # and each record that the list left out, once
    assert practice.inbox.waiting() == 0
    practice.work()
    assert practice.calls() == []


def test_what_concerns_nobody_costs_nothing(practice: Practice) -> None:
    practice.mirror.refresh(ORGANISATION, kinds=["invoices"])
    practice.calls()
    practice.tell(("SUBSCRIPTION", "s-1"), ("PAYRUN", "p-1"), ("", "x"), ("CONTACT", "nobody-keeps-contacts"))
    practice.tell(("INVOICE", document_id(1)), organisation="22222222-0000-4000-8000-00000000ffff")
    practice.work()
    assert practice.calls() == []
    assert practice.inbox.waiting() == 0


def test_events_older_than_any_replay_are_forgotten(practice: Practice) -> None:
    practice.tell(("SUBSCRIPTION", "s-1"))
    practice.work()
    practice.clock.at[0] += dt.timedelta(days=46)
    practice.tell(("SUBSCRIPTION", "s-2"))
    practice.work()
    with practice.store.reading() as session:
        assert [row.record for row in session.scalars(select(EventRow))] == ["s-2"]


def test_events_wait_while_xero_is_away(practice: Practice) -> None:
    practice.mirror.refresh(ORGANISATION, kinds=["invoices"])
    practice.tell(("INVOICE", document_id(1)))
    practice.sandbox.simulator.faults.add({"kind": "down"})
    practice.work()
    assert practice.inbox.waiting() == 1
    practice.sandbox.simulator.faults.clear()
    practice.clock.at[0] = MORNING + webhook_inbox.AGAIN_AFTER
    practice.work()
    assert practice.inbox.waiting() == 0


def test_lock_dates_are_looked_at_every_hour_and_a_change_is_remembered(practice: Practice) -> None:
    practice.sweeps.mirror_poll()
    assert practice.calls() == ["Organisation"]
    practice.sweeps.mirror_poll()
    assert practice.calls() == []
    practice.lock(dt.date(2026, 9, 30))
    practice.clock.at[0] += POLL_EVERY
    practice.sweeps.mirror_poll()
    practice.clock.at[0] += POLL_EVERY
    practice.sweeps.mirror_poll()
    told = lock_history.history(ORGANISATION, practice.store)
    assert [(each.seen_at, each.period_lock_date) for each in told] == [
        (MORNING, dt.date(2026, 7, 31)),
        (MORNING + POLL_EVERY, dt.date(2026, 9, 30)),
    ]


def test_what_somebody_has_asked_for_is_polled(practice: Practice) -> None:
    bank.transactions(ORGANISATION, practice.mirror.gateway())
    practice.mirror.refresh(ORGANISATION, kinds=["invoices", "quotes"])
    practice.calls()
    practice.sweeps.mirror_poll()
    assert set(practice.calls()) == {"Organisation", "BankTransactions", "Quotes"}
    assert set(POLLED) == {"payments", "banktransactions", "banktransfers", "manualjournals", "quotes"}


def test_the_night_reads_everything_once(practice: Practice) -> None:
    practice.sweeps.mirror_night()
    assert practice.calls() == []  # it is morning
    practice.clock.at[0] = NIGHT
    practice.sweeps.mirror_night()
    assert sorted(practice.calls()) == sorted(kind.path for kind in KINDS.values())
    practice.clock.at[0] = NIGHT + slots.LEASE
    practice.sweeps.mirror_night()
    assert practice.calls() == []
    assert [(name, client, night) for name, client, night, _ in slots.outcomes(practice.store)] == [
        ("mirror_night", "lantern", "2026-11-06")
    ]


def test_a_kind_that_xero_refuses_does_not_keep_the_others_back(practice: Practice) -> None:
    practice.clock.at[0] = NIGHT
    practice.sandbox.simulator.faults.add({"kind": "status", "status": 403, "endpoint": "Quotes", "times": 9})
    practice.sweeps.mirror_night()
    kept = {name for name in KINDS if practice.mirror.is_kept(ORGANISATION, name)}
    assert kept == set(KINDS) - {"quotes"}
