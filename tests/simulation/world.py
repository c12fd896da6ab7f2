"""The world of one seed: the real queue, policy, executor and audit, a model of Xero, and everything that can go wrong.

Nothing here waits and nothing reads a real clock or a real source of chance, so that the same seed gives the same
trace. A process may end before and after each commit and each call; other people and another worker act in between.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import msgspec
from sqlalchemy.orm import Session

from approvals import audit, stop
from approvals.executor import Executor, Timings
from approvals.proposal import PROPOSED, Evidence, Proposal
from approvals.queue import Queue
from books.clock import Clock
from books.firm import ApprovalRule, Client, Delegation, save_firm
from books.refusal import Refusal
from books.store import Store
from tests.approvals import practice
from tests.simulation.oracle import Oracle
from tests.simulation.xero_model import Books, Journal, ModelGateway, XeroModel

START = dt.datetime(2026, 11, 5, 9, 0, tzinfo=dt.UTC)
ORGANISATIONS = ("wattle-books", "banksia-books")
PEOPLE = ("alice", "marcus", "priya", "quentin", "tom", "ada", "eve")
RULE = ApprovalRule(limit=Decimal(1000), four_eyes_above=Decimal(3000), expires_hours=12)
FIRM = replace(
    practice.FIRM,
    clients=tuple(Client(id=each[:-6], name=each, organisation=each) for each in ORGANISATIONS),
    approvals={"post_journal": RULE, "reverse_journal": RULE},
)
TIMINGS = Timings(pause=dt.timedelta(0), person_interval=dt.timedelta(0))


class Died(BaseException):
    """A process ended here; no handler of the code under test may catch it."""


@dataclass(frozen=True)
class WorldClock(Clock):
    """The world's own time."""

    world: Any = None

    def now(self) -> dt.datetime:
        """The virtual moment."""
        moment: dt.datetime = self.world.now
        return moment


class WorldStore(Store):
    """The one database as one process sees it, with a step around each transaction."""

    def __init__(self, store: Store, step: Callable[[str], None]) -> None:
        self.engine, self.is_sqlite, self._step = store.engine, store.is_sqlite, step

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """A transaction in whose place a process may end."""
        self._step("before a transaction")
        with super().transaction() as session:
            yield session
            self._step("before a commit")
        self._step("after a commit")


class World:
    """One seed, played step by step."""

    def __init__(self, seed: int, timings: Timings = TIMINGS) -> None:
        self.random, self.now, self.timings = random.Random(seed), START, timings
        self.faults, self.depth, self.trace = True, 0, hashlib.sha256()
        self.clock = WorldClock(world=self)
        self.store = Store("sqlite:///:memory:")
        self.store.create_tables()
        self.firm = FIRM
        self._save_firm()
        self.xero = XeroModel({each: Books(each) for each in ORGANISATIONS}, self.random, lambda: self.now)
        for books in self.xero.books.values():
            body = {"Narration": "Premium", "Date": "2026-10-01", "JournalLines": []}
            books.journals["premium"] = Journal(body, made=START, changed=START)
        self.oracle = Oracle(self)
        gateway = ModelGateway(self.xero, lambda name: None, lambda organisation, body: None)
        self.queue = Queue(self.store, self.clock, gateway, new_id=lambda: f"{self.random.getrandbits(128):032x}")
        self.ids: list[str] = []
        self.works = 0

    def note(self, what: str) -> None:
        """One line of the trace."""
        self.trace.update(f"{self.now.isoformat()} {what}\n".encode())

    def close(self) -> str:
        """Lets go of the database and returns the trace's hash, the end of the audit included."""
        with self.store.reading() as session:
            self.note(session.get_one(audit.AuditHead, 1).hash)
        self.store.close()
        return self.trace.hexdigest()

    # What happens

    def step(self) -> None:
        """One random event, then the invariants."""
        self.event(EVENTS)
        self.oracle.after_each_step()

    def event(self, among: tuple[tuple[Callable[[World], None], int], ...]) -> None:
        """One random event; a refusal is an answer like any other."""
        events, weights = zip(*among, strict=True)
        chosen = self.random.choices(events, weights)[0]
        try:
            chosen(self)
            self.note(chosen.__name__)
        except Refusal as refusal:
            self.note(f"{chosen.__name__} refused: {refusal.code}")

    def forward(self, seconds: float) -> None:
        """Time passes, and late requests arrive."""
        self.now += dt.timedelta(seconds=seconds)
        self.xero.arrive()

    def some_id(self) -> str:
        """A proposal, more often a recent one."""
        if not self.ids:
            raise Refusal("Nothing yet.", next_step="Go on.", code="nothing")
        return self.random.choice(self.ids[-6:] if self.random.random() < 0.8 else self.ids)

    def pass_of_a_worker(self, proposal_id: str | None = None) -> None:
        """A process carries on with what is due, until it is done or ends at some step."""
        over = False

        def step(name: str) -> None:
            nonlocal over
            if over or (self.faults and self.random.random() < 0.015):
                over = True
                raise Died(name)
            if not self.faults or self.depth > 1 or name == "before a commit" or self.random.random() > 0.12:
                return
            self.depth += 1
            try:
                # Between the last check and the send only a stop and the clock get in: the rest is checked with it.
                self.event(EVENTS if name.startswith("before a t") else AT_ANY_MOMENT)
            finally:
                self.depth -= 1

        gateway = ModelGateway(self.xero, step, self.oracle.sent)
        seconds = lambda: self.now.timestamp()  # noqa: E731
        store = WorldStore(self.store, step)
        executor = Executor(store, self.clock, gateway, timings=self.timings, monotonic=seconds)
        try:
            if proposal_id:
                executor.carry_out(proposal_id)
            else:
                executor.run_pending()
        except Died as died:
            self.note(f"died {died}")

    def settle(self) -> None:
        """The phase with no faults, in which everything must finish."""
        self.faults = self.xero.faults = False
        for client in (None, *self.firm.clients):
            with self.suppressed():
                stop.lift(self.store, self.clock, member_id="priya", why="All clear", client=client)
        for _ in range(12):
            self.forward(600)
            self.pass_of_a_worker()
            self.oracle.after_each_step()
        self.oracle.at_the_end()

    @contextmanager
    def suppressed(self) -> Iterator[None]:
        """A refusal is no failure here."""
        try:
            yield
        except Refusal:
            self.note("nothing to lift")

    def _save_firm(self) -> None:
        with self.store.transaction() as session:
            save_firm(session, self.firm)

    def firm_becomes(self, **changes: Any) -> None:
        """The firm's file changes."""
        self.firm = replace(self.firm, **changes)
        self._save_firm()


def submits(world: World) -> None:
    """An agent finds a piece of work, new or found before with other figures."""
    organisation = world.random.choice(ORGANISATIONS)
    again = world.works and world.random.random() < 0.2
    world.works += not again
    number = world.random.randint(1, world.works) if again else world.works
    amount = world.random.choice(("100.00", "400.00", "900.00", "1500.00", "3500.00"))
    books = world.xero.books[organisation]
    link = "http://127.0.0.1/go/Journal/View.aspx?invoiceID=premium"
    version = books.journals["premium"].changed.replace(microsecond=0).isoformat()
    source = Evidence(label="Premium", detail="1", link=link, source="premium", version=version)
    draft = practice.journal(amount, key=f"{organisation} work {number}", evidence=(source,))
    draft = msgspec.structs.replace(draft, organisation=organisation, client=organisation[:-6])
    preparer = world.random.choice(("alice", "alice", "marcus", "priya", ""))
    member = world.firm.member(preparer) if preparer else None
    kept(world, world.queue.submit(organisation, draft, preparer=member, agent="prepayments"))


def edits(world: World) -> None:
    """Somebody edits an open proposal."""
    old = world.queue.get(world.some_id())
    if old.kind != "post_journal":
        return
    draft = practice.journal(world.random.choice(("150.00", "1200.00", "3600.00")), key=old.key, evidence=old.evidence)
    draft = msgspec.structs.replace(draft, organisation=old.organisation, client=old.client)
    editor = world.firm.member(world.random.choice(("alice", "marcus", "priya")))
    kept(world, world.queue.amend(old.id, draft, editor=editor))


def undoes(world: World) -> None:
    """Somebody wants a posted journal taken back."""
    member = world.firm.member(world.random.choice(("alice", "priya")))
    kept(world, world.queue.undo(world.some_id(), member=member))


def kept(world: World, proposal: Proposal) -> None:
    """The world remembers the proposal."""
    if proposal.id not in world.ids:
        world.ids.append(proposal.id)


def clicks(world: World) -> None:
    """Anybody presses anything, on the current card or on an old one."""
    proposal = world.queue.get(world.some_id())
    stale = world.random.random() < 0.1
    digest = world.queue.get(world.random.choice(world.ids)).digest if stale else proposal.digest
    verdict = "approve" if world.random.random() < 0.88 else "reject"
    who = world.random.choice(PEOPLE)
    decision = world.queue.decide(proposal.id, verdict=verdict, digest=digest, member_id=who, reason="Because")
    world.oracle.decided(proposal, decision, who, verdict, digest)


def clicks_through(world: World) -> None:
    """The approvers work through their queue; some press twice."""
    for proposal_id in world.ids[-8:]:
        for who in world.random.sample(("marcus", "priya", "quentin"), 2):
            proposal = world.queue.get(proposal_id)
            if proposal.status != PROPOSED:
                continue
            with world.suppressed():
                decision = world.queue.decide(
                    proposal_id, verdict="approve", digest=proposal.digest, member_id=who, reason=""
                )
                world.oracle.decided(proposal, decision, who, "approve", proposal.digest)


def works(world: World) -> None:
    """A worker's sweep."""
    world.pass_of_a_worker()


def carries_out(world: World) -> None:
    """A worker takes one proposal, as after a click."""
    world.pass_of_a_worker(world.some_id())


def moments_pass(world: World) -> None:
    """Seconds."""
    world.forward(world.random.uniform(0.1, 5))


def minutes_pass(world: World) -> None:
    """From a minute to half an hour."""
    world.forward(world.random.choice((60, 100, 140, 200, 400, 1000, 1800)))


def hours_pass(world: World) -> None:
    """A night, or a clock that jumps."""
    world.forward(world.random.choice((4, 9, 25)) * 3600)


def lock_moves(world: World) -> None:
    """An adviser moves the lock date."""
    day = world.random.choice((None, None, dt.date(2026, 9, 30), dt.date(2026, 10, 31)))
    world.xero.books[world.random.choice(ORGANISATIONS)].lock_date = day


def source_changes(world: World) -> None:
    """Somebody edits the document that proposals were built on."""
    books = world.xero.books[world.random.choice(ORGANISATIONS)]
    books.journals["premium"].changed = world.now + dt.timedelta(seconds=1)
    world.forward(2)


def roles_change(world: World) -> None:
    """Somebody is promoted, demoted, or given other clients; somebody delegates."""
    who = world.random.choice(("marcus", "quentin", "alice"))
    role = world.random.choice(("viewer", "preparer", "approver", "partner"))
    members = tuple(msgspec.structs.replace(m, role=role) if m.id == who else m for m in world.firm.members)
    day = world.now.date()
    given = Delegation(giver="priya", to="marcus", first=day, last=day)
    world.firm_becomes(members=members, delegations=(given,) if world.random.random() < 0.3 else ())


def rules_change(world: World) -> None:
    """The bands move."""
    rule = msgspec.structs.replace(RULE, limit=Decimal(world.random.choice((500, 1000, 2000))))
    world.firm_becomes(approvals={"post_journal": rule, "reverse_journal": rule})


def stops(world: World) -> None:
    """Somebody calls a stop."""
    client = world.random.choice((None, *world.firm.clients))
    stop.halt(world.store, world.clock, member_id="priya", why="Odd journals", client=client)


def lifts(world: World) -> None:
    """A partner lifts a stop."""
    client = world.random.choice((None, *world.firm.clients))
    stop.lift(world.store, world.clock, member_id="priya", why="Looked at", client=client)


def expires(world: World) -> None:
    """The sweep that expires what nobody decided."""
    world.queue.expire_due()


def sees_a_write_by_hand(world: World) -> None:
    """Somebody at the client posts a journal by hand."""
    books = world.xero.books[world.random.choice(ORGANISATIONS)]
    world.xero.made += 1
    body = {"Narration": "By hand", "Date": "2026-10-31", "JournalLines": []}
    books.journals[f"hand-{world.xero.made}"] = Journal(body, made=world.now, changed=world.now)


AT_ANY_MOMENT = ((stops, 1), (moments_pass, 6))
EVENTS = (
    (submits, 20),
    (edits, 4),
    (undoes, 3),
    (clicks, 18),
    (clicks_through, 18),
    (works, 18),
    (carries_out, 10),
    (moments_pass, 8),
    (minutes_pass, 12),
    (hours_pass, 1),
    (lock_moves, 1),
    (source_changes, 1),
    (roles_change, 3),
    (rules_change, 1),
    (stops, 1),
    (lifts, 5),
    (expires, 2),
    (sees_a_write_by_hand, 1),
)
