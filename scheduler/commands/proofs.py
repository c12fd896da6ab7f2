"""`app.py audit`: the chain held against its anchors, one proposal's whole story, and an export for an auditor."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import msgspec

from approvals import audit, proof
from books.period import Period, spoken
from books.store import Store
from scheduler.firm_file import read_firm
from scheduler.settings import Settings
from scheduler.sweeps.anchor import FILE


def verified(settings: Settings, told: str = "") -> dict[str, Any]:
    """Whether the chain holds, with all that was anchored outside the database, and where the last anchor stands.

    `told` is a line from the firm's channel that the chain is held against too.
    """
    store, file = _store(settings), settings.home / FILE
    report = proof.check_anchors(store, file, told=[proof.Anchor.of(told)] if told else [])
    last = max(proof.read_anchors(file), key=lambda each: each.seq, default=None)
    anchor = {"row": last.seq, "at": last.at.isoformat(), "hash": last.hash, "file": str(file)} if last else None
    return {"holds": report.holds, "rows": report.rows, "problem": report.problem, "anchor": anchor}


def in_words(report: dict[str, Any]) -> str:
    """The same for a person."""
    rows, anchor = report["rows"], report["anchor"]
    holds = f"The chain holds: {rows} rows." if report["holds"] else f"The chain is broken: {report['problem']}"
    if anchor is None:
        return f"{holds}\nIt was never anchored: rows cut off at its end would not be noticed."
    at = dt.datetime.fromisoformat(anchor["at"])
    since = f", {rows - anchor['row']} rows ago" if report["holds"] and rows > anchor["row"] else ""
    return f"{holds}\nThe last anchor stands at row {anchor['row']}, {spoken(at.date())} at {at:%H:%M} UTC{since}."


def story(settings: Settings, about: str) -> list[dict[str, Any]]:
    """Everything that happened to one proposal, to one client beside its proposals, or by and to a member; by id."""
    firm, store = read_firm(settings.firm), _store(settings)
    if about in firm.names:
        found = audit.story_of_member(store, about)
    else:
        client = next((each for each in firm.clients if each.id == about), None)
        found = audit.story(store, client.organisation if client else about)
    return [msgspec.to_builtins(vars(told) | {"at": told.at.isoformat()}) for told in found]


def exported(settings: Settings, period: Period, organisation: str | None) -> Iterator[str]:
    """The audit rows written in a month, as JSON Lines with their hashes; None: of all clients."""
    since = dt.datetime.combine(period.start, dt.time(), dt.UTC)
    until = dt.datetime.combine(period.next().start, dt.time(), dt.UTC)
    return proof.export(_store(settings), since=since, until=until, organisation=organisation)


def _store(settings: Settings) -> Store:
    store = Store(settings.database_url)
    store.create_tables()
    return store
