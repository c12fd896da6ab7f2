"""Who may decide a proposal now, and for everybody else why not."""

from __future__ import annotations

from collections.abc import Sequence

from approvals.policy import Standing
from bot.card import Card, Heading, Note, Table


def standings_card(standings: Sequence[Standing]) -> Card:
    """The dry run of the firm's rules over every member."""
    may = [each.name for each in standings if each.may]
    words = f"{' or '.join(may)} may approve this next" if may else "Nobody may approve this now"
    rows = tuple((each.name, each.role, "yes" if each.may else "no", each.why) for each in standings)
    note = Note("A dry run of firm.yml: nothing was decided by it.")
    return Card(
        words, (Heading(words, "neutral" if may else "warning"), Table(("Member", "Role", "May", "Why"), rows), note)
    )
