"""`app.py audit`: the chain held against its anchors, one proposal's whole story, and an export for an auditor."""

from __future__ import annotations

import argparse
import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from approvals import audit, proof
from books.clock import Clock
from books.firm import Client, Firm, FirmRow, load_firm
from books.period import Period, spoken
from books.refusal import Refusal
from books.store import Store
from bot.directory import Directory
from scheduler.commands.people import member_named
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
    store = _store(settings)
    firm = _firm(settings, store)
    if about in firm.names:
        found = audit.story_of_member(store, about)
    else:
        client = next((each for each in firm.clients if each.id == about), None)
        found = audit.story(store, client.organisation if client else about)
    return [msgspec.to_builtins(vars(told) | {"at": told.at.isoformat()}) for told in found]


def exported(settings: Settings, period: Period, *, client: str = "", organisation: str | None = None) -> Iterator[str]:
    """The audit rows of one client, or of all, written in a month of the firm's time: JSON Lines with their hashes."""
    store = _store(settings)
    firm = _firm(settings, store)
    named = _client(firm, client)
    zone = ZoneInfo(firm.timezone)
    since = dt.datetime.combine(period.start, dt.time(), zone)
    until = dt.datetime.combine(period.next().start, dt.time(), zone)
    return proof.export(store, since=since, until=until, organisation=named.organisation if named else organisation)


def printed(settings: Settings, period: Period, arguments: argparse.Namespace) -> dict[str, Any]:
    """Writes the same rows as a PDF into the file that `--pdf` names, and says what it holds."""
    # Imported here: the typesetter and its fonts are wanted by this alone.
    from scheduler.commands import audit_pdf

    store, clock = _store(settings), Clock(settings.today)
    firm, file = _firm(settings, store), settings.home / FILE
    who = "the command line, nobody named"
    if arguments.as_member:
        who = member_named(Directory(store, clock), arguments, in_sandbox=settings.xero_is_sandbox).name
    rows = [json.loads(each) for each in exported(settings, period, client=arguments.client or "")]
    anchors = proof.read_anchors(file)
    last = max(anchors, key=lambda each: each.seq, default=None)
    cover = audit_pdf.Cover(
        firm=firm,
        client=_client(firm, arguments.client or ""),
        period=period,
        exported_by=who,
        exported_at=clock.now(),
        report=proof.check_anchors(store, file),
        head=audit.head(store),
        anchors=len(anchors),
        last_anchor=(last.seq, last.at) if last else None,
    )
    made = audit_pdf.printed(cover, rows, store)
    try:
        Path(arguments.pdf).write_bytes(made.content)
    except OSError as error:
        raise Refusal(
            f"{arguments.pdf} cannot be written.", next_step="Name another file.", code="file_unwritable"
        ) from error
    return {"file": arguments.pdf, "pages": made.pages, "proposals": made.proposals, "holds": cover.report.holds}


def _client(firm: Firm, words: str) -> Client | None:
    if not words:
        return None
    wanted = words.casefold()
    for each in firm.clients:
        if wanted in {name.casefold() for name in (each.id, each.organisation, each.name, *each.aliases)}:
            return each
    known = ", ".join(each.id for each in firm.clients)
    raise Refusal(f"There is no client “{words}”.", next_step=f"Use one of: {known}.", code="unknown_client")


def _firm(settings: Settings, store: Store) -> Firm:
    """The firm as it was last read into the database, whose audit this is; before that, as its file has it."""
    with store.reading() as session:
        if session.get(FirmRow, 1) is not None:
            return load_firm(session)
    return read_firm(settings.firm)


def _store(settings: Settings) -> Store:
    store = Store(settings.database_url)
    store.create_tables()
    return store
