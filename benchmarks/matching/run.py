"""Matches a world of CSV files, client by client; the order of rows and columns does not matter.

Rows are sorted to their clients as they are read, unparsed, and parsed when their client's turn comes, so that a world
of a million lines needs little more memory than its files.
"""

from __future__ import annotations

import csv
import datetime as dt
import gc
import io
import itertools
import multiprocessing
import os
from collections.abc import Callable, Iterator, Sequence
from decimal import ROUND_HALF_EVEN, Decimal
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO

from agents.reconciliation.matching.client_book import ClientBook
from agents.reconciliation.matching.engine import LIKELY, SURE, Matching
from agents.reconciliation.matching.memory import Memory, read_memories
from agents.reconciliation.matching.passes import match_client
from agents.reconciliation.matching.report import category_of, ranked_candidates

COLUMNS = ("line_id", "item_id", "allocated", "tier", "rule", "confidence")
LINES = ("line_id", "client", "account", "date", "amount", "currency", "payer", "reference", "description")
ITEMS = (
    *("item_id", "client", "kind", "contact_id", "contact_name", "number", "reference"),
    *("date", "due_date", "amount_due", "currency"),
)
ONE_PROCESS_CLIENTS = 4
"""Up to this many clients a second process costs more than it brings."""


class Unreadable(Exception):  # noqa: N818 - it is an answer, not a failure
    """A world that cannot be read, in words; it passes from one process to another."""


class Table:
    """A CSV file's rows by client, unparsed, and where its columns stand; a column that is not there is empty."""

    def __init__(self, path: Path, columns: Sequence[str]) -> None:
        self.rows: dict[str, list[bytes]] = {}
        self.places: list[int] = []
        if not path.exists():
            return
        with path.open("rb") as file:
            heading = [
                name.strip().lower() for name in next(csv.reader([next(_records(file), b"").decode("utf-8-sig")]))
            ]
            self.places = [heading.index(name) if name in heading else -1 for name in columns]
            self._sort(file, heading.index("client") if "client" in heading else -1)

    def _sort(self, file: BinaryIO, place: int) -> None:
        by_client: dict[bytes, list[bytes]] = {}
        for record in _records(file):
            if place < 0:
                client = b""
            elif b'"' in record:
                client = next(csv.reader([record.decode()]))[place].encode()
            else:
                client = record.split(b",", place + 1)[place].strip()
            rows = by_client.get(client)
            if rows is None:
                rows = by_client[client] = []
            rows.append(record)
        self.rows = {client.decode(): rows for client, rows in by_client.items()}

    def columns_of(self, client: str) -> list[Sequence[str]]:
        """The client's columns in the order asked for."""
        records = self.rows.get(client, [])
        parsed = csv.reader(io.StringIO(b"".join(records).decode(), newline=""))
        found = list(itertools.zip_longest(*parsed, fillvalue=""))
        empty = ("",) * (len(found[0]) if found else 0)
        return [found[place] if 0 <= place < len(found) else empty for place in self.places]


def _records(file: BinaryIO) -> Iterator[bytes]:
    """The file's records, each with its line end; a quoted line end does not end one."""
    kept = b""
    for row in file:
        if kept or b'"' in row:
            kept += row
            if kept.count(b'"') % 2:
                continue
            row, kept = kept, b""
        if row.strip():
            yield row if row.endswith(b"\n") else row + b"\n"
    if kept:
        yield kept


@lru_cache(maxsize=1 << 14)
def day_of(text: str) -> int:
    """An ISO date, with or without a time, as an ordinal; no date is the first day of all."""
    text = text.strip()
    try:
        return dt.date.fromisoformat(text[:10]).toordinal() if text else 1
    except ValueError as mistake:
        raise Unreadable(f"“{text}” is no date such as 2026-10-31.") from mistake


def cents_of(text: str) -> int:
    """An amount in hundredths; thousands may be parted by commas, and nothing is nothing."""
    if text[-3:-2] == "." and "," not in text and " " not in text:
        return int(text[:-3] + text[-2:]) if text[-4:-3].isdigit() else _cents_of(text)
    return _cents_of(text)


def _cents_of(text: str) -> int:
    bare = text.strip().replace(",", "")
    try:
        return int((Decimal(bare) * 100).to_integral_value(ROUND_HALF_EVEN)) if bare else 0
    except (ArithmeticError, ValueError) as mistake:
        raise Unreadable(f"“{text}” is no amount such as -1250.00.") from mistake


class World:
    """A folder's tables and memory, read once and then taken client by client."""

    def __init__(self, folder: Path, memory: Path | None, *, full: bool) -> None:
        for name in ("lines.csv", "open_items.csv"):
            if not (folder / name).exists():
                raise Unreadable(f"{folder / name} is not there; a world has it.")
        self.lines = Table(folder / "lines.csv", LINES)
        self.tables = (Table(folder / "open_items.csv", ITEMS), Table(folder / "transactions.csv", ITEMS))
        self.memories = read_memories(memory.read_bytes()) if memory else {}
        self.full = full

    def book_of(self, client: str) -> ClientBook:
        """The client's columns, parsed."""
        book = ClientBook()
        ids, _, accounts, days, cents, currencies, payers, references, descriptions = self.lines.columns_of(client)
        book.line_ids, book.accounts, book.currencies = ids, accounts, currencies
        book.days, book.cents = list(map(day_of, days)), list(map(cents_of, cents))
        book.payers, book.references, book.descriptions = payers, references, descriptions
        for table in self.tables:
            if client in table.rows:
                _add_items(book, table.columns_of(client))
        return book

    def matched(self, client: str) -> tuple[str, dict[str, int]]:
        """The client's rows of the answer as text, and how many lines stand in each tier."""
        try:
            book, memory = self.book_of(client), self.memories.get(client, Memory())
        except Unreadable as mistake:
            raise Unreadable(f"Client “{client}”: {mistake}") from mistake
        work = match_client(book, confirmed=memory.confirmed(book.contact_places), rejected=memory.rejected_pairs())
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        counts = _write_matched(work, writer.writerow)
        if self.full:
            _write_rest(work, memory, writer.writerow)
        return text.getvalue(), {**counts, "lines": len(book.line_ids)}


def _add_items(book: ClientBook, columns: list[Sequence[str]]) -> None:
    ids, _, kinds, contacts, names, numbers, orders, days, _, cents, currencies = columns
    rows = zip(
        ids, kinds, contacts, names, numbers, orders, map(day_of, days), map(cents_of, cents), currencies, strict=True
    )
    for item_id, kind, contact, name, number, order, day, due, currency in rows:
        book.add_item(item_id, kind, (contact, name), (number, order), day, due, currency)


def _write_matched(work: Matching, write: Callable[[tuple[str, ...]], object]) -> dict[str, int]:
    book, counts = work.book, {"sure": 0, "likely": 0}
    for line, paid in enumerate(work.paid):
        confidence = work.confidence[line]
        if not paid or confidence < LIKELY:
            continue
        tier = "sure" if confidence >= SURE else "likely"
        counts[tier] += 1
        for item, cents in paid:
            write(
                (
                    book.line_ids[line],
                    book.item_ids[item],
                    plain_amount(cents),
                    tier,
                    work.rule[line],
                    f"{confidence:.4f}",
                )
            )
    return counts


def _write_rest(work: Matching, memory: Memory, write: Callable[[tuple[str, ...]], object]) -> None:
    """Candidates, best first, and the lines that nothing explains with their category as the rule."""
    book = work.book
    for line, confidence in enumerate(work.confidence):
        if work.paid[line] and confidence >= LIKELY:
            continue
        candidates = ranked_candidates(work, line)
        for item, _, doubt in candidates:
            allocated = plain_amount(min((book.cents[line], work.book.item_cents[item]), key=abs))
            write((book.line_ids[line], book.item_ids[item], allocated, "candidates", "candidate", f"{doubt:.4f}"))
        if not candidates:
            write((book.line_ids[line], "", "", "none", category_of(work, line, memory), ""))


def plain_amount(cents: int) -> str:
    """Hundredths as a decimal string."""
    whole, rest = divmod(abs(cents), 100)
    return f"{'-' if cents < 0 else ''}{whole}.{rest:02d}"


_WORLD: World


def _matched_here(client: str) -> tuple[str, dict[str, int]]:
    return _WORLD.matched(client)


def run_world(world: Path, out: Path, *, memory: Path | None = None, processes: int = 0, full: bool = False) -> str:
    """Matches every client of `world` and writes `out`; the answer says how many lines stand in each tier.

    `processes` 0 takes one for each processor this process may use. `full` writes candidates and unmatched lines too.
    """
    global _WORLD
    _WORLD = World(world, memory, full=full)
    clients = list(_WORLD.lines.rows)
    processes = processes or len(os.sched_getaffinity(0))
    totals = {"lines": 0, "sure": 0, "likely": 0}
    gc.disable()  # nothing here is circular, and searching the rows for it costs a tenth of the time
    try:
        with out.open("w", newline="", encoding="utf-8") as file:
            file.write(",".join(COLUMNS) + "\n")
            for text, counts in _every(clients, processes):
                file.write(text)
                for name, count in counts.items():
                    totals[name] += count
    finally:
        gc.enable()
    return ", ".join(f"{count} {name}" for name, count in totals.items())


def _every(clients: list[str], processes: int) -> Iterator[tuple[str, dict[str, int]]]:
    if processes < 2 or len(clients) <= ONE_PROCESS_CLIENTS:
        yield from map(_matched_here, clients)
        return
    with multiprocessing.get_context("fork").Pool(processes) as pool:
        yield from pool.imap(_matched_here, clients)
