"""The queue: a piece of work stands in it once, and a click decides exactly what was shown."""

from __future__ import annotations

import datetime as dt
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace

import msgspec
import pytest
from sqlalchemy import text

from approvals import audit, register
from approvals.proposal import APPROVED, EXPIRED, POSTED, PROPOSED, REJECTED, WITHDRAWN, Proposal
from approvals.queue import Decision, Queue
from books.clock import Clock
from books.refusal import Refusal
from tests.approvals.practice import FIRM, ORGANISATION, Practice, journal, lock


@dataclass(frozen=True, kw_only=True)
class StandingClock(Clock):
    """One moment, in which everything happens."""

    moment: dt.datetime

    def now(self) -> dt.datetime:
        """That moment."""
        return self.moment


def at_once(*acts: Callable[[], object]) -> list[object]:
    """Runs the acts in threads that start together; a refusal is an answer too."""
    barrier, answers = threading.Barrier(len(acts)), [None] * len(acts)

    def run(number: int) -> None:
        barrier.wait()
        try:
            answers[number] = acts[number]()  # type: ignore[call-overload]
        except Refusal as refusal:
            answers[number] = refusal  # type: ignore[call-overload]

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return list(answers)


# Submitting


def test_the_same_work_found_again_stands_once(either_practice: Practice) -> None:
    """Each morning the agent finds the same prepayment."""
    practice = either_practice
    first = practice.submit()
    again = practice.submit(preparer=None)
    assert again == first
    assert practice.queue.listing([ORGANISATION]) == [first]
    assert audit.verify(practice.store).rows == 1


def test_equal_figures_written_differently_are_the_same_content(practice: Practice) -> None:
    """400, 400.0 and 400.00 have one digest."""
    first = practice.submit(journal("400"))
    assert practice.submit(journal("400.0")).id == practice.submit(journal("400.00")).id == first.id


def test_changed_content_takes_the_place_of_the_open_proposal(either_practice: Practice) -> None:
    """The premium was corrected: 400.00 becomes 425.00; the old card says what changed and can decide nothing."""
    practice = either_practice
    old = practice.submit()
    new = practice.submit(journal("425.00"))
    assert new.supersedes == old.id
    assert [each.id for each in practice.queue.listing([ORGANISATION], statuses=(PROPOSED,))] == [new.id]
    replaced = practice.queue.get(old.id)
    assert replaced.status == WITHDRAWN
    assert "amount amount: 400.00 → 425.00" in replaced.reason
    late = practice.decide(old)
    assert not late.changed
    assert "amount amount: 400.00 → 425.00" in late.words
    assert practice.decide(new).changed


def test_work_that_is_approved_or_posted_is_not_proposed_again(practice: Practice) -> None:
    """Not even with other figures: a journal for the same share would count twice."""
    approved = practice.approved()
    assert practice.submit().id == approved.id
    assert practice.submit(journal("425.00")).id == approved.id
    practice.executor().carry_out(approved.id)
    assert practice.submit(journal("425.00")).status == POSTED


def test_rejected_work_comes_back_only_when_a_person_asks_or_it_changed(practice: Practice) -> None:
    """The morning run does not nag."""
    rejected = practice.decide(practice.submit(), verdict="reject", reason="Already expensed").proposal
    assert practice.submit(preparer=None).id == rejected.id
    assert practice.submit(journal("425.00"), preparer=None).id != rejected.id
    assert practice.submit(journal("425.00", key="another"), preparer=None).status == PROPOSED
    assert practice.submit(preparer="alice").status == PROPOSED


def test_a_replaced_version_is_never_taken_for_the_newest(either_practice: Practice) -> None:
    """The corrected version came in the same moment and was rejected; found again, it stays rejected."""
    names = iter(("0" * 32, "f" * 32, "a" * 32))
    clock = StandingClock(moment=either_practice.clock.now())
    queue = Queue(either_practice.store, clock, either_practice.gateway, new_id=lambda: next(names))
    practice = replace(either_practice, queue=queue)
    old, new = practice.submit(), practice.submit(journal("425.00"))
    assert (old.created_at, practice.queue.get(old.id).status) == (new.created_at, WITHDRAWN)
    practice.decide(new, verdict="reject", reason="Already expensed")
    assert practice.submit(journal("425.00"), preparer=None).id == new.id


def test_two_submissions_at_once_make_one_proposal(either_practice: Practice) -> None:
    """Two replicas run the same schedule."""
    practice = either_practice
    answers = at_once(*[practice.submit] * 6)
    assert len({each.id for each in answers if isinstance(each, Proposal)}) == 1
    assert len(practice.queue.listing([ORGANISATION])) == 1


BROKEN = {
    "unbalanced": journal(lines=(*journal().payload.lines[:1], journal("1.00").payload.lines[1])),  # type: ignore[attr-defined]
    "too_few_lines": journal(lines=journal().payload.lines[:1]),  # type: ignore[attr-defined]
    "wrong_amount": msgspec.structs.replace(journal(), amount=journal("4.00").amount),
    "too_fine": journal("400.001"),
    "empty_line": journal("0.00"),
    "outside_period": msgspec.structs.replace(journal(), period="2026-09"),
    "no_narration": journal(narration="  "),
    "wrong_organisation": msgspec.structs.replace(journal(), organisation="another"),
    "unknown_client": msgspec.structs.replace(journal(), client="another"),
    "unknown_kind": msgspec.structs.replace(journal(), kind="delete_everything"),
    "broken_payload": msgspec.structs.replace(journal(), kind="lock_period"),
    "already_locked": lock(before="2026-10-31"),
}  # fmt: skip


@pytest.mark.parametrize("code", BROKEN)
def test_a_broken_draft_never_stands_in_the_queue(practice: Practice, code: str) -> None:
    """Each is refused with its own code."""
    with pytest.raises(Refusal) as refused:
        practice.submit(BROKEN[code])
    assert refused.value.code == code
    assert practice.queue.listing([ORGANISATION]) == []


@pytest.mark.parametrize(
    ("account_code", "code"),
    [("090", "system_account"), ("610", "system_account"), ("800", "system_account"), ("960", "system_account"),
     ("999", "unknown_account")],
)  # fmt: skip
def test_a_journal_on_an_account_that_xero_keeps_to_itself_is_refused(
    practice: Practice, account_code: str, code: str
) -> None:
    """Bank, receivables, payables, retained earnings, and accounts that are not there."""
    lines = journal().payload.lines  # type: ignore[attr-defined]
    broken = journal(lines=(msgspec.structs.replace(lines[0], account_code=account_code), lines[1]))
    with pytest.raises(Refusal) as refused:
        practice.submit(broken)
    assert refused.value.code == code


@pytest.mark.parametrize("member_id", ["tom", "eve", "ada"])
def test_who_may_not_prepare(practice: Practice, member_id: str) -> None:
    """A viewer, a partner of another client, the administrator."""
    with pytest.raises(Refusal) as refused:
        practice.submit(preparer=member_id)
    assert refused.value.code == "may_not_prepare"


# Deciding


def test_a_double_click_says_so_and_does_nothing(practice: Practice) -> None:
    """Priya clicks twice, then Marcus clicks the old card."""
    proposal = practice.submit()
    first = practice.decide(proposal)
    second = practice.decide(proposal)
    third = practice.decide(proposal, "marcus")
    assert (first.changed, second.changed, third.changed) == (True, False, False)
    assert second.words.startswith("You approved this on ")
    assert third.words.startswith("Priya Sharma approved this on ")
    assert second.words.endswith("; nothing was done.")
    assert practice.queue.get(proposal.id).decided_by == "priya"
    assert audit.verify(practice.store).rows == 2


def test_an_approved_proposal_cannot_be_rejected_late(practice: Practice) -> None:
    """Reject after approve changes nothing, and the other way round."""
    proposal = practice.submit()
    practice.decide(proposal, verdict="reject", reason="Not ours")
    late = practice.decide(proposal, "quentin")
    assert not late.changed
    assert late.words.startswith("Priya Sharma rejected this on ")
    assert practice.queue.get(proposal.id).status == REJECTED
    assert practice.queue.get(proposal.id).reason == "Not ours"


def test_many_clicks_at_once_are_one_decision(either_practice: Practice) -> None:
    """Three people click Approve and Reject twice each, at the same moment."""
    practice = either_practice
    proposal = practice.submit()
    clicks = [
        lambda who=who, verdict=verdict: practice.decide(proposal, who, verdict, reason="no")
        for who in ("priya", "quentin", "marcus")
        for verdict in ("approve", "reject")
    ] * 2
    answers = at_once(*clicks)
    decisions = [each for each in answers if isinstance(each, Decision)]
    assert len(decisions) == 12, answers
    assert Counter(each.changed for each in decisions) == {True: 1, False: 11}
    [won] = [each for each in decisions if each.changed]
    assert practice.queue.get(proposal.id).status == won.proposal.status
    assert [told.what for told in audit.story(practice.store, proposal.id)] == ["proposed", won.proposal.status]
    assert audit.verify(practice.store).holds


def test_a_click_on_other_content_is_refused(practice: Practice) -> None:
    """The digest on the button is not that of the proposal."""
    proposal = practice.submit()
    for digest in ("", "0" * 64, proposal.digest[:16], proposal.digest.upper(), "é"):
        with pytest.raises(Refusal) as refused:
            practice.queue.decide(proposal.id, verdict="approve", digest=digest, member_id="priya")
        assert refused.value.code == "stale"
    assert practice.queue.get(proposal.id).is_open


def test_content_changed_in_the_database_is_refused(practice: Practice) -> None:
    """Somebody edits the row: 400.00 becomes 900.00 and the digest stays."""
    proposal = practice.submit()
    with practice.store.engine.begin() as connection:
        connection.execute(text("UPDATE proposals SET content = replace(content, '400.00', '900.00')"))
    with pytest.raises(Refusal) as refused:
        practice.decide(proposal)
    assert refused.value.code == "tampered"


def test_a_refused_click_is_kept_in_the_audit(practice: Practice) -> None:
    """Tom tried, and the auditor sees it."""
    proposal = practice.submit()
    with pytest.raises(Refusal):
        practice.decide(proposal, "tom")
    [_, told] = audit.story(practice.store, proposal.id)
    assert (told.who, told.what, told.where) == ("tom", "refused", "slack:C0WATTLE")
    assert told.after == {"verdict": "approve", "code": "role"}


def test_a_rejection_needs_a_reason(practice: Practice) -> None:
    """Blanks are no reason."""
    proposal = practice.submit()
    for reason in ("", "   "):
        with pytest.raises(Refusal) as refused:
            practice.decide(proposal, verdict="reject", reason=reason)
        assert refused.value.code == "no_reason"


def test_a_role_that_was_taken_away_counts_at_once(practice: Practice) -> None:
    """Priya became a viewer after the card was posted."""
    proposal = practice.submit()
    demoted = tuple(
        msgspec.structs.replace(each, role="viewer") if each.id == "priya" else each for each in FIRM.members
    )
    practice.firm_becomes(replace(FIRM, members=demoted))
    with pytest.raises(Refusal) as refused:
        practice.decide(proposal)
    assert refused.value.code == "role"


def test_a_period_locked_meanwhile_cannot_be_approved(practice: Practice) -> None:
    """Xero was locked after the card was posted."""
    proposal = practice.submit()
    practice.xero.lock_up_to("2026-10-31")
    with pytest.raises(Refusal) as refused:
        practice.decide(proposal)
    assert refused.value.code == "period_locked"
    practice.xero.lock_up_to(None)
    assert practice.decide(proposal).proposal.status == APPROVED


def test_with_xero_away_nothing_is_approved_but_can_be_rejected(practice: Practice) -> None:
    """The lock date cannot be read, so that nobody knows whether the period is open."""
    proposal = practice.submit()
    practice.xero.fault("down", method="*", endpoint="*")
    with pytest.raises(Refusal):
        practice.decide(proposal)
    assert practice.queue.get(proposal.id).is_open
    assert practice.decide(proposal, verdict="reject", reason="Wait for Xero").changed


def test_an_outsiders_click_costs_xero_nothing(practice: Practice) -> None:
    """No read of the organisation for somebody who may not decide anyway, nor for a late click."""
    proposal = practice.approved()
    practice.xero.control("DELETE", "log")
    practice.decide(proposal, "marcus")
    with pytest.raises(Refusal):
        practice.decide(practice.submit(journal(key="second")), "tom")
    assert "/Organisation" not in [row["path"] for row in practice.xero.control("GET", "log")]


def test_nobody_of_the_firm_and_nothing_of_the_queue(practice: Practice) -> None:
    """Unknown people and unknown proposals."""
    with pytest.raises(Refusal) as refused:
        practice.decide(practice.submit(), "mallory")
    assert refused.value.code == "unknown_member"
    with pytest.raises(Refusal) as refused:
        practice.queue.get("nothing")
    assert refused.value.code == "unknown_proposal"


def test_a_move_from_a_state_that_has_passed_changes_nothing(either_practice: Practice) -> None:
    """Two writers hold the same old copy: the second finds the row moved; a move that is not allowed is a mistake."""
    practice = either_practice
    proposal, now = practice.submit(), practice.clock.now()
    with practice.store.transaction() as session:
        assert register.move(session, proposal, WITHDRAWN, who="alice", now=now) is not None
    with practice.store.transaction() as session:
        assert register.move(session, proposal, EXPIRED, who="queue", now=now) is None
    assert practice.queue.get(proposal.id).status == WITHDRAWN
    with practice.store.transaction() as session, pytest.raises(ValueError, match="cannot become"):
        register.move(session, proposal, POSTED, who="executor", now=now)
    assert audit.verify(practice.store) == audit.AuditReport(rows=2, holds=True)


# Leaving


def test_what_nobody_decides_expires_once(either_practice: Practice) -> None:
    """72 hours for a journal; a click after that is refused even before the sweep comes."""
    practice = either_practice
    proposal = practice.submit()
    assert practice.queue.expire_due() == ()
    practice.clock.forward(hours=73)
    with pytest.raises(Refusal) as refused:
        practice.decide(proposal)
    assert refused.value.code == "expired"
    assert practice.queue.expire_due() == (proposal.id,)
    assert practice.queue.expire_due() == ()
    assert practice.queue.get(proposal.id).status == EXPIRED
    assert practice.decide(proposal).words == "This was expired; nothing was done."
    assert practice.submit().id != proposal.id


def test_an_open_proposal_can_be_withdrawn_and_a_decided_one_not(practice: Practice) -> None:
    """Alice takes it back."""
    proposal = practice.submit()
    assert practice.queue.withdraw(proposal.id, who="alice", reason="Wrong month").changed
    assert practice.decide(proposal).words == "This was withdrawn (Wrong month); nothing was done."
    assert not practice.queue.withdraw(practice.approved().id, who="alice", reason="Too late").changed


def test_the_listing_filters(practice: Practice) -> None:
    """By organisation, status, period and kind."""
    posted, locking = practice.submit(), practice.submit(lock())
    queue = practice.queue
    assert queue.listing([]) == []
    assert queue.listing(["another"]) == []
    assert queue.listing([ORGANISATION], kind="lock_period") == [locking]
    assert queue.listing([ORGANISATION], period="2026-09") == []
    assert queue.listing([ORGANISATION], statuses=(PROPOSED,), period="2026-10") == [posted, locking]
