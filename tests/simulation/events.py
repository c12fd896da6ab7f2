"""What people, workers, Xero and the clock may do next, and how often."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING

import msgspec

from approvals import stop
from approvals.kinds.post_journal import JournalLine
from approvals.proposal import Evidence
from books.firm import Delegation
from tests.approvals import practice
from tests.simulation.xero_model import Journal

if TYPE_CHECKING:
    from tests.simulation.world import World

PEOPLE = ("alice", "marcus", "priya", "quentin", "tom", "ada", "eve")
BETWEEN = (("433", "620"), ("433", "620"), ("433", "620"), ("433", "630"), ("434", "620"))
"""Which two ledger accounts a journal is between."""


def submits(world: World) -> None:
    """An agent finds a piece of work, new or found before with other figures."""
    organisation = world.random.choice(tuple(world.xero.books))
    again = world.works and world.random.random() < 0.2
    world.works += not again
    number = world.random.randint(1, world.works) if again else world.works
    amount = world.random.choice(("100.00", "400.00", "900.00", "1500.00", "3500.00"))
    books = world.xero.books[organisation]
    link = "http://127.0.0.1/go/Journal/View.aspx?invoiceID=premium"
    version = books.journals["premium"].changed.replace(microsecond=0).isoformat()
    source = Evidence(label="Premium", detail="1", link=link, source="premium", version=version)
    draft = practice.journal(
        amount, key=f"{organisation} work {number}", evidence=(source,), lines=_lines(world, Decimal(amount))
    )
    draft = msgspec.structs.replace(draft, organisation=organisation, client=organisation[:-6])
    preparer = world.random.choice(("alice", "alice", "marcus", "priya", ""))
    member = world.firm.member(preparer) if preparer else None
    world.kept(world.process().queue().submit(organisation, draft, preparer=member, agent="prepayments").id)


def _lines(world: World, amount: Decimal) -> tuple[JournalLine, ...]:
    debit, credit = world.random.choice(BETWEEN)
    return tuple(
        JournalLine(account_code=code, account_name=code, description="October share", amount=each)
        for code, each in ((debit, amount), (credit, -amount))
    )


def edits(world: World) -> None:
    """Somebody edits an open proposal."""
    cards = world.oracle.records.cards().values()
    waiting = [each for each in cards if each.status == "proposed" and each.kind == "post_journal"]
    if not waiting:
        return
    card = world.random.choice(waiting)
    queue = world.process(edits=card.id).queue()
    old = queue.get(card.id)
    amount = world.random.choice(("150.00", "1200.00", "3600.00"))
    draft = practice.journal(amount, key=old.key, evidence=old.evidence, lines=_lines(world, Decimal(amount)))
    draft = msgspec.structs.replace(draft, organisation=old.organisation, client=old.client)
    editor = world.firm.member(world.random.choice(("alice", "marcus", "priya")))
    world.kept(queue.amend(old.id, draft, editor=editor).id)


def undoes(world: World) -> None:
    """Somebody wants a posted journal taken back."""
    member = world.firm.member(world.random.choice(("alice", "priya")))
    world.kept(world.process().queue().undo(world.some().id, member=member).id)


def clicks(world: World) -> None:
    """Anybody presses anything, on the current card or on an old one; it may come late, twice, or not at all."""
    card = world.some()
    stale = world.random.random() < 0.1
    digest = world.oracle.records.card(world.random.choice(world.ids)).digest if stale else card.digest
    verdict = "approve" if world.random.random() < 0.88 else "reject"
    reason = "" if world.random.random() < 0.3 else "Because"
    press = world.press(card.id, verdict, digest, world.random.choice(PEOPLE), reason)
    fate = world.random.random()
    if fate > 0.9:
        return  # lost on the way
    if fate > 0.7:
        world.inbox.append(press)
    if fate > 0.8:
        return  # it comes later
    world.deliver(press)


def clicks_arrive(world: World) -> None:
    """Clicks that were under way arrive, in any order."""
    world.random.shuffle(world.inbox)
    due, world.inbox = world.inbox[:3], world.inbox[3:]
    for press in due:
        with world.suppressed():
            world.deliver(press)


def clicks_through(world: World) -> None:
    """The approvers work through their queue; some press twice."""
    records = world.oracle.records
    waiting = [each.id for each in records.cards().values() if each.status == "proposed"]
    for proposal_id in waiting[-4:]:
        for who in world.random.sample(("marcus", "priya", "quentin"), world.random.choice((1, 1, 2))):
            card = records.card(proposal_id)
            if card.status == "proposed":
                with world.suppressed():
                    world.deliver(world.press(card.id, "approve", card.digest, who, ""))


def works(world: World) -> None:
    """A worker's sweep."""
    world.pass_of_a_worker()


def carries_out(world: World) -> None:
    """A worker takes one proposal, as after a click."""
    world.pass_of_a_worker(world.some().id)


def sweeps(world: World) -> None:
    """Several minutes of a worker that sweeps, as it does in the office."""
    for _ in range(world.random.randint(3, 7)):
        world.forward(world.random.uniform(20, 70))
        world.pass_of_a_worker()


def moments_pass(world: World) -> None:
    """Seconds."""
    world.forward(world.random.uniform(0.1, 5))


def sleeps(world: World) -> None:
    """The process stands still, longer than its lease or its deadline."""
    world.forward(world.random.choice((12, 30, 100, 200, 400, 1000)))


def minutes_pass(world: World) -> None:
    """From a minute to half an hour."""
    world.forward(world.random.choice((60, 100, 140, 200, 400, 1000, 1800)))


def hours_pass(world: World) -> None:
    """A night, or a clock that jumps."""
    world.forward(world.random.choice((4, 9, 25)) * 3600)


def lock_moves(world: World) -> None:
    """An adviser moves the lock date."""
    day = world.random.choice((None, None, None, None, dt.date(2026, 9, 30), dt.date(2026, 10, 31)))
    world.xero.books[world.random.choice(tuple(world.xero.books))].lock_date = day


def source_changes(world: World) -> None:
    """Somebody edits the document that proposals were built on."""
    books = world.xero.books[world.random.choice(tuple(world.xero.books))]
    books.journals["premium"].changed = world.now + dt.timedelta(seconds=1)
    world.forward(2)


def roles_change(world: World) -> None:
    """Somebody is promoted or demoted, or all is as it was; somebody delegates, for today, days past or to come."""
    who = world.random.choice(("marcus", "quentin", "alice"))
    role = world.random.choice(("viewer", "preparer", "approver", "partner"))
    before = practice.FIRM.members if world.random.random() < 0.5 else world.firm.members
    members = tuple(msgspec.structs.replace(m, role=role) if m.id == who else m for m in before)
    first = world.now.date() + dt.timedelta(days=world.random.choice((-3, 0, 0, 2)))
    given = Delegation(giver="priya", to="marcus", first=first, last=first + dt.timedelta(days=1))
    world.firm_becomes(members=members, delegations=(given,) if world.random.random() < 0.4 else ())


def rules_change(world: World) -> None:
    """The bands move."""
    rule = world.firm.approvals["post_journal"]
    rule = msgspec.structs.replace(rule, limit=Decimal(world.random.choice((500, 1000, 2000))))
    world.firm_becomes(approvals={"post_journal": rule, "reverse_journal": rule})


def stops(world: World) -> None:
    """Somebody calls a stop."""
    client = world.random.choice((None, *world.firm.clients))
    stop.halt(world.store, world.clock, member_id="priya", why="Odd journals", client=client)
    world.oracle.stopped.add(client.organisation if client else "")


def lifts(world: World) -> None:
    """A partner lifts a stop that stands."""
    standing = sorted(world.oracle.stopped)
    client = world.firm.client_of(world.random.choice(standing)) if standing else None
    stop.lift(world.store, world.clock, member_id="priya", why="Looked at", client=client)
    world.oracle.stopped.discard(client.organisation if client else "")


def expires(world: World) -> None:
    """The sweep that expires what nobody decided."""
    world.process().queue().expire_due()


def withdraws(world: World) -> None:
    """Somebody takes a proposal back."""
    world.process().queue().withdraw(world.some().id, who="alice", reason="Not needed")


def tampers(world: World) -> None:
    """Somebody who owns the database changes a figure behind Tieout's back."""
    card = world.some()
    if card.status in ("proposed", "approved") and "100.00" in card.content:
        world.oracle.records.rows(
            "UPDATE proposals SET content = replace(content, '100.00', '190.00') WHERE id = ? RETURNING id", card.id
        )


def sees_a_write_by_hand(world: World) -> None:
    """Somebody at the client posts a journal by hand."""
    books = world.xero.books[world.random.choice(tuple(world.xero.books))]
    world.xero.made += 1
    body = {"Narration": "By hand", "Date": "2026-10-31", "JournalLines": []}
    books.journals[f"hand-{world.xero.made}"] = Journal(body, made=world.now, changed=world.now)


AT_ANY_MOMENT = ((stops, 1), (moments_pass, 16))
EVENTS = (
    (submits, 20),
    (edits, 4),
    (undoes, 3),
    (clicks, 18),
    (clicks_arrive, 4),
    (clicks_through, 18),
    (works, 18),
    (carries_out, 10),
    (sweeps, 3),
    (moments_pass, 8),
    (sleeps, 2),
    (minutes_pass, 12),
    (hours_pass, 1),
    (lock_moves, 2),
    (source_changes, 1),
    (roles_change, 3),
    (rules_change, 1),
    (stops, 1),
    (lifts, 8),
    (expires, 2),
    (withdraws, 1),
    (tampers, 1),
    (sees_a_write_by_hand, 1),
)
