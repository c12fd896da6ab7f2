"""The executor against a Xero that loses answers, refuses, goes away or is changed by people meanwhile."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import msgspec
from sqlalchemy import select, text

from approvals import audit
from approvals.attempts import AttemptRow, key_of
from approvals.proposal import APPROVED, AWAITING_PERSON, EXPIRED, FAILED, POSTED, UNKNOWN, Proposal
from tests.approvals.dying import paused
from tests.approvals.practice import FIRM, ORGANISATION, Practice, journal, lock
from xero_tools.writes import Pen


def attempts_of(practice: Practice, proposal: Proposal) -> list[AttemptRow]:
    """What was sent, generation by generation."""
    with practice.store.reading() as session:
        query = select(AttemptRow).where(AttemptRow.proposal == proposal.id).order_by(AttemptRow.generation)
        return list(session.scalars(query))


# Answers that are lost


def test_a_lost_answer_is_found_by_the_mark(practice: Practice) -> None:
    """Xero posted, and the connection broke: the next pass finds it and sends nothing."""
    proposal = practice.approved()
    practice.xero.fault("drop_after")
    waiting = practice.executor().carry_out(proposal.id)
    assert waiting.status == APPROVED
    assert "answer was lost" in waiting.problem
    done = practice.executor().carry_out(proposal.id)
    assert (done.status, done.receipt["found_by"], done.problem) == (POSTED, "mark", "")
    assert len(practice.xero.writes()) == 1


def test_a_request_that_never_arrived_is_sent_again_with_the_same_key(practice: Practice) -> None:
    """Within the 150 seconds the same bytes leave under the same key."""
    proposal = practice.approved()
    practice.xero.fault("drop_before")
    practice.executor().carry_out(proposal.id)
    practice.clock.forward(seconds=140)
    assert practice.executor().carry_out(proposal.id).status == POSTED
    [attempt] = attempts_of(practice, proposal)
    assert (attempt.sends, attempt.generation, attempt.outcome) == (2, 1, "done")
    assert len(practice.journals_with(proposal)) == 1


def test_one_click_survives_one_lost_answer(practice: Practice) -> None:
    """With the production setting the executor looks again by itself."""
    proposal = practice.approved()
    practice.xero.fault("drop_after")
    assert practice.executor(replace(practice.timings, sends_at_once=2)).carry_out(proposal.id).status == POSTED
    assert len(practice.xero.writes()) == 1


def test_after_the_window_nothing_is_sent_until_xero_was_read_twice(practice: Practice) -> None:
    """The key may be forgotten soon: quiet for 15 minutes, absent twice a minute apart, then a new key."""
    proposal = practice.approved()
    practice.xero.fault("drop_before")
    practice.executor().carry_out(proposal.id)

    practice.clock.forward(seconds=151)
    unknown = practice.executor().carry_out(proposal.id)
    assert unknown.status == UNKNOWN
    assert practice.executor().run_pending() == ()
    practice.clock.forward(minutes=12)
    assert practice.executor().carry_out(proposal.id).status == UNKNOWN
    practice.clock.forward(seconds=30)
    assert practice.executor().carry_out(proposal.id).status == UNKNOWN, "absent once is not enough"
    practice.clock.forward(seconds=59)
    assert practice.executor().carry_out(proposal.id).status == UNKNOWN
    sent = practice.xero.writes()

    practice.clock.forward(seconds=2)
    assert practice.executor().run_pending() == (proposal.id,)
    assert practice.queue.get(proposal.id).status == POSTED
    first, second = attempts_of(practice, proposal)
    assert (first.outcome, second.outcome) == ("absent", "done")
    assert first.key != second.key
    assert first.body == second.body
    assert len(practice.xero.writes()) == len(sent) + 1
    assert len(practice.journals_with(proposal)) == 1


def test_a_request_that_arrives_late_is_found_and_not_repeated(practice: Practice) -> None:
    """The lost request reaches Xero minutes later, while the proposal is unknown."""
    proposal = practice.approved()
    practice.xero.fault("drop_before")
    practice.executor().carry_out(proposal.id)
    practice.clock.forward(seconds=151)
    assert practice.executor().carry_out(proposal.id).status == UNKNOWN
    [attempt] = attempts_of(practice, proposal)
    Pen(practice.gateway).post_manual_journal(ORGANISATION, attempt.body, key=attempt.key)
    done = practice.executor().carry_out(proposal.id)
    assert (done.status, done.receipt["found_by"]) == (POSTED, "mark")
    assert len(practice.journals_with(proposal)) == 1


def test_a_server_error_is_an_unknown_outcome(practice: Practice) -> None:
    """Xero answers 500 each time: nothing is believed until it was read."""
    proposal = practice.approved()
    practice.xero.fault("status", status=500, times=2)
    assert practice.executor().carry_out(proposal.id).status == APPROVED
    practice.clock.forward(seconds=151)
    assert practice.executor().carry_out(proposal.id).status == UNKNOWN


# Xero's no


def test_being_turned_away_is_not_an_attempt(practice: Practice) -> None:
    """429: nothing was written; the same key leaves later, as if for the first time."""
    proposal = practice.approved()
    practice.xero.fault("status", status=429)
    waiting = practice.executor().carry_out(proposal.id)
    assert waiting.status == APPROVED
    assert waiting.problem
    practice.clock.forward(minutes=20)
    practice.gateway = practice.xero.gateway()  # one whose pace does not remember that it was turned away
    done = practice.executor().carry_out(proposal.id)
    assert (done.status, done.problem) == (POSTED, "")
    [attempt] = attempts_of(practice, proposal)
    assert (attempt.generation, attempt.sends) == (1, 1)


def test_being_turned_away_after_a_lost_answer_proves_nothing(practice: Practice) -> None:
    """The first request may have arrived: its window goes on from the first send."""
    proposal = practice.approved()
    practice.xero.fault("drop_before")
    practice.executor().carry_out(proposal.id)
    practice.xero.fault("status", status=429)
    assert practice.executor().carry_out(proposal.id).status == APPROVED
    practice.clock.forward(seconds=151)
    practice.gateway = practice.xero.gateway()
    assert practice.executor().carry_out(proposal.id).status == UNKNOWN
    [attempt] = attempts_of(practice, proposal)
    assert attempt.outcome == "sending"


def test_the_key_names_the_content_and_the_generation(practice: Practice) -> None:
    """The same for the same work after any restart; another for other content, organisation or generation."""
    proposal = practice.approved()
    others = (
        msgspec.structs.replace(proposal, digest="0" * 64),
        msgspec.structs.replace(proposal, organisation="another"),
        msgspec.structs.replace(proposal, id="another"),
    )
    assert key_of(proposal, 1) == key_of(practice.queue.get(proposal.id), 1)
    assert len({key_of(proposal, 1), key_of(proposal, 2), *(key_of(other, 1) for other in others)}) == 5
    assert len(key_of(proposal, 1)) == 64


def test_what_xero_refuses_fails_with_its_words(practice: Practice) -> None:
    """An adviser locks the period in the instant between our last look and the send."""
    proposal = practice.approved()
    executor, gateway = paused(practice)
    gateway.before_write = lambda: practice.xero.lock_up_to("2026-10-31")
    failed = executor.carry_out(proposal.id)
    assert failed.status == FAILED
    assert failed.problem.startswith("Xero did not accept this. (The document date cannot be before the period lock")
    assert failed.problem.endswith("prepare it again.")
    assert practice.executor().run_pending() == ()


def test_xeros_no_after_a_lost_answer_is_not_believed(practice: Practice) -> None:
    """The first request may have been posted before the lock: the refusal of the second proves nothing."""
    proposal = practice.approved()
    executor, gateway = paused(practice)
    practice.xero.fault("drop_before")
    executor.carry_out(proposal.id)
    gateway.before_write = lambda: practice.xero.lock_up_to("2026-10-31")
    assert executor.carry_out(proposal.id).status == UNKNOWN
    practice.clock.forward(minutes=16)
    assert executor.carry_out(proposal.id).status == UNKNOWN
    practice.clock.forward(minutes=2)
    assert executor.carry_out(proposal.id).status == FAILED
    assert practice.journals_with(proposal) == []


def test_with_xero_away_the_approval_waits(practice: Practice) -> None:
    """Nothing is sent, the problem is visible, and it is finished when Xero is back."""
    proposal = practice.approved()
    practice.xero.fault("down", method="*", endpoint="*")
    waiting = practice.executor().carry_out(proposal.id)
    assert waiting.status == APPROVED
    assert waiting.problem
    rows = audit.verify(practice.store).rows
    practice.executor().carry_out(proposal.id)
    assert audit.verify(practice.store).rows == rows, "the same problem again is not a new event"
    practice.xero.mended()
    assert practice.executor().run_pending() == (proposal.id,)
    assert practice.queue.get(proposal.id).status == POSTED


def test_a_sweep_asks_an_absent_xero_once(practice: Practice) -> None:
    """Five approvals wait for the same organisation."""
    for number in range(5):
        practice.approved(journal(key=f"work {number}"))
    practice.xero.fault("down", method="*", endpoint="*")
    before = practice.gateway.usage(ORGANISATION).calls
    assert len(practice.executor().run_pending()) == 1
    assert practice.gateway.usage(ORGANISATION).calls - before == 4, "one read, tried four times"
    practice.xero.mended()
    assert len(practice.executor().run_pending()) == 5


def test_one_that_breaks_the_code_keeps_nobody_waiting_and_is_not_called_changed(practice: Practice) -> None:
    """At the first write something happens that nobody foresaw; the other journal is posted in the same pass."""
    broken, sound = practice.approved(), practice.approved(journal(key="second"))
    executor, gateway = paused(practice)

    def breaks_once() -> None:
        gateway.before_write = lambda: None
        raise ZeroDivisionError

    gateway.before_write = breaks_once
    assert executor.run_pending() == (sound.id,)
    assert practice.queue.get(broken.id).status == APPROVED
    assert executor.run_pending() == (broken.id,), "tried again at the next pass"


# Approvals that no longer hold


def fails_without_a_write(practice: Practice, proposal: Proposal) -> str:
    """Carries it out and returns the problem; nothing may have been sent."""
    failed = practice.executor().carry_out(proposal.id)
    assert failed.status == FAILED
    assert practice.xero.writes() == []
    return failed.problem


def test_a_period_locked_after_the_approval_stops_it(practice: Practice) -> None:
    """The lock date is read again before anything leaves."""
    proposal = practice.approved()
    practice.xero.lock_up_to("2026-10-31")
    assert fails_without_a_write(practice, proposal).startswith("Xero is locked up to 31 Oct 2026")


def test_an_approver_who_lost_the_role_stops_it(practice: Practice) -> None:
    """Also one who left the firm."""
    first, second = practice.approved(), practice.approved(journal(key="second"))
    demoted = [msgspec.structs.replace(each, role="viewer") if each.id == "priya" else each for each in FIRM.members]
    practice.firm_becomes(replace(FIRM, members=tuple(demoted)))
    assert "you are a viewer" in fails_without_a_write(practice, first)
    practice.firm_becomes(replace(FIRM, members=FIRM.members[:2]))
    assert "belongs to the firm" in fails_without_a_write(practice, second)


def test_an_approval_that_ran_out_stops_it(practice: Practice) -> None:
    """Xero was away for four days."""
    proposal = practice.approved()
    practice.clock.forward(hours=96)
    assert fails_without_a_write(practice, proposal).startswith("The time to decide on this has run out.")


def test_content_changed_after_the_approval_stops_it(practice: Practice) -> None:
    """Somebody edits the row in the database."""
    proposal = practice.approved()
    with practice.store.engine.begin() as connection:
        connection.execute(text("UPDATE proposals SET content = replace(content, '400.00', '900.00')"))
    assert "not what was approved" in fails_without_a_write(practice, proposal)


def test_a_lock_date_moved_while_an_answer_is_lost_is_not_a_failure_yet(practice: Practice) -> None:
    """A request may have arrived: first Xero is read, then the proposal fails."""
    proposal = practice.approved()
    practice.xero.fault("drop_before")
    practice.executor().carry_out(proposal.id)
    practice.xero.lock_up_to("2026-10-31")
    unknown = practice.executor().carry_out(proposal.id)
    assert unknown.status == UNKNOWN
    assert "locked" in unknown.problem
    for _ in range(3):
        practice.clock.forward(minutes=16)
        practice.executor().run_pending()
    assert practice.queue.get(proposal.id).status == FAILED
    assert len(practice.xero.writes()) <= 1


def test_what_is_not_approved_is_not_carried_out(practice: Practice) -> None:
    """Open, rejected and expired proposals cause no write, whoever calls the executor."""
    opened = practice.submit()
    rejected = practice.decide(practice.submit(journal(key="second")), verdict="reject", reason="No").proposal
    for proposal in (opened, rejected):
        assert practice.executor().carry_out(proposal.id).status == proposal.status
    assert practice.executor().run_pending() == ()
    assert practice.xero.writes() == []


# People in Xero


def test_a_journal_that_a_person_voided_is_reported_as_it_is(practice: Practice) -> None:
    """The answer was lost, and before we look somebody voids the journal."""
    proposal = practice.approved()
    practice.xero.fault("drop_after")
    practice.executor().carry_out(proposal.id)
    [found] = practice.journals_with(proposal)
    Pen(practice.gateway).void_manual_journal(ORGANISATION, found.id, key="a person")
    done = practice.executor().carry_out(proposal.id)
    assert (done.status, done.receipt["verified"]) == (POSTED, False)
    assert done.problem == "Look at it in Xero: the journal is VOIDED in Xero."


def test_a_lock_that_nobody_sets_expires(practice: Practice) -> None:
    """Asked for a week, then given up; a period locked just before is still recognised."""
    proposal = practice.decide(practice.submit(lock())).proposal
    assert practice.executor().carry_out(proposal.id).status == AWAITING_PERSON
    practice.clock.forward(hours=169)
    assert practice.executor().run_pending() == (proposal.id,)
    assert practice.queue.get(proposal.id).status == EXPIRED


def test_a_period_locked_before_we_ask_is_done(practice: Practice) -> None:
    """The partner was faster than we."""
    proposal = practice.decide(practice.submit(lock())).proposal
    practice.xero.lock_up_to("2026-10-31")
    assert practice.executor().carry_out(proposal.id).status == POSTED


def test_the_stamps_are_moments(practice: Practice) -> None:
    """Stored times come back with their zone, also from SQLite."""
    posted = practice.executor().carry_out(practice.approved().id)
    assert posted.decided_at is not None
    assert posted.decided_at.utcoffset() == dt.timedelta(0)
