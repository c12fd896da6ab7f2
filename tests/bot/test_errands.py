"""What members command in chat about the queue, at a real desk before the simulator; who may not is told no.

Wattle Nursery's journals wait. Alice prepares, Marcus approves up to 1,000.00, Priya is a partner, Eve sees another
client only.
"""

from __future__ import annotations

import pytest

from approvals import remarks
from approvals.breaker import fall
from approvals.proposal import PROPOSED, WITHDRAWN
from books.refusal import Refusal
from bot.card import Buttons
from bot.plain import plain
from bot.surface import Ask, Speaker
from tests.approvals.practice import FIRM, ORGANISATION
from tests.bot.counter import CHANNEL, Counter


def test_what_many_cards_show_is_found_at_once_as_it_is_one_by_one(counter: Counter) -> None:
    practice, drawing, batches = counter.practice, counter.drawing, counter.errands.casework.batches
    quiet, asked, decided, *alike = counter.found("40.00", "50.00", "60.00", *["70.00"] * 5)
    remarks.remark(
        practice.store, practice.clock, asked.id, member_id="priya", sort=remarks.QUESTION, text="Why?", where="cli"
    )
    practice.decide(decided, "priya", "reject", reason="Not ours")
    (batch,), _ = batches.gather(alike)
    one_by_one = {each.id: drawing.state(practice.queue.get(each.id)) for each in (quiet, asked, decided)}
    one_by_one[batch.id] = drawing.state(batches.get(batch.id))
    assert drawing.states(sorted(one_by_one)) == one_by_one
    assert one_by_one[asked.id] == f"{one_by_one[quiet.id]}:1 said"


def test_the_queue_is_filtered_and_says_first_what_the_reader_may_approve(counter: Counter) -> None:
    counter.found("40.00", "1500.00", "700.00")
    assert "3 proposals wait" in counter.says("marcus", "queue")
    assert "2 of them are yours to approve" in counter.says("marcus", "queue wattle october journals")
    lines = counter.says("marcus", "queue")
    assert lines.index("A$700.00") < lines.index("A$1,500.00"), "what he may approve comes first"
    assert "2 proposals wait" in counter.says("marcus", "queue over 500")
    assert "Nothing waits" in counter.says("marcus", "queue older than 2 days")
    counter.practice.clock.forward(days=2, hours=1)
    assert "3 proposals wait" in counter.says("marcus", "queue older than 2 days")
    assert "yours to approve" not in counter.says("alice", "queue"), "a preparer approves nothing"


def test_my_queue_hides_what_i_put_off_and_nobody_elses_does(counter: Counter) -> None:
    first, _ = counter.found("40.00", "50.00")
    remarks.snooze(counter.practice.store, counter.practice.clock, first.id, member_id="marcus", hours=4)
    assert "1 proposal waits" in counter.says("marcus", "my queue")
    assert "2 proposals wait" in counter.says("priya", "my queue")
    assert "2 proposals wait" in counter.says("marcus", "queue")


def test_the_banks_of_all_clients_are_those_that_the_asker_may_see(counter: Counter) -> None:
    assert "Wattle Nursery Pty Ltd" in counter.says("alice", "bank all October")
    assert "Wattle" not in counter.says("eve", "bank all October")
    assert not counter.says("alice", "bank All Seasons"), "a client's name is a question like any other"


def test_a_batch_is_one_line_of_the_queue_and_shown_whole(counter: Counter) -> None:
    proposals = counter.found("10.00", "20.00", "30.00", "40.00", "50.00")
    assert "1 batch waits" in counter.says("marcus", "batches wattle")
    (channel, posted), *_ = counter.slack.posted
    assert (channel, "5 journals" in plain(posted)) == (CHANNEL, True)
    listed = counter.says("marcus", "my queue")
    assert "5 journals in one batch" in listed
    assert proposals[0].id not in listed, "its parts do not fill the queue"
    batch = counter.errands.casework.batches.waiting()[0]
    assert all(str(each.amount) in counter.says("marcus", f"show {batch.id[:12]}") for each in proposals)
    assert len(counter.slack.posted) == 1, "asked again, nothing is gathered twice"
    with pytest.raises(Refusal, match="no such batch"):
        counter.says("eve", f"show {batch.id}")


def test_a_viewer_sees_the_batches_and_makes_none(counter: Counter) -> None:
    counter.found("10.00", "20.00", "30.00", "40.00", "50.00")
    assert "No batch waits" in counter.says("tom", "batches wattle")
    assert counter.slack.posted == []


def test_a_proposal_is_shown_whole_by_the_beginning_of_its_id(counter: Counter) -> None:
    (proposal,) = counter.found("40.00")
    card = counter.errands.answer(FIRM.member("marcus"), None, f"show {proposal.id[:8]}", "slack:D1")
    assert card is not None
    assert any(isinstance(part, Buttons) for part in card.parts)
    assert proposal.id in plain(card)
    standings = counter.says("alice", f"who {proposal.id[:8]}")
    assert "Marcus Webb or Priya Sharma or Quentin Lee may approve this next" in standings
    with pytest.raises(Refusal, match="There is no proposal"):
        counter.says("eve", f"show {proposal.id[:8]}")


def test_questions_that_begin_like_commands_stay_questions(counter: Counter) -> None:
    for words in ("who acts next for Wattle?", "show me what is off budget", "ask the client", "review the close"):
        assert counter.says("marcus", words) == ""


def test_a_question_stands_on_the_card_in_its_threads_and_reaches_who_prepared(counter: Counter) -> None:
    """Marcus asks in chat; Alice, for whom it was prepared, answers in the card's thread in Slack."""
    (proposal,) = counter.found("40.00", preparer="alice")
    work = counter.errands.casework
    work.courier.post_proposal(proposal, work.directory.firm().clients[0])
    assert "It stands on the card" in counter.says("marcus", f"ask {proposal.id[:8]}: Which month is it for?")
    assert "Marcus Webb asks: Which month is it for?" in counter.says("priya", f"show {proposal.id}")
    for wall in (counter.slack, counter.teams):
        ((_, below),) = wall.below
        assert "Which month is it for?" in plain(below)
    assert "Which month is it for?" in counter.slack.told("UALICE")

    thread = Ask(Speaker("slack", "T0", "UALICE"), CHANNEL, "October's, as the policy says.", thread="m1")
    kept = counter.errands.overhear(thread)
    assert kept is not None
    assert "Alice Nguyen says: October's, as the policy says." in counter.says("priya", f"show {proposal.id}")
    assert len(counter.slack.below) == 1, "where it was said it is not said again"
    assert "as the policy says" in plain(counter.teams.below[1][1])
    assert "as the policy says" in counter.slack.told("UMARCUS"), "whoever asked is told"


def test_words_in_other_threads_and_commands_are_no_comments(counter: Counter) -> None:
    (proposal,) = counter.found("40.00")
    work = counter.errands.casework
    work.courier.post_proposal(proposal, work.directory.firm().clients[0])
    speaker = Speaker("slack", "T0", "UMARCUS")
    assert counter.errands.overhear(Ask(speaker, CHANNEL, "lunch?", thread="another")) is None
    assert counter.errands.overhear(Ask(speaker, "C0ELSE", "lunch?", thread="m1")) is None
    assert counter.errands.overhear(Ask(speaker, CHANNEL, f"show {proposal.id}", thread="m1")) is None
    with pytest.raises(Refusal, match="I do not know you"):
        counter.errands.overhear(Ask(Speaker("slack", "T0", "UNOBODY"), CHANNEL, "It is May's.", thread="m1"))
    with pytest.raises(Refusal, match="There is no proposal"):
        counter.errands.overhear(Ask(Speaker("slack", "T0", "UEVE"), CHANNEL, "It is May's.", thread="m1"))
    assert remarks.of(counter.practice.store, proposal.id) == ()


def test_who_prepared_takes_it_back_and_nobody_else(counter: Counter) -> None:
    (proposal,) = counter.found("40.00", preparer="alice")
    with pytest.raises(Refusal, match="Only whoever prepared"):
        counter.says("marcus", f"withdraw {proposal.id[:8]}: not needed")
    with pytest.raises(Refusal, match="A few words are needed"):
        counter.says("alice", f"withdraw {proposal.id[:8]}")
    assert counter.practice.queue.get(proposal.id).status == PROPOSED
    assert "Withdrawn" in counter.says("alice", f"withdraw {proposal.id[:8]}: the policy was cancelled")
    withdrawn = counter.practice.queue.get(proposal.id)
    assert (withdrawn.status, withdrawn.reason) == (WITHDRAWN, "the policy was cancelled")


def test_automation_is_shown_and_only_a_partner_gives_it_back(counter: Counter) -> None:
    with counter.practice.store.transaction() as session:
        fall(session, ORGANISATION, "post_journal", "a posting was called wrong", now=counter.practice.clock.now())
    assert "Wattle Nursery" in counter.says("tom", "automation")
    assert "No review is owed" in counter.says("marcus", "review")
    with pytest.raises(Refusal, match="Only a partner"):
        counter.says("marcus", "arm wattle: journal: the template is corrected")
    with pytest.raises(Refusal, match="of which kind"):
        counter.says("priya", "arm wattle: the template is corrected")
    assert "Automation is back" in counter.says("priya", "arm wattle: journals: the template is corrected")
    with pytest.raises(Refusal, match="was not taken away"):
        counter.says("priya", "arm wattle: post_journal: again")
