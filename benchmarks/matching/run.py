"""Matches a world of CSV files: clients are read, matched and written; the files' order and columns do not matter."""

from __future__ import annotations

import csv
import datetime as dt
import json
from collections.abc import Iterator, Sequence
from decimal import ROUND_HALF_EVEN, Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

from agents.reconciliation.matching.client_book import ClientBook
from agents.reconciliation.matching.engine import LIKELY, SURE, Matching
from agents.reconciliation.matching.passes import match_client
from agents.reconciliation.matching.payers import plain

COLUMNS = ("line_id", "item_id", "allocated", "tier", "rule", "confidence")


@lru_cache(maxsize=1 << 16)
def day_of(text: str) -> int:
    """A date as an ordinal; an ISO date, with or without a time; no date is the first day of all."""
    return dt.date.fromisoformat(text.strip()[:10]).toordinal() if text.strip() else 1


def cents_of(text: str) -> int:
    """An amount in hundredths; thousands may be parted by commas, and nothing is nothing."""
    if text[-3:-2] == "." and text[:-3].lstrip("-").isdigit():
        return int(text[:-3] + text[-2:])
    text = text.strip().replace(",", "")
    return int((Decimal(text) * 100).to_integral_value(ROUND_HALF_EVEN)) if text else 0


def _rows(path: Path, columns: Sequence[str]) -> Iterator[list[str]]:
    """The rows of a file with these columns in this order; a column that is not there is empty."""
    with path.open(newline="", encoding="utf-8-sig") as file:
        reader = csv.reader(file)
        heading = [name.strip().lower() for name in next(reader, [])]
        if heading[: len(columns)] == list(columns):
            yield from reader
            return
        places = [heading.index(name) if name in heading else -1 for name in columns]
        for row in reader:
            yield [row[place] if 0 <= place < len(row) else "" for place in places]


LINES = ("line_id", "client", "account", "date", "amount", "currency", "payer", "reference", "description")
ITEMS = (
    *("item_id", "client", "kind", "contact_id", "contact_name", "number", "reference"),
    *("date", "due_date", "amount_due", "currency"),
)


def read_world(folder: Path) -> dict[str, ClientBook]:
    """The world's clients by name."""
    books: dict[str, ClientBook] = {}
    for row in _rows(folder / "lines.csv", LINES):
        book = books.get(row[1])
        if book is None:
            book = books[row[1]] = ClientBook()
        book.line_ids.append(row[0])
        book.accounts.append(row[2])
        book.days.append(day_of(row[3]))
        book.cents.append(cents_of(row[4]))
        book.currencies.append(row[5])
        book.payers.append(row[6])
        book.references.append(row[7])
        book.descriptions.append(row[8])
    for name in ("open_items.csv", "transactions.csv"):
        if (folder / name).exists():
            for row in _rows(folder / name, ITEMS):
                book = books.get(row[1])
                if book is not None:
                    book.add_item(
                        row[0], row[2], (row[3], row[4]), (row[5], row[6]), day_of(row[7]), cents_of(row[9]), row[10]
                    )
    return books


def run_world(world: Path, out: Path, *, memory: Path | None, processes: int, full: bool) -> str:
    """Matches every client of `world` and writes `out`; the answer says how many lines were matched."""
    remembered = json.loads(memory.read_text())["clients"] if memory else {}
    books = read_world(world)
    counts = {"sure": 0, "likely": 0, "lines": 0}
    with out.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for name, book in books.items():
            counts["lines"] += len(book.line_ids)
            for row in _matched(book, remembered.get(name)):
                writer.writerow(row)
                counts[row[3]] += 1
    return f"{counts}"


def _matched(book: ClientBook, remembered: dict[str, Any] | None) -> list[tuple[str, str, str, str, str, str]]:
    confirmed: dict[str, tuple[int, ...]] = {}
    for alias in (remembered or {}).get("aliases", ()):
        place = book.contact_places.get(alias["contact_id"])
        if place is not None:
            key = plain(alias["payer"])
            confirmed[key] = (*confirmed.get(key, ()), place)
    rejected = frozenset((each["line_id"], each["item_id"]) for each in (remembered or {}).get("rejected", ()))
    return rows_of(match_client(book, confirmed=confirmed, rejected=rejected))


def rows_of(work: Matching) -> list[tuple[str, str, str, str, str, str]]:
    """One row an allocation, of the tiers sure and likely."""
    book, rows = work.book, []
    for line, paid in enumerate(work.paid):
        confidence = work.confidence[line]
        if not paid or confidence < LIKELY:
            continue
        tier = "sure" if confidence >= SURE else "likely"
        for item, cents in paid:
            sign = "-" if cents < 0 else ""
            whole, rest = divmod(abs(cents), 100)
            allocated = f"{sign}{whole}.{rest:02d}"
            rows.append(
                (book.line_ids[line], book.item_ids[item], allocated, tier, work.rule[line], f"{confidence:.4f}")
            )
    return rows
