"""`app.py audit`: the chain held against its anchors, one proposal's whole story, and an export for an auditor."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import msgspec

from approvals import audit, proof
from books.period import Period
from books.store import Store
from scheduler.firm_file import read_firm
from scheduler.settings import Settings
from scheduler.sweeps.anchor import FILE


def verified(settings: Settings) -> dict[str, Any]:
    """Whether the chain holds, with all that was anchored outside the database."""
    report = proof.check_anchors(_store(settings), settings.home / FILE)
    return {"holds": report.holds, "rows": report.rows, "problem": report.problem}


def story(settings: Settings, about: str) -> list[dict[str, Any]]:
    """Everything that happened to one proposal, or to one client beside its proposals, in order; by id."""
    client = next((each for each in read_firm(settings.firm).clients if each.id == about), None)
    about = client.organisation if client else about
    return [
        msgspec.to_builtins(vars(told) | {"at": told.at.isoformat()}) for told in audit.story(_store(settings), about)
    ]


def exported(settings: Settings, period: Period, organisation: str | None) -> Iterator[str]:
    """The audit rows written in a month, as JSON Lines with their hashes; None: of all clients."""
    since = dt.datetime.combine(period.start, dt.time(), dt.UTC)
    until = dt.datetime.combine(period.next().start, dt.time(), dt.UTC)
    return proof.export(_store(settings), since=since, until=until, organisation=organisation)


def _store(settings: Settings) -> Store:
    store = Store(settings.database_url)
    store.create_tables()
    return store
