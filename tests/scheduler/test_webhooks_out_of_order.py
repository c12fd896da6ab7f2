"""Xero's events late, doubled, in the wrong order and of unknown sorts, from its signed delivery to the mirror.

Ines was entered as a new contact and renamed Inês; her invoice was drafted and voided. Xero tells of it in every order.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from books.store import Store
from bot.server import Server
from bot.xero_hook import XeroHook
from scheduler.mirroring import subscribe
from scheduler.settings import SANDBOX_HOOK_KEY, settings_from
from scheduler.sweeps import webhook_inbox
from tests.sandbox.xero import paper_lantern
from tests.sandbox.xero.paper_lantern import ORGANISATION
from tests.scheduler.test_mirror_sweeps import Practice, StandingClock, firm_of
from tests.support.sandbox_server import RunningSandbox, start_sandbox
from tests.support.xero_wire import Wire, send
from tests.xero_tools.conftest import gateway_to
from xero_tools import contacts, invoices
from xero_tools.mirror import Mirror
from xero_tools.vault import Vault
from xero_tools.vault_keys import KeyFile
from xero_tools.webhooks import EventRow, Inbox

ROOT = Path(__file__).resolve().parents[2]
STRANGE = ("PAYRUN", "SUBSCRIPTION", "invoice line", "")


@dataclass
class Bot:
    """A bot with its door, its inbox and its mirror, and the sandbox that delivers to it."""

    sandbox: RunningSandbox
    store: Store
    clock: StandingClock
    mirror: Mirror
    inbox: Inbox
    contact: str
    invoice: str
    began: dt.datetime

    def deliver(self, *events: dict[str, Any]) -> int:
        """Xero delivers these events together, signed, over HTTP; the door's answer."""
        body = json.dumps({"events": events}).encode()
        headers = {"Content-Type": "application/json"}
        return int(
            send(f"{self.sandbox.url}/control/webhooks/replay", "POST", headers=headers, body=body).json["status"]
        )

    def work(self) -> list[str]:
        """The sweep runs; what it asked of Xero."""
        self.sandbox.simulator.log.clear()
        webhook_inbox.sweep(self.inbox, self.mirror, lambda: firm_of(Practice.client), self.clock)()
        return [row["path"].strip("/") for row in self.sandbox.simulator.log]

    def kept(self) -> tuple[list[str], str]:
        """The contact's names and the invoice's status, as the copies have them."""
        copies = self.mirror.gateway(not_older=dt.timedelta(days=60))
        names = [each.name for each in contacts.every(ORGANISATION, copies) if each.name.startswith("In")]
        documents = invoices.summaries(ORGANISATION, copies, since=dt.date(2026, 11, 1))
        return names, next((each.status for each in documents if each.id == self.invoice), "")

    def outcomes(self) -> set[str]:
        """How the events in the inbox were finished."""
        with self.store.reading() as session:
            return set(session.scalars(select(EventRow.outcome)))

    def told(self, minutes: float, what: str, category: str = "CONTACT", **more: str) -> dict[str, Any]:
        """An event of so many minutes ago."""
        record = self.invoice if category == "INVOICE" else self.contact
        happened = (self.began - dt.timedelta(minutes=minutes)).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3]
        return {"resourceUrl": "", "resourceId": record, "eventDateUtc": happened, "eventType": what,
                "eventCategory": category, "tenantId": ORGANISATION, "tenantType": "ORGANISATION", **more}  # fmt: skip

    def all_told(self) -> list[dict[str, Any]]:
        """What happened, in its order."""
        return [
            self.told(4, "CREATE"),
            self.told(3, "UPDATE"),
            self.told(2, "CREATE", "INVOICE"),
            self.told(1, "UPDATE", "INVOICE"),
        ]


@pytest.fixture
async def bot(tmp_path: Path) -> AsyncIterator[Bot]:
    """Its copies are from before anything happened, and nothing was told yet."""
    file = tmp_path / "paper_lantern.json"
    file.write_text(json.dumps(paper_lantern.books()))
    sandbox = start_sandbox(tmp_path / "home", books=[file], today="2026-11-05")
    sandbox.simulator.pace.unlimited = True
    store, clock = Store(f"sqlite:///{tmp_path / 'tieout.db'}"), StandingClock(at=[dt.datetime.now(dt.UTC)])
    store.create_tables()
    mirror = Mirror(store, gateway_to(sandbox.url), Vault(KeyFile(tmp_path)), clock)
    await asyncio.to_thread(mirror.refresh, ORGANISATION, kinds=["contacts", "invoices"])
    contact, invoice = await asyncio.to_thread(_happened, sandbox)
    made = Bot(sandbox, store, clock, mirror, Inbox(store, SANDBOX_HOOK_KEY), contact, invoice, clock.at[0])
    server = Server(host="127.0.0.1", port=0)
    server.mount(XeroHook(made.inbox, now=clock.now))
    await server.start()
    settings = settings_from({"TIEOUT_HOME": str(tmp_path), "TIEOUT_SANDBOX_URL": sandbox.url}, ROOT)
    assert await subscribe(settings, server.url) == "ok"
    yield made
    await server.stop()
    store.close()
    sandbox.stop()


def _happened(sandbox: RunningSandbox) -> tuple[str, str]:
    wire = Wire(sandbox.url, ORGANISATION)
    contact = wire.put("Contacts", {"Name": "Ines"}).json["Contacts"][0]["ContactID"]
    wire.post(f"Contacts/{contact}", {"Contacts": [{"ContactID": contact, "Name": "Inês"}]})
    line = {"Description": "Lantern", "Quantity": 1, "UnitAmount": "10.00", "AccountCode": "200"}
    body = {"Type": "ACCREC", "Contact": {"ContactID": contact}, "Date": "2026-11-01", "DueDate": "2026-11-30",
            "LineItems": [line], "Status": "AUTHORISED"}  # fmt: skip
    invoice = wire.put("Invoices", body).json["Invoices"][0]["InvoiceID"]
    wire.post(f"Invoices/{invoice}", {"Invoices": [{"InvoiceID": invoice, "Status": "VOIDED"}]})
    return contact, invoice


@pytest.mark.parametrize("order", [(3, 2, 1, 0), (1, 0, 3, 2), (1, 3, 0, 2)], ids=str)
async def test_one_at_a_time_in_the_wrong_order(bot: Bot, order: tuple[int, ...]) -> None:
    """Whatever comes first, the copies say what Xero says now, and an older event turns nothing back."""
    last = {"contact": False, "invoice": False}
    for place in order:
        assert await asyncio.to_thread(bot.deliver, bot.all_told()[place]) == 200
        assert len(await asyncio.to_thread(bot.work)) == 1
        last["contact" if place < 2 else "invoice"] = True
        names, status = await asyncio.to_thread(bot.kept)
        assert (names == ["Inês"], status == "VOIDED") == tuple(last.values())
    assert bot.inbox.waiting() == 0


async def test_backwards_and_doubled_in_one_delivery(bot: Bot) -> None:
    """Each category is read once, and what is told again costs nothing."""
    backwards = list(reversed(bot.all_told()))
    assert await asyncio.to_thread(bot.deliver, *backwards, *backwards) == 200
    assert bot.inbox.waiting() == 4
    assert sorted(await asyncio.to_thread(bot.work)) == ["Contacts", "Invoices"]
    assert await asyncio.to_thread(bot.kept) == (["Inês"], "VOIDED")
    assert await asyncio.to_thread(bot.deliver, *bot.all_told()) == 200
    assert (bot.inbox.waiting(), await asyncio.to_thread(bot.work)) == (0, [])


async def test_replayed_after_31_days(bot: Bot) -> None:
    """What was told a month ago is known still; what is told a month late for the first time turns nothing back."""
    first, *late = bot.all_told()
    await asyncio.to_thread(bot.deliver, first)
    await asyncio.to_thread(bot.work)
    bot.clock.at[0] += dt.timedelta(days=31)
    await asyncio.to_thread(bot.deliver, first)
    assert (bot.inbox.waiting(), await asyncio.to_thread(bot.work)) == (0, [])
    await asyncio.to_thread(bot.mirror.refresh, ORGANISATION, kinds=["contacts", "invoices"])
    await asyncio.to_thread(bot.deliver, *reversed(late))
    assert set(await asyncio.to_thread(bot.work)) <= {"Contacts", "Invoices"}
    assert bot.inbox.waiting() == 0
    assert await asyncio.to_thread(bot.kept) == (["Inês"], "VOIDED")


async def test_of_unknown_sorts_and_strangers(bot: Bot) -> None:
    """They are kept and finished, read nothing, and keep the known event beside them from nothing."""
    unknown = [bot.told(1, "ARCHIVE", category) for category in STRANGE]
    stranger = bot.told(1, "UPDATE", tenantId="99999999-0000-4000-8000-000000000009")
    assert await asyncio.to_thread(bot.deliver, *unknown, stranger) == 200
    assert await asyncio.to_thread(bot.work) == []
    assert {"not a client of the firm", "no category: nothing to read", "PAYRUN: nothing to read"} <= bot.outcomes()
    assert await asyncio.to_thread(bot.deliver, *unknown, bot.told(2, "DELETE"), stranger) == 200
    assert await asyncio.to_thread(bot.work) == ["Contacts"]
    assert bot.inbox.waiting() == 0
    assert (await asyncio.to_thread(bot.kept))[0] == ["Inês"]
