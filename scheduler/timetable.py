"""The timetable: which post goes where, and at what time of each client's own day."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from books.firm import Client, Member
from books.period import Period
from bot.card import Card
from bot.desk import Desk
from scheduler.posts import budget_variance, close_readiness, prepared_journals
from xero_tools.gateway import Gateway


@dataclass(frozen=True)
class Row:
    """One line of the timetable.

    `card` makes what is posted (None: nothing to say today); `platform` is where it goes first, the other one standing
    in when the client has no channel there; `at` is the default time, which `schedule` in firm.yml may change.
    """

    name: str
    at: str
    platform: str
    what: str
    card: Callable[[Client, Period, Gateway, Desk, Member | None], Card | None]


TIMETABLE = (
    Row("prepared_journals", "07:00", "slack", "missing amortisation journals, proposed", prepared_journals.card),
    Row("close_readiness", "07:30", "slack", "what blocks the close this morning", close_readiness.card),
    Row("budget_variance", "08:00", "teams", "what is off budget, and why", budget_variance.card),
)
