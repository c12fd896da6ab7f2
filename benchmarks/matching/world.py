"""A made-up world of bank lines and open documents, as nasty as practice and with the truth beside it.

Shares and mutilations follow the measured description of 2026-11 (docs/matching.md) and go beyond it: bills, refunds,
own transfers, reversals, ledger transactions and aliases are added. A client's figures depend on the seed and on its
place alone, so that a larger world begins with the smaller one's clients.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from benchmarks.matching import world_lines
from benchmarks.matching.world_client import Ledger, make_client

LINES_A_CLIENT = 2000
LINE_COLUMNS = ("line_id", "client", "account", "date", "amount", "currency", "payer", "reference", "description")
ITEM_COLUMNS = (
    *("item_id", "client", "kind", "contact_id", "contact_name", "number", "reference"),
    *("date", "due_date", "amount_due", "currency"),
)
TRUTH_COLUMNS = ("line_id", "item_id", "allocated", "kind", "contact_id", "payer_told")


@dataclass
class Written:
    """How much a world holds."""

    lines: int = 0
    open_items: int = 0
    ledger_transactions: int = 0
    clients: int = 0
    kinds: dict[str, int] = field(default_factory=dict)


def write_world(folder: Path, *, lines: int, seed: int, months: int = 0) -> Written:
    """Writes lines.csv, open_items.csv, transactions.csv and truth.csv; `months` of earlier work add memory.json."""
    folder.mkdir(parents=True, exist_ok=True)
    written, remembered = Written(), {}
    with ExitStack() as stack:
        tables = {
            name: csv.writer(stack.enter_context((folder / f"{name}.csv").open("w", newline="")))
            for name in ("lines", "open_items", "transactions", "truth")
        }
        tables["lines"].writerow(LINE_COLUMNS)
        tables["open_items"].writerow(ITEM_COLUMNS)
        tables["transactions"].writerow(ITEM_COLUMNS)
        tables["truth"].writerow(TRUTH_COLUMNS)
        for ledger in clients(lines, seed):
            _write_client(ledger, tables, written)
            if months:
                remembered[ledger.name] = world_lines.memory_of(ledger, months)
    if months:
        (folder / "memory.json").write_text(json.dumps({"version": 1, "clients": remembered}, indent=1))
    return written


def clients(lines: int, seed: int) -> Iterator[Ledger]:
    """The world's clients, one after the other, with about 2,000 lines each."""
    place = 0
    while lines > 0:
        count = min(lines, LINES_A_CLIENT)
        ledger = make_client(Random(f"{seed}/{place}"), f"C{place:05d}")
        world_lines.fill(ledger, count)
        yield ledger
        lines -= count
        place += 1


def _write_client(ledger: Ledger, tables: dict[str, Any], written: Written) -> None:
    for document in ledger.documents:
        table = "transactions" if document.kind in ("RECEIVE", "SPEND") else "open_items"
        tables[table].writerow(document.row(ledger.name))
        written.ledger_transactions += table == "transactions"
        written.open_items += table == "open_items"
    for line in ledger.lines:
        tables["lines"].writerow(line.row(ledger.name))
        told = line.contact.id if line.contact else ""
        for document, allocated in line.pays:
            row = (line.id, document.id, f"{allocated / 100:.2f}", line.kind, told, int(line.payer_told))
            tables["truth"].writerow(row)
        if not line.pays:
            tables["truth"].writerow((line.id, "", "", line.kind, told, int(line.payer_told)))
        written.kinds[line.kind] = written.kinds.get(line.kind, 0) + 1
    written.lines += len(ledger.lines)
    written.clients += 1
