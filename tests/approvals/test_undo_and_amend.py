"""Taking back what was posted, and editing what is open: each is a proposal of its own with its own approval."""

from __future__ import annotations

from dataclasses import replace

import msgspec
import pytest

from approvals import audit
from approvals.proposal import POSTED, PROPOSED, WITHDRAWN, Proposal
from books.refusal import Refusal
from tests.approvals.practice import FIRM, ORGANISATION, Practice, journal, lock
from xero_tools import journals


def posted(practice: Practice) -> Proposal:
    return practice.executor().carry_out(practice.approved().id)


def undone(practice: Practice, proposal: Proposal, who: str = "alice") -> Proposal:
    return practice.queue.undo(proposal.id, member=practice.member(who))


# Undo


def test_a_posted_journal_is_taken_back_by_its_own_proposal(either_practice: Practice) -> None:
    """The reversal carries the same accounts with their signs turned, and nothing is left on either."""
    practice = either_practice
    first = posted(practice)
    reversal = undone(practice, first)
    assert (reversal.kind, reversal.status, reversal.preparer) == ("reverse_journal", PROPOSED, "alice")
    assert [each.id for each in practice.journals_with(first)] == [first.receipt["id"]], "nothing happens by itself"
    practice.decide(reversal)
    done = practice.executor().carry_out(reversal.id)
    assert done.status == POSTED
    mine = [
        each for each in journals.manual(ORGANISATION, practice.gateway)
        if reversal.mark in each.narration or first.mark in each.narration
    ]  # fmt: skip
    sums: dict[str, int] = {}
    for line in (line for each in mine for line in each.lines):
        sums[line.account_code] = sums.get(line.account_code, 0) + int(line.amount.amount * 100)
    assert (len(mine), sums) == (2, {"433": 0, "620": 0})


def test_whoever_asks_for_the_undo_does_not_approve_it(practice: Practice) -> None:
    """Priya approved the first and asks for it to be taken back: Quentin decides."""
    reversal = undone(practice, posted(practice), "priya")
    with pytest.raises(Refusal) as refused:
        practice.decide(reversal, "priya")
    assert refused.value.code == "own_work"
    assert practice.decide(reversal, "quentin").changed


def test_a_journal_in_a_locked_month_is_reversed_in_the_next(practice: Practice) -> None:
    """October was locked meanwhile: the reversal is dated 1 November."""
    first = posted(practice)
    practice.xero.lock_up_to("2026-10-31")
    reversal = undone(practice, first)
    assert (reversal.payload["date"], reversal.period) == ("2026-11-01", "2026-11")
    practice.decide(reversal)
    assert practice.executor().carry_out(reversal.id).status == POSTED


def test_asked_twice_it_stands_once(practice: Practice) -> None:
    """And once it was taken back, it is not taken back again."""
    first = posted(practice)
    reversal = undone(practice, first)
    assert undone(practice, first).id == reversal.id
    practice.decide(reversal)
    practice.executor().carry_out(reversal.id)
    assert undone(practice, first).id == reversal.id


def test_what_changed_in_xero_is_not_reversed(practice: Practice) -> None:
    """Somebody voids the journal by hand before the reversal is approved."""
    from xero_tools.writes import Pen

    first = posted(practice)
    reversal = undone(practice, first)
    Pen(practice.gateway).void_manual_journal(ORGANISATION, str(first.receipt["id"]), key=f"void {first.id}")
    decision = practice.decide(reversal)
    assert (decision.changed, decision.proposal.status) == (False, WITHDRAWN)
    assert "status POSTED → VOIDED" in decision.words


def test_what_cannot_be_undone_says_so(practice: Practice) -> None:
    """A lock is moved back by an adviser in Xero; what was never posted has nothing to undo."""
    with pytest.raises(Refusal) as refused:
        undone(practice, practice.submit())
    assert refused.value.code == "not_posted"
    proposal = practice.decide(practice.submit(lock())).proposal
    practice.executor().carry_out(proposal.id)
    practice.xero.lock_up_to("2026-10-31")
    practice.executor().run_pending()
    with pytest.raises(Refusal) as refused:
        undone(practice, practice.queue.get(proposal.id))
    assert refused.value.code == "cannot_be_undone"
    assert "An adviser can move the lock date back in Xero" in str(refused.value)


# Edit and resubmit


def amended(practice: Practice, proposal: Proposal, who: str, amount: str = "420.00") -> Proposal:
    return practice.queue.amend(proposal.id, journal(amount), editor=practice.member(who))


def test_the_editor_becomes_the_preparer(practice: Practice) -> None:
    """Marcus edits what Alice had prepared: neither approves it, Priya does; the old card decides nothing."""
    old = practice.submit(preparer="alice")
    new = amended(practice, old, "marcus")
    assert (new.preparer, new.supersedes, set(new.authors)) == ("marcus", old.id, {"alice", "marcus"})
    with pytest.raises(Refusal) as refused:
        practice.decide(new, "marcus")
    assert refused.value.code == "own_work"
    assert not practice.decide(old, "priya").changed
    assert "amount amount: 400.00 → 420.00" in practice.queue.get(old.id).reason
    assert audit.story(practice.store, old.id)[-1].who == "marcus"
    assert practice.decide(new, "priya").changed


def test_nobody_approves_what_they_wrote_through_somebody_elses_edit(practice: Practice) -> None:
    """Priya prepares, Alice edits a figure: Priya still does not approve it, even two edits later."""
    practice.firm_becomes(replace(FIRM))
    first = practice.submit(preparer="priya")
    second = amended(practice, first, "alice")
    third = amended(practice, second, "marcus", "430.00")
    for who in ("priya", "marcus"):
        with pytest.raises(Refusal) as refused:
            practice.decide(third, who)
        assert refused.value.code == "own_work"
    assert practice.decide(third, "quentin").changed


def test_an_edit_voids_the_approvals_so_far(practice: Practice) -> None:
    """Four eyes begin again on the new content."""
    rule = msgspec.structs.replace(FIRM.approvals["post_journal"], four_eyes_above=journal("100.00").amount.amount)
    practice.firm_becomes(replace(FIRM, approvals={"post_journal": rule}))
    old = practice.submit()
    practice.decide(old, "priya")
    new = amended(practice, old, "alice")
    assert new.approvals == ()
    assert practice.decide(new, "priya").proposal.status == PROPOSED


def test_an_agent_does_not_undo_what_a_person_edited(practice: Practice) -> None:
    """The morning run finds the old figures again and leaves the edited proposal."""
    new = amended(practice, practice.submit(), "marcus")
    assert practice.submit(preparer=None).id == new.id


@pytest.mark.parametrize("code", ["unchanged", "other_work", "not_open", "may_not_prepare"])
def test_what_cannot_be_edited_is_refused(practice: Practice, code: str) -> None:
    """Nothing changed, another piece of work, too late, and a viewer."""
    proposal = practice.submit()
    if code == "not_open":
        practice.decide(proposal)
    draft = journal("420.00", key="another") if code == "other_work" else journal("420.00")
    draft = journal() if code == "unchanged" else draft
    editor = practice.member("tom" if code == "may_not_prepare" else "marcus")
    with pytest.raises(Refusal) as refused:
        practice.queue.amend(proposal.id, draft, editor=editor)
    assert refused.value.code == code
