"""The audit outside its database: an export for an auditor, and the chain's head kept where nobody can cut it."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import msgspec
from sqlalchemy import select

from approvals import audit
from approvals.audit import AuditHead, AuditReport, AuditRow
from books.clock import Clock
from books.refusal import Refusal
from books.store import Store

_WORDS = re.compile(r"Audit head on (\d{4}-\d\d-\d\d \d\d:\d\d) UTC: row (\d+), ([0-9a-f]{64})\b")


class Anchor(msgspec.Struct, frozen=True, kw_only=True):
    """The end of the chain at a moment: a chain that does not hold this row with this hash was cut or rewritten."""

    at: dt.datetime
    seq: int
    hash: str

    @property
    def words(self) -> str:
        """One line for a channel that the firm's people read."""
        return f"Audit head on {self.at:%Y-%m-%d %H:%M} UTC: row {self.seq}, {self.hash}"

    @classmethod
    def of(cls, words: str) -> Anchor:
        """The anchor that a line from a channel tells of; raises Refusal when it is none."""
        found = _WORDS.search(words)
        if found is None:
            raise Refusal(
                "That is no anchor.",
                next_step="Copy the line from the channel: “Audit head on … UTC: row N, …”.",
                code="no_anchor",
            )
        at = dt.datetime.strptime(found[1], "%Y-%m-%d %H:%M").replace(tzinfo=dt.UTC)
        return cls(at=at, seq=int(found[2]), hash=found[3])


def anchor(store: Store, clock: Clock, file: Path, *, post: Callable[[str], None] | None = None) -> Anchor:
    """Writes the chain's head at the end of `file` and, if given, tells it to `post`; once a day is enough.

    Raises Refusal when the file cannot be written, and when the chain does not hold any more: a broken chain gets no
    anchor.
    """
    report = check_anchors(store, file)
    if not report.holds:
        raise Refusal(f"The audit does not hold: {report.problem}", next_step="Tell a partner.", code="audit_broken")
    with store.reading() as session:
        head = session.get_one(AuditHead, 1)
        made = Anchor(at=clock.now(), seq=head.seq, hash=head.hash)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("ab") as lines:
            lines.write(msgspec.json.encode(made) + b"\n")
    except OSError as error:
        raise Refusal(
            f"The anchor cannot be written to {file}.", next_step="Check the folder.", code="anchor_unwritable"
        ) from error
    if post is not None:
        post(made.words)
    return made


def read_anchors(file: Path) -> tuple[Anchor, ...]:
    """The anchors in the file, oldest first; none when there is no file. Raises Refusal for a line that is none."""
    if not file.exists():
        return ()
    found = []
    for number, line in enumerate(file.read_bytes().splitlines(), start=1):
        try:
            found.append(msgspec.json.decode(line, type=Anchor))
        except msgspec.DecodeError as error:
            raise Refusal(
                f"Line {number} of {file.name} is no anchor.",
                next_step="Compare it with the channel.",
                code="no_anchor",
            ) from error
    return tuple(found)


def check_anchors(store: Store, file: Path, *, told: Sequence[Anchor] = ()) -> AuditReport:
    """Verifies the chain, then holds it against every anchor in the file and those that were `told` in a channel.

    What the chain alone cannot show is found so: rows cut off at the end, and a chain written anew from some row on.
    """
    report = audit.verify(store)
    if not report.holds:
        return report
    with store.reading() as session:
        for each in (*read_anchors(file), *told):
            row = session.get(AuditRow, each.seq)
            kept = row.hash if row else (audit.START if each.seq == 0 else "")
            if kept == each.hash:
                continue
            what = "was rewritten" if row else f"is missing: the chain ends at row {report.rows}"
            problem = f"Row {each.seq}, anchored on {each.at:%Y-%m-%d %H:%M} UTC, {what}."
            return AuditReport(rows=report.rows, holds=False, problem=problem)
    return report


def export(store: Store, *, since: dt.datetime, until: dt.datetime, organisation: str | None = None) -> Iterator[str]:
    """Every audit row from `since` up to, not including, `until`, as JSON Lines with its hash; None: all clients.

    The rows of the whole firm (a stop for everybody) belong to every client's export.
    """
    query = select(AuditRow).order_by(AuditRow.seq).execution_options(yield_per=1000)
    if organisation is not None:
        query = query.where(AuditRow.organisation.in_((organisation, organisation.lower(), "")))
    first, last = since.astimezone(dt.UTC), until.astimezone(dt.UTC)
    with store.reading() as session:
        for row in session.scalars(query):
            if first <= dt.datetime.fromisoformat(row.at) < last:
                columns = {column.name: getattr(row, column.name) for column in AuditRow.__table__.columns}
                yield json.dumps(columns, ensure_ascii=False, sort_keys=True)


def lines_hold(lines: Iterator[str]) -> tuple[int, ...]:
    """The numbers of exported rows that do not match their own hash, for whoever was given an export."""
    return tuple(row["seq"] for row in map(json.loads, lines) if audit.hash_of(row) != row["hash"])
