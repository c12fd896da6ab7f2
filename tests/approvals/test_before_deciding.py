"""What people do with a proposal before they decide: type its figure, edit it, ask, comment, put it off."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest

from approvals import audit, remarks
from approvals.kinds import kind_of
from approvals.proposal import APPROVED, PROPOSED, REJECTED, WITHDRAWN
from approvals.typed import typed_amount
from books.firm import ApprovalRule
from books.refusal import Refusal
from tests.approvals.practice import FIRM, Practice, journal

TYPED = replace(FIRM, approvals={"post_journal": ApprovalRule(typed_above=Decimal(10000))})


# A large figure is typed


@pytest.mark.parametrize("typed", ["25000", "25,000.00", "A$ 25,000.00 "])
def test_whoever_approves_a_large_amount_types_it(practice: Practice, typed: str) -> None:
    practice.firm_becomes(TYPED)
    proposal = practice.submit(journal("25000.00"))
    assert practice.decide(proposal, "marcus", typed=typed).proposal.status == APPROVED


@pytest.mark.parametrize("typed", ["", "2500.00", "yes", "1.2.3"])
def test_another_figure_decides_nothing_and_says_which_one(practice: Practice, typed: str) -> None:
    practice.firm_becomes(TYPED)
    proposal = practice.submit(journal("25000.00"))
    with pytest.raises(Refusal) as no:
        practice.decide(proposal, "marcus", typed=typed)
    assert (no.value.code, no.value.next_step) == ("type_the_figure", "Type 25,000.00 to approve.")
    assert practice.queue.get(proposal.id).status == PROPOSED
    assert practice.decide(proposal, "marcus", "reject", reason="Too much").proposal.status == REJECTED


def test_a_small_amount_is_not_typed(practice: Practice) -> None:
    practice.firm_becomes(TYPED)
    assert practice.decide(practice.submit(), "marcus").changed


# Edit, then somebody else decides


def test_an_edit_is_a_new_version_and_the_editor_is_its_preparer(practice: Practice) -> None:
    """Marcus sees that October's share is 410.00: he edits both lines, and Priya decides."""
    old = practice.submit(preparer=None)
    names = [each.name for each in kind_of("post_journal").form(kind_of("post_journal").read(old))]
    assert names == ["date", "narration", "line 1", "line 2"]
    values = {"line 1": "410.00", "line 2": "410.00", "narration": "Insurance, October (corrected)"}
    new = practice.queue.edit(old.id, values, editor=practice.member("marcus"))
    assert practice.queue.get(old.id).status == WITHDRAWN
    assert (new.preparer, str(new.amount.amount), new.supersedes) == ("marcus", "410.00", old.id)
    with pytest.raises(Refusal, match="You prepared this"):
        practice.decide(new, "marcus")
    assert practice.decide(new, "priya").proposal.status == APPROVED


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"line 1": "410.00"}, "unbalanced"),
        ({"line 1": "-5"}, "not_typed"),
        ({"line 1": "1.234,50"}, "not_typed"),
        ({"date": "31/10/2026"}, "not_typed"),
        ({"date": "2026-11-01"}, "outside_period"),
        ({"narration": "  "}, "no_narration"),
        ({}, "unchanged"),
    ],
)
def test_an_edit_that_cannot_be_posted_changes_nothing(practice: Practice, values: dict[str, str], code: str) -> None:
    old = practice.submit(preparer=None)
    with pytest.raises(Refusal) as no:
        practice.queue.edit(old.id, values, editor=practice.member("alice"))
    assert no.value.code == code
    assert practice.queue.get(old.id).status == PROPOSED


@pytest.mark.parametrize("text", ["1e9", "NaN", "Infinity", "１２", "12 34", "0", "0.00", "9" * 30])
def test_odd_figures_are_refused(text: str) -> None:
    with pytest.raises(Refusal):
        typed_amount(text)


# Ask, comment, put off


def test_a_question_stays_with_the_proposal_and_in_the_audit(practice: Practice) -> None:
    proposal = practice.submit()
    words = "Is the premium for twelve months?\nIt says thirteen."
    remarks.remark(practice.store, practice.clock, proposal.id, member_id="priya", sort="question", text=words)
    (kept,) = remarks.of(practice.store, proposal.id)
    assert (kept.member, kept.sort, kept.text) == (
        "priya",
        "question",
        "Is the premium for twelve months? It says thirteen.",
    )
    assert audit.story(practice.store, proposal.id)[-1].what == "question"
    assert practice.queue.get(proposal.id).digest == proposal.digest


@pytest.mark.parametrize(("who", "text"), [("eve", "Whose is this?"), ("priya", "   "), ("priya", "x" * 2001)])
def test_strangers_and_empty_words_are_refused(practice: Practice, who: str, text: str) -> None:
    proposal = practice.submit()
    with pytest.raises(Refusal):
        remarks.remark(practice.store, practice.clock, proposal.id, member_id=who, sort="comment", text=text)
    assert remarks.of(practice.store, proposal.id) == ()


def test_what_one_member_puts_off_the_others_still_see(practice: Practice) -> None:
    proposal = practice.submit()
    remarks.snooze(practice.store, practice.clock, proposal.id, member_id="priya", hours=4)
    seen = {
        who: remarks.awake(practice.store, practice.clock, practice.member(who), [proposal])
        for who in ("priya", "marcus")
    }
    assert (seen["priya"], seen["marcus"]) == ([], [proposal])
    practice.clock.moved.append(dt.timedelta(hours=5))
    assert remarks.awake(practice.store, practice.clock, practice.member("priya"), [proposal]) == [proposal]
    with pytest.raises(Refusal, match="too long"):
        remarks.snooze(practice.store, practice.clock, proposal.id, member_id="priya", hours=200)
