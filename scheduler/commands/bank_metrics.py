"""`app.py statement metrics`: for each client and tier what people made of the bank's proposals."""

from __future__ import annotations

import argparse
from decimal import Decimal
from typing import Any

from agents.reconciliation.metrics import TierMetrics, measured
from approvals.tiers import BANK
from approvals.track_record import outcomes
from bot.card import Card, Heading, Note, Part, Table
from scheduler.commands.people import client_named
from scheduler.office import Office


def metrics(office: Office, arguments: argparse.Namespace) -> tuple[Any, Card]:
    """The metrics of one client, or of all of them."""
    firm = office.directory.firm()
    clients = (client_named(office, arguments.client, None),) if arguments.client else firm.clients
    found = []
    for client in clients:
        with office.store.reading() as session:
            found += [(client.id, each) for each in measured(outcomes(session, client.organisation, BANK))]
    names = {each.id: each.name for each in clients}
    return {"tiers": [_plain(client, each) for client, each in found]}, metrics_card(found, names)


def metrics_card(found: list[tuple[str, TierMetrics]], names: dict[str, str]) -> Card:
    """A row for each client and tier."""
    decided = sum(each.record.decided for _, each in found)
    words = f"People decided on {decided} of the bank's proposals" if found else "Nothing was proposed for a bank yet"
    columns = ("Client", "Tier", "Proposed", "Accepted", "Corrected", "Rejected", "Open", "Precision", "Between")
    parts: list[Part] = [Heading(words)]
    if found:
        parts.append(Table(columns, tuple(_row(names[client], each) for client, each in found), (2, 3, 4, 5, 6, 7, 8)))
        parts.append(Note("Precision: accepted as it stood, of what people decided. Between: Wilson's interval, 90 %."))
    return Card(words, tuple(parts))


def _row(name: str, tier: TierMetrics) -> tuple[str, ...]:
    counts = (tier.proposed, tier.accepted, tier.corrected, tier.rejected, tier.open)
    if tier.precision is None:
        return (name, tier.tier, *map(str, counts), "–", "–")
    between = f"{_percent(tier.record.lower_bound)} and {_percent(tier.record.upper_bound)}"
    return (name, tier.tier, *map(str, counts), _percent(tier.precision), between)


def _percent(share: Decimal) -> str:
    return f"{share * 100:.1f} %"


def _plain(client: str, tier: TierMetrics) -> dict[str, Any]:
    counts = {name: getattr(tier, name) for name in TierMetrics.__struct_fields__}
    precision = str(tier.precision) if tier.precision is not None else None
    interval = [str(tier.record.lower_bound), str(tier.record.upper_bound)] if tier.precision is not None else None
    return {"client": client, **counts, "precision": precision, "interval": interval}
