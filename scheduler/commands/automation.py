"""`app.py automation`: how far it went for each client and kind, re-arming it, and reviews of what it posted."""

from __future__ import annotations

import argparse
import dataclasses
from typing import Any

from approvals.automation import Standing
from bot.card import Card
from bot.cards.plain_words import words_card
from bot.cards.rollout import rollout_card
from scheduler.commands.people import as_member, client_named
from scheduler.office import Office

Said = tuple[Any, Card]


def act(office: Office, arguments: argparse.Namespace) -> Said:
    """Carries one verb out and says how automation stands then; raises Refusal for every no."""
    firm = office.directory.firm()
    if arguments.verb == "review":
        member = as_member(office, arguments)
        proposal_id = office.proposal_named(arguments.id)
        office.desk.casework.seen(proposal_id, member)
        office.automatic.review(
            proposal_id, member_id=member.id, verdict=arguments.verdict, why=arguments.why, where="cli"
        )
        words = words_card("Reviewed", "Your word counts in the record that automation stands on.")
        return {"proposal": proposal_id, "verdict": arguments.verdict}, words
    clients = (client_named(office, arguments.client, None),) if arguments.client else firm.clients
    if arguments.verb == "arm":
        member = as_member(office, arguments)
        office.automatic.arm(clients[0], arguments.kind, member_id=member.id, why=arguments.why, where="cli")
    standings = office.automatic.standings(clients)
    names = {each.id: each.name for each in firm.clients}
    return {"standings": [_plain(each) for each in standings]}, rollout_card(standings, names)


def _plain(standing: Standing) -> dict[str, Any]:
    bar = standing.bar
    return {
        "client": standing.client,
        "kind": standing.kind,
        "tier": standing.tier,
        "phase": standing.phase,
        "record": dataclasses.asdict(standing.record) | {"lower_bound": str(standing.record.lower_bound)},
        "bar": {"below": str(bar.below), "precision": str(bar.precision), "decisions": bar.decisions} if bar else None,
        "why_not": standing.why_not,
        "taken_away_at": standing.fell_at.isoformat() if standing.fell_at else None,
    }
