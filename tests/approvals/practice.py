"""A small practice for the tests: one client, four members, the real Xero simulator over HTTP, and a clock to move.

The books: Wattle Nursery (AUD), chart 090 Bank, 610 Accounts Receivable, 620 Prepayments, 433 Insurance,
800 Accounts Payable, 960 Retained Earnings. Nothing is locked. October 2026 is being closed.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import urllib.request
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from approvals.executor import Executor, Timings
from approvals.kinds.lock_period import LockPeriod
from approvals.kinds.post_journal import JournalLine, PostJournal
from approvals.proposal import Draft, Evidence, Proposal
from approvals.queue import Decision, Queue
from books.clock import Clock
from books.firm import ApprovalRule, Client, Firm, Member, save_firm
from books.money import Money
from books.store import Store
from tests.support.sandbox_server import RunningSandbox
from xero_tools.gateway import Gateway, XeroSettings
from xero_tools.pace import Pace
from xero_tools.tokens import Tokens

ORGANISATION = "5a5a0000-0000-4000-8000-00000000b001"
BOOKS = {
    "Organisation": {
        "OrganisationID": ORGANISATION,
        "Name": "Wattle Nursery Pty Ltd",
        "BaseCurrency": "AUD",
        "CountryCode": "AU",
        "ShortCode": "!wat01",
        "FinancialYearEndDay": 30,
        "FinancialYearEndMonth": 6,
        "Timezone": "AUSEASTERNSTANDARDTIME",
    },
    "Accounts": [
        {"Code": "090", "Name": "Bank", "Type": "BANK", "BankAccountNumber": "06200012345678"},
        {"Code": "610", "Name": "Accounts Receivable", "Type": "CURRENT", "SystemAccount": "DEBTORS"},
        {"Code": "620", "Name": "Prepayments", "Type": "CURRENT"},
        {"Code": "433", "Name": "Insurance", "Type": "EXPENSE"},
        {"Code": "800", "Name": "Accounts Payable", "Type": "CURRLIAB", "SystemAccount": "CREDITORS"},
        {"Code": "960", "Name": "Retained Earnings", "Type": "EQUITY", "SystemAccount": "RETAINEDEARNINGS"},
    ],
}
FIRM = Firm(
    name="Harbour & Finch",
    currency="AUD",
    timezone="Australia/Sydney",
    version="f" * 64,
    members=(
        Member(id="alice", name="Alice Nguyen", role="preparer"),
        Member(id="marcus", name="Marcus Webb", role="approver"),
        Member(id="priya", name="Priya Sharma", role="partner"),
        Member(id="quentin", name="Quentin Lee", role="partner"),
        Member(id="tom", name="Tom Fraser", role="viewer"),
        Member(id="ada", name="Ada Byrne", role="administrator"),
        Member(id="eve", name="Eve Stone", role="partner", clients=("somebody-else",)),
    ),
    clients=(Client(id="wattle", name="Wattle Nursery Pty Ltd", organisation=ORGANISATION),),
    approvals={
        "post_journal": ApprovalRule(role="approver", limit=Decimal("10000.00")),
        "lock_period": ApprovalRule(role="partner", role_above_limit="partner", expires_hours=168),
    },
    schedule={},
)
QUICK = Timings(
    pause=dt.timedelta(milliseconds=1), after_no_send=dt.timedelta(0), person_interval=dt.timedelta(0), sends_at_once=1
)
"""The production waits, but for those that a test would sit through; the others pass by moving the clock."""


def write_books(folder: Path) -> Path:
    """The books as a file for the sandbox."""
    path = folder / "wattle.json"
    path.write_text(json.dumps(BOOKS))
    return path


@dataclass(frozen=True)
class MovableClock(Clock):
    """Real time, moved forward by what the test says."""

    moved: list[dt.timedelta] = field(default_factory=list)

    def now(self) -> dt.datetime:
        """The real moment plus all moves."""
        return super().now() + sum(self.moved, dt.timedelta())

    def forward(self, **duration: float) -> None:
        """Lets time pass: `forward(minutes=16)`."""
        self.moved.append(dt.timedelta(**duration))


@dataclass
class Xero:
    """The simulator as a test sees it from outside."""

    sandbox: RunningSandbox

    def control(self, method: str, path: str, content: Any = None) -> Any:
        """A call to the sandbox's control door."""
        body = None if content is None else json.dumps(content).encode()
        headers = {"Content-Type": "application/json"}
        request = urllib.request.Request(f"{self.sandbox.url}/control/{path}", body, headers, method=method)
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)

    def fault(self, kind: str, *, method: str = "PUT", endpoint: str = "ManualJournals", **more: Any) -> None:
        """Rehearses a fault on the next write of a journal, unless said otherwise."""
        self.control("POST", "faults", {"kind": kind, "method": method, "endpoint": endpoint, **more})

    def mended(self) -> None:
        """No more faults."""
        self.control("DELETE", "faults")

    def writes(self) -> list[str]:
        """The paths of the journal writes that reached Xero since the test began."""
        rows = self.control("GET", "log?method=PUT")
        return [row["path"] for row in rows if row["path"].lower().rstrip("/").endswith("manualjournals")]

    def lock_up_to(self, day: str | None) -> None:
        """An adviser sets the period lock date."""

        async def change() -> None:
            store = self.sandbox.simulator.store
            body = store.organisation(ORGANISATION)
            assert body is not None
            body.pop("PeriodLockDate", None)
            if day:
                millis = int(dt.datetime.fromisoformat(f"{day}T00:00:00+00:00").timestamp() * 1000)
                body["PeriodLockDate"] = f"/Date({millis}+0000)/"
            store.save_organisation(ORGANISATION, body)

        asyncio.run_coroutine_threadsafe(change(), self.sandbox._loop).result(10)

    def gateway(self) -> Gateway:
        """A real gateway to it, as a process that has just started has one."""
        settings = XeroSettings.sandbox(self.sandbox.url)
        return Gateway(settings, tokens=Tokens(settings), pace=Pace(), sleep=lambda seconds: None)


@dataclass
class Practice:
    """The room under test with everything around it."""

    store: Store
    xero: Xero
    clock: MovableClock
    gateway: Gateway
    queue: Queue
    timings: Timings = QUICK

    @classmethod
    def open(cls, store: Store, xero: Xero) -> Practice:
        """A practice with an empty queue."""
        with store.transaction() as session:
            save_firm(session, FIRM)
        clock, gateway = MovableClock(), xero.gateway()
        return cls(store, xero, clock, gateway, Queue(store, clock, gateway))

    def executor(self, timings: Timings | None = None) -> Executor:
        """A fresh executor, as a process that has just started has one."""
        return Executor(self.store, self.clock, self.gateway, timings=timings or self.timings)

    def member(self, member_id: str) -> Member:
        """A member of the firm."""
        return FIRM.member(member_id)

    def firm_becomes(self, firm: Firm) -> None:
        """Somebody changes the firm's file."""
        with self.store.transaction() as session:
            save_firm(session, firm)

    def submit(self, draft: Draft | None = None, *, preparer: str | None = "alice") -> Proposal:
        """Alice's prepayments agent submits a journal."""
        sender = self.member(preparer) if preparer else None
        return self.queue.submit(ORGANISATION, draft or journal(), preparer=sender, agent="prepayments")

    def decide(self, proposal: Proposal, who: str = "priya", verdict: str = "approve", **more: str) -> Decision:
        """A member clicks on the card that shows `proposal`."""
        where: dict[str, Any] = {"where": "slack:C0WATTLE", **more}
        return self.queue.decide(proposal.id, verdict=verdict, digest=proposal.digest, member_id=who, **where)

    def approved(self, draft: Draft | None = None) -> Proposal:
        """A journal that Priya has approved."""
        return self.decide(self.submit(draft)).proposal

    def journals_with(self, proposal: Proposal) -> list[Any]:
        """The journals in Xero that carry the proposal's mark."""
        from xero_tools import journals

        return [each for each in journals.manual(ORGANISATION, self.gateway) if proposal.mark in each.narration]


def journal(amount: str = "400.00", *, key: str = "prepayment:INV-77:2026-10", **changes: Any) -> Draft:
    """The October share of an insurance premium: debit 433 Insurance, credit 620 Prepayments."""
    share = Decimal(amount)
    lines = (
        JournalLine(account_code="433", account_name="Insurance", description="October share", amount=share),
        JournalLine(account_code="620", account_name="Prepayments", description="October share", amount=-share),
    )
    payload = PostJournal(
        date=changes.pop("date", dt.date(2026, 10, 31)),
        narration=changes.pop("narration", "Insurance, October share of INV-77"),
        currency="AUD",
        lines=changes.pop("lines", lines),
    )
    draft: dict[str, Any] = {
        "kind": "post_journal",
        "organisation": ORGANISATION,
        "client": "wattle",
        "period": "2026-10",
        "payload": payload,
        "because": "INV-77 covers twelve months; October's share is still in Prepayments.",
        "amount": Money(abs(share), "AUD"),
        "key": key,
        "evidence": (Evidence(label="INV-77", detail="4,800.00 for 12 months", source="inv-77", version="1"),),
    }
    return Draft(**{**draft, **changes})


def lock(day: str = "2026-10-31", *, before: str | None = None, **changes: Any) -> Draft:
    """Lock October."""
    previous = dt.date.fromisoformat(before) if before else None
    draft: dict[str, Any] = {
        "kind": "lock_period",
        "organisation": ORGANISATION,
        "client": "wattle",
        "period": "2026-10",
        "payload": LockPeriod(lock_date=dt.date.fromisoformat(day), previous_lock_date=previous),
        "because": "Every check of October is clean.",
        "amount": Money.zero("AUD"),
        "key": "lock:2026-10",
    }
    return Draft(**{**draft, **changes})
