"""Nobody answers: after four hours whoever may decide is reminded, after a day the partners are asked; each once."""

from __future__ import annotations

from approvals import audit, reminders
from tests.approvals.practice import Practice


def asked(practice: Practice) -> list[tuple[str, tuple[str, ...]]]:
    return [(each.step, each.members) for each in reminders.due(practice.store, practice.clock)]


def test_first_those_who_may_decide_then_the_partners(either_practice: Practice) -> None:
    """Alice, who prepared it, is not among them."""
    practice = either_practice
    proposal = practice.submit()
    assert asked(practice) == []
    practice.clock.forward(hours=4)
    assert asked(practice) == [("reminder", ("marcus", "priya", "quentin"))]
    assert asked(practice) == []
    practice.clock.forward(hours=20)
    assert asked(practice) == [("escalation", ("priya", "quentin"))]
    assert asked(practice) == []
    told = [each.what for each in audit.story(practice.store, proposal.id)]
    assert told == ["proposed", "reminder", "escalation"]


def test_what_waited_a_day_unseen_is_asked_of_the_partners_at_once(practice: Practice) -> None:
    """The bot was off for the night: one message, not two."""
    practice.submit()
    practice.clock.forward(hours=30)
    assert asked(practice) == [("escalation", ("priya", "quentin"))]
    assert asked(practice) == []


def test_nobody_is_reminded_of_what_is_over(practice: Practice) -> None:
    """Decided, or expired."""
    practice.approved()
    practice.clock.forward(hours=30)
    assert asked(practice) == []
