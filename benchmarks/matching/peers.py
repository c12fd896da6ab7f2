"""What others would do with the same world: a fuzzy cross join, and splink, one item a line, in their own environment.

Both see what the engine sees of names, numbers and amounts. Their answers are written as the engine writes its own, so
that the same score holds for all; `sure` is what stands above the threshold handed in.
"""

from __future__ import annotations

import argparse
import csv
import re
import sys
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

_NUMBER = re.compile(r"\d{4,}")


def _read(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def _last_digits(text: str) -> str:
    runs = _NUMBER.findall(text)
    return runs[0][-4:] if runs else ""


def world_of(folder: Path) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    """Lines and items as rows of unique_id, client, name, amount (signed) and the last four digits of a number."""
    lines = [
        {
            "unique_id": row["line_id"],
            "client": row["client"],
            "name": row["payer"].upper(),
            "amount": row["amount"],
            "digits": _last_digits(row["reference"]),
        }
        for row in _read(folder / "lines.csv")
    ]
    items = []
    for name in ("open_items.csv", "transactions.csv"):
        for row in _read(folder / name) if (folder / name).exists() else ():
            bill = row["kind"] == "ACCPAY" and not row["amount_due"].startswith("-")
            known = {"unique_id": row["item_id"], "client": row["client"], "name": row["contact_name"].upper()}
            amount = ("-" if bill else "") + row["amount_due"]
            items.append({**known, "amount": amount, "digits": _last_digits(row["number"])})
    return lines, items


def cross_join(lines: list[dict[str, str]], items: list[dict[str, str]]) -> list[tuple[str, str, float]]:
    """rapidfuzz: every line with every item of its client; names count 60, the amount 25, the digits 15."""
    import numpy as np
    from rapidfuzz import fuzz, process

    by_client: dict[str, list[dict[str, str]]] = defaultdict(list)
    for item in items:
        by_client[item["client"]].append(item)
    scored: list[tuple[str, str, float]] = []
    of_client: dict[str, list[dict[str, str]]] = defaultdict(list)
    for line in lines:
        of_client[line["client"]].append(line)
    for client, own in of_client.items():
        open_items = by_client[client]
        if not open_items:
            continue
        names = process.cdist(
            [line["name"] for line in own], [item["name"] for item in open_items], scorer=fuzz.token_set_ratio
        )
        amounts = np.array([item["amount"] for item in open_items])
        digits = np.array([item["digits"] for item in open_items])
        for place, line in enumerate(own):
            score = names[place] * 0.6 + (amounts == line["amount"]) * 25.0
            score += ((digits == line["digits"]) & (line["digits"] != "")) * 15.0
            best = int(score.argmax())
            scored.append((line["unique_id"], open_items[best]["unique_id"], float(score[best]) / 100))
    return scored


def splink(lines: list[dict[str, str]], items: list[dict[str, str]]) -> list[tuple[str, str, float]]:
    """splink with EM-trained weights, blocked on amount or digits within a client; name, amount and digits compared."""
    import pyarrow
    import splink.comparison_library as compare
    from splink import Linker, SettingsCreator, block_on
    from splink.backends.duckdb import DuckDBAPI

    database = DuckDBAPI()
    tables = [
        database.register(pyarrow.Table.from_pylist(rows), dataset_display_name=name)
        for name, rows in (("lines", lines), ("items", items))
    ]
    settings = SettingsCreator(
        link_type="link_only",
        comparisons=[
            compare.JaroWinklerAtThresholds("name", [0.95, 0.88, 0.7]),
            compare.ExactMatch("amount"),
            compare.ExactMatch("digits"),
        ],
        blocking_rules_to_generate_predictions=[block_on("client", "amount"), block_on("client", "digits")],
    )
    linker = Linker(tables, settings)
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
    linker.training.estimate_parameters_using_expectation_maximisation(block_on("client", "amount"))
    linker.training.estimate_parameters_using_expectation_maximisation(block_on("client", "digits"))
    found = linker.inference.predict(threshold_match_probability=0.1).as_record_list()
    best: dict[str, tuple[str, float]] = {}
    for row in found:
        one, other = row["unique_id_l"], row["unique_id_r"]
        line, item = (one, other) if row["source_dataset_l"] == "lines" else (other, one)
        chance = float(row["match_probability"])
        if chance > best.get(line, ("", 0.0))[1]:
            best[line] = (item, chance)
    return [(line, item, chance) for line, (item, chance) in best.items()]


def write(path: Path, scored: list[tuple[str, str, float]], threshold: float, rule: str) -> int:
    """The best pairs first, each item once; the number of pairs written."""
    taken: set[str] = set()
    with path.open("w", newline="") as file:
        table = csv.writer(file)
        table.writerow(("line_id", "item_id", "allocated", "tier", "rule", "confidence"))
        for line, item, score in sorted(scored, key=lambda each: -each[2]):
            if item not in taken:
                taken.add(item)
                table.writerow((line, item, "", "sure" if score >= threshold else "likely", rule, f"{score:.5f}"))
    return len(taken)


def main() -> int:
    """Runs both peers on a world and prints the processor time each took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--world", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True, help="folder for cross_join.csv and splink.csv")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    lines, items = world_of(options.world)
    peers: list[tuple[str, Any, float]] = [("cross_join", cross_join, 0.97), ("splink", splink, 0.999)]
    for name, peer, threshold in peers:
        begun = time.process_time()
        scored = peer(lines, items)
        took = time.process_time() - begun
        write(options.out / f"{name}.csv", scored, threshold, name)
        print(f"{name}: {took:.1f} cpu s, {len(lines) / took:.0f} lines a cpu second")
    return 0


if __name__ == "__main__":
    sys.exit(main())
