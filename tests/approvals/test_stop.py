"""The stop: called by anybody who works in the books, it holds every write back until a partner lifts it.

The books: Wattle Nursery. Alice prepares, Priya is a partner, Tom only looks.
"""

from __future__ import annotations

import time
from dataclasses import replace

import pytest
from sqlalchemy import text

from approvals import audit, stop
from approvals.proposal import APPROVED, AWAITING_PERSON, POSTED
from books.firm import Client
from books.refusal import Refusal
from tests.approvals.dying import paused
from tests.approvals.practice import FIRM, ORGANISATION, Practice, journal, lock

WATTLE = FIRM.clients[0]
ELSEWHERE = Client(id="banksia", name="Banksia Books", organisation="another-organisation")


def halt(practice: Practice, who: str = "alice", client: Client | None = WATTLE) -> stop.Stop:
    return stop.halt(practice.store, practice.clock, member_id=who, why="Odd journals.", client=client, where="cli")


def lift(practice: Practice, who: str = "priya", client: Client | None = WATTLE) -> None:
    stop.lift(practice.store, practice.clock, member_id=who, why="Looked at", client=client, where="cli")


@pytest.mark.parametrize("client", [WATTLE, None], ids=["the client", "the firm"])
def test_an_approved_journal_waits_and_says_why_until_a_partner_lifts_it(
    either_practice: Practice, client: Client | None
) -> None:
    """Nothing leaves, the approval stands, and after the lift it is posted once."""
    practice = either_practice
    proposal = practice.approved()
    called = halt(practice, client=client) if client else halt(practice, "priya", None)
    assert called.words.endswith("Odd journals.")
    held = practice.executor().carry_out(proposal.id)
    assert (held.status, practice.xero.writes()) == (APPROVED, [])
    assert "Writing is stopped for" in held.problem
    lift(practice, client=client)
    practice.clock.forward(minutes=1)
    assert practice.executor().run_pending() == (proposal.id,)
    assert practice.queue.get(proposal.id).status == POSTED
    assert len(practice.xero.writes()) == 1


def test_the_stop_is_read_at_the_last_moment_before_the_send(practice: Practice) -> None:
    """Called after everything was checked and the send was written down: the request still does not leave."""
    proposal = practice.approved()
    executor, gateway = paused(practice)

    def call_a_stop() -> None:
        halt(practice)

    gateway.before_write = call_a_stop
    held = executor.carry_out(proposal.id)
    assert (held.status, practice.xero.writes()) == (APPROVED, [])
    assert "Odd journals" in held.problem
    lift(practice)
    gateway.before_write = lambda: None
    practice.clock.forward(minutes=2)
    executor.run_pending()
    assert practice.queue.get(proposal.id).status == POSTED
    assert len(practice.journals_with(proposal)) == 1


def test_ten_journals_under_way_stop_within_a_second(practice: Practice) -> None:
    """Five are posted; from the stop on none is, and the stop itself takes far less than a second."""
    proposals = [practice.approved(journal(key=f"work {number}")) for number in range(10)]
    executor = practice.executor()
    for proposal in proposals[:5]:
        executor.carry_out(proposal.id)
    begun = time.monotonic()
    halt(practice)
    assert time.monotonic() - begun < 1
    for proposal in proposals[5:]:
        assert executor.carry_out(proposal.id).status == APPROVED
    assert len(practice.xero.writes()) == 5


def test_what_cannot_be_read_counts_as_stopped(practice: Practice) -> None:
    """The table is gone: nothing is written."""
    proposal = practice.approved()
    executor, gateway = paused(practice)

    def lose_the_table() -> None:
        with practice.store.engine.begin() as connection:
            connection.execute(text("DROP TABLE stops"))

    gateway.before_write = lose_the_table
    held = executor.carry_out(proposal.id)
    assert (held.status, practice.xero.writes()) == (APPROVED, [])
    assert "cannot be read, so nothing is written" in held.problem


def test_a_person_is_not_asked_to_lock_while_writing_is_stopped(practice: Practice) -> None:
    """The instruction comes after the lift."""
    proposal = practice.decide(practice.submit(lock())).proposal
    halt(practice)
    assert practice.executor().carry_out(proposal.id).status == APPROVED
    lift(practice)
    assert practice.executor().carry_out(proposal.id).status == AWAITING_PERSON


def test_another_client_is_not_stopped(practice: Practice) -> None:
    """Banksia is; Wattle is not."""
    practice.firm_becomes(replace(FIRM, clients=(*FIRM.clients, ELSEWHERE)))
    halt(practice, client=ELSEWHERE)
    assert practice.executor().carry_out(practice.approved().id).status == POSTED


@pytest.mark.parametrize("who", ["alice", "marcus", "ada", "tom", "eve"])
def test_only_a_partner_who_sees_the_client_lifts(practice: Practice, who: str) -> None:
    """Not who called it, unless a partner did."""
    halt(practice)
    with pytest.raises(Refusal) as refused:
        lift(practice, who)
    assert refused.value.code == "may_not_stop"
    assert [each.client for each in stop.standing(practice.store)] == [WATTLE.name]


def test_who_may_stop(practice: Practice) -> None:
    """A viewer may not, nor a member of another client, nor anybody without a reason."""
    for who in ("tom", "eve"):
        with pytest.raises(Refusal):
            halt(practice, who)
    with pytest.raises(Refusal, match="A reason is needed"):
        stop.halt(practice.store, practice.clock, member_id="priya", why=" ", client=None)
    with pytest.raises(Refusal, match="Nothing is stopped there"):
        lift(practice)


def test_who_when_and_why_stand_in_the_audit(practice: Practice) -> None:
    """Both ends of the stop, in the same chain as everything else."""
    halt(practice)
    lift(practice)
    with practice.store.reading() as session:
        rows = session.query(audit.AuditRow).order_by(audit.AuditRow.seq).all()
        told = [(row.who, row.what, row.reason, row.organisation, row.place) for row in rows]
    assert told == [
        ("alice", "stopped", "Odd journals", ORGANISATION, "cli"),
        ("priya", "lifted", "Looked at", ORGANISATION, "cli"),
    ]
    assert audit.verify(practice.store).holds
